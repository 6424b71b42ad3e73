"""Tasks, parts and answers that an actor may see, and what of them waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, exists, false, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.committees.models import Unit
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.plans.models import Plan
from tracker.tasks.models import (
    Assignment,
    AssignmentState,
    Consultation,
    ConsultationAnswer,
    ConsultationState,
    Task,
    TaskState,
)

SEEN_BY_UNIT = frozenset(AssignmentState) - {AssignmentState.DRAFT}
"""A unit knows of a part once it was asked about it; what was moved or withdrawn stays in its own past."""


def visible_tasks(actor: Actor) -> Select[Task]:
    """Office and chair see the committee's tasks, a unit those it has or had a part in; drafts are the office's."""
    rows = select(Task).order_by(Task.plan_id, Task.position)
    if actor.sees_committee:
        return rows.where(Task.plan_id.in_(own_plans(actor)))
    if actor.is_unit:
        part = exists().where(
            Assignment.task_id == Task.id,
            Assignment.unit_id == actor.unit_id,
            Assignment.state.in_(SEEN_BY_UNIT),
        )
        return rows.where(Task.plan_id.in_(own_plans(actor)), Task.state != TaskState.DRAFT, part)
    return rows.where(false())


def visible_assignments(actor: Actor) -> Select[Assignment]:
    """The parts of the committee's tasks; a unit sees its own."""
    rows = select(Assignment).join(Assignment.task).order_by(Task.plan_id, Task.position, Assignment.position)
    if actor.sees_committee:
        return rows.where(Task.plan_id.in_(own_plans(actor)))
    if actor.is_unit:
        return rows.where(
            Task.plan_id.in_(own_plans(actor)),
            Assignment.unit_id == actor.unit_id,
            Assignment.state.in_(SEEN_BY_UNIT),
        )
    return rows.where(false())


def visible_consultations(actor: Actor) -> Select[Consultation]:
    """The office's page of all answers: no unit sees another's."""
    rows = select(Consultation).order_by(Consultation.id.desc())
    return rows.where(Consultation.committee_id == actor.committee_id if actor.sees_committee else false())


def visible_answers(actor: Actor) -> Select[ConsultationAnswer]:
    """The office sees every unit's answer, a unit its own, unless the table was called back."""
    rows = select(ConsultationAnswer).join(ConsultationAnswer.consultation)
    own = Consultation.committee_id == actor.committee_id
    if actor.sees_committee:
        return rows.where(own)
    if actor.is_unit:
        return rows.where(
            own, ConsultationAnswer.unit_id == actor.unit_id, Consultation.state != ConsultationState.WITHDRAWN
        )
    return rows.where(false())


def issued_assignments(
    committee_id: int, on: date, *, plan_ids: Iterable[int] | None = None, unit_ids: Iterable[int] | None = None
) -> list[Assignment]:
    """The parts in force that day: issued by then, of tasks that are neither finished, resting nor cancelled.

    In the order of the plans' tables, each with task, area, plan and unit, in one query.
    """
    rows = (
        select(Assignment)
        .join(Assignment.task)
        .join(Task.plan)
        .join(Assignment.unit)
        .where(
            Plan.committee_id == committee_id,
            Task.state == TaskState.ISSUED,
            Assignment.state == AssignmentState.ISSUED,
            Assignment.issued_on <= on,
        )
        .order_by(Plan.kind, Plan.id, Task.position, Unit.position)
        .options(
            joinedload(Assignment.unit), joinedload(Assignment.task).joinedload(Task.area),
            joinedload(Assignment.task).joinedload(Task.plan), joinedload(Assignment.task).joinedload(Task.measure),
            joinedload(Assignment.task).joinedload(Task.goal),
        )
    )  # fmt: skip
    if plan_ids is not None:
        rows = rows.where(Task.plan_id.in_(list(plan_ids)))
    if unit_ids is not None:
        rows = rows.where(Assignment.unit_id.in_(list(unit_ids)))
    return list(db.session.scalars(rows))


def whole(rows: Select[Task]) -> Select[Task]:
    """The same tasks with plan, area, item and units, in two queries whatever their number."""
    return rows.options(
        joinedload(Task.plan), joinedload(Task.area), joinedload(Task.measure), joinedload(Task.goal),
        selectinload(Task.assignments).joinedload(Assignment.unit),
    )  # fmt: skip


def tasks_chosen(actor: Actor, plan_id: int, numbers: Iterable[int]) -> list[Task]:
    """The ticked tasks of a plan, among those the actor sees, in the order of its table."""
    mine = visible_tasks(actor).order_by(None).with_only_columns(Task.id)
    rows = select(Task).where(Task.id.in_(list(numbers)), Task.id.in_(mine), Task.plan_id == plan_id)
    return list(db.session.scalars(whole(rows.order_by(Task.position))))


def tasks_of_plan(plan_id: int) -> list[Task]:
    """A plan's tasks in the order of its table, whole, without those that were cancelled."""
    rows = select(Task).where(Task.plan_id == plan_id, Task.state != TaskState.CANCELLED)
    return list(db.session.scalars(whole(rows.order_by(Task.position))))


def own_plans(actor: Actor) -> Select[int]:
    return select(Plan.id).where(Plan.committee_id == actor.committee_id)
