"""What was copied and what was proved: the keeper's own record, for the administrator's page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Labelled, Row, UtcDateTime, choice


class KeepingOutcome(Labelled):
    DONE = "done", "成功", "ok"
    FAILED = "failed", "失败", "late"


class Copy(Row):
    """One try to make a copy of everything."""

    __tablename__ = "copies"

    began_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[KeepingOutcome] = mapped_column(choice(KeepingOutcome))
    name: Mapped[str] = mapped_column(String(120), default="")
    """The archive's own name; the folder is a setting."""
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    row_count: Mapped[int] = mapped_column(Integer, default=0)
    file_count: Mapped[int] = mapped_column(Integer, default=0)
    is_sealed: Mapped[bool] = mapped_column(Boolean, default=False)
    is_scheduled: Mapped[bool] = mapped_column(Boolean, default=False)
    trouble: Mapped[str] = mapped_column(Text, default="")
    """Why it failed; or what was wrong already when the copy was made."""


class Drill(Row):
    """One try to restore a copy into a scratch place and to compare everything."""

    __tablename__ = "drills"

    began_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[KeepingOutcome] = mapped_column(choice(KeepingOutcome))
    name: Mapped[str] = mapped_column(String(120))
    """Which archive."""
    place: Mapped[str] = mapped_column(String(60), default="")
    """Into what it was restored, in words."""
    table_count: Mapped[int] = mapped_column(Integer, default=0)
    row_count: Mapped[int] = mapped_column(Integer, default=0)
    file_count: Mapped[int] = mapped_column(Integer, default=0)
    trouble: Mapped[str] = mapped_column(Text, default="")
