"""How the installation is kept, for whoever answers for it."""

from __future__ import annotations

from flask import Blueprint, current_app, render_template

from tracker.core.access import Actor, requires
from tracker.keeping import queries
from tracker.keeping.policy import can_see_copies

bp = Blueprint("keeping", __name__)


@bp.get("/copies")
@requires(can=can_see_copies)
def copies(actor: Actor) -> str:
    """The last copy and the last drill, those before, and what is wrong in red."""
    settings = current_app.config["SETTINGS"]
    return render_template(
        "keeping/copies.html", keeping=queries.keeping(settings, actor.at), copies=queries.recent_copies(),
        drills=queries.recent_drills(), settings=settings,
    )  # fmt: skip
