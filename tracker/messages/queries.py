"""What was said to whom, and how it left."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from tracker.core.access import Actor
from tracker.core.db import db
from tracker.messages.models import Message


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
