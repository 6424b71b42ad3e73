"""Whether the machinery runs: a page for the administrator, a word for a monitor."""

from __future__ import annotations

from datetime import datetime

from flask import Response, current_app, jsonify, render_template
from sqlalchemy.exc import SQLAlchemyError

from tracker.core import clock, jobs, structure
from tracker.core.access import Actor, public, requires
from tracker.core.db import db
from tracker.core.structure import Standing
from tracker.messages.queries import backlog, ended_lately, last_sent, why_retrying
from tracker.reminders import policy
from tracker.reminders.views import bp


@bp.get("/health")
@requires(can=policy.can_see_health)
def health(actor: Actor) -> str:
    """Each job's last and next run, who is alive, what waits to be sent: counts only, no business."""
    now = clock.now()
    return render_template(
        "reminders/health.html", jobs=jobs.outlook(current_app.extensions["tracker.jobs"], now),
        living=jobs.living_schedulers(now), backlog=backlog(now), why=why_retrying(), ended=ended_lately(now), now=now,
        has_mail=bool(current_app.config["SETTINGS"].smtp_host), last_sent=last_sent(), ahead=jobs.runs_ahead(now),
    )  # fmt: skip


@bp.get("/healthz")
@public
def healthz() -> tuple[Response, int]:
    """For monitors: 200 while the database answers and is of this program's version; in words whether a scheduler was
    seen in the last five minutes, when a job last ran and when the next comes, what waits too long, what failed, and
    whether the clock stands behind what was noted before. Counts only."""
    now = clock.now()
    try:
        found = structure.standing(db.session.connection())
        if found is not Standing.CURRENT:
            return jsonify(database=True, scheduler=False, structure=found.value, message=found.label), 503
        runs = jobs.outlook(current_app.extensions["tracker.jobs"], now)
        waiting = backlog(now)
        return jsonify(
            database=True, scheduler=jobs.living_schedulers(now) > 0, clock=jobs.runs_ahead(now) is None,
            last_run=_said(max((one.last.started_at for one in runs if one.last), default=None)),
            next_run=_said(min((one.next_at for one in runs if one.next_at), default=None)),
            failed_jobs=[one.job.name for one in runs if one.has_failed], late_sendings=waiting.overdue,
            retrying_sendings=waiting.retrying, failed_sendings=waiting.given_up,
        ), 200  # fmt: skip
    except SQLAlchemyError:
        return jsonify(database=False, scheduler=False), 503


def _said(moment: datetime | None) -> str | None:
    return clock.shanghai(moment).isoformat(timespec="seconds") if moment is not None else None
