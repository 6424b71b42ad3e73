"""After a copy was put back: what waited in it may have left in truth, so it is sent only where a person says so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update

from tracker.core import audit, calendar
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.messages import queries
from tracker.messages.models import Delivery, DeliveryState

HELD = "由备份恢复时尚待发送，可能已经发出"
LEFT = "由备份恢复时尚待发送，办公室确认不再发送"


@command
def hold_waiting(at: datetime) -> int:
    """Hold every sending that waits; returns how many. The lines in the inbox stand."""
    held = db.session.execute(
        update(Delivery)
        .where(Delivery.state.in_((DeliveryState.WAITING, DeliveryState.SENDING)))
        .values(state=DeliveryState.UNSENT, held_at=at, trouble=HELD, lease_owner=None, lease_until=None)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(held.all())


@command
def release_held(actor: Actor, deliveries: Iterable[Delivery]) -> int:
    """Send these after all, in the committee's sending hours and under the same Message-ID, so that a mail server that
    had them drops the repetition. What is settled meanwhile still does not leave."""
    numbers = [one.id for one in deliveries]
    opens = queries.hours_of(actor.committee_id).next_open(calendar.current(), actor.at)
    return _decide(
        actor, numbers, "恢复备份后仍然发送",
        state=DeliveryState.WAITING, next_try_at=opens, failures=0, trouble=None,
    )  # fmt: skip


@command
def leave_held(actor: Actor, deliveries: Iterable[Delivery]) -> int:
    """Leave these unsent for good."""
    return _decide(actor, [one.id for one in deliveries], "恢复备份后不再发送", trouble=LEFT)


def _decide(actor: Actor, numbers: list[int], what: str, **values: object) -> int:
    done = db.session.execute(
        update(Delivery)
        .where(Delivery.id.in_(numbers), Delivery.held_at.is_not(None), Delivery.state == DeliveryState.UNSENT)
        .values(held_at=None, **values)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    count = len(done.all())
    if count:
        audit.record(actor, "message.resend", None, f"{what}：{count}条", label="消息")
    return count
