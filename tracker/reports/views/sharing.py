"""分送科室: the liaison gives parts of the report away and merges what comes back."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from tracker.core import files
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.exports import record_export
from tracker.core.forms import REQUIRED, DayField, Form, LineField, TextField
from tracker.core.pages import row_number, whole_address
from tracker.documents.templates import template
from tracker.reports import policy
from tracker.reports.actions import sharing
from tracker.reports.actions.offline import keep_form, lines_of
from tracker.reports.actions.pieces import all_pieces, fields_of
from tracker.reports.actions.sharing import Choice
from tracker.reports.actions.sharing_sheets import load_parts, section_lines
from tracker.reports.forms import day_of, words_of
from tracker.reports.models import PartDecision, Report, Share
from tracker.reports.queries import offline
from tracker.reports.queries import sharing as queries
from tracker.reports.queries.reports import visible_reports
from tracker.reports.queries.sheet import sheet as sheet_of
from tracker.reports.views import bp
from tracker.reports.views.offline import NOTES, form_sent

USUAL_LIFE = timedelta(days=14)


class ShareForm(Form):
    """What goes to whom, until when."""

    section = LineField("科室或单位", [REQUIRED], longest=60, description="如：义教科、青禾县教育局。")
    expires_on = DayField("链接有效期至", [REQUIRED])
    note = TextField("填写要求", longest=500, description="显示在对方的填写页上方。")


@bp.route("/reports/<int:report_id>/shares", methods=["GET", "POST"])
@requires(visible_reports, policy.can_write, param="report_id")
def shares(actor: Actor, report: Report) -> str:
    """What was given away and what came back; giving away more."""
    form = ShareForm(expires_on=min(actor.on + USUAL_LIFE, max(report.due_on, actor.on + timedelta(days=1))))
    places = queries.places(sheet_of(report.id))
    chosen = _chosen(places)
    if form.validate_on_submit():
        try:
            made, token = sharing.share(
                actor, report, words_of(form.section), chosen, day_of(form.expires_on), words_of(form.note)
            )
        except RuleError as error:
            form.take(error)
        else:
            return _link_page(made, token)
    return render_template(
        "reports/shares.html", report=report, form=form, groups=queries.grouped(places), chosen=chosen,
        shares=queries.shares_of(report.id),
    )  # fmt: skip


@bp.post("/shares/<int:share_id>/link")
@requires(queries.visible_shares, lambda actor, one: policy.can_write(actor, one.report), param="share_id")
def renew_link(actor: Actor, share: Share) -> str:
    """A new link; the old one dies."""
    until = max(share.expires_on, actor.on + timedelta(days=7))
    return _link_page(share, sharing.renew_link(actor, share, min(until, actor.on + sharing.LONGEST_LIFE)))


@bp.post("/shares/<int:share_id>/revoke")
@requires(queries.visible_shares, lambda actor, one: policy.owns(actor, one.report), param="share_id")
def revoke(actor: Actor, share: Share) -> Answer:
    """The link leads nowhere any more."""
    sharing.revoke(actor, share)
    flash(f"已收回分送{share.section}的链接，已交回的内容仍在。", "success")
    return redirect(url_for("reports.shares", report_id=share.report_id))


@bp.route("/shares/<int:share_id>", methods=["GET", "POST"])
@requires(queries.visible_shares, lambda actor, one: policy.can_write(actor, one.report), param="share_id")
def merge(actor: Actor, share: Share) -> str | Answer:
    """What came back, beside what the report says now."""
    troubles = []
    if request.method == "POST":
        choices = _choices(share)
        troubles = sharing.take_parts(actor, share, choices)
        if not troubles:
            flash(f"已处理{len(choices)}处。" if choices else "没有选择处理方式，未作改动。", "success")
            return redirect(url_for("reports.merge", share_id=share.id))
    pieces = all_pieces(share.report)
    now = {record: (piece.version, fields_of(piece, record)) for record, piece in pieces.items()}
    places = {one.record: one for one in queries.places(sheet_of(share.report_id))}
    return render_template(
        "reports/merge.html", share=share, report=share.report, now=now, places=places, troubles=troubles,
        decisions=PartDecision,
    )  # fmt: skip


@bp.get("/shares/<int:share_id>/form.xlsx")
@requires(queries.visible_shares, lambda actor, one: policy.can_write(actor, one.report), param="share_id")
def section_form(actor: Actor, share: Share) -> Response:
    """The section's places as an Excel form, for whom a link does not reach."""
    lines = section_lines(share, lines_of(sheet_of(share.report_id)))
    notes = [share.note, *NOTES] if share.note else NOTES
    content = template("填报表", offline.FIELDS, notes=notes, rows=[one.cells() for one in lines], made_on=actor.on)
    name = f"{share.report.unit.short_name}{share.report.round.title}填报表（{share.section}）.xlsx"
    record_export(actor, f"下载“{name}”", share.report)
    return files.download_bytes(content, name, files.XLSX)


@bp.post("/shares/<int:share_id>/form")
@requires(queries.visible_shares, lambda actor, one: policy.can_write(actor, one.report), param="share_id")
def load_section(actor: Actor, share: Share) -> Answer:
    """What the section filled in comes to the page where it is taken over; what is wrong comes back in red."""
    try:
        sent = form_sent(request.files.get("form"))
    except RuleError as error:
        flash(error.sentence, "error")
        return redirect(url_for("reports.merge", share_id=share.id))
    came, troubles = load_parts(actor, share, sent.rows, request.form.get("by", ""))
    if troubles := sent.with_unread(troubles):
        reading = keep_form(actor, share.report, sent.blob, sent.name, troubles, share)
        return redirect(url_for("reports.form_read", reading_id=reading.id))
    flash(f"读入{came}处新内容，请逐处核对。" if came else "没有新的内容。", "success")
    return redirect(url_for("reports.merge", share_id=share.id))


def _link_page(share: Share, token: str) -> str:
    """The link, this once: it is kept nowhere."""
    link = whole_address(url_for("reports.part", key=token))
    return render_template("reports/share_link.html", share=share, report=share.report, link=link)


def _chosen(places: list[queries.Place]) -> list[str]:
    """The places that were ticked, whole groups included."""
    groups = set(request.form.getlist("groups"))
    ticked = set(request.form.getlist("records"))
    return [one.record for one in places if one.record in ticked or one.group in groups]


def _choices(share: Share) -> dict[int, Choice]:
    found = {}
    for part in share.waits:
        said, seen = request.form.get(f"part:{part.id}", ""), row_number(request.form.get(f"part:{part.id}:v"))
        if said in set(PartDecision) and seen is not None:
            found[part.id] = Choice(PartDecision(said), seen)
    return found
