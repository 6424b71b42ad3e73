"""A screen of the year: four pictures with their tables."""

from __future__ import annotations

from flask import Response, render_template

from tracker.core import pages
from tracker.core.access import Actor, requires
from tracker.documents import charts
from tracker.reports.models import Round
from tracker.supervision import policy
from tracker.supervision.documents.year import year_charts
from tracker.supervision.queries import lights
from tracker.supervision.queries.year import Year, year_of
from tracker.supervision.views import bp
from tracker.supervision.views.papers import picture


@bp.get("/year")
@requires(can=policy.can_brief)
def year(actor: Actor) -> str:
    """年度一览: the round, the tasks over the months, what came of last year's plans, how long reviews took."""
    found, rounds, usual = _asked(actor)
    drawn = year_charts(found, actor.on)
    chosen = found.round.id if found.round is not None and found.round is not usual else None
    return render_template(
        "supervision/year.html", year=found, rounds=rounds, chosen=chosen,
        charts=[(chart, charts.words(chart), chart.table()) for chart in drawn],
    )  # fmt: skip


@bp.get("/year/chart-<int:place>.svg")
@requires(can=policy.can_brief)
def year_chart(actor: Actor, place: int) -> Response:
    """One of its pictures, as of today."""
    drawn = year_charts(_asked(actor)[0], actor.on)
    return picture(drawn[place]) if place < len(drawn) else Response(b"", mimetype="image/svg+xml")


def _asked(actor: Actor) -> tuple[Year, list[Round], Round | None]:
    """The year of the round that the address names, else of the one in force; all rounds; the one in force."""
    rounds = lights.rounds_opened(actor.committee_id, actor.on)
    usual = lights.in_force(rounds, actor.on)
    chosen = next((one for one in rounds if one.id == pages.number_arg("round")), usual)
    return year_of(actor, chosen), rounds, usual
