"""What the head grants for one report: a substitute reviewer, a recognised day, an exception to the lock."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from tracker.accounts.models import User
from tracker.accounts.queries import holders_of_office
from tracker.core import calendar
from tracker.core.access import OFFICE_ROLES, Actor, Role, requires
from tracker.core.errors import RuleError
from tracker.core.forms import Option
from tracker.reports import actions, policy
from tracker.reports.forms import ExceptionForm, RecogniseForm, SubstituteForm, day_of, words_of
from tracker.reports.models import Report
from tracker.reports.queries.reports import visible_reports
from tracker.reports.views import bp

NOBODY = 0


@bp.route("/reports/<int:report_id>/substitute", methods=["GET", "POST"])
@requires(visible_reports, policy.can_name_substitute, param="report_id")
def name_substitute(actor: Actor, report: Report) -> str | Answer:
    """回避: who judges this report instead of whoever wrote or signed it."""
    people = {one.id: one for one in _committee_people(actor, report) if one.id not in report.hand_ids}
    form = SubstituteForm(user_id=report.substitute_id or NOBODY, reason=report.substitute_reason)
    named = [Option(one.id, one.name) for one in people.values()]
    form.user_id.choices = [Option(NOBODY, "暂不指定" if report.unit.is_office else "不指定，由办公室审核"), *named]
    if form.validate_on_submit():
        try:
            actions.name_substitute(actor, report, people.get(form.user_id.data), words_of(form.reason))
        except RuleError as error:
            form.take(error)
        else:
            flash("已记录指定的审核人。", "success")
            return redirect(url_for("reports.review", report_id=report.id))
    return render_template("reports/substitute.html", form=form, report=report)


@bp.route("/reports/<int:report_id>/recognise", methods=["GET", "POST"])
@requires(visible_reports, policy.can_recognise, param="report_id")
def recognise(actor: Actor, report: Report) -> str | Answer:
    """认定更正: the day on which it did come in."""
    form = RecogniseForm(day=report.recognised_on, reason=report.recognised_reason)
    if form.validate_on_submit():
        try:
            actions.recognise(actor, report, form.day.data, words_of(form.reason))
        except RuleError as error:
            form.take(error)
        else:
            said = "已记录认定" if form.day.data else "已取消认定"
            flash(f"{said}，首次报送日期仍然保留。", "success")
            return redirect(url_for("reports.review", report_id=report.id))
    return render_template("reports/recognise.html", form=form, report=report)


@bp.route("/reports/<int:report_id>/exception", methods=["GET", "POST"])
@requires(visible_reports, policy.can_except, param="report_id")
def except_from_lock(actor: Actor, report: Report) -> str | Answer:
    """An exception to the lock: who answers for it, why, until when."""
    people = {one.id: one for one in holders_of_office(report.round.committee_id, OFFICE_ROLES, actor.on)}
    form = ExceptionForm(user_id=actor.user_id, until=calendar.current().add_workdays(actor.on, 10))
    form.user_id.choices = [Option(one.id, one.name) for one in people.values()]
    if form.validate_on_submit():
        holder = people[form.user_id.data]
        try:
            actions.except_from_lock(actor, report, holder, day_of(form.until), words_of(form.reason))
        except RuleError as error:
            form.take(error)
        else:
            flash("已办理锁定例外，到期自动恢复锁定。", "success")
            return redirect(url_for("reports.review", report_id=report.id))
    return render_template("reports/exception.html", form=form, report=report)


@bp.post("/reports/<int:report_id>/exception/end")
@requires(visible_reports, policy.can_end_exception, param="report_id")
def end_exception(actor: Actor, report: Report) -> Answer:
    """The lock holds again at once."""
    actions.end_exception(actor, report)
    flash("例外已结束，报告恢复锁定。", "success")
    return redirect(url_for("reports.review", report_id=report.id))


def _committee_people(actor: Actor, report: Report) -> list[User]:
    """The office and the chair: whoever may judge at all."""
    return holders_of_office(report.round.committee_id, [*OFFICE_ROLES, Role.CHAIR], actor.on)
