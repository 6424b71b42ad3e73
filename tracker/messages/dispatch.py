"""Sending what is due: claim by lease, ask whether it still holds, send outside any transaction, write down the end.

Any number of processes may dispatch at once. A claim is fenced by its number of attempts, so that a process which slept
past its lease cannot overwrite what its successor wrote.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, Row, and_, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from tracker.config import Settings
from tracker.core import calendar
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.jobs import owner_name
from tracker.messages import hours, mail
from tracker.messages.models import Delivery, DeliveryMessage, DeliveryState, Message

log = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(minutes=15)
"""Outlasts a batch whose every letter waits for a slow server."""
RETRY_AFTER = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8),
)  # fmt: skip

StillDue = Callable[[Message], bool]


@dataclass(frozen=True)
class Claim:
    """A sending that this process has taken; `attempt` is its fence."""

    id: int
    attempt: int


@dataclass(frozen=True)
class Letter:
    """What a claimed sending has to say now, and what it no longer says."""

    key: str
    address: str | None
    failures: int
    items: list[mail.Item]
    dropped: list[int]


def dispatch(now: datetime, still_due: StillDue, *, batch: int = BATCH) -> int:
    """Send one batch of what is due and still holds; returns how many sendings were taken up.

    Outside working hours nothing leaves. A failing one is tried again after 1, 5, 30 minutes, 2 and 8 hours and is then
    given up, visibly.
    """
    if not hours.is_working_time(calendar.current(), now):
        return 0
    settings: Settings = current_app.config["SETTINGS"]
    claims = claim(now, batch)
    away: str | None = None
    with mail.Postbox(settings) as postbox:
        for taken in claims:
            try:
                if away is None:
                    _send(taken, postbox, settings, now, still_due)
                else:
                    _put_off(taken, away, now)
            except mail.Unreachable as error:
                away = str(error)
                _put_off(taken, away, now)
            except SQLAlchemyError:
                raise  # the database is away: the lease brings the sending back
            except Exception as error:  # one letter, or one room's answer, never keeps the others back
                db.session.rollback()
                _put_off(taken, f"{type(error).__name__}: {error}", now)
    return len(claims)


@command
def claim(now: datetime, batch: int) -> list[Claim]:
    """Take up to `batch` sendings that are due, or whose sender died; nobody else gets them while the lease lasts."""
    is_due = and_(Delivery.state == DeliveryState.WAITING, Delivery.next_try_at <= now)
    is_orphan = and_(Delivery.state == DeliveryState.SENDING, Delivery.lease_until <= now)
    due = (
        select(Delivery.id)
        .where(or_(is_due, is_orphan))
        .order_by(Delivery.next_try_at, Delivery.id)
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    taken: Sequence[Row[int, int]] = db.session.execute(
        update(Delivery)
        .where(Delivery.id.in_(due))
        .values(
            state=DeliveryState.SENDING,
            lease_owner=owner_name(),
            lease_until=now + LEASE,
            attempts=Delivery.attempts + 1,
        )
        .returning(Delivery.id, Delivery.attempts)
        .execution_options(synchronize_session=False)
    ).all()
    return [Claim(number, attempt) for number, attempt in sorted(tuple(row) for row in taken)]


def _send(taken: Claim, postbox: mail.Postbox, settings: Settings, now: datetime, still_due: StillDue) -> None:
    letter = _read(taken, settings, still_due)
    if not letter.items:
        _finish(taken, DeliveryState.DROPPED, dropped=letter.dropped)
    elif not settings.smtp_host or not letter.address:
        _finish(taken, DeliveryState.UNSENT, trouble="未配置邮件服务器" if letter.address else "没有电子邮箱")
    else:
        postbox.send(mail.compose(letter.key, letter.address, letter.items, settings, now))
        _finish(taken, DeliveryState.SENT, sent_at=now, dropped=letter.dropped)


def _read(taken: Claim, settings: Settings, still_due: StillDue) -> Letter:
    """Ask the rooms about each message, then let go of the database: sending may be slow."""
    row = db.session.get_one(Delivery, taken.id)
    items: list[mail.Item] = []
    dropped: list[int] = []
    for message in row.messages:
        if still_due(message):
            items.append(mail.Item(message.title, message.body, settings.base_url + message.path))
        else:
            dropped.append(message.id)
    letter = Letter(row.key, row.address, row.failures, items, dropped)
    db.session.rollback()
    return letter


@command
def _finish(
    taken: Claim,
    state: DeliveryState,
    *,
    sent_at: datetime | None = None,
    trouble: str | None = None,
    dropped: Sequence[int] = (),
) -> None:
    done = db.session.execute(
        update(Delivery)
        .where(*_mine(taken))
        .values(state=state, sent_at=sent_at, trouble=trouble, lease_owner=None, lease_until=None)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    if done.first() is not None and dropped:
        db.session.execute(
            update(DeliveryMessage)
            .where(DeliveryMessage.delivery_id == taken.id, DeliveryMessage.message_id.in_(dropped))
            .values(was_dropped=True)
            .execution_options(synchronize_session=False)
        )


@command
def _put_off(taken: Claim, trouble: str, now: datetime) -> None:
    """Try again later; after the last try the failure stands where the office sees it."""
    row = db.session.scalar(select(Delivery).where(*_mine(taken)).with_for_update())
    if row is None:
        return
    log.warning("sending %s failed: %s", row.key, trouble)
    is_last = row.failures >= len(RETRY_AFTER)
    row.state = DeliveryState.GIVEN_UP if is_last else DeliveryState.WAITING
    row.next_try_at = row.next_try_at if is_last else now + RETRY_AFTER[row.failures]
    row.failures += 1
    row.trouble = trouble
    row.lease_owner = row.lease_until = None


def _mine(taken: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        Delivery.id == taken.id,
        Delivery.state == DeliveryState.SENDING,
        Delivery.attempts == taken.attempt,
    )
