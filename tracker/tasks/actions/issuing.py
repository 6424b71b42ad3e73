"""印发: the head makes the table binding, and every unit in it is told."""

from __future__ import annotations

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.errors import RuleError
from tracker.plans import actions as plans
from tracker.plans.models import Plan
from tracker.tasks import policy
from tracker.tasks.actions import telling
from tracker.tasks.actions.breakdown import hold
from tracker.tasks.actions.consulting import check_ready, held, tasks_in
from tracker.tasks.models import Consultation, Task, TaskState
from tracker.tasks.queries.lists import open_consultation_of
from tracker.tasks.workflow import ASSIGNMENT, CONSULTATION, TASK


@command
def issue(actor: Actor, plan_or_consultation: Plan | Consultation) -> list[Task]:
    """Issue the settled table of a consultation, or the drafts of a plan that is not consulted on.

    Only the head may. Raises RuleErrors naming every task that still lacks whom it needs.
    """
    if isinstance(plan_or_consultation, Consultation):
        consultation, plan = plan_or_consultation, plan_or_consultation.plan
    else:
        consultation, plan = None, plan_or_consultation
    if not policy.can_issue(actor, plan):
        raise RuleError("任务分解表由办公室主任（或主持工作的人员）印发。")
    hold(plan.id)
    if consultation is not None:
        held(consultation)
        CONSULTATION.check(consultation, "issue")
        # What was added while units were asked goes out with the rest.
        tasks = tasks_in(plan.id, TaskState.CONSULTING, TaskState.DRAFT)
    else:
        if open_consultation_of(plan.id) is not None:
            raise RuleError(f"{plan.audit_label()}正在征求意见，请汇总意见后印发。")
        tasks = tasks_in(plan.id, TaskState.DRAFT)
    check_ready(tasks)
    for task in tasks:
        TASK.apply(task, "issue", actor, recorded=False)
        for part in task.living:
            ASSIGNMENT.apply(part, "issue", actor, recorded=False)
            part.issued_on = actor.on
    plans.fix_words(actor, plan)
    units = {part.unit_id for task in tasks for part in task.living}
    if consultation is not None:
        CONSULTATION.apply(consultation, "issue", actor)
    audit.record(
        actor,
        "plan.issue_tasks",
        plan,
        f"印发{plan.audit_label()}任务分解表：{len(tasks)}项任务、{len(units)}个单位",
        covers=tasks,
    )
    telling.issued(actor, plan, tasks)
    return tasks
