"""Whether the machinery runs: a page for the administrator, a word for a monitor."""

from __future__ import annotations

from flask import Response, current_app, jsonify, render_template
from sqlalchemy.exc import SQLAlchemyError

from tracker.core import clock, jobs, structure
from tracker.core.access import Actor, public, requires
from tracker.core.db import db
from tracker.core.structure import Standing
from tracker.messages.queries import backlog, last_sent
from tracker.reminders import policy
from tracker.reminders.views import bp


@bp.get("/health")
@requires(can=policy.can_see_health)
def health(actor: Actor) -> str:
    """Each job's last and next run, who is alive, what waits to be sent: counts only, no business."""
    now = clock.now()
    return render_template(
        "reminders/health.html", jobs=jobs.outlook(current_app.extensions["tracker.jobs"], now),
        living=jobs.living_schedulers(now), backlog=backlog(now), now=now,
        has_mail=bool(current_app.config["SETTINGS"].smtp_host), last_sent=last_sent(),
    )  # fmt: skip


@bp.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    """For monitors: 200 while the database answers and is of this program's version; whether a scheduler was seen in
    the last five minutes."""
    try:
        found = structure.standing(db.session.connection())
        if found is not Standing.CURRENT:
            return jsonify(database=True, scheduler=False, structure=found.value, message=found.label), 503
        living = jobs.living_schedulers(clock.now())
    except SQLAlchemyError:
        return jsonify(database=False, scheduler=False), 503
    return jsonify(database=True, scheduler=living > 0), 200
