"""The facts behind lights as they were at the end of a past day: from submitted versions and from the trail.

What the rule reads is a small table per report and per row of a report. For today these are the tables themselves; for
a past day they are put together here and handed to the database as one parameter, so that one rule judges both.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from tracker.core.audit import AuditEntry
from tracker.core.clock import SHANGHAI
from tracker.core.db import db
from tracker.reports.models import (
    Entry,
    EntryState,
    Extension,
    ExtensionState,
    Report,
    ReportState,
    ReportVersion,
    Round,
)
from tracker.reports.workflow import REPORT
from tracker.supervision.models import LightChange
from tracker.tasks.models import GONE, Assignment, AssignmentState, Task, TaskState

REPORTED = (ReportState.SUBMITTED, ReportState.ACCEPTED, ReportState.RETURNED)
REWRITTEN = (ReportState.RETURNED, ReportState.DRAFT, ReportState.AWAITING_SIGN_OFF)
"""With its unit; sent back when it has a day of rectification."""
LIT = (TaskState.ISSUED, TaskState.COMPLETED)
PUT_AWAY = (TaskState.SUSPENDED, TaskState.CANCELLED)
TERMS = ("is_yearly", "starts_on", "due_on")
"""What a task's time is: whoever moves it later moves it for later days only."""
TERM_EVENTS = ("task.amend", "task.edit")
MOVES = {f"{REPORT.name}.{action}": move.target for action, move in REPORT.moves.items()}


def end_of(on: date) -> datetime:
    """The first moment that no longer belongs to the day."""
    return datetime.combine(on + timedelta(days=1), time(), SHANGHAI)


@dataclass(frozen=True)
class Facts:
    """What the rule reads, as columns: of today, or of a past day."""

    joined: Any
    """Adds the joins to a select of assignments and tasks."""
    is_lit: ColumnElement[bool]
    completed: ColumnElement[bool]
    report_id: Any
    reported: ColumnElement[bool]
    exempted: ColumnElement[bool]
    unrectified: ColumnElement[bool]
    entry_id: Any
    entry_state: ColumnElement[Any]
    note: Any
    changed: ColumnElement[bool]
    """Which change of a light by hand was in force."""
    is_yearly: Any
    starts_on: Any
    due_on: Any

    @property
    def one_off_due_on(self) -> ColumnElement[Any]:
        """The day of what is done once; yearly tasks follow their round."""
        return case((self.is_yearly.is_(False), self.due_on), else_=null())

    def said(self, state: EntryState) -> ColumnElement[bool]:
        """The unit reported this state."""
        return and_(self.reported, self.entry_state == state.value)


def facts_of(
    round_: Round | None, on: date, *, today: date, committee_id: int | None, corrected: frozenset[int] = frozenset()
) -> Facts:
    """The facts at the end of the day; of today they are the tables themselves.

    Of the reports in `corrected` the words as they were put right later count (更正), the days stay those of the day.
    """
    return _past(round_, on, committee_id, corrected) if on < today else _present(round_, on)


def _present(round_: Round | None, on: date) -> Facts:
    """Of a report sent back the last submission counts until it is sent anew: what is being written is nobody's yet."""
    again = _table(_last_words(round_), "again", report_id=Integer, assignment_id=Integer, state=String, note=String)
    with_unit = Report.rectify_by.is_not(None) & Report.state.in_(REWRITTEN)

    def joined(rows: Select[Any]) -> Select[Any]:
        mine = and_(Report.unit_id == Assignment.unit_id, Report.round_id == (round_.id if round_ else 0))
        rows = rows.outerjoin(Report, mine)
        rows = rows.outerjoin(Entry, and_(Entry.report_id == Report.id, Entry.assignment_id == Assignment.id))
        return rows.outerjoin(again, and_(again.c.report_id == Report.id, again.c.assignment_id == Assignment.id))

    return Facts(
        joined=joined,
        is_lit=and_(Assignment.state == AssignmentState.ISSUED, Task.state.in_(LIT)),
        completed=Task.state == TaskState.COMPLETED,
        report_id=Report.id,
        reported=or_(Report.state.in_(REPORTED), with_unit),
        exempted=Report.state == ReportState.EXEMPTED,
        unrectified=and_(Report.rectify_by < on, Report.state != ReportState.SUBMITTED),
        entry_id=Entry.id,
        entry_state=case((again.c.report_id.is_not(None), again.c.state), else_=cast(Entry.state, String)),
        note=case((again.c.report_id.is_not(None), again.c.note), else_=Entry.note),
        changed=LightChange.withdrawn_at.is_(None),
        is_yearly=Task.is_yearly,
        starts_on=Task.starts_on,
        due_on=Task.due_on,
    )


