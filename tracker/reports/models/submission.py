"""What goes with a submission: the files behind it, what was frozen of it, and what the office asks about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core import stamps
from tracker.core.audit import Audited
from tracker.core.db import Row, UtcDateTime, Versioned, choice
from tracker.core.files import StoredFile
from tracker.plans.models import Area
from tracker.reports.models.words import EvidenceKind, RemarkPlace, SignOff
from tracker.reports.models.writing import Entry

if TYPE_CHECKING:
    from tracker.reports.models.reports import Report


class Evidence(Audited, Versioned, Row):
    """A file behind a report, an area's text or a row; the same bytes are stored once."""

    __tablename__ = "evidence"

    AUDIT_SECRET = frozenset({"dated_on", "number", "issuer"})

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), index=True)
    kind: Mapped[EvidenceKind] = mapped_column(choice(EvidenceKind), default=EvidenceKind.MATERIAL)
    name: Mapped[str] = mapped_column(String(200))
    dated_on: Mapped[date | None] = mapped_column(Date)
    number: Mapped[str] = mapped_column(String(60), default="")
    issuer: Mapped[str] = mapped_column(String(100), default="")
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    report: Mapped[Report] = relationship(back_populates="evidence")
    entry: Mapped[Entry | None] = relationship()
    area: Mapped[Area | None] = relationship()
    file: Mapped[StoredFile] = relationship()

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return f"{self.kind.label}“{self.name}”"


class ReportVersion(Audited, Row):
    """What was submitted, word for word, hashed; never changed."""

    __tablename__ = "report_versions"
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str] = mapped_column(String(64))
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    sign_off: Mapped[SignOff] = mapped_column(choice(SignOff))
    signed_by: Mapped[str] = mapped_column(String(100), default="")
    """Whose signature stands: the leader's name, also when somebody uploaded the scan on behalf."""
    stamp: Mapped[str | None] = mapped_column(String(stamps.LONGEST))
    """The proof by a key outside the database (S28); submissions from before there was one have none."""

    report: Mapped[Report] = relationship(back_populates="versions")

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return f"第{self.number}次报送"


class Remark(Audited, Versioned, Row):
    """What the office asks at one place of a report; answered by the unit at that place."""

    __tablename__ = "remarks"
    __table_args__ = (Index("ix_remarks_place", "report_id", "place", "place_id"),)

    AUDIT_SECRET = frozenset({"answer"})

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    place: Mapped[RemarkPlace] = mapped_column(choice(RemarkPlace))
    place_id: Mapped[int | None] = mapped_column(Integer)
    """The area's or the entry's id."""
    version_number: Mapped[int] = mapped_column(Integer)
    """The submission it speaks about."""
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    is_sent: Mapped[bool] = mapped_column(Boolean, default=False)
    """The unit sees it only once the report is returned or accepted."""
    is_to_be_answered: Mapped[bool] = mapped_column(Boolean, default=True)
    """A hint given with an acceptance needs no answer."""
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    report: Mapped[Report] = relationship(back_populates="remarks")
    made_by: Mapped[User | None] = relationship()

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return f"{self.place.label}处的意见"
