"""Parts of a report in other hands (分送科室), files it was read from, and who has the sheet open."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.audit import Audited
from tracker.core.db import Base, Labelled, Row, UtcDateTime, Versioned, choice
from tracker.core.files import StoredFile
from tracker.reports.models.reports import Report


class PartDecision(Labelled):
    TAKEN = "taken", "已采用", "done"
    JOINED = "joined", "已接在后面", "done"
    LEFT = "left", "未采用", "wait"


class Share(Audited, Versioned, Row):
    """Some places of one report, given to one section or county body by a limited link.

    The link's secret is kept as a hash. It opens these places and nothing else, until its day, until the liaison calls
    it back, or until the report leaves the unit's hands.
    """

    __tablename__ = "report_shares"

    AUDIT_SECRET = frozenset({"token_hash"})

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    section: Mapped[str] = mapped_column(String(60))
    """义教科, 青禾县教育局."""
    note: Mapped[str] = mapped_column(String(500), default="")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_on: Mapped[date] = mapped_column(Date)
    """The last day on which the link opens."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    filled_by: Mapped[str] = mapped_column(String(60), default="")
    """Who in the section fills it in, as they named themselves."""
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the section said that it is finished."""
    burst_began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    burst: Mapped[int] = mapped_column(Integer, default=0)
    """Requests since `burst_began_at`: a link that is called too often waits."""

    report: Mapped[Report] = relationship()
    created_by: Mapped[User | None] = relationship()
    parts: Mapped[list[SharedPart]] = relationship(
        back_populates="share", cascade="all, delete-orphan", order_by="SharedPart.id"
    )

    def is_open(self, on: date) -> bool:
        """Whether the link still leads anywhere that day."""
        return self.revoked_at is None and on <= self.expires_on and self.report.is_writable(on)

    @property
    def waits(self) -> list[SharedPart]:
        """What came back and has not been looked at."""
        return [one for one in self.parts if one.written_at is not None and one.decision is None]

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return f"分送{self.section}的内容"


class SharedPart(Audited, Versioned, Row):
    """One place that was given away, and the words that came back for it. The report itself changes only when the
    liaison takes them over."""

    __tablename__ = "report_shared_parts"
    __table_args__ = (UniqueConstraint("share_id", "record"),)

    AUDIT_SECRET = frozenset({"words"})

    share_id: Mapped[int] = mapped_column(ForeignKey("report_shares.id", ondelete="CASCADE"))
    record: Mapped[str] = mapped_column(String(40))
    """The place by its name: area:12, entry:34."""
    given_version: Mapped[int] = mapped_column(Integer)
    """The version of the place when it was given away: a later one means that somebody wrote there meanwhile."""
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    author: Mapped[str] = mapped_column(String(60), default="")
    written_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision: Mapped[PartDecision | None] = mapped_column(choice(PartDecision))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    share: Mapped[Share] = relationship(back_populates="parts")

    def by_whom(self) -> str:
        """义教科 刘芳"""
        return " ".join(filter(None, [self.share.section, self.author]))

    def audit_subject(self) -> Audited:
        return self.share.report

    def audit_label(self) -> str:
        return f"{self.share.section}填写的内容"


class WordReading(Audited, Versioned, Row):
    """A finished Word report as it was read: its passages wait until the liaison says what goes where."""

    __tablename__ = "word_readings"
    __table_args__ = (Index("ix_word_readings_report_id_read_at", "report_id", "read_at"),)

    AUDIT_SECRET = frozenset({"passages"})

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    passages: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    report: Mapped[Report] = relationship()

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return f"读入的“{self.name}”"


class FormReading(Audited, Versioned, Row):
    """An Excel form that came back, as it was sent, with what could not be taken over from it and why."""

    __tablename__ = "form_readings"
    __table_args__ = (Index("ix_form_readings_report_id_read_at", "report_id", "read_at"),)

    AUDIT_SECRET = frozenset({"troubles"})

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    share_id: Mapped[int | None] = mapped_column(ForeignKey("report_shares.id", ondelete="CASCADE"), index=True)
    """A section's form; else it is the whole report's."""
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    troubles: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """[{"row": 7, "sentence": "“差不多”不在可选范围内…"}], by the rows' numbers in the file."""
    read_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    report: Mapped[Report] = relationship()
    share: Mapped[Share | None] = relationship()
    file: Mapped[StoredFile] = relationship()

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return f"填报表“{self.name}”"


class Presence(Base):
    """Who had the sheet open a moment ago; no business, only a courtesy between colleagues."""

    __tablename__ = "report_presences"

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()
