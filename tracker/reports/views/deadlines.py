"""Extensions asked and given, exemptions."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.core import calendar
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.forms import ReasonForm
from tracker.reports import actions, policy
from tracker.reports.forms import AskExtensionForm, DecideExtensionForm, UntilForm, day_of, reason_typed, words_of
from tracker.reports.models import Extension, Report, Round
from tracker.reports.queries.reports import visible_extensions, visible_reports
from tracker.reports.queries.rounds import reports_of, visible_rounds
from tracker.reports.views import bp
from tracker.reports.views.review import review_page


@bp.route("/reports/<int:report_id>/extension", methods=["GET", "POST"])
@requires(visible_reports, policy.can_ask_extension, param="report_id")
def ask_extension(actor: Actor, report: Report) -> str | Answer:
    """A unit asks for a later day."""
    form = AskExtensionForm(wanted_until=calendar.current().add_workdays(max(report.due_on, actor.on), 5))
    if form.validate_on_submit():
        try:
            actions.request_extension(actor, report, day_of(form.wanted_until), words_of(form.reason))
        except RuleError as error:
            form.take(error)
        else:
            flash("延期申请已提交，批复前截止日期不变。", "success")
            return redirect(url_for("reports.sheet", report_id=report.id))
    return render_template("reports/ask_extension.html", form=form, report=report)


@bp.route("/extensions/<int:extension_id>", methods=["GET", "POST"])
@requires(visible_extensions, policy.can_decide_extension, param="extension_id")
def decide_extension(actor: Actor, extension: Extension) -> str | Answer:
    """The head grants or refuses."""
    form = DecideExtensionForm(until=extension.wanted_until)
    if form.validate_on_submit():
        try:
            if form.decision.data == "grant":
                until = form.until.data or extension.wanted_until
                actions.grant_extension(actor, extension, until, form.note.data or "")
            else:
                actions.refuse_extension(actor, extension, form.note.data or "")
        except RuleError as error:
            field = "note" if error.field == "reason" else error.field
            form.take(RuleError(error.sentence, field=field))
        else:
            flash("已批复，并告知单位。", "success")
            return redirect(url_for("reports.queue", round_id=extension.report.round_id))
    return render_template("reports/decide_extension.html", form=form, extension=extension, report=extension.report)


@bp.route("/reports/<int:report_id>/extend", methods=["GET", "POST"])
@requires(visible_reports, policy.can_extend, param="report_id")
def extend(actor: Actor, report: Report) -> str | Answer:
    """The head gives one unit a later day; after it has passed: 补办延期."""
    form = UntilForm(until=calendar.current().add_workdays(max(report.due_on, actor.on), 5))
    if form.validate_on_submit():
        try:
            actions.extend(actor, report, day_of(form.until), words_of(form.reason))
        except RuleError as error:
            form.take(error)
        else:
            flash("已延期，并告知单位。", "success")
            return redirect(url_for("reports.review", report_id=report.id))
    return render_template("reports/extend.html", form=form, report=report, late=actor.on > report.due_on)


@bp.route("/rounds/<int:round_id>/extend", methods=["GET", "POST"])
@requires(visible_rounds, policy.can_extend_all, param="round_id")
def extend_all(actor: Actor, round_: Round) -> str | Answer:
    """A later day for everybody."""
    form = UntilForm(until=calendar.current().add_workdays(max(round_.due_on, actor.on), 5))
    if form.validate_on_submit():
        try:
            moved = actions.extend_round(actor, round_, day_of(form.until), words_of(form.reason))
        except RuleError as error:
            form.take(error)
        else:
            flash(f"截止日期已延后，涉及{moved}个单位，未报送的单位已收到通知。", "success")
            return redirect(url_for("reports.round", round_id=round_.id))
    owing = [report for report in reports_of(round_) if report.is_owed()]
    return render_template("reports/extend_all.html", form=form, round=round_, owing=len(owing))


@bp.route("/reports/<int:report_id>/exempt", methods=["GET", "POST"])
@requires(visible_reports, policy.can_exempt, param="report_id")
def exempt(actor: Actor, report: Report) -> str | Answer:
    """The unit need not report this time."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            actions.exempt(actor, report, words_of(form.reason))
        except RuleError as error:
            form.take(error)
        else:
            flash(f"已认定{report.unit.short_name}本次免报，并告知单位。", "success")
            return redirect(url_for("reports.round", round_id=report.round_id))
    return render_template("reports/exempt.html", form=form, report=report)


@bp.post("/reports/<int:report_id>/unexempt")
@requires(visible_reports, policy.can_unexempt, param="report_id")
def unexempt(actor: Actor, report: Report) -> str | Answer:
    """It must report after all; a reason that was refused stands where it was typed."""
    try:
        actions.unexempt(actor, report, reason_typed())
    except RuleError as error:
        return review_page(actor, report, error=error.sentence, typed={"unexempt": request.form.get("reason", "")})
    flash("已取消免报，并告知单位。", "success")
    return redirect(url_for("reports.review", report_id=report.id))
