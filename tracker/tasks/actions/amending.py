"""After a task is issued: every change is an amendment with its reason, and what stood before stays on record."""

from __future__ import annotations

from datetime import date

from tracker.committees.models import Unit
from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.errors import RuleError
from tracker.tasks import policy
from tracker.tasks.actions import telling
from tracker.tasks.actions.assigning import check_role, check_unit, new_part, settle_places
from tracker.tasks.actions.breakdown import write_task
from tracker.tasks.models import Assignment, AssignmentRole, Outcome, Shape, Task, TaskState
from tracker.tasks.workflow import ASSIGNMENT, TASK


@command
def move(actor: Actor, assignment: Assignment, unit: Unit, reason: str) -> Assignment:
    """Give an issued part to another unit: the old one stays on record as moved, the new one is issued today."""
    task = assignment.task
    _check_head(actor, task)
    check_unit(actor, task, unit)
    if any(one.unit_id == unit.id for one in task.living):
        raise RuleError(f"{unit.short_name}在这项任务中已有分工。", field="unit")
    ASSIGNMENT.apply(
        assignment, "move", actor, reason=reason,
        sentence=f"{task.audit_label()}的{assignment.role.label}单位由{assignment.unit.short_name}调整为{unit.short_name}",
    )  # fmt: skip
    settle_places()
    telling.amended(actor, assignment, "taken", reason)
    return _issued_part(actor, task, unit, assignment.role, reason)


@command
def add_unit(actor: Actor, task: Task, unit: Unit, role: AssignmentRole, reason: str) -> Assignment:
    """Give one more unit a part in an issued task."""
    _check_head(actor, task)
    if not reason.strip():
        raise RuleError("调整分工需要说明理由。", field="reason")
    check_unit(actor, task, unit)
    if any(one.unit_id == unit.id for one in task.living):
        raise RuleError(f"{unit.short_name}在这项任务中已有分工。", field="unit")
    check_role(task, role, None)
    return _issued_part(actor, task, unit, role, reason)


@command
def withdraw(actor: Actor, assignment: Assignment, reason: str) -> None:
    """Take an issued part back, unless nobody would be left to answer for the task."""
    task = assignment.task
    _check_head(actor, task)
    ASSIGNMENT.check(assignment, "withdraw", reason)
    others = [one for one in task.living if one is not assignment]
    if assignment.role is AssignmentRole.LEAD or not any(one.role is not AssignmentRole.SUPPORT for one in others):
        raise RuleError("收回后这项任务没有单位负责，请改用“移交”。")
    ASSIGNMENT.apply(
        assignment, "withdraw", actor, reason=reason,
        sentence=f"收回{task.audit_label()}的{assignment.role.label}单位{assignment.unit.short_name}",
    )  # fmt: skip
    telling.amended(actor, assignment, "taken", reason)


@command
def amend_task(
    actor: Actor, task: Task, *, reason: str, title: str, content: str, outcome: Outcome, shape: Shape, is_yearly: bool,
    starts_on: date | None = None, due_on: date | None = None, version: int | None = None,
) -> bool:  # fmt: skip
    """Change what an issued task says, with its reason; its units are told. Returns whether anything changed.

    Raises Conflict, with both texts, when somebody changed it after the page was opened.
    """
    _check_head(actor, task)
    if not reason.strip():
        raise RuleError("调整任务需要说明理由。", field="reason")
    words = write_task(
        task, title=title, content=content, outcome=outcome, shape=shape, is_yearly=is_yearly, starts_on=starts_on,
        due_on=due_on, version=version,
    )  # fmt: skip
    if not words:
        return False
    audit.record(actor, "task.amend", task, f"调整{task.audit_label()}：{'、'.join(words)}", reason=reason)
    telling.task_amended(actor, task, "、".join(words), reason)
    return True


@command
def suspend(actor: Actor, task: Task, reason: str) -> None:
    """Let an issued task rest."""
    _check_head(actor, task)
    TASK.apply(task, "suspend", actor, reason=reason)


@command
def cancel(actor: Actor, task: Task, reason: str) -> None:
    """End an issued task without its being done."""
    _check_head(actor, task)
    TASK.apply(task, "cancel", actor, reason=reason)


@command
def reopen(actor: Actor, task: Task, reason: str) -> None:
    """Take up a resting or finished task again."""
    _check_head(actor, task)
    TASK.apply(task, "reopen", actor, reason=reason)
    task.completed_on = None


@command
def complete(actor: Actor, task: Task) -> None:
    """The task is done: asked for when the lead's (in 各自负责 every joint unit's) 已完成 has been accepted."""
    if not policy.can_break_down(actor, task.plan):
        raise RuleError("只有办公室可以办结任务。")
    if task.is_yearly:
        raise RuleError("逐年开展的任务持续到规划期末，不单独办结。")
    TASK.apply(task, "complete", actor)
    task.completed_on = actor.on


def _issued_part(actor: Actor, task: Task, unit: Unit, role: AssignmentRole, reason: str) -> Assignment:
    assignment = new_part(actor, task, unit, role, reason)
    settle_places()
    ASSIGNMENT.apply(
        assignment, "issue", actor, reason=reason,
        sentence=f"调整分工：{task.audit_label()}增加{role.label}单位{unit.short_name}",
    )  # fmt: skip
    assignment.issued_on = actor.on
    telling.amended(actor, assignment, "given", reason)
    return assignment


def _check_head(actor: Actor, task: Task) -> None:
    if not policy.can_issue(actor, task.plan):
        raise RuleError("已印发的任务只能由办公室主任（或主持工作的人员）调整。")
    if task.is_open:
        raise RuleError(f"{task.audit_label()}尚未印发，可以直接修改。")
    if task.state is TaskState.CANCELLED:
        raise RuleError(f"{task.audit_label()}已经撤销。")
