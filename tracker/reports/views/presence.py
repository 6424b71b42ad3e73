"""Who else has the sheet open."""

from __future__ import annotations

from flask import jsonify
from werkzeug.wrappers import Response as Answer

from tracker.core.access import Actor, requires
from tracker.reports import policy
from tracker.reports.actions.presence import be_here
from tracker.reports.models import Report
from tracker.reports.queries.reports import visible_reports
from tracker.reports.views import bp


@bp.post("/reports/<int:report_id>/here")
@requires(visible_reports, policy.can_write, param="report_id")
def here(actor: Actor, report: Report) -> Answer:
    """I am here; who else is?"""
    return jsonify(others=be_here(actor, report))
