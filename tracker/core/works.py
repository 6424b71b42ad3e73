"""Long work ordered from a page, made by the scheduler's process; its progress written down, its result kept a week.

A work is a row. Whoever takes it holds it by a lease that every sign of progress renews; a work whose maker died is
taken over by another. The number of the attempt is the fence: a maker that lost its work can write nothing any more.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, Select, String, Text, and_, delete, or_, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core import clock, files
from tracker.core.access import Actor
from tracker.core.commands import command, savepoint
from tracker.core.db import NEVER_AGAIN, Labelled, Row, UtcDateTime, choice, db
from tracker.core.errors import RuleError
from tracker.core.files import StoredFile
from tracker.core.jobs import is_over, owner_name

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""Outlasts the longest silence of a maker between two signs of progress."""
MOST_ATTEMPTS = 3
KEPT_FOR = timedelta(days=7)
MOST_MADE = 20 << 30
EVERY = 1.0
"""Seconds between two signs of progress that are written down."""
BROKEN_OFF = "处理多次中断，没有完成。请再试一次；仍不成功的，请联系系统管理员。"
TROUBLE = "处理出错，没有完成。请再试一次；仍不成功的，请联系系统管理员。"


class WorkState(Labelled):
    WAITING = "waiting", "等待处理", "wait"
    RUNNING = "running", "正在处理", "info"
    DONE = "done", "已完成", "done"
    FAILED = "failed", "没有完成", "late"


