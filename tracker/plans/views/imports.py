"""The wizard: upload, check, correct, write."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.core import files
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.forms import EmptyForm
from tracker.core.pages import number_arg, row_numbers
from tracker.plans import actions, policy, queries
from tracker.plans.asking import said_in
from tracker.plans.forms import CorrectionForm, TargetForm, UploadForm, WriteForm
from tracker.plans.importing.pages import WriteSheet, check_sheet, write_sheet
from tracker.plans.importing.stored import plans_of
from tracker.plans.models import ImportDraft, ImportState, Plan
from tracker.plans.views.blueprint import bp
from tracker.plans.views.names import names_shown

Answer = str | Response | tuple[str, int]
PASTED = "粘贴的文本.txt"


@bp.route("/plans/import", methods=["GET", "POST"])
@requires(can=policy.can_import)
def import_upload(actor: Actor) -> Answer:
    form = UploadForm()
    if form.validate_on_submit():
        try:
            return _take_in(actor, form)
        except RuleError as error:
            form.take(error)
    return render_template("plans/upload.html", form=form, drafts=queries.unfinished(actor))


def _take_in(actor: Actor, form: UploadForm) -> Response:
    """The file if there is one, else the pasted text; read and stored before the transaction begins."""
    upload = form.file.data
    if upload and upload.filename:
        content, filename, text = upload.read(), files.safe_name(upload.filename), None
    else:
        text = form.text.data or ""
        content, filename = text.encode(), PASTED
    fingerprint = hashlib.sha256(content).hexdigest()
    done = actions.already(actor, fingerprint)
    if done:
        flash(done.sentence, "info")
        return redirect(url_for("plans.show", plan_id=done.plans[0].id))
    reading = actions.read(content, filename) if text is None else actions.read_text(text)
    blob = files.put_upload(content, max_bytes=actions.LARGEST_FILE)
    draft = actions.start_import(actor, blob, filename, reading)
    return redirect(url_for("plans.import_check", draft_id=draft.id))


@bp.get("/plans/import/<int:draft_id>")
@requires(queries.visible_drafts, policy.can_correct, param="draft_id")
def import_check(actor: Actor, draft: ImportDraft) -> Answer:
    if draft.state is ImportState.IMPORTED:
        return _after(actor, draft)
    return _check_page(actor, draft)


def _check_page(
    actor: Actor, draft: ImportDraft, typed: CorrectionForm | None = None, conflict: Conflict | None = None
) -> str:
    place = typed if typed is not None else request.args
    tab = "cover" if typed is not None and typed.do.data == "cover" else request.args.get("tab", "")
    sheet = check_sheet(draft, queries.known_plans(draft), _where(place, "plan"), _where(place, "area"), tab)
    names = names_shown(actor, said_in(sheet.plans))
    return render_template("plans/check.html", draft=draft, sheet=sheet, typed=typed, conflict=conflict, **names)


def _where(source: Any, name: str) -> int | None:
    if isinstance(source, CorrectionForm):
        value = getattr(source, name).data
        return value if isinstance(value, int) else None
    return number_arg(name)


@bp.post("/plans/import/<int:draft_id>/correct")
@requires(queries.visible_drafts, policy.can_correct, param="draft_id")
def import_correct(actor: Actor, draft: ImportDraft) -> Answer:
    form = CorrectionForm()
    if not form.validate():
        return _check_page(actor, draft, form)
    try:
        changed = actions.correct(actor, draft, form.correction(), version=form.version.data)
    except Conflict as error:
        db.session.rollback()
        return _check_page(actor, draft, form, _with_texts(error, draft, form)), 409
    except RuleError as error:
        db.session.rollback()
        form.take(error)
        return _check_page(actor, draft, form)
    flash(f"已保存：{changed}。" if changed else "没有变化。", "success" if changed else "info")
    return redirect(_back_to(draft, form))


def _with_texts(error: Conflict, draft: ImportDraft, form: CorrectionForm) -> Conflict:
    """Both texts, when the item that was edited is still there."""
    try:
        item = form.place().item_of(plans_of(draft))
    except RuleError:
        return Conflict(error.sentence, mine={"文字": form.text.data or ""} if form.text.data else {})
    if not form.text.data:
        return error
    return Conflict(error.sentence, mine={"文字": form.text.data}, theirs={"文字": item.text})


def _back_to(draft: ImportDraft, form: CorrectionForm) -> str:
    if form.do.data == "remove_plan":
        return url_for("plans.import_check", draft_id=draft.id)
    if form.do.data == "cover":
        return url_for("plans.import_check", draft_id=draft.id, plan=form.plan.data or 0, tab="cover")
    anchor = f"{form.list_of.data}-{form.index.data}" if form.list_of.data and form.index.data is not None else None
    return url_for(
        "plans.import_check", draft_id=draft.id, plan=form.plan.data or 0, area=form.area.data, _anchor=anchor
    )  # fmt: skip


@bp.post("/plans/import/<int:draft_id>/doubts")
@requires(queries.visible_drafts, policy.can_correct, param="draft_id")
def import_doubts(actor: Actor, draft: ImportDraft) -> Response:
    """已核对: the ticked doubts were compared with the source."""
    chosen = row_numbers(request.form.getlist("ids"))
    changed = 0
    if EmptyForm().validate():
        changed = actions.settle_doubts(actor, draft, chosen, is_settled=request.form.get("do") != "reopen")
    flash(f"已记下 {changed} 处。" if changed else "没有变化。", "success" if changed else "info")
    return redirect(url_for("plans.import_check", draft_id=draft.id, tab="doubts"))


@bp.post("/plans/import/<int:draft_id>/target")
@requires(queries.visible_drafts, policy.can_correct, param="draft_id")
def import_target(actor: Actor, draft: ImportDraft) -> Answer:
    form = TargetForm()
    if form.validate():
        actions.write_as(actor, draft, form.plan.data or 0, form.target.data, version=form.version.data)
    return redirect(url_for("plans.import_check", draft_id=draft.id, tab="changes"))


@bp.route("/plans/import/<int:draft_id>/write", methods=["GET", "POST"])
@requires(queries.visible_drafts, policy.can_correct, param="draft_id")
def import_write(actor: Actor, draft: ImportDraft) -> Answer:
    if draft.state is ImportState.IMPORTED:
        return _after(actor, draft)
    form = WriteForm()
    sheet = write_sheet(draft, queries.known_plans(draft))
    if form.validate_on_submit():
        try:
            plans = actions.import_reading(actor, draft, version=form.version.data)
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            flash(_written(plans, sheet), "success")
            return redirect(url_for("plans.show", plan_id=plans[0].id))
    return render_template(
        "plans/write.html", draft=draft, form=form, sheet=sheet,
        unanswered=len(queries.names_asked(actor, said_in([one.plan for one in sheet.revisions]))),
    )  # fmt: skip


def _written(plans: list[Plan], sheet: WriteSheet) -> str:
    said = "已导入" + "".join(plan.audit_label() for plan in plans)
    if any(one.target for one in sheet.revisions):
        return f"{said}。已有的任务，请到任务分解中按调整后的内容核对。"
    return f"{said}。下一步可以分解任务。"


@bp.post("/plans/import/<int:draft_id>/drop")
@requires(queries.visible_drafts, policy.can_correct, param="draft_id")
def import_drop(actor: Actor, draft: ImportDraft) -> Response:
    actions.drop_import(actor, draft)
    flash(f"已放弃{draft.audit_label()}，没有写入任何规划。核对过的内容仍在，可以继续核对。", "success")
    return redirect(url_for("plans.import_upload"))


@bp.post("/plans/import/<int:draft_id>/take-up")
@requires(queries.visible_drafts, policy.can_correct, param="draft_id")
def import_take_up(actor: Actor, draft: ImportDraft) -> Response:
    actions.take_up_import(actor, draft)
    return redirect(url_for("plans.import_check", draft_id=draft.id))


def _after(actor: Actor, draft: ImportDraft) -> Response:
    """An import that was written already: to what it became, whoever asks again."""
    plans = queries.plans_from(draft.id)
    flash(f"{draft.audit_label()}已经完成，没有重复写入。", "info")
    return redirect(url_for("plans.show", plan_id=plans[0].id) if plans else url_for("plans.index"))