def _last_words(round_: Round | None) -> list[list[Any]]:
    """(report, assignment, state, note) as last submitted, of the reports that are with their units for correction."""
    if round_ is None:
        return []
    other = aliased(ReportVersion)
    newest = select(func.max(other.number)).where(other.report_id == ReportVersion.report_id).scalar_subquery()
    found = db.session.execute(
        select(ReportVersion.report_id, ReportVersion.content)
        .join(ReportVersion.report)
        .where(
            Report.round_id == round_.id, Report.rectify_by.is_not(None), Report.state.in_(REWRITTEN),
            ReportVersion.number == newest,
        )
    )  # fmt: skip
    return [
        [report_id, entry["assignment_id"], entry["state"], entry["note"]]
        for report_id, content in found
        for area in content["areas"]
        for entry in area["entries"]
    ]


def _past(round_: Round | None, on: date, committee_id: int | None, corrected: frozenset[int]) -> Facts:
    end = end_of(on)
    states, rows = _reports_on(round_, on), _rows_on(round_, on, corrected)
    listed = [
        [number, unit_id, int(state in REPORTED or (state in REWRITTEN and day is not None)),
         int(state is ReportState.EXEMPTED),
         int(state is not ReportState.SUBMITTED and (day or "9") < on.isoformat())]
        for number, unit_id, state, day in states
    ]  # fmt: skip
    reports = _table(
        listed, "was", report_id=Integer, unit_id=Integer, reported=Integer, exempted=Integer, unrectified=Integer
    )
    entries = _table(rows, "said", report_id=Integer, assignment_id=Integer, state=String, note=String)
    terms = _table(
        _terms_on(committee_id, on), "terms", task_id=Integer, is_yearly=Boolean, starts_on=Date, due_on=Date
    )

    def joined(found: Select[Any]) -> Select[Any]:
        found = found.outerjoin(terms, terms.c.task_id == Task.id)
        found = found.outerjoin(reports, reports.c.unit_id == Assignment.unit_id)
        mine = and_(entries.c.report_id == reports.c.report_id, entries.c.assignment_id == Assignment.id)
        return found.outerjoin(entries, mine)

    stayed = or_(
        Assignment.state == AssignmentState.ISSUED, and_(Assignment.state.in_(GONE), Assignment.state_since >= end)
    )
    ran = or_(Task.state.in_(LIT), and_(Task.state.in_(PUT_AWAY), Task.state_since >= end))
    return Facts(
        joined=joined,
        is_lit=and_(Assignment.issued_on <= on, stayed, ran),
        completed=and_(Task.state == TaskState.COMPLETED, Task.completed_on <= on),
        report_id=reports.c.report_id,
        reported=reports.c.reported == 1,
        exempted=reports.c.exempted == 1,
        unrectified=reports.c.unrectified == 1,
        entry_id=entries.c.assignment_id,
        entry_state=entries.c.state,
        note=entries.c.note,
        changed=and_(
            LightChange.changed_at < end, or_(LightChange.withdrawn_at.is_(None), LightChange.withdrawn_at >= end)
        ),
        **{name: case((terms.c.task_id.is_not(None), terms.c[name]), else_=getattr(Task, name)) for name in TERMS},
    )


