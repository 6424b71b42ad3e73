"""Who may chase, and who sees what was said to whom."""

from __future__ import annotations

from tracker.core.access import Actor, Role
from tracker.reminders.models import Watch


def can_follow(actor: Actor) -> bool:
    """The office's pages about deadlines and messages."""
    return actor.is_office


def can_nudge(actor: Actor, watch: Watch) -> bool:
    """The office chases a unit's open deadline; its own it just does."""
    return actor.is_office and actor.committee_id == watch.committee_id and watch.unit_id is not None and watch.is_open


def can_see_health(actor: Actor) -> bool:
    """The machinery is the system administrator's; it shows counts, no business."""
    return actor.role is Role.SYSADMIN
