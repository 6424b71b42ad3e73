"""Circulars: drafted, previewed, signed, issued, read."""

from __future__ import annotations

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as Answer

from tracker.core import files, pages
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.forms import EmptyForm, Option, ReasonForm
from tracker.documents import docx, pdf
from tracker.supervision import actions, documents, policy
from tracker.supervision.forms import CircularForm, NewCircularForm, RecountForm, RegisterForm
from tracker.supervision.models import Circular, CircularKind, CircularState, Light, Notice
from tracker.supervision.queries import circulars as queries
from tracker.supervision.queries.notices import visible_notices
from tracker.supervision.views import bp


@bp.get("/circulars")
@requires(can=policy.can_see_circulars)
def circulars(actor: Actor) -> str:
    rows = queries.visible_circulars(actor).order_by(Circular.id.desc())
    return render_template(
        "supervision/circulars.html", page=pages.paginate(rows), can_draft=policy.can_draft(actor)
    )  # fmt: skip


@bp.route("/circulars/new", methods=["GET", "POST"])
@requires(can=policy.can_draft)
def new_circular(actor: Actor) -> str | Answer:
    rounds = {round_.id: round_ for round_ in queries.rounds_to_report_on(actor)}
    form = NewCircularForm(cut_off_on=actor.on)
    form.round_id.choices = [Option(number, round_.title) for number, round_ in rounds.items()]
    if form.validate_on_submit():
        try:
            circular = actions.draft_circular(
                actor,
                rounds[form.round_id.data],
                cut_off_on=form.cut_off_on.data or actor.on,
                kind=CircularKind(form.kind.data),
            )
        except RuleError as error:
            form.take(error)
        else:
            flash("已按截止日期统计数据并起草正文，请核对修改。", "success")
            return redirect(url_for("supervision.circular", circular_id=circular.id))
    return render_template("supervision/circular_new.html", form=form, rounds=rounds)


@bp.route("/circulars/<int:circular_id>", methods=["GET", "POST"])
@requires(queries.visible_circulars, param="circular_id")
def circular(actor: Actor, circular: Circular) -> str | Answer:
    """A draft is edited here; a signed or issued circular is read here."""
    if request.method == "POST" and not policy.can_edit(actor, circular):
        abort(403)
    form = CircularForm(obj=circular)
    conflict: Conflict | None = None
    if form.validate_on_submit():
        texts = {name: getattr(form, name).data or "" for name in actions.EDITABLE}
        try:
            actions.edit_circular(actor, circular, seen_version=form.version.data, **texts)
        except Conflict as error:
            conflict = error
        else:
            flash("已保存。", "success")
            return redirect(url_for("supervision.circular", circular_id=circular.id))
    return render_template(
        "supervision/circular.html", circular=circular, form=form, conflict=conflict,
        recount_form=RecountForm(formdata=None, obj=circular), policy=policy, sections=documents.SECTIONS, lights=Light,
    )  # fmt: skip


@bp.get("/circulars/<int:circular_id>/figures")
@requires(queries.visible_circulars, policy.can_preview, param="circular_id")
def circular_figures(actor: Actor, circular: Circular) -> str:
    """The rows behind the figures, as they were at the cut-off."""
    return render_template("supervision/circular_figures.html", circular=circular, Light=Light)


@bp.post("/circulars/<int:circular_id>/recount")
@requires(queries.visible_circulars, policy.can_edit, param="circular_id")
def recount(actor: Actor, circular: Circular) -> Answer:
    form = RecountForm()
    if form.validate_on_submit():
        actions.recount(actor, circular, cut_off_on=form.cut_off_on.data or actor.on)
        flash("数据已重新统计，“总体情况”已按新数据改写，其他文字保留。", "success")
    else:
        flash("数据截止日期不对，没有重新统计。", "error")
    return redirect(url_for("supervision.circular", circular_id=circular.id))


@bp.route("/circulars/<int:circular_id>/sign", methods=["GET", "POST"])
@requires(queries.visible_circulars, policy.can_sign, param="circular_id")
def sign_circular(actor: Actor, circular: Circular) -> str | Answer:
    if EmptyForm().validate_on_submit():
        actions.sign(actor, circular)
        flash(f"已签发，文号{circular.number}。", "success")
        return redirect(url_for("supervision.circular", circular_id=circular.id))
    return render_template("supervision/circular_sign.html", circular=circular)


@bp.post("/circulars/<int:circular_id>/recall")
@requires(queries.visible_circulars, policy.can_recall, param="circular_id")
def recall_circular(actor: Actor, circular: Circular) -> Answer:
    form = ReasonForm()
    if form.validate_on_submit():
        actions.recall(actor, circular, form.reason.data or "")
        flash("已退回起草，文号保留。", "success")
    else:
        flash("退回起草需要说明理由。", "error")
    return redirect(url_for("supervision.circular", circular_id=circular.id))


