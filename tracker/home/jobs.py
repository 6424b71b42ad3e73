"""Results of long work are kept for a week; bytes that belong to nothing for a day."""

from __future__ import annotations

from datetime import date, datetime, time

from tracker.core import sweeping, works
from tracker.core.clock import SHANGHAI
from tracker.core.jobs import Job

NIGHT = time(3)


def expire_works(on: date) -> int:
    """Forget what was ordered and ended more than seven days ago, with its file."""
    return works.expire(datetime.combine(on, NIGHT, SHANGHAI))


def sweep_files(on: date) -> int:
    """Remove the bytes that an upload left behind when its process died before their row was written."""
    return sweeping.sweep(datetime.combine(on, NIGHT, SHANGHAI) - sweeping.AGE)


JOBS: tuple[Job, ...] = (
    Job("expire_works", "清理到期的生成文件", expire_works, {"hour": "3", "minute": "10"}),
    Job("sweep_files", "清理未登记的残留文件", sweep_files, {"hour": "3", "minute": "30"}),
)
