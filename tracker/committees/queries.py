"""Who is inside whom, and which units a committee has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.orm import selectinload

from tracker.committees.importing import Judgement, judge, read_rows
from tracker.committees.models import Committee, IgnoredName, System, Unit, UnitName, bare_name, normalised
from tracker.core import calendar
from tracker.core.access import Actor, Role
from tracker.core.arrangement import Arrangement
from tracker.core.calendar import CalendarDay
from tracker.core.db import db

PHONES_SHOWN = 12


def visible_committees(actor: Actor) -> Select[Committee]:
    """The actor's own committee; an administrator of accounts sees those below as well."""
    own = select(Committee).where(Committee.id == actor.committee_id)
    return within(actor.committee_id) if actor.role in {Role.SYSADMIN, Role.SECADMIN} else own


def committee_seen(actor: Actor, number: int | None) -> Committee:
    """The committee asked for, where the actor sees it; else their own."""
    found = db.session.scalar(visible_committees(actor).where(Committee.id == (number or 0)))
    return found or db.session.get_one(Committee, actor.committee_id)


def within(committee_id: int | None) -> Select[Committee]:
    """A committee and all below it, by one comparison of paths."""
    path = select(Committee.path).where(Committee.id == committee_id).scalar_subquery()
    return select(Committee).where(Committee.path.startswith(path))


def below(committee_id: int | None) -> Select[Committee]:
    """The committees below one, without itself."""
    return within(committee_id).where(Committee.id != committee_id)


def above(committee_id: int | None) -> list[int]:
    """The committees above one, the nearest first: one query however high the tree."""
    start = select(Committee.id, Committee.parent_id, literal(0).label("height")).where(Committee.id == committee_id)
    tree = start.cte("above", recursive=True)
    tree = tree.union(
        select(Committee.id, Committee.parent_id, tree.c.height + 1).join(tree, Committee.id == tree.c.parent_id)
    )
    return list(db.session.scalars(select(tree.c.id).where(tree.c.height > 0).order_by(tree.c.height)))


def office_phones() -> list[tuple[str, str]]:
    """(office, number) for strangers at the door, the highest body first; only numbers that an office put there."""
    rows = db.session.scalars(select(Committee).order_by(Committee.path))
    named = [(one.office_short_name, one.settings.office_phone) for one in rows if one.settings.office_phone]
    return named[:PHONES_SHOWN]


def visible_units(actor: Actor) -> Select[Unit]:
    """The units of the actor's committee: their names are in every published list. Order: official."""
    committees = within(actor.committee_id).with_only_columns(Committee.id)
    mine = Unit.committee_id == actor.committee_id
    rows = select(Unit).order_by(Unit.position)
    return rows.where(or_(mine, Unit.committee_id.in_(committees)) if actor.role is Role.SYSADMIN else mine)


def unit_seen(actor: Actor, number: int | None) -> Unit | None:
    """One unit among those the actor sees."""
    return db.session.scalar(visible_units(actor).where(Unit.id == (number or 0)))


def units_seen(actor: Actor, numbers: Iterable[int]) -> list[Unit]:
    """Several units among those the actor sees, in official order."""
    return list(db.session.scalars(visible_units(actor).where(Unit.id.in_(list(numbers)))))


def judged_list(committee: Committee, text: str, on: date) -> Judgement:
    """A list of units as pasted, against the committee's list as it stands."""
    rows = select(Unit).where(Unit.committee_id == committee.id).options(selectinload(Unit.names))
    units = list(db.session.scalars(rows.order_by(Unit.position)))
    return judge(read_rows(text), units, on, area_name=committee.area_name)


def units_of(committee_id: int) -> list[Unit]:
    """All units of a committee in official order."""
    rows = select(Unit).where(Unit.committee_id == committee_id).order_by(Unit.position, Unit.id)
    return list(db.session.scalars(rows))


def current_units(committee_id: int | None, on: date) -> list[Unit]:
    """The units on the list that day, in official order."""
    rows = select(Unit).where(Unit.committee_id == committee_id, *_on_the_list(on)).order_by(Unit.position)
    return list(db.session.scalars(rows))


@dataclass(frozen=True)
class UnitChoice:
    """A unit as the picker wants it: found by Chinese, pinyin initials or number, grouped in official order."""

    value: int
    label: str
    search: str
    group: str


def unit_choices(committee_id: int | None, on: date) -> list[UnitChoice]:
    """The units of today's list, for a picker."""
    return choices_of(current_units(committee_id, on))


def choices_of(units: Iterable[Unit]) -> list[UnitChoice]:
    """These units, for a picker."""
    return [
        UnitChoice(unit.id, unit.short_name, f"{unit.full_name} {unit.initials} {unit.position}", unit.system.label)
        for unit in units
    ]


