"""Jobs run once per planned time, whatever the number of scheduler processes.

A slot is a row (job, planned time): who inserts it runs. A slot whose runner died is taken up again after its lease. A
missed planned time is caught up once, not as a burst.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import Integer, String, Text, UniqueConstraint, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core import clock
from tracker.core.commands import command
from tracker.core.db import Labelled, Row, UtcDateTime, choice, db

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=15)
GRACE = timedelta(days=3)
"""How far back a missed planned time is still caught up."""


@dataclass(frozen=True)
class Job:
    """`run(on)` does the day's work; `cron` holds APScheduler's cron fields, in Shanghai time (`mon`, never 1)."""

    name: str
    title: str
    run: Callable[[date], int]
    cron: dict[str, str]

    def trigger(self) -> CronTrigger:
        return CronTrigger(timezone=clock.SHANGHAI, **self.cron)


class RunState(Labelled):
    RUNNING = "running", "执行中", "info"
    DONE = "done", "已完成", "ok"
    FAILED = "failed", "出错", "late"


class JobRun(Row):
    """One planned time of one job, and how it went."""

    __tablename__ = "job_runs"
    __table_args__ = (UniqueConstraint("job", "slot"),)

    job: Mapped[str] = mapped_column(String(60))
    slot: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[RunState] = mapped_column(choice(RunState))
    owner: Mapped[str] = mapped_column(String(100))
    lease_until: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=1)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    touched: Mapped[int] = mapped_column(Integer, default=0)
    """How many things the run did."""
    trouble: Mapped[str | None] = mapped_column(Text)


def owner_name() -> str:
    """This process, by name."""
    return f"{socket.gethostname()}:{os.getpid()}"


def due_slot(job: Job, now: datetime, last: datetime | None) -> datetime | None:
    """The latest planned time up to `now` that has not been run: several missed ones count as one."""
    trigger = job.trigger()
    after = max(last or now - GRACE, now - GRACE)
    slot: datetime | None = None
    fire = trigger.get_next_fire_time(None, after + timedelta(microseconds=1))
    while fire is not None and fire <= now:
        slot = fire
        fire = trigger.get_next_fire_time(fire, fire + timedelta(microseconds=1))
    return slot


def run_due(job: Job, now: datetime) -> bool:
    """Run the job if a planned time of it is due and nobody else has it. Returns whether this process ran it."""
    last = db.session.scalar(
        select(JobRun.slot)
        .where(JobRun.job == job.name, or_(JobRun.outcome == RunState.DONE, JobRun.lease_until > now))
        .order_by(JobRun.slot.desc())
        .limit(1)
    )
    db.session.rollback()
    slot = due_slot(job, now, last)
    if slot is None or not claim(job.name, slot, now):
        return False
    perform(job, slot, clock.shanghai_date(slot))
    return True


@command
def claim(job: str, slot: datetime, now: datetime) -> bool:
    """Take the slot: insert its row, or take over one whose runner's lease ran out."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    values = {
        "job": job,
        "slot": slot,
        "outcome": RunState.RUNNING,
        "owner": owner_name(),
        "lease_until": now + LEASE,
        "attempts": 1,
        "started_at": now,
        "touched": 0,
    }
    done = db.session.execute(insert(JobRun).values(values).on_conflict_do_nothing().returning(JobRun.id))
    if done.first() is not None:
        return True
    taken = db.session.execute(
        update(JobRun)
        .where(
            JobRun.job == job,
            JobRun.slot == slot,
            JobRun.outcome != RunState.DONE,
            JobRun.lease_until <= now,
            JobRun.attempts < 5,
        )
        .values(
            outcome=RunState.RUNNING,
            owner=owner_name(),
            lease_until=now + LEASE,
            started_at=now,
            attempts=JobRun.attempts + 1,
        )
        .returning(JobRun.id)
    )
    return taken.first() is not None


def perform(job: Job, slot: datetime, on: date) -> None:
    """Run a claimed slot for the day `on` and write down how it went; a failing job never stops the scheduler."""
    try:
        touched = job.run(on)
    except Exception as error:  # a job's failure is written down and retried, whatever it is
        log.exception("job %s failed", job.name)
        db.session.rollback()
        _finish(job.name, slot, RunState.FAILED, 0, f"{type(error).__name__}: {error}")
    else:
        _finish(job.name, slot, RunState.DONE, touched, None)


@command
def _finish(job: str, slot: datetime, outcome: RunState, touched: int, trouble: str | None) -> None:
    retry_after = timedelta(minutes=2) if outcome is RunState.FAILED else timedelta(0)
    db.session.execute(
        update(JobRun)
        .where(JobRun.job == job, JobRun.slot == slot)
        .values(
            outcome=outcome,
            touched=touched,
            trouble=trouble,
            finished_at=clock.now(),
            lease_until=clock.now() + retry_after,
        )
    )
