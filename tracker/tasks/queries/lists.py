"""The lists of tasks: what the address asks for, in words and as a select."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from tracker.committees.models import Unit
from tracker.committees.queries import visible_units
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.forms import clean_line
from tracker.core.pages import row_number
from tracker.plans.models import Area, Measure, Plan
from tracker.plans.queries import visible_areas, visible_plans
from tracker.tasks.models import (
    GONE,
    OPEN_TASKS,
    Assignment,
    AssignmentRole,
    Consultation,
    ConsultationRemark,
    ConsultationState,
    FurtherMeasure,
    Shape,
    Task,
    TaskState,
)
from tracker.tasks.queries.visible import SEEN_BY_UNIT, visible_tasks, whole


@dataclass(frozen=True)
class TaskFilter:
    """What a list of tasks is narrowed to; every part is in the address."""

    plan: int | None = None
    area: int | None = None
    unit: int | None = None
    role: AssignmentRole | None = None
    state: TaskState | None = None
    gap: bool = False
    word: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> TaskFilter:
        """Read the address; nonsense is no filter."""
        return cls(
            plan=row_number(args.get("plan")),
            area=row_number(args.get("area")),
            unit=row_number(args.get("unit")),
            role=_member(AssignmentRole, args.get("role")),
            state=_member(TaskState, args.get("state")),
            gap=args.get("gap") == "1",
            word=(clean_line(args.get("q")) or "")[:50],
        )

    def narrow(self, rows: Select[Task], actor: Actor) -> Select[Task]:
        """The tasks that are asked for. For a unit, `role` is its own part."""
        if self.plan is not None:
            rows = rows.where(Task.plan_id == self.plan)
        if self.area is not None:
            rows = rows.where(Task.area_id == self.area)
        if self.state is not None:
            rows = rows.where(Task.state == self.state)
        if self.word:
            like = self.word
            rows = rows.where(
                or_(Task.title.contains(like, autoescape=True), Task.content.contains(like, autoescape=True))
            )
        unit = actor.unit_id if actor.is_unit else self.unit
        if unit is not None or self.role is not None:
            rows = rows.where(exists().where(*_part_of(unit, self.role, actor)))
        if self.gap:
            rows = rows.where(missing())
        return rows

    def said(self, actor: Actor) -> list[tuple[str, str, str]]:
        """The filter in words: (label, text, name in the address). A number out of sight names nothing (promise 11)."""
        words: list[tuple[str, str, str]] = []
        if plan := _seen(visible_plans(actor), Plan, self.plan):
            words.append(("规划", plan.short_title, "plan"))
        if area := _seen(visible_areas(actor), Area, self.area):
            words.append(("领域", area.name, "area"))
        if not actor.is_unit and (unit := _seen(visible_units(actor), Unit, self.unit)):
            words.append(("单位", unit.short_name, "unit"))
        if self.role is not None:
            words.append(("分工", self.role.label, "role"))
        if self.state is not None:
            words.append(("状态", self.state.label, "state"))
        if self.gap:
            words.append(("缺项", "没有牵头或责任单位", "gap"))
        if self.word:
            words.append(("含", self.word, "q"))
        return words


def missing() -> ColumnElement[bool]:
    """Tasks that lack the lead, or where each answers for itself, anybody who does."""

    def nobody(role: AssignmentRole) -> ColumnElement[bool]:
        return ~exists().where(
            Assignment.task_id == Task.id, Assignment.role == role, Assignment.state.not_in(GONE)
        )  # fmt: skip

    return or_(
        and_(Task.shape == Shape.LED, nobody(AssignmentRole.LEAD)),
        and_(Task.shape == Shape.SHARED, nobody(AssignmentRole.JOINT)),
    )


def tasks_listed(actor: Actor, wanted: TaskFilter) -> Select[Task]:
    """The visible tasks that the address asks for, in the order of the plans' tables."""
    return wanted.narrow(visible_tasks(actor), actor)


def tasks_in_order(actor: Actor, wanted: TaskFilter) -> list[Task]:
    """All of them, whole."""
    return list(db.session.scalars(whole(tasks_listed(actor, wanted))))


def sort_columns() -> dict[str, Any]:
    """By what a list of tasks may be ordered; equal ones follow in the order of the plans' tables."""
    return {"place": Task.plan_id, "title": Task.title, "state": Task.state, "due": Task.due_on}


@dataclass(frozen=True)
class Progress:
    """How far the breakdown of a plan has come."""

    measures: int
    untouched: int
    """Measures that have no task yet."""
    tasks: int
    gaps: int
    by_state: Counter[TaskState]
    units: int

    @property
    def drafts(self) -> int:
        return self.by_state[TaskState.DRAFT]


