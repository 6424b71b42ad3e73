"""Saying something to people: the line in the inbox and the mail that carries it, in the transaction of their cause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from flask import current_app
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.core import calendar, clock
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import Base, db
from tracker.messages import hours
from tracker.messages.models import Channel, Delivery, DeliveryMessage, DeliveryState, Message

GATHER = timedelta(minutes=10)
"""How long a day's digest waits for more before it leaves."""


class Recipient(Protocol):
    """A person as this room sees one: a number and an address."""

    @property
    def id(self) -> int: ...
    @property
    def email(self) -> str | None: ...


@command
def tell(
    recipients: Iterable[Recipient],
    *,
    committee_id: int | None,
    kind: str,
    subject_type: str,
    subject_id: int,
    occasion: str,
    title: str,
    body: str,
    path: str,
    at: datetime,
    unit_id: int | None = None,
    is_urgent: bool = False,
) -> int:
    """Say one thing to these people, once per (kind, subject, recipient, occasion); returns how many had not heard it.

    The line stands in the inbox at once. By mail an urgent message goes alone, the others in one digest per person and
    day. Without a mail server or an address the sending is final as 未发送 (promise 4).
    """
    people = {person.id: person.email for person in recipients}
    if not people:
        return 0
    shared = {
        "kind": kind,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "occasion": occasion,
        "committee_id": committee_id,
        "unit_id": unit_id,
        "title": title[:200],
        "body": body,
        "path": path,
        "is_urgent": is_urgent,
        "queued_at": at,
    }
    fresh: dict[int, int] = dict(
        db.session.execute(
            _insert(Message)
            .values([{**shared, "recipient_id": number} for number in people])
            .on_conflict_do_nothing()
            .returning(Message.recipient_id, Message.id)
        ).all()
    )
    if is_urgent:
        _send_alone(fresh, people, at)
    else:
        _add_to_digests(fresh, people, at)
    return len(fresh)


@command
def mark_read(actor: Actor, message: Message) -> None:
    """The person has opened the message; the first moment stands."""
    message.read_at = message.read_at or actor.at


@command
def mark_all_read(actor: Actor) -> int:
    """Everything in the person's inbox counts as read; returns how many were not."""
    done = db.session.execute(
        update(Message)
        .where(Message.recipient_id == actor.user_id, Message.read_at.is_(None))
        .values(read_at=actor.at)
        .returning(Message.id)
    )
    return len(done.all())


def has_mail() -> bool:
    """Whether this installation has a mail server to hand messages to."""
    return bool(current_app.config["SETTINGS"].smtp_host)


def _send_alone(fresh: Mapping[int, int], addresses: Mapping[int, str | None], at: datetime) -> None:
    moment = hours.next_working_time(calendar.current(), at)
    keys = {f"mail:message:{message_id}": message_id for message_id in fresh.values()}
    rows = [
        _delivery(f"mail:message:{message_id}", recipient_id, addresses[recipient_id], moment)
        for recipient_id, message_id in fresh.items()
    ]
    if rows:
        made = db.session.execute(_insert(Delivery).values(rows).returning(Delivery.id, Delivery.key))
        _carry([(delivery_id, keys[key]) for delivery_id, key in made])


def _add_to_digests(fresh: Mapping[int, int], addresses: Mapping[int, str | None], at: datetime) -> None:
    """Put each message into its person's digest of the next working time, or of the day after that one has left.

    A digest that was tried once is never added to: its copy might have arrived, and the same Message-ID with more in it
    would be thrown away by the mail server.
    """
    days = calendar.current()
    moment = hours.next_working_time(days, at + GATHER)
    left = dict(fresh)
    while left:
        day = clock.shanghai_date(moment)
        rows = [_delivery(f"mail:digest:{number}:{day}", number, addresses[number], moment) for number in left]
        insert = _insert(Delivery).values(rows)
        taken = db.session.execute(
            insert.on_conflict_do_update(
                index_elements=[Delivery.key],
                set_={"address": insert.excluded.address},
                where=(Delivery.state == insert.excluded.state) & (Delivery.attempts == 0),
            ).returning(Delivery.id, Delivery.recipient_id)
        )
        _carry([(delivery_id, left.pop(recipient_id)) for delivery_id, recipient_id in taken])
        moment = hours.next_opening(days, moment)


def _delivery(key: str, recipient_id: int, address: str | None, moment: datetime) -> dict[str, Any]:
    is_open = has_mail() and bool(address)
    return {
        "key": key,
        "channel": Channel.MAIL,
        "recipient_id": recipient_id,
        "day": clock.shanghai_date(moment),
        "state": DeliveryState.WAITING if is_open else DeliveryState.UNSENT,
        "next_try_at": moment,
        "attempts": 0,
        "failures": 0,
        "address": address or None,
        "trouble": None if is_open else ("没有电子邮箱" if has_mail() else "未配置邮件服务器"),
    }


def _carry(pairs: Sequence[tuple[int, int]]) -> None:
    if pairs:
        rows = [{"delivery_id": delivery, "message_id": message, "was_dropped": False} for delivery, message in pairs]
        db.session.execute(_insert(DeliveryMessage).values(rows).on_conflict_do_nothing())


def _insert(table: type[Base]) -> Any:
    """An INSERT that knows ON CONFLICT, in the words of the database at hand."""
    return (postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert)(table)
