"""How the installation is kept, for whoever answers for it."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, render_template
from sqlalchemy.exc import SQLAlchemyError

from tracker.core import clock, figures
from tracker.core.access import Actor, public, requires
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


@bp.get("/metrics")
@public
def metrics() -> Response:
    """Figures for a monitor: only from the addresses of the settings, or with the token; to others there is nothing."""
    if not figures.is_trusted(current_app.config["SETTINGS"]):
        abort(404)
    try:
        more = queries.figures(clock.now())
    except SQLAlchemyError:
        more = {"gangmu_database_up": ("gauge", "Whether the database answers.", 0.0)}
    words = figures.written(current_app.extensions["tracker.counters"], more)
    return Response(words, mimetype="text/plain", content_type="text/plain; version=0.0.4; charset=utf-8")
