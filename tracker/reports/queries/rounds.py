"""Rounds: which there are, their usual dates, who is obligated, and the table unit × area."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from tracker.committees.models import Committee, CommitteeSettings, Unit
from tracker.core.access import Actor
from tracker.core.calendar import WorkCalendar
from tracker.core.db import db
from tracker.core.filters import zh_date, zh_weekday
from tracker.plans.models import Area, Plan
from tracker.reminders.models import Watch
from tracker.reports.models import Report, ReportState, Round, RoundKind, RoundPlan, RoundState
from tracker.tasks.models import Assignment
from tracker.tasks.queries import issued_assignments


def visible_rounds(actor: Actor) -> Select[Round]:
    """The rounds of the actor's own committee; a unit sees those it has a report in."""
    rows = select(Round).where(Round.committee_id == actor.committee_id)
    if actor.sees_committee:
        return rows
    mine = select(Report.round_id).where(Report.unit_id == actor.unit_id)
    return rows.where(Round.id.in_(mine), Round.state != RoundState.PLANNED)


def settings_of(committee_id: int | None) -> CommitteeSettings:
    """What the committee set for its rounds."""
    return db.session.get_one(Committee, committee_id).settings


@dataclass(frozen=True)
class RoundDates:
    opens_on: date
    due_on: date
    locks_on: date


def usual_dates(settings: CommitteeSettings, year: int, days: WorkCalendar) -> RoundDates:
    """The dates of the committee's settings for a year's report (product.md §5).

    A due date on a day off moves to the last workday before it, when the committee says so.
    """
    opens_on = _in_year(year, settings.annual_opens)
    due_on = _next_after(opens_on, settings.annual_due)
    if settings.deadline_moves_forward:
        due_on = max(opens_on, days.last_workday(due_on))
    return RoundDates(opens_on, due_on, _next_after(due_on, settings.annual_locks))


def usual_half_year(settings: CommitteeSettings, year: int, days: WorkCalendar) -> RoundDates:
    """The dates of the committee's settings for half a year's report."""
    opens_on = _in_year(year, settings.half_year_opens)
    due_on = _next_after(opens_on, settings.half_year_due)
    if settings.deadline_moves_forward:
        due_on = max(opens_on, days.last_workday(due_on))
    return RoundDates(opens_on, due_on, due_on + timedelta(days=31))


def units_due_in_week(committee_id: int | None, day: date, without: int | None = None) -> int:
    """How many units have some other deadline in the week of that day: reports, consultations, notices alike."""
    monday = day - timedelta(days=day.weekday())
    rows = select(func.count(func.distinct(Watch.unit_id))).where(
        Watch.committee_id == committee_id, Watch.settled_at.is_(None), Watch.unit_id.is_not(None),
        Watch.due_on.between(monday, monday + timedelta(days=6)),
    )  # fmt: skip
    if without is not None:
        own = select(Report.id).where(Report.round_id == without)
        rows = rows.where(or_(Watch.subject_type != "Report", Watch.subject_id.not_in(own)))
    return db.session.scalar(rows) or 0


def said_of_day(day: date, days: WorkCalendar) -> str:
    """What a person should know of a day before choosing it as a deadline; empty when there is nothing."""
    said = []
    if not days.is_workday(day):
        said.append(f"不是工作日，前一个工作日是{zh_date(days.last_workday(day))}{zh_weekday(days.last_workday(day))}")
    elif days.is_first_after_holiday(day):
        said.append("节后首个工作日，单位可能来不及办理")
    if not days.is_published(day.year):
        said.append(f"{day.year}年放假安排尚未公布，按法定节假日推算")
    return "；".join(said)


def _in_year(year: int, month_day: str) -> date:
    month, day = (int(part) for part in month_day.split("-"))
    return date(year, month, day)


def _next_after(start: date, month_day: str) -> date:
    day = _in_year(start.year, month_day)
    return day if day >= start else _in_year(start.year + 1, month_day)


def plans_of_year(committee_id: int | None, year: int) -> list[Plan]:
    """The plans that run in a year: the ones a round of that year covers."""
    return list(
        db.session.scalars(
            select(Plan)
            .where(Plan.committee_id == committee_id, Plan.first_year <= year, Plan.last_year >= year)
            .order_by(Plan.kind.desc(), Plan.id)
        )
    )


def previous_round(round_: Round) -> Round | None:
    """The round of the same kind before this one: what was planned there comes back here. Special ones stand alone."""
    return previous_rounds([round_]).get(round_.id)


def previous_rounds(rounds: Sequence[Round]) -> dict[int, Round]:
    """The same for many, in one query: the round before by the number of each that has one."""
    mine = [round_ for round_ in rounds if not round_.is_special]
    if not mine:
        return {}
    earlier = list(
        db.session.scalars(
            select(Round)
            .where(
                Round.committee_id.in_({round_.committee_id for round_ in mine}),
                Round.kind.in_({round_.kind for round_ in mine}),
                Round.year < max(round_.year for round_ in mine),
                Round.state != RoundState.PLANNED,
            )
            .order_by(Round.year)
        )
    )
    return {
        round_.id: one
        for round_ in mine
        for one in earlier
        if (one.committee_id, one.kind) == (round_.committee_id, round_.kind) and one.year < round_.year
    }


def earlier_special(actor: Actor, round_id: int) -> Round | None:
    """A special round whose questions are asked again."""
    rows = visible_rounds(actor).where(Round.id == round_id, Round.kind == RoundKind.SPECIAL)
    return db.session.scalar(rows)