def names_of_units(committee_id: int | None, on: date) -> dict[str, Unit]:
    """Every name by which a unit of today's list may be called; a name of two units names neither. The name of the
    area may be left out: 云川市民政局 is also 民政局.

    An abolished unit's names lead to the unit that took over its duties, where nothing nearer bears them.
    """
    rows = select(Unit).where(Unit.committee_id == committee_id).order_by(Unit.position)
    area = db.session.scalar(select(Committee.area_name).where(Committee.id == committee_id)) or ""
    heirs: dict[str, set[int]] = defaultdict(set)
    bare: dict[str, set[int]] = defaultdict(set)
    exact: dict[str, set[int]] = defaultdict(set)
    found: dict[int, Unit] = {}
    for unit in db.session.scalars(rows.options(selectinload(Unit.names), selectinload(Unit.successor))):
        names = (unit.full_name, unit.short_name, *(other.name for other in unit.names))
        living = unit if unit.is_current(on) else unit.successor
        if living is None or not living.is_current(on):
            continue
        found[living.id] = living
        for name in names:
            if living is unit:
                exact[normalised(name)].add(living.id)
                bare[bare_name(name)].add(living.id)
                bare[bare_name(name.removeprefix(area))].add(living.id)
            else:
                heirs[normalised(name)].add(living.id)
    return {
        name: found[next(iter(ids))]
        for names_ in (heirs, bare, exact)
        for name, ids in names_.items()
        if len(ids) == 1 and name
    }


def unit_named(name: str, by_name: Mapping[str, Unit]) -> Unit | None:
    """The unit of a name as written, else without the level it is written with (教育局 is the local one)."""
    return by_name.get(normalised(name)) or by_name.get(bare_name(name))


def ignored_name(committee_id: int, name: str) -> IgnoredName | None:
    """That the office said a name is no unit, if it did."""
    rows = select(IgnoredName).where(
        IgnoredName.committee_id == committee_id, IgnoredName.name == normalised(name)[:100]
    )
    return db.session.scalars(rows).first()


def ignored_names(committee_id: int | None) -> set[str]:
    """What the office has said is no unit, as `normalised` writes it."""
    rows = select(IgnoredName.name).where(IgnoredName.committee_id == committee_id)
    return set(db.session.scalars(rows))


@dataclass(frozen=True)
class UnitFilter:
    """What the address of the list of units asks for."""

    committee_id: int | None = None
    words: str = ""
    system: System | None = None
    members: bool | None = None
    closed: bool = False


def units_found(actor: Actor, wanted: UnitFilter) -> Select[Unit]:
    """The list of units, in official order: by any of their names, or pinyin initials."""
    rows = visible_units(actor).where(Unit.committee_id == (wanted.committee_id or actor.committee_id))
    rows = rows.where(Unit.valid_to < actor.on) if wanted.closed else rows.where(*_on_the_list(actor.on))
    if wanted.system is not None:
        rows = rows.where(Unit.system == wanted.system)
    if wanted.members is not None:
        rows = rows.where(Unit.is_member.is_(wanted.members))
    if wanted.words:
        like = wanted.words.lower()
        rows = rows.where(
            or_(
                Unit.full_name.contains(like, autoescape=True),
                Unit.short_name.contains(like, autoescape=True),
                Unit.initials.contains(like, autoescape=True),
                Unit.names.any(UnitName.name.contains(like, autoescape=True)),
            )
        )
    return rows.options(selectinload(Unit.names))


def counts_of_units(actor: Actor) -> dict[int, int]:
    """How many units each visible committee has on its list today."""
    committees = visible_committees(actor).with_only_columns(Committee.id)
    rows = (
        select(Unit.committee_id, func.count())
        .where(Unit.committee_id.in_(committees), *_on_the_list(actor.on))
        .group_by(Unit.committee_id)
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


@dataclass(frozen=True)
class DayShown:
    """One day of the year view."""

    day: date
    is_workday: bool
    is_make_up: bool
    """Worked although a Saturday or Sunday."""
    is_festival: bool
    """Off although a weekday, or named by the arrangement."""
    is_own: bool
    name: str


def year_shown(year: int) -> list[list[DayShown | None]]:
    """Twelve months, each beginning with the blanks before its first day, Monday first."""
    own = own_days(year)
    work = calendar.current()
    months: list[list[DayShown | None]] = []
    day = date(year, 1, 1)
    for _ in range(365 + (date(year, 12, 31).timetuple().tm_yday == 366)):
        if day.day == 1:
            months.append([None] * day.weekday())
        row = own.get(day)
        worked = work.is_workday(day)
        name = row.note if row else (calendar.holiday_name(day) or "")
        months[-1].append(
            DayShown(
                day, worked, worked and day.weekday() >= 5, not worked and day.weekday() < 5, row is not None, name
            )
        )
        day += timedelta(days=1) if day < date.max else timedelta(0)
    return months


def own_days(year: int) -> dict[date, CalendarDay]:
    """The office's own days of a year, in order."""
    rows = select(CalendarDay).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    return {row.day: row for row in db.session.scalars(rows.order_by(CalendarDay.day))}


def days_set(days: Iterable[date]) -> dict[date, CalendarDay]:
    """Those of these days about which the office has said something."""
    rows = select(CalendarDay).where(CalendarDay.day.in_(list(days)))
    return {row.day: row for row in db.session.scalars(rows)}


def days_to_adopt(arrangement: Arrangement) -> dict[date, tuple[bool, str]]:
    """What must be entered so that the calendar says what the notice says: its own days, and those guessed wrongly."""
    days = arrangement.named()
    bare = calendar.WorkCalendar()
    day = date(arrangement.year, 1, 1)
    while day.year == arrangement.year and day < date.max:
        if day not in days and bare.is_workday(day) != arrangement.is_workday(day):
            days[day] = (arrangement.is_workday(day), "按通知")
        day += timedelta(days=1)
    return dict(sorted(days.items()))


def _on_the_list(on: date) -> tuple[ColumnElement[bool], ...]:
    return (or_(Unit.valid_from.is_(None), Unit.valid_from <= on), or_(Unit.valid_to.is_(None), Unit.valid_to >= on))
