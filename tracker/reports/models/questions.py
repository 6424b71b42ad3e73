"""A special round's own questions, who is asked, and what each unit says."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.audit import Audited
from tracker.core.db import Base, Labelled, Row, Versioned, choice
from tracker.core.files import StoredFile
from tracker.reports.models.reports import Report
from tracker.reports.models.rounds import Round


class QuestionKind(Labelled):
    TEXT = "text", "文字"
    NUMBER = "number", "数字"
    CHOICE = "choice", "选择"
    FILE = "file", "文件"


class RoundUnit(Base):
    """A unit that a special round asks."""

    __tablename__ = "round_units"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="CASCADE"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, index=True)


class Question(Audited, Versioned, Row):
    """One thing that a special round asks every chosen unit."""

    __tablename__ = "questions"
    __table_args__ = (
        UniqueConstraint("round_id", "position"),
        CheckConstraint("kind <> 'file' OR measure = ''", name="files_have_no_measure"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[QuestionKind] = mapped_column(choice(QuestionKind))
    text: Mapped[str] = mapped_column(String(300))
    measure: Mapped[str] = mapped_column(String(20), default="")
    """The unit of a number: 人, 所, %."""
    options: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_required: Mapped[bool] = mapped_column(Boolean, default=True)

    round: Mapped[Round] = relationship(back_populates="questions")

    @property
    def label(self) -> str:
        """As a column is headed: 在园幼儿数（人）."""
        return f"{self.text}（{self.measure}）" if self.measure else self.text

    def audit_subject(self) -> Audited:
        return self.round

    def audit_label(self) -> str:
        return f"第{self.position}题"


class QuestionAnswer(Audited, Versioned, Row):
    """What one unit says to one question: words, a figure, one of the choices, or a file."""

    __tablename__ = "question_answers"
    __table_args__ = (UniqueConstraint("report_id", "question_id"),)

    AUDIT_SECRET = frozenset({"text", "file_id", "file_name"})

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"), index=True)
    text: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200), default="")

    report: Mapped[Report] = relationship(back_populates="question_answers")
    question: Mapped[Question] = relationship()
    file: Mapped[StoredFile | None] = relationship()

    @property
    def is_given(self) -> bool:
        return bool(self.file_id) if self.question.kind is QuestionKind.FILE else bool(self.text)

    def content(self) -> dict[str, Any]:
        """As a version freezes it."""
        return {
            "id": self.id,
            "question_id": self.question_id,
            "kind": self.question.kind.value,
            "question": self.question.label,
            "text": self.text,
            "file": {"name": self.file_name, "sha256": self.file.sha256, "size": self.file.size} if self.file else None,
        }

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return f"第{self.question.position}题"
