"""What leaves as Word, PDF or Excel, and the versions as they were submitted."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WSGIResponse

from tracker.core import files, works
from tracker.core.access import Actor, Role, requires
from tracker.core.clock import shanghai_date
from tracker.core.exports import record_export
from tracker.core.reading import reads
from tracker.documents.blocks import Document, Form
from tracker.documents.handing import hand_out
from tracker.reports import documents, policy
from tracker.reports.actions.contact import usual_contact
from tracker.reports.actions.telling import people_of
from tracker.reports.actions.versions import content_of
from tracker.reports.models import Report, Round
from tracker.reports.queries import reports as queries
from tracker.reports.queries.proof import approval_of, proof_of
from tracker.reports.queries.review import accepted_count, accepted_sources
from tracker.reports.queries.rounds import obligated, visible_rounds
from tracker.reports.views import bp
from tracker.tasks.models import Assignment

FORMS = {"han": Form.HAN, "baogao": Form.BAOGAO}


@bp.get("/reports/<int:report_id>/report.<any(docx, pdf):kind>")
@bp.get("/reports/<int:report_id>/<any(han, baogao):form>.<any(docx, pdf):kind>")
@requires(queries.visible_reports, policy.can_see_content, param="report_id")
def paper(actor: Actor, report: Report, kind: str, form: str = "han") -> Response:
    """The report as a paper: what was submitted; before that, for its own unit, the draft with its mark."""
    version = queries.latest_version(report.id)
    with_office = report.state in {report.state.SUBMITTED, report.state.ACCEPTED}
    if version is not None and (with_office or not policy.owns(actor, report)):
        content, on, draft, signer = version.content, shanghai_date(version.submitted_at), False, version.signed_by
        report = queries.whole(report.id)
    else:
        report = queries.whole(report.id)
        last = [one for earlier in queries.last_reports(report) for one in earlier.arrangements]
        leaders = people_of([report.unit_id], actor.on, [Role.UNIT_LEADER]).get(report.unit_id, [])
        content, on, draft = content_of(report, last), actor.on, True
        content["contact"] = content["contact"] or usual_contact(report, actor.on)
        signer = leaders[0].name if leaders else ""
    document = documents.unit_report(report, content, on=on, form=FORMS[form], draft=draft, signers=signer)
    name = f"{report.unit.short_name}{report.round.title}{'（送审稿）' if draft else ''}"
    return _file(actor, report, document, kind, name)


@bp.route("/rounds/<int:round_id>/report.<any(docx, pdf):kind>", methods=["GET", "POST"])
@requires(visible_rounds, policy.can_see_round, param="round_id")
def committee_paper(actor: Actor, round_: Round, kind: str) -> str | WSGIResponse:
    """The committee's own annual report, assembled from accepted texts: at once while they are few, else as a work."""
    name = documents.committee_report_name(round_)
    if accepted_count(round_) > documents.FEW_REPORTS:
        if request.method == "GET":
            return render_template("reports/committee_paper.html", round=round_, kind=kind, name=name)
        work = works.order(
            actor, documents.COMMITTEE_REPORT, name, round_id=round_.id, kind=kind, on=actor.on.isoformat()
        )  # fmt: skip
        record_export(actor, f"下载“{name}.{kind}”", round_)
        return redirect(url_for("home.work", work_id=work.id))
    sources = [documents.Source(unit, content) for unit, content in accepted_sources(round_)]
    document = documents.committee_report(round_, round_.committee, sources, on=actor.on)
    return _file(actor, round_, document, kind, name)


@bp.get("/reports/<int:report_id>/versions/<int:number>")
@requires(queries.visible_reports, policy.can_see_content, param="report_id")
@reads("的报送稿", own=policy.owns)
def version(actor: Actor, report: Report, number: int) -> str:
    """One submission, word for word."""
    found = queries.version_of(report.id, number)
    if found is None:
        abort(404)
    return render_template(
        "reports/version.html", report=report, version=found, content=found.content, proof=proof_of(found),
        approval=approval_of(report),
    )  # fmt: skip


@bp.get("/reports/<int:report_id>/versions/<int:number>/files/<sha256>")
@requires(queries.visible_reports, policy.can_see_content, param="report_id")
def version_file(actor: Actor, report: Report, number: int, sha256: str) -> Response:
    """A file as it was submitted, also when the unit has replaced it since; gone when the office withdrew it."""
    found = queries.version_of(report.id, number)
    name = _name_of(found.content, sha256) if found else None
    file = queries.stored_file(sha256)
    if name is None or file is None or not files.path_of(sha256).exists():
        abort(404)
    made = files.download(file, name, inline=True)
    record_export(actor, f"下载附件“{name}”", report)
    return made


def _name_of(content: dict[str, Any], sha256: str) -> str | None:
    """What the file was called in that submission, behind the report or as an answer."""
    answered = [one["file"] for one in content.get("questions", []) if one["file"]]
    return next((one["name"] for one in [*content["evidence"], *answered] if one["sha256"] == sha256), None)


@bp.get("/rounds/<int:round_id>/notice.<any(docx, pdf):kind>")
@requires(visible_rounds, policy.can_run_round, param="round_id")
def notice(actor: Actor, round_: Round, kind: str) -> Response:
    """报送通知, for OA: what, by when, how, and the units with their tasks."""
    asked: dict[str, list[Assignment]] = {unit.full_name: [] for unit in round_.units}
    for one in obligated(round_, actor.on):
        asked.setdefault(one.unit.full_name, []).append(one)
    units = [
        documents.Asked(unit, len(parts), tuple(dict.fromkeys(part.task.area.name for part in parts)))
        for unit, parts in asked.items()
    ]
    document = documents.round_notice(round_, round_.committee, units, on=actor.on)
    return _file(actor, round_, document, kind, f"关于报送{round_.title}的通知")


def _file(actor: Actor, source: Report | Round, document: Document, kind: str, name: str) -> Response:
    """The paper, rendered; that it left is an entry of the trail."""
    made = hand_out(document, kind, name)
    record_export(actor, f"下载“{name}.{kind}”", source)
    return made