@bp.route("/circulars/<int:circular_id>/issue", methods=["GET", "POST"])
@requires(queries.visible_circulars, policy.can_issue, param="circular_id")
def issue_circular(actor: Actor, circular: Circular) -> str | Answer:
    """The files are made before the transaction, from the text as signed, dated today."""
    if EmptyForm().validate_on_submit():
        signed_hash = circular.hash or ""
        document = documents.circular_document(circular, issued_on=actor.on)
        printed = pdf.render(document)
        if printed.missing_characters:
            raise RuleError(f"{printed.complaint}请先退回起草。")  # no paper leaves with a 〓 in it
        blobs = files.put_bytes(printed.content), files.put_bytes(docx.render(document))
        actions.issue(actor, circular, pdf=blobs[0], docx=blobs[1], signed_hash=signed_hash)
        flash("已印发并通知各成员单位。", "success")
        return redirect(url_for("supervision.circular", circular_id=circular.id))
    return render_template("supervision/circular_issue.html", circular=circular, units=queries.units_told(actor))


@bp.route("/circulars/<int:circular_id>/register", methods=["GET", "POST"])
@requires(queries.visible_circulars, policy.can_register, param="circular_id")
def register_circular(actor: Actor, circular: Circular) -> str | Answer:
    """登记印发: the paper went its way in OA; its number, signer, day and stamped file are put in here."""
    form = RegisterForm()
    most = current_app.config["SETTINGS"].max_upload_mb
    if form.validate_on_submit():
        try:
            final, name = _final(form.final.data, most << 20)
            actions.register(
                actor, circular, number=form.number.data or "", signer=form.signer.data or "",
                issued_on=form.issued_on.data or actor.on, final=final, final_name=name,
            )  # fmt: skip
        except RuleError as error:
            form.take(error)
        else:
            flash("已登记印发并通知各成员单位。", "success")
            return redirect(url_for("supervision.circular", circular_id=circular.id))
    return render_template(
        "supervision/circular_register.html", circular=circular, form=form, max_mb=most,
        units=queries.units_told(actor),
    )  # fmt: skip


@bp.post("/circulars/<int:circular_id>/drop")
@requires(queries.visible_circulars, policy.can_edit, param="circular_id")
def drop_circular(actor: Actor, circular: Circular) -> Answer:
    actions.drop_circular(actor, circular)
    flash("草稿已删除。", "success")
    return redirect(url_for("supervision.circulars"))


@bp.get("/circulars/<int:circular_id>/preview.<any(pdf, docx):form>")
@requires(queries.visible_circulars, policy.can_preview, param="circular_id")
def preview_circular(actor: Actor, circular: Circular, form: str) -> Response:
    """A draft as it would look, with its watermark."""
    document = documents.circular_document(circular)
    name = documents.file_name(circular, form)
    if form == "pdf":
        return files.download_bytes(pdf.render(document).content, name, files.PDF, inline=True)
    return files.download_bytes(docx.render(document), name, files.DOCX)


@bp.get("/circulars/<int:circular_id>/file.<any(pdf, docx):form>")
@requires(queries.visible_circulars, param="circular_id")
def circular_file(actor: Actor, circular: Circular, form: str) -> Response:
    """The stored file of an issued circular: the same bytes for ever."""
    stored = circular.pdf if form == "pdf" else circular.docx
    if circular.state is not CircularState.ISSUED or stored is None:
        abort(404)
    name = circular.final_name if circular.is_registered else documents.file_name(circular, form)
    actions.record_download(actor, circular, form.upper())
    return files.download(stored, name, inline=form == "pdf")


@bp.get("/verify/<digest>")
@requires()
def verify_circular(actor: Actor, digest: str) -> str:
    """Where the QR code leads: whether a hash is one of ours."""
    circular = db.session.scalar(queries.visible_circulars(actor).where(Circular.hash == digest.lower()))
    notice = None if circular else db.session.scalar(visible_notices(actor).where(Notice.hash == digest.lower()))
    return render_template("supervision/verify.html", circular=circular, notice=notice, digest=digest)


def _final(upload: FileStorage | None, most: int) -> tuple[files.Blob, str]:
    if upload is None or not upload.filename:
        raise RuleError("请上传签章件。", field="final")
    try:
        blob = files.put(upload.stream, max_bytes=most, accept=files.SCAN_TYPES)  # type: ignore[arg-type]
    except RuleError as error:
        raise RuleError(error.sentence, field="final") from error
    return blob, files.safe_name(upload.filename)
