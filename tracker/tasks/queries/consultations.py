"""The pages of a consultation: all answers for the office, one list for a unit."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.accounts import queries as accounts
from tracker.committees.models import Unit
from tracker.core import calendar
from tracker.core.access import UNIT_ROLES
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.filters import zh_month_day, zh_weekday
from tracker.plans.models import Plan
from tracker.tasks.models import (
    ASKED,
    GONE,
    OPEN_TASKS,
    ROLE_ORDER,
    AnswerKind,
    Assignment,
    AssignmentRole,
    AssignmentState,
    Consultation,
    ConsultationAnswer,
    ConsultationLine,
    ConsultationRemark,
    ConsultationState,
    RemarkDecision,
    Task,
    TaskState,
)
from tracker.tasks.queries.visible import whole


@dataclass(frozen=True)
class AnswerLine:
    """One line of a unit's list with what the unit said about it."""

    task: Task
    part: Assignment
    remark: ConsultationRemark | None
    asked: ConsultationLine | None = None
    """The line as it was sent, where a later round has taken its place."""

    @property
    def number(self) -> str:
        return self.asked.number or self.task.number if self.asked else self.task.number

    @property
    def title(self) -> str:
        return self.asked.title if self.asked else self.task.title

    @property
    def content(self) -> str:
        return self.asked.content if self.asked else self.task.content


@dataclass(frozen=True)
class AnswerSheet:
    """A unit's whole list."""

    answer: ConsultationAnswer
    lines: list[AnswerLine]
    counts: Counter[str]


@dataclass(frozen=True)
class ConsultationSheet:
    """Every unit's answer, in official order."""

    consultation: Consultation
    answers: list[ConsultationAnswer]
    counts: Counter[AnswerKind]
    undecided: int

    @property
    def contested(self) -> list[ConsultationAnswer]:
        return [one for one in self.answers if one.kind is AnswerKind.CONTESTED]

    @property
    def answered(self) -> int:
        return len(self.answers) - self.counts[AnswerKind.PENDING]

    def is_ripe(self, on: date) -> bool:
        """Whether it can be settled: all remarks decided, everybody heard or, where it will do, silent past the day."""
        silence = self.consultation.silence_is_consent and on > self.consultation.due_on
        return not self.undecided and (self.answered == len(self.answers) or silence)


def sheet_of(consultation: Consultation) -> ConsultationSheet:
    """All answers and remarks of a consultation, in a constant number of queries."""
    answers = list(
        db.session.scalars(
            select(ConsultationAnswer)
            .where(ConsultationAnswer.consultation_id == consultation.id)
            .options(
                joinedload(ConsultationAnswer.unit),
                selectinload(ConsultationAnswer.remarks)
                .joinedload(ConsultationRemark.assignment)
                .joinedload(Assignment.task)
                .options(
                    joinedload(Task.area), joinedload(Task.measure), joinedload(Task.goal),
                    selectinload(Task.assignments).joinedload(Assignment.unit),
                ),
            )
        )
    )  # fmt: skip
    answers.sort(key=lambda one: one.unit.position)
    return ConsultationSheet(
        consultation, answers, Counter(one.kind for one in answers), sum(one.undecided for one in answers)
    )


def answer_sheet(answer: ConsultationAnswer) -> AnswerSheet:
    """A unit's list: the tasks it is asked about, of an earlier round as it was sent, afterwards those issued to it."""
    consultation = answer.consultation
    said = {remark.assignment_id: remark for remark in answer.remarks}
    if consultation.state is ConsultationState.CONTINUED:
        return _sheet_as_sent(answer, said)
    asked = consultation.state in {ConsultationState.OPEN, ConsultationState.SETTLED}
    of_round = select(ConsultationLine.assignment_id).where(ConsultationLine.answer_id == answer.id)
    rows = whole(
        select(Task)
        .join(Task.assignments)
        .where(Task.plan_id == consultation.plan_id, Assignment.unit_id == answer.unit_id)
        .where(
            (Task.state == TaskState.CONSULTING) & Assignment.state.in_(ASKED) & Assignment.id.in_(of_round)
            if asked
            else Assignment.state == AssignmentState.ISSUED
        )
        .order_by(Task.position)
    )
    lines = [
        AnswerLine(task, part, said.get(part.id))
        for task in db.session.scalars(rows).unique()
        for part in task.assignments
        if part.unit_id == answer.unit_id and part.is_living
    ]
    return AnswerSheet(answer, lines, Counter(line.part.role.label for line in lines))


