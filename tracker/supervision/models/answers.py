"""What a unit answers, the same to a notice and about a matter: words, files, the office's verdict, a later day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from tracker.core.audit import Audited
from tracker.core.db import Labelled, Row, UtcDateTime, Versioned, choice
from tracker.core.files import StoredFile
from tracker.core.workflow import Stateful
from tracker.reports.models import ExtensionState


class Verdict(Labelled):
    """What the office made of an answer; only a notice has a next step."""

    CLOSED = "closed", "核验通过，予以销号", "done"
    SENT_BACK = "sent_back", "退回补充", "warn"
    ESCALATED = "escalated", "转下一步", "late"


class Answer:
    """What the unit answered, when, against which day, and what the office made of it."""

    text: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answered_by: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date] = mapped_column(Date)
    """The day that was in force."""
    late_workdays: Mapped[int] = mapped_column(Integer, default=0)
    opinion: Mapped[str] = mapped_column(Text, default="")
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_by: Mapped[str | None] = mapped_column(String(100))

    @declared_attr
    def verdict(cls) -> Mapped[Verdict | None]:
        return mapped_column(choice(Verdict))


class Attachment:
    """A file that came with an answer."""

    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))

    @declared_attr
    def file(cls) -> Mapped[StoredFile]:
        return relationship()

    def audit_label(self) -> str:
        return f"佐证材料“{self.name}”"


class OfNoticeOrMatter:
    """A row that belongs to a notice or to a matter."""

    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), index=True)
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matters.id", ondelete="CASCADE"), index=True)
    notice: Any
    matter: Any

    @property
    def subject(self) -> Any:
        """The notice or the matter whose answer it is about."""
        return self.notice or self.matter

    def audit_subject(self) -> Audited:
        subject: Audited = self.subject
        return subject


class AnswerDraft(OfNoticeOrMatter, Audited, Versioned, Row):
    """What a unit is still writing, saved as it types and seen by nobody else; gone with the answer (promise 12)."""

    __tablename__ = "answer_drafts"
    __table_args__ = (
        CheckConstraint("(notice_id IS NULL) <> (matter_id IS NULL)", name="notice_or_matter"),
        UniqueConstraint("notice_id"),
        UniqueConstraint("matter_id"),
    )

    AUDIT_SECRET = frozenset({"text"})

    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by: Mapped[str] = mapped_column(String(200))

    notice: Mapped[Any] = relationship("Notice", back_populates="draft")
    matter: Mapped[Any] = relationship("Matter", back_populates="draft")

    def audit_label(self) -> str:
        return f"{self.audit_subject().audit_label()}的回复草稿"


class AnswerExtension(OfNoticeOrMatter, Stateful, Audited, Versioned, Row):
    """A later day for an answer, asked for by the unit or given unasked; the day it replaces stays visible."""

    __tablename__ = "answer_extensions"
    __table_args__ = (
        CheckConstraint("(notice_id IS NULL) <> (matter_id IS NULL)", name="notice_or_matter"),
        CheckConstraint("state <> 'granted' OR granted_until IS NOT NULL", name="granted_has_day"),
    )

    state: Mapped[ExtensionState] = mapped_column(choice(ExtensionState), default=ExtensionState.REQUESTED)
    reason: Mapped[str] = mapped_column(Text)
    wanted_until: Mapped[date] = mapped_column(Date)
    granted_until: Mapped[date | None] = mapped_column(Date)
    was_due_on: Mapped[date] = mapped_column(Date)
    decision_note: Mapped[str] = mapped_column(Text, default="")
    is_after_the_fact: Mapped[bool] = mapped_column(Boolean, default=False)
    """补办延期: given when the day had passed, “经电话同意”."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Whoever asked does not decide, from whatever post (回避)."""

    notice: Mapped[Any] = relationship("Notice", back_populates="extensions")
    matter: Mapped[Any] = relationship("Matter", back_populates="extensions")

    @property
    def is_pending(self) -> bool:
        """Asked for, and still of use: an answer that came, or another day set meanwhile, has overtaken it."""
        asked = self.state is ExtensionState.REQUESTED
        return asked and self.subject.is_owed and self.subject.answer_by == self.was_due_on

    def audit_label(self) -> str:
        return f"{self.audit_subject().audit_label()}的延期申请"
