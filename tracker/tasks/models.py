"""Tasks, who answers for them, and the consultation that comes before."""

from __future__ import annotations

import re
from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.committees.models import Unit
from tracker.core.audit import Audited
from tracker.core.db import Labelled, Row, UtcDateTime, Versioned, choice
from tracker.core.files import StoredFile
from tracker.core.workflow import Stateful
from tracker.plans.models import Area, Goal, Measure, Plan


class TaskState(Labelled):
    DRAFT = "draft", "拟定", "wait"
    CONSULTING = "consulting", "征求意见中", "info"
    ISSUED = "issued", "已印发", "ok"
    COMPLETED = "completed", "已办结", "done"
    SUSPENDED = "suspended", "暂缓", "wait"
    CANCELLED = "cancelled", "已撤销", "wait"


class Outcome(Labelled):
    """办结方式: what done looks like."""

    INDICATOR = "indicator", "定量指标"
    DOCUMENT = "document", "出台文件"
    MECHANISM = "mechanism", "建立机制"
    ACTIVITY = "activity", "开展活动"
    CONTINUOUS = "continuous", "持续推进"


class Shape(Labelled):
    LED = "led", "牵头汇总"
    SHARED = "shared", "各自负责"


class AssignmentRole(Labelled):
    LEAD = "lead", "牵头"
    JOINT = "joint", "责任"
    SUPPORT = "support", "配合"


ROLE_ORDER = list(AssignmentRole)


class AssignmentState(Labelled):
    DRAFT = "draft", "拟定", "wait"
    CONSULTING = "consulting", "征求意见中", "info"
    AGREED = "agreed", "无意见", "ok"
    CONTESTED = "contested", "有修改意见", "warn"
    ISSUED = "issued", "已印发", "ok"
    MOVED = "moved", "已移交", "wait"
    WITHDRAWN = "withdrawn", "已收回", "wait"


_SENTENCE = re.compile(r"[^。；;！？\n]*(?:[。；;！？\n]+[”’）)]*|$)")


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, signs and line ends with them: joined they are the text again."""
    return [found for found in _SENTENCE.findall(text) if found]


OPEN_TASKS = frozenset({TaskState.DRAFT, TaskState.CONSULTING})
"""Not issued yet."""
GONE = frozenset({AssignmentState.MOVED, AssignmentState.WITHDRAWN})
"""Parts that nobody has any more; they stay on record."""
ASKED = frozenset({AssignmentState.CONSULTING, AssignmentState.AGREED, AssignmentState.CONTESTED})
"""Parts that are with their units for an answer."""


class Task(Stateful, Audited, Versioned, Row):
    """What is to be done; by default one per measure."""

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint("(measure_id IS NULL) <> (goal_id IS NULL)", name="measure_or_goal"),
        CheckConstraint("due_on IS NULL OR starts_on IS NULL OR due_on >= starts_on", name="period"),
        CheckConstraint("is_yearly OR due_on IS NOT NULL", name="one_off_has_due_date"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), index=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    measure_id: Mapped[int | None] = mapped_column(ForeignKey("measures.id"), index=True)
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    """Place in the plan's table, from 1."""
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text)
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome), default=Outcome.CONTINUOUS)
    shape: Mapped[Shape] = mapped_column(choice(Shape), default=Shape.LED)
    is_yearly: Mapped[bool] = mapped_column(Boolean, default=True)
    """Every year of the plan, or once by `due_on`."""
    starts_on: Mapped[date | None] = mapped_column(Date)
    due_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[TaskState] = mapped_column(choice(TaskState), default=TaskState.DRAFT)
    completed_on: Mapped[date | None] = mapped_column(Date)

    plan: Mapped[Plan] = relationship()
    area: Mapped[Area] = relationship()
    measure: Mapped[Measure | None] = relationship()
    goal: Mapped[Goal | None] = relationship()
    assignments: Mapped[list[Assignment]] = relationship(
        back_populates="task", order_by="Assignment.position", cascade="all, delete-orphan"
    )

    further: Mapped[list[FurtherMeasure]] = relationship(
        back_populates="task", cascade="all, delete-orphan", order_by="FurtherMeasure.id"
    )

    @property
    def number(self) -> str:
        """As the plan prints it: 2-7 is area 2, measure 7."""
        item = self.measure or self.goal
        return f"{self.area.position}-{item.number}" if item else str(self.position)

    @property
    def is_left_out(self) -> bool:
        """The revised plan has its measure or goal no longer; the office decides what becomes of it."""
        item = self.measure or self.goal
        return item is not None and item.dropped_on is not None

    @property
    def plan_number(self) -> str:
        """妇女 2-7, where tasks of both plans stand together."""
        return f"{self.plan.kind.label} {self.number}"

    @property
    def living(self) -> list[Assignment]:
        """Who answers for it now: lead first, then in official order."""
        now = [one for one in self.assignments if one.is_living]
        return sorted(now, key=lambda one: (ROLE_ORDER.index(one.role), one.position))

    def units_as(self, role: AssignmentRole | str) -> list[Unit]:
        """The units that answer for it in one role."""
        return [one.unit for one in self.living if one.role == role]

    @property
    def lead(self) -> Assignment | None:
        return next((one for one in self.living if one.role is AssignmentRole.LEAD), None)

    @property
    def is_open(self) -> bool:
        """Not issued yet: may still be changed without an amendment."""
        return self.state in OPEN_TASKS

    @property
    def gap(self) -> str | None:
        """Why it cannot go out yet, in a sentence; None when nothing is missing."""
        roles = {one.role for one in self.assignments if one.is_living}
        if self.shape is Shape.LED and AssignmentRole.LEAD not in roles:
            return f"任务{self.number}“{self.title}”没有牵头单位。"
        if self.shape is Shape.SHARED and AssignmentRole.JOINT not in roles:
            return f"任务{self.number}“{self.title}”各自负责，但没有责任单位。"
        return None

    def audit_label(self) -> str:
        return f"任务“{self.title}”"


