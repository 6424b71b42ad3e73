"""A comparison of one of our plans with the plan above, and its pairs of items."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Float, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.alignment.judging import Verdict
from tracker.core.audit import Audited
from tracker.core.db import Labelled, Row, UtcDateTime, Versioned, choice
from tracker.core.files import StoredFile
from tracker.plans.models import Goal, Measure, Plan


class ItemKind(Labelled):
    GOAL = "goal", "主要目标"
    MEASURE = "measure", "策略措施"


class Comparison(Audited, Versioned, Row):
    """One of our plans beside the plan above, as its words stood when they were compared.

    The upper side is kept as items of its own: it may be a plan of an upper committee in this house, or only a file.
    """

    __tablename__ = "comparisons"
    AUDIT_SECRET = frozenset({"items"})
    """A whole plan twice over would drown the trail."""

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), index=True)
    upper_plan_id: Mapped[int | None] = mapped_column(ForeignKey("plans.id"))
    upper_title: Mapped[str] = mapped_column(String(200))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    source_name: Mapped[str | None] = mapped_column(String(200))
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON, deferred=True)
    """[{"kind", "area", "number", "text"}] of the upper plan in its order; pairs name them by their place."""
    compared_at: Mapped[datetime] = mapped_column(UtcDateTime)

    plan: Mapped[Plan] = relationship(foreign_keys=[plan_id])
    source: Mapped[StoredFile | None] = relationship()

    def audit_label(self) -> str:
        return f"《{self.plan.title}》与《{self.upper_title}》的衔接比对"


class Pair(Audited, Versioned, Row):
    """An item of the upper plan with ours, or one that stands alone on its side."""

    __tablename__ = "comparison_pairs"
    __table_args__ = (
        UniqueConstraint("comparison_id", "upper_index"),
        UniqueConstraint("comparison_id", "goal_id"),
        UniqueConstraint("comparison_id", "measure_id"),
        CheckConstraint("upper_index IS NOT NULL OR goal_id IS NOT NULL OR measure_id IS NOT NULL", name="has_a_side"),
        CheckConstraint("goal_id IS NULL OR measure_id IS NULL", name="one_item"),
    )

    AUDIT_SECRET = frozenset({"grounds", "own_text"})

    comparison_id: Mapped[int] = mapped_column(ForeignKey("comparisons.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ItemKind] = mapped_column(choice(ItemKind))
    position: Mapped[int] = mapped_column(Integer)
    """Reading order: as the upper plan has it, what we added after its area."""
    upper_index: Mapped[int | None] = mapped_column(Integer)
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id"))
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measures.id"))
    likeness: Mapped[float | None] = mapped_column(Float)
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict))
    grounds: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_confirmed: Mapped[bool] = mapped_column(Boolean, default=False)
    """A person has looked: comparing again leaves the pair as it is."""
    own_text: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of our words when they were judged: words that changed since are judged anew."""

    comparison: Mapped[Comparison] = relationship()
    goal: Mapped[Goal | None] = relationship()
    measure: Mapped[Measure | None] = relationship()

    @property
    def item(self) -> Goal | Measure | None:
        """Our side."""
        return self.goal or self.measure

    def audit_subject(self) -> Audited:
        return self.comparison

    def audit_label(self) -> str:
        return f"{self.kind.label}比对"
