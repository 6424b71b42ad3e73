"""What a unit writes in its report, piece by piece; each piece is a row with a version of its own.

The words are AUDIT_SECRET, and no audit_label quotes them: the office reads the trail, and of a draft nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.audit import Audited
from tracker.core.db import Row, UtcDateTime, Versioned, choice
from tracker.core.files import StoredFile
from tracker.plans.models import Area, Goal
from tracker.reports.models.rounds import Question, QuestionKind
from tracker.reports.models.words import ArrangementOutcome, EntryState, GoalStatus, SectionKind
from tracker.tasks.models import Assignment, AssignmentRole, Task

if TYPE_CHECKING:
    from tracker.reports.models.reports import Report


class Section(Audited, Versioned, Row):
    """One part of the overview; a row of its own, so that two colleagues may write two parts at once."""

    __tablename__ = "report_sections"
    __table_args__ = (UniqueConstraint("report_id", "kind"),)

    AUDIT_SECRET = frozenset({"text"})

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    kind: Mapped[SectionKind] = mapped_column(choice(SectionKind))
    text: Mapped[str] = mapped_column(Text, default="")

    report: Mapped[Report] = relationship(back_populates="sections")

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return self.kind.label


class AreaText(Audited, Versioned, Row):
    """One text per area that concerns the unit."""

    __tablename__ = "area_texts"
    __table_args__ = (UniqueConstraint("report_id", "area_id"),)

    AUDIT_SECRET = frozenset({"text"})

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"))
    text: Mapped[str] = mapped_column(Text, default="")

    report: Mapped[Report] = relationship(back_populates="area_texts")
    area: Mapped[Area] = relationship()

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return self.area.name


class Entry(Audited, Versioned, Row):
    """A row: report × assignment."""

    __tablename__ = "entries"
    __table_args__ = (UniqueConstraint("report_id", "assignment_id"),)

    AUDIT_SECRET = frozenset({"state", "note", "figure"})

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    state: Mapped[EntryState | None] = mapped_column(choice(EntryState))
    note: Mapped[str] = mapped_column(String(100), default="")
    figure: Mapped[str] = mapped_column(String(100), default="")

    report: Mapped[Report] = relationship(back_populates="entries")
    assignment: Mapped[Assignment] = relationship()

    def is_required(self) -> bool:
        """A support unit's row is its own to fill or leave; its silence never colours the lead."""
        return self.assignment.role is not AssignmentRole.SUPPORT

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return self.assignment.task.title


class Arrangement(Audited, Versioned, Row):
    """One line of 下一年工作安排. Next year it comes back to be answered (上年安排落实情况)."""

    __tablename__ = "arrangements"
    __table_args__ = (
        CheckConstraint("(outcome IS NULL) = (answered_in_id IS NULL)", name="outcome_has_report"),
        Index("ix_arrangements_answered_in_id", "answered_in_id"),
    )

    AUDIT_SECRET = frozenset({"text", "by_when", "task_id", "outcome", "outcome_note"})

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(String(500))
    by_when: Mapped[str] = mapped_column(String(40), default="")
    """As people say it: 6月底前, 三季度."""
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    outcome: Mapped[ArrangementOutcome | None] = mapped_column(choice(ArrangementOutcome))
    """Said a year later, in the report `answered_in`."""
    outcome_note: Mapped[str] = mapped_column(String(500), default="")
    answered_in_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"))

    report: Mapped[Report] = relationship(back_populates="arrangements", foreign_keys=[report_id])
    answered_in: Mapped[Report | None] = relationship(foreign_keys=[answered_in_id])
    task: Mapped[Task | None] = relationship()

    def audit_subject(self) -> Audited:
        return self.answered_in or self.report

    def audit_label(self) -> str:
        return f"工作安排第{self.position}条"


class GoalStatement(Audited, Versioned, Row):
    """Report × goal the unit answers for: proposed by the unit, confirmed by the office."""

    __tablename__ = "goal_statements"
    __table_args__ = (UniqueConstraint("report_id", "goal_id"),)

    AUDIT_SECRET = frozenset({"status", "basis"})

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id"), index=True)
    is_asked: Mapped[bool] = mapped_column(Boolean, default=False)
    """The unit must say: a task under this goal is its own. Otherwise it may."""
    status: Mapped[GoalStatus | None] = mapped_column(choice(GoalStatus))
    basis: Mapped[str] = mapped_column(String(500), default="")
    confirmed: Mapped[GoalStatus | None] = mapped_column(choice(GoalStatus, "confirmed"))

    report: Mapped[Report] = relationship(back_populates="goal_statements")
    goal: Mapped[Goal] = relationship()

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return self.goal.audit_label()


class Request(Audited, Versioned, Row):
    """提请协调事项: a problem the unit asks the committee to solve; it gets an answer."""

    __tablename__ = "requests"

    AUDIT_SECRET = frozenset({"text"})

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(String(1000))
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    report: Mapped[Report] = relationship(back_populates="requests")

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return "提请协调事项"


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