class FurtherMeasure(Row):
    """One more measure that a merged task carries out, beside the one it stands under."""

    __tablename__ = "task_measures"
    __table_args__ = (UniqueConstraint("task_id", "measure_id"),)

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measures.id"), index=True)

    task: Mapped[Task] = relationship(back_populates="further")
    measure: Mapped[Measure] = relationship()


class Assignment(Stateful, Audited, Versioned, Row):
    """A unit's part in a task."""

    __tablename__ = "assignments"
    __table_args__ = (
        Index(
            "uq_assignments_open_unit", "task_id", "unit_id", unique=True,
            sqlite_where=text("state NOT IN ('moved', 'withdrawn')"),
            postgresql_where=text("state NOT IN ('moved', 'withdrawn')"),
        ),
        Index(
            "uq_assignments_one_lead", "task_id", unique=True,
            sqlite_where=text("role = 'lead' AND state NOT IN ('moved', 'withdrawn')"),
            postgresql_where=text("role = 'lead' AND state NOT IN ('moved', 'withdrawn')"),
        ),
    )  # fmt: skip

    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    role: Mapped[AssignmentRole] = mapped_column(choice(AssignmentRole))
    position: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[AssignmentState] = mapped_column(choice(AssignmentState), default=AssignmentState.DRAFT)
    issued_on: Mapped[date | None] = mapped_column(Date)
    basis: Mapped[str] = mapped_column(String(200), default="")
    """Why this unit: the document's own words, or the office's."""

    task: Mapped[Task] = relationship(back_populates="assignments")
    unit: Mapped[Unit] = relationship()

    @property
    def is_living(self) -> bool:
        return self.state not in GONE

    def audit_subject(self) -> Audited:
        return self.task

    def audit_label(self) -> str:
        return f"{self.task.audit_label()}{self.role.label}单位{self.unit.short_name}"


class ConsultationState(Labelled):
    OPEN = "open", "征求意见中", "info"
    SETTLED = "settled", "已汇总", "ok"
    CONTINUED = "continued", "已转入下一轮", "done"
    ISSUED = "issued", "已印发", "done"
    WITHDRAWN = "withdrawn", "已撤回", "wait"


class Consultation(Stateful, Audited, Versioned, Row):
    """征求意见: the draft table of one plan goes to the units."""

    __tablename__ = "consultations"
    __table_args__ = (
        Index(
            "uq_consultations_open_plan", "plan_id", unique=True,
            sqlite_where=text("state IN ('open', 'settled')"), postgresql_where=text("state IN ('open', 'settled')"),
        ),
    )  # fmt: skip

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id"), index=True)
    opened_on: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    silence_is_consent: Mapped[bool] = mapped_column(Boolean)
    round_no: Mapped[int] = mapped_column(Integer, default=1)
    """第几轮: a later round goes only to the units whose lines changed since."""
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("consultations.id"))
    state: Mapped[ConsultationState] = mapped_column(choice(ConsultationState), default=ConsultationState.OPEN)

    plan: Mapped[Plan] = relationship()
    previous: Mapped[Consultation | None] = relationship(remote_side="Consultation.id")
    answers: Mapped[list[ConsultationAnswer]] = relationship(
        back_populates="consultation", cascade="all, delete-orphan", order_by="ConsultationAnswer.id"
    )

    def audit_label(self) -> str:
        return f"{self.plan.audit_label()}任务分解征求意见"


