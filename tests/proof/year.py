"""A simulated year: units owe reports in two rounds, some submit early, some late, some never; some get longer, some
liaisons leave; the office owes its reviews.

Proved at the end: each (rule, subject, recipient, occasion) stands exactly once in the inbox; each was mailed at least
once, unless the server refused it before taking at every try that there is, and then it stands as given up before the
office; it was mailed again only where the server refused it after taking it or where a killed scheduler had it in its
hands, always with the same Message-ID; nothing was said after it was submitted, given longer, or the person had left;
one digest per person and day; a restart and a replay say nothing twice.

    python -m tests.proof.year --units 40 --kills 200 --schedulers 3 [--postgresql]
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time as wall
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from itertools import groupby, pairwise
from pathlib import Path

from sqlalchemy import select

from tests.postgres import fresh_database
from tests.proof.story import DAYS, EARLY, MORNING, NOON, OBLIGATIONS, OF_WINTER, Said, Story, at, every_day
from tests.proof.world import DAILY, REMINDING, World
from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.messages.dispatch import RETRY_AFTER
from tracker.messages.hours import USUAL
from tracker.messages.models import Delivery, DeliveryMessage, DeliveryState, Message
from tracker.reminders.jobs import remind

IDLE = 0.02
"""How much of the killing falls on a day on which nothing is due, as a part of what falls on another."""


@dataclass(frozen=True)
class Letter:
    """A letter as the mail server got it."""

    number: str
    to: str
    sent: datetime
    words: str
    items: frozenset[int]
    """The duties that it names."""

    @classmethod
    def of(cls, mail: EmailMessage) -> Letter:
        words = f"{mail['Subject']}\n{mail.get_content()}"
        items = frozenset(int(number) for number in re.findall(r"第(\d+)号", words))
        to = str(mail["To"]).partition("@")[0]
        return cls(mail["Message-ID"], to, parsedate_to_datetime(mail["Date"]), words, items)


@dataclass(frozen=True)
class Carried:
    """A message and the letter that carries it, as the database says."""

    said: Said
    title: str
    queued_on: date
    delivery: str
    state: DeliveryState
    was_dropped: bool
    how: str
    """What became of the letter, for the fault's sentence."""


@dataclass
class Counts:
    """What came of it."""

    schedulers: int
    days: int = 0
    kills: int = 0
    at_work: int = 0
    messages: int = 0
    spread: str = ""
    mails: int = 0
    gathered: int = 0
    repeated: int = 0
    in_flight: int = 0
    refused: int = 0
    given_up: int = 0
    not_mailed: int = 0
    dropped: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.days} days, {self.schedulers} schedulers, {self.kills} killed with {self.at_work} letters in their "
            f"hands; inbox {self.messages} messages ({self.spread}), each once; {self.mails} letters taken by the "
            f"server, {self.gathered} gathering several, {self.repeated} repetitions with the same Message-ID "
            f"({self.in_flight} in flight at a kill, the others refused after taking), {self.refused} refused; "
            f"{self.given_up} letters given up, with {self.not_mailed} messages that came in none; "
            f"{self.dropped} no longer due when sending; {self.seconds:.0f} s; {len(self.faults)} faults"
        )