def returned_and_exempt(round_: Round, on: date, *, today: date) -> tuple[set[int], set[int]]:
    """Reports that were with their unit for correction, and those excused, at the end of the day."""
    if on >= today:
        reports = db.session.scalars(select(Report).where(Report.round_id == round_.id)).all()
        returned = {one.id for one in reports if one.awaits_rectification()}
        return returned, {one.id for one in reports if one.state is ReportState.EXEMPTED}
    states = _reports_on(round_, on)
    awaited = {ReportState.RETURNED, ReportState.AWAITING_SIGN_OFF}
    returned = {number for number, _, state, day in states if state in awaited and day}
    return returned, {number for number, _, state, _ in states if state is ReportState.EXEMPTED}


def due_days(round_: Round, on: date, *, today: date) -> dict[int, date]:
    """By report: the day in force at the end of that day. Once a round is open days only move later, so it is the
    latest given by then; what was granted afterwards does not count, nor what was planned otherwise before."""
    reports = db.session.execute(
        select(Report.id, Report.first_due_on, Report.due_on).where(Report.round_id == round_.id)
    ).all()
    if on >= today:
        return {row.id: row.due_on for row in reports}
    given = db.session.execute(
        select(Extension.report_id, Extension.granted_until)
        .join(Extension.report)
        .where(
            Report.round_id == round_.id,
            Extension.state == ExtensionState.GRANTED,
            Extension.state_since < end_of(on),
        )
    )
    told = (AuditEntry.chain == round_.committee_id, AuditEntry.object_id == round_.id)
    opened = select(func.min(AuditEntry.at)).where(*told, AuditEntry.event == "round.open").scalar_subquery()
    moved = db.session.scalars(
        select(AuditEntry.changes).where(
            *told, AuditEntry.event == "round.extend", AuditEntry.at < end_of(on),
            or_(opened.is_(None), AuditEntry.at >= opened),
        )
    )  # fmt: skip
    for_all = [date.fromisoformat(changes["due_on"][1]) for changes in moved if "due_on" in changes]
    days = {row.id: max([row.first_due_on, *for_all]) for row in reports}
    for report_id, until in given:
        days[report_id] = max(days[report_id], until)
    return days


def recognised_days(round_: Round, on: date, *, today: date) -> dict[int, date]:
    """By report: the day on which it was recognised to have come in by other ways, as known at the end of that day."""
    found = db.session.execute(
        select(Report.id, Report.recognised_on).where(Report.round_id == round_.id, Report.recognised_on.is_not(None))
    )
    days: dict[int, date | None] = dict(found.all())
    if on < today:
        later = db.session.execute(
            select(AuditEntry.object_id, AuditEntry.changes)
            .where(
                AuditEntry.chain == round_.committee_id, AuditEntry.event == "report.recognise",
                AuditEntry.object_id.in_(select(Report.id).where(Report.round_id == round_.id)),
                AuditEntry.at >= end_of(on),
            )
            .order_by(AuditEntry.seq.desc())
        )  # fmt: skip
        for report_id, changes in later:  # the newest first: what the oldest took away stays
            before = changes.get("recognised_on", [None])[0]
            days[report_id] = date.fromisoformat(before) if before else None
    return {report_id: day for report_id, day in days.items() if day is not None}


def _terms_on(committee_id: int | None, on: date) -> list[list[Any]]:
    """(task, every year, from, until) of those whose time was changed afterwards, as it was at the end of the day."""
    later = db.session.execute(
        select(AuditEntry.object_id, AuditEntry.changes)
        .where(
            AuditEntry.chain == committee_id, AuditEntry.object_type == "Task", AuditEntry.event.in_(TERM_EVENTS),
            AuditEntry.at >= end_of(on),
        )
        .order_by(AuditEntry.seq.desc())
    )  # fmt: skip
    was: dict[int, dict[str, Any]] = {}
    for task_id, changes in later:  # the newest first, as above
        before = {name: changes[name][0] for name in TERMS if name in changes}
        if before:
            was.setdefault(task_id, {}).update(before)
    now = db.session.execute(select(Task.id, Task.is_yearly, Task.starts_on, Task.due_on).where(Task.id.in_(was)))
    return [
        [task.id, *(was[task.id].get(name, _said(getattr(task, name))) for name in TERMS)] for task in now
    ]  # fmt: skip


