"""Who may, in supervision. Pure: what has to be known about the row is on the row."""

from __future__ import annotations

from tracker.core.access import Actor
from tracker.supervision.models import Circular, CircularState
from tracker.supervision.workflow import CIRCULAR
from tracker.tasks.models import Assignment


def can_see_lights(actor: Actor) -> bool:
    """Office and chair see all; a unit sees its own rows."""
    return actor.sees_committee or actor.is_unit


def can_change_light(actor: Actor, assignment: Assignment) -> bool:
    return actor.is_office and assignment.unit.committee_id == actor.committee_id


def can_see_circulars(actor: Actor) -> bool:
    return actor.sees_committee or actor.is_unit


def can_draft(actor: Actor) -> bool:
    return actor.is_office


def can_edit(actor: Actor, circular: Circular) -> bool:
    return actor.is_office and circular.state is CircularState.DRAFT


def can_sign(actor: Actor, circular: Circular) -> bool:
    """The head, somebody in charge, or the chair."""
    return (actor.is_head or actor.is_chair) and CIRCULAR.allows(circular, "sign")


def can_recall(actor: Actor, circular: Circular) -> bool:
    return (actor.is_head or actor.is_chair) and CIRCULAR.allows(circular, "recall")


def can_issue(actor: Actor, circular: Circular) -> bool:
    return actor.is_office and CIRCULAR.allows(circular, "issue")


def can_preview(actor: Actor, circular: Circular) -> bool:
    return actor.is_office or actor.is_chair
