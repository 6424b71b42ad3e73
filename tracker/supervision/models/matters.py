"""Matters: one thing that one unit is asked to see to, from a field check or an instruction, answered and closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.committees.models import Committee, Unit
from tracker.core.audit import Audited
from tracker.core.db import Labelled, Row, Versioned, choice
from tracker.core.workflow import Stateful
from tracker.reports.models.office import Substituted
from tracker.supervision.models.answers import Answer, AnswerDraft, AnswerExtension, Attachment


class MatterState(Labelled):
    NOTED = "noted", "未下达", "wait"
    ASKED = "asked", "办理中", "warn"
    ANSWERED = "answered", "待核验", "ok"
    SENT_BACK = "sent_back", "退回补充", "warn"
    CLOSED = "closed", "已销号", "done"
    DROPPED = "dropped", "已撤销", "wait"


AWAITED = frozenset({MatterState.ASKED, MatterState.SENT_BACK})
"""An answer of the unit is awaited."""
OVER = frozenset({MatterState.CLOSED, MatterState.DROPPED})


class Matter(Substituted, Stateful, Audited, Versioned, Row):
    """A finding to be put right, or an item of an instruction; its unit sees it from the day it is sent."""

    __tablename__ = "matters"
    __table_args__ = (
        CheckConstraint("(check_id IS NULL) <> (instruction_id IS NULL)", name="check_or_instruction"),
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed_has_day"),
    )

    check_id: Mapped[int | None] = mapped_column(ForeignKey("field_checks.id", ondelete="CASCADE"), index=True)
    instruction_id: Mapped[int | None] = mapped_column(ForeignKey("instructions.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    state: Mapped[MatterState] = mapped_column(choice(MatterState), default=MatterState.NOTED)
    subject: Mapped[str] = mapped_column(String(300))
    facts: Mapped[str] = mapped_column(Text, default="")
    demand: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date] = mapped_column(Date)
    """The day in force; sending back sets a new one."""
    first_due_on: Mapped[date] = mapped_column(Date)
    late_workdays: Mapped[int] = mapped_column(Integer, default=0)
    """By how much the latest of its answers was late; never taken back."""
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who wrote it does not close it."""
    sent_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    closed_by: Mapped[str | None] = mapped_column(String(100))

    check: Mapped[Any] = relationship("FieldCheck", back_populates="matters")
    instruction: Mapped[Any] = relationship("Instruction", back_populates="matters")
    unit: Mapped[Unit] = relationship()
    answers: Mapped[list[MatterAnswer]] = relationship(
        back_populates="matter", cascade="all, delete-orphan", order_by="MatterAnswer.id", lazy="selectin"
    )
    draft: Mapped[AnswerDraft | None] = relationship(back_populates="matter", cascade="all, delete-orphan")
    extensions: Mapped[list[AnswerExtension]] = relationship(
        back_populates="matter", cascade="all, delete-orphan", order_by="AnswerExtension.id"
    )
    look_backs: Mapped[list[Any]] = relationship(
        "LookBack", back_populates="matter", cascade="all, delete-orphan", order_by="LookBack.id"
    )

    @property
    def source(self) -> Any:
        """The check or the instruction it comes from."""
        return self.check or self.instruction

    @property
    def committee(self) -> Committee:
        committee: Committee = self.source.committee
        return committee

    @property
    def kind_word(self) -> str:
        return "整改事项" if self.check_id else "交办事项"

    @property
    def is_owed(self) -> bool:
        """An answer of the unit is awaited."""
        return self.state in AWAITED

    @property
    def answer_by(self) -> date:
        """The day in force for the answer, by the name it has for a notice too."""
        return self.due_on

    @property
    def hands(self) -> set[int | None]:
        """Who wrote the matter or an answer to it."""
        return {self.drafted_by_id, *(answer.answered_by_id for answer in self.answers)}

    @property
    def closing_hands(self) -> set[int | None]:
        """Who may not close it."""
        return self.hands

    def is_overdue(self, on: date) -> bool:
        """The answer is awaited and its day has passed."""
        return self.is_owed and on > self.due_on

    @property
    def last_answer(self) -> str:
        return self.answers[-1].text if self.answers else ""

    @property
    def path(self) -> str:
        return f"/matters/{self.id}"

    def audit_label(self) -> str:
        return f"{self.kind_word}“{self.subject[:40]}”"


class MatterAnswer(Answer, Audited, Row):
    """What the unit answered about a matter."""

    __tablename__ = "matter_answers"
    __table_args__ = (CheckConstraint("(verdict IS NULL) = (verified_at IS NULL)", name="verdict_has_moment"),)

    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id", ondelete="CASCADE"), index=True)

    matter: Mapped[Matter] = relationship(back_populates="answers")
    evidence: Mapped[list[MatterEvidence]] = relationship(
        back_populates="answer", cascade="all, delete-orphan", order_by="MatterEvidence.id"
    )

    def audit_subject(self) -> Audited:
        return self.matter

    def audit_label(self) -> str:
        return f"{self.matter.audit_label()}的办理情况"


class MatterEvidence(Attachment, Audited, Row):
    """A file that came with an answer about a matter."""

    __tablename__ = "matter_evidence"

    answer_id: Mapped[int] = mapped_column(ForeignKey("matter_answers.id", ondelete="CASCADE"), index=True)

    answer: Mapped[MatterAnswer] = relationship(back_populates="evidence")

    def audit_subject(self) -> Audited:
        return self.answer.matter