def _sheet_as_sent(answer: ConsultationAnswer, said: dict[int, ConsultationRemark]) -> AnswerSheet:
    rows = (
        select(ConsultationLine)
        .join(ConsultationLine.assignment)
        .join(Assignment.task)
        .where(ConsultationLine.answer_id == answer.id)
        .options(
            joinedload(ConsultationLine.assignment)
            .joinedload(Assignment.task)
            .options(
                joinedload(Task.area), joinedload(Task.measure), joinedload(Task.goal),
                selectinload(Task.assignments).joinedload(Assignment.unit),
            )
        )
        .order_by(Task.position)
    )  # fmt: skip
    lines = [
        AnswerLine(line.assignment.task, line.assignment, said.get(line.assignment_id), line)
        for line in db.session.scalars(rows)
    ]
    return AnswerSheet(answer, lines, Counter(line.asked.role.label for line in lines if line.asked))


def parties_of(task: Task) -> str:
    """Who has which part: 牵头：市教育局；责任：市民政局."""
    named = ((role, task.units_as(role)) for role in ROLE_ORDER)
    return "；".join(f"{role.label}：{'、'.join(unit.short_name for unit in units)}" for role, units in named if units)


def changed_since(consultation: Consultation) -> list[Assignment]:
    """Parts of tasks not issued yet that their unit was never asked about, or that read otherwise than when it was."""
    asked: dict[int, ConsultationLine] = {}
    lines = (
        select(ConsultationLine)
        .join(ConsultationLine.answer)
        .join(ConsultationAnswer.consultation)
        .where(Consultation.plan_id == consultation.plan_id, Consultation.id <= consultation.id)
        .where(Consultation.state != ConsultationState.WITHDRAWN)
        .order_by(ConsultationLine.id)
    )
    for line in db.session.scalars(lines):
        asked[line.assignment_id] = line
    rows = whole(
        select(Task).where(Task.plan_id == consultation.plan_id, Task.state.in_(OPEN_TASKS)).order_by(Task.position)
    )
    return [part for task in db.session.scalars(rows) for part in task.living if _reads_anew(part, asked.get(part.id))]


def _reads_anew(part: Assignment, asked: ConsultationLine | None) -> bool:
    if asked is None:
        return True
    task = part.task
    # Lines from before they were kept in full say nothing of who else was named.
    same_parties = not asked.parties or asked.parties == parties_of(task)
    return (asked.role, asked.title, asked.content) != (part.role, task.title, task.content) or not same_parties


@dataclass(frozen=True)
class Concerned:
    """A unit that a further round would ask, and about which lines."""

    unit: Unit
    parts: list[Assignment]


def concerned_in(consultation: Consultation) -> list[Concerned]:
    """The units with new or changed lines, in official order."""
    found: dict[int, Concerned] = {}
    for part in changed_since(consultation):
        found.setdefault(part.unit_id, Concerned(part.unit, [])).parts.append(part)
    return sorted(found.values(), key=lambda one: one.unit.position)


def rounds_of(consultation: Consultation) -> list[Consultation]:
    """The asking with the rounds before and after it, first one first."""
    rows = (
        select(Consultation)
        .where(Consultation.plan_id == consultation.plan_id, Consultation.state != ConsultationState.WITHDRAWN)
        .order_by(Consultation.id)
    )
    return list(db.session.scalars(rows))


def rounds_of_unit(answer: ConsultationAnswer) -> list[ConsultationAnswer]:
    """The unit's answers in all rounds about the plan, the first one first."""
    rows = (
        select(ConsultationAnswer)
        .join(ConsultationAnswer.consultation)
        .where(
            Consultation.plan_id == answer.consultation.plan_id,
            Consultation.state != ConsultationState.WITHDRAWN,
            ConsultationAnswer.unit_id == answer.unit_id,
        )
        .options(joinedload(ConsultationAnswer.consultation))
        .order_by(Consultation.id)
    )
    return list(db.session.scalars(rows))


def tasks_consulted(consultation: Consultation) -> list[Task]:
    """The table that is with the units, or was issued from this asking, in its order."""
    state = TaskState.ISSUED if consultation.state is ConsultationState.ISSUED else TaskState.CONSULTING
    rows = select(Task).where(Task.plan_id == consultation.plan_id, Task.state == state).order_by(Task.position)
    return list(db.session.scalars(whole(rows)))


@dataclass(frozen=True)
class Told:
    """What one unit would be told, and who would read it."""

    unit: Unit
    counts: Counter[AssignmentRole]
    people: list[str]


@dataclass(frozen=True)
class Reach:
    """Whom an issue would tell."""

    tasks: int
    units: list[Unit]
    people: int
    told: list[Told]


