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
from tracker.core.jobs import is_over, owner_name
from tracker.core.sealing import BrokenSeal, unseal
from tracker.messages import hours, mail, posting, queries, wording
from tracker.messages.models import Channel, Delivery, DeliveryMessage, DeliveryState, Message, Outlet
from tracker.messages.posting import Target
from tracker.messages.wire import Away

log = logging.getLogger(__name__)

BATCH = 20
LEASE = timedelta(minutes=15)
"""Outlasts a batch whose every letter waits for a slow server."""
FURTHEST = timedelta(days=30)
"""No sending waits so long, not even over the longest holiday: then the clock was ahead when it was put off."""
RETRY_AFTER = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8),
)  # fmt: skip

StillDue = Callable[[Message], bool]
UnitNames = Callable[[set[int]], dict[int, str]]
"""The short names of units in official order: this room knows numbers only."""


def _nameless(_: set[int]) -> dict[int, str]:
    return {}


@dataclass(frozen=True)
class Claim:
    """A sending that this process has taken; `attempt` is its fence."""

    id: int
    attempt: int


@dataclass(frozen=True)
class Letter:
    """What a claimed sending has to say now, by which channel, and what it no longer says."""

    key: str
    target: Target | None
    address: str | None
    is_group: bool
    items: list[mail.Item]
    units: dict[str, str]
    """For a work group: title → the units that it concerns, by name."""
    dropped: list[int]


def dispatch(now: datetime, still_due: StillDue, *, batch: int = BATCH, unit_names: UnitNames = _nameless) -> int:
    """Send one batch of what is due and still holds; returns how many sendings were taken up.

    Outside the committee's sending hours nothing leaves. A failing one is tried again after 1, 5, 30 minutes, 2 and 8
    hours and is then given up, visibly. A channel that cannot be reached keeps only its own sendings back, and so does
    one that takes no more this minute: what it was not even asked is no failure of theirs.
    """
    if not _anything_may_leave(now):
        return 0
    settings: Settings = current_app.config["SETTINGS"]
    claims = claim(now, batch)
    away: dict[Target | None, str] = {}
    with mail.Postbox(settings) as postbox:
        for taken in claims:
            target: Target | None = None
            dropped: list[int] = []
            try:
                letter = _read(taken, settings, still_due, unit_names)
                target, dropped = letter.target, letter.dropped
                if target in away and letter.items:
                    _put_off(taken, away[target], now, was_tried=False)
                else:
                    _send(taken, letter, postbox, settings, now)
            except (mail.Unreachable, Away, posting.Busy) as error:
                away[target] = str(error)
                _put_off(taken, str(error), now, dropped)
            except SQLAlchemyError:
                raise  # the database is away: the lease brings the sending back
            except (posting.Refused, mail.NotTaken) as error:
                _put_off(taken, str(error), now, dropped)
            except Exception as error:  # one letter, or one room's answer, never keeps the others back
                db.session.rollback()
                _put_off(taken, f"{type(error).__name__}: {error}", now)
    return len(claims)


