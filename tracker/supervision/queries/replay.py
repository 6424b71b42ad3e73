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
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
)

from tracker.core.audit import AuditEntry
from tracker.core.clock import SHANGHAI
from tracker.core.db import db
from tracker.reports.models import Entry, EntryState, Report, ReportState, ReportVersion, Round
from tracker.reports.workflow import REPORT
from tracker.supervision.models import LightChange
from tracker.tasks.models import GONE, Assignment, AssignmentState, Task, TaskState

REPORTED = (ReportState.SUBMITTED, ReportState.ACCEPTED, ReportState.RETURNED)
LIT = (TaskState.ISSUED, TaskState.COMPLETED)
PUT_AWAY = (TaskState.SUSPENDED, TaskState.CANCELLED)
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

    def said(self, state: EntryState) -> ColumnElement[bool]:
        """The unit reported this state."""
        return and_(self.reported, self.entry_state == state.value)


def facts_of(round_: Round | None, on: date, *, today: date) -> Facts:
    """The facts at the end of the day; of today they are the tables themselves."""
    return _past(round_, on) if on < today else _present(round_, on)


def _present(round_: Round | None, on: date) -> Facts:
    def joined(rows: Select[Any]) -> Select[Any]:
        mine = and_(Report.unit_id == Assignment.unit_id, Report.round_id == (round_.id if round_ else 0))
        rows = rows.outerjoin(Report, mine)
        return rows.outerjoin(Entry, and_(Entry.report_id == Report.id, Entry.assignment_id == Assignment.id))

    return Facts(
        joined=joined,
        is_lit=and_(Assignment.state == AssignmentState.ISSUED, Task.state.in_(LIT)),
        completed=Task.state == TaskState.COMPLETED,
        report_id=Report.id,
        reported=Report.state.in_(REPORTED),
        exempted=Report.state == ReportState.EXEMPTED,
        unrectified=and_(Report.rectify_by < on, Report.state != ReportState.SUBMITTED),
        entry_id=Entry.id,
        entry_state=cast(Entry.state, String),
        note=Entry.note,
        changed=LightChange.withdrawn_at.is_(None),
    )


def _past(round_: Round | None, on: date) -> Facts:
    end = end_of(on)
    states, rows = _reports_on(round_, on), _rows_on(round_, on)
    listed = [
        [number, unit_id, int(state in REPORTED), int(state is ReportState.EXEMPTED),
         int(state is not ReportState.SUBMITTED and (day or "9") < on.isoformat())]
        for number, unit_id, state, day in states
    ]  # fmt: skip
    reports = _table(
        listed, "was", report_id=Integer, unit_id=Integer, reported=Integer, exempted=Integer, unrectified=Integer
    )
    entries = _table(rows, "said", report_id=Integer, assignment_id=Integer, state=String, note=String)

    def joined(found: Select[Any]) -> Select[Any]:
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


def _rows_on(round_: Round | None, on: date) -> list[list[Any]]:
    """(report, assignment, state, note): what was asked, in the words of the last version submitted by then."""
    if round_ is None:
        return []
    asked = db.session.execute(
        select(Entry.report_id, Entry.assignment_id).join(Entry.report).where(Report.round_id == round_.id)
    )
    rows = {(report_id, assignment_id): ["", ""] for report_id, assignment_id in asked}
    newest = db.session.execute(
        select(ReportVersion.report_id, ReportVersion.content)
        .join(ReportVersion.report)
        .where(Report.round_id == round_.id, ReportVersion.submitted_at < end_of(on))
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
        picked = [cast(each.c.value.op("->>")(place), kind) for place, kind in enumerate(columns.values())]
    else:
        each = func.json_each(text).table_valued("value")
        picked = [
            cast(func.json_extract(each.c.value, f"$[{place}]"), kind) for place, kind in enumerate(columns.values())
        ]
    return select(*(column.label(label) for column, label in zip(picked, columns, strict=True))).subquery(name)
