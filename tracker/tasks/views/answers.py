"""A unit's side of a consultation: its whole list, answered once."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.core import calendar
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.tasks import actions, policy, queries
from tracker.tasks.forms import AnswerForm
from tracker.tasks.models import AnswerKind, ConsultationAnswer
from tracker.tasks.views.blueprint import bp

Answer = str | Response | tuple[str, int]


@bp.get("/consultation-answers/<int:answer_id>")
@requires(queries.visible_answers, param="answer_id")
def answer(actor: Actor, answer: ConsultationAnswer) -> str:
    form = AnswerForm(formdata=None, obj=answer)
    form.agrees.data = {AnswerKind.AGREED: "yes", AnswerKind.CONTESTED: "no"}.get(answer.kind)
    return _page(actor, answer, form, None, None)


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
    actor: Actor, answer: ConsultationAnswer, form: AnswerForm, typed: dict[int, str] | None, conflict: Conflict | None
) -> str:
    return render_template(
        "tasks/answer.html",
        answer=answer,
        consultation=answer.consultation,
        sheet=queries.answer_sheet(answer),
        form=form,
        typed=typed,
        conflict=conflict,
        left=calendar.current().workdays_until(actor.on, answer.consultation.due_on),
        may_answer=policy.can_answer(actor, answer),
    )
