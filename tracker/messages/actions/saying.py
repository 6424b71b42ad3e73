"""Saying something to people: the line in the inbox and what carries it there, in the transaction of their cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from flask import current_app
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from tracker.core import audit, calendar, clock
from tracker.core.access import Actor
from tracker.core.commands import at_end, command
from tracker.core.db import Base, db
from tracker.core.sealing import seal
from tracker.messages import mail, queries
from tracker.messages.hours import Hours
from tracker.messages.models import Channel, Delivery, DeliveryMessage, DeliveryState, Message

GATHER = timedelta(minutes=10)
"""How long a day's digest waits for more before it leaves."""
MAIL = "mail"


class Recipient(Protocol):
    """A person as this room sees one: a number, an address, a telephone."""

    @property
    def id(self) -> int: ...
    @property
    def email(self) -> str | None: ...
    @property
    def phone(self) -> str | None: ...


@dataclass(frozen=True)
class _Way:
    """One way that this saying takes: by which channel, under which beginning of a key, in which hours."""

    channel: Channel
    beginning: str
    outlet_id: int | None
    committee_id: int | None
    hours: Hours
    any_time: bool = False

    def address(self, person: Recipient) -> str | None:
        if self.channel is Channel.MAIL:
            return person.email or None
        return seal(person.phone) if person.phone else None

    def trouble(self, address: str | None) -> str | None:
        if self.channel is Channel.MAIL and not has_mail():
            return mail.WITHOUT
        if address is not None:
            return None
        return "没有电子邮箱" if self.channel is Channel.MAIL else "没有联系电话"


@dataclass(frozen=True)
class _Line:
    """A message on its way into the digest of a person and day, or into the day's posting of a work group."""

    way: _Way
    message_id: int
    recipient_id: int | None
    address: str | None
    moment: datetime
    """From when on that may leave."""

    @property
    def day(self) -> date:
        return clock.shanghai_date(self.moment)

    @property
    def key(self) -> str:
        whose = "" if self.recipient_id is None else f"{self.recipient_id}:"
        return f"{self.way.beginning}:digest:{whose}{self.day}"


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
    to_groups: bool = False,
) -> int:
    """Say one thing to these people, once per (kind, subject, recipient, occasion); returns how many had not heard it.

    The line stands in the inbox at once. On every other channel an urgent message goes alone, the others in one digest
    per person and day; `to_groups` puts it into the day's posting of the committee's work groups as well. Without a
    mail server or an address the sending is final as 未发送 (promise 4).
    """
    people = {person.id: person for person in recipients}
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
            _insert(Message).on_conflict_do_nothing().returning(Message.recipient_id, Message.id),
            [{**shared, "recipient_id": number} for number in people],
        ).all()
    )
    if not fresh:
        return 0
    for way in _ways(committee_id, is_urgent=is_urgent):
        if is_urgent:
            _send_alone(way, fresh, people, at)
            continue
        for number, message_id in fresh.items():
            _add_to_digest(way, message_id, at, number, way.address(people[number]))
    if to_groups:
        for way in _groups(committee_id):
            for message_id in fresh.values():
                _add_to_digest(way, message_id, at)
    return len(fresh)


@command
def mark_read(actor: Actor, message: Message) -> None:
    """The person has opened the message; the first moment stands."""
    message.read_at = message.read_at or actor.at


@command
def mark_opened(actor: Actor, message_ids: Sequence[int]) -> None:
    """The person looked at what these messages lead to; the first moment stands."""
    rows = update(Message).where(Message.id.in_(message_ids), Message.recipient_id == actor.user_id)
    db.session.execute(rows.where(Message.read_at.is_(None)).values(read_at=actor.at))


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


