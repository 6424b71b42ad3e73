"""From measures to tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import Table, bindparam, case, func, select, update

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.plans.models import Area, Goal, Measure, Plan
from tracker.tasks import policy
from tracker.tasks.models import FurtherMeasure, Outcome, Shape, Task, TaskState

LONGEST_TITLE = 200


@command
def break_down(actor: Actor, plan: Plan) -> list[Task]:
    """Make one task per measure that has none yet, in the plan's order. Doing it twice adds nothing."""
    _check_office(actor, plan)
    hold(plan.id)
    taken = set(db.session.scalars(select(Task.measure_id).where(Task.plan_id == plan.id)))
    taken |= set(db.session.scalars(select(FurtherMeasure.measure_id)))
    measures = db.session.execute(
        select(Measure, Area.id)
        .join(Area, Area.id == Measure.area_id)
        .where(Area.plan_id == plan.id, Measure.dropped_on.is_(None))
        .order_by(Area.position, Measure.position)
    )
    made = [
        _task(actor, plan, area_id, title=measure.title, content=measure.text, measure_id=measure.id)
        for measure, area_id in measures
        if measure.id not in taken
    ]
    if not made:
        return []
    db.session.add_all(made)
    renumber(plan.id)
    audit.record(
        actor, "task.break_down", plan, f"分解{plan.audit_label()}：按措施生成{len(made)}项任务", covers=made
    )  # fmt: skip
    return made


@command
def add_task(
    actor: Actor, plan: Plan, item: Measure | Goal, *, title: str, content: str = "",
    outcome: Outcome = Outcome.CONTINUOUS, shape: Shape = Shape.LED, is_yearly: bool = True,
    starts_on: date | None = None, due_on: date | None = None,
) -> Task:  # fmt: skip
    """Make one more task under a measure or a goal: splitting is the exception, not the rule."""
    _check_office(actor, plan)
    hold(plan.id)
    if item.area.plan_id != plan.id:
        raise RuleError("选定的目标或措施不属于这个规划。")
    check_dates(plan, is_yearly=is_yearly, starts_on=starts_on, due_on=due_on)
    task = _task(actor, plan, item.area_id, title=title, content=content or item.text)
    task.measure_id = item.id if isinstance(item, Measure) else None
    task.goal_id = item.id if isinstance(item, Goal) else None
    task.outcome, task.shape = outcome, shape
    task.is_yearly, task.starts_on, task.due_on = is_yearly, starts_on, due_on
    db.session.add(task)
    renumber(plan.id)
    audit.record(actor, "task.create", task, f"新增{task.audit_label()}")
    return task


@command
def edit_task(
    actor: Actor, task: Task, *, title: str, content: str, outcome: Outcome, shape: Shape, is_yearly: bool,
    starts_on: date | None = None, due_on: date | None = None, version: int | None = None,
) -> bool:  # fmt: skip
    """Change what a task says, until it is issued. Returns whether anything changed.

    Raises Conflict, with both texts, when somebody changed it after the page was opened.
    """
    hold(task.plan_id)
    db.session.expire(task)
    if not policy.can_edit(actor, task):
        raise RuleError(f"{task.audit_label()}现在是“{task.state.label}”，不能修改。")
    words = write_task(
        task, title=title, content=content, outcome=outcome, shape=shape, is_yearly=is_yearly, starts_on=starts_on,
        due_on=due_on, version=version,
    )  # fmt: skip
    if not words:
        return False
    audit.record(actor, "task.edit", task, f"修改{task.audit_label()}")
    return True


FIELDS = {
    "title": "任务名称",
    "content": "任务内容",
    "outcome": "办结方式",
    "shape": "负责方式",
    "is_yearly": "时限",
    "due_on": "时限",
    "starts_on": "开始时间",
}


def write_task(
    task: Task, *, title: str, content: str, outcome: Outcome, shape: Shape, is_yearly: bool,
    starts_on: date | None, due_on: date | None, version: int | None,
) -> list[str]:  # fmt: skip
    """Check and write what a task says; returns the names of what changed, none when nothing did."""
    if version is not None and version != task.version:
        raise Conflict(
            mine={"任务名称": title, "任务内容": content}, theirs={"任务名称": task.title, "任务内容": task.content}
        )
    check_dates(task.plan, is_yearly=is_yearly, starts_on=starts_on, due_on=due_on)
    if shape is Shape.SHARED and task.lead is not None:
        raise RuleError("各自负责的任务不设牵头单位，请先把牵头单位改为责任单位。", field="shape")
    wanted = {
        "title": title, "content": content, "outcome": outcome, "shape": shape, "is_yearly": is_yearly,
        "starts_on": starts_on, "due_on": due_on,
    }  # fmt: skip
    changed = [name for name, value in wanted.items() if getattr(task, name) != value]
    for name in changed:
        setattr(task, name, wanted[name])
    return list(dict.fromkeys(FIELDS[name] for name in changed))


