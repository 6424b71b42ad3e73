"""Messages and their deliveries.

A `Message` is one thing said to one person: it *is* the line in the inbox, so it appears there exactly once. A
`Delivery` is one sending on one channel and carries one urgent message or a day's digest of several.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.db import Labelled, Row, UtcDateTime, choice


class Channel(Labelled):
    MAIL = "mail", "电子邮件"


class DeliveryState(Labelled):
    WAITING = "waiting", "待发送", "wait"
    SENDING = "sending", "发送中", "info"
    SENT = "sent", "已发送", "ok"
    UNSENT = "unsent", "未发送", "wait"
    """No channel or no address: final, so that switching mail on later sends no backlog."""
    DROPPED = "dropped", "已无需发送", "wait"
    GIVEN_UP = "given_up", "发送失败", "late"


class Message(Row):
    """One thing said to one person about one subject on one occasion."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("kind", "subject_type", "subject_id", "recipient_id", "occasion"),
        Index("ix_messages_recipient_unread", "recipient_id", "read_at"),
        Index("ix_messages_subject", "subject_type", "subject_id"),
    )

    kind: Mapped[str] = mapped_column(String(60))
    """The rule: report.due.-3, report.returned …"""
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(Integer)
    recipient_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    occasion: Mapped[str] = mapped_column(String(40))
    """The business date or version that makes this saying another than the last."""
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committees.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(Integer, index=True)
    """The unit that the recipient was addressed for."""
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(String(300))
    """Where the recipient acts on it, within this site."""
    is_urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    deliveries: Mapped[list[Delivery]] = relationship(secondary="delivery_messages", back_populates="messages")


class Delivery(Row):
    """One sending: claimed by lease, retried with back-off, with a Message-ID that stays the same."""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_next", "state", "next_try_at"),)

    key: Mapped[str] = mapped_column(String(100), unique=True)
    """mail:digest:<recipient>:<day> or mail:message:<id>"""
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    recipient_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    day: Mapped[date] = mapped_column(Date)
    state: Mapped[DeliveryState] = mapped_column(choice(DeliveryState))
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    """How often it was taken up, by whomever: the fence of a claim."""
    failures: Mapped[int] = mapped_column(Integer, default=0)
    """How often the server refused: a killed process is no failure of the letter."""
    lease_owner: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str | None] = mapped_column(String(200))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trouble: Mapped[str | None] = mapped_column(Text)

    messages: Mapped[list[Message]] = relationship(
        secondary="delivery_messages", back_populates="deliveries", order_by="Message.id"
    )


class DeliveryMessage(Row):
    """Which messages a sending carries."""

    __tablename__ = "delivery_messages"
    __table_args__ = (UniqueConstraint("delivery_id", "message_id"),)

    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    was_dropped: Mapped[bool] = mapped_column(Boolean, default=False)
    """Left out when the sending went: by then its own room no longer stood by it."""
