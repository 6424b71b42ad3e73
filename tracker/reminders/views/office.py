"""The office: which deadlines run, what will go out, what went out and how it arrived."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.core import calendar, files
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.exports import listed, record_export
from tracker.core.forms import EmptyForm
from tracker.core.pages import paginate, text_arg
from tracker.documents import xlsx
from tracker.reminders import actions, documents, policy, queries
from tracker.reminders.models import Watch
from tracker.reminders.queries import Filter
from tracker.reminders.views import bp


@bp.get("/reminders")
@requires(can=policy.can_follow)
def deadlines(actor: Actor) -> str:
    """Every open deadline, the most urgent first, with how often it was reminded of."""
    page = paginate(queries.open_deadlines(actor, text_arg("q")))
    days = calendar.current()
    return render_template(
        "reminders/deadlines.html", page=page, said=queries.ledger_of_watches(page.rows), on=actor.on,
        left={watch.id: days.workdays_until(actor.on, watch.due_on) for watch in page.rows},
        may_nudge=lambda watch: policy.can_nudge(actor, watch),
    )  # fmt: skip


@bp.get("/reminders/calendar")
@requires(can=policy.can_follow)
def coming(actor: Actor) -> str:
    """What will go to whom in the next sixty days."""
    return render_template("reminders/coming.html", groups=queries.coming(actor), horizon=queries.HORIZON.days)


@bp.get("/reminders/sent")
@requires(can=policy.can_follow)
def sent(actor: Actor) -> str:
    """What went to whom, whether it was read, and what could not be delivered."""
    chosen = _filter()
    page = paginate(queries.sendings(actor, chosen), scalars=False)
    return render_template("reminders/sent.html", page=page, said=chosen.said(), choices=queries.MAIL_CHOICES)


@bp.get("/reminders/sent/export")
@requires(can=policy.can_follow)
def export_sent(actor: Actor) -> Response:
    """The same list as filtered, as xlsx."""
    chosen = _filter()
    rows = queries.all_of(queries.sendings(actor, chosen))
    sheet = documents.sent_sheet(rows, "；".join(f"{label}：{text}" for label, text, _ in chosen.said()), actor.on)
    record_export(actor, listed("发送记录", len(rows), chosen.said()))
    return files.download_bytes(xlsx.workbook([sheet]), f"发送记录{actor.on:%Y%m%d}.xlsx", files.XLSX)


@bp.route("/reminders/<int:watch_id>/nudge", methods=["GET", "POST"])
@requires(queries.visible_watches, policy.can_nudge, param="watch_id")
def nudge(actor: Actor, watch: Watch) -> str | Response:
    """Chase by hand: first what will be said and to whom, then the saying."""
    form = EmptyForm()
    if form.validate_on_submit():
        try:
            told = actions.nudge(actor, watch)
        except RuleError as error:
            flash(error.sentence, "warning")
        else:
            flash(f"已催办，通知{told}人。", "success")
        return redirect(url_for("reminders.deadlines"))
    people, title, body = actions.preview(actor, watch)
    said = queries.ledger_of_watches([watch]).get(watch.id)
    return render_template("reminders/nudge.html", watch=watch, people=people, subject=title, body=body, said=said)


def _filter() -> Filter:
    args = request.args
    return Filter(mail=args.get("mail", ""), read=args.get("read", ""), words=text_arg("q"))
