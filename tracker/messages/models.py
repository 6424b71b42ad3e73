"""Messages, their deliveries, and the channels that carry them.

A `Message` is one thing said to one person: it *is* the line in the inbox, so it appears there exactly once. A
`Delivery` is one sending on one channel and carries one urgent message or a day's digest of several.
"""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, Time, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.audit import Audited
from tracker.core.db import NEVER_AGAIN, Labelled, Row, UtcDateTime, Versioned, choice
from tracker.core.sealing import SEALED, SOMETIMES


class Channel(Labelled):
    MAIL = "mail", "电子邮件"
    GATEWAY = "gateway", "短信和政务消息网关"
    WECOM = "wecom", "企业微信群机器人"
    DINGTALK = "dingtalk", "钉钉群机器人"
    FEISHU = "feishu", "飞书群机器人"


ROBOTS = frozenset({Channel.WECOM, Channel.DINGTALK, Channel.FEISHU})
"""Speak to a work group, not to a person."""


class DeliveryState(Labelled):
    WAITING = "waiting", "待发送", "wait"
    SENDING = "sending", "发送中", "info"
    SENT = "sent", "已发送", "ok"
    UNSENT = "unsent", "未发送", "wait"
    """No channel or no address: final, so that switching mail on later sends no backlog."""
    DROPPED = "dropped", "已无需发送", "wait"
    GIVEN_UP = "given_up", "发送失败", "late"


class Outlet(Audited, Versioned, Row):
    """A channel as one committee has set it up. The address of a robot is its key: both are sealed and never shown."""

    __tablename__ = "outlets"
    AUDIT_SECRET = frozenset({"sealed_address", "sealed_secret"})

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    name: Mapped[str] = mapped_column(String(50))
    sealed_address: Mapped[str] = mapped_column(Text, info={SEALED: True})
    sealed_secret: Mapped[str | None] = mapped_column(Text, info={SEALED: True})
    is_on: Mapped[bool] = mapped_column(Boolean, default=True)
    urgent_only: Mapped[bool] = mapped_column(Boolean, default=False)
    """A gateway that costs money per message carries what is urgent and nothing else."""
    tested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    test_trouble: Mapped[str | None] = mapped_column(Text)

    @property
    def is_group(self) -> bool:
        return self.channel in ROBOTS

    def audit_label(self) -> str:
        return f"{self.channel.label}“{self.name}”"


class SendingHours(Audited, Versioned, Row):
    """When one committee's people may be written to; without a row, working days from 8:30 to 17:30."""

    __tablename__ = "sending_hours"

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), unique=True)
    is_limited: Mapped[bool] = mapped_column(Boolean)
    opens: Mapped[time] = mapped_column(Time)
    closes: Mapped[time] = mapped_column(Time)
    on_days_off: Mapped[bool] = mapped_column(Boolean)
    urgent_any_time: Mapped[bool] = mapped_column(Boolean)

    def audit_label(self) -> str:
        return "发送时间"


class Message(Row):
    """One thing said to one person about one subject on one occasion."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("kind", "subject_type", "subject_id", "recipient_id", "occasion"),
        Index("ix_messages_recipient_unread", "recipient_id", "read_at"),
        Index("ix_messages_subject", "subject_type", "subject_id"),
        NEVER_AGAIN,
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


FAILED = "state = 'given_up' OR held_at IS NOT NULL"
"""Sendings that a person must look at."""
OPEN = "state IN ('waiting', 'sending')"
"""Sendings that have not come to an end."""


class Delivery(Row):
    """One sending: claimed by lease, retried with back-off, with a Message-ID that stays the same."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_next", "state", "next_try_at"),
        Index("ix_deliveries_failed", "next_try_at", sqlite_where=text(FAILED), postgresql_where=text(FAILED)),
        Index(
            "ix_deliveries_open", "state", "failures", "next_try_at", sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        NEVER_AGAIN,
    )  # fmt: skip

    key: Mapped[str] = mapped_column(String(100), unique=True)
    """mail:digest:<recipient>:<day>, mail:message:<id>, gateway-<outlet>:…, group-<outlet>:digest:<day>"""
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    outlet_id: Mapped[int | None] = mapped_column(ForeignKey("outlets.id"), index=True)
    """None for mail, which is the installation's."""
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committees.id"), index=True)
    """Whose sending hours hold."""
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    """None for a work group."""
    day: Mapped[date] = mapped_column(Date)
    state: Mapped[DeliveryState] = mapped_column(choice(DeliveryState))
    next_try_at: Mapped[datetime] = mapped_column(UtcDateTime)
    any_time: Mapped[bool] = mapped_column(Boolean, default=False)
    """Urgent, and the committee lets what is urgent leave at any hour."""
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    """How often it was taken up, by whomever: the fence of a claim."""
    failures: Mapped[int] = mapped_column(Integer, default=0)
    """How often the server refused: a killed process is no failure of the letter."""
    lease_owner: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    address: Mapped[str | None] = mapped_column(String(200), info={SEALED: SOMETIMES})
    """An e-mail address, or a sealed telephone number."""
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    trouble: Mapped[str | None] = mapped_column(Text)
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a copy was put back while this waited: since the copy was made it may have left, so a person decides."""

    outlet: Mapped[Outlet | None] = relationship()
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
