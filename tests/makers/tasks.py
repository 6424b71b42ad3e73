"""Tasks in every stage, made through the actions."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from tests.cast import Cast
from tests.makers.plans import make_plan
from tracker.core.db import db
from tracker.plans.models import Plan
from tracker.tasks import actions
from tracker.tasks.models import AssignmentRole, Consultation, ConsultationAnswer, Task

LEADS = ("市教育局", "市卫生健康委")
"""The two units of the cast that have a liaison and a leader: they lead by turns and join each other's tasks."""


def tasks_of(plan: Plan) -> list[Task]:
    """The tasks of a plan in the order of its table."""
    return list(db.session.scalars(select(Task).where(Task.plan_id == plan.id).order_by(Task.position)))


def make_assigned_tasks(cast: Cast, plan: Plan | None = None, *, on: date = date(2021, 9, 6)) -> Plan:
    """Every task has a lead, a joint and a support unit, all drafts."""
    plan = plan or make_plan(cast, on=on)
    actor = cast.actor("officer", on=on)
    actions.break_down(actor, plan)
    tasks = tasks_of(plan)
    for turn, lead in enumerate(LEADS):
        units = {
            AssignmentRole.LEAD: [cast.unit(lead)],
            AssignmentRole.JOINT: [cast.unit(LEADS[1 - turn])],
            AssignmentRole.SUPPORT: [cast.unit("市妇联")],
        }
        if tasks[turn::2]:
            actions.assign_many(actor, tasks[turn::2], units)
            tasks = tasks_of(plan)
    return plan


def make_consultation(
    cast: Cast, plan: Plan | None = None, *, on: date = date(2021, 9, 13), days: int = 14
) -> Consultation:
    """The table is with the units, who have two weeks."""
    plan = make_assigned_tasks(cast, plan, on=on)
    return actions.open_consultation(cast.actor("officer", on=on), plan, on + timedelta(days=days))


def answer_of(consultation: Consultation, unit_id: int) -> ConsultationAnswer:
    return next(one for one in consultation.answers if one.unit_id == unit_id)


def make_issued_tasks(cast: Cast, plan: Plan | None = None, *, on: date = date(2021, 10, 8)) -> Plan:
    """An issued table: 市教育局 and 市卫生健康委 lead by turns and join each other, 市妇联 supports."""
    plan = make_assigned_tasks(cast, plan, on=on)
    actions.issue(cast.actor("head", on=on), plan)
    return plan