@command
def claim(now: datetime, batch: int) -> list[Claim]:
    """Take up to `batch` sendings that are due, or whose sender died; nobody else gets them while the lease lasts."""
    has_come = or_(Delivery.next_try_at <= now, Delivery.next_try_at > now + FURTHEST)
    is_due = and_(Delivery.state == DeliveryState.WAITING, has_come)
    is_orphan = and_(Delivery.state == DeliveryState.SENDING, is_over(Delivery.lease_until, now, LEASE))
    due = (
        select(Delivery.id)
        .where(or_(is_due, is_orphan), _may_leave(now))
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


def _anything_may_leave(now: datetime) -> bool:
    """Whether any committee's hours are open, so that a night costs nothing."""
    every = [hours.USUAL, *queries.all_hours().values()]
    return any(one.urgent_any_time or one.is_open(calendar.current(), now) for one in every)


def _may_leave(now: datetime) -> ColumnElement[bool]:
    """The sendings whose committee lets them leave at this moment."""
    days = calendar.current()
    own = {number: one.is_open(days, now) for number, one in queries.all_hours().items()}
    if hours.USUAL.is_open(days, now):
        closed = [number for number, is_open in own.items() if not is_open]
        in_hours = or_(Delivery.committee_id.is_(None), Delivery.committee_id.not_in(closed))
    else:
        in_hours = Delivery.committee_id.in_([number for number, is_open in own.items() if is_open])
    return or_(Delivery.any_time, in_hours)


def _send(taken: Claim, letter: Letter, postbox: mail.Postbox, settings: Settings, now: datetime) -> None:
    if not letter.items:
        _finish(taken, DeliveryState.DROPPED, dropped=letter.dropped)
        return
    if trouble := _trouble(letter, settings):
        _finish(taken, DeliveryState.UNSENT, trouble=trouble, dropped=letter.dropped)
        return
    if letter.target is None:
        postbox.send(mail.compose(letter.key, letter.address or "", letter.items, settings, now))
    elif letter.is_group:
        posting.post_to_group(letter.target, group_words(letter.items, letter.units, settings), int(now.timestamp()))
    else:
        title, text = mail.in_words(letter.items, settings)
        address = letter.items[0].url if len(letter.items) == 1 else settings.base_url
        posting.notify_gateway(
            letter.target, letter.key, letter.address or "", title, text, address, int(now.timestamp())
        )
    _finish(taken, DeliveryState.SENT, sent_at=now, dropped=letter.dropped)


def _trouble(letter: Letter, settings: Settings) -> str | None:
    """Why it can never leave as it stands."""
    if letter.target is None and not settings.smtp_host:
        return mail.WITHOUT
    if letter.is_group or letter.address:
        return None
    return "没有电子邮箱" if letter.target is None else "没有联系电话"


def group_words(items: Sequence[mail.Item], units: dict[str, str], settings: Settings) -> str:
    """A posting into a work group: each matter once, with the units that still owe it."""
    title, body = wording.render(
        "messages/group", items=items, units=units, site_name=settings.site_name, base_url=settings.base_url
    )
    return f"{title}\n{body}"


def _read(taken: Claim, settings: Settings, still_due: StillDue, unit_names: UnitNames) -> Letter:
    """Ask the rooms about each message, then let go of the database: sending may be slow."""
    row = db.session.get_one(Delivery, taken.id)
    items: list[mail.Item] = []
    dropped: list[int] = []
    units: dict[str, set[int]] = {}
    is_group = row.recipient_id is None
    for message in row.messages:
        if not still_due(message):
            dropped.append(message.id)
            continue
        if not is_group or message.title not in units:
            items.append(mail.Item(message.title, message.body, settings.base_url + message.path))
        units.setdefault(message.title, set()).update({message.unit_id} if message.unit_id is not None else set())
    names = unit_names({number for numbers in units.values() for number in numbers}) if is_group else {}
    letter = Letter(
        row.key, _target_of(row.outlet) if row.outlet else None, _address_of(row), is_group, items,
        {title: "、".join(name for number, name in names.items() if number in mine) for title, mine in units.items()},
        dropped,
    )  # fmt: skip
    db.session.rollback()
    return letter


def _address_of(row: Delivery) -> str | None:
    if row.address is None or row.channel is Channel.MAIL:
        return row.address
    try:
        return unseal(row.address)
    except BrokenSeal:
        return None


def _target_of(outlet: Outlet) -> Target:
    """Raises Refused when the channel was switched off or its key cannot be read any more."""
    if not outlet.is_on:
        raise posting.Refused(f"{outlet.channel.label}已停用")
    return target_of(outlet)


def target_of(outlet: Outlet) -> Target:
    """Where a channel leads. Raises Refused when its key cannot be read: the installation's secret is another one."""
    try:
        secret = unseal(outlet.sealed_secret) if outlet.sealed_secret else None
        return Target(outlet.channel, unseal(outlet.sealed_address), secret)
    except BrokenSeal as error:
        raise posting.Refused("系统密钥已更换，请重新填写这个渠道的地址和密钥。") from error


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
    if done.first() is not None:
        _leave_out(taken, dropped)


@command
def _put_off(taken: Claim, trouble: str, now: datetime, dropped: Sequence[int] = (), *, was_tried: bool = True) -> None:
    """Try again later; after the last try the failure stands where the office sees it."""
    row = db.session.scalar(select(Delivery).where(*_mine(taken)).with_for_update())
    if row is None:
        return
    log.warning("sending %s failed: %s", row.key, trouble)
    is_last = was_tried and row.failures >= len(RETRY_AFTER)
    row.state = DeliveryState.GIVEN_UP if is_last else DeliveryState.WAITING
    if not is_last:
        row.next_try_at = now + RETRY_AFTER[row.failures if was_tried else 0]
    row.failures += was_tried
    row.trouble = trouble
    row.lease_owner = row.lease_until = None
    if is_last:
        _leave_out(taken, dropped)


def _leave_out(taken: Claim, dropped: Sequence[int]) -> None:
    """Write down which messages the sending did not say at its end, for nothing was due any more: of these nothing
    failed. What was left out once and is due again when the sending is tried anew is said."""
    rows = DeliveryMessage.message_id.in_(dropped)
    db.session.execute(
        update(DeliveryMessage)
        .where(DeliveryMessage.delivery_id == taken.id, DeliveryMessage.was_dropped != rows)
        .values(was_dropped=rows)
        .execution_options(synchronize_session=False)
    )


def _mine(taken: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        Delivery.id == taken.id,
        Delivery.state == DeliveryState.SENDING,
        Delivery.attempts == taken.attempt,
    )
