"""Tasks split, merged, put in order; goals as tasks; and what is still missing."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.forms import EmptyForm
from tracker.core.pages import row_number, row_numbers
from tracker.plans import queries as plans
from tracker.plans.models import Plan
from tracker.tasks import actions, policy, queries
from tracker.tasks.forms import SplitForm
from tracker.tasks.models import Task, sentences_of
from tracker.tasks.views.blueprint import bp
from tracker.tasks.views.breakdown import can_see

Answer = str | Response


@bp.route("/tasks/<int:task_id>/split", methods=["GET", "POST"])
@requires(queries.visible_tasks, policy.can_edit, param="task_id")
def split(actor: Actor, task: Task) -> Answer:
    """The sentences that are ticked go out into a task of their own."""
    form = SplitForm()
    chosen = row_numbers(request.form.getlist("sentences"))
    if form.validate_on_submit():
        try:
            made = actions.split_task(actor, task, chosen, title=form.title.data or "")
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            flash("已拆出一项任务，单位和时限与原任务相同，请核对。", "success")
            return redirect(url_for("tasks.show", task_id=made.id))
    return render_template(
        "tasks/split.html", task=task, form=form, sentences=sentences_of(task.content), chosen=chosen
    )  # fmt: skip


@bp.route("/plans/<int:plan_id>/tasks/merge", methods=["GET", "POST"])
@requires(plans.visible_plans, policy.can_break_down, param="plan_id")
def merge(actor: Actor, plan: Plan) -> Answer:
    """The ticked tasks become the one that is chosen here."""
    tasks = queries.tasks_chosen(actor, plan.id, row_numbers(request.values.getlist("ids")))
    if len(tasks) < 2:
        flash("请先选中至少两项任务，再合并。", "warning")
        return redirect(url_for("tasks.breakdown", plan_id=plan.id))
    form, keep = EmptyForm(), next((one for one in tasks if one.id == row_number(request.form.get("keep"))), None)
    if keep is not None and form.validate_on_submit():
        try:
            kept = actions.merge_tasks(actor, tasks, keep)
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            flash(f"已合并为一项任务，请核对名称、内容和单位。{kept.gap or ''}", "success")
            return redirect(url_for("tasks.show", task_id=kept.id))
    return render_template("tasks/merge.html", plan=plan, tasks=tasks, form=form)


@bp.post("/tasks/<int:task_id>/place")
@requires(queries.visible_tasks, policy.can_edit, param="task_id")
def move_place(actor: Actor, task: Task) -> Response:
    """One place up or down in its area."""
    actions.move_task(actor, task, -1 if request.form.get("to") == "up" else 1)
    return redirect(url_for("tasks.breakdown", plan_id=task.plan_id, _anchor=f"task-{task.id}"))


@bp.post("/plans/<int:plan_id>/tasks/goals")
@requires(plans.visible_plans, policy.can_break_down, param="plan_id")
def make_of_goals(actor: Actor, plan: Plan) -> Response:
    """One task per goal, for plans that give their goals to units."""
    made = actions.break_down_goals(actor, plan)
    flash(
        f"已按目标生成 {len(made)} 项任务。" if made else "每条目标都已有任务，没有新增。",
        "success" if made else "info",
    )
    return redirect(url_for("tasks.breakdown", plan_id=plan.id))


@bp.get("/plans/<int:plan_id>/tasks/gaps")
@requires(plans.visible_plans, can_see, param="plan_id")
def gaps(actor: Actor, plan: Plan) -> str:
    """Everything that is still missing, each one click from its mend."""
    return render_template(
        "tasks/gaps.html", plan=plan, gaps=queries.all_gaps(plan, actor.on),
        may_work=policy.can_break_down(actor, plan), may_issue=policy.can_issue(actor, plan),
    )  # fmt: skip
