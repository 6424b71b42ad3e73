"""A simulated year: units owe reports in two rounds, some submit early, some late, some never.

Proved at the end: each (rule, subject, recipient, occasion) stands exactly once in the inbox; each was mailed at least
once, always with the same Message-ID; nothing was said after a submission; one digest per person and day; a restart and
a replay say nothing twice.

    python -m tests.proof.year --units 40 --kills 200 --schedulers 3 [--postgresql]
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time as wall
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from itertools import groupby, pairwise
from pathlib import Path

from sqlalchemy import select

from tests.postgres import fresh_database
from tests.proof.world import World
from tracker.accounts import actions as accounts
from tracker.accounts.models import User
from tracker.committees import actions as committees
from tracker.committees.models import Level, System
from tracker.core import clock
from tracker.core.access import Actor, Body, Role, system_actor
from tracker.core.calendar import WorkCalendar
from tracker.core.db import db
from tracker.messages.models import Delivery, DeliveryMessage, DeliveryState, Message
from tracker.reminders import actions as reminders
from tracker.reminders.jobs import remind
from tracker.reminders.rungs import rungs

SINCE = date(2025, 1, 1)
ROUNDS = {
    "半年报告": (date(2026, 6, 10), date(2026, 6, 30)),
    "年度报告": (date(2026, 12, 1), date(2027, 1, 15)),
    "自评报告": (date(2026, 12, 1), date(2027, 1, 15)),
}
"""What each unit owes; two of them on the same day, so that digests have something to gather."""
OFFSETS = (-10, -3, 1)
EARLY, NOON = time(8, 20), time(12, 0)

Said = tuple[str, int, str, str]
"""(kind, watch, login, occasion)"""


@dataclass
class Duty:
    """One report that one unit owes; `settled` is when it is submitted, if ever."""

    unit: int
    round: str
    watch: int
    due_on: date
    settled: datetime | None


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
        return cls(mail["Message-ID"], mail["To"], parsedate_to_datetime(mail["Date"]), words, items)


@dataclass
class Counts:
    """What came of it."""

    schedulers: int
    kills: int = 0
    messages: int = 0
    mails: int = 0
    gathered: int = 0
    repeated: int = 0
    in_flight: int = 0
    refused: int = 0
    dropped: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.schedulers} schedulers, {self.kills} killed; inbox {self.messages} messages, each once; "
            f"{self.mails} letters taken by the server, {self.gathered} gathering several, {self.repeated} repetitions "
            f"with the same Message-ID ({self.in_flight} in flight at a kill), {self.refused} refused; "
            f"{self.dropped} no longer due when sending; {self.seconds:.0f} s; {len(self.faults)} faults"
        )


class Year:
    """The story and what must have been said at its end."""

    def __init__(self, world: World, *, units: int, seed: int = 7) -> None:
        self.world = world
        self.days = WorkCalendar()
        self.chance = random.Random(seed)
        with world.app.app_context():
            self.committee_id, self.units = _people(units)
            self.duties = [self._owe(unit, name) for name in ROUNDS for unit in self.units]
            db.session.remove()

    def live(self, *, schedulers: int, kills: int) -> Counts:
        """Go through every day on which something falls due or is submitted, with schedulers killed on the way."""
        began = wall.monotonic()
        for _ in range(schedulers):
            self.world.start()
        days = self._days()
        with self.world.killing(kills, pause=max(0.4, self.world.birth(schedulers))):
            for number, day in enumerate(days, start=1):
                self._live_through(day)
                self.world.until_killed(kills * number // len(days))
        counts = Counts(schedulers, self.world.kills)
        self.world.stop_all()
        self._judge(counts)
        self._restart(counts)
        counts.seconds = wall.monotonic() - began
        return counts

    def _live_through(self, day: date) -> None:
        self.world.settle_jobs(_at(day, time(8, 0)))
        self._submit(_at(day, EARLY))
        self.world.settle_mail(_at(day, time(8, 31)), _at(day, NOON))
        self._submit(_at(day, NOON))

    def _submit(self, moment: datetime) -> None:
        """The units that submit at this moment do so."""
        self.world.at(max(moment, clock.now()))
        with self.world.app.app_context():
            for duty in self.duties:
                if duty.settled is not None and duty.settled == moment:
                    reminders.settle("report.due", "Report", [duty.watch], moment)

    def _owe(self, unit: int, name: str) -> Duty:
        opens_on, due_on = ROUNDS[name]
        number = unit * 10 + list(ROUNDS).index(name)
        reminders.watch(
            committee_id=self.committee_id, unit_id=unit, kind="report.due", subject_type="Report", subject_id=number,
            title=f"报送第{number}号{name}", path=f"/reports/{number}", due_on=due_on, on=opens_on,
        )  # fmt: skip
        ladder = [rung.day for rung in rungs(self.days, due_on, OFFSETS)]
        moment = self.chance.choice([None, *(_at(day, at) for day in ladder for at in (EARLY, NOON))])
        return Duty(unit, name, number, due_on, moment)

    def _days(self) -> list[date]:
        """The days of the rungs, days in between, and a week at the end to let retries finish."""
        rung_days = {rung.day for _, due_on in ROUNDS.values() for rung in rungs(self.days, due_on, OFFSETS)}
        quiet = {day + timedelta(days=1) for day in rung_days}
        last = max(rung_days)
        tail = {self.days.add_workdays(last, n) for n in (1, 2, 3)}
        return sorted(day for day in rung_days | quiet | tail if self.days.is_workday(day))

    # --- judging --------------------------------------------------------------------------------------------------

    def _judge(self, counts: Counts) -> None:
        with self.world.app.app_context():
            said = self._said()
            counts.messages = sum(said.values())
            expected = self._expected()
            counts.faults += [f"said {times} times: {one}" for one, times in said.items() if times != 1]
            counts.faults += [f"never said: {one}" for one in expected if one not in said]
            counts.faults += [f"said without cause: {one}" for one in said if one not in expected]
            self._judge_mail(counts)

    def _judge_mail(self, counts: Counts) -> None:
        letters = [Letter.of(mail) for mail in self.world.sink.mails]
        numbers = {letter.number for letter in letters}
        counts.mails, counts.refused = len(letters), self.world.sink.refused
        counts.repeated = len(letters) - len(numbers)
        counts.gathered = sum(
            "2件事项" in letter.words for letter in {letter.number: letter for letter in letters}.values()
        )
        counts.in_flight = counts.repeated - self.world.sink.refused_after_taking
        allowed = self.world.sink.refused_after_taking + counts.kills
        if counts.repeated > allowed:
            counts.faults.append(f"{counts.repeated} repetitions, only {allowed} can be explained")
        counts.faults += self._altered(letters)
        for message, login, state, was_dropped in self._carried():
            duty = next(duty for duty in self.duties if duty.watch == _number(message.title))
            mine = [one for one in letters if one.to.startswith(f"{login}@") and message.title in one.words]
            is_dropped = was_dropped or state is DeliveryState.DROPPED
            counts.dropped += is_dropped
            if not mine and not (is_dropped and duty.settled is not None):
                counts.faults.append(f"never mailed ({state}): {message.title} to {login}")
            if len({letter.number for letter in mine}) > 1:
                counts.faults.append(f"mailed under two numbers: {message.title} to {login}")
            if any(duty.settled is not None and letter.sent > duty.settled for letter in mine):
                counts.faults.append(f"mailed after submission: {message.title} to {login}")

    def _altered(self, letters: Sequence[Letter]) -> list[str]:
        """Repetitions that say something else. What was submitted since the first try is left out, and nothing but
        that: a letter that the first try may have brought is never given more to say."""
        faults = []
        for number, same in groupby(sorted(letters, key=lambda one: (one.number, one.sent)), lambda one: one.number):
            for before, after in pairwise(same):
                left_out = before.items - after.items
                is_explained = all(self._is_settled(item, after.sent) for item in left_out)
                if not (after.items <= before.items and after.items and is_explained):
                    faults.append(f"a repeated letter says something else: {number} {before.items} {after.items}")
        return faults

    def _is_settled(self, watch: int, moment: datetime) -> bool:
        settled = next(duty for duty in self.duties if duty.watch == watch).settled
        return settled is not None and settled <= moment

    def _restart(self, counts: Counts) -> None:
        """A restart and a replay of every day say nothing twice."""
        before = (self.world.count(Message), len(self.world.sink.mails))
        self.world.start()
        self.world.settle_mail(clock.now(), clock.now() + timedelta(hours=1))
        self.world.stop_all()
        with self.world.app.app_context():
            for _, due_on in ROUNDS.values():
                for rung in rungs(self.days, due_on, OFFSETS):
                    remind(rung.day)
        after = (self.world.count(Message), len(self.world.sink.mails))
        if before != after:
            counts.faults.append(f"a restart said something again: {before} became {after}")

    def _said(self) -> Counter[Said]:
        rows = db.session.execute(
            select(Message.kind, Message.title, User.login, Message.occasion).join(
                User, User.id == Message.recipient_id
            )
        )
        return Counter((kind, _number(title), login, occasion) for kind, title, login, occasion in rows)

    def _expected(self) -> set[Said]:
        """What the story demands: the rungs up to the submission, the leader only after the due date."""
        expected: set[Said] = set()
        for duty in self.duties:
            for rung in rungs(self.days, duty.due_on, OFFSETS):
                if duty.settled is None or _at(rung.day, time(8, 0)) < duty.settled:
                    people = [f"l{duty.unit}"] + ([f"z{duty.unit}"] if rung.offset > 0 else [])
                    for login in people:
                        expected.add((f"report.due.{rung.offset:+d}", duty.watch, login, duty.due_on.isoformat()))
        return expected

    def _carried(self) -> list[tuple[Message, str, DeliveryState, bool]]:
        rows = db.session.execute(
            select(Message, User.login, Delivery.state, DeliveryMessage.was_dropped)
            .join(User, User.id == Message.recipient_id)
            .join(DeliveryMessage, DeliveryMessage.message_id == Message.id)
            .join(Delivery, Delivery.id == DeliveryMessage.delivery_id)
        )
        return [tuple(row) for row in rows]  # type: ignore[misc]


def _number(title: str) -> int:
    return int(title.partition("第")[2].partition("号")[0])


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, tzinfo=clock.SHANGHAI)


def _people(units: int) -> tuple[int, list[int]]:
    """A committee with units, each with a liaison (l<unit>) and a leader (z<unit>)."""
    maker: Actor = system_actor(Body(None, "", "", ""), on=SINCE, at=_at(SINCE, time(9, 0)))
    committee = committees.create_committee(
        maker, level=Level.PREFECTURE, body_name="云川市妇女儿童工作委员会", short_name="市妇儿工委",
        office_name="云川市妇女儿童工作委员会办公室", office_short_name="市妇儿工委办",
        letterhead="云川市妇女儿童工作委员会",
        number_prefix="云妇儿工委", area_name="云川市", area_code="870100",
    )  # fmt: skip
    numbers = []
    for position in range(1, units + 1):
        unit = committees.create_unit(
            maker, committee, full_name=f"云川市第{position}局", short_name=f"市{position}局", system=System.GOVERNMENT,
            position=position,
        )  # fmt: skip
        for letter, role in (("l", Role.LIAISON), ("z", Role.UNIT_LEADER)):
            login = f"{letter}{unit.id}"
            user = accounts.create_user(maker, login=login, name=f"人员{login}", email=f"{login}@example.org")
            post = accounts.create_post(maker, committee=committee, role=role, unit=unit)
            accounts.appoint(maker, post, user, starts_on=SINCE)
        numbers.append(unit.id)
    return committee.id, numbers


def prove(folder: Path, database_url: str, *, units: int, kills: int, schedulers: int) -> Counts:
    """Live through the year and say what came of it."""
    with World(folder, database_url) as world:
        return Year(world, units=units).live(schedulers=schedulers, kills=kills)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--units", type=int, default=40)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--schedulers", type=int, default=3)
    parser.add_argument("--postgresql", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gangmu-proof-") as name:
        url = fresh_database("proof_year") if options.postgresql else f"sqlite:///{name}/year.sqlite3"
        counts = prove(Path(name), url, units=options.units, kills=options.kills, schedulers=options.schedulers)
    print("PostgreSQL" if options.postgresql else "SQLite", "·", counts)
    for fault in counts.faults:
        print("  fault:", fault)
    raise SystemExit(1 if counts.faults else 0)


if __name__ == "__main__":
    main()