@command
def remove_task(actor: Actor, task: Task) -> None:
    """Take away a task that has never left the office."""
    hold(task.plan_id)
    db.session.expire(task)
    if not policy.can_break_down(actor, task.plan) or task.state is not TaskState.DRAFT:
        raise RuleError(f"{task.audit_label()}现在是“{task.state.label}”，不能删除。")
    plan_id = task.plan_id
    audit.record(actor, "task.remove", task.plan, f"删除{task.audit_label()}", covers=[task, *task.assignments])
    db.session.delete(task)
    db.session.flush()
    renumber(plan_id)


def hold(plan_id: int) -> None:
    """One at a time: a second press of the button waits here and then finds it done."""
    db.session.execute(select(Plan.id).where(Plan.id == plan_id).with_for_update())


def check_dates(plan: Plan, *, is_yearly: bool, starts_on: date | None, due_on: date | None) -> None:
    """A one-off task has a due date; dates follow one another and lie within the plan's years."""
    if not is_yearly and due_on is None:
        raise RuleError("一次性任务要有完成时限。", field="due_on")
    if starts_on and due_on and due_on < starts_on:
        raise RuleError("完成时限早于开始时间。", field="due_on")
    for field, day in (("starts_on", starts_on), ("due_on", due_on)):
        if day and not plan.covers(day.year):
            raise RuleError(f"日期应在规划期（{plan.first_year}—{plan.last_year}年）之内。", field=field)


def renumber(plan_id: int, *, anew: bool = False) -> None:
    """Give new tasks their places: behind those of the same measure or goal, in the plan's order. What the office put
    in another order by hand stays there; `anew` follows the plan alone, after it was amended."""
    db.session.flush()
    rows = db.session.execute(
        select(
            Task.id,
            Task.position,
            Area.position.label("area"),
            case((Task.measure_id.is_(None), 1), else_=0).label("is_goal"),
            func.coalesce(Measure.position, Goal.position).label("item"),
        )
        .join(Area, Area.id == Task.area_id)
        .outerjoin(Measure, Measure.id == Task.measure_id)
        .outerjoin(Goal, Goal.id == Task.goal_id)
        .where(Task.plan_id == plan_id)
    ).all()
    placed = [row for row in rows if row.position and not anew]
    order = sorted(placed, key=lambda row: (row.area, row.position, row.id))
    fresh = sorted((row for row in rows if anew or not row.position), key=lambda row: (_item(row), row.id))
    for row in fresh:
        before = [at for at, other in enumerate(order) if other.area < row.area or _item(other) <= _item(row)]
        order.insert(before[-1] + 1 if before else 0, row)
    write_places(plan_id, [row.id for row in order])


def write_places(plan_id: int, order: Sequence[int]) -> None:
    """Places from 1 in this order. A place in the table is no fact anybody decided: it moves no version."""
    table = cast(Table, Task.__table__)
    db.session.flush()
    places = [{"task": number, "place": place} for place, number in enumerate(order, start=1)]
    if places:
        by_number = update(table).where(table.c.id == bindparam("task")).values(position=bindparam("place"))
        db.session.connection().execute(by_number, places)
    for row in [row for row in db.session if isinstance(row, Task) and row.plan_id == plan_id]:
        db.session.expire(row, ["position"])


def _item(row: Any) -> tuple[int, int, int]:
    return (row.area, row.is_goal, row.item or 0)


def _task(actor: Actor, plan: Plan, area_id: int, *, title: str, content: str, measure_id: int | None = None) -> Task:
    return Task(
        plan_id=plan.id, area_id=area_id, measure_id=measure_id, position=0, title=title[:LONGEST_TITLE],
        content=content,
        outcome=Outcome.CONTINUOUS, shape=Shape.LED, is_yearly=True, state=TaskState.DRAFT, state_since=actor.at,
    )  # fmt: skip


def _check_office(actor: Actor, plan: Plan) -> None:
    if not policy.can_break_down(actor, plan):
        raise RuleError("只有办公室可以分解任务。")
