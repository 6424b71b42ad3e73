"""Papers that are named and not uploaded: a file name with a document number is enough."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.audit import Audited
from tracker.core.db import Row, Versioned


class CitedPaper(Audited, Versioned, Row):
    """One line of 佐证材料 without a file: its name, number, issuing body and date."""

    __tablename__ = "cited_papers"

    AUDIT_SECRET = frozenset({"name", "number", "issuer", "dated_on"})

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(60), default="")
    issuer: Mapped[str] = mapped_column(String(100), default="")
    dated_on: Mapped[date | None] = mapped_column(Date)

    report: Mapped[Any] = relationship("Report", back_populates="cited_papers")

    def content(self) -> dict[str, str]:
        """As a version freezes it."""
        return {
            "name": self.name, "number": self.number, "issuer": self.issuer,
            "dated_on": self.dated_on.isoformat() if self.dated_on else "",
        }  # fmt: skip

    def audit_subject(self) -> Audited:
        found: Audited = self.report
        return found

    def audit_label(self) -> str:
        return "仅列名称的材料"
