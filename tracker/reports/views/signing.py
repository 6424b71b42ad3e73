"""Sent to the leader, signed or refused, submitted on paper, taken back."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from tracker.core import files
from tracker.core.access import Actor, Role, requires
from tracker.core.db import db
from tracker.core.errors import RuleError, RuleErrors
from tracker.core.pages import row_number
from tracker.reports import actions, policy
from tracker.reports.actions.telling import people_of
from tracker.reports.forms import PaperForm, ScanForm, reason_typed, words_of
from tracker.reports.models import Report
from tracker.reports.queries.reports import visible_reports
from tracker.reports.views import bp
from tracker.reports.views.sheet import read_page
from tracker.reports.views.uploads import taken


@bp.post("/reports/<int:report_id>/sign")
@requires(visible_reports, policy.can_sign, param="report_id")
def sign(actor: Actor, report: Report) -> Answer:
    """The leader signs; with that the report is submitted."""
    actions.sign_off(actor, report, seen=row_number(request.form.get("seen")))
    flash("已审签并报送。", "success")
    return redirect(url_for("reports.sheet", report_id=report.id))


@bp.post("/reports/<int:report_id>/refuse")
@requires(visible_reports, policy.can_refuse_sign_off, param="report_id")
def refuse(actor: Actor, report: Report) -> str | Answer:
    """The leader sends it back to the liaison. What was written and could not be taken stands where it was written."""
    try:
        actions.refuse_sign_off(actor, report, reason_typed())
    except RuleError as error:
        db.session.rollback()
        flash(error.sentence, "error")
        return read_page(actor, report, reason=request.form.get("reason", ""))
    flash("已退回联络员修改，意见已告知联络员，您不需要再办理。", "success")
    return redirect(url_for("reports.sheet", report_id=report.id))


@bp.post("/reports/<int:report_id>/recall")
@requires(visible_reports, policy.can_recall, param="report_id")
def recall(actor: Actor, report: Report) -> Answer:
    """Back from the leader's desk to go on writing."""
    actions.recall(actor, report)
    flash("已撤回送审，可以继续修改。", "success")
    return redirect(url_for("reports.sheet", report_id=report.id))


@bp.route("/reports/<int:report_id>/paper", methods=["GET", "POST"])
@requires(visible_reports, policy.can_submit_on_paper, param="report_id")
def submit_on_paper(actor: Actor, report: Report) -> str | Answer:
    """What was signed on paper or in OA; the stamped scan may follow."""
    form = PaperForm()
    leader = _leader_of(actor, report)
    form.signed_by.description = f"在纸质件或公文系统上签发的单位领导姓名{f'，如{leader}' if leader else ''}。"
    lacking: list[str] = []
    if form.validate_on_submit():
        try:
            scan, name = _scan(form.scan.data)
            actions.submit_on_paper(actor, report, words_of(form.signed_by), scan=scan, scan_name=name)
        except RuleErrors as error:
            lacking = error.sentences
        except RuleError as error:
            if error.field == "unchanged":
                lacking = [error.sentence]
            else:
                form.take(error if error.field in {"signed_by", "scan"} else RuleError(error.sentence))
        else:
            flash("已报送。盖章件可以随时补传。" if scan is None else "已报送。", "success")
            return redirect(url_for("reports.sheet", report_id=report.id))
    return render_template("reports/paper.html", form=form, report=report, lacking=lacking)


@bp.route("/reports/<int:report_id>/scan", methods=["GET", "POST"])
@requires(visible_reports, policy.can_add_scan, param="report_id")
def add_scan(actor: Actor, report: Report) -> str | Answer:
    """The stamped scan, later (盖章件可后补)."""
    form = ScanForm()
    if form.validate_on_submit():
        try:
            scan, name = _scan(form.scan.data)
            if scan is not None:
                actions.add_scan(actor, report, scan, name)
        except RuleError as error:
            form.take(error)
        else:
            flash("盖章件已补传。", "success")
            return redirect(url_for("reports.sheet", report_id=report.id))
    return render_template("reports/scan.html", form=form, report=report)


@bp.post("/reports/<int:report_id>/take-back")
@requires(visible_reports, policy.can_take_back, param="report_id")
def take_back(actor: Actor, report: Report) -> Answer:
    """Before anybody in the office has begun to read."""
    actions.take_back(actor, report)
    flash("已撤回，可以继续修改。首次报送日期不变，请修改后重新报送。", "success")
    return redirect(url_for("reports.sheet", report_id=report.id))


def _scan(upload: FileStorage | None) -> tuple[files.Blob | None, str]:
    if upload is None or not upload.filename:
        return None, ""
    try:
        return taken(upload, files.SCAN_TYPES)
    except RuleError as error:
        raise RuleError(error.sentence, field="scan") from error


def _leader_of(actor: Actor, report: Report) -> str:
    leaders = people_of([report.unit_id], actor.on, [Role.UNIT_LEADER]).get(report.unit_id, [])
    return leaders[0].name if leaders else ""
