"""What the office notes on a report beside its state: who reviews it, what it recognises, an exception to a lock."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Date, ForeignKey, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.db import UtcDateTime

CLAIM_LASTS = timedelta(days=2)
"""So long after the reviewer's last act somebody else may take a report without asking."""


class Substituted:
    """回避: what is judged by somebody whom the head named, where the office would judge itself."""

    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who alone judges it."""
    substitute_reason: Mapped[str] = mapped_column(Text, default="")

    @declared_attr
    def substitute(cls) -> Mapped[User | None]:
        return relationship(User, foreign_keys=f"{cls.__name__}.substitute_id")  # type: ignore[attr-defined]


class OfficeNotes(Substituted):
    """Columns of a report that only the office writes."""

    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The reviewer's last act: a claim nobody works on expires."""
    recognised_on: Mapped[date | None] = mapped_column(Date)
    """认定更正: the day on which the report did come in by other ways; the first submission stays beside it."""
    recognised_reason: Mapped[str] = mapped_column(Text, default="")
    exception_until: Mapped[date | None] = mapped_column(Date)
    """The last day on which the round's lock does not hold for this report."""
    exception_holder_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who answers for the exception and sees it to its end."""
    exception_reason: Mapped[str] = mapped_column(Text, default="")

    @declared_attr
    def exception_holder(cls) -> Mapped[User | None]:
        return relationship(User, foreign_keys="Report.exception_holder_id")

    def is_excepted(self, on: date) -> bool:
        """Whether the lock of its round does not hold for this report that day."""
        return self.exception_until is not None and on <= self.exception_until

    def claim_expired(self, at: datetime) -> bool:
        """Nobody has worked on it for so long that it is anybody's again."""
        return self.claimed_at is not None and at > self.claimed_at + CLAIM_LASTS
