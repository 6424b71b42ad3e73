"""The inbox: what the finished year said has been read, and the open round has reminded as it went."""

from __future__ import annotations

from datetime import timedelta

from tracker.messages.actions import mark_all_read
from tracker.reminders.jobs import remind

from ..stage import Stage


def tell_finished_year(stage: Stage) -> None:
    """Everybody has read what was said until the open round began."""
    day = stage.today - timedelta(days=30)
    for unit, role in stage.holding_ids:
        mark_all_read(stage.actor(unit, role, day))


def tell_open_round(stage: Stage) -> None:
    """The scheduler's mornings since the round opened, one by one."""
    for back in range(25, 0, -1):
        remind(stage.today - timedelta(days=back))
