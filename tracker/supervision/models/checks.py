"""Field checks (实地督查): which units are visited when, by whom, about what; what came of it, and the look back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.committees.models import Committee, Unit
from tracker.core.audit import Audited
from tracker.core.db import Labelled, Row, UtcDateTime, Versioned, choice
from tracker.core.workflow import Stateful
from tracker.supervision.models.matters import Matter


class CheckState(Labelled):
    PLANNED = "planned", "拟定", "wait"
    ANNOUNCED = "announced", "已通知", "info"
    RECTIFYING = "rectifying", "整改中", "warn"
    CLOSED = "closed", "已办结", "done"
    CANCELLED = "cancelled", "已取消", "wait"


@dataclass(frozen=True)
class CheckFacts:
    """The plan of a field check, as typed."""

    title: str
    starts_on: date
    ends_on: date
    basis: str = ""
    team: str = ""
    points: str = ""
    summary: str = ""
    look_back_on: date | None = None


class FieldCheck(Stateful, Audited, Versioned, Row):
    """One round of visits: its plan, then its findings, each with its unit until it is put right."""

    __tablename__ = "field_checks"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="days_in_order"),
        CheckConstraint("state <> 'cancelled' OR cancellation_reason <> ''", name="cancelled_has_reason"),
    )

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    state: Mapped[CheckState] = mapped_column(choice(CheckState), default=CheckState.PLANNED)
    title: Mapped[str] = mapped_column(String(200))
    basis: Mapped[str] = mapped_column(Text, default="")
    """Why: the year's inspection plan, a decision, a circular."""
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    team: Mapped[str] = mapped_column(Text, default="")
    points: Mapped[str] = mapped_column(Text, default="")
    """督查重点, one a line."""
    summary: Mapped[str] = mapped_column(Text, default="")
    """督查情况 as a whole, written after the visits."""
    look_back_on: Mapped[date | None] = mapped_column(Date)
    """回头看, as planned."""
    cancellation_reason: Mapped[str] = mapped_column(Text, default="")

    committee: Mapped[Committee] = relationship()
    visits: Mapped[list[FieldVisit]] = relationship(
        back_populates="check", cascade="all, delete-orphan", order_by="FieldVisit.visit_on, FieldVisit.id"
    )
    matters: Mapped[list[Matter]] = relationship(
        cascade="all, delete-orphan", order_by="Matter.position", back_populates="check"
    )

    @property
    def path(self) -> str:
        return f"/checks/{self.id}"

    @property
    def is_over(self) -> bool:
        return self.state in {CheckState.CLOSED, CheckState.CANCELLED}

    @property
    def taken_over(self) -> list[Matter]:
        """What is seen to by a unit that was not visited: a reform gave it the work of one that was."""
        visited = {visit.unit_id for visit in self.visits}
        return [matter for matter in self.matters if matter.unit_id not in visited]

    def visit_of(self, unit_id: int | None) -> FieldVisit | None:
        return next((visit for visit in self.visits if visit.unit_id == unit_id), None)

    def audit_label(self) -> str:
        return f"实地督查“{self.title}”"


class FieldVisit(Audited, Row):
    """One unit on its day, and what was seen there."""

    __tablename__ = "field_visits"
    __table_args__ = (UniqueConstraint("check_id", "unit_id"),)

    check_id: Mapped[int] = mapped_column(ForeignKey("field_checks.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    visit_on: Mapped[date] = mapped_column(Date)
    situation: Mapped[str] = mapped_column(Text, default="")

    check: Mapped[FieldCheck] = relationship(back_populates="visits")
    unit: Mapped[Unit] = relationship()

    def audit_subject(self) -> Audited:
        return self.check

    def audit_label(self) -> str:
        return f"{self.unit.short_name}的督查情况"


class LookBack(Audited, Row):
    """回头看: whether what was put right has stayed so."""

    __tablename__ = "look_backs"

    matter_id: Mapped[int] = mapped_column(ForeignKey("matters.id", ondelete="CASCADE"), index=True)
    looked_on: Mapped[date] = mapped_column(Date)
    has_held: Mapped[bool] = mapped_column(Boolean)
    note: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(100))

    matter: Mapped[Matter] = relationship(back_populates="look_backs")

    def audit_subject(self) -> Audited:
        return self.matter

    def audit_label(self) -> str:
        return f"{self.matter.audit_label()}的回头看"
