"""The daily run over the deadlines whose next rung has come."""

from __future__ import annotations

from datetime import date

from tracker.core import calendar
from tracker.core.jobs import Job
from tracker.reminders import actions, queries

BATCH = 100


def remind(on: date) -> int:
    """Say the rungs that have come, on working days only; what a day off or a standstill missed is caught up once."""
    if not calendar.current().is_workday(on):
        return 0
    waiting = queries.due_ids(on)
    return sum(actions.say_rungs(waiting[at : at + BATCH], on) for at in range(0, len(waiting), BATCH))


def recompute(on: date) -> int:
    """Find the next rungs anew each morning: the office may have changed the calendar or the ladder since."""
    return actions.replan(on)


JOBS: tuple[Job, ...] = (
    Job("recompute_reminders", "核对提醒日期", recompute, {"hour": "6", "minute": "0"}),
    Job("remind", "按期提醒", remind, {"hour": "8", "minute": "0"}),
)
