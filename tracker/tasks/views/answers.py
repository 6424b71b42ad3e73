"""A unit's side of a consultation: its whole list, answered once."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.core import calendar, files
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.pages import number_arg
from tracker.documents.grids import LARGEST_FILE
from tracker.documents.handing import hand_out
from tracker.tasks import actions, documents, policy, queries
from tracker.tasks.forms import AnswerForm, TableForm
from tracker.tasks.models import AnswerKind, ConsultationAnswer
from tracker.tasks.views.blueprint import bp

Answer = str | Response | tuple[str, int]


@bp.get("/consultation-answers/<int:answer_id>")
@requires(queries.visible_answers, param="answer_id")
def answer(actor: Actor, answer: ConsultationAnswer) -> str:
    form = AnswerForm(formdata=None, obj=answer)
    form.agrees.data = {AnswerKind.AGREED: "yes", AnswerKind.CONTESTED: "no"}.get(answer.kind)
    sent = queries.remarks_sent(answer, number_arg("table")) if policy.can_answer(actor, answer) else None
    if sent is not None and not sent.table.faults:
        form.agrees.data = "no" if sent.table.remarks or sent.table.text else "yes"
        form.text.data = sent.table.text
        return _page(actor, answer, form, sent.table.remarks, None, sent)
    return _page(actor, answer, form, None, None, sent)


@bp.get("/consultation-answers/<int:answer_id>/list.<any(xlsx, docx, pdf):kind>")
@requires(queries.visible_answers, param="answer_id")
def answer_list(actor: Actor, answer: ConsultationAnswer, kind: str) -> Response:
    """The unit's own list: to read, to sign, or to write the remarks into and send back."""
    lines = queries.answer_sheet(answer).lines
    name = f"{answer.unit.short_name}{answer.consultation.plan.short_title}任务清单（征求意见稿）"
    if kind == "xlsx":
        content = documents.list_to_answer(answer, lines, actor.on)
        return files.download_bytes(content, f"{name}.xlsx", files.XLSX)
    paper = documents.unit_list(answer.unit, [line.task for line in lines], [], actor.on, title=name)
    return hand_out(paper, kind, name)


@bp.post("/consultation-answers/<int:answer_id>/table")
@requires(queries.visible_answers, policy.can_give, param="answer_id")
def send_table(actor: Actor, answer: ConsultationAnswer) -> Response:
    """The list sent back with its remarks: laid into the page, to be looked at and answered there."""
    form = TableForm()
    place = url_for("tasks.answer", answer_id=answer.id)
    if not form.validate():
        flash("请先选择填好的表格。", "error")
        return redirect(place)
    try:
        content = form.file.data.read()
        queries.check_remarks(content)
        blob = files.put_upload(content, max_bytes=LARGEST_FILE)
        name = files.safe_name(form.file.data.filename or "")
        upload = actions.keep_table(actor, answer.consultation.plan, blob, name, answer)
    except RuleError as error:
        db.session.rollback()
        flash(error.sentence, "error")
        return redirect(place)
    return redirect(url_for("tasks.answer", answer_id=answer.id, table=upload.id))


@bp.get("/consultation-answers/<int:answer_id>/tables/<int:number>/errors.xlsx")
@requires(queries.visible_answers, policy.can_give, param="answer_id")
def remark_errors(actor: Actor, answer: ConsultationAnswer, number: int) -> Response:
    """The same table with the reasons in a red column."""
    sent = queries.remarks_sent(answer, number)
    if sent is None:
        abort(404)
    content, stem = queries.remarks_with_reasons(sent, actor.on), sent.upload.source_name.rpartition(".")[0]
    return files.download_bytes(content, f"{stem}（标注错误原因）.xlsx", files.XLSX)


@bp.post("/consultation-answers/<int:answer_id>")
@requires(queries.visible_answers, policy.can_give, param="answer_id")
def give_answer(actor: Actor, answer: ConsultationAnswer) -> Answer:
    form = AnswerForm()
    remarks = form.remarks()
    if not form.validate():
        return _page(actor, answer, form, remarks, None)
    try:
        actions.answer(
            actor, answer, remarks, text=form.text.data or "", agrees=form.agrees.data == "yes",
            version=form.version.data,
        )  # fmt: skip
    except Conflict as error:
        db.session.rollback()
        form.version.renew(answer.version)
        return _page(actor, answer, form, remarks, error), 409
    except RuleError as error:
        db.session.rollback()
        form.take(error)
        return _page(actor, answer, form, remarks, None)
    if actor.is_office:
        flash(f"已代录{answer.unit.short_name}的书面答复。", "success")
        return redirect(url_for("tasks.consultation", consultation_id=answer.consultation_id))
    flash("已答复。办公室汇总之前可以修改。", "success")
    return redirect(url_for("tasks.answer", answer_id=answer.id))


def _page(
    actor: Actor, answer: ConsultationAnswer, form: AnswerForm, typed: dict[int, str] | None, conflict: Conflict | None,
    sent: queries.RemarksSent | None = None,
) -> str:  # fmt: skip
    return render_template(
        "tasks/answer.html",
        answer=answer,
        consultation=answer.consultation,
        sheet=queries.answer_sheet(answer),
        form=form,
        typed=typed,
        conflict=conflict,
        sent=sent,
        rounds=queries.rounds_of_unit(answer),
        left=calendar.current().workdays_until(actor.on, answer.consultation.due_on),
        may_answer=policy.can_answer(actor, answer),
    )
