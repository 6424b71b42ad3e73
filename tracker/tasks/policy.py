"""Who may do what with tasks. Pure: rows are looked at, never asked for."""

from __future__ import annotations

from tracker.core.access import Actor, Role
from tracker.plans.models import Plan
from tracker.tasks.models import Consultation, ConsultationAnswer, ConsultationState, Task


def can_work(actor: Actor) -> bool:
    """The office breaks down, assigns and consults; the system does when it builds or imports."""
    return actor.is_office or (actor.is_system and actor.committee_id is not None)


def can_break_down(actor: Actor, plan: Plan) -> bool:
    """Only the office of the plan's own committee."""
    return can_work(actor) and plan.committee_id == actor.committee_id


def can_edit(actor: Actor, task: Task) -> bool:
    """Its own office, until it is issued; afterwards only by amendment."""
    return can_break_down(actor, task.plan) and task.is_open


def can_consult(actor: Actor, consultation: Consultation) -> bool:
    """The office leads its own consultation."""
    return can_work(actor) and consultation.committee_id == actor.committee_id


def can_issue(actor: Actor, plan: Plan) -> bool:
    """Only the head of the plan's own office, or who holds the head's authority."""
    return actor.is_head and plan.committee_id == actor.committee_id


def can_issue_settled(actor: Actor, consultation: Consultation) -> bool:
    return actor.is_head and consultation.committee_id == actor.committee_id


def can_amend(actor: Actor, task: Task) -> bool:
    """What the head issued, the head amends."""
    return can_issue(actor, task.plan) and not task.is_open


def can_answer(actor: Actor, answer: ConsultationAnswer) -> bool:
    """Whoever may give the answer, as long as the consultation is open."""
    return can_give(actor, answer) and answer.consultation.state is ConsultationState.OPEN


def can_give(actor: Actor, answer: ConsultationAnswer) -> bool:
    """The unit's liaison; or the office, from the paper that the unit sent."""
    return speaks_for(actor, answer) or can_consult(actor, answer.consultation)


def speaks_for(actor: Actor, answer: ConsultationAnswer) -> bool:
    return actor.role is Role.LIAISON and actor.unit_id == answer.unit_id
