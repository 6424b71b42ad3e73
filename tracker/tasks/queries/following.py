"""What a revised plan leaves to decide about its tasks."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, func, or_, select

from tracker.core.db import db
from tracker.plans.models import AmendedItem, Amendment, ChangeKind, Goal, Measure, Plan
from tracker.tasks.models import Task, TaskState
from tracker.tasks.queries.visible import whole

LIVING = (TaskState.DRAFT, TaskState.CONSULTING, TaskState.ISSUED, TaskState.SUSPENDED)
SENT = (TaskState.CONSULTING, TaskState.ISSUED, TaskState.SUSPENDED)


def left_without_measure(plan: Plan) -> list[Task]:
    """Tasks that go on although the revised plan has left their measure or goal out."""
    return list(db.session.scalars(whole(_of(plan, LIVING, _is_dropped()).order_by(Task.position))))


def in_former_words(plan: Plan) -> list[Task]:
    """Tasks that went out in the words their measure had before it was reworded."""
    return list(db.session.scalars(whole(_of(plan, SENT, _says_former()).order_by(Task.position))))


def to_decide(plan_ids: list[int]) -> dict[int, int]:
    """Per plan how many tasks wait for a decision after it was amended."""
    rows = (
        select(Task.plan_id, func.count())
        .outerjoin(Measure, Measure.id == Task.measure_id)
        .outerjoin(Goal, Goal.id == Task.goal_id)
        .where(Task.plan_id.in_(plan_ids), Task.state.in_(LIVING), _is_dropped())
        .group_by(Task.plan_id)
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


def _of(plan: Plan, states: tuple[TaskState, ...], wanted: ColumnElement[bool]) -> Select[Task]:
    return (
        select(Task)
        .outerjoin(Measure, Measure.id == Task.measure_id)
        .outerjoin(Goal, Goal.id == Task.goal_id)
        .where(Task.plan_id == plan.id, Task.state.in_(states), wanted)
    )


def _is_dropped() -> ColumnElement[bool]:
    return or_(Measure.dropped_on.is_not(None), Goal.dropped_on.is_not(None))


def _says_former() -> ColumnElement[bool]:
    """The task's text is one that its measure had before some amendment, and not the one it has."""
    former = (
        select(AmendedItem.id)
        .join(Amendment)
        .where(
            AmendedItem.kind == ChangeKind.REWORDED,
            AmendedItem.before == Task.content,
            or_(AmendedItem.measure_id == Task.measure_id, AmendedItem.goal_id == Task.goal_id),
        )
        .exists()
    )
    dropped = _is_dropped()
    return former & ~func.coalesce(dropped, False) & (func.coalesce(Measure.text, Goal.text) != Task.content)
