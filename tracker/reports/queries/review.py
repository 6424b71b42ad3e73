"""What the office looks at: the pile, the table unit × area, goals, requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import contains_eager, joinedload

from tracker.committees.models import Unit
from tracker.core.calendar import WorkCalendar
from tracker.core.clock import shanghai_date
from tracker.core.db import Labelled, db
from tracker.plans.models import Area, Goal
from tracker.reports.models import (
    WITH_OFFICE,
    AreaText,
    Entry,
    EntryState,
    Evidence,
    Extension,
    ExtensionState,
    GoalStatement,
    Report,
    ReportState,
    Request,
    Round,
)
from tracker.reports.queries.reports import latest_versions, was_submitted
from tracker.reports.queries.rounds import reports_of
from tracker.tasks.models import Assignment, AssignmentRole, Task


class CellState(Labelled):
    """What a cell of the table says: the one legend of the whole table."""

    AWAITED = "awaited", "待报", "wait"
    DRAFTING = "drafting", "填报中", "info"
    SIGNING = "signing", "待单位领导审签", "info"
    LATE = "late", "逾期未报", "late"
    RETURNED = "returned", "退回修改", "warn"
    SLOW = "slow", "已报送，有进展较慢或未启动", "warn"
    REPORTED = "reported", "已报送", "ok"
    ACCEPTED = "accepted", "审核通过", "done"
    EXEMPT = "exempt", "免报", "wait"


@dataclass(frozen=True)
class Cell:
    state: CellState
    url: str
    text: str = ""
    note: str = ""


@dataclass(frozen=True)
class Head:
    id: int
    label: str
    title: str = ""
    url: str = ""
    group: str = ""


@dataclass(frozen=True)
class Grid:
    """The table unit × area, filtered; the first column is the report as a whole."""

    rows: list[Head]
    columns: list[Head]
    cells: dict[tuple[int, int], Cell]
    reports: list[Report]

    def totals(self) -> dict[int, str]:
        """Per column: how many have reported, of how many that the area concerns."""
        return {column.id: self._total(column.id) for column in self.columns}

    def _total(self, column_id: int) -> str:
        found = [cell for (_, column), cell in self.cells.items() if column == column_id]
        owed = [cell for cell in found if cell.state is not CellState.EXEMPT]
        sent = [cell for cell in owed if cell.state in SENT]
        return f"{len(sent)}/{len(owed)}"


SENT = frozenset({CellState.REPORTED, CellState.ACCEPTED, CellState.SLOW, CellState.RETURNED})
MARKS = {CellState.SIGNING: "签", CellState.RETURNED: "退", CellState.SLOW: "慢", CellState.EXEMPT: "免"}
"""What tells apart two states of one shape without hovering."""
WHOLE = 0
"""The column of the report as a whole."""


def grid(round_: Round, areas: list[Area], reports: list[Report], on: date, days: WorkCalendar) -> Grid:
    """Every report's state in every area it concerns: three queries, whatever the number of units."""
    concerned = _concerned([report.id for report in reports])
    slow = _slow_areas(round_)
    shown = {area.id for area in areas}
    cells: dict[tuple[int, int], Cell] = {}
    for report in reports:
        whole = _whole_cell(report, on, days)
        cells[(report.id, WHOLE)] = whole
        for area_id in concerned.get(report.id, set()) & shown:
            is_slow = report.state in WITH_OFFICE and (report.id, area_id) in slow
            state = CellState.SLOW if is_slow else whole.state
            url = f"/reports/{report.id}/review#part-{area_id}"
            cells[(report.id, area_id)] = Cell(state, url, MARKS.get(state, ""))
    rows = [
        Head(one.id, one.unit.short_name, one.unit.full_name, f"/reports/{one.id}/review", one.unit.system.label)
        for one in reports
    ]
    columns = [
        Head(WHOLE, "报告"),
        *(Head(area.id, area.name, f"{area.plan.short_title}：{area.name}") for area in areas),
    ]
    return Grid(rows, columns, cells, reports)


def cell_state(report: Report, on: date) -> CellState:
    """A report in one word of the table."""
    if report.state is ReportState.EXEMPTED:
        return CellState.EXEMPT
    if report.awaits_rectification():
        return CellState.RETURNED
    if report.is_overdue(on):
        return CellState.LATE
    return {
        ReportState.NOT_STARTED: CellState.AWAITED,
        ReportState.DRAFT: CellState.DRAFTING,
        ReportState.AWAITING_SIGN_OFF: CellState.SIGNING,
        ReportState.SUBMITTED: CellState.REPORTED,
    }.get(report.state, CellState.ACCEPTED)