def progress_of(plan: Plan) -> Progress:
    """The figures above the breakdown page, in a constant number of queries."""
    measures = (
        select(func.count())
        .select_from(Measure)
        .join(Measure.area)
        .where(Area.plan_id == plan.id, Measure.dropped_on.is_(None))
    )
    untouched = measures.where(*without_task())
    states = select(Task.state, func.count()).where(Task.plan_id == plan.id).group_by(Task.state)
    gaps = select(func.count()).select_from(Task).where(Task.plan_id == plan.id, Task.state.in_(OPEN_TASKS), missing())
    units = (
        select(func.count(func.distinct(Assignment.unit_id)))
        .join(Assignment.task)
        .where(Task.plan_id == plan.id, Assignment.state.not_in(GONE))
    )
    by_state: Counter[TaskState] = Counter()
    for state, count in db.session.execute(states):
        by_state[state] = count
    return Progress(
        measures=db.session.scalar(measures) or 0,
        untouched=db.session.scalar(untouched) or 0,
        tasks=sum(by_state.values()),
        gaps=db.session.scalar(gaps) or 0,
        by_state=by_state,
        units=db.session.scalar(units) or 0,
    )


def without_task() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Measures that no task carries out, neither by itself nor merged with others."""
    return (
        ~exists().where(Task.measure_id == Measure.id),
        ~exists().where(FurtherMeasure.measure_id == Measure.id),
    )


def gaps_of(plan_id: int) -> list[str]:
    """One sentence per task not issued yet that lacks whom it needs."""
    rows = select(Task).where(Task.plan_id == plan_id, Task.state.in_(OPEN_TASKS), missing()).order_by(Task.position)
    return [gap for task in db.session.scalars(whole(rows)) if (gap := task.gap)]


def areas_for(actor: Actor, plan_id: int | None = None) -> list[Area]:
    """The areas in which the actor sees tasks, for a filter."""
    seen = visible_tasks(actor).with_only_columns(Task.area_id).order_by(None)
    rows = select(Area).where(Area.id.in_(seen)).order_by(Area.plan_id, Area.position)
    return list(db.session.scalars(rows.where(Area.plan_id == plan_id) if plan_id else rows))


@dataclass(frozen=True)
class PlanCount:
    """A plan and how many of its tasks the actor sees."""

    plan: Plan
    tasks: int


def plans_with_tasks(actor: Actor) -> list[PlanCount]:
    """The plans in which the actor sees tasks, with their number, for the tabs."""
    seen = visible_tasks(actor).order_by(None).with_only_columns(Task.id, Task.plan_id).subquery()
    rows = (
        select(Plan, func.count(seen.c.id))
        .join(seen, seen.c.plan_id == Plan.id)
        .group_by(Plan.id)
        .order_by(Plan.first_year.desc(), Plan.kind, Plan.id)
    )
    return [PlanCount(plan, count) for plan, count in db.session.execute(rows)]


def open_consultation_of(plan_id: int) -> Consultation | None:
    """The consultation of a plan that is not over."""
    return db.session.scalar(
        select(Consultation).where(
            Consultation.plan_id == plan_id,
            Consultation.state.in_([ConsultationState.OPEN, ConsultationState.SETTLED]),
        )
    )


def remarks_on(task_ids: list[int]) -> dict[int, list[ConsultationRemark]]:
    """What units said about these tasks, by assignment."""
    part = aliased(Assignment)
    rows = (
        select(ConsultationRemark)
        .join(part, ConsultationRemark.assignment_id == part.id)
        .where(part.task_id.in_(task_ids))
        .options(joinedload(ConsultationRemark.answer))
        .order_by(ConsultationRemark.id)
    )
    found: dict[int, list[ConsultationRemark]] = {}
    for remark in db.session.scalars(rows):
        found.setdefault(remark.assignment_id, []).append(remark)
    return found


def _part_of(unit: int | None, role: AssignmentRole | None, actor: Actor) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Assignment.task_id == Task.id, Assignment.state.not_in(GONE)]
    if unit is not None:
        conditions.append(Assignment.unit_id == unit)
    if role is not None:
        conditions.append(Assignment.role == role)
    if actor.is_unit:
        conditions.append(Assignment.state.in_(SEEN_BY_UNIT))
    return conditions


def _seen(rows: Select[Any], model: Any, number: int | None) -> Any:
    return None if number is None else db.session.scalar(rows.where(model.id == number))


def _member(enum: Any, text: str | None) -> Any:
    return enum(text) if text in list(enum) else None
