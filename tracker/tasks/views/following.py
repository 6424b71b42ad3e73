"""After a plan was amended: tasks whose measure is gone, and tasks that still say its former words."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import RuleError, RuleErrors
from tracker.core.forms import ReasonForm
from tracker.core.pages import row_numbers
from tracker.plans import queries as plans
from tracker.plans.models import Plan
from tracker.tasks import policy, queries
from tracker.tasks.actions import following as actions
from tracker.tasks.queries import following
from tracker.tasks.views.blueprint import bp


@bp.route("/plans/<int:plan_id>/tasks/amended", methods=["GET", "POST"])
@requires(plans.visible_plans, policy.can_break_down, param="plan_id")
def amended(actor: Actor, plan: Plan) -> str | Response:
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            flash(_decided(actor, plan, form.reason.data or ""), "success")
            return redirect(url_for("tasks.amended", plan_id=plan.id))
        except RuleErrors as error:
            db.session.rollback()
            form.take(error)
        except RuleError as error:
            db.session.rollback()
            form.take(RuleErrors([error.sentence]))
    return render_template(
        "tasks/amended.html",
        plan=plan,
        form=form,
        dropped=following.left_without_measure(plan),
        former=following.in_former_words(plan),
        ticked=set(row_numbers(request.form.getlist("ids"))),
        may_issue=policy.can_issue(actor, plan),
    )


def _decided(actor: Actor, plan: Plan, reason: str) -> str:
    tasks = queries.tasks_chosen(actor, plan.id, row_numbers(request.form.getlist("ids")))
    if request.form.get("do") == "reword":
        return f"已更新 {actions.take_new_words(actor, plan, tasks, reason)} 项任务的文字，有关单位会收到通知。"
    return f"已撤销 {actions.end_dropped(actor, plan, tasks, reason)} 项任务。"
