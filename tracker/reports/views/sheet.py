"""The unit's sheet: written, saved piece by piece, shown when it is no longer the unit's to write."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.core import calendar
from tracker.core.access import Actor, requires
from tracker.core.audit import AuditEntry
from tracker.core.clock import shanghai
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.filters import zh_time
from tracker.reports import actions, forms, policy
from tracker.reports.actions.completeness import Missing, missing, wanted_sections
from tracker.reports.actions.contact import usual_contact
from tracker.reports.actions.filling import Edit, Trouble
from tracker.reports.actions.pieces import fields_of, find_piece, fingerprint, is_number
from tracker.reports.actions.signing import needs_paper
from tracker.reports.actions.versions import content_of
from tracker.reports.models import (
    EntryState,
    Report,
    RoundKind,
    SectionKind,
)
from tracker.reports.queries import reports as queries
from tracker.reports.queries import sharing
from tracker.reports.queries import sheet as sheets
from tracker.reports.queries.burden import burden_of, burdens_of
from tracker.reports.queries.exemptions import exemptions_of
from tracker.reports.queries.grid import late_words
from tracker.reports.views import bp, short
from tracker.reports.views.filing import attach_files
from tracker.reports.views.short import attach_answers
from tracker.reports.views.uploads import most_megabytes

AFTER = {"add_arrangement": "arrangement-new-text", "add_request": "request-new-text", "upload": "evidence",
         "cite": "paper-new-name"}  # fmt: skip
"""Where the page goes on after a button: a list of lines at the next new one."""
REMOVES = {"remove_arrangement": ("arrangement", "ahead"), "remove_request": ("request", "requests"),
           "drop_citation": ("paper", "evidence")}  # fmt: skip
"""Buttons that take a line away: of which list, and where the page goes on."""


@bp.get("/reports")
@requires(can=lambda actor: actor.is_unit)
def mine(actor: Actor) -> str:
    """The unit's reports, this year's first; of those still to be written, how much is asked."""
    rows = queries.of_unit(actor)
    burdens = burdens_of([report for report in rows if report.is_writable(actor.on)])
    return render_template(
        "reports/mine.html", rows=rows, days=calendar.current(), burdens=burdens, late_words=late_words
    )  # fmt: skip


@bp.route("/reports/<int:report_id>", methods=["GET", "POST"])
@requires(queries.visible_reports, param="report_id")
def sheet(actor: Actor, report: Report) -> str | Answer | tuple[str, int]:
    """Written while it is the unit's, read afterwards; the office is led to its own page."""
    if not policy.owns(actor, report):
        return redirect(url_for("reports.review", report_id=report.id))
    if request.method == "POST":
        return _save(actor, report)
    if policy.can_write(actor, report):
        return _write_page(actor, report)
    return read_page(actor, report)


@bp.post("/reports/<int:report_id>/autosave")
@requires(queries.visible_reports, policy.owns, param="report_id")
def autosave(actor: Actor, report: Report) -> Answer | tuple[Answer, int]:
    """One field of one piece. The contract with the page is in templates/macros/README.md."""
    said = request.get_json(silent=True)
    if not isinstance(said, dict):
        return jsonify(message="提交的内容不完整。"), 422
    record, field, value = (str(said.get(name) or "") for name in ("record", "field", "value"))
    seen = said.get("version")
    edit = Edit(record, {field: value}, seen if isinstance(seen, int) else None)
    try:
        piece = actions.save_piece(actor, report, edit)
    except Conflict:
        piece = find_piece(report, record)
        now = {"version": piece.version, "value": fields_of(piece, record)[field]}
        return jsonify(now | _who(sheets.last_writing(type(piece).__name__, piece.id, actor.user_id))), 409
    except RuleError as error:
        return jsonify(message=error.sentence), 422
    return jsonify(version=piece.version, saved_at=zh_time(actor.at))


@bp.get("/reports/<int:report_id>/missing")
@requires(queries.visible_reports, policy.can_write, param="report_id")
def missing_pieces(actor: Actor, report: Report) -> str:
    """What is still missing, now: the page asks after each saving."""
    whole = sheets.sheet(report.id)
    lacking = missing(whole.report, whole.last.arrangements, whole.last.texts_for(whole.report))
    return render_template("reports/_missing.html", report=whole.report, missing=lacking)


def _who(entry: AuditEntry | None) -> dict[str, str]:
    return {"by": entry.actor_name, "at": f"{shanghai(entry.at):%H:%M}"} if entry else {}


# --- the plain form ---------------------------------------------------------------------------------------------------


def _save(actor: Actor, report: Report) -> str | Answer:
    edits = forms.edits_of(request.form)
    try:
        troubles = actions.save_sheet(actor, report, edits)
        anchor = _do(actor, report, troubles)
    except RuleError as error:
        db.session.rollback()
        flash(error.sentence, "error")
        return _again(actor, report, edits, [])
    if troubles:
        return _again(actor, report, edits, troubles)
    if request.form.get("do") == "send":
        return _send(actor, report)
    if request.form.get("do") == "paper":
        return redirect(url_for("reports.submit_on_paper", report_id=report.id))
    return redirect(url_for("reports.sheet", report_id=report.id, _anchor=anchor))


