"""A watched deadline: stored, indexed moments, so that a reminder run costs what is due and not what exists."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.committees.models import Unit
from tracker.core import clock
from tracker.core.audit import Audited
from tracker.core.db import NEVER_AGAIN, Row, UtcDateTime, Versioned


class Watch(Row):
    """Somebody owes something by a day. The room that owns the subject sets, moves and settles it.

    `next_on` is the day of the next rung (None when settled or past the last rung); the job reads only that column.
    """

    __tablename__ = "watches"
    __table_args__ = (
        UniqueConstraint("kind", "subject_type", "subject_id"),
        Index("ix_watches_next_on", "next_on"),
        NEVER_AGAIN,
    )

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    """Whose posts are told; None tells the office."""
    kind: Mapped[str] = mapped_column(String(40))
    """report.due, report.rectify, consultation.due …: names the rungs and the message's template."""
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(String(200))
    """What is owed, in words: 2026年年度报告."""
    path: Mapped[str] = mapped_column(String(300))
    due_on: Mapped[date] = mapped_column(Date)
    next_on: Mapped[date | None] = mapped_column(Date)
    last_rung: Mapped[int | None] = mapped_column(Integer)
    """The latest rung said for this due date, in working days from it."""
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    nudged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    nudged_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who of the office last chased it by hand."""
    paused_until: Mapped[date | None] = mapped_column(Date)
    """The last day on which this deadline is not reminded of by the system."""
    pause_reason: Mapped[str] = mapped_column(String(200), default="")

    unit: Mapped[Unit | None] = relationship()
    nudged_by: Mapped[User | None] = relationship()
    phone_notes: Mapped[list[PhoneNote]] = relationship(
        back_populates="watch", cascade="all, delete-orphan", order_by="PhoneNote.noted_at.desc()"
    )

    @property
    def is_open(self) -> bool:
        return self.settled_at is None

    def was_chased_on(self, day: date) -> bool:
        """Whether the office chased it by hand that day: once a day is enough."""
        return self.nudged_at is not None and clock.shanghai_date(self.nudged_at) == day


class PhoneNote(Audited, Row):
    """What was said on the telephone about a deadline (“经电话，答应周五报”), and when the office asks again."""

    __tablename__ = "phone_notes"

    watch_id: Mapped[int] = mapped_column(ForeignKey("watches.id", ondelete="CASCADE"), index=True)
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(Text)
    follow_up_on: Mapped[date | None] = mapped_column(Date, index=True)
    followed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the office asked again, or noted something newer."""

    watch: Mapped[Watch] = relationship(back_populates="phone_notes")
    noted_by: Mapped[User | None] = relationship()

    def audit_label(self) -> str:
        return "电话沟通"


class ReminderRule(Audited, Versioned, Row):
    """How one committee reminds of one kind of deadline, where it departs from the usual."""

    __tablename__ = "reminder_rules"
    __table_args__ = (UniqueConstraint("committee_id", "kind"),)

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"))
    kind: Mapped[str] = mapped_column(String(40))
    is_on: Mapped[bool] = mapped_column(Boolean, default=True)
    steps: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """The rungs with their recipients; None follows the committee's ladder."""
    words: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """The office's own words for before, on and after the day; what is not there is said in the usual words."""
    paused_until: Mapped[date | None] = mapped_column(Date)
    pause_reason: Mapped[str] = mapped_column(String(200), default="")

    def audit_label(self) -> str:
        return "提醒规则"
