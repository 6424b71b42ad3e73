"""The doors of the room."""

from typing import Any

from flask import Blueprint

from tracker.core.clock import shanghai_date
from tracker.reports import policy
from tracker.reports.models import ArrangementOutcome, EntryState, GoalStatus, RemarkPlace
from tracker.reports.queries.differences import differences
from tracker.reports.queries.reports import place_of

bp = Blueprint("reports", __name__)


@bp.context_processor
def words() -> dict[str, Any]:
    """What every page of the room speaks with."""
    return {
        "can": policy, "states": EntryState, "statuses": GoalStatus, "outcomes": ArrangementOutcome,
        "places": RemarkPlace, "place_of": place_of, "shanghai_date": shanghai_date, "differences": differences,
    }  # fmt: skip


from tracker.reports.views import (  # noqa: E402 - they hang on bp
    asking,
    chasing,
    compilations,
    deadlines,
    exceptions,
    exemptions,
    exports,
    filing,
    filtering,
    goals,
    offline,
    papers,
    part,
    planning,
    presence,
    reading,
    requests,
    review,
    rounds,
    sharing,
    sheet,
    short,
    signing,
    special,
)

__all__ = [
    "asking",
    "bp",
    "chasing",
    "compilations",
    "deadlines",
    "exceptions",
    "exemptions",
    "exports",
    "filing",
    "filtering",
    "goals",
    "offline",
    "papers",
    "part",
    "planning",
    "presence",
    "reading",
    "requests",
    "review",
    "rounds",
    "sharing",
    "sheet",
    "short",
    "signing",
    "special",
]
