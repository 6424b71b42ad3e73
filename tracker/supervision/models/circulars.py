"""What the office says about progress: circulars with their frozen figures."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.committees.models import Committee
from tracker.core.audit import Audited
from tracker.core.db import Labelled, Row, UtcDateTime, Versioned, choice
from tracker.core.files import StoredFile
from tracker.core.workflow import Stateful
from tracker.reports.models import Round
from tracker.supervision.models.signing import PutForward


class CircularKind(Labelled):
    PROGRESS = "progress", "进展情况通报"
    INSPECTION = "inspection", "督查通报"


class CircularState(Labelled):
    DRAFT = "draft", "起草中", "info"
    SUBMITTED = "submitted", "待签发", "wait"
    SIGNED = "signed", "已签发", "ok"
    ISSUED = "issued", "已印发", "done"


class Circular(PutForward, Stateful, Audited, Versioned, Row):
    """A 通报: every number frozen at issue, the stored files served for ever (promise 9)."""

    __tablename__ = "circulars"
    __table_args__ = (
        UniqueConstraint("committee_id", "number_year", "number_serial"),
        CheckConstraint("state <> 'issued' OR (pdf_id IS NOT NULL AND hash IS NOT NULL)", name="issued_has_files"),
        CheckConstraint("period_from <= period_to", name="period"),
    )

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    kind: Mapped[CircularKind] = mapped_column(choice(CircularKind), default=CircularKind.PROGRESS)
    state: Mapped[CircularState] = mapped_column(choice(CircularState), default=CircularState.DRAFT)
    title: Mapped[str] = mapped_column(String(200))
    period_from: Mapped[date] = mapped_column(Date)
    period_to: Mapped[date] = mapped_column(Date)
    """First and last day spoken about; by default the round's."""
    cut_off_on: Mapped[date] = mapped_column(Date)
    """The day as of which everything is counted."""
    counted_as_of: Mapped[datetime] = mapped_column(UtcDateTime)
    """The moment whose facts the figures hold: the cut-off's end, or of the same day the moment of counting."""
    scope: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """`areas` and `units`: ids of those the circular speaks about; empty or missing is all of the committee."""
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("circulars.id"), index=True)
    """The issued circular that this one replaces."""
    addressee: Mapped[str] = mapped_column(String(500))
    copy_to: Mapped[str] = mapped_column(String(500), default="")
    opening: Mapped[str] = mapped_column(Text, default="")
    overall: Mapped[str] = mapped_column(Text, default="")
    good: Mapped[str] = mapped_column(Text, default="")
    problems: Mapped[str] = mapped_column(Text, default="")
    demands: Mapped[str] = mapped_column(Text, default="")
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    """Counted at the cut-off, frozen with the signature."""
    number_year: Mapped[int | None] = mapped_column(Integer)
    number_serial: Mapped[int | None] = mapped_column(Integer)
    number: Mapped[str | None] = mapped_column(String(60))
    """云妇儿工委〔2026〕3号, by the prefix the committee had that day"""
    issuer: Mapped[str | None] = mapped_column(String(100))
    """The body's name on the day of issue."""
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    signed_by: Mapped[str | None] = mapped_column(String(100))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    issued_on: Mapped[date | None] = mapped_column(Date)
    hash: Mapped[str | None] = mapped_column(String(64), index=True)
    """SHA-256 of the frozen figures and text."""
    is_registered: Mapped[bool] = mapped_column(Boolean, default=False)
    """登记印发: number, signer and date come from OA, and the stamped file itself stands in `pdf`."""
    final_name: Mapped[str] = mapped_column(String(200), default="")
    to_check: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Texts of the office's own under which the figures have changed: to be looked at before anybody signs."""
    differences: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Where the stamped file says something else than the frozen text and figures, in sentences."""
    pdf_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    docx_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    xlsx_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))

    committee: Mapped[Committee] = relationship()
    round: Mapped[Round] = relationship()
    pdf: Mapped[StoredFile | None] = relationship(foreign_keys=[pdf_id])
    docx: Mapped[StoredFile | None] = relationship(foreign_keys=[docx_id])
    xlsx: Mapped[StoredFile | None] = relationship(foreign_keys=[xlsx_id])
    corrects: Mapped[Circular | None] = relationship(remote_side="Circular.id")
    sources: Mapped[list[CircularSource]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    @property
    def period(self) -> tuple[date, date]:
        return self.period_from, self.period_to

    @property
    def path(self) -> str:
        return f"/circulars/{self.id}"

    def audit_label(self) -> str:
        return f"《{self.title}》"


class CircularSource(Row):
    """A report that a circular counted, and which of its submissions, so that a later correction can be told (更正)."""

    __tablename__ = "circular_sources"
    __table_args__ = (UniqueConstraint("circular_id", "report_id"),)

    circular_id: Mapped[int] = mapped_column(ForeignKey("circulars.id", ondelete="CASCADE"))
    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    version_number: Mapped[int | None] = mapped_column(Integer)
    """None: it had not come in."""
