"""What was copied and proved, and who is told when it was not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select

from tracker.accounts import queries as accounts
from tracker.accounts.models import User
from tracker.committees.models import Committee
from tracker.config import Settings
from tracker.core.access import Role
from tracker.core.db import db
from tracker.core.jobs import JobRun, RunState, living_schedulers
from tracker.core.works import Work, WorkState
from tracker.keeping.models import Copy, Drill, KeepingOutcome
from tracker.messages.queries import backlog

SHOWN = 20
SLACK = timedelta(days=1)
"""How much later than planned a copy may be before the page turns red."""
LONGEST_WITHOUT = timedelta(days=7)
"""The same where no copy is planned at all."""
DRILL_SLACK = timedelta(days=7)
LONGEST_UNPROVED = timedelta(days=90)


@dataclass(frozen=True)
class Keeping:
    """What the administrator must know: the last good copy, the last good drill, and whether each is too old."""

    copy: Copy | None
    drill: Drill | None
    copy_is_late: bool
    drill_is_late: bool


def keeping(settings: Settings, at: datetime) -> Keeping:
    copy, drill = last_copy(), last_drill()
    patience = timedelta(days=settings.backup_days) + SLACK if settings.backup_days else LONGEST_WITHOUT
    longest = (
        timedelta(days=settings.backup_drill_days) + DRILL_SLACK if settings.backup_drill_days else LONGEST_UNPROVED
    )
    return Keeping(
        copy, drill,
        copy_is_late=copy is None or copy.began_at < at - patience,
        drill_is_late=drill is None or drill.began_at < at - longest,
    )  # fmt: skip


def last_copy() -> Copy | None:
    """The latest copy that was made whole."""
    return db.session.scalar(_good_copies().limit(1))


def last_drill() -> Drill | None:
    """The latest drill that found nothing wrong."""
    rows = select(Drill).where(Drill.outcome == KeepingOutcome.DONE).order_by(Drill.began_at.desc(), Drill.id.desc())
    return db.session.scalar(rows.limit(1))


def last_scheduled_copy() -> Copy | None:
    """The latest that the schedule made."""
    return db.session.scalar(_good_copies().where(Copy.is_scheduled).limit(1))


def good_copies() -> list[Copy]:
    """Those that were made whole, the latest first."""
    return list(db.session.scalars(_good_copies().limit(SHOWN)))


def recent_copies() -> list[Copy]:
    return list(db.session.scalars(select(Copy).order_by(Copy.began_at.desc(), Copy.id.desc()).limit(SHOWN)))


def recent_drills() -> list[Drill]:
    return list(db.session.scalars(select(Drill).order_by(Drill.began_at.desc(), Drill.id.desc()).limit(SHOWN)))


def figures(at: datetime) -> dict[str, tuple[str, str, float]]:
    """What a monitor watches beside the requests: name → (kind, meaning, value)."""
    waiting = backlog(at)
    day = JobRun.started_at > at - timedelta(days=1)
    failed = select(func.count()).select_from(JobRun).where(JobRun.outcome == RunState.FAILED, day)
    orders = select(func.count()).select_from(Work).where(Work.state.in_((WorkState.WAITING, WorkState.RUNNING)))
    copy, drill = last_copy(), last_drill()
    return {
        "gangmu_database_up": ("gauge", "Whether the database answers.", 1.0),
        "gangmu_schedulers": ("gauge", "Schedulers seen within five minutes.", float(living_schedulers(at))),
        "gangmu_mail_overdue": ("gauge", "Deliveries due and not sent.", float(waiting.overdue)),
        "gangmu_mail_retrying": ("gauge", "Deliveries that failed and wait for another try.", float(waiting.retrying)),
        "gangmu_mail_given_up": ("gauge", "Deliveries that failed for good.", float(waiting.given_up)),
        "gangmu_works_open": ("gauge", "Ordered works not done.", float(db.session.scalar(orders) or 0)),
        "gangmu_job_failures": ("gauge", "Jobs that failed within a day.", float(db.session.scalar(failed) or 0)),
        "gangmu_copy_age_seconds": ("gauge", "Since the last good copy; -1: none.", _age(copy, at)),
        "gangmu_drill_age_seconds": ("gauge", "Since the last good drill; -1: none.", _age(drill, at)),
    }


def _age(row: Copy | Drill | None, at: datetime) -> float:
    return (at - row.began_at).total_seconds() if row else -1.0


def keepers(on: date) -> dict[Committee, list[User]]:
    """The system administrators of the topmost committees: they answer for the whole installation. Where those have
    none, everybody's."""
    committees = db.session.scalars(select(Committee).order_by(Committee.id)).all()
    found = {one: accounts.holders_of_office(one.id, {Role.SYSADMIN}, on) for one in committees}
    held = {one: users for one, users in found.items() if users}
    return {one: users for one, users in held.items() if one.parent_id is None} or held


def _good_copies() -> Select[Copy]:
    return select(Copy).where(Copy.outcome == KeepingOutcome.DONE).order_by(Copy.ended_at.desc(), Copy.id.desc())
