"""The plan as issued: areas, goals, measures, in their own words and with their place in the source."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, Float, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.committees.models import Committee
from tracker.core.audit import Audited
from tracker.core.db import Labelled, Row, UtcDateTime, Versioned, choice
from tracker.core.differences import Piece, differences
from tracker.core.files import StoredFile


class PlanKind(Labelled):
    WOMEN = "women", "妇女"
    CHILDREN = "children", "儿童"
    OTHER = "other", "其他"


class Comparator(Labelled):
    AT_LEAST = ">=", "不低于"
    AT_MOST = "<=", "不高于"
    EQUAL = "==", "等于"
    ABOUT = "~", "左右"
    INCREASE = "increase", "提高"
    DECREASE = "decrease", "降低"


class Plan(Audited, Versioned, Row):
    """One government's plan for one subject and period."""

    __tablename__ = "plans"
    __table_args__ = (
        UniqueConstraint("committee_id", "fingerprint", "ordinal"),
        CheckConstraint("last_year >= first_year", name="period"),
    )

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    kind: Mapped[PlanKind] = mapped_column(choice(PlanKind))
    title: Mapped[str] = mapped_column(String(200))
    region: Mapped[str] = mapped_column(String(50), default="")
    document_number: Mapped[str | None] = mapped_column(String(60))
    issued_on: Mapped[date | None] = mapped_column(Date)
    first_year: Mapped[int] = mapped_column(Integer)
    last_year: Mapped[int] = mapped_column(Integer)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("plans.id"))
    source_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    source_name: Mapped[str | None] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the source file: importing the same file twice changes nothing (promise 10)."""
    ordinal: Mapped[int] = mapped_column(Integer, default=1)
    """Which plan of the source file: one notice often carries two."""
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("import_drafts.id"))
    """The import it came from, whose lines are the text beside the structure."""
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fixed_on: Mapped[date | None] = mapped_column(Date)
    """Since tasks made from it were issued its words stand; a revised document may still bring new ones."""

    committee: Mapped[Committee] = relationship()
    source: Mapped[StoredFile | None] = relationship()
    draft: Mapped[ImportDraft | None] = relationship()
    areas: Mapped[list[Area]] = relationship(
        back_populates="plan", order_by="Area.position", cascade="all, delete-orphan"
    )
    amendments: Mapped[list[Amendment]] = relationship(back_populates="plan", order_by="Amendment.id")

    @property
    def short_title(self) -> str:
        """妇女规划 / 儿童规划, for tables."""
        return f"{self.kind.label}规划" if self.kind is not PlanKind.OTHER else self.title

    def covers(self, year: int) -> bool:
        return self.first_year <= year <= self.last_year

    def audit_label(self) -> str:
        return f"《{self.title}》"


class Area(Audited, Row):
    """发展领域."""

    __tablename__ = "areas"
    __table_args__ = (UniqueConstraint("plan_id", "position"),)

    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(100))

    plan: Mapped[Plan] = relationship(back_populates="areas")
    goals: Mapped[list[Goal]] = relationship(
        back_populates="area", order_by="Goal.position", cascade="all",
        primaryjoin="and_(Goal.area_id == Area.id, Goal.dropped_on.is_(None))",
    )  # fmt: skip
    measures: Mapped[list[Measure]] = relationship(
        back_populates="area", order_by="Measure.position", cascade="all",
        primaryjoin="and_(Measure.area_id == Area.id, Measure.dropped_on.is_(None))",
    )  # fmt: skip

    def audit_subject(self) -> Audited:
        return self.plan

    def audit_label(self) -> str:
        return self.name


class Goal(Audited, Versioned, Row):
    """主要目标, verbatim."""

    __tablename__ = "goals"
    __table_args__ = (UniqueConstraint("area_id", "position"),)

    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    number: Mapped[str] = mapped_column(String(20))
    """As printed."""
    text: Mapped[str] = mapped_column(Text)
    source_line: Mapped[int | None] = mapped_column(Integer)
    dropped_on: Mapped[date | None] = mapped_column(Date)
    """The day a revised plan left it out; what hangs on it stays."""

    area: Mapped[Area] = relationship(back_populates="goals")
    targets: Mapped[list[Target]] = relationship(
        back_populates="goal", order_by="Target.position", cascade="all, delete-orphan"
    )

    def audit_subject(self) -> Audited:
        return self.area.plan

    def audit_label(self) -> str:
        return f"{self.area.name}目标{self.number}"


class Target(Audited, Row):
    """One number that a goal sets."""

    __tablename__ = "targets"
    __table_args__ = (UniqueConstraint("goal_id", "position"),)

    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    indicator: Mapped[str] = mapped_column(String(200))
    comparator: Mapped[Comparator] = mapped_column(choice(Comparator))
    value: Mapped[float | None] = mapped_column(Float)
    value_text: Mapped[str] = mapped_column(String(40))
    """As written, for ratios such as 1:3."""
    unit: Mapped[str] = mapped_column(String(20), default="")
    clause: Mapped[str] = mapped_column(Text)
    scope: Mapped[str] = mapped_column(String(100), default="")
    """What each figure counts for: 以县为单位, 每千常住人口."""
    base_year: Mapped[int | None] = mapped_column(Integer)
    """The year that 提高 and 降低 are measured from."""

    goal: Mapped[Goal] = relationship(back_populates="targets")

    def audit_subject(self) -> Audited:
        return self.goal.area.plan

    def audit_label(self) -> str:
        return self.indicator


class Measure(Audited, Versioned, Row):
    """策略措施: a titled paragraph of a few action sentences, verbatim."""

    __tablename__ = "measures"
    __table_args__ = (UniqueConstraint("area_id", "position"),)

    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    number: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    source_line: Mapped[int | None] = mapped_column(Integer)
    responsible: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """Units that the document itself names: [{"unit": …, "role": …}]."""
    dropped_on: Mapped[date | None] = mapped_column(Date)

    area: Mapped[Area] = relationship(back_populates="measures")

    def audit_subject(self) -> Audited:
        return self.area.plan

    def audit_label(self) -> str:
        return f"{self.area.name}措施{self.number}"


class ChangeKind(Labelled):
    """What a revised document did to one item of a plan."""

    REWORDED = "reworded", "改写", "warn"
    ADDED = "added", "新增", "ok"
    DROPPED = "dropped", "删去", "late"
    RENUMBERED = "renumbered", "改号", "info"
    MOVED = "moved", "换位", "info"


class Amendment(Audited, Row):
    """中期调整: one revised document that came onto a plan, and which document stood there before."""

    __tablename__ = "plan_amendments"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), index=True)
    made_on: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_by: Mapped[str] = mapped_column(String(100))
    """The name and post shown at the time."""
    source_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    source_name: Mapped[str] = mapped_column(String(200))
    document_number: Mapped[str | None] = mapped_column(String(60))
    issued_on: Mapped[date | None] = mapped_column(Date)
    former_source_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    former_source_name: Mapped[str | None] = mapped_column(String(200))
    former_number: Mapped[str | None] = mapped_column(String(60))
    former_issued_on: Mapped[date | None] = mapped_column(Date)

    plan: Mapped[Plan] = relationship(back_populates="amendments")
    source: Mapped[StoredFile | None] = relationship(foreign_keys=[source_id])
    former_source: Mapped[StoredFile | None] = relationship(foreign_keys=[former_source_id])
    items: Mapped[list[AmendedItem]] = relationship(
        back_populates="amendment", order_by="AmendedItem.position", cascade="all, delete-orphan"
    )

    @property
    def counts(self) -> list[tuple[ChangeKind, int]]:
        """How many differences of each kind."""
        kinds = [item.kind for item in self.items]
        return [(kind, kinds.count(kind)) for kind in ChangeKind if kind in kinds]

    def audit_subject(self) -> Audited:
        return self.plan

    def audit_label(self) -> str:
        return f"{self.plan.audit_label()}的调整"


class AmendedItem(Row):
    """One difference that an amendment made, in the words before and after. Written once and never changed."""

    __tablename__ = "plan_amended_items"

    amendment_id: Mapped[int] = mapped_column(ForeignKey("plan_amendments.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[ChangeKind] = mapped_column(choice(ChangeKind))
    area: Mapped[str] = mapped_column(String(100))
    what: Mapped[str] = mapped_column(String(60))
    """领域, 目标3, 措施7小标题 …"""
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id"), index=True)
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measures.id"), index=True)

    amendment: Mapped[Amendment] = relationship(back_populates="items")

    @property
    def pieces(self) -> list[Piece]:
        """The two texts as one, with what went and what came."""
        return differences(self.before, self.after)


class GoalLink(Audited, Row):
    """A measure that serves a goal of its area, or was found not to: proposed by likeness, said by a person."""

    __tablename__ = "goal_links"
    __table_args__ = (UniqueConstraint("goal_id", "measure_id"),)

    goal_id: Mapped[int] = mapped_column(ForeignKey("goals.id", ondelete="CASCADE"))
    measure_id: Mapped[int] = mapped_column(ForeignKey("measures.id", ondelete="CASCADE"), index=True)
    is_linked: Mapped[bool] = mapped_column(Boolean)
    """False when the office took a proposal away: it is not made again."""

    goal: Mapped[Goal] = relationship()
    measure: Mapped[Measure] = relationship()

    def audit_subject(self) -> Audited:
        return self.goal.area.plan

    def audit_label(self) -> str:
        return f"{self.goal.audit_label()}与{self.measure.audit_label()}的对应"


class ImportState(Labelled):
    CHECKING = "checking", "核对中", "info"
    IMPORTED = "imported", "已导入", "done"
    DROPPED = "dropped", "已放弃", "wait"


class ImportDraft(Audited, Versioned, Row):
    """An uploaded document as read and corrected so far; nothing of the plan exists until all of it does."""

    __tablename__ = "import_drafts"
    AUDIT_SECRET = frozenset({"content", "lines"})
    """Entries say in a sentence what was corrected; the whole reading twice over would drown the trail."""

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"))
    source_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[ImportState] = mapped_column(choice(ImportState))
    state_since: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """{"plans": […], "doubts": […], "replaces": […], "settled": […]}, as `stored` writes them, corrections included."""
    lines: Mapped[list[list[Any]]] = mapped_column(JSON, default=list, deferred=True)
    """[number, text] of each line of the source: what was read, which no correction changes."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    source: Mapped[StoredFile] = relationship()

    def audit_label(self) -> str:
        return f"导入《{self.source_name}》"
