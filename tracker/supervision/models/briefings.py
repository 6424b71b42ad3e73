"""The chair's one page (呈阅件): what was put before the chair, kept so that the next one can say what came of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.audit import Audited
from tracker.core.db import Row, UtcDateTime
from tracker.core.files import StoredFile


class Briefing(Audited, Row):
    """One page, made in one click from the facts of a day; facts and files are never changed."""

    __tablename__ = "briefings"

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    made_on: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    pdf_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"))
    docx_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"))

    pdf: Mapped[StoredFile] = relationship(foreign_keys=[pdf_id])
    docx: Mapped[StoredFile] = relationship(foreign_keys=[docx_id])

    def audit_label(self) -> str:
        return f"呈阅件《{self.title}》"
