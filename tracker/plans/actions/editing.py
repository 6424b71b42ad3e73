"""Words of a plan mended after import, each with its trace."""

from __future__ import annotations

from datetime import date

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.plans import policy
from tracker.plans.importing.apply import target_rows
from tracker.plans.importing.targets import targets_of
from tracker.plans.models import Goal, Measure, Plan, PlanKind


@command
def edit_plan(
    actor: Actor, plan: Plan, *, title: str, kind: PlanKind, first_year: int, last_year: int, region: str = "",
    document_number: str | None = None, issued_on: date | None = None, version: int | None = None,
) -> bool:  # fmt: skip
    """Mend what the plan is called and for which years it stands; returns whether anything changed."""
    _check(actor, plan)
    if version is not None and version != plan.version:
        raise Conflict(mine={"标题": title}, theirs={"标题": plan.title})
    if last_year < first_year:
        raise RuleError("终止年份早于起始年份。", field="last_year")
    plan.title, plan.kind, plan.region = title, kind, region
    plan.first_year, plan.last_year = first_year, last_year
    plan.document_number, plan.issued_on = document_number or None, issued_on
    if not db.session.is_modified(plan):
        return False
    audit.record(actor, "plan.edit", plan, f"修改{plan.audit_label()}的题名、年份等信息")
    return True


@command
def edit_goal(actor: Actor, goal: Goal, *, number: str, text: str, version: int | None = None) -> bool:
    """Mend a goal's words; its targets are read anew from them. Returns whether anything changed."""
    plan = goal.area.plan
    _check(actor, plan)
    if version is not None and version != goal.version:
        raise Conflict(mine={"目标": text}, theirs={"目标": goal.text})
    reworded = text != goal.text
    goal.number, goal.text = number, text
    if not db.session.is_modified(goal):
        return False
    if reworded:
        goal.targets.clear()
        db.session.flush()
        goal.targets = target_rows(targets_of(text))
    audit.record(actor, "plan.edit_goal", plan, f"修改{plan.audit_label()}{goal.audit_label()}的文字", covers=[goal])
    return True


@command
def edit_measure(
    actor: Actor, measure: Measure, *, number: str, title: str, text: str, version: int | None = None
) -> bool:
    """Mend a measure's words. Tasks made from it keep theirs. Returns whether anything changed."""
    plan = measure.area.plan
    _check(actor, plan)
    if version is not None and version != measure.version:
        raise Conflict(
            mine={"小标题": title, "措施": text}, theirs={"小标题": measure.title, "措施": measure.text}
        )  # fmt: skip
    measure.number, measure.title, measure.text = number, title, text
    if not db.session.is_modified(measure):
        return False
    words = f"修改{plan.audit_label()}{measure.audit_label()}的文字"
    audit.record(actor, "plan.edit_measure", plan, words, covers=[measure])
    return True


@command
def fix_words(actor: Actor, plan: Plan) -> None:
    """Tasks were issued from the plan: from today its words stand. Asked for by the room of tasks."""
    if plan.fixed_on is None:
        plan.fixed_on = actor.on
        audit.record(actor, "plan.fix", plan, f"{plan.audit_label()}的文字自任务印发起不再修改")


def _check(actor: Actor, plan: Plan) -> None:
    if not policy.can_keep(actor, plan):
        raise RuleError("只有办公室可以修改规划的文字。")
    if not policy.can_edit_plan(actor, plan):
        raise RuleError("任务分解表已经印发，规划的文字不再修改。规划修订的，请导入修订后的文件。")
