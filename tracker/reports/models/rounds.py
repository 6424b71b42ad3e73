"""A round: everybody reports on one period by one day; what a special one asks, and whom."""

from __future__ import annotations

from datetime import date

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.committees.models import Committee, Unit
from tracker.core.audit import Audited
from tracker.core.db import Base, Labelled, Row, Versioned, choice
from tracker.core.workflow import Stateful
from tracker.plans.models import Plan


class RoundKind(Labelled):
    ANNUAL = "annual", "年度"
    HALF_YEAR = "half_year", "半年"
    SPECIAL = "special", "专项"


class RoundState(Labelled):
    PLANNED = "planned", "未开始", "later"
    OPEN = "open", "报送中", "info"
    CLOSED = "closed", "已截止", "ok"
    LOCKED = "locked", "已锁定", "done"


class CalledOff(Labelled):
    """What a special round asked by mistake is, whatever has become of its reports."""

    CALLED_OFF = "called_off", "已撤回", "wait"


class Round(Stateful, Audited, Versioned, Row):
    """Everybody reports on one period: a year, half a year, or, in a special round, whatever is asked this once.

    The kind says what a report of it holds; opening, reminding, signing, reviewing and locking are the same for all.
    """

    __tablename__ = "rounds"
    __table_args__ = (
        CheckConstraint("opens_on <= due_on AND due_on <= locks_on", name="dates_in_order"),
        Index(
            "uq_rounds_annual_year", "committee_id", "kind", "year", unique=True,
            sqlite_where=text("kind <> 'special'"), postgresql_where=text("kind <> 'special'"),
        ),
    )  # fmt: skip

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    kind: Mapped[RoundKind] = mapped_column(choice(RoundKind))
    year: Mapped[int] = mapped_column(Integer)
    """The year reported on."""
    title: Mapped[str] = mapped_column(String(100))
    opens_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    first_due_on: Mapped[date] = mapped_column(Date)
    """The day announced at opening; stays visible when the due date is moved for all."""
    locks_on: Mapped[date] = mapped_column(Date)
    guidance: Mapped[str] = mapped_column(String(2000), default="")
    needs_sign_off: Mapped[bool] = mapped_column(Boolean, default=True)
    """Whether a unit's leader signs before it is sent; only a special round may do without."""
    state: Mapped[RoundState] = mapped_column(choice(RoundState), default=RoundState.PLANNED)
    called_off_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Why a special round was called off; empty once it takes answers again."""

    committee: Mapped[Committee] = relationship()
    plans: Mapped[list[Plan]] = relationship(secondary="round_plans", order_by="Plan.id")
    units: Mapped[list[Unit]] = relationship(secondary="round_units", order_by="Unit.position")
    """Whom a special round asks; the other kinds ask whoever has an assignment."""
    questions: Mapped[list[Question]] = relationship(
        back_populates="round", cascade="all, delete-orphan", order_by="Question.position"
    )

    @property
    def is_special(self) -> bool:
        return self.kind is RoundKind.SPECIAL

    @property
    def standing(self) -> RoundState | CalledOff:
        """What the round is for whoever reads its name: its state, or that it was called off."""
        return CalledOff.CALLED_OFF if self.called_off_reason else self.state

    @property
    def is_short(self) -> bool:
        """Half a year: states, and words for exceptions only."""
        return self.kind is RoundKind.HALF_YEAR

    @property
    def period(self) -> tuple[date, date]:
        """First and last day reported on."""
        last = date(self.year, 6, 30) if self.kind is RoundKind.HALF_YEAR else date(self.year, 12, 31)
        return date(self.year, 1, 1), last

    def audit_label(self) -> str:
        return self.title


class RoundPlan(Base):
    """Which plans a round covers."""

    __tablename__ = "round_plans"

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id", ondelete="CASCADE"), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), primary_key=True)


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
