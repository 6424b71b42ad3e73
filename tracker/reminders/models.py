"""A watched deadline: stored, indexed moments, so that a reminder run costs what is due and not what exists."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.committees.models import Unit
from tracker.core.db import Row, UtcDateTime


class Watch(Row):
    """Somebody owes something by a day. The room that owns the subject sets, moves and settles it.

    `next_on` is the day of the next rung (None when settled or past the last rung); the job reads only that column.
    """

    __tablename__ = "watches"
    __table_args__ = (
        UniqueConstraint("kind", "subject_type", "subject_id"),
        Index("ix_watches_next_on", "next_on"),
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

    unit: Mapped[Unit | None] = relationship()
    nudged_by: Mapped[User | None] = relationship()

    @property
    def is_open(self) -> bool:
        return self.settled_at is None
