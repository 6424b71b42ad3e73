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
from tracker.core.holding import hold
from tracker.messages.actions import tell
from tracker.reminders import saying
from tracker.reminders.kinds import NUDGE, Act, Level, Rule, To
from tracker.reminders.models import PhoneNote, Watch
from tracker.reminders.queries.rules import Rules, rules_of
from tracker.reminders.rungs import latest, next_day, rungs
from tracker.reminders.saying import People

log = logging.getLogger(__name__)

MORNING = time(8, 0)
"""When a day's reminders are said: before the office opens, so that they leave in that day's digest."""
NOTICES_TO_PROPOSE = "/notices/propose"
"""Where the office drafts what the last step of the fuller ladder proposes."""


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
        row.paused_until, row.pause_reason = None, ""
    row.committee_id, row.unit_id, row.title, row.path = committee_id, unit_id, title[:200], path
    row.settled_at = None
    db.session.flush()
    plan_next(row, rules_of([committee_id]), on)
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
    numbers = list(done.scalars())
    if numbers:
        open_notes = (PhoneNote.watch_id.in_(numbers), PhoneNote.followed_at.is_(None))
        db.session.execute(update(PhoneNote).where(*open_notes).values(followed_at=at))
    return len(numbers)


@command
def replan(on: date, committee_id: int | None = None) -> int:
    """The offsets or the calendar changed: find the next rung of every open deadline anew; returns how many moved."""
    calendar.forget()
    rows = select(Watch).where(Watch.settled_at.is_(None))
    if committee_id is not None:
        rows = rows.where(Watch.committee_id == committee_id)
    found = list(db.session.scalars(rows))
    rules = rules_of({row.committee_id for row in found})
    moved = 0
    for row in found:
        before = row.next_on
        plan_next(row, rules, on - timedelta(days=1))
        moved += row.next_on != before
    return moved


def plan_next(row: Watch, rules: Rules, after: date) -> None:
    """Store the day of the next rung, the only thing that a reminder run reads. What falls into a pause is left out and
    not made up for."""
    row.next_on = _next_of(row, rules[row.committee_id, row.kind], after)


def _next_of(row: Watch, rule: Rule, after: date) -> date | None:
    silent_until = max(after, *(day for day in (row.paused_until, rule.paused_until) if day is not None), after)
    return next_day(rungs(calendar.current(), row.due_on, rule.offsets), silent_until, row.last_rung)


@command
def say_rungs(watch_ids: Sequence[int], on: date) -> int:
    """Say the rung that has come of each of these deadlines, once; returns how many messages were new.

    Of several missed rungs only the latest is said (promise 4); of what was settled meanwhile nothing, whatever day
    still stands there. A row that fails is named in the log and is tried again at the next run; the others stay.
    """
    rows = select(Watch).where(Watch.id.in_(watch_ids), Watch.next_on <= on, Watch.settled_at.is_(None))
    rows = rows.order_by(Watch.id)
    found = list(db.session.scalars(rows.options(selectinload(Watch.unit)).with_for_update(of=Watch)))
    people, committees, days = saying.people_of(found, on), saying.committees_of(found), calendar.current()
    rules = rules_of(committees)
    told = 0
    for row in found:
        try:
            with savepoint():
                told += _say_rung(
                    row, rules[row.committee_id, row.kind], committees[row.committee_id], people, days, on
                )  # fmt: skip
        except Exception:  # one row never stops the run
            log.exception("reminder of watch %s (%s) failed", row.id, row.kind)
    return told


def preview(actor: Actor, row: Watch) -> tuple[list[User], str, str]:
    """Whom a chasing by hand would reach today, and with which words. Changes nothing."""
    people = saying.people_of([row], actor.on).owing(row, actor.on > row.due_on)
    rule = rules_of([row.committee_id])[row.committee_id, row.kind]
    committee = saying.committees_of([row])[row.committee_id]
    title, body = saying.words(row, committee, calendar.current(), actor.on, rule.words)
    return people, title, body


@command
def nudge(actor: Actor, row: Watch) -> int:
    """Chase one deadline by hand, once a day; returns how many people were told.

    Raises RuleError when it is settled, was chased today, or nobody holds a post there.
    """
    hold(row)
    if not row.is_open:
        raise RuleError("这件事已经办理，无需催报。")
    if row.was_chased_on(actor.on):
        raise RuleError("今天已经催报过，请明天再催。")
    people, title, body = preview(actor, row)
    if not people:
        raise RuleError("该单位目前没有在任的联络员和分管领导，请先补充人员。")
    row.nudged_at, row.nudged_by_id = actor.at, actor.user_id
    told = _tell(row, people, f"{row.kind}{NUDGE}", actor.on, title, body, actor.at, is_urgent=True)
    where = row.unit.short_name if row.unit else "办公室"
    audit.record(actor, "reminder.nudge", None, f"催报{where}：{row.title}（已通知{told}人）", label=where)
    return told


def _say_rung(
    row: Watch, rule: Rule, committee: Committee, people: People, days: WorkCalendar, on: date
) -> int:  # fmt: skip
    ladder = rungs(days, row.due_on, rule.offsets)
    rung = latest(ladder, on, row.last_rung)
    told = 0
    if rung is not None:
        step = rule.step(rung.offset)
        at = datetime.combine(on, MORNING, tzinfo=clock.SHANGHAI)
        kind, occasion, is_urgent = f"{row.kind}.{rung.offset:+d}", row.due_on, step.level is Level.URGENT
        if step.act is Act.SAY:
            title, body = saying.words(row, committee, days, on, rule.words)
            told += _tell(
                row, people.of_unit(row, step.to), kind, occasion, title, body, at, is_urgent=is_urgent,
                to_groups=To.GROUP in step.to,
            )  # fmt: skip
            told += _tell_office(row, people.of_office(row, step.to), kind, title, body, row.path, at, is_urgent)
        else:
            title, body = saying.office_words(row, step.act, committee, days, on)
            path = NOTICES_TO_PROPOSE if step.act is Act.NOTICE else f"/reminders/{row.id}"
            told += _tell_office(row, people.of_office(row, step.to), kind, title, body, path, at, is_urgent)
        row.last_rung = rung.offset
    row.next_on = _next_of(row, rule, on)
    return told


def _tell(
    row: Watch, people: Iterable[User], kind: str, occasion: date, title: str, body: str, at: datetime,
    *, is_urgent: bool = False, to_groups: bool = False,
) -> int:  # fmt: skip
    return tell(
        people, committee_id=row.committee_id, unit_id=row.unit_id, kind=kind, subject_type="Watch", subject_id=row.id,
        occasion=occasion.isoformat(), title=title, body=body, path=row.path, at=at, is_urgent=is_urgent,
        to_groups=to_groups,
    )  # fmt: skip


def _tell_office(
    row: Watch, people: Iterable[User], kind: str, title: str, body: str, path: str, at: datetime, is_urgent: bool
) -> int:  # fmt: skip
    """The office hears of it as the office, whosever deadline it is."""
    return tell(
        people, committee_id=row.committee_id, kind=kind, subject_type="Watch", subject_id=row.id,
        occasion=row.due_on.isoformat(), title=title, body=body, path=path, at=at, is_urgent=is_urgent,
    )  # fmt: skip
