"""What was said to whom, and how it left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import g
from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, false, func, or_, select

from tracker.core.access import Actor, Role
from tracker.core.db import db
from tracker.messages.hours import USUAL, Hours
from tracker.messages.models import ROBOTS, Channel, Delivery, DeliveryState, Message, Outlet, SendingHours


def visible_messages(actor: Actor) -> Select[Message]:
    """A person's own inbox, whatever post they act from."""
    return select(Message).where(Message.recipient_id == actor.user_id)


def unread_leading_to(user_id: int | None, path: str) -> list[int]:
    """The person's unread messages that lead to a page, whatever part or filter of it."""
    here = or_(*(Message.path == path, *(Message.path.startswith(path + mark, autoescape=True) for mark in "?#")))
    rows = select(Message.id).where(Message.recipient_id == user_id, Message.read_at.is_(None), here)
    return list(db.session.scalars(rows))


def unread_count(user_id: int | None) -> int:
    """How many messages the person has not opened, for the frame of every page."""
    return (
        db.session.scalar(
            select(func.count()).select_from(Message).where(Message.recipient_id == user_id, Message.read_at.is_(None))
        )
        or 0
    )


def inbox(actor: Actor, *, unread_only: bool = False, words: str = "") -> Select[Message]:
    """A person's inbox: unread first, then the newest."""
    rows = visible_messages(actor).order_by(Message.read_at.is_not(None), Message.queued_at.desc(), Message.id.desc())
    if unread_only:
        rows = rows.where(Message.read_at.is_(None))
    if words.strip():
        like = words.strip()
        rows = rows.where(
            or_(Message.title.contains(like, autoescape=True), Message.body.contains(like, autoescape=True))
        )
    return rows


@dataclass(frozen=True)
class Backlog:
    """How many sendings of the whole installation have not come to a good end."""

    waiting: int
    sending: int
    overdue: int
    """Waiting although their time has come."""
    retrying: int
    """Waiting for another try, because the last did not succeed: tells of a mail server that is away long before the
    next does."""
    given_up: int


LATELY = timedelta(days=30)
IS_WAITING = Delivery.state == DeliveryState.WAITING
IS_RETRYING = and_(IS_WAITING, Delivery.failures > 0)


def has_failed() -> ColumnElement[bool]:
    """Given up, or held since a copy was put back: few among many, found by an index of their own."""
    return or_(Delivery.state == _spelt(DeliveryState.GIVEN_UP), Delivery.held_at.is_not(None))


def _is_open() -> ColumnElement[bool]:
    """Not come to an end: few among many, found by an index of their own."""
    return Delivery.state.in_(_spelt([DeliveryState.WAITING, DeliveryState.SENDING]))


def _spelt(states: Any) -> BindParameter[Any]:
    """Standing in the statement itself, not beside it as a parameter: only so is the index known to hold them."""
    return bindparam(
        None, states, type_=Delivery.state.type, literal_execute=True, expanding=isinstance(states, list)
    )  # fmt: skip


def backlog(now: datetime) -> Backlog:
    """What is open and what failed, counts only: cheap enough for a monitor, however much was sent in all years."""
    given_up = select(func.count()).select_from(Delivery).where(Delivery.state == DeliveryState.GIVEN_UP)
    counts = (
        func.count().filter(IS_WAITING),
        func.count().filter(Delivery.state == DeliveryState.SENDING),
        func.count().filter(and_(IS_WAITING, Delivery.next_try_at <= now)),
        func.count().filter(IS_RETRYING),
    )
    return Backlog(*db.session.execute(select(*counts, given_up.scalar_subquery()).where(_is_open())).one())


def why_retrying() -> str | None:
    """Why the latest of those that wait for another try did not succeed."""
    rows = select(Delivery.trouble).where(_is_open(), IS_RETRYING)
    return db.session.scalar(rows.order_by(Delivery.next_try_at.desc()).limit(1))


def ended_lately(now: datetime) -> dict[DeliveryState, int]:
    """How many sendings whose time came within a month were sent, had no way, or were needed no more."""
    ends = (DeliveryState.SENT, DeliveryState.UNSENT, DeliveryState.DROPPED)
    which = Delivery.state.in_(ends), Delivery.next_try_at > now - LATELY
    rows = db.session.execute(select(Delivery.state, func.count()).where(*which).group_by(Delivery.state))
    return dict(rows.all())


def held_count() -> int:
    """How many sendings are held since a copy was put back, in the whole installation."""
    return db.session.scalar(select(func.count()).select_from(Delivery).where(Delivery.held_at.is_not(None))) or 0


def last_sent() -> datetime | None:
    """When anything last left, on whatever channel."""
    return db.session.scalar(select(func.max(Delivery.sent_at)))


@dataclass(frozen=True)
class OutletInUse:
    """What saying something must know of a channel; its key is read only when it is sent."""

    id: int
    channel: Channel
    urgent_only: bool

    @property
    def is_group(self) -> bool:
        return self.channel in ROBOTS


def outlets_in_use(committee_id: int | None) -> tuple[OutletInUse, ...]:
    """The committee's channels that are switched on, read once per request or wake."""
    kept: dict[int | None, tuple[OutletInUse, ...]] = g.setdefault("outlets", {})
    if committee_id not in kept:
        rows = db.session.execute(
            select(Outlet.id, Outlet.channel, Outlet.urgent_only)
            .where(Outlet.committee_id == committee_id, Outlet.is_on)
            .order_by(Outlet.id)
        )
        kept[committee_id] = tuple(OutletInUse(*row) for row in rows)
    return kept[committee_id]


def all_hours() -> dict[int, Hours]:
    """The sending hours of the committees that set their own, read once per request or wake."""
    if "sending_hours" not in g:
        g.sending_hours = {row.committee_id: _as_hours(row) for row in db.session.scalars(select(SendingHours))}
    found: dict[int, Hours] = g.sending_hours
    return found


def hours_of(committee_id: int | None) -> Hours:
    """The sending hours of a committee."""
    return all_hours().get(committee_id, USUAL) if committee_id is not None else USUAL


def forget() -> None:
    """Channels or hours were changed: read anew at the next question."""
    g.pop("outlets", None)
    g.pop("sending_hours", None)


def sending_hours(committee_id: int | None) -> SendingHours | None:
    """The row of a committee that set its own hours."""
    return db.session.scalar(select(SendingHours).where(SendingHours.committee_id == committee_id))


def visible_outlets(actor: Actor) -> Select[Outlet]:
    """A committee's channels, for the system administrator who keeps their keys."""
    rows = select(Outlet).order_by(Outlet.id)
    return rows.where(Outlet.committee_id == actor.committee_id if actor.role is Role.SYSADMIN else false())


def _as_hours(row: SendingHours) -> Hours:
    return Hours(row.is_limited, row.opens, row.closes, row.on_days_off, row.urgent_any_time)
