"""Who may do what with plans. Pure: rows are looked at, never asked for."""

from __future__ import annotations

from tracker.core.access import Actor
from tracker.plans.models import Area, Goal, ImportDraft, ImportState, Measure, Plan


def can_import(actor: Actor) -> bool:
    """Only the committee's own office brings plans in."""
    return actor.is_office or (actor.is_system and actor.committee_id is not None)


def can_correct(actor: Actor, draft: ImportDraft) -> bool:
    """The office may correct an import until it is written or dropped."""
    return can_import(actor) and draft.committee_id == actor.committee_id


def is_open(draft: ImportDraft) -> bool:
    return draft.state is ImportState.CHECKING


def can_keep(actor: Actor, plan: Plan) -> bool:
    """The office keeps its own committee's plans."""
    return can_import(actor) and plan.committee_id == actor.committee_id


def can_keep_area(actor: Actor, area: Area) -> bool:
    return can_keep(actor, area.plan)


def can_edit_plan(actor: Actor, plan: Plan) -> bool:
    """The office may mend its own plan's words until tasks made from it are issued."""
    return can_keep(actor, plan) and plan.fixed_on is None


def can_edit_goal(actor: Actor, goal: Goal) -> bool:
    return can_edit_plan(actor, goal.area.plan)


def can_edit_measure(actor: Actor, measure: Measure) -> bool:
    return can_edit_plan(actor, measure.area.plan)
