"""Deadlines set, moved and settled by the rooms that own them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from tracker.committees.models import Committee
from tracker.core import calendar
from tracker.core.commands import command
from tracker.core.db import db
from tracker.reminders.models import Watch
from tracker.reminders.rungs import next_day, rungs


@command
def watch(
    *,
    committee_id: int,
    unit_id: int | None,
    kind: str,
    subject_type: str,
    subject_id: int,
    title: str,
    path: str,
    due_on: date,
    on: date,
) -> Watch:
    """Watch a deadline from `on`, or move the one that is watched; a settled one is watched again.

    The rungs begin the day after `on`: whoever sets a deadline says so that day. Moving the due date starts the ladder
    anew (promise 6); the same date again changes nothing that was said.
    """
    row = db.session.scalar(
        select(Watch)
        .where(Watch.kind == kind, Watch.subject_type == subject_type, Watch.subject_id == subject_id)
        .with_for_update()
    )
    if row is None:
        row = Watch(kind=kind, subject_type=subject_type, subject_id=subject_id, due_on=due_on)
        db.session.add(row)
    elif row.due_on != due_on:
        row.due_on, row.last_rung = due_on, None
    row.committee_id, row.unit_id, row.title, row.path = committee_id, unit_id, title[:200], path
    row.settled_at = None
    db.session.flush()
    plan_next(row, _offsets([committee_id])[committee_id], on)
    return row


@command
def settle(kind: str, subject_type: str, subject_ids: Iterable[int], at: datetime) -> int:
    """What was owed is done, excused or void: nothing more is said (promise 3). Returns how many were open."""
    done = db.session.execute(
        update(Watch)
        .where(
            Watch.kind == kind,
            Watch.subject_type == subject_type,
            Watch.subject_id.in_(list(subject_ids)),
            Watch.settled_at.is_(None),
        )
        .values(settled_at=at, next_on=None)
        .returning(Watch.id)
    )
    return len(done.all())


@command
def replan(on: date, committee_id: int | None = None) -> int:
    """The offsets or the calendar changed: find the next rung of every open deadline anew; returns how many moved."""
    calendar.forget()
    rows = select(Watch).where(Watch.settled_at.is_(None))
    if committee_id is not None:
        rows = rows.where(Watch.committee_id == committee_id)
    found = list(db.session.scalars(rows))
    offsets = _offsets({row.committee_id for row in found})
    moved = 0
    for row in found:
        before = row.next_on
        plan_next(row, offsets[row.committee_id], on - timedelta(days=1))
        moved += row.next_on != before
    return moved


def plan_next(row: Watch, offsets: Iterable[int], after: date) -> None:
    """Store the day of the next rung, the only thing that a reminder run reads."""
    row.next_on = next_day(rungs(calendar.current(), row.due_on, offsets), after, row.last_rung)


def _offsets(committee_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    rows = db.session.scalars(select(Committee).where(Committee.id.in_(list(committee_ids))))
    return {committee.id: committee.settings.reminder_offsets for committee in rows}
