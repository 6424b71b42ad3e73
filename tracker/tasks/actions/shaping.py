"""Tasks split, merged and put in order, before they are issued."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.plans.models import Area, Goal, Plan
from tracker.tasks import policy
from tracker.tasks.actions.assigning import loaded, place, settle_places, take_away
from tracker.tasks.actions.breakdown import LONGEST_TITLE, add_task, hold, renumber, write_places
from tracker.tasks.models import AssignmentRole, FurtherMeasure, Shape, Task, TaskState, sentences_of

WHY = "办公室合并任务"


@command
def split_task(actor: Actor, task: Task, chosen: Iterable[int], *, title: str) -> Task:
    """Take some sentences of a task out into a task of their own, with the same units, dates and way of answering.

    Together both still say what the one said. Raises RuleError when nothing or everything was chosen.
    """
    if not policy.can_edit(actor, task):
        raise RuleError(f"{task.audit_label()}现在是“{task.state.label}”，不能拆分。")
    sentences, taken = sentences_of(task.content), set(chosen)
    out = "".join(text for number, text in enumerate(sentences) if number in taken).strip()
    rest = "".join(text for number, text in enumerate(sentences) if number not in taken).strip()
    if not out:
        raise RuleError("请勾选要拆出的句子。", field="title")
    if not rest:
        raise RuleError("不能把全部句子都拆出，原任务至少要留一句。", field="title")
    item = task.measure or task.goal
    if item is None or not title.strip():
        raise RuleError("请填写新任务的名称。", field="title")
    parts = [(one.unit, one.role, one.basis) for one in task.living]
    made = add_task(
        actor, task.plan, item, title=title.strip()[:LONGEST_TITLE], content=out, outcome=task.outcome,
        shape=task.shape, is_yearly=task.is_yearly, starts_on=task.starts_on, due_on=task.due_on,
    )  # fmt: skip
    task.content = rest
    for unit, role, basis in parts:
        if unit.is_current(actor.on):
            place(actor, made, unit, role, basis)
    settle_places()
    audit.record(
        actor, "task.split", task, f"从{task.audit_label()}拆出{made.audit_label()}", covers=[made, *made.assignments]
    )
    return made


@command
def merge_tasks(actor: Actor, tasks: Iterable[Task], keep: Task) -> Task:
    """Make one task of several of an area: their words follow one another, their units are united, their measures stay
    named. A lead of the others becomes joint where there is one already.
    """
    hold(keep.plan_id)
    rows = loaded(tasks)
    kept = next((task for task in rows if task.id == keep.id), None)
    if kept is None or len(rows) < 2:
        raise RuleError("请至少选中两项任务，并选定保留哪一项。")
    faults = [task.audit_label() for task in rows if task.state is not TaskState.DRAFT]
    if faults or not policy.can_break_down(actor, kept.plan):
        raise RuleError(f"只有拟定中的任务可以合并：{'、'.join(faults)}。" if faults else "只有办公室可以合并任务。")
    if len({(task.plan_id, task.area_id) for task in rows}) > 1:
        raise RuleError("只能合并同一领域的任务。")
    if len({task.goal_id for task in rows}) > 1:
        raise RuleError("目标的任务不能与措施的任务合并。")
    others = [task for task in rows if task is not kept]
    for other in others:
        _take_in(actor, kept, other)
    names = "、".join(other.audit_label() for other in others)
    audit.record(actor, "task.merge", kept, f"将{names}并入{kept.audit_label()}", covers=[*kept.assignments, *others])
    for other in others:
        audit.cover(*other.assignments)
        db.session.delete(other)
    db.session.flush()
    renumber(kept.plan_id)
    return kept


@command
def move_task(actor: Actor, task: Task, steps: int) -> None:
    """Move a task up (negative) or down among those of its area."""
    if not policy.can_break_down(actor, task.plan):
        raise RuleError("只有办公室可以调整任务次序。")
    hold(task.plan_id)
    rows = list(
        db.session.execute(
            select(Task.id, Task.area_id).where(Task.plan_id == task.plan_id).order_by(Task.position, Task.id)
        )
    )
    order = [row.id for row in rows]
    mine = [row.id for row in rows if row.area_id == task.area_id]
    at = mine.index(task.id)
    to = max(0, min(at + steps, len(mine) - 1))
    if to == at:
        return
    places = sorted(order.index(number) for number in mine)
    mine.insert(to, mine.pop(at))
    for position, number in zip(places, mine, strict=True):
        order[position] = number
    write_places(task.plan_id, order)
    audit.record(actor, "task.order", task, f"调整次序：{task.audit_label()}{'上' if steps < 0 else '下'}移")


@command
def break_down_goals(actor: Actor, plan: Plan) -> list[Task]:
    """Make one task per goal that has none, for plans that give their goals to units. Twice adds nothing."""
    if not policy.can_break_down(actor, plan):
        raise RuleError("只有办公室可以分解任务。")
    hold(plan.id)
    goals = db.session.scalars(
        select(Goal)
        .join(Goal.area)
        .where(Area.plan_id == plan.id, Goal.dropped_on.is_(None))
        .where(Goal.id.not_in(select(Task.goal_id).where(Task.plan_id == plan.id, Task.goal_id.is_not(None))))
        .order_by(Area.position, Goal.position)
    )
    return [add_task(actor, plan, goal, title=_short(goal.text), content=goal.text) for goal in list(goals)]


def _short(text: str) -> str:
    """The first clause of a goal, as the name of its task."""
    first = text.split("，")[0].split("。")[0].strip()
    return first[:60] or text[:60]


def _take_in(actor: Actor, kept: Task, other: Task) -> None:
    if other.content.strip() not in kept.content:
        kept.content = f"{kept.content}\n{other.content}"
    have = {kept.measure_id, *(one.measure_id for one in kept.further)}
    for measure_id in dict.fromkeys([other.measure_id, *(one.measure_id for one in other.further)]):
        if measure_id is not None and measure_id not in have:
            kept.further.append(FurtherMeasure(measure_id=measure_id))
            have.add(measure_id)
    parts = [(one.unit, one.role, one.basis) for one in other.living]
    for one in list(other.living):
        take_away(actor, one, WHY)
    present = {one.unit_id for one in kept.living}
    for unit, role, basis in parts:
        if unit.id in present:
            continue
        may_lead = kept.shape is Shape.LED and kept.lead is None
        fitting = AssignmentRole.JOINT if role is AssignmentRole.LEAD and not may_lead else role
        place(actor, kept, unit, fitting, basis)
        settle_places()
