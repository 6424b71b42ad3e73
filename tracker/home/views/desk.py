"""The 工作台."""

from __future__ import annotations

from flask import render_template

from tracker.core import calendar
from tracker.core.access import Actor, requires
from tracker.home import beginning, queries
from tracker.home.views import bp
from tracker.supervision.queries import newest_papers


@bp.get("/")
@requires()
def index(actor: Actor) -> str:
    """What is asked of me, most urgent first, one button an item."""
    return render_template(
        "home/index.html", waiting=queries.waiting_for(actor), days=calendar.current(), on=actor.on,
        steps=beginning.steps_for(actor), papers=newest_papers(actor),
    )  # fmt: skip
