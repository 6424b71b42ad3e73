"""The short sheets: half a year's states, and the answers to a special round. Saved by the sheet's own machinery."""

from __future__ import annotations

from flask import Response, abort, render_template, request

from tracker.core import calendar, files
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.reports import actions
from tracker.reports.actions.completeness import missing
from tracker.reports.actions.contact import usual_contact
from tracker.reports.actions.filling import Trouble
from tracker.reports.actions.pieces import fields_of, fingerprint
from tracker.reports.actions.signing import needs_paper
from tracker.reports.models import QuestionKind, Report, SectionKind
from tracker.reports.queries import reports as queries
from tracker.reports.queries import sheet as sheets
from tracker.reports.queries.burden import burden_of
from tracker.reports.queries.exemptions import exemptions_of
from tracker.reports.views import bp
from tracker.reports.views.uploads import most_megabytes, taken


def write_page(
    actor: Actor, report: Report, *, troubles: list[Trouble] | None = None, typed: dict[str, str] | None = None,
    refused: RuleError | None = None,
) -> str:  # fmt: skip
    """The page of a round that asks little: rows of states, or questions; nothing of a year's report beside it."""
    whole = sheets.sheet(report.id)
    template = "reports/special_sheet.html" if report.round.is_special else "reports/half_year_sheet.html"
    return render_template(
        template, sheet=whole, report=whole.report, troubles=troubles or [], typed=typed or {}, refused=refused,
        missing=missing(whole.report, []), days=calendar.current(), kinds=SectionKind, question_kinds=QuestionKind,
        fingerprint=fingerprint, fields_of=fields_of, burden=burden_of(whole.report, whole.last),
        extensions=queries.extensions_of(report.id), exemptions=exemptions_of(report.id), authors={},
        max_mb=most_megabytes(), usual_contact=usual_contact(report, actor.on), needs_paper=needs_paper(actor, report),
    )  # fmt: skip


def attach_answers(actor: Actor, report: Report, troubles: list[Trouble]) -> str:
    """Take the files that answer questions, and take away those that are not wanted; returns where to go on."""
    anchor = ""
    for answer in list(report.question_answers):
        record = f"question:{answer.id}"
        upload = request.files.get(f"{record}:file")
        if request.form.get("do") == f"remove_answer:{answer.id}" and answer.file_id:
            actions.detach_answer(actor, report, answer)
            anchor = f"question-{answer.id}"
        elif upload is not None and upload.filename:
            anchor = f"question-{answer.id}"
            try:
                actions.attach_answer(actor, report, answer, *taken(upload))
            except RuleError as error:
                troubles.append(Trouble(record, "text", error.sentence))
    return anchor


@bp.get("/reports/<int:report_id>/answers/<int:answer_id>")
@requires(queries.visible_reports, lambda actor, report: actor.unit_id == report.unit_id, param="report_id")
def answer_file(actor: Actor, report: Report, answer_id: int) -> Response:
    """The file as the unit has it now; the committee reads what was submitted, from its version."""
    answer = next((one for one in report.question_answers if one.id == answer_id and one.file is not None), None)
    if answer is None or answer.file is None:
        abort(404)
    return files.download(answer.file, answer.file_name, inline=True)
