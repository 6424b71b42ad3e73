"""Instructions (批示、交办): a leader's words or their scan, the matters they became, and the result that goes back."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.committees.models import Committee
from tracker.core.audit import Audited
from tracker.core.db import Labelled, Row, Versioned, choice
from tracker.core.files import StoredFile
from tracker.core.workflow import Stateful
from tracker.supervision.models.matters import Matter


class InstructionState(Labelled):
    RECEIVED = "received", "待交办", "info"
    UNDER_WAY = "under_way", "办理中", "warn"
    CLOSED = "closed", "已办结", "done"
    WITHDRAWN = "withdrawn", "已撤销", "wait"


class Instruction(Stateful, Audited, Versioned, Row):
    """What a leader told the office to see to."""

    __tablename__ = "instructions"
    __table_args__ = (
        CheckConstraint("text <> '' OR scan_id IS NOT NULL", name="text_or_scan"),
        CheckConstraint("state <> 'closed' OR (pdf_id IS NOT NULL AND closed_on IS NOT NULL)", name="closed_has_sheet"),
        CheckConstraint("state <> 'withdrawn' OR withdrawal_reason <> ''", name="withdrawn_has_reason"),
    )

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    state: Mapped[InstructionState] = mapped_column(choice(InstructionState), default=InstructionState.RECEIVED)
    title: Mapped[str] = mapped_column(String(200))
    given_by: Mapped[str] = mapped_column(String(100))
    """Name and title as on the paper."""
    given_on: Mapped[date] = mapped_column(Date)
    text: Mapped[str] = mapped_column(Text, default="")
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    scan_name: Mapped[str] = mapped_column(String(200), default="")
    result: Mapped[str] = mapped_column(Text, default="")
    """办理结果 as the office puts it before the leader."""
    closed_on: Mapped[date | None] = mapped_column(Date)
    withdrawal_reason: Mapped[str] = mapped_column(Text, default="")
    pdf_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    """The one sheet as it went back."""

    committee: Mapped[Committee] = relationship()
    scan: Mapped[StoredFile | None] = relationship(foreign_keys=[scan_id])
    pdf: Mapped[StoredFile | None] = relationship(foreign_keys=[pdf_id])
    matters: Mapped[list[Matter]] = relationship(
        cascade="all, delete-orphan", order_by="Matter.position", back_populates="instruction"
    )

    @property
    def path(self) -> str:
        return f"/instructions/{self.id}"

    @property
    def is_over(self) -> bool:
        return self.state in {InstructionState.CLOSED, InstructionState.WITHDRAWN}

    def audit_label(self) -> str:
        return f"批示“{self.title}”"
