"""What waits for the actor, asked of every room that can let something wait."""

from __future__ import annotations

from tracker.accounts import queries as accounts
from tracker.core.access import Actor
from tracker.core.pages import Waiting
from tracker.plans import queries as plans
from tracker.reminders import queries as reminders
from tracker.reports import queries as reports
from tracker.supervision import queries as supervision
from tracker.tasks import queries as tasks


def waiting_for(actor: Actor) -> list[Waiting]:
    """Everything asked of the actor, most urgent first; what has no date comes last."""
    found = [
        *tasks.waiting_for(actor),
        *reports.waiting_for(actor),
        *supervision.waiting_for(actor),
        *plans.waiting_for(actor),
        *reminders.waiting_for(actor),
        *accounts.waiting_for(actor),
    ]
    return sorted(found, key=lambda item: (item.due_on is None, item.due_on or actor.on))
