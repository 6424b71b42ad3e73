"""Evidence beside the upload itself: small pictures, and one file for several rows and years."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.core import files
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.pages import number_arg, row_number
from tracker.reports import policy
from tracker.reports.actions.refiling import file_again as again
from tracker.reports.actions.thumbnails import thumbnail
from tracker.reports.models import Evidence, Report
from tracker.reports.queries.filing import filed_by_unit
from tracker.reports.queries.reports import visible_evidence, visible_reports
from tracker.reports.queries.sheet import sheet as sheet_of
from tracker.reports.views import bp


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
    source = next((one for one in known if one.id == chosen), None)
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
