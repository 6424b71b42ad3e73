"""What the room looks up."""

from __future__ import annotations

from collections.abc import Callable

from flask import url_for
from sqlalchemy import func, select

from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.pages import Waiting
from tracker.messages.models import Message
from tracker.supervision.models import Circular, CircularState

__all__ = ["STILL_DUE", "waiting_for"]


def waiting_for(actor: Actor) -> list[Waiting]:
    """Circulars that wait for the head's signature, or for the office to issue them."""
    if not actor.is_office:
        return []
    wanted = [CircularState.SIGNED, CircularState.DRAFT] if actor.is_head else [CircularState.SIGNED]
    found = db.session.execute(
        select(Circular.id, Circular.title, Circular.state)
        .where(Circular.committee_id == actor.committee_id, Circular.state.in_(wanted))
        .order_by(Circular.id)
        .limit(20)
    )
    verbs = {CircularState.DRAFT: "签发", CircularState.SIGNED: "印发"}
    return [
        Waiting(verbs[state], f"《{title}》", url_for("supervision.circular", circular_id=number))
        for number, title, state in found
    ]


def _is_issued(message: Message) -> bool:
    return bool(
        db.session.scalar(
            select(func.count())
            .select_from(Circular)
            .where(Circular.id == message.subject_id, Circular.state == CircularState.ISSUED)
        )
    )


STILL_DUE: dict[str, Callable[[Message], bool]] = {"Circular": _is_issued}
