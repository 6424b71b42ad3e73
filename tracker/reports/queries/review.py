"""What the office looks at: the pile, the table unit × area, goals, requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from tracker.committees.models import Unit
from tracker.core.access import Actor
from tracker.core.calendar import WorkCalendar
from tracker.core.clock import shanghai_date
from tracker.core.db import db
from tracker.plans.models import Area, Goal
from tracker.reports import policy
from tracker.reports.models import (
    WITH_OFFICE,
    Evidence,
    ExemptionRequest,
    Extension,
    ExtensionState,
    GoalStatement,
    GoalStatus,
    Report,
    ReportState,
    Request,
    RequestState,
    Round,
    RoundPlan,
)
from tracker.reports.queries.reports import latest_versions, visible_goal_statements, was_submitted
from tracker.reports.queries.requests import requests_of as requests_of
from tracker.reports.queries.rounds import reports_of

# --- the pile ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Queued:
    """One submitted report on the pile."""

    report: Report
    waited: int
    """Working days since it came: the office's own waiting time."""


def queue(round_: Round, on: date, days: WorkCalendar) -> list[Queued]:
    """What waits for review, the longest first."""
    rows = db.session.scalars(
        select(Report)
        .where(Report.round_id == round_.id, Report.state == ReportState.SUBMITTED)
        .options(
            joinedload(Report.unit),
            joinedload(Report.reviewer),
            joinedload(Report.substitute),
            joinedload(Report.round),
        )
        .order_by(Report.submitted_at, Report.id)
    )
    return [
        Queued(report, max(0, days.workdays_until(shanghai_date(report.submitted_at), on)))
        for report in rows if report.submitted_at is not None
    ]  # fmt: skip


@dataclass(frozen=True)
class Neighbours:
    """Where a reviewer goes from here: the report before and after on the pile, and the next one to take up."""

    before: int | None
    after: int | None
    following: int | None
    """The next that the actor may judge and nobody else has in hand; behind the last one the oldest again."""
    place: int
    total: int


def neighbours(report: Report, actor: Actor) -> Neighbours:
    """The pile around a report, in the order of the pile: a reviewer goes through fifty without the list."""
    pile = list(db.session.scalars(
        select(Report)
        .where(Report.round_id == report.round_id, Report.state == ReportState.SUBMITTED)
        .options(joinedload(Report.unit), joinedload(Report.round))
        .order_by(Report.submitted_at, Report.id)
    ))  # fmt: skip
    numbers = [one.id for one in pile]
    place = numbers.index(report.id) + 1 if report.id in numbers else 0
    following = next((one.id for one in [*pile[place:], *pile[:place]] if _is_free(one, report, actor)), None)
    if not place:
        return Neighbours(None, following, following, 0, len(numbers))
    before = numbers[place - 2] if place > 1 else None
    after = numbers[place] if place < len(numbers) else None
    return Neighbours(before, after, following, place, len(numbers))


def _is_free(one: Report, report: Report, actor: Actor) -> bool:
    """Another one than this, and the actor's to take up."""
    return one.id != report.id and policy.may_judge(actor, one) and not policy.is_held_by_another(actor, one)


def extensions_asked(round_: Round) -> list[Extension]:
    """Applications that wait for a decision."""
    return list(
        db.session.scalars(
            select(Extension)
            .join(Extension.report)
            .where(Report.round_id == round_.id, Extension.state == ExtensionState.REQUESTED)
            .options(contains_eager(Extension.report).joinedload(Report.unit))
            .order_by(Extension.asked_at)
        )
    )


def filed_elsewhere(report_id: int) -> dict[str, list[str]]:
    """The same bytes submitted in other reports of the committee, by hash: mentioned to the reviewer, not forbidden."""
    mine = select(Evidence.file_id).where(Evidence.report_id == report_id)
    committee = select(Round.committee_id).join(Report).where(Report.id == report_id).scalar_subquery()
    rows = db.session.scalars(
        select(Evidence)
        .join(Evidence.report)
        .join(Report.round)
        .where(Evidence.file_id.in_(mine), Evidence.report_id != report_id)
        .where(Round.committee_id == committee, was_submitted())
        .options(
            joinedload(Evidence.file),
            contains_eager(Evidence.report).options(joinedload(Report.unit), contains_eager(Report.round)),
        )
    )
    found: dict[str, list[str]] = {}
    for one in rows:
        where = f"{one.report.unit.short_name}{one.report.round.title}"
        if where not in found.setdefault(one.file.sha256, []):
            found[one.file.sha256].append(where)
    return found


# --- goals, requests, sources -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GoalRow:
    """One goal and what the units say of it."""

    goal: Goal
    statements: list[GoalStatement]

    @property
    def is_contradicted(self) -> bool:
        """Two units say different things."""
        return len({one.status for one in self.statements}) > 1

    @property
    def settled(self) -> GoalStatus | None:
        """What the office confirmed of the goal, once it says the same of every unit's statement."""
        said = {one.confirmed for one in self.statements}
        return said.pop() if len(said) == 1 else None

    @property
    def is_unsettled(self) -> bool:
        """Contradicted, and the office has not yet said which holds."""
        return self.is_contradicted and self.settled is None


