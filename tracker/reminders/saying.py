"""What a reminder says on a day, and to whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import g
from sqlalchemy import select

from tracker.accounts import queries as accounts
from tracker.accounts.models import User
from tracker.committees.models import Committee
from tracker.core.access import Role
from tracker.core.calendar import WorkCalendar
from tracker.core.db import Labelled, db
from tracker.core.filters import zh_date, zh_month_day, zh_weekday
from tracker.messages.wording import render
from tracker.reminders.kinds import KINDS, OFFICE_POSTS, UNIT_POSTS, Act, Step, To
from tracker.reminders.models import Watch


class Part(Labelled):
    """Before, on and after the due date other words are due."""

    BEFORE = "before", "截止之前"
    DAY = "day", "截止当天"
    AFTER = "after", "截止之后"


PLACES = ("单位", "事项", "截止日期", "截止月日", "工作日数", "办公室")
"""What may stand in braces in the office's own words."""


@dataclass(frozen=True)
class People:
    """Who holds which post that day: looked up once for a whole batch. Whoever left is not in it."""

    of_units: dict[tuple[int, Role], list[User]]
    of_offices: dict[tuple[int, Role], list[User]]

    def of_unit(self, watch: Watch, to: Iterable[To]) -> list[User]:
        """The unit's people among the posts; where none of these is held, whoever speaks for the unit."""
        wanted = [Role(one.value) for one in to if one in UNIT_POSTS]
        if watch.unit_id is None or not wanted:
            return []
        held = [user for role in wanted for user in self.of_units.get((watch.unit_id, role), [])]
        both = (Role.LIAISON, Role.UNIT_LEADER)
        return held or [user for role in both for user in self.of_units.get((watch.unit_id, role), [])]

    def of_office(self, watch: Watch, to: Iterable[To]) -> list[User]:
        posts = [one for one in to if one in OFFICE_POSTS] or (OFFICE_POSTS if watch.unit_id is None else ())
        wanted = [Role(one.value) for one in posts]
        return [user for role in wanted for user in self.of_offices.get((watch.committee_id, role), [])]

    def owing(self, watch: Watch, is_late: bool) -> list[User]:
        """Whom a chasing by hand reaches: the liaison, once the day is past the leader as well; or the office."""
        if watch.unit_id is None:
            return self.of_office(watch, OFFICE_POSTS)
        return self.of_unit(watch, UNIT_POSTS if is_late else (To.LIAISON,))

    def told(self, watch: Watch, step: Step) -> list[User]:
        """Everybody whom a step tells."""
        return list(dict.fromkeys([*self.of_unit(watch, step.to), *self.of_office(watch, step.to)]))


def people_of(watches: Iterable[Watch], on: date) -> People:
    """The people behind a batch of deadlines, units and offices, in two queries."""
    watched = list(watches)
    units: dict[tuple[int, Role], list[User]] = {}
    offices: dict[tuple[int, Role], list[User]] = {}
    unit_ids = {watch.unit_id for watch in watched if watch.unit_id is not None}
    if unit_ids:
        for number, role, user in db.session.execute(accounts.holders_of_units(unit_ids, on)):
            units.setdefault((number, role), []).append(user)
    committee_ids = {watch.committee_id for watch in watched}
    if committee_ids:
        for number, role, user in db.session.execute(accounts.holders_of_offices(committee_ids, on)):
            offices.setdefault((number, role), []).append(user)
    return People(units, offices)


def committees_of(watches: Iterable[Watch]) -> dict[int, Committee]:
    """The committees of a batch of deadlines."""
    numbers = {watch.committee_id for watch in watches}
    return {row.id: row for row in db.session.scalars(select(Committee).where(Committee.id.in_(numbers)))}


def words(
    watch: Watch, committee: Committee, days: WorkCalendar, on: date, own: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """Title and body as they read on that day, in the office's own words where it has any: the days left or late are
    counted from that day, not from the rung."""
    part = part_of(watch.due_on, on)
    pattern = (own or {}).get(part.value) or usual_words(watch.kind, part)
    return _filled(pattern, watch, committee, days, on)


def office_words(watch: Watch, act: Act, committee: Committee, days: WorkCalendar, on: date) -> tuple[str, str]:
    """What the office is told when a paper is due: the 催报单, or a notice."""
    return _filled(_pattern(f"step_{act.value}", Part.AFTER, unit=True), watch, committee, days, on)


def part_of(due_on: date, on: date) -> Part:
    if on > due_on:
        return Part.AFTER
    return Part.DAY if on == due_on else Part.BEFORE


def usual_words(kind: str, part: Part) -> str:
    """The usual words with the places to be filled in braces: first line the title, the rest the body."""
    known = KINDS.get(kind)
    return _pattern(kind, part, unit=known is None or known.of_unit)


def unknown_places(text: str) -> list[str]:
    """What stands in braces and is no place that could be filled."""
    return [found for found in re.findall(r"\{([^{}]*)\}", text) if found not in PLACES]


def _pattern(template: str, part: Part, *, unit: bool) -> str:
    """Read once per request or run: five thousand deadlines share a handful of patterns."""
    kept: dict[tuple[str, Part, bool], str] = g.setdefault("reminder_words", {})
    key = (template, part, unit)
    if key not in kept:
        kept[key] = _read_pattern(template, part, unit=unit)
    return kept[key]


def _read_pattern(template: str, part: Part, *, unit: bool) -> str:
    places = {
        "unit": "{单位}" if unit else "", "title": "{事项}", "due": "{截止日期}", "due_short": "{截止月日}",
        "days": "{工作日数}", "office": "{办公室}",
    }  # fmt: skip
    title, body = render(f"reminders/{template}", part=part.value, **places)
    return f"{title}\n{body}"


def _filled(pattern: str, watch: Watch, committee: Committee, days: WorkCalendar, on: date) -> tuple[str, str]:
    fillings = {
        "单位": watch.unit.short_name if watch.unit else committee.office_short_name,
        "事项": watch.title,
        "截止日期": f"{zh_date(watch.due_on)}（{zh_weekday(watch.due_on)}）",
        "截止月日": zh_month_day(watch.due_on),
        "工作日数": str(abs(days.workdays_until(on, watch.due_on))),
        "办公室": committee.office_name,
    }
    text = re.sub(r"\{([^{}]*)\}", lambda found: fillings.get(found[1], found[0]), pattern)
    title, _, body = text.strip().partition("\n")
    return title.strip(), body.strip()
