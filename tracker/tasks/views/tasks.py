"""One task: looked at, made, edited, taken away."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.plans import queries as plans
from tracker.plans.models import Goal, Measure, Plan
from tracker.tasks import actions, policy, queries
from tracker.tasks.forms import AssignForm, TaskForm
from tracker.tasks.models import AssignmentRole, Outcome, Shape, Task
from tracker.tasks.views.blueprint import bp
from tracker.tasks.views.common import choices_for, unit_given
from tracker.tasks.workflow import TASK

Answer = str | Response | tuple[str, int]


@bp.get("/tasks/<int:task_id>")
@requires(queries.visible_tasks, param="task_id")
def show(actor: Actor, task: Task) -> str:
    return _show(actor, task, AssignForm(formdata=None))


def _show(actor: Actor, task: Task, form: AssignForm) -> str:
    may_edit, may_amend = policy.can_edit(actor, task), policy.can_amend(actor, task)
    return render_template(
        "tasks/show.html",
        task=task,
        form=form,
        units=choices_for(actor) if may_edit else [],
        remarks=queries.remarks_on([task.id]) if actor.sees_committee else {},
        history=queries.history_of(task) if actor.sees_committee else [],
        may_edit=may_edit,
        may_amend=may_amend,
        moves=[move for move in TASK.open_moves(task) if move.action in {"suspend", "cancel", "reopen"}]
        if may_amend
        else [],
    )


@bp.post("/tasks/<int:task_id>/assign")
@requires(queries.visible_tasks, policy.can_edit, param="task_id")
def assign(actor: Actor, task: Task) -> Answer:
    form = AssignForm()
    if form.validate():
        try:
            unit = unit_given(actor, form.unit.data)
            before = task.lead.unit if task.lead and form.role.data == AssignmentRole.LEAD.value else None
            actions.assign(actor, task, unit, AssignmentRole(form.role.data))
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            replaced = f"，替换原牵头单位{before.short_name}" if before and before.id != unit.id else ""
            flash(f"已安排{unit.short_name}{replaced}。", "success")
            return redirect(url_for("tasks.show", task_id=task.id))
    return _show(actor, task, form)


@bp.route("/plans/<int:plan_id>/tasks/new", methods=["GET", "POST"])
@requires(plans.visible_plans, policy.can_break_down, param="plan_id")
def new(actor: Actor, plan: Plan) -> Answer:
    """One more task under a measure or a goal: splitting is the exception."""
    form = TaskForm(item=request.args.get("item", ""))
    areas = plans.areas_of(plan.id)
    items = {f"measure:{one.id}": one for area in areas for one in area.measures}
    goals = {f"goal:{one.id}": one for area in areas for one in area.goals}
    chosen: Measure | Goal | None = items.get(form.item.data or "") or goals.get(form.item.data or "")
    if request.method == "GET" and chosen is not None:
        form.title.data = chosen.title if isinstance(chosen, Measure) else ""
        form.content.data = chosen.text
    if form.validate_on_submit():
        try:
            if chosen is None:
                raise RuleError("请选择任务所依据的措施或目标。", field="item")
            task = actions.add_task(
                actor, plan, chosen, title=form.title.data or "", content=form.content.data or "",
                outcome=Outcome(form.outcome.data), shape=Shape(form.shape.data),
                is_yearly=form.timing.data == "yearly", starts_on=form.starts_on.data, due_on=form.due_on.data,
            )  # fmt: skip
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            flash("已新增任务。下一步安排单位。", "success")
            return redirect(url_for("tasks.show", task_id=task.id))
    return render_template("tasks/new.html", plan=plan, areas=areas, form=form)


@bp.route("/tasks/<int:task_id>/edit", methods=["GET", "POST"])
@requires(queries.visible_tasks, policy.can_edit, param="task_id")
def edit(actor: Actor, task: Task) -> Answer:
    form = TaskForm(
        obj=task, outcome=task.outcome.value, shape=task.shape.value, timing="yearly" if task.is_yearly else "once"
    )
    conflict: Conflict | None = None
    if form.validate_on_submit():
        try:
            actions.edit_task(
                actor, task, title=form.title.data or "", content=form.content.data or "",
                outcome=Outcome(form.outcome.data), shape=Shape(form.shape.data),
                is_yearly=form.timing.data == "yearly", starts_on=form.starts_on.data, due_on=form.due_on.data,
                version=form.version.data,
            )  # fmt: skip
        except Conflict as error:
            db.session.rollback()
            conflict = error
            form.version.renew(task.version)
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            flash("已保存。", "success")
            return redirect(url_for("tasks.show", task_id=task.id))
    page = render_template("tasks/edit.html", task=task, form=form, conflict=conflict)
    return page, 409 if conflict else 200


@bp.post("/tasks/<int:task_id>/remove")
@requires(queries.visible_tasks, policy.can_edit, param="task_id")
def remove(actor: Actor, task: Task) -> Response:
    plan_id, title = task.plan_id, task.title
    actions.remove_task(actor, task)
    flash(f"已删除任务“{title}”。", "success")
    return redirect(url_for("tasks.breakdown", plan_id=plan_id))