def _said(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _reports_on(round_: Round | None, on: date) -> list[tuple[int, int, ReportState, str | None]]:
    """(report, unit, state, day of rectification), by the acts that the trail holds up to the day's end."""
    if round_ is None:
        return []
    units: dict[int, int] = dict(
        db.session.execute(select(Report.id, Report.unit_id).where(Report.round_id == round_.id)).all()
    )
    acts = db.session.execute(
        select(AuditEntry.object_id, AuditEntry.event, AuditEntry.changes)
        .where(
            AuditEntry.chain == round_.committee_id,
            AuditEntry.object_type == "Report",
            AuditEntry.object_id.in_(units),
            AuditEntry.at < end_of(on),
        )
        .order_by(AuditEntry.seq)
    )
    states: dict[int, ReportState] = {}
    rectify: dict[int, str | None] = {}
    for number, event, changes in acts:
        if event in MOVES:
            states[number] = MOVES[event]
        if "rectify_by" in (changes or {}):
            rectify[number] = changes["rectify_by"][1]
    return [
        (number, unit_id, states.get(number, ReportState.NOT_STARTED), rectify.get(number))
        for number, unit_id in units.items()
    ]


def _rows_on(round_: Round | None, on: date, corrected: frozenset[int]) -> list[list[Any]]:
    """(report, assignment, state, note): what was asked, in the words of the last version submitted by then, or of the
    last there is where the report was corrected."""
    if round_ is None:
        return []
    asked = db.session.execute(
        select(Entry.report_id, Entry.assignment_id).join(Entry.report).where(Report.round_id == round_.id)
    )
    rows = {(report_id, assignment_id): ["", ""] for report_id, assignment_id in asked}
    newest = db.session.execute(
        select(ReportVersion.report_id, ReportVersion.content)
        .join(ReportVersion.report)
        .where(
            Report.round_id == round_.id,
            or_(ReportVersion.submitted_at < end_of(on), ReportVersion.report_id.in_(corrected)),
        )
        .order_by(ReportVersion.report_id, ReportVersion.number)
    )
    contents = {report_id: content for report_id, content in newest}  # noqa: C416 - the last of each stays
    for report_id, content in contents.items():
        for entry in (entry for area in content["areas"] for entry in area["entries"]):
            rows[report_id, entry["assignment_id"]] = [entry["state"], entry["note"]]
    return [[*place, *words] for place, words in rows.items()]


def _table(rows: list[list[Any]], name: str, **columns: Any) -> FromClause:
    """Plain rows as a table of the statement: one JSON parameter, whatever their number."""
    text = json.dumps(rows, ensure_ascii=False)
    if db.engine.dialect.name == "postgresql":
        each = func.json_array_elements(cast(literal(text), JSON)).table_valued("value")
        picked: list[ColumnElement[Any]] = [
            cast(each.c.value.op("->>")(place), kind) for place, kind in enumerate(columns.values())
        ]
    else:
        each = func.json_each(text).table_valued("value")
        picked = [_typed(func.json_extract(each.c.value, f"$[{n}]"), kind) for n, kind in enumerate(columns.values())]
    return select(*(column.label(label) for column, label in zip(picked, columns, strict=True))).subquery(name)


def _typed(value: Any, kind: Any) -> ColumnElement[Any]:
    """SQLite keeps days as text and truths as numbers: a CAST would make something else of them."""
    return type_coerce(value, kind) if kind in (Date, Boolean) else cast(value, kind)