def goals_of(round_: Round) -> list[GoalRow]:
    """Every goal and what the submitted reports say of it, in the plans' order."""
    rows = db.session.scalars(
        select(GoalStatement)
        .join(GoalStatement.report)
        .join(GoalStatement.goal)
        .join(Goal.area)
        .join(Report.unit)
        .where(Report.round_id == round_.id, Report.state.in_(WITH_OFFICE), GoalStatement.status.is_not(None))
        .options(
            contains_eager(GoalStatement.report).contains_eager(Report.unit),
            contains_eager(GoalStatement.report).joinedload(Report.round),
            contains_eager(GoalStatement.goal).contains_eager(Goal.area).joinedload(Area.plan),
        )
        .order_by(Area.plan_id, Area.position, Goal.position, Unit.position)
    )
    found = {goal.id: GoalRow(goal, []) for goal in _goals(round_)}
    for one in rows:
        found.setdefault(one.goal_id, GoalRow(one.goal, [])).statements.append(one)
    return list(found.values())


def units_of_goals(rows: Iterable[GoalRow]) -> list[tuple[int, str]]:
    """The units that speak to any of these goals, in official order."""
    found = {one.report.unit_id: one.report.unit for row in rows for one in row.statements}
    return [(unit.id, unit.short_name) for unit in sorted(found.values(), key=lambda unit: (unit.position, unit.id))]


def statements_to_confirm(actor: Actor, round_id: int, numbers: Iterable[int]) -> list[GoalStatement]:
    """Those among these statements that nobody confirmed and no other unit contradicts, with their reports."""
    other = aliased(GoalStatement)
    contrary = (
        select(other.id)
        .join(other.report)
        .where(
            other.goal_id == GoalStatement.goal_id, other.status != GoalStatement.status,
            Report.round_id == round_id, Report.state.in_(WITH_OFFICE),
        )
        .exists()
    )  # fmt: skip
    rows = visible_goal_statements(actor).where(
        GoalStatement.id.in_(list(numbers)), GoalStatement.confirmed.is_(None), GoalStatement.status.is_not(None),
        GoalStatement.report.has(Report.round_id == round_id), ~contrary,
    )  # fmt: skip
    options = joinedload(GoalStatement.report).options(joinedload(Report.round), joinedload(Report.unit))
    return list(db.session.scalars(rows.options(options).order_by(GoalStatement.report_id, GoalStatement.id)))


def _goals(round_: Round) -> list[Goal]:
    """Every goal of the round's plans, spoken to or not, in the plans' order."""
    rows = select(Goal).join(Goal.area).join(RoundPlan, RoundPlan.plan_id == Area.plan_id)
    rows = rows.where(RoundPlan.round_id == round_.id, Goal.dropped_on.is_(None))
    rows = rows.options(contains_eager(Goal.area).joinedload(Area.plan))
    return list(db.session.scalars(rows.order_by(Area.plan_id, Area.position, Goal.position)))


def accepted_sources(round_: Round) -> list[tuple[str, dict[str, Any]]]:
    """(unit, content) of every accepted report, as submitted, in official order."""
    accepted = [report for report in reports_of(round_) if report.state is ReportState.ACCEPTED]
    contents: Mapping[int, Any] = latest_versions([report.id for report in accepted])
    return [
        (report.unit.short_name, contents[report.id].content) for report in accepted if report.id in contents
    ]  # fmt: skip


def accepted_count(round_: Round) -> int:
    """How many reports the committee's own is put together from."""
    rows = select(func.count()).select_from(Report)
    return db.session.scalar(rows.where(Report.round_id == round_.id, Report.state == ReportState.ACCEPTED)) or 0


def tab_counts(round_: Round) -> dict[str, int]:
    """The figures on the tabs of a round, in one query."""
    unanswered = (
        select(func.count())
        .select_from(Request)
        .join(Request.report)
        .where(Report.round_id == round_.id, Report.state.in_(WITH_OFFICE), Request.answer == "")
    )
    asked = (
        select(func.count())
        .select_from(Extension)
        .join(Extension.report)
        .where(Report.round_id == round_.id, Extension.state == ExtensionState.REQUESTED)
    )
    spare = (
        select(func.count())
        .select_from(ExemptionRequest)
        .join(ExemptionRequest.report)
        .where(Report.round_id == round_.id, ExemptionRequest.state == RequestState.REQUESTED)
    )
    waiting = (
        select(func.count())
        .select_from(Report)
        .where(Report.round_id == round_.id, Report.state == ReportState.SUBMITTED)
    )
    parts = [unanswered, asked, spare, waiting]
    requests, extensions, exemptions, reports = db.session.execute(
        select(*(one.scalar_subquery() for one in parts))
    ).one()
    applications = extensions + exemptions
    return {"requests": requests, "asked": applications, "queue": applications + reports}
