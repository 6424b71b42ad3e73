"""Deadlines set, moved and settled by the rooms that own them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from tracker.accounts.models import User
from tracker.committees.models import Committee
from tracker.core import audit, calendar, clock
from tracker.core.access import Actor
from tracker.core.calendar import WorkCalendar
from tracker.core.commands import command, savepoint
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.actions import tell
from tracker.reminders import saying
from tracker.reminders.models import Watch
from tracker.reminders.rungs import latest, next_day, rungs
from tracker.reminders.saying import People

log = logging.getLogger(__name__)

MORNING = time(8, 0)
"""When a day's reminders are said: before the office opens, so that they leave in that day's digest."""
NUDGE = ".nudge"


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


@command
def say_rungs(watch_ids: Sequence[int], on: date) -> int:
    """Say the rung that has come of each of these deadlines, once; returns how many messages were new.

    Of several missed rungs only the latest is said (promise 4). A row that fails is named in the log and is tried again
    at the next run; the others stay.
    """
    rows = select(Watch).where(Watch.id.in_(watch_ids), Watch.next_on <= on).order_by(Watch.id)
    found = list(db.session.scalars(rows.options(selectinload(Watch.unit)).with_for_update(of=Watch)))
    people, committees, days = saying.people_of(found, on), saying.committees_of(found), calendar.current()
    told = 0
    for row in found:
        try:
            with savepoint():
                told += _say_rung(row, committees[row.committee_id], people, days, on)
        except Exception:  # one row never stops the run
            log.exception("reminder of watch %s (%s) failed", row.id, row.kind)
    return told


def preview(actor: Actor, row: Watch) -> tuple[list[User], str, str]:
    """Whom a chasing by hand would reach today, and with which words. Changes nothing."""
    people = saying.people_of([row], actor.on).owing(row, actor.on > row.due_on)
    title, body = saying.words(row, saying.committees_of([row])[row.committee_id], calendar.current(), actor.on)
    return people, title, body


@command
def nudge(actor: Actor, row: Watch) -> int:
    """Chase one deadline by hand, once a day; returns how many people were told.

    Raises RuleError when it is settled, was chased today, or nobody holds a post there.
    """
    if not row.is_open:
        raise RuleError("这件事已经办理，无需催办。")
    if row.nudged_at is not None and clock.shanghai_date(row.nudged_at) == actor.on:
        raise RuleError("今天已经催办过，请明天再催。")
    people, title, body = preview(actor, row)
    if not people:
        raise RuleError("该单位目前没有在任的联络员和分管领导，请先补充人员。")
    row.nudged_at, row.nudged_by_id = actor.at, actor.user_id
    told = _tell(row, people, f"{row.kind}{NUDGE}", actor.on, title, body, actor.at, is_urgent=True)
    where = row.unit.short_name if row.unit else "办公室"
    audit.record(actor, "reminder.nudge", None, f"催办{where}：{row.title}（已通知{told}人）", label=where)
    return told


def _say_rung(row: Watch, committee: Committee, people: People, days: WorkCalendar, on: date) -> int:
    ladder = rungs(days, row.due_on, committee.settings.reminder_offsets)
    rung = latest(ladder, on, row.last_rung)
    told = 0
    if rung is not None:
        title, body = saying.words(row, committee, days, on)
        at = datetime.combine(on, MORNING, tzinfo=clock.SHANGHAI)
        told = _tell(
            row, people.owing(row, on > row.due_on), f"{row.kind}.{rung.offset:+d}", row.due_on, title, body, at
        )
        row.last_rung = rung.offset
    row.next_on = next_day(ladder, on, row.last_rung)
    return told


def _tell(
    row: Watch, people: Iterable[User], kind: str, occasion: date, title: str, body: str, at: datetime,
    *, is_urgent: bool = False,
) -> int:  # fmt: skip
    return tell(
        people, committee_id=row.committee_id, unit_id=row.unit_id, kind=kind, subject_type="Watch", subject_id=row.id,
        occasion=occasion.isoformat(), title=title, body=body, path=row.path, at=at, is_urgent=is_urgent,
    )  # fmt: skip


def _offsets(committee_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    rows = db.session.scalars(select(Committee).where(Committee.id.in_(list(committee_ids))))
    return {committee.id: committee.settings.reminder_offsets for committee in rows}