@command
def send_again(actor: Actor, delivery: Delivery, person: Recipient | None) -> bool:
    """Try a sending that failed once more, to the address that the person has today; returns whether there is one.

    Its key stays, so a letter that had arrived after all carries the same Message-ID.
    """
    way = _Way(
        delivery.channel, "", delivery.outlet_id, delivery.committee_id, queries.hours_of(delivery.committee_id)
    )  # fmt: skip
    address = way.address(person) if person is not None else None
    trouble = way.trouble(address) if person is not None else None
    db.session.execute(
        update(Delivery)
        .where(Delivery.id == delivery.id, Delivery.state.in_((DeliveryState.GIVEN_UP, DeliveryState.UNSENT)))
        .values(
            state=DeliveryState.UNSENT if trouble else DeliveryState.WAITING,
            next_try_at=way.hours.next_open(calendar.current(), actor.at),
            failures=0, address=address, trouble=trouble, held_at=None,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    titles = "、".join(message.title for message in delivery.messages)
    audit.record(actor, "message.resend", None, f"重新发送：{titles}", label=delivery.channel.label)
    return trouble is None


@command
def repeat_unread(actor: Actor, message: Message, person: Recipient) -> bool:
    """Send what a person has not read once more on every channel, once a day; returns whether anything will leave."""
    made = 0
    for way in _ways(message.committee_id, is_urgent=True):
        address = way.address(person)
        if way.trouble(address) is None:
            moment = actor.at if way.any_time else way.hours.next_open(calendar.current(), actor.at)
            row = _row(way, f"{way.beginning}:again:{message.id}:{actor.on}", message.recipient_id, address, moment)
            insert = _insert(Delivery).on_conflict_do_nothing().returning(Delivery.id)
            number = db.session.execute(insert, [row]).scalar()
            if number is not None:
                _carry([(number, message.id)])
                made += 1
    if made:
        audit.record(actor, "message.resend", None, f"再次发送：{message.title}", label="消息")
    return made > 0


def has_mail() -> bool:
    """Whether this installation has a mail server to hand messages to."""
    return bool(current_app.config["SETTINGS"].smtp_host)


def _ways(committee_id: int | None, *, is_urgent: bool) -> list[_Way]:
    """Mail, and the committee's gateways; a gateway for urgent matters carries only those."""
    hours = queries.hours_of(committee_id)
    any_time = is_urgent and hours.urgent_any_time
    ways = [_Way(Channel.MAIL, MAIL, None, committee_id, hours, any_time)]
    for outlet in queries.outlets_in_use(committee_id):
        if not outlet.is_group and (is_urgent or not outlet.urgent_only):
            ways.append(_Way(outlet.channel, f"gateway-{outlet.id}", outlet.id, committee_id, hours, any_time))
    return ways


def _groups(committee_id: int | None) -> list[_Way]:
    hours = queries.hours_of(committee_id)
    return [
        _Way(outlet.channel, f"group-{outlet.id}", outlet.id, committee_id, hours)
        for outlet in queries.outlets_in_use(committee_id)
        if outlet.is_group
    ]


def _send_alone(way: _Way, fresh: Mapping[int, int], people: Mapping[int, Recipient], at: datetime) -> None:
    moment = at if way.any_time else way.hours.next_open(calendar.current(), at)
    keys = {f"{way.beginning}:message:{message_id}": message_id for message_id in fresh.values()}
    rows = [
        _row(way, f"{way.beginning}:message:{message_id}", recipient_id, way.address(people[recipient_id]), moment)
        for recipient_id, message_id in fresh.items()
    ]
    made = db.session.execute(_insert(Delivery).returning(Delivery.id, Delivery.key), rows)
    _carry([(delivery_id, keys[key]) for delivery_id, key in made])


def _add_to_digest(
    way: _Way, message_id: int, at: datetime, recipient_id: int | None = None, address: str | None = None
) -> None:
    """Into the digest of the next sending hours; nobody's is the posting of a work group, which names the units at the
    moment it leaves."""
    moment = way.hours.next_open(calendar.current(), at + GATHER)
    at_end(_write_digests, _Line(way, message_id, recipient_id, address, moment))


def _write_digests(lines: Sequence[_Line]) -> None:
    """Put each message into its digest, or into that of the day after it has left; in one order whoever tells, so that
    two who add to the same digests do not wait for each other crosswise.

    A digest that was tried once is never added to: its copy might have arrived, and the same Message-ID with more in it
    would be thrown away by the mail server.
    """
    days, left = calendar.current(), list(lines)
    while left:
        waiting: defaultdict[str, list[_Line]] = defaultdict(list)
        for line in sorted(left, key=lambda line: (line.day, line.key)):
            waiting[line.key].append(line)
        rows = [
            _row(first.way, key, first.recipient_id, first.address, first.moment)
            for key, (first, *_) in waiting.items()
        ]
        taken = _join_digests(rows)
        _carry([(number, line.message_id) for number, key in taken for line in waiting.pop(key)])
        left = [
            replace(line, moment=line.way.hours.next_day(days, line.moment))
            for lines_of_day in waiting.values() for line in lines_of_day
        ]  # fmt: skip


def _join_digests(rows: Sequence[Mapping[str, Any]]) -> list[tuple[int, str]]:
    """Make these or find them untried; returns number and key of each that takes more."""
    insert = _insert(Delivery)
    taken = db.session.execute(
        insert.on_conflict_do_update(
            index_elements=[Delivery.key],
            set_={"address": insert.excluded.address},
            where=(Delivery.state == insert.excluded.state) & (Delivery.attempts == 0),
        ).returning(Delivery.id, Delivery.key),
        list(rows),
    )
    return [(number, key) for number, key in taken]


def _row(way: _Way, key: str, recipient_id: int | None, address: str | None, moment: datetime) -> dict[str, Any]:
    trouble = way.trouble(address) if recipient_id is not None else None
    return {
        "key": key,
        "channel": way.channel,
        "outlet_id": way.outlet_id,
        "committee_id": way.committee_id,
        "recipient_id": recipient_id,
        "day": clock.shanghai_date(moment),
        "state": DeliveryState.UNSENT if trouble else DeliveryState.WAITING,
        "next_try_at": moment,
        "any_time": way.any_time,
        "attempts": 0,
        "failures": 0,
        "address": address,
        "trouble": trouble,
    }


def _carry(pairs: Sequence[tuple[int, int]]) -> None:
    if pairs:
        rows = [{"delivery_id": delivery, "message_id": message, "was_dropped": False} for delivery, message in pairs]
        db.session.execute(_insert(DeliveryMessage).on_conflict_do_nothing(), rows)


def _insert(table: type[Base]) -> Any:
    """An INSERT that knows ON CONFLICT, in the words of the database at hand. Its rows are given apart, so that it is
    compiled once and not for every message."""
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    return insert(table.__table__)