def late_workdays(report: Report, on: date, days: WorkCalendar) -> int:
    """Working days late: of a submission for ever, of one still owed up to today; 0 when in time."""
    if report.was_late() and report.first_submitted_on is not None:
        return max(1, days.workdays_until(report.due_on, report.first_submitted_on))
    return max(1, days.workdays_until(report.due_on, on)) if report.is_overdue(on) else 0


def late_words(report: Report, on: date, days: WorkCalendar) -> str:
    """迟报 / 逾期 n 个工作日; an excused lateness keeps its record beside the original date (promise 1)."""
    late = late_workdays(report, on, days)
    if late:
        return f"{'迟报' if report.was_late() else '逾期'}{late}个工作日"
    first = report.first_submitted_on
    if first is not None and first > report.first_due_on:
        return f"原期限后{max(1, days.workdays_until(report.first_due_on, first))}个工作日报送，已延期"
    return ""


def _whole_cell(report: Report, on: date, days: WorkCalendar) -> Cell:
    state, late = cell_state(report, on), late_workdays(report, on, days)
    text = f"{late}日" if late else MARKS.get(state, "")
    return Cell(state, f"/reports/{report.id}/review", text, late_words(report, on, days))


def _concerned(report_ids: list[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    rows = select(AreaText.report_id, AreaText.area_id).where(AreaText.report_id.in_(report_ids))
    for report_id, area_id in db.session.execute(rows):
        found.setdefault(report_id, set()).add(area_id)
    return found


def _slow_areas(round_: Round) -> set[tuple[int, int]]:
    """(report, area) where a submitted row is slow or not started; drafts are not looked into."""
    rows = db.session.execute(
        select(Entry.report_id, Task.area_id)
        .join(Entry.report)
        .join(Entry.assignment)
        .join(Assignment.task)
        .where(
            Report.round_id == round_.id,
            Report.state.in_(WITH_OFFICE),
            Entry.state.in_([EntryState.SLOW, EntryState.NOT_STARTED]),
            Assignment.role != AssignmentRole.SUPPORT,
        )
        .distinct()
    )
    return {(report_id, area_id) for report_id, area_id in rows}


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
        .options(joinedload(Report.unit), joinedload(Report.reviewer), joinedload(Report.round))
        .order_by(Report.submitted_at, Report.id)
    )
    return [
        Queued(report, max(0, days.workdays_until(shanghai_date(report.submitted_at), on)))
        for report in rows if report.submitted_at is not None
    ]  # fmt: skip


def next_in_queue(report: Report, user_id: int | None) -> int | None:
    """The next one on the pile that nobody else has in hand: a reviewer goes through fifty without the list."""
    return db.session.scalar(
        select(Report.id)
        .where(
            Report.round_id == report.round_id,
            Report.state == ReportState.SUBMITTED,
            Report.id != report.id,
            (Report.reviewer_id.is_(None)) | (Report.reviewer_id == user_id),
        )
        .order_by(Report.submitted_at, Report.id)
        .limit(1)
    )


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


def goals_of(round_: Round) -> list[GoalRow]:
    """Every goal that a submitted report speaks to, in the plans' order."""
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
    found: dict[int, GoalRow] = {}
    for one in rows:
        found.setdefault(one.goal_id, GoalRow(one.goal, [])).statements.append(one)
    return list(found.values())


def requests_of(round_: Round) -> list[Request]:
    """What the units ask the committee to solve; the unanswered first."""
    return list(
        db.session.scalars(
            select(Request)
            .join(Request.report)
            .join(Report.unit)
            .where(Report.round_id == round_.id, Report.state.in_(WITH_OFFICE))
            .options(
                contains_eager(Request.report).contains_eager(Report.unit),
                contains_eager(Request.report).joinedload(Report.round),
            )
            .order_by(case((Request.answer == "", 0), else_=1), Unit.position, Request.id)
        )
    )


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
    waiting = (
        select(func.count())
        .select_from(Report)
        .where(Report.round_id == round_.id, Report.state == ReportState.SUBMITTED)
    )
    row = db.session.execute(
        select(unanswered.scalar_subquery(), asked.scalar_subquery(), waiting.scalar_subquery())
    ).one()
    return {"requests": row[0] or 0, "queue": (row[1] or 0) + (row[2] or 0)}