class Year:
    """The story lived through, and what must have been said at its end."""

    def __init__(self, world: World, *, units: int, whole: bool, seed: int = 7) -> None:
        self.world = world
        with world.app.app_context():
            self.story = Story(units, seed, OBLIGATIONS if whole else OF_WINTER)
            db.session.remove()
        self.busy = self.story.busy_days()
        self.belated: set[date] = set()
        """Days whose morning's job was done only when letters might leave already: its runners were killed again and
        again, and the clock passed their leases."""
        self.days = every_day() if whole else self._short()

    def live(self, *, schedulers: int, kills: int) -> Counts:
        """Go through the days, with schedulers killed on the way, most of them on days with something to do."""
        began = wall.monotonic()
        for _ in range(schedulers):
            self.world.start()
        share = {day: 1.0 if day in self.busy else IDLE for day in self.days}
        past, total = 0.0, sum(share.values())
        with self.world.killing(kills, pause=max(0.4, self.world.birth(schedulers))):
            for day in self.days:
                past += share[day]
                self.world.quota = round(kills * past / total)
                self._live_through(day)
                self.world.until_killed(self.world.quota)
        counts = Counts(schedulers, len(self.days), self.world.kills)
        self.world.stop_all()
        self._judge(counts)
        self._restart(counts)
        counts.seconds = wall.monotonic() - began
        return counts

    def _live_through(self, day: date) -> None:
        if at(day, MORNING) - clock.now() > timedelta(days=1):
            self.world.sleep_until(at(day, MORNING))
        self.world.settle_jobs(at(day, MORNING))
        if clock.now() >= at(day, USUAL.opens):
            self.belated.add(day)
        self._happen(at(day, EARLY))
        self.world.settle_mail(at(day, time(8, 31)), at(day, NOON))
        self._happen(at(day, NOON))

    def _happen(self, moment: datetime) -> None:
        now = max(moment, clock.now())
        self.world.at(now)
        with self.world.app.app_context():
            self.story.happen(moment, now)
            db.session.remove()

    def _short(self) -> list[date]:
        """The days of the rungs, a quiet one between them, and some at the end to let retries finish."""
        quiet = {DAYS.add_workdays(self.busy[0], 1)}
        tail = {DAYS.add_workdays(self.busy[-1], number) for number in (1, 2)}
        return sorted({*self.busy, *quiet, *tail})

    # --- judging --------------------------------------------------------------------------------------------------

    def _judge(self, counts: Counts) -> None:
        with self.world.app.app_context():
            said, carried = self._said(), self._carried()
        counts.messages = said.total()
        parts = zip(("rules", "subjects", "recipients", "occasions"), zip(*said, strict=True), strict=True)
        counts.spread = ", ".join(f"{len(set(values))} {name}" for name, values in parts)
        expected = self.story.expected()
        counts.faults += [f"said {times} times: {one}" for one, times in said.items() if times != 1]
        counts.faults += [f"never said: {one}" for one in expected if one not in said]
        counts.faults += [f"said without cause: {one}" for one in said if one not in expected]
        letters = [Letter.of(mail) for mail in self.world.sink.mails]
        counts.faults += [f"in no letter at all: {one}" for one in set(said) - {one.said for one in carried}]
        self._judge_repetitions(letters, counts)
        counts.faults += self._altered(letters)
        counts.faults += self._scattered(carried)
        counts.given_up = len({one.delivery for one in carried if one.state is DeliveryState.GIVEN_UP})
        for one in carried:
            self._judge_mail(one, [letter for letter in letters if letter.to == one.said[2]], counts)

    def _judge_mail(self, one: Carried, letters: Sequence[Letter], counts: Counts) -> None:
        """At least once, under one number, and never once it was void; left out only where it was."""
        _, number, login, occasion = one.said
        void = self.story.void_since(number, login, occasion)
        mine = [letter for letter in letters if one.title in letter.words]
        counts.dropped += one.was_dropped
        if not mine and not (one.was_dropped and void is not None):
            if self._is_given_up(one):
                counts.not_mailed += 1
            else:
                counts.faults.append(f"never mailed: {one}")
        if len({letter.number for letter in mine}) > 1:
            counts.faults.append(f"mailed under two numbers: {one}")
        if void is not None and any(letter.sent > void for letter in mine):
            counts.faults.append(f"mailed after it was void: {one}")

    def _is_given_up(self, one: Carried) -> bool:
        """Whether the server refused its letter at every try that there is, which the office is shown."""
        refusals = self.world.sink.refusals[self.world.number_of(one.delivery)]
        return one.state is DeliveryState.GIVEN_UP and refusals > len(RETRY_AFTER)

    def _judge_repetitions(self, letters: Sequence[Letter], counts: Counts) -> None:
        """Each repetition has its own reason: refused after taking, or in the hands of who was killed."""
        refused, in_flight = self.world.sink.refused_after_taking, self.world.in_flight
        times = Counter(letter.number for letter in letters)
        counts.mails, counts.refused, counts.at_work = len(letters), self.world.sink.refusals.total(), in_flight.total()
        counts.repeated = len(letters) - len(times)
        counts.in_flight = sum(max(0, count - 1 - refused[number]) for number, count in times.items())
        one_of_each = {letter.number: letter for letter in letters}.values()
        counts.gathered = sum(len(letter.items) > 1 for letter in one_of_each)
        for number, count in times.items():
            if count - 1 > refused[number] + in_flight[number]:
                why = f"refused after taking {refused[number]}, killed {in_flight[number]}"
                counts.faults.append(f"{number} came {count} times: {why}")

    def _altered(self, letters: Sequence[Letter]) -> list[str]:
        """Repetitions that say something else. What became void since the first try is left out, and nothing but that:
        a letter that the first try may have brought is never given more to say."""
        faults = []
        for number, same in groupby(sorted(letters, key=lambda one: (one.number, one.sent)), lambda one: one.number):
            for before, after in pairwise(same):
                left_out = before.items - after.items
                is_explained = all(self._is_void(item, after) for item in left_out)
                if not (after.items <= before.items and after.items and is_explained):
                    faults.append(f"a repeated letter says something else: {number} {before.items} {after.items}")
        return faults

    def _is_void(self, number: int, letter: Letter) -> bool:
        occasion = self.story.by_number[number].obligation.due_on.isoformat()
        void = self.story.void_since(number, letter.to, occasion)
        return void is not None and void <= letter.sent

    def _scattered(self, carried: Sequence[Carried]) -> list[str]:
        """People who were to get several letters about what was said to them on one day. What a belated job said when
        the day's letter might have left goes with the next."""
        of_day: defaultdict[tuple[str, date], set[str]] = defaultdict(set)
        for one in carried:
            if one.queued_on not in self.belated:
                of_day[one.said[2], one.queued_on].add(one.delivery)
        return [f"several letters of one day: {who} {keys}" for who, keys in of_day.items() if len(keys) > 1]

    def _restart(self, counts: Counts) -> None:
        """A restart and a replay of every day say nothing twice."""
        before = (self.world.count(Message), len(self.world.sink.mails))
        self.world.start()
        self.world.settle_mail(clock.now(), clock.now() + timedelta(hours=1))
        self.world.stop_all()
        with self.world.app.app_context():
            for day in self.busy:
                remind(day)
        after = (self.world.count(Message), len(self.world.sink.mails))
        if before != after:
            counts.faults.append(f"a restart said something again: {before} became {after}")

    def _said(self) -> Counter[Said]:
        rows = select(Message.kind, Message.title, User.login, Message.occasion)
        rows = rows.join(User, User.id == Message.recipient_id)
        return Counter((kind, _number(title), login, day) for kind, title, login, day in db.session.execute(rows))

    def _carried(self) -> list[Carried]:
        rows = (
            select(Message, User.login, Delivery, DeliveryMessage.was_dropped)
            .join(User, User.id == Message.recipient_id)
            .join(DeliveryMessage, DeliveryMessage.message_id == Message.id)
            .join(Delivery, Delivery.id == DeliveryMessage.delivery_id)
        )
        return [
            Carried(
                (message.kind, _number(message.title), login, message.occasion), message.title,
                clock.shanghai_date(message.queued_at), delivery.key, delivery.state,
                was_dropped or delivery.state is DeliveryState.DROPPED,
                f"{delivery.state.value} after {delivery.attempts} tries: {delivery.trouble}",
            )
            for message, login, delivery, was_dropped in db.session.execute(rows)
        ]  # fmt: skip


def _number(title: str) -> int:
    return int(title.partition("第")[2].partition("号")[0])


def prove(
    folder: Path, database_url: str, *, units: int, kills: int, schedulers: int, whole: bool = False
) -> Counts:  # fmt: skip
    """Live through the year, day by day or only the days on which something falls due, and say what came of it."""
    with World(folder, database_url, jobs=DAILY if whole else REMINDING) as world:
        return Year(world, units=units, whole=whole).live(schedulers=schedulers, kills=kills)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=40)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--schedulers", type=int, default=3)
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gangmu-proof-") as name:
        url = fresh_database("proof_year") if options.postgresql else f"sqlite:///{name}/year.sqlite3"
        counts = prove(
            Path(name), url, units=options.units, kills=options.kills, schedulers=options.schedulers, whole=True
        )
    print("PostgreSQL" if options.postgresql else "SQLite", "·", counts)
    for fault in counts.faults:
        print("  fault:", fault)
    raise SystemExit(1 if counts.faults else 0)


if __name__ == "__main__":
    main()
