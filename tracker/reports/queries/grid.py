"""The table unit × area of a round: every report's state in every area it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.core.calendar import WorkCalendar
from tracker.core.db import Labelled, db
from tracker.core.filters import zh_date
from tracker.core.pages import rooted
from tracker.plans.models import Area
from tracker.reports.models import WITH_OFFICE, AreaText, Entry, EntryState, Report, ReportState, Round
from tracker.tasks.models import Assignment, AssignmentRole, Task


class CellState(Labelled):
    """What a cell of the table says: the one legend of the whole table."""

    AWAITED = "awaited", "待报", "wait"
    DRAFTING = "drafting", "填报中", "begun"
    SIGNING = "signing", "待单位领导审签", "info"
    LATE = "late", "逾期未报", "late"
    RETURNED = "returned", "退回修改", "warn"
    SLOW = "slow", "已报送，有进展较慢或未启动", "slow"
    REPORTED = "reported", "已报送", "ok"
    ACCEPTED = "accepted", "审核通过", "done"
    EXEMPT = "exempt", "免报", "excused"


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
        """Per column: how many have reported, of how many that the area concerns. What was sent back is owed again."""
        return {column.id: self._total(column.id) for column in self.columns}

    def _total(self, column_id: int) -> str:
        found = [cell for (_, column), cell in self.cells.items() if column == column_id]
        owed = [cell for cell in found if cell.state is not CellState.EXEMPT]
        sent = [cell for cell in owed if cell.state in SENT]
        return f"{len(sent)}/{len(owed)}"


SENT = frozenset({CellState.REPORTED, CellState.ACCEPTED, CellState.SLOW})
MARKS = {CellState.SIGNING: "签", CellState.RETURNED: "退", CellState.SLOW: "慢", CellState.EXEMPT: "免"}
"""What stands beside a shape that says more than one might guess."""


def legend_words() -> list[tuple[str, str]]:
    """Shapes and words of the table, each with the letter that stands beside its shape there."""
    return [(one.tone, one.label + (f"（{MARKS[one]}）" if one in MARKS else "")) for one in CellState]


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
            url = rooted(f"/reports/{report.id}/review#part-{area_id}")
            cells[(report.id, area_id)] = Cell(state, url, MARKS.get(state, ""))
    rows = [Head(one.id, one.unit.short_name, one.unit.full_name, _page(one), one.unit.system.label) for one in reports]
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
    day = report.recognised_on or report.first_submitted_on
    if report.was_late() and day is not None:
        return max(1, days.workdays_until(report.due_on, day))
    return max(1, days.workdays_until(report.due_on, on)) if report.is_overdue(on) else 0


def late_words(report: Report, on: date, days: WorkCalendar) -> str:
    """迟报 / 逾期 n 个工作日; an excused lateness keeps its record beside the original date (promise 1)."""
    late = late_workdays(report, on, days)
    if late:
        return f"{'迟报' if report.was_late() else '逾期'}{late}个工作日"
    first = report.first_submitted_on
    if report.recognised_on is not None:
        return f"认定{zh_date(report.recognised_on)}报送，首次报送{zh_date(first)}"
    if first is not None and first > report.first_due_on:
        return f"原期限后{max(1, days.workdays_until(report.first_due_on, first))}个工作日报送，已延期"
    return ""


def _whole_cell(report: Report, on: date, days: WorkCalendar) -> Cell:
    state, late = cell_state(report, on), late_workdays(report, on, days)
    text = MARKS.get(state, "") + (f"{late}日" if late else "")
    return Cell(state, _page(report), text, late_words(report, on, days))


def _page(report: Report) -> str:
    """Where a report is read, behind the prefix of the site."""
    return rooted(f"/reports/{report.id}/review")


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
