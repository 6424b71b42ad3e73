"""Tasks follow a plan that was amended: what nobody has seen by itself, the rest by a person's word."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError, RuleErrors
from tracker.plans.models import AmendedItem, Amendment, ChangeKind, Goal, Measure, Plan
from tracker.tasks import policy
from tracker.tasks.actions import telling
from tracker.tasks.actions.amending import cancel
from tracker.tasks.actions.assigning import loaded
from tracker.tasks.actions.breakdown import LONGEST_TITLE, remove_task, renumber
from tracker.tasks.models import Task, TaskState
from tracker.tasks.queries.visible import whole


@command
def follow(actor: Actor, amendment: Amendment) -> None:
    """Tasks go with their measure to another area; a draft that still says its old words says the new ones.

    What was sent out or issued keeps its words until the office decides, and so does every task whose measure was
    left out.
    """
    plan = amendment.plan
    before = {_place(item): item.before for item in amendment.items if item.kind is ChangeKind.REWORDED}
    touched = []
    rows = whole(select(Task).where(Task.plan_id == plan.id).order_by(Task.position))
    for task in db.session.scalars(rows.execution_options(populate_existing=True)):
        item = _item(task)
        if item.dropped_on is None and (_moved(task, item) | _reworded(task, item, before)):
            touched.append(task)
    if touched:
        words = f"{plan.audit_label()}调整后，{len(touched)}项任务随措施换位或更新文字"
        audit.record(actor, "task.follow", plan, words, covers=touched)
    renumber(plan.id, anew=True)


@command
def end_dropped(actor: Actor, plan: Plan, tasks: Iterable[Task], reason: str) -> int:
    """End the tasks whose measure or goal the revised plan leaves out; returns how many.

    Issued ones are cancelled with the reason, by the head; drafts go. Nothing is ended by itself.
    """
    if not reason.strip():
        raise RuleError("撤销任务需要说明理由。", field="reason")
    rows = [task for task in loaded(tasks) if task.plan_id == plan.id]
    if not rows:
        raise RuleError("请先选中任务。")
    faults: list[str] = []
    for task in rows:
        try:
            _end(actor, task, reason)
        except RuleError as error:
            faults.append(error.sentence)
    if faults:
        raise RuleErrors(list(dict.fromkeys(faults)))
    return len(rows)


def _end(actor: Actor, task: Task, reason: str) -> None:
    if _item(task).dropped_on is None:
        raise RuleError(f"{task.audit_label()}所依据的条目仍在规划中，不在这里撤销。")
    if task.state is TaskState.CONSULTING:
        raise RuleError(f"{task.audit_label()}正在征求意见，请先撤回征求意见。")
    if task.state is TaskState.DRAFT:
        remove_task(actor, task)
    else:
        cancel(actor, task, reason)


@command
def take_new_words(actor: Actor, plan: Plan, tasks: Iterable[Task], reason: str) -> int:
    """Issued tasks say what their measure says now; their units are told. Returns how many changed."""
    if not reason.strip():
        raise RuleError("更新任务文字需要说明理由。", field="reason")
    if not policy.can_issue(actor, plan):
        raise RuleError("已印发的任务只能由办公室主任（或主持工作的人员）调整。")
    rows = [task for task in loaded(tasks) if task.plan_id == plan.id and _differs(task)]
    if not rows:
        raise RuleError("请先选中任务。")
    for task in rows:
        _take_words(task)
        words = f"{task.audit_label()}的文字按调整后的规划更新"
        audit.record(actor, "task.reword", task, words, reason=reason)
        for part in task.living:
            telling.amended(actor, part, "reworded", reason)
    return len(rows)


def _item(task: Task) -> Measure | Goal:
    item = task.measure or task.goal
    assert item is not None  # ck_tasks_measure_or_goal
    return item


def _place(item: AmendedItem) -> tuple[str, int | None]:
    kind = "goal" if item.goal_id else "measure"
    return f"{kind}{'.title' if '小标题' in item.what else ''}", item.goal_id or item.measure_id


def _moved(task: Task, item: Measure | Goal) -> bool:
    if task.area_id == item.area_id:
        return False
    task.area_id = item.area_id
    return True


def _reworded(task: Task, item: Measure | Goal, before: dict[tuple[str, int | None], str]) -> bool:
    """A draft that says exactly what its measure said is a copy of it, and so is its title."""
    kind = "measure" if isinstance(item, Measure) else "goal"
    is_copy = before.get((kind, item.id), item.text) == task.content
    is_changed = (kind, item.id) in before or (f"{kind}.title", item.id) in before
    if task.state is not TaskState.DRAFT or not is_copy or not is_changed:
        return False
    _take_words(task)
    return True


def _take_words(task: Task) -> None:
    item = _item(task)
    task.content = item.text
    if isinstance(item, Measure):
        task.title = item.title[:LONGEST_TITLE]


def _differs(task: Task) -> bool:
    return _item(task).dropped_on is None and task.content != _item(task).text
