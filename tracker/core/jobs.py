"""Jobs run once per planned time, whatever the number of scheduler processes.

A slot is a row (job, planned time): who inserts it runs. A slot whose runner died is taken up again after its lease. A
missed planned time is caught up once, not as a burst, and for the day on which that happens.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Text,
    UniqueConstraint,
    and_,
    case,
    delete,
    func,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from tracker.core import clock
from tracker.core.commands import command
from tracker.core.db import Labelled, Row, UtcDateTime, choice, db
from tracker.core.errors import RuleError

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=15)
RETRY_AFTER = timedelta(minutes=2)
MOST_ATTEMPTS = 5
"""How often a job may fail for one planned time. A killed process is no failure of the job."""
CATCH_UP = timedelta(days=35)
"""How far back a missed planned time is still caught up: a machine switched off over a long holiday, a monthly job."""
FIRST_LOOK = timedelta(days=1)
"""How far back the very first run of a job looks: a new installation has missed nothing."""
SET_BACK = timedelta(days=1)
"""A clock that was set right by so much leaves leases behind that nobody can hold."""
ALIVE = timedelta(minutes=5)
"""A scheduler that was not seen for so long counts as gone."""

_TOKEN = secrets.token_hex(3)
_held: ContextVar[tuple[str, datetime, datetime] | None] = ContextVar("held_slot", default=None)
"""The slot that this thread runs: job, planned time, moment of the claim."""


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
    """The first try and those after a failure; a slot taken over from a dead process is the same try."""
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    touched: Mapped[int] = mapped_column(Integer, default=0)
    """How many things the run did."""
    trouble: Mapped[str | None] = mapped_column(Text)


class SchedulerBeat(Row):
    """A scheduler process and when it was last seen alive."""

    __tablename__ = "scheduler_beats"

    owner: Mapped[str] = mapped_column(String(100), unique=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class _End:
    """How a run of this process ended; the moment of its claim is the fence."""

    job: str
    slot: datetime
    claimed_at: datetime
    outcome: RunState
    touched: int
    trouble: str | None


_unwritten: list[_End] = []
"""Ends that the database does not know yet."""


def owner_name() -> str:
    """This process, by a name that no other has or had: a number alone comes back after a restart."""
    return f"{socket.gethostname()}:{os.getpid()}:{_TOKEN}"


def is_over(lease_until: InstrumentedAttribute[Any], now: datetime, lease: timedelta) -> ColumnElement[bool]:
    """Whether a lease has run out. One that reaches further than any lease can was given under a clock that was ahead
    and has been set right since: it holds nobody. By a day further: whoever asks may have read the clock a little
    before the one who took it, and must not take it again for that."""
    return or_(lease_until <= now, lease_until > now + lease + SET_BACK)


def due_slot(job: Job, now: datetime, last: datetime | None) -> datetime | None:
    """The latest planned time up to `now` that has not been run: several missed ones count as one."""
    trigger = job.trigger()
    after = now - FIRST_LOOK if last is None else max(last, now - CATCH_UP)
    slot: datetime | None = None
    fire = trigger.get_next_fire_time(None, after + timedelta(microseconds=1))
    while fire is not None and fire <= now:
        slot = fire
        fire = trigger.get_next_fire_time(fire, fire + timedelta(microseconds=1))
    return slot


def next_slot(job: Job, now: datetime) -> datetime | None:
    """The next planned time after `now`."""
    fire: datetime | None = job.trigger().get_next_fire_time(None, now + timedelta(microseconds=1))
    return fire


def run_due(job: Job, now: datetime) -> RunState | None:
    """Run the job if a planned time of it is due and nobody else has it. Returns how this process's run of it ended;
    None when it did not run it.

    A slot in the future (somebody's clock was wrong) is not looked at; a job whose earlier slot is still being run
    waits, so that it never runs beside itself.
    """
    rows = select(JobRun.slot).where(JobRun.job == job.name, JobRun.slot <= now)
    is_given_up = and_(JobRun.outcome == RunState.FAILED, JobRun.attempts >= MOST_ATTEMPTS)
    is_held = not_(is_over(JobRun.lease_until, now, LEASE))
    settled = or_(JobRun.outcome == RunState.DONE, is_held, is_given_up)
    last = db.session.scalar(rows.where(settled).order_by(JobRun.slot.desc()).limit(1))
    running = db.session.scalar(
        select(JobRun.id).where(JobRun.job == job.name, JobRun.outcome == RunState.RUNNING, is_held)
    )
    db.session.rollback()
    slot = due_slot(job, now, last)
    if running is not None or slot is None or not claim(job.name, slot, now):
        return None
    return perform(job, slot, now, clock.shanghai_date(now))


@command
def claim(job: str, slot: datetime, now: datetime) -> bool:
    """Take the slot: insert its row, or take over one that failed or whose runner's lease ran out.

    This process and the moment are the fence of the claim. Older slots that nobody will take up any more are closed
    with a word on what became of them.
    """
    mine = {"outcome": RunState.RUNNING, "owner": owner_name(), "lease_until": now + LEASE, "started_at": now}
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    made = insert(JobRun).values(job=job, slot=slot, attempts=1, touched=0, **mine).on_conflict_do_nothing()
    taken = db.session.scalar(made.returning(JobRun.id))
    if taken is None:
        has_failed = JobRun.outcome == RunState.FAILED
        taken = db.session.scalar(
            update(JobRun)
            .where(
                JobRun.job == job,
                JobRun.slot == slot,
                is_over(JobRun.lease_until, now, LEASE),
                or_(JobRun.outcome == RunState.RUNNING, and_(has_failed, JobRun.attempts < MOST_ATTEMPTS)),
            )
            .values(attempts=JobRun.attempts + case((has_failed, 1), else_=0), **mine)
            .returning(JobRun.id)
            .execution_options(synchronize_session=False)
        )
    if taken is not None:
        _close_abandoned(job, slot, now)
    return taken is not None


def perform(job: Job, slot: datetime, claimed_at: datetime, on: date) -> RunState:
    """Run a slot, claimed at that moment, for the day `on`; returns how it ended. A failing job is written down and
    never stops the rest."""
    token = _held.set((job.name, slot, claimed_at))
    try:
        touched = job.run(on)
        end = _End(job.name, slot, claimed_at, RunState.DONE, touched, None)
    except Exception as error:  # a job's failure is written down and retried, whatever it is
        log.exception("job %s failed", job.name)
        db.session.rollback()
        end = _End(job.name, slot, claimed_at, RunState.FAILED, 0, _named(error))
    finally:
        _held.reset(token)
    _unwritten.append(end)
    write_ends()
    return end.outcome


def _named(error: Exception) -> str:
    """An error in one line: what a database adds below it quotes the rows, and the page that shows this is not for
    business. What was said for people stands as it was said."""
    if isinstance(error, RuleError):
        return error.sentence[:500]
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"[:500]


def write_ends() -> None:
    """Write down how this process's runs ended. What cannot be written because the database is away is kept for the
    next wake: else the slot would stay held, for up to a lease, by a run that is over."""
    for end in list(_unwritten):
        _finish(end)
        _unwritten.remove(end)


def still_here() -> None:
    """A job that may outlast its lease says from time to time that it is alive; by hand, outside a slot, it need not.

    Call it outside a command.
    """
    held = _held.get()
    if held is not None:
        _renew(*held, clock.now())


@command
def _renew(job: str, slot: datetime, claimed_at: datetime, now: datetime) -> None:
    db.session.execute(
        update(JobRun)
        .where(
            JobRun.job == job,
            JobRun.slot == slot,
            JobRun.owner == owner_name(),
            JobRun.started_at == claimed_at,
            JobRun.outcome == RunState.RUNNING,
        )
        .values(lease_until=now + LEASE)
        .execution_options(synchronize_session=False)
    )


@command
def beat(now: datetime, started_at: datetime) -> None:
    """This scheduler is alive; those not seen for a day are forgotten.

    After a machine slept for a day several wake at once, and each finds the others stale: none waits for a row that
    another is writing just then, or two of them would wait for each other.
    """
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session.execute(
        insert(SchedulerBeat)
        .values(owner=owner_name(), started_at=started_at, seen_at=now)
        .on_conflict_do_update(index_elements=[SchedulerBeat.owner], set_={"seen_at": now})
    )
    stale = select(SchedulerBeat.id).where(SchedulerBeat.seen_at < now - timedelta(days=1))
    db.session.execute(delete(SchedulerBeat).where(SchedulerBeat.id.in_(stale.with_for_update(skip_locked=True))))


@command
def leave() -> None:
    """This scheduler stops in order and is not missed."""
    db.session.execute(delete(SchedulerBeat).where(SchedulerBeat.owner == owner_name()))


def living_schedulers(now: datetime) -> int:
    """How many schedulers were seen in the last five minutes; one that was seen in the future proves nothing."""
    rows = select(SchedulerBeat.id).where(SchedulerBeat.seen_at > now - ALIVE, SchedulerBeat.seen_at < now + ALIVE)
    return len(db.session.scalars(rows).all())


def runs_ahead(now: datetime) -> datetime | None:
    """A moment that the schedulers noted and that has not come yet: then a clock is, or was, wrong."""
    seen, began = func.max(SchedulerBeat.seen_at), func.max(JobRun.started_at)
    noted = [db.session.scalar(select(seen)), db.session.scalar(select(began))]
    return max((moment for moment in noted if moment is not None and moment > now + ALIVE), default=None)


@dataclass(frozen=True)
class Outlook:
    """One job as the health page shows it."""

    job: Job
    last: JobRun | None
    next_at: datetime | None

    @property
    def has_failed(self) -> bool:
        return self.last is not None and self.last.outcome is RunState.FAILED

    @property
    def note(self) -> str | None:
        """Which try it was, and whether there is another before the next planned time."""
        if self.last is None:
            return None
        again = "稍后重试" if self.has_failed and self.last.attempts < MOST_ATTEMPTS else ""
        tries = f"第{self.last.attempts}次" if self.last.attempts > 1 else ""
        return "，".join(filter(None, (tries, again))) or None


def outlook(jobs: Iterable[Job], now: datetime) -> list[Outlook]:
    """How each job last went and when it comes next, in one query."""
    latest = select(JobRun.job, func.max(JobRun.slot).label("slot")).group_by(JobRun.job).subquery()
    rows = db.session.scalars(
        select(JobRun).join(latest, (JobRun.job == latest.c.job) & (JobRun.slot == latest.c.slot))
    )
    last = {row.job: row for row in rows}
    return [Outlook(job, last.get(job.name), next_slot(job, now)) for job in jobs]


def _close_abandoned(job: str, slot: datetime, now: datetime) -> None:
    db.session.execute(
        update(JobRun)
        .where(
            JobRun.job == job,
            JobRun.slot < slot,
            JobRun.outcome == RunState.RUNNING,
            is_over(JobRun.lease_until, now, LEASE),
        )
        .values(outcome=RunState.FAILED, trouble="执行中断，已由后一次一并补办", finished_at=now)
        .execution_options(synchronize_session=False)
    )


@command
def _finish(end: _End) -> None:
    now = clock.now()
    db.session.execute(
        update(JobRun)
        .where(
            JobRun.job == end.job,
            JobRun.slot == end.slot,
            JobRun.owner == owner_name(),
            JobRun.started_at == end.claimed_at,
            JobRun.outcome == RunState.RUNNING,
        )
        .values(
            outcome=end.outcome,
            touched=end.touched,
            trouble=end.trouble,
            finished_at=now,
            lease_until=now + RETRY_AFTER if end.outcome is RunState.FAILED else now,
        )
        .execution_options(synchronize_session=False)
    )
