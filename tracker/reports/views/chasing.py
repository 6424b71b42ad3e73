"""催报 with one press: seen first, then said; the list to be printed."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.core import calendar
from tracker.core.access import Actor, requires
from tracker.core.exports import listed, record_export
from tracker.documents.handing import hand_out
from tracker.reminders import documents as reminder_documents
from tracker.reports import policy
from tracker.reports.actions.chasing import chase as chase_all
from tracker.reports.models import Round
from tracker.reports.queries import chasing
from tracker.reports.queries import rounds as queries
from tracker.reports.views import bp


@bp.route("/rounds/<int:round_id>/chase", methods=["GET", "POST"])
@requires(queries.visible_rounds, policy.can_run_round, param="round_id")
def chase(actor: Actor, round_: Round) -> str | Answer:
    """Whom it would reach and with which words; then it is said, and what could not be said is named."""
    reports = queries.reports_of(round_)
    targets = chasing.targets(actor, reports)
    if request.method == "POST":
        ready = [one.watch for one in targets if not one.why_not]
        told, not_told = chase_all(actor, round_, ready)
        flash(f"已催报，通知{told}人。" + "".join(f"未发送：{said}" for said in not_told), "success")
        return redirect(url_for("reports.missing", round_id=round_.id))
    return render_template(
        "reports/chase.html", round=round_, targets=targets, sample=targets[0] if targets else None,
        words=chasing.words(round_, reports, actor.on, calendar.current()),
    )  # fmt: skip


@bp.get("/rounds/<int:round_id>/chasing.<any(docx, pdf):kind>")
@requires(queries.visible_rounds, policy.can_run_round, param="round_id")
def chasing_sheet(actor: Actor, round_: Round, kind: str) -> Response:
    """催报单: every unit that has not reported, until when, how often it was reminded, whom to call."""
    owed = chasing.owed_rows(actor, queries.reports_of(round_))
    document = reminder_documents.chasing_list(round_.committee, owed, round_.title, on=actor.on)
    name = f"{round_.title}催报单"
    record_export(actor, listed(name, len(owed)), round_)
    return hand_out(document, kind, name)
