"""目标责任分解书 in: upload, look at every row and every difference, then write."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.core import files
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.exports import record_export
from tracker.documents.grids import LARGEST_FILE
from tracker.plans import queries as plans
from tracker.plans.models import Plan
from tracker.tasks import actions, policy, queries
from tracker.tasks.forms import TableForm, WriteTableForm
from tracker.tasks.models import TableUpload
from tracker.tasks.views.blueprint import bp

Answer = str | Response


def can_take_in(actor: Actor, upload: TableUpload) -> bool:
    return policy.can_break_down(actor, upload.plan)


@bp.route("/plans/<int:plan_id>/tasks/table", methods=["GET", "POST"])
@requires(plans.visible_plans, policy.can_break_down, param="plan_id")
def table(actor: Actor, plan: Plan) -> Answer:
    """Send a table in. What can be read is kept and shown; what cannot is said on this page."""
    form = TableForm()
    if form.validate_on_submit():
        try:
            content = form.file.data.read()
            queries.table_in(content)
            blob = files.put_upload(content, max_bytes=LARGEST_FILE)
            upload = actions.keep_table(actor, plan, blob, files.safe_name(form.file.data.filename or ""))
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            return redirect(url_for("tasks.table_check", upload_id=upload.id))
    return render_template("tasks/table.html", plan=plan, form=form, progress=queries.progress_of(plan))


@bp.route("/table-uploads/<int:upload_id>", methods=["GET", "POST"])
@requires(queries.visible_uploads, can_take_in, param="upload_id")
def table_check(actor: Actor, upload: TableUpload) -> Answer:
    """Every row with its verdict, every difference before and after; nothing is written before it is confirmed here."""
    form = WriteTableForm()
    if form.validate_on_submit():
        try:
            count = actions.write_table(actor, upload, seen=form.seen.data or "")
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            flash(f"已写入 {count} 处变化。" if count else "0 处变化，没有写入。", "success" if count else "info")
            return redirect(url_for("tasks.breakdown", plan_id=upload.plan_id))
    sheet = queries.judged(actor, upload)
    form.seen.data = sheet.judgement.fingerprint
    return render_template(
        "tasks/table_check.html", upload=upload, plan=upload.plan, judgement=sheet.judgement, form=form,
        show=request.args.get("show", ""),
    )  # fmt: skip


@bp.get("/table-uploads/<int:upload_id>/errors.xlsx")
@requires(queries.visible_uploads, can_take_in, param="upload_id")
def table_errors(actor: Actor, upload: TableUpload) -> Response:
    """The same table with the reasons in a red column."""
    content, stem = queries.with_reasons(actor, upload), upload.source_name.rpartition(".")[0]
    record_export(actor, f"导出{upload.audit_label()}的错误原因", upload)
    return files.download_bytes(content, f"{stem}（标注错误原因）.xlsx", files.XLSX)
