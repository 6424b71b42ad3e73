"""What happens in the simulated year: who owes what until when, who submits, gets longer, or leaves the post, and what
must therefore be said to whom.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from tracker.accounts import actions as accounts
from tracker.accounts.models import Post, User
from tracker.committees import actions as committees
from tracker.committees.models import Level, System
from tracker.core import clock
from tracker.core.access import Actor, Body, Role, system_actor
from tracker.core.calendar import WorkCalendar
from tracker.core.db import db
from tracker.reminders import actions as reminders
from tracker.reminders.rungs import rungs

SINCE = date(2025, 1, 1)
FIRST, LAST = date(2026, 2, 1), date(2027, 2, 1)
"""The year, from a day before anything is owed to one after everything is over."""
OFFSETS = (-10, -3, 1)
LONGER = 7
"""Working days that an extension gives."""
EARLY, MORNING, NOON = time(8, 20), time(8, 0), time(12, 0)
DAYS = WorkCalendar()

Said = tuple[str, int, str, str]
"""(rule, subject, recipient, occasion)"""


@dataclass(frozen=True)
class Obligation:
    """One thing that every unit owes, or the office about every unit; the kind names the rules."""

    name: str
    kind: str
    opens_on: date
    due_on: date
    of_unit: bool = True
    may_be_extended: bool = False

    @property
    def first_rung(self) -> date:
        return rungs(DAYS, self.due_on, OFFSETS)[0].day


SUMMER, WINTER = (date(2026, 6, 10), date(2026, 6, 30)), (date(2026, 12, 1), date(2027, 1, 15))
OBLIGATIONS = (
    Obligation("半年报告", "report.due", *SUMMER),
    Obligation("提示函", "notice.reply", *SUMMER),
    Obligation("年度报告", "report.due", *WINTER, may_be_extended=True),
    Obligation("自评报告", "report.due", *WINTER),
    Obligation("退回的报告", "report.rectify", *WINTER),
    Obligation("审核", "review.waiting", *WINTER, of_unit=False),
)
"""Two rounds; several fall on the same days, so that digests have something to gather."""
OF_WINTER = tuple(one for one in OBLIGATIONS if one.opens_on == WINTER[0])
LEAVE_ON = rungs(DAYS, WINTER[1], OFFSETS)[1].day
"""On this day some liaisons go, after the morning's reminders were said and before their mail has left."""


@dataclass
class Duty:
    """One obligation of one unit: until when, what became of it."""

    number: int
    unit: int
    obligation: Obligation
    settled: datetime | None = None
    """When it is submitted, if ever."""
    moved: datetime | None = None
    """When the office gave longer, if it did."""

    @property
    def dues(self) -> list[tuple[date, datetime | None, datetime | None]]:
        """Each due date it had, from when and until when it held."""
        if self.moved is None:
            return [(self.obligation.due_on, None, None)]
        later = DAYS.add_workdays(self.obligation.due_on, LONGER)
        return [(self.obligation.due_on, None, self.moved), (later, self.moved, None)]

    def said(self) -> Iterator[tuple[str, date, date]]:
        """The rungs that must be said, (rule, day, due date): those of the due date that holds that morning, until
        it is submitted. An extension is told by whoever gives it, so its rungs begin the day after."""
        for due_on, since, until in self.dues:
            for rung in rungs(DAYS, due_on, OFFSETS):
                moment = at(rung.day, MORNING)
                holds = (since is None or rung.day > since.date()) and (until is None or moment < until)
                if holds and (self.settled is None or moment < self.settled):
                    yield f"{self.obligation.kind}.{rung.offset:+d}", rung.day, due_on

    def days(self) -> set[date]:
        return {rung.day for due_on, _, _ in self.dues for rung in rungs(DAYS, due_on, OFFSETS)}


