"""One unit's report of one round: never identified by its date.

What the unit writes is AUDIT_SECRET, and no audit_label quotes it: the office reads the trail, and of a draft's words
nothing. They are kept in the versions. Of its files the trail says the names: who took what in or away must be known.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

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
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.committees.models import Unit
from tracker.core import stamps
from tracker.core.audit import Audited
from tracker.core.db import Row, UtcDateTime, Versioned, choice
from tracker.core.files import StoredFile
from tracker.core.workflow import Stateful
from tracker.plans.models import Area, Goal
from tracker.reports.models.cited import CitedPaper
from tracker.reports.models.rounds import Question, QuestionKind
from tracker.reports.models.standing import Standing
from tracker.reports.models.words import (
    ArrangementOutcome,
    EntryState,
    EvidenceKind,
    GoalStatus,
    RemarkPlace,
    SectionKind,
    SignOff,
)
from tracker.tasks.models import Assignment, AssignmentRole, Task


def parts(order_by: str) -> Any:
    """What belongs to a report alone and goes with it, in its order."""
    return relationship(back_populates="report", cascade="all, delete-orphan", order_by=order_by)


class Report(Standing, Stateful, Audited, Versioned, Row):
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

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    return_reason: Mapped[str] = mapped_column(Text, default="")
    exemption_reason: Mapped[str] = mapped_column(Text, default="")
    refusal_reason: Mapped[str] = mapped_column(Text, default="")
    """Why the unit's leader did not sign; gone when it is sent to them again."""
    hand_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Users who wrote in it or signed it: none of them accepts it (product.md §1)."""
    writer_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Users who wrote in it: none of them signs it in the leader's stead (代办)."""
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who has the report in hand, so that two reviewers do not collide."""
    review_began_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    unit: Mapped[Unit] = relationship()
    reviewer: Mapped[User | None] = relationship(foreign_keys=[reviewer_id])
    sections: Mapped[list[Section]] = parts("Section.id")
    area_texts: Mapped[list[AreaText]] = parts("AreaText.id")
    entries: Mapped[list[Entry]] = parts("Entry.id")
    arrangements: Mapped[list[Arrangement]] = relationship(
        back_populates="report", cascade="all, delete-orphan", order_by="Arrangement.position",
        foreign_keys="Arrangement.report_id",
    )  # fmt: skip
    goal_statements: Mapped[list[GoalStatement]] = parts("GoalStatement.id")
    requests: Mapped[list[Request]] = parts("Request.id")
    evidence: Mapped[list[Evidence]] = parts("Evidence.id")
    cited_papers: Mapped[list[CitedPaper]] = parts("CitedPaper.id")
    remarks: Mapped[list[Remark]] = parts("Remark.id")
    question_answers: Mapped[list[QuestionAnswer]] = parts("QuestionAnswer.id")
    versions: Mapped[list[ReportVersion]] = parts("ReportVersion.number")

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


class Evidence(Audited, Versioned, Row):
    """A file behind a report, an area's text or a row; the same bytes are stored once."""

    __tablename__ = "evidence"

    AUDIT_SECRET = frozenset({"dated_on", "number", "issuer"})

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entries.id", ondelete="CASCADE"), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"), index=True)
    kind: Mapped[EvidenceKind] = mapped_column(choice(EvidenceKind), default=EvidenceKind.MATERIAL)
    name: Mapped[str] = mapped_column(String(200))
    dated_on: Mapped[date | None] = mapped_column(Date)
    number: Mapped[str] = mapped_column(String(60), default="")
    issuer: Mapped[str] = mapped_column(String(100), default="")
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    report: Mapped[Report] = relationship(back_populates="evidence")
    entry: Mapped[Entry | None] = relationship()
    area: Mapped[Area | None] = relationship()
    file: Mapped[StoredFile] = relationship()

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return f"{self.kind.label}“{self.name}”"


class ReportVersion(Audited, Row):
    """What was submitted, word for word, hashed; never changed."""

    __tablename__ = "report_versions"
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str] = mapped_column(String(64))
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    sign_off: Mapped[SignOff] = mapped_column(choice(SignOff))
    signed_by: Mapped[str] = mapped_column(String(100), default="")
    """Whose signature stands: the leader's name, also when somebody uploaded the scan on behalf."""
    stamp: Mapped[str | None] = mapped_column(String(stamps.LONGEST))
    """The proof by a key outside the database (S28); submissions from before there was one have none."""

    report: Mapped[Report] = relationship(back_populates="versions")

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return f"第{self.number}次报送"


class Remark(Audited, Versioned, Row):
    """What the office asks at one place of a report; answered by the unit at that place."""

    __tablename__ = "remarks"
    __table_args__ = (Index("ix_remarks_place", "report_id", "place", "place_id"),)

    AUDIT_SECRET = frozenset({"answer"})

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    place: Mapped[RemarkPlace] = mapped_column(choice(RemarkPlace))
    place_id: Mapped[int | None] = mapped_column(Integer)
    """The area's or the entry's id."""
    version_number: Mapped[int] = mapped_column(Integer)
    """The submission it speaks about."""
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    is_sent: Mapped[bool] = mapped_column(Boolean, default=False)
    """The unit sees it only once the report is returned or accepted."""
    is_to_be_answered: Mapped[bool] = mapped_column(Boolean, default=True)
    """A hint given with an acceptance needs no answer."""
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    report: Mapped[Report] = relationship(back_populates="remarks")
    made_by: Mapped[User | None] = relationship()

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return f"{self.place.label}处的意见"


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
