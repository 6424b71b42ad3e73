"""The office's own days: a day off or a make-up workday that the calendar does not know, or a whole year's notice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tracker.committees import queries
from tracker.core import audit, calendar
from tracker.core.access import Actor
from tracker.core.calendar import CalendarDay
from tracker.core.commands import command
from tracker.core.db import db


@command
def set_day(actor: Actor, day: date, *, is_workday: bool, note: str) -> CalendarDay:
    """Say of one day whether it is worked, over what the package says."""
    row = queries.days_set([day]).get(day)
    if row is None:
        row = CalendarDay(day=day, is_workday=is_workday, note=note)
        db.session.add(row)
    else:
        row.is_workday, row.note = is_workday, note
    kind = "工作日" if is_workday else "休息日"
    audit.record(actor, "calendar.set", row, f"工作日历：{row.audit_label()}定为{kind}{f'（{note}）' if note else ''}")
    _count_anew(actor)
    return row


@command
def clear_day(actor: Actor, day: date) -> None:
    """Take back what was said of a day: the package speaks again."""
    row = queries.days_set([day]).get(day)
    if row is not None:
        audit.record(actor, "calendar.clear", row, f"工作日历：取消对{row.audit_label()}的设置")
        db.session.delete(row)
    _count_anew(actor)


@command
def adopt_arrangement(actor: Actor, year: int, days: Mapping[date, tuple[bool, str]]) -> int:
    """Enter a year's notice, day by day as (is worked, note); returns how many days it set anew."""
    rows = queries.days_set(days)
    changed = []
    for day, (is_workday, note) in days.items():
        row = rows.get(day)
        if row is None:
            row = CalendarDay(day=day, is_workday=is_workday, note=note)
            db.session.add(row)
            changed.append(row)
        elif (row.is_workday, row.note) != (is_workday, note):
            row.is_workday, row.note = is_workday, note
            changed.append(row)
    if changed:
        sentence = f"工作日历：按放假安排通知写入{year}年的{len(changed)}天"
        audit.record(actor, "calendar.adopt", None, sentence, covers=changed, label=f"{year}年工作日历")
    _count_anew(actor)
    return len(changed)


def _count_anew(actor: Actor) -> None:
    """The calendar is everybody's: every stored day that was counted by it is found anew."""
    calendar.forget()
    calendar.recount.send(None, on=actor.on, committee_id=None)