class Story:
    """The people and the duties, and what happens at which moment."""

    def __init__(self, units: int, seed: int, obligations: Sequence[Obligation] = OBLIGATIONS) -> None:
        chance = random.Random(seed)
        self.committee_id, self.units = _people(units)
        self.leaving = set(self.units[::4])
        """The units whose liaison goes."""
        self.duties = [
            self._owe(chance, place, unit, one)
            for one in obligations for place, unit in enumerate(self.units)
        ]  # fmt: skip
        self.by_number = {duty.number: duty for duty in self.duties}
        self.happened: dict[datetime, datetime] = {}
        """The moments of the story, and when each came to pass."""

    def happen(self, moment: datetime, now: datetime) -> None:
        """What the units and the office do at this moment; `now` is later when runners of the morning's job were killed
        so often that their leases passed it, and some letters have left before."""
        self.happened[moment] = now
        for duty in self.duties:
            if duty.settled == moment:
                reminders.settle(duty.obligation.kind, "Thing", [duty.number], now)
            elif duty.moved == moment:
                self._watch(duty, duty.dues[-1][0], moment.date())
        if moment == at(LEAVE_ON, EARLY):
            self._change_liaisons(now)

    def busy_days(self) -> list[date]:
        return sorted({day for duty in self.duties for day in duty.days()})

    def expected(self) -> set[Said]:
        """What must be said, exactly once each: the leader hears of it after the day only; who left hears nothing."""
        found: set[Said] = set()
        for duty in self.duties:
            for rule, day, due_on in duty.said():
                late = day > due_on
                if not duty.obligation.of_unit:
                    people = ["officer", "head"]
                else:
                    people = [self.liaison(duty.unit, day), *([f"z{duty.unit}"] if late else [])]
                found |= {(rule, duty.number, login, due_on.isoformat()) for login in people}
        return found

    def liaison(self, unit: int, day: date) -> str:
        return f"n{unit}" if unit in self.leaving and day > LEAVE_ON else f"l{unit}"

    def void_since(self, number: int, login: str, occasion: str) -> datetime | None:
        """From when on this must not be said any more: submitted, given longer, or the person gone."""
        duty = self.by_number[number]
        ends = [duty.settled]
        if duty.moved is not None and occasion == duty.obligation.due_on.isoformat():
            ends.append(duty.moved)
        if login in {f"l{unit}" for unit in self.leaving}:
            ends.append(at(LEAVE_ON, EARLY))
        return min((self.happened.get(end, end) for end in ends if end is not None), default=None)

    def _owe(self, chance: random.Random, place: int, unit: int, one: Obligation) -> Duty:
        duty = Duty(unit * 10 + OBLIGATIONS.index(one), unit, one)
        if one.may_be_extended and place % 3 == 0:
            duty.moved = at(one.first_rung, NOON)
            duty.settled = chance.choice([None, at(max(duty.days()), EARLY)])
        else:
            duty.settled = chance.choice(
                [None, *(at(day, when) for day in sorted(duty.days()) for when in (EARLY, NOON))]
            )
        self._watch(duty, one.due_on, one.opens_on)
        return duty

    def _watch(self, duty: Duty, due_on: date, on: date) -> None:
        reminders.watch(
            committee_id=self.committee_id, unit_id=duty.unit if duty.obligation.of_unit else None,
            kind=duty.obligation.kind, subject_type="Thing", subject_id=duty.number,
            title=f"办理第{duty.number}号{duty.obligation.name}", path=f"/things/{duty.number}", due_on=due_on, on=on,
        )  # fmt: skip

    def _change_liaisons(self, moment: datetime) -> None:
        maker = _maker(moment)
        for unit in sorted(self.leaving):
            post = db.session.scalars(select(Post).where(Post.unit_id == unit, Post.role == Role.LIAISON)).one()
            accounts.end_holding(maker, post.holdings[0], last_day=moment.date() - timedelta(days=1))
            accounts.appoint(maker, post, _person(maker, f"n{unit}"), starts_on=moment.date())


def at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, tzinfo=clock.SHANGHAI)


def every_day() -> list[date]:
    return [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]


def _maker(moment: datetime) -> Actor:
    return system_actor(Body(None, "", "", ""), on=moment.date(), at=moment)


def _person(maker: Actor, login: str) -> User:
    return accounts.create_user(maker, login=login, name=f"人员{login}", email=f"{login}@example.org")


def _people(units: int) -> tuple[int, list[int]]:
    """A committee with its office, and units with a liaison (l<unit>) and a leader (z<unit>) each."""
    maker = _maker(at(SINCE, time(9, 0)))
    committee = committees.create_committee(
        maker, level=Level.PREFECTURE, body_name="云川市妇女儿童工作委员会", short_name="市妇儿工委",
        office_name="云川市妇女儿童工作委员会办公室", office_short_name="市妇儿工委办",
        letterhead="云川市妇女儿童工作委员会",
        number_prefix="云妇儿工委", area_name="云川市", area_code="870100",
    )  # fmt: skip
    for login, role in (("officer", Role.OFFICER), ("head", Role.OFFICE_HEAD)):
        post = accounts.create_post(maker, committee=committee, role=role)
        accounts.appoint(maker, post, _person(maker, login), starts_on=SINCE)
    numbers = []
    for position in range(1, units + 1):
        unit = committees.create_unit(
            maker, committee, full_name=f"云川市第{position}局", short_name=f"市{position}局", system=System.GOVERNMENT,
            position=position,
        )  # fmt: skip
        for letter, role in (("l", Role.LIAISON), ("z", Role.UNIT_LEADER)):
            post = accounts.create_post(maker, committee=committee, role=role, unit=unit)
            accounts.appoint(maker, post, _person(maker, f"{letter}{unit.id}"), starts_on=SINCE)
        numbers.append(unit.id)
    return committee.id, numbers
