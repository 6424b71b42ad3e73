"""The office's side of a consultation."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.core import calendar, files
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.exports import listed, record_export
from tracker.core.forms import ReasonForm, parse_day
from tracker.core.pages import row_numbers
from tracker.documents.handing import hand_out
from tracker.plans import queries as plans
from tracker.plans.models import Plan
from tracker.reminders.queries import ledger
from tracker.tasks import actions, documents, policy, queries
from tracker.tasks.forms import DecisionForm, DueForm
from tracker.tasks.models import Consultation, ConsultationAnswer, ConsultationRemark, RemarkDecision
from tracker.tasks.views.blueprint import bp

Answer = str | Response


@bp.route("/plans/<int:plan_id>/consult", methods=["GET", "POST"])
@requires(plans.visible_plans, policy.can_break_down, param="plan_id")
def open_consultation(actor: Actor, plan: Plan) -> Answer:
    form = DueForm()
    days = calendar.current()
    if request.method == "GET":
        form.due_on.data = days.add_workdays(actor.on, plan.committee.settings.consultation_workdays)
    if form.validate_on_submit() and form.due_on.data:
        try:
            consultation = actions.open_consultation(actor, plan, form.due_on.data)
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            flash(f"已向 {len(consultation.answers)} 个单位征求意见。", "success")
            return redirect(url_for("tasks.consultation", consultation_id=consultation.id))
    return render_template(
        "tasks/consult.html",
        plan=plan,
        form=form,
        reach=queries.reach_of(plan, actor.on),
        gaps=queries.gaps_of(plan.id),
        silence=plan.committee.settings.silence_is_consent,
        workdays=plan.committee.settings.consultation_workdays,
    )


@bp.get("/tasks/day")
@requires(can=policy.can_work)
def day(actor: Actor) -> Response:
    """What a day is, for the field in which it is typed: weekday, day off, how many working days from today."""
    chosen = parse_day(request.args.get("date", ""))
    return jsonify(text=queries.day_in_words(chosen, actor.on) if chosen else "")


@bp.get("/consultations/<int:consultation_id>")
@requires(queries.visible_consultations, param="consultation_id")
def consultation(actor: Actor, consultation: Consultation) -> str:
    return _page(actor, consultation, None, None)


def _page(actor: Actor, consultation: Consultation, form: DecisionForm | None, key: str | None) -> str:
    sheet = queries.sheet_of(consultation)
    return render_template(
        "tasks/consultation.html",
        consultation=consultation,
        sheet=sheet,
        unheeded=queries.unheeded_in(sheet) if policy.can_consult(actor, consultation) else [],
        said=ledger("ConsultationAnswer", [answer.id for answer in sheet.answers]),
        left=calendar.current().workdays_until(actor.on, consultation.due_on),
        form=form,
        key=key,
        rounds=queries.rounds_of(consultation),
        may_work=policy.can_consult(actor, consultation),
        may_issue=policy.can_issue_settled(actor, consultation),
    )


@bp.post("/consultations/<int:consultation_id>/decide")
@requires(queries.visible_consultations, policy.can_consult, param="consultation_id")
def decide(actor: Actor, consultation: Consultation) -> Answer:
    """采纳 or 不采纳 at one remark; the key is answer:3 for what a unit says on the whole, remark:7 for a line."""
    form, key = DecisionForm(), request.form.get("key", "")
    if form.validate():
        try:
            remark = _remark(consultation, key)
            actions.decide_remark(
                actor, remark, RemarkDecision(form.decision.data), form.reason.data or "", version=form.version.data
            )
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            flash("已记下处理结果。", "success")
            return redirect(url_for("tasks.consultation", consultation_id=consultation.id, _anchor=key))
    return _page(actor, consultation, form, key)


def _remark(consultation: Consultation, key: str) -> ConsultationRemark | ConsultationAnswer:
    for answer in queries.sheet_of(consultation).answers:
        if key == f"answer:{answer.id}" and answer.text:
            return answer
        for remark in answer.remarks:
            if key == f"remark:{remark.id}":
                return remark
    raise RuleError("这条意见刚才已有变化，请刷新页面核对。")


@bp.route("/consultations/<int:consultation_id>/due", methods=["GET", "POST"])
@requires(queries.visible_consultations, policy.can_consult, param="consultation_id")
def move_due_date(actor: Actor, consultation: Consultation) -> Answer:
    """More time for the units; after settling, ask on."""
    form = DueForm(due_on=consultation.due_on)
    if form.validate_on_submit() and form.due_on.data:
        act = actions.move_due_date if consultation.state.value == "open" else actions.resume
        try:
            act(actor, consultation, form.due_on.data)
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            flash("已更改答复期限，并通知未答复的单位。", "success")
            return redirect(url_for("tasks.consultation", consultation_id=consultation.id))
    return render_template("tasks/move_due.html", consultation=consultation, form=form)


@bp.route("/consultations/<int:consultation_id>/again", methods=["GET", "POST"])
@requires(queries.visible_consultations, policy.can_consult, param="consultation_id")
def ask_again(actor: Actor, consultation: Consultation) -> Answer:
    """第二轮: only the units and lines that are new or changed; the round before stays as it was."""
    form = DueForm()
    chosen = row_numbers(request.form.getlist("units")) if request.method == "POST" else None
    if request.method == "GET":
        workdays = consultation.plan.committee.settings.consultation_workdays
        form.due_on.data = calendar.current().add_workdays(actor.on, workdays)
    if form.validate_on_submit() and form.due_on.data:
        try:
            further = actions.ask_again(actor, consultation, form.due_on.data, chosen or [])
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            flash(f"已向 {len(further.answers)} 个单位第{further.round_no}次征求意见。", "success")
            return redirect(url_for("tasks.consultation", consultation_id=further.id))
    return render_template(
        "tasks/ask_again.html", consultation=consultation, form=form, chosen=chosen,
        concerned=queries.concerned_in(consultation),
    )  # fmt: skip


@bp.get("/consultations/<int:consultation_id>/remarks.xlsx")
@requires(queries.visible_consultations, param="consultation_id")
def remarks_xlsx(actor: Actor, consultation: Consultation) -> Response:
    """意见汇总处理表."""
    sheet = queries.sheet_of(consultation)
    content, name = (
        documents.remarks_sheet(sheet, actor.on),
        f"{consultation.plan.short_title}任务分解意见汇总处理表.xlsx",
    )
    count = sum(len(one.remarks) + bool(one.text) for one in sheet.answers)
    record_export(actor, listed("意见汇总处理表", count), consultation)
    return files.download_bytes(content, name, files.XLSX)


@bp.post("/consultations/<int:consultation_id>/settle")
@requires(queries.visible_consultations, policy.can_consult, param="consultation_id")
def settle(actor: Actor, consultation: Consultation) -> Answer:
    actions.settle(actor, consultation)
    flash("意见已汇总。现在可以由主任印发。", "success")
    return redirect(url_for("tasks.consultation", consultation_id=consultation.id))


@bp.route("/consultations/<int:consultation_id>/withdraw", methods=["GET", "POST"])
@requires(queries.visible_consultations, policy.can_consult, param="consultation_id")
def withdraw_consultation(actor: Actor, consultation: Consultation) -> Answer:
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            actions.withdraw_consultation(actor, consultation, form.reason.data or "")
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            flash("征求意见已撤回，任务回到拟定状态。", "success")
            return redirect(url_for("tasks.breakdown", plan_id=consultation.plan_id))
    return render_template("tasks/withdraw_consultation.html", consultation=consultation, form=form)


@bp.get("/consultations/<int:consultation_id>/letter.<any(docx, pdf):kind>")
@requires(queries.visible_consultations, policy.can_consult, param="consultation_id")
def letter(actor: Actor, consultation: Consultation, kind: str) -> Response:
    """The 征求意见函 to sign and send by OA, with the table as its annex."""
    paper = documents.consultation_letter(consultation, queries.tasks_consulted(consultation))
    return hand_out(paper, kind, f"关于征求{consultation.plan.short_title}任务分解意见的函")