class AnswerKind(Labelled):
    PENDING = "pending", "待答复", "wait"
    AGREED = "agreed", "无意见", "ok"
    CONTESTED = "contested", "有修改意见", "warn"
    SILENT = "silent", "逾期未答复，按无意见处理", "wait"


class RemarkDecision(Labelled):
    OPEN = "open", "待处理", "warn"
    ADOPTED = "adopted", "采纳", "ok"
    DECLINED = "declined", "不采纳", "wait"


class ConsultationAnswer(Audited, Versioned, Row):
    """One unit's one answer for its whole list."""

    __tablename__ = "consultation_answers"
    __table_args__ = (UniqueConstraint("consultation_id", "unit_id"),)

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    kind: Mapped[AnswerKind] = mapped_column(choice(AnswerKind), default=AnswerKind.PENDING)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    is_from_paper: Mapped[bool] = mapped_column(Boolean, default=False)
    """Entered by the office from what the unit sent signed and stamped."""
    text: Mapped[str] = mapped_column(Text, default="")
    """What the unit says on the table as a whole."""
    decision: Mapped[RemarkDecision] = mapped_column(choice(RemarkDecision), default=RemarkDecision.OPEN)
    reason: Mapped[str] = mapped_column(Text, default="")

    consultation: Mapped[Consultation] = relationship(back_populates="answers")
    unit: Mapped[Unit] = relationship()
    remarks: Mapped[list[ConsultationRemark]] = relationship(
        back_populates="answer", cascade="all, delete-orphan", order_by="ConsultationRemark.id"
    )

    lines: Mapped[list[ConsultationLine]] = relationship(
        back_populates="answer", cascade="all, delete-orphan", order_by="ConsultationLine.id"
    )

    @property
    def undecided(self) -> int:
        """How many remarks still wait for the office."""
        whole = bool(self.text) and self.decision is RemarkDecision.OPEN
        return whole + sum(remark.decision is RemarkDecision.OPEN for remark in self.remarks)

    def audit_label(self) -> str:
        return f"{self.unit.short_name}对{self.consultation.audit_label()}的答复"


class ConsultationLine(Row):
    """One line of a unit's list as it was sent to the unit; what became of the task later does not change it."""

    __tablename__ = "consultation_lines"
    __table_args__ = (UniqueConstraint("answer_id", "assignment_id"),)

    answer_id: Mapped[int] = mapped_column(ForeignKey("consultation_answers.id", ondelete="CASCADE"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"), index=True)
    role: Mapped[AssignmentRole] = mapped_column(choice(AssignmentRole))
    number: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text)
    parties: Mapped[str] = mapped_column(Text)
    """Who had which part then: 牵头：市教育局；责任：市民政局."""

    answer: Mapped[ConsultationAnswer] = relationship(back_populates="lines")
    assignment: Mapped[Assignment] = relationship()


class ConsultationRemark(Audited, Versioned, Row):
    """A unit's remark at one line of the table, and what the office made of it."""

    __tablename__ = "consultation_remarks"
    __table_args__ = (UniqueConstraint("answer_id", "assignment_id"),)

    answer_id: Mapped[int] = mapped_column(ForeignKey("consultation_answers.id", ondelete="CASCADE"), index=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    decision: Mapped[RemarkDecision] = mapped_column(choice(RemarkDecision), default=RemarkDecision.OPEN)
    reason: Mapped[str] = mapped_column(Text, default="")

    answer: Mapped[ConsultationAnswer] = relationship(back_populates="remarks")
    assignment: Mapped[Assignment] = relationship()

    def audit_subject(self) -> Audited:
        return self.answer

    def audit_label(self) -> str:
        return f"{self.assignment.audit_label()}的修改意见"


class TableUpload(Audited, Versioned, Row):
    """A table somebody sent in, kept as it came: a responsibility table for a plan, or a unit's list with its remarks.

    It is read anew whenever it is looked at, so that a name added to the list of units meanwhile is known.
    """

    __tablename__ = "table_uploads"

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), index=True)
    answer_id: Mapped[int | None] = mapped_column(
        ForeignKey("consultation_answers.id", ondelete="CASCADE"), index=True
    )  # fmt: skip
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    source_id: Mapped[int] = mapped_column(ForeignKey("stored_files.id"))
    source_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    plan: Mapped[Plan] = relationship()
    answer: Mapped[ConsultationAnswer | None] = relationship()
    source: Mapped[StoredFile] = relationship()

    def audit_label(self) -> str:
        return f"表格《{self.source_name}》"
