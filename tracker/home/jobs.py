"""Results of long work are kept for a week."""

from __future__ import annotations

from datetime import date, datetime, time

from tracker.core import works
from tracker.core.clock import SHANGHAI
from tracker.core.jobs import Job

NIGHT = time(3)


def expire_works(on: date) -> int:
    """Forget what was ordered and ended more than seven days ago, with its file."""
    return works.expire(datetime.combine(on, NIGHT, SHANGHAI))


JOBS: tuple[Job, ...] = (Job("expire_works", "清理到期的生成文件", expire_works, {"hour": "3", "minute": "10"}),)
