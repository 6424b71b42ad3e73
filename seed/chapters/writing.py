"""How a unit writes its report in the demo: from the prepared texts to edits of its sheet."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from tracker.core import files
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.files import Blob
from tracker.reports import actions
from tracker.reports.actions.filling import Edit
from tracker.reports.models import (
    ArrangementOutcome,
    EntryState,
    GoalStatus,
    Report,
    SectionKind,
)
from tracker.reports.queries import reports as queries
from tracker.tasks.models import AssignmentRole, Task

from ..content.evidence import EVIDENCE, bytes_of, number_in
from ..content.reports import report_of
from ..content.shapes import AreaRef, Kept, MeasureRef, ReportText, State, Term

STATES: dict[State, EntryState] = {
    "completed": EntryState.COMPLETED,
    "on_schedule": EntryState.ON_SCHEDULE,
    "ongoing": EntryState.CONTINUOUS,
    "slow": EntryState.SLOW,
    "not_started": EntryState.NOT_STARTED,
    "no_task": EntryState.NO_TASK,
}
OUTCOMES: dict[Kept, ArrangementOutcome] = {
    "kept": ArrangementOutcome.DONE,
    "partly": ArrangementOutcome.PARTLY,
    "not_kept": ArrangementOutcome.NOT,
}
GOALS = (
    (GoalStatus.EXPECTED, "按本单位业务统计，近两年逐年接近目标值，预计规划期内可以达到。"),
    (GoalStatus.REACHED, "按本单位业务统计，上一年度数值已达到目标值。"),
    (GoalStatus.EXPECTED, "按部门统计年报，进度快于时间进度，预计可以按期达到。"),
    (GoalStatus.DIFFICULT, "按部门统计年报，与目标值仍有差距，县区之间不平衡，需要加大投入。"),
    (GoalStatus.NO_DATA, "年度数据由统计部门统一提供，目前尚未反馈。"),
)


def write(actor: Actor, report_id: int, term: Term, *, part: float = 1.0) -> None:
    """Write the unit's prepared report into its sheet; only a `part` of it when it is still being written."""
    report = queries.whole(report_id)
    text = report_of(report.unit.short_name, term)
    edits = [*_overview(text), *_answers(report), *_areas(report, text), *_entries(report, text), *_goals(report)]
    troubles = actions.save_sheet(actor, report, edits[: max(1, int(len(edits) * part))])
    if troubles:
        raise RuntimeError(f"{text.unit}: {troubles}")
    if part < 1:
        return
    tasks = {_measure_of(entry.assignment.task): entry.assignment.task_id for entry in queries.whole(report_id).entries}
    for line in text.arrangements:
        actions.add_arrangement(
            actor, db.session.get_one(Report, report_id), line.text, by_when=f"{line.by_month}月底前",
            task_id=tasks.get(line.measure),
        )  # fmt: skip
    for request in text.requests:
        actions.add_request(actor, db.session.get_one(Report, report_id), f"{request.title}：{request.text}")
    _attach(actor, report_id, term)


def blob_of(content: bytes) -> Blob:
    return files.put(BytesIO(content), max_bytes=1 << 24)


def place_of(report: Report, at: AreaRef | MeasureRef) -> int:
    """The row that a remark stands at: the area's text, or the entry of the measure."""
    if isinstance(at, MeasureRef):
        return next(entry.id for entry in report.entries if _measure_of(entry.assignment.task) == at)
    return next(text.area_id for text in report.area_texts if _area_of(text.area) == at)


def _overview(text: ReportText) -> list[Edit]:
    said = text.overview
    return [
        Edit(f"section:{kind.value}", {"text": words})
        for kind, words in (
            (SectionKind.PROGRESS, said.completion),
            (SectionKind.PRACTICE, said.practice),
            (SectionKind.PROBLEMS, said.difficulties),
        )
    ]


def _answers(report: Report) -> list[Edit]:
    """What became of last year's lines; a line whose answer was not prepared was kept."""
    prepared = {line.text: line for line in report_of(report.unit.short_name, "finished").arrangements}
    edits = []
    for last in queries.last_reports(report):
        for line in last.arrangements:
            said = prepared.get(line.text)
            outcome = OUTCOMES[said.kept] if said and said.kept else ArrangementOutcome.DONE
            note = said.answer if said else ""
            edits.append(Edit(f"answer:{line.id}", {"outcome": outcome.value, "outcome_note": note}))
    return edits


def _areas(report: Report, text: ReportText) -> list[Edit]:
    said = {passage.area: passage.text for passage in text.passages}
    return [
        Edit(f"area:{piece.id}", {"text": said[_area_of(piece.area)]})
        for piece in report.area_texts
        if _area_of(piece.area) in said
    ]


def _entries(report: Report, text: ReportText) -> list[Edit]:
    said = {row.measure: row for row in text.rows}
    return [
        Edit(f"entry:{entry.id}", {"state": STATES[row.state].value, "note": row.note})
        for entry in report.entries
        if (row := said.get(_measure_of(entry.assignment.task)))
    ]


def _goals(report: Report) -> list[Edit]:
    """Every goal that is asked for, and of the areas where the unit leads every fourth. One unit in three sees it
    otherwise than the others: the office must say which holds."""
    position = report.unit.position
    leads = {
        entry.assignment.task.area_id for entry in report.entries if entry.assignment.role is AssignmentRole.LEAD
    }  # fmt: skip
    edits = []
    for statement in report.goal_statements:
        goal = statement.goal
        if statement.is_asked or (goal.area_id in leads and (goal.position + position) % 4 == 0):
            status, basis = GOALS[(goal.id + (position // 4 % 3 == 0)) % len(GOALS)]
            edits.append(Edit(f"goal:{statement.id}", {"status": status.value, "basis": basis}))
    return edits


def _attach(actor: Actor, report_id: int, term: Term) -> None:
    report = queries.whole(report_id)
    year = report.round.year
    for one in EVIDENCE:
        if one.unit != report.unit.short_name or one.term != term:
            continue
        entries = {_measure_of(entry.assignment.task): entry.id for entry in report.entries}
        row = actions.attach(
            actor, db.session.get_one(Report, report_id), blob_of(bytes_of(one, year)), one.file_name,
            entry_id=entries.get(one.measure) if one.measure else None,
        )  # fmt: skip
        actions.describe(
            actor, row, dated_on=actor.on - timedelta(days=20), number=number_in(one, year), issuer=one.unit,
            entry_id=row.entry_id,
        )  # fmt: skip


def _area_of(area: object) -> AreaRef:
    return AreaRef(area.plan.kind.value, area.position)  # type: ignore[attr-defined]


def _measure_of(task: Task) -> MeasureRef | None:
    if task.measure is None:
        return None
    return MeasureRef(task.area.plan.kind.value, task.area.position, task.measure.position)  # type: ignore[arg-type]
