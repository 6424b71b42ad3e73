"""What was said to whom, and how it left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select

from tracker.core.access import Actor
from tracker.core.db import db
from tracker.messages.models import Delivery, DeliveryState, Message


def visible_messages(actor: Actor) -> Select[Message]:
    """A person's own inbox, whatever post they act from."""
    return select(Message).where(Message.recipient_id == actor.user_id)


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
    """How many sendings stand where."""

    counts: Mapping[DeliveryState, int]
    overdue: int
    """Waiting although their time has come."""


def backlog(now: datetime) -> Backlog:
    """The sendings of the whole installation by state: counts only."""
    rows = db.session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    overdue = select(func.count()).select_from(Delivery)
    overdue = overdue.where(Delivery.state == DeliveryState.WAITING, Delivery.next_try_at <= now)
    return Backlog(dict(rows.all()), db.session.scalar(overdue) or 0)