class Work(Row):
    """One thing somebody ordered, how far it is, and where its result lies."""

    __tablename__ = "works"
    __table_args__ = (
        Index("ix_works_next", "state", "lease_until"),
        Index("ix_works_user", "user_id", "state"),
        NEVER_AGAIN,
    )

    kind: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    post_id: Mapped[int | None] = mapped_column(Integer)
    """The post it was ordered from: whoever has left it takes nothing more out with another."""
    state: Mapped[WorkState] = mapped_column(choice(WorkState))
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int | None] = mapped_column(Integer)
    message: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    file_name: Mapped[str] = mapped_column(String(200), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ordered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    file: Mapped[StoredFile | None] = relationship()

    @property
    def is_over(self) -> bool:
        return self.state in {WorkState.DONE, WorkState.FAILED}


@dataclass(frozen=True)
class Made:
    """What a maker hands over; `message` is what the person should know of it.

    What may be large is a file (a Path) that the maker wrote for this and that goes when it is stored.
    """

    content: bytes | Path
    file_name: str
    message: str = ""


class Superseded(Exception):
    """The lease ran out and somebody else has the work: whatever this maker still does is for nobody."""


@dataclass
class Progress:
    """How a maker says how far it is, as often as it likes; at most once a second is written down.

    Saying so ends the transaction that the maker read in: a maker reads first and tells afterwards. Raises Superseded
    when the work is no longer this maker's.
    """

    id: int
    attempt: int
    _written: float = field(default=float("-inf"))

    def __call__(self, done: int, total: int | None = None) -> None:
        moment = time.monotonic()
        if moment - self._written >= EVERY:
            self._written = moment
            _tell(self, done, total, clock.now())


Maker = Callable[[Mapping[str, Any], Progress], Made]


@dataclass(frozen=True)
class WorkKind:
    """A kind of work that a room knows how to do. The door was asked when it was ordered; the maker only reads."""

    name: str
    make: Maker


@command
def order(actor: Actor, kind: str, title: str, /, **arguments: Any) -> Work:
    """Let something long be made. The same order given twice while the first is not over is one order."""
    rows = visible_works(actor).where(Work.kind == kind, Work.state.in_((WorkState.WAITING, WorkState.RUNNING)))
    for earlier in db.session.scalars(rows):
        if earlier.arguments == arguments:
            return earlier
    if actor.user_id is None or actor.committee_id is None:
        raise RuleError("只有登录的工作人员可以提交处理。")
    work = Work(
        kind=kind, title=title, arguments=arguments, committee_id=actor.committee_id, user_id=actor.user_id,
        post_id=actor.post.id, state=WorkState.WAITING, ordered_at=actor.at,
    )  # fmt: skip
    db.session.add(work)
    db.session.flush()
    return work


def visible_works(actor: Actor) -> Select[Work]:
    """One's own orders, in the post from which they were given; nobody else's."""
    return select(Work).where(
        Work.user_id == actor.user_id, Work.committee_id == actor.committee_id, Work.post_id == actor.post.id
    )


def perform_next(kinds: Mapping[str, WorkKind], now: datetime) -> bool:
    """Take one waiting work, or one whose maker died, and do it. Returns whether there was one."""
    taken = take_next(now)
    if taken is None:
        return False
    ordered, progress = taken
    try:
        _make(kinds[ordered.kind], ordered.arguments, progress)
    except Superseded:
        log.warning("work %s was taken over by another process", progress.id)
    return True


def _make(kind: WorkKind, arguments: Mapping[str, Any], progress: Progress) -> None:
    try:
        made = kind.make(arguments, progress)
        _finish(progress, made, _stored(made.content), clock.now())
    except (Superseded, OperationalError):
        raise  # not ours any more, or the database is away: then the lease brings the work back
    except RuleError as error:
        _fail(progress, error.sentence, clock.now())
    except Exception:  # whatever a maker stumbles over, the person is told and the next work goes on
        log.exception("work %s failed", progress.id)
        _fail(progress, TROUBLE, clock.now())


def _stored(content: bytes | Path) -> files.Blob:
    if isinstance(content, bytes):
        return files.put_bytes(content)
    try:
        with content.open("rb") as stream:
            return files.put(stream, max_bytes=MOST_MADE, is_ours=True)
    finally:
        content.unlink(missing_ok=True)


@dataclass(frozen=True)
class Order:
    """What a maker needs to know of a taken work."""

    kind: str
    arguments: dict[str, Any]


@command
def take_next(now: datetime) -> tuple[Order, Progress] | None:
    """The oldest work that waits or whose lease ran out, now held by this process; nobody else gets it meanwhile."""
    orphaned = and_(Work.state == WorkState.RUNNING, is_over(Work.lease_until, now, LEASE))
    db.session.execute(
        update(Work)
        .where(orphaned, Work.attempts >= MOST_ATTEMPTS)
        .values(state=WorkState.FAILED, message=BROKEN_OFF, finished_at=now)
        .execution_options(synchronize_session=False)
    )
    first = (
        select(Work.id)
        .where(or_(Work.state == WorkState.WAITING, orphaned))
        .order_by(Work.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = db.session.execute(
        update(Work)
        .where(Work.id == first.scalar_subquery())
        .values(
            state=WorkState.RUNNING, attempts=Work.attempts + 1, lease_owner=owner_name(), lease_until=now + LEASE,
            started_at=now, done=0, total=None, message="",
        )
        .returning(Work.id, Work.attempts, Work.kind, Work.arguments)
        .execution_options(synchronize_session=False)
    ).one_or_none()  # fmt: skip
    return None if row is None else (Order(row.kind, row.arguments), Progress(row.id, row.attempts))


@command
def _tell(progress: Progress, done: int, total: int | None, now: datetime) -> None:
    _write(progress, done=done, total=total, lease_until=now + LEASE)


@command
def _finish(progress: Progress, made: Made, blob: files.Blob, now: datetime) -> None:
    _write(
        progress, state=WorkState.DONE, file_id=files.stored(blob, now).id, file_name=files.safe_name(made.file_name),
        message=made.message, finished_at=now,
    )  # fmt: skip


@command
def _fail(progress: Progress, sentence: str, now: datetime) -> None:
    _write(progress, state=WorkState.FAILED, message=sentence, finished_at=now)


def _write(progress: Progress, **values: Any) -> None:
    """Write into the row while it is this maker's; otherwise say that it is not."""
    mine = and_(Work.id == progress.id, Work.attempts == progress.attempt, Work.state == WorkState.RUNNING)
    written = db.session.scalar(
        update(Work).where(mine).values(values).returning(Work.id).execution_options(synchronize_session=False)
    )
    if written is None:
        raise Superseded


def expire(now: datetime) -> int:
    """Forget works that ended a week ago, and their files unless something else points at the same bytes."""
    before = now - KEPT_FOR
    count, hashes = _forget(before)
    for sha256 in hashes:
        place = files.path_of(sha256)
        if place.exists() and place.stat().st_mtime < before.timestamp():  # else somebody just put the same bytes
            place.unlink()
    return count


@command
def _forget(before: datetime) -> tuple[int, list[str]]:
    """How many works went, and the hashes that nothing points at any more."""
    over = list(db.session.scalars(select(Work).where(Work.finished_at < before)))
    hashes = {work.file.sha256 for work in over if work.file is not None}
    for work in over:
        db.session.delete(work)
    db.session.flush()
    return len(over), [sha256 for sha256 in sorted(hashes) if _let_go(sha256)]


def _let_go(sha256: str) -> bool:
    """Take the file's row away; where another row points at it, the database says no and it stays."""
    try:
        with savepoint():
            db.session.execute(delete(StoredFile).where(StoredFile.sha256 == sha256))
    except IntegrityError:
        return False
    return True