def reach_of(plan: Plan, on: date) -> Reach:
    """The tasks not issued yet, their units in official order, and how many people hold their posts that day."""
    open_tasks = Task.state.in_(OPEN_TASKS)
    tasks = db.session.scalar(select(func.count()).select_from(Task).where(Task.plan_id == plan.id, open_tasks)) or 0
    living = Assignment.state.not_in(GONE)
    named = select(Assignment.unit_id).join(Assignment.task).where(Task.plan_id == plan.id, open_tasks, living)
    units = list(db.session.scalars(select(Unit).where(Unit.id.in_(named)).order_by(Unit.position)))
    held = list(db.session.execute(accounts.holders_of_unit([unit.id for unit in units], UNIT_ROLES, on)))
    parts = (
        select(Assignment.unit_id, Assignment.role, func.count())
        .join(Assignment.task)
        .where(Task.plan_id == plan.id, open_tasks, living)
        .group_by(Assignment.unit_id, Assignment.role)
    )
    counts: dict[int, Counter[AssignmentRole]] = {}
    for unit_id, role, count in db.session.execute(parts):
        counts.setdefault(unit_id, Counter())[role] = count
    told = [Told(unit, counts[unit.id], [user.name for number, user in held if number == unit.id]) for unit in units]
    return Reach(tasks, units, len({user.id for _, user in held}), told)


def last_round_no(plan_id: int) -> int:
    """How often the units were asked about this plan's tasks so far."""
    return db.session.scalar(select(func.max(Consultation.round_no)).where(Consultation.plan_id == plan_id)) or 0


@dataclass(frozen=True)
class Unasked:
    """A unit whose part in some tasks came after the table had gone out."""

    unit: Unit
    role: AssignmentRole
    numbers: list[str]

    @property
    def sentence(self) -> str:
        return f"{self.unit.short_name}新增为{self.role.label}单位（{'、'.join(self.numbers)}），未经征求意见。"


def unasked_in(consultation: Consultation) -> list[Unasked]:
    """Parts that nobody was asked about: given while the others were, or after. In official order of the units."""
    rows = whole(
        select(Task).where(Task.plan_id == consultation.plan_id, Task.state.in_(OPEN_TASKS)).order_by(Task.position)
    )
    found: dict[tuple[int, AssignmentRole], Unasked] = {}
    for task in db.session.scalars(rows):
        for part in task.living:
            if part.state is AssignmentState.DRAFT:
                one = found.setdefault((part.unit_id, part.role), Unasked(part.unit, part.role, []))
                one.numbers.append(task.number)
    return sorted(found.values(), key=lambda one: (one.unit.position, ROLE_ORDER.index(one.role)))


def unheeded_in(sheet: ConsultationSheet) -> list[ConsultationRemark]:
    """Remarks that were taken up though their task has not been touched since the unit wrote them."""
    adopted = [
        (answer, remark)
        for answer in sheet.contested
        for remark in answer.remarks
        if remark.decision is RemarkDecision.ADOPTED and answer.answered_at is not None
    ]
    if not adopted:
        return []
    task_ids = {remark.assignment.task_id for _, remark in adopted}
    last = dict(
        db.session.execute(
            select(AuditEntry.object_id, func.max(AuditEntry.at))
            .where(AuditEntry.object_type == "Task", AuditEntry.object_id.in_(task_ids))
            .group_by(AuditEntry.object_id)
        ).all()
    )
    return [
        remark
        for answer, remark in adopted
        if answer.answered_at and not _touched(remark.assignment.task, last.get(remark.assignment.task_id), answer)
    ]


def _touched(task: Task, last: datetime | None, answer: ConsultationAnswer) -> bool:
    """An act on the task itself, or, by one of the acts on many tasks, a part given to it or taken from it."""
    if answer.answered_at is None:
        return False
    fresh = (one.state is AssignmentState.DRAFT or not one.is_living for one in task.assignments)
    since = (one.state_since > answer.answered_at for one in task.assignments)
    by_many = any(new and later for new, later in zip(fresh, since, strict=True))
    return by_many or (last is not None and last > answer.answered_at)


def history_of(task: Task) -> list[AuditEntry]:
    """What was done to a task, the latest first."""
    return list(
        db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.object_type == "Task", AuditEntry.object_id == task.id)
            .order_by(AuditEntry.id.desc())
            .limit(50)
        )
    )


def day_in_words(day: date, on: date) -> str:
    """周五 · 距今天 10 个工作日; a day off says to which working day it moves."""
    days = calendar.current()
    words = [zh_weekday(day)]
    if not days.is_workday(day):
        moved = days.last_workday(day)
        words.append(f"非工作日，提前到{zh_month_day(moved)}（{zh_weekday(moved)}）")
    elif days.is_first_after_holiday(day):
        words.append("节后首个工作日")
    if day > on:
        words.append(f"距今天 {days.workdays_until(on, day)} 个工作日")
    if not days.is_published(day.year):
        words.append(f"{day.year}年放假安排尚未公布，按法定节假日推算")
    return " · ".join(words)
