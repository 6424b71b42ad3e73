"""What went to whom, and how it arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, not_, or_, select
from sqlalchemy.orm import aliased, selectinload

from tracker.accounts.models import Holding, Post, User
from tracker.committees.models import Unit
from tracker.core import calendar, clock
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.messages import queries as messages
from tracker.messages.models import Channel, Delivery, DeliveryMessage, DeliveryState, Message
from tracker.reminders.kinds import KINDS
from tracker.reminders.models import Watch

LOOK_BACK = timedelta(days=120)
"""What nobody opened for longer belongs to a round that is over."""
UNREAD_AFTER = 2
"""A message that nobody has opened after so many working days stands in the office's list."""

MAIL_CHOICES = [(state.value, state.label) for state in DeliveryState]
CHANNEL_CHOICES = [(channel.value, channel.label) for channel in Channel]
READ_CHOICES = {"no": "未读", "yes": "已读"}


@dataclass(frozen=True)
class Filter:
    """What of the sendings is wanted; nonsense in the address counts as nothing."""

    mail: str = ""
    read: str = ""
    words: str = ""
    channel: str = ""

    def said(self) -> list[tuple[str, str, str]]:
        """The filter in words: (label, text, name in the address)."""
        pairs = [
            ("发送", dict(MAIL_CHOICES).get(self.mail, ""), "mail"),
            ("渠道", dict(CHANNEL_CHOICES).get(self.channel, ""), "channel"),
            ("阅读", READ_CHOICES.get(self.read, ""), "read"),
            ("查找", self.words.strip(), "q"),
        ]
        return [pair for pair in pairs if pair[1]]


def visible_sendings(actor: Actor) -> Select[*tuple[Any, ...]]:
    """What the committee's people were told, for its office: the message, who it went to and how each sending went."""
    rows = (
        select(
            Message,
            User.name.label("person"),
            Unit.short_name.label("unit"),
            Delivery.id.label("delivery_id"),
            Delivery.channel,
            Delivery.state.label("mail_state"),
            Delivery.trouble,
            DeliveryMessage.was_dropped,
        )
        .join(User, User.id == Message.recipient_id)
        .outerjoin(Unit, Unit.id == Message.unit_id)
        .outerjoin(DeliveryMessage, DeliveryMessage.message_id == Message.id)
        .outerjoin(Delivery, Delivery.id == DeliveryMessage.delivery_id)
        .where(Message.committee_id == actor.committee_id)
    )
    return rows if actor.is_office else rows.where(false())


def sendings(actor: Actor, chosen: Filter) -> Select[*tuple[Any, ...]]:
    """The sendings as filtered, the newest first."""
    rows = visible_sendings(actor)
    if chosen.mail in dict(MAIL_CHOICES):
        rows = rows.where(Delivery.state == DeliveryState(chosen.mail))
    if chosen.channel in dict(CHANNEL_CHOICES):
        rows = rows.where(Delivery.channel == Channel(chosen.channel))
    if chosen.read in READ_CHOICES:
        rows = rows.where(Message.read_at.is_(None) if chosen.read == "no" else Message.read_at.is_not(None))
    if chosen.words.strip():
        like = chosen.words.strip()
        places = (Message.title, User.name, Unit.short_name)
        rows = rows.where(or_(*(place.contains(like, autoescape=True) for place in places)))
    return rows.order_by(Message.queued_at.desc(), Message.id.desc(), Delivery.id)