def earlier_specials(actor: Actor, at_most: int = 8) -> list[Round]:
    """The last ones, to choose from."""
    rows = visible_rounds(actor).where(Round.kind == RoundKind.SPECIAL)
    return list(db.session.scalars(rows.order_by(Round.id.desc()).limit(at_most)))


def all_rounds(actor: Actor, *, kind: RoundKind | None = None, year: int | None = None) -> list[Round]:
    """The actor's rounds, the newest first."""
    rows = visible_rounds(actor).order_by(Round.due_on.desc(), Round.id.desc())
    if kind is not None:
        rows = rows.where(Round.kind == kind)
    return list(db.session.scalars(rows.where(Round.year == year) if year else rows))


def years_of_rounds(actor: Actor) -> list[int]:
    """The years of the actor's rounds, newest first."""
    return sorted(db.session.scalars(visible_rounds(actor).with_only_columns(Round.year).distinct()), reverse=True)


def stands(committee_id: int | None, kind: RoundKind, year: int) -> bool:
    """Whether there is a round of that kind and year."""
    rows = select(Round.id).where(Round.committee_id == committee_id, Round.kind == kind, Round.year == year)
    return db.session.scalar(rows) is not None


def chosen_plans(committee_id: int | None, numbers: Collection[int]) -> list[Plan]:
    """The committee's own among these plans."""
    rows = select(Plan).where(Plan.id.in_(numbers), Plan.committee_id == committee_id).order_by(Plan.id)
    return list(db.session.scalars(rows))


def chosen_units(committee_id: int | None, numbers: Collection[int]) -> list[Unit]:
    """The committee's own among these units, in official order."""
    rows = select(Unit).where(Unit.id.in_(numbers), Unit.committee_id == committee_id).order_by(Unit.position)
    return list(db.session.scalars(rows))


def latest_of_kind(committee_id: int | None, kind: RoundKind) -> Round | None:
    """The committee's newest round of a kind, planned ones included: the pattern for the next."""
    return db.session.scalar(
        select(Round).where(Round.committee_id == committee_id, Round.kind == kind).order_by(Round.year.desc()).limit(1)
    )


def obligations(committee_id: int, plan_ids: list[int], period: tuple[date, date], on: date) -> list[Assignment]:
    """The parts that are to be reported on: issued by the day, of tasks that run in the period; unit by unit."""
    issued = issued_assignments(committee_id, on, plan_ids=plan_ids)
    asked = [
        one for one in issued
        if (one.task.starts_on is None or one.task.starts_on <= period[1]) and one.unit.is_current(on)
    ]  # fmt: skip
    return sorted(asked, key=lambda one: (one.unit.position, one.unit_id, one.task.plan_id, one.task.position))


def obligated(round_: Round, on: date) -> list[Assignment]:
    """The same for a round that stands already."""
    return obligations(round_.committee_id, [plan.id for plan in round_.plans], round_.period, on)


def counts(round_ids: list[int]) -> dict[int, dict[ReportState, int]]:
    """How many reports of each round are in each state: one query for any number of rounds."""
    rows = db.session.execute(
        select(Report.round_id, Report.state, func.count())
        .where(Report.round_id.in_(round_ids))
        .group_by(Report.round_id, Report.state)
    )
    found: dict[int, dict[ReportState, int]] = {number: {} for number in round_ids}
    for number, state, count in rows:
        found[number][state] = count
    return found


def reports_of(round_: Round) -> list[Report]:
    """All reports of a round in the units' official order."""
    return list(
        db.session.scalars(
            select(Report)
            .join(Report.unit)
            .where(Report.round_id == round_.id)
            .options(contains_eager(Report.unit), joinedload(Report.round))
            .order_by(Unit.position)
        )
    )


def excepted(round_: Round, on: date) -> list[Report]:
    """Reports for which the round's lock does not hold that day, with who answers for it."""
    rows = select(Report).join(Report.unit).where(Report.round_id == round_.id, Report.exception_until >= on)
    rows = rows.options(contains_eager(Report.unit), joinedload(Report.exception_holder))
    return list(db.session.scalars(rows.order_by(Unit.position)))


def areas_of(round_: Round) -> list[Area]:
    """The areas that the round asks about, plan by plan."""
    return list(
        db.session.scalars(
            select(Area)
            .join(RoundPlan, RoundPlan.plan_id == Area.plan_id)
            .where(RoundPlan.round_id == round_.id)
            .options(joinedload(Area.plan))
            .order_by(Area.plan_id, Area.position)
        )
    )


def due_to_open(on: date) -> list[int]:
    """Planned rounds whose day has come; a special one is opened by hand, when the office has looked at it."""
    rows = select(Round.id).where(Round.state == RoundState.PLANNED, Round.opens_on <= on)
    return list(db.session.scalars(rows.where(Round.kind != RoundKind.SPECIAL)))


def taking_joiners(on: date) -> list[int]:
    """Open rounds that units assigned later still join; a special one asks whom it chose."""
    return list(
        db.session.scalars(
            select(Round.id).where(
                Round.state == RoundState.OPEN, Round.due_on >= on, Round.kind != RoundKind.SPECIAL
            )
        )
    )  # fmt: skip


def due_to_lock(on: date) -> list[int]:
    """Rounds whose locking day has come."""
    return list(
        db.session.scalars(
            select(Round.id).where(Round.state.in_([RoundState.OPEN, RoundState.CLOSED]), Round.locks_on <= on)
        )
    )