def _again(actor: Actor, report: Report, edits: list[Edit], troubles: list[Trouble]) -> str:
    """The page once more: what could be saved is, what could not stands where it was typed."""
    wanted = [one.record for one in troubles] if troubles else [one.record for one in edits]
    typed = forms.kept(edits, wanted) | {
        name: value for name, value in request.form.items() if ":new:" in name and value
    }
    if not policy.can_write(actor, report):
        return read_page(actor, report, typed=typed)
    return _write_page(actor, report, troubles=troubles, typed=typed)


def _send(actor: Actor, report: Report) -> str | Answer:
    signed = not policy.can_send_unsigned(actor, report)
    try:
        if signed:
            actions.send_for_sign_off(actor, report)
        else:
            actions.submit_unsigned(actor, report)
    except RuleError as error:
        db.session.rollback()
        return _write_page(actor, report, refused=error)
    flash("已送单位领导审签。领导审签后即完成报送。" if signed else "已报送。", "success")
    if left := sharing.waiting_count(report.id):
        flash(f"科室交回的{left}处内容没有核对，没有写入报告。需要采用的，请撤回后核对。", "warning")
    return redirect(url_for("reports.sheet", report_id=report.id))


def _do(actor: Actor, report: Report, troubles: list[Trouble]) -> str:
    """What the pressed button asks for beside saving; returns where on the page to go on."""
    _add_new_lines(actor, report)
    verb, _, key = request.form.get("do", "save").partition(":")
    number = int(key) if is_number(key) else 0
    place = request.form.get("files_for", "")
    anchor = attach_files(actor, report, place, troubles) or attach_answers(actor, report, troubles)
    if verb == "fill":
        wanted = request.form.get(f"fill:{number}", "")
        if wanted not in set(EntryState):
            raise RuleError("请先选择要设置的进展。")
        state = EntryState(wanted)
        count = actions.fill_states(actor, report, number, state)
        flash(f"已将{count}项设为“{state.label}”，可以逐项修改。", "success")
        return f"part-{number}"
    if verb in REMOVES:
        kind, anchor = REMOVES[verb]
        flash(f"已删除“{actions.remove_line(actor, report, kind, number)[:30]}”。", "success")
        return anchor
    if verb == "remove_evidence":
        evidence = next((one for one in report.evidence if one.id == number), None)
        if evidence is not None:
            flash(f"已移除“{actions.remove(actor, evidence)}”。", "success")
        return "evidence"
    if verb == "save":
        flash("已保存。", "success")
    return anchor or AFTER.get(verb, "sheet")


def _add_new_lines(actor: Actor, report: Report) -> None:
    """A new line that was typed is added, whichever button was pressed: nothing typed is lost."""
    text = request.form.get("arrangement:new:text", "").strip()
    if text:
        task = request.form.get("arrangement:new:task_id", "")
        actions.add_arrangement(
            actor, report, text, by_when=request.form.get("arrangement:new:by_when", ""),
            task_id=int(task) if is_number(task) else None,
        )  # fmt: skip
    name = request.form.get("paper:new:name", "").strip()
    if name:
        said = {field: request.form.get(f"paper:new:{field}", "") for field in ("number", "issuer", "dated_on")}
        actions.cite(actor, report, name, **said)
    wish = request.form.get("request:new:text", "").strip()
    if wish:
        actions.add_request(actor, report, wish)


# --- the pages --------------------------------------------------------------------------------------------------------


def _write_page(
    actor: Actor, report: Report, *, troubles: list[Trouble] | None = None, typed: dict[str, str] | None = None,
    refused: RuleError | None = None,
) -> str:  # fmt: skip
    if report.round.kind is not RoundKind.ANNUAL:
        return short.write_page(actor, report, troubles=troubles, typed=typed, refused=refused)
    whole = sheets.sheet(report.id)
    lacking = missing(whole.report, whole.last.arrangements, whole.last.texts_for(whole.report))
    return render_template(
        "reports/sheet.html", sheet=whole, report=whole.report, missing=lacking, by_part=_by_part(lacking),
        troubles=troubles or [], typed=typed or {}, refused=refused, days=calendar.current(),
        kinds=SectionKind, guides=sheets.GUIDES, fingerprint=fingerprint, fields_of=fields_of,
        files_for=request.args.get("for", ""), extensions=queries.extensions_of(report.id), max_mb=most_megabytes(),
        authors=sharing.authors_of(report.id),
        parts_waiting=sharing.waiting_count(report.id), exemptions=exemptions_of(report.id),
        required_anchors=_required(whole), usual_contact=usual_contact(report, actor.on),
        burden=burden_of(whole.report, whole.last), needs_paper=needs_paper(actor, report),
    )  # fmt: skip


def _required(whole: sheets.Sheet) -> set[str]:
    """The long texts that are marked 必填."""
    texts = {f"area-{part.piece.id}-text" for part in whole.parts if part.rows}
    return texts | {f"section-{kind.value}-text" for kind in wanted_sections(whole.report)}


def _by_part(lacking: list[Missing]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for one in lacking:
        counted[one.part] = counted.get(one.part, 0) + 1
    return counted


def read_page(actor: Actor, report: Report, *, typed: dict[str, str] | None = None, reason: str = "") -> str:
    """The report as it reads; `reason` is what the leader had written against signing and could not be taken."""
    whole = sheets.sheet(report.id)
    return render_template(
        "reports/report.html", sheet=whole, report=whole.report, days=calendar.current(),
        content=content_of(whole.report, whole.last.arrangements), versions=queries.versions(report.id),
        extensions=queries.extensions_of(report.id), typed=typed or {}, reason=reason,
        late=late_words(report, actor.on, calendar.current()),
    )  # fmt: skip
