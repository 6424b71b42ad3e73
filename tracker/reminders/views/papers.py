"""What the office prints or sends through OA to chase: the list of who owes what, a letter to one unit."""

from __future__ import annotations

from collections.abc import Sequence

from flask import request
from werkzeug.wrappers import Response

from tracker.committees.models import Committee
from tracker.core import calendar
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.exports import listed, record_export
from tracker.core.pages import text_arg
from tracker.documents.handing import hand_out
from tracker.reminders import documents, policy, queries, saying
from tracker.reminders.documents import Owed
from tracker.reminders.models import Watch
from tracker.reminders.views import bp
from tracker.reminders.views.office import filtered


@bp.get("/reminders/list.<any(docx, pdf):form>")
@requires(can=policy.can_follow)
def chasing_list(actor: Actor, form: str) -> Response:
    """催报清单: the open deadlines of the units exactly as they are filtered, with whom to call."""
    said = filtered()
    rows = queries.open_deadlines(actor, text_arg("q"), request.args.get("kind", ""))
    owed = _owed(actor, [one for one in db.session.scalars(rows) if one.unit_id is not None])
    words = "；".join(f"{label}：{text}" for label, text, _ in said)
    document = documents.chasing_list(_committee(actor), owed, words, on=actor.on)
    record_export(actor, listed("催报清单", len(owed), said))
    return hand_out(document, form, f"催报清单{actor.on:%Y%m%d}")


@bp.get("/reminders/<int:watch_id>/letter.<any(docx, pdf):kind>")
@requires(queries.visible_watches, policy.can_nudge, param="watch_id")
def chasing_letter(actor: Actor, watch: Watch, kind: str) -> Response:
    """催报单 to the unit: this matter, and whatever else it has let pass."""
    matters = _owed(actor, queries.let_pass(actor, watch))
    assert watch.unit is not None  # the office does not chase itself
    document = documents.chasing_letter(_committee(actor), watch.unit, matters, on=actor.on)
    return hand_out(document, kind, f"{watch.unit.short_name}催报单{actor.on:%Y%m%d}")


def _owed(actor: Actor, watches: Sequence[Watch]) -> list[Owed]:
    days, people = calendar.current(), saying.people_of(watches, actor.on)
    return documents.owed_rows(
        watches,
        {watch.id: days.workdays_until(actor.on, watch.due_on) for watch in watches},
        queries.ledger_of_watches(watches),
        {watch.id: people.owing(watch, is_late=False) for watch in watches},
    )


def _committee(actor: Actor) -> Committee:
    return db.session.get_one(Committee, actor.committee_id)
