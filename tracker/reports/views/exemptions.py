"""免报 asked for by the unit, decided by the office."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer
from wtforms import RadioField

from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.forms import CHOOSE, Form, Option, ReasonForm, TextField
from tracker.reports import policy
from tracker.reports.actions import exemptions as actions
from tracker.reports.forms import words_of
from tracker.reports.models import ExemptionRequest, Report
from tracker.reports.queries.exemptions import visible_exemptions
from tracker.reports.queries.reports import visible_reports
from tracker.reports.views import bp
from tracker.reports.workflow import REPORT


class DecideExemptionForm(Form):
    decision = RadioField("批复", [CHOOSE], choices=[Option("grant", "同意免报"), Option("refuse", "不同意")])
    note = TextField("批复意见", longest=500)


def can_ask_exemption(actor: Actor, report: Report) -> bool:
    return policy.can_write(actor, report) and REPORT.allows(report, "exempt")


@bp.route("/reports/<int:report_id>/exemption", methods=["GET", "POST"])
@requires(visible_reports, can_ask_exemption, param="report_id")
def ask_exemption(actor: Actor, report: Report) -> str | Answer:
    """A unit asks not to report this time."""
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            actions.request_exemption(actor, report, words_of(form.reason))
        except RuleError as error:
            form.take(error)
        else:
            flash("免报申请已提交，批复前仍按原截止日期办理。", "success")
            return redirect(url_for("reports.sheet", report_id=report.id))
    return render_template("reports/ask_exemption.html", form=form, report=report)


@bp.route("/exemptions/<int:exemption_id>", methods=["GET", "POST"])
@requires(visible_exemptions, policy.can_decide_exemption, param="exemption_id")
def decide_exemption(actor: Actor, asked: ExemptionRequest) -> str | Answer:
    """The office says yes or no."""
    form = DecideExemptionForm()
    if form.validate_on_submit():
        try:
            if form.decision.data == "grant":
                actions.grant_exemption(actor, asked, words_of(form.note))
            else:
                actions.refuse_exemption(actor, asked, words_of(form.note))
        except RuleError as error:
            form.take(RuleError(error.sentence, field="note" if error.field == "reason" else error.field))
        else:
            flash("已批复，并告知单位。", "success")
            return redirect(url_for("reports.queue", round_id=asked.report.round_id))
    return render_template("reports/decide_exemption.html", form=form, asked=asked, report=asked.report)


@bp.post("/exemptions/<int:exemption_id>/withdraw")
@requires(visible_exemptions, lambda actor, one: policy.owns(actor, one.report), param="exemption_id")
def withdraw_exemption(actor: Actor, asked: ExemptionRequest) -> Answer:
    """The unit reports after all."""
    actions.withdraw_exemption(actor, asked)
    flash("已撤回免报申请。", "success")
    return redirect(url_for("reports.sheet", report_id=asked.report_id))
