"""Files behind a report: put at a place, looked at, used again for other rows and years, withdrawn by the office."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.core import files
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.exports import record_export
from tracker.core.pages import number_arg, row_number
from tracker.reports import actions, forms, policy
from tracker.reports.actions.evidence import withdraw
from tracker.reports.actions.filling import Trouble
from tracker.reports.actions.pieces import fields_of, fingerprint
from tracker.reports.actions.refiling import file_again as again
from tracker.reports.actions.thumbnails import thumbnail
from tracker.reports.models import Evidence, Report
from tracker.reports.queries.filing import filed_by_unit
from tracker.reports.queries.reports import visible_evidence, visible_reports
from tracker.reports.queries.sheet import sheet as sheet_of
from tracker.reports.views import bp
from tracker.reports.views.review import review_page
from tracker.reports.views.uploads import taken


def attach_files(actor: Actor, report: Report, place: str, troubles: list[Trouble]) -> str:
    """Take the chosen files one by one: a bad one is named, the others are kept. Returns where to go on."""
    chosen = [one for one in request.files.getlist("files") if one.filename]
    kind, _, key = place.partition(":")
    number = row_number(key)
    for upload in chosen:
        try:
            if place and (number is None or kind not in {"entry", "area"}):
                raise RuleError("请选择本报告中的任务或领域。")
            blob, name = taken(upload)
            actions.attach(
                actor, report, blob, name, entry_id=number if kind == "entry" else None,
                area_id=number if kind == "area" else None,
            )  # fmt: skip
        except RuleError as error:
            troubles.append(Trouble("files", "files", error.sentence))
    return "evidence" if chosen else ""


@bp.post("/reports/<int:report_id>/files")
@requires(visible_reports, policy.can_write, param="report_id")
def add_files(actor: Actor, report: Report) -> str:
    """Files dropped onto a row or a text, or chosen there: answered with what is filed now, where, and what was
    refused."""
    refused: list[Trouble] = []
    attach_files(actor, report, request.form.get("place", ""), refused)
    whole = sheet_of(report.id)
    return render_template(
        "reports/_filed.html", sheet=whole, report=whole.report, refused=refused, troubles=[], typed={},
        fields_of=fields_of, fingerprint=fingerprint,
    )  # fmt: skip


@bp.get("/evidence/<int:evidence_id>")
@requires(visible_evidence, param="evidence_id")
def evidence(actor: Actor, evidence: Evidence) -> Response:
    """The file itself; pictures and PDF open in the browser."""
    made = files.download(evidence.file, evidence.name, inline=True)
    record_export(actor, f"下载附件“{evidence.name}”", evidence.report)
    return made


@bp.post("/evidence/<int:evidence_id>/withdraw")
@requires(visible_evidence, lambda actor, one: policy.runs(actor, one.report), param="evidence_id")
def withdraw_evidence(actor: Actor, evidence: Evidence) -> str | Answer:
    """The office takes away what must not be here (promise 15); a reason that was refused stands where it was typed."""
    report_id, name, sha256 = evidence.report_id, evidence.name, evidence.file.sha256
    try:
        is_let_go = withdraw(actor, evidence, forms.reason_typed())
    except RuleError as error:
        typed = {f"withdraw:{evidence.id}": request.form.get("reason", "")}
        return review_page(actor, evidence.report, error=error.sentence, typed=typed)
    if is_let_go:
        # Nothing points at the bytes any more: what must not be here leaves the disk as well.
        files.path_of(sha256).unlink(missing_ok=True)
    flash(f"已移除“{name}”，并记入操作记录。", "success")
    return redirect(url_for("reports.review", report_id=report_id))


@bp.get("/evidence/<int:evidence_id>/thumbnail")
@requires(visible_evidence, param="evidence_id")
def evidence_thumbnail(actor: Actor, evidence: Evidence) -> Response:
    """A small picture of it, under the same headers as the file; nothing where it cannot be drawn."""
    picture = thumbnail(evidence.file)
    if picture is None:
        return Response(status=204)
    answer = files.download_bytes(picture, "thumbnail.png", files.PNG, inline=True)
    answer.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return answer


@bp.route("/reports/<int:report_id>/evidence/again", methods=["GET", "POST"])
@requires(visible_reports, policy.can_write, param="report_id")
def file_again(actor: Actor, report: Report) -> str | Answer:
    """A file that was uploaded before, behind further rows."""
    known = filed_by_unit(actor.unit_id or 0)
    chosen = number_arg("file") or row_number(request.form.get("file"))
    source = next((one for one in known if one.id == chosen), None) or _filed_here(report, chosen)
    if request.method == "POST":
        try:
            if source is None:
                raise RuleError("请选择材料。")
            places = request.form.getlist("places")
            if not places:
                raise RuleError("请选择对应的任务或领域。")
            count = again(actor, report, source, places)
        except RuleError as error:
            flash(error.sentence, "error")
        else:
            flash(f"已将“{source.name}”用于{count}处。" if count else "这些地方已有这份材料。", "success")
            return redirect(url_for("reports.sheet", report_id=report.id, _anchor="evidence"))
    return render_template(
        "reports/file_again.html", report=report, sheet=sheet_of(report.id), known=known, source=source
    )


def _filed_here(report: Report, number: int | None) -> Evidence | None:
    """One of this report's own files, also where the same bytes were filed again since."""
    return next((one for one in report.evidence if one.id == number), None)
