"""One unit's report of one round: never identified by its date."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.committees.models import Unit
from tracker.core.audit import Audited
from tracker.core.clock import shanghai_date
from tracker.core.db import Row, UtcDateTime, Versioned, choice
from tracker.core.workflow import Stateful
from tracker.reports.models.office import OfficeNotes
from tracker.reports.models.rounds import Round, RoundState
from tracker.reports.models.submission import Evidence, Remark, ReportVersion
from tracker.reports.models.words import UNSENT, WRITABLE, ReportState, SectionKind
from tracker.reports.models.writing import (
    AreaText,
    Arrangement,
    Entry,
    GoalStatement,
    QuestionAnswer,
    Request,
    Section,
)


class Report(OfficeNotes, Stateful, Audited, Versioned, Row):
    """Round × unit. The first submission's moment never changes, whatever is returned later (promise 1)."""

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("round_id", "unit_id"),
        CheckConstraint("state <> 'returned' OR rectify_by IS NOT NULL", name="returned_has_rectify_by"),
        CheckConstraint(
            "state NOT IN ('submitted', 'returned', 'accepted') OR first_submitted_at IS NOT NULL",
            name="submitted_has_first_date",
        ),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("rounds.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    state: Mapped[ReportState] = mapped_column(choice(ReportState), default=ReportState.NOT_STARTED)
    due_on: Mapped[date] = mapped_column(Date)
    """The day in force; an extension moves it."""
    first_due_on: Mapped[date] = mapped_column(Date)
    """The day set when the report came into being; stays visible (promise 6)."""
    first_submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rectify_by: Mapped[date | None] = mapped_column(Date)
    return_reason: Mapped[str] = mapped_column(Text, default="")
    exemption_reason: Mapped[str] = mapped_column(Text, default="")
    refusal_reason: Mapped[str] = mapped_column(Text, default="")
    """Why the unit's leader did not sign; gone when it is sent to them again."""
    hand_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Users who wrote in it or signed it: none of them accepts it (product.md §1)."""
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who has the report in hand, so that two reviewers do not collide."""
    review_began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    round: Mapped[Round] = relationship()
    unit: Mapped[Unit] = relationship()
    reviewer: Mapped[User | None] = relationship(foreign_keys=[reviewer_id])
    sections: Mapped[list[Section]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="Section.id"
    )
    area_texts: Mapped[list[AreaText]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="AreaText.id"
    )
    entries: Mapped[list[Entry]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="Entry.id"
    )
    arrangements: Mapped[list[Arrangement]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="Arrangement.position",
        foreign_keys="Arrangement.report_id",
    )  # fmt: skip
    goal_statements: Mapped[list[GoalStatement]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="GoalStatement.id"
    )
    requests: Mapped[list[Request]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="Request.id"
    )
    evidence: Mapped[list[Evidence]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="Evidence.id"
    )
    remarks: Mapped[list[Remark]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="Remark.id"
    )
    question_answers: Mapped[list[QuestionAnswer]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="QuestionAnswer.id"
    )
    versions: Mapped[list[ReportVersion]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="ReportVersion.number"
    )

    @property
    def first_submitted_on(self) -> date | None:
        """The Shanghai day of the first submission."""
        return shanghai_date(self.first_submitted_at) if self.first_submitted_at else None

    def is_owed(self) -> bool:
        """Not with the office: a draft and a report taken back silence no alarm (promise 3)."""
        return self.state in UNSENT and not self.awaits_rectification()

    def is_overdue(self, on: date) -> bool:
        """Owed and past the day in force."""
        return self.is_owed() and on > self.due_on

    def was_late(self) -> bool:
        """First submitted after the day in force; extensions granted later and 认定更正 included."""
        day = self.recognised_on or self.first_submitted_on
        return day is not None and day > self.due_on

    def awaits_rectification(self) -> bool:
        """Returned and not yet submitted again, whatever the draft in between (promise 2)."""
        return self.rectify_by is not None and self.state in {
            ReportState.RETURNED,
            ReportState.AWAITING_SIGN_OFF,
        }

    def is_writable(self, on: date) -> bool:
        """Whether the unit may write: in an open round, or after its end under rectification or an extension."""
        return self.state in WRITABLE and self.may_still_be_sent(on)

    def may_still_be_sent(self, on: date) -> bool:
        """A closed round, and a locked one by exception, still takes what the office sent back, and what an extension
        allows."""
        if self.round.state is RoundState.CLOSED or (self.round.state is RoundState.LOCKED and self.is_excepted(on)):
            return self.awaits_rectification() or (self.due_on > self.first_due_on and on <= self.due_on)
        return self.round.state is RoundState.OPEN

    def is_put_away(self, on: date) -> bool:
        """Locked with its round, and no exception holds that day."""
        return self.round.state is RoundState.LOCKED and not self.is_excepted(on)

    def lacks_substitute(self) -> bool:
        """回避: the office would judge the unit that houses it, and nobody else was named for that yet."""
        return self.unit.is_office and self.substitute_id is None

    @property
    def path(self) -> str:
        """Where its people act on it."""
        return f"/reports/{self.id}"

    def section(self, kind: SectionKind) -> str:
        """One part of the overview; empty when nobody has written it."""
        return next((one.text for one in self.sections if one.kind is kind), "")

    def audit_label(self) -> str:
        return f"{self.unit.short_name}{self.round.title}"
