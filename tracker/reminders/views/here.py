"""On the page of whatever is watched, whoever sees it from the office reads how often it was reminded of."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import g, request

from tracker.core.access import Actor
from tracker.reminders import queries
from tracker.reminders.queries import Here
from tracker.reminders.views import bp

HAS_NUMBER = re.compile(r"/\d+(?:/|$)")


@bp.app_context_processor
def around() -> dict[str, Callable[[], list[Here]]]:
    return {"said_here": said_here}


def said_here() -> list[Here]:
    """What was said about the deadlines of the page at hand: for the office, on pages of a single thing."""
    actor: Actor | None = g.get("actor")
    if actor is None or not actor.is_office or not HAS_NUMBER.search(request.path):
        return []
    return queries.said_at(actor, request.path.removesuffix("/review"))
