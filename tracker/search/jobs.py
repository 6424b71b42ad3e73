"""What can be found follows what was done within seconds, and is looked over as a whole each night."""

from __future__ import annotations

from datetime import date, datetime, time

from tracker.core.clock import SHANGHAI
from tracker.core.jobs import Job
from tracker.search import actions

NIGHT = time(2, 20)


def look_over(on: date) -> int:
    """Find whatever the trail did not name; a second time on the same day there is nothing left to change."""
    return actions.look_over(datetime.combine(on, NIGHT, SHANGHAI))


def follow(at: datetime) -> None:
    """One look of the scheduler: what changed, then a few files that nobody has read yet."""
    actions.follow(at)
    actions.read_files(at)


JOBS: tuple[Job, ...] = (Job("look_over", "核对搜索内容", look_over, {"hour": "2", "minute": "20"}),)
