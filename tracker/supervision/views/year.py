"""A screen of the year: four pictures with their tables."""

from __future__ import annotations

from flask import Response, render_template

from tracker.core.access import Actor, requires
from tracker.documents import charts
from tracker.supervision import policy
from tracker.supervision.documents.year import year_charts
from tracker.supervision.queries.year import year_of
from tracker.supervision.views import bp
from tracker.supervision.views.papers import picture


@bp.get("/year")
@requires(can=policy.can_brief)
def year(actor: Actor) -> str:
    """年度一览: the round, the tasks over the months, what came of last year's plans, how long reviews took."""
    found = year_of(actor)
    drawn = year_charts(found, actor.on)
    return render_template(
        "supervision/year.html", year=found, charts=[(chart, charts.words(chart), chart.table()) for chart in drawn]
    )  # fmt: skip


@bp.get("/year/chart-<int:place>.svg")
@requires(can=policy.can_brief)
def year_chart(actor: Actor, place: int) -> Response:
    """One of its pictures, as of today."""
    drawn = year_charts(year_of(actor), actor.on)
    return picture(drawn[place]) if place < len(drawn) else Response(b"", mimetype="image/svg+xml")