def all_of(rows: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    """The whole list, for an export."""
    return db.session.execute(rows).all()


def visible_deliveries(actor: Actor) -> Select[Delivery]:
    """The sendings to the committee's people, for its office."""
    mine = exists().where(
        DeliveryMessage.delivery_id == Delivery.id, DeliveryMessage.message_id == Message.id,
        Message.committee_id == actor.committee_id,
    )  # fmt: skip
    return select(Delivery).where(mine if actor.is_office else false())


def visible_sent_messages(actor: Actor) -> Select[Message]:
    """What the committee's people were told, for its office."""
    return select(Message).where(Message.committee_id == actor.committee_id if actor.is_office else false())


def failed(actor: Actor) -> Select[*tuple[Any, ...]]:
    """The sendings that were given up, and those held since a copy was put back, one line each, the newest first, with
    the unit that the person was written to for."""
    unit_id = (
        select(func.min(Message.unit_id))
        .join(DeliveryMessage, DeliveryMessage.message_id == Message.id)
        .where(DeliveryMessage.delivery_id == Delivery.id)
    ).scalar_subquery()
    whom = (User.name.label("person"), User.phone.label("phone"), Unit.short_name.label("unit"))
    rows = visible_deliveries(actor).add_columns(*whom).options(selectinload(Delivery.messages))
    rows = rows.outerjoin(User, User.id == Delivery.recipient_id).outerjoin(Unit, Unit.id == unit_id)
    rows = rows.where(messages.has_failed())
    return rows.order_by(Delivery.next_try_at.desc(), Delivery.id.desc())


def failed_counts(actor: Actor) -> tuple[int, int]:
    """How many sendings to the committee's people were given up, and how many are held, in one query."""
    is_held = Delivery.held_at.is_not(None)
    rows = visible_deliveries(actor).with_only_columns(is_held, func.count()).where(messages.has_failed())
    found: dict[bool, int] = {bool(held): number for held, number in db.session.execute(rows.group_by(is_held))}
    return found.get(False, 0), found.get(True, 0)


def held(actor: Actor) -> Sequence[Delivery]:
    """Everything that is held since a copy was put back."""
    return db.session.scalars(visible_deliveries(actor).where(Delivery.held_at.is_not(None))).all()


def unread(actor: Actor) -> Select[*tuple[Any, ...]]:
    """What people of the units have not opened for two working days, while they still hold their post, what it is about
    is not done yet, and nothing of the same subject was said to them since."""
    since = calendar.current().add_workdays(actor.on, -UNREAD_AFTER)
    later = aliased(Message)
    newer = exists().where(
        later.recipient_id == Message.recipient_id, later.subject_type == Message.subject_type,
        later.subject_id == Message.subject_id, later.id > Message.id,
    )  # fmt: skip
    return (
        select(Message, User.name.label("person"), User.phone.label("phone"), Unit.short_name.label("unit"))
        .join(User, User.id == Message.recipient_id)
        .join(Unit, Unit.id == Message.unit_id)
        .where(
            Message.committee_id == actor.committee_id if actor.is_office else false(),
            Message.read_at.is_(None),
            Message.queued_at <= end_of(since),
            Message.queued_at > end_of(since - LOOK_BACK),
            ~newer,
            not_(_is_over()),
            _stays(actor.on),
        )
        .order_by(Message.queued_at.desc(), Message.id.desc())
    )


def end_of(day: date) -> datetime:
    """The last moment of a day in Shanghai."""
    return datetime.combine(day, time.max, tzinfo=clock.SHANGHAI)


def _is_over() -> ColumnElement[bool]:
    """The deadline that a message reminds of, or those of the subject that it is about, are all settled."""
    of_watch = (Message.subject_type == "Watch", Watch.id == Message.subject_id)
    of_subject = (
        Watch.kind.in_(list(KINDS)), Watch.subject_type == Message.subject_type, Watch.subject_id == Message.subject_id,
        Watch.unit_id == Message.unit_id,
    )  # fmt: skip
    is_open, is_done = Watch.settled_at.is_(None), Watch.settled_at.is_not(None)
    return or_(
        exists().where(*of_watch, is_done),
        and_(exists().where(*of_subject, is_done), not_(exists().where(*of_subject, is_open))),
    )


def _stays(on: date) -> ColumnElement[bool]:
    held = and_(
        Holding.user_id == Message.recipient_id, Holding.post_id == Post.id, Post.unit_id == Message.unit_id,
        Holding.starts_on <= on, or_(Holding.ends_on.is_(None), Holding.ends_on >= on),
    )  # fmt: skip
    return exists().where(held)
