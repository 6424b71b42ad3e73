"""After issue: parts moved, added, withdrawn, tasks suspended, each with its reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.forms import ReasonForm
from tracker.tasks import actions, policy, queries
from tracker.tasks.forms import AddUnitForm, AmendForm, UnitReasonForm
from tracker.tasks.models import Assignment, AssignmentRole, Outcome, Shape, Task
from tracker.tasks.views.blueprint import bp
from tracker.tasks.views.common import choices_for, unit_given
from tracker.tasks.workflow import TASK

Answer = str | Response


def can_amend_part(actor: Actor, part: Assignment) -> bool:
    return policy.can_amend(actor, part.task)


@bp.route("/assignments/<int:assignment_id>/move", methods=["GET", "POST"])
@requires(queries.visible_assignments, can_amend_part, param="assignment_id")
def move(actor: Actor, part: Assignment) -> Answer:
    form = UnitReasonForm()
    done = _tried(form, lambda: actions.move(actor, part, unit_given(actor, form.unit.data), form.reason.data or ""))
    if done:
        flash(f"已移交给{done.unit.short_name}，两个单位都会收到通知。", "success")
        return redirect(url_for("tasks.show", task_id=part.task_id))
    return render_template("tasks/move.html", part=part, task=part.task, form=form, units=choices_for(actor))


@bp.route("/assignments/<int:assignment_id>/withdraw", methods=["GET", "POST"])
@requires(queries.visible_assignments, can_amend_part, param="assignment_id")
def withdraw(actor: Actor, part: Assignment) -> Answer:
    form = ReasonForm()
    if _tried(form, lambda: actions.withdraw(actor, part, form.reason.data or "") or True):
        flash(f"已收回，{part.unit.short_name}会收到通知。", "success")
        return redirect(url_for("tasks.show", task_id=part.task_id))
    return render_template("tasks/withdraw.html", part=part, task=part.task, form=form)


@bp.route("/tasks/<int:task_id>/add-unit", methods=["GET", "POST"])
@requires(queries.visible_tasks, policy.can_amend, param="task_id")
def add_unit(actor: Actor, task: Task) -> Answer:
    form = AddUnitForm()

    def add() -> Assignment:
        unit = unit_given(actor, form.unit.data)
        return actions.add_unit(actor, task, unit, AssignmentRole(form.role.data), form.reason.data or "")

    done = _tried(form, add)
    if done:
        flash(f"已增加{done.role.label}单位{done.unit.short_name}，该单位会收到通知。", "success")
        return redirect(url_for("tasks.show", task_id=task.id))
    return render_template("tasks/add_unit.html", task=task, form=form, units=choices_for(actor))


@bp.route("/tasks/<int:task_id>/amend", methods=["GET", "POST"])
@requires(queries.visible_tasks, policy.can_amend, param="task_id")
def amend(actor: Actor, task: Task) -> Answer | tuple[str, int]:
    """What the task says, changed after issue with its reason."""
    form = AmendForm(
        obj=task, outcome=task.outcome.value, shape=task.shape.value, timing="yearly" if task.is_yearly else "once"
    )
    conflict: Conflict | None = None
    if form.validate_on_submit():
        try:
            done = actions.amend_task(
                actor, task, reason=form.reason.data or "", title=form.title.data or "",
                content=form.content.data or "", outcome=Outcome(form.outcome.data), shape=Shape(form.shape.data),
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
            said = "任务已调整，承担单位会收到通知。" if done else "没有变化。"
            flash(said, "success" if done else "info")
            return redirect(url_for("tasks.show", task_id=task.id))
    page = render_template("tasks/amend.html", task=task, form=form, conflict=conflict)
    return page, 409 if conflict else 200


@bp.route("/tasks/<int:task_id>/<any(suspend, cancel, reopen):what>", methods=["GET", "POST"])
@requires(queries.visible_tasks, policy.can_amend, param="task_id")
def change_state(actor: Actor, task: Task, what: str) -> Answer:
    verbs = {"suspend": actions.suspend, "cancel": actions.cancel, "reopen": actions.reopen}
    move = TASK.moves[what]
    if not TASK.allows(task, what):
        abort(404)
    form = ReasonForm()
    if _tried(form, lambda: verbs[what](actor, task, form.reason.data or "") or True):
        flash(f"已{move.verb}。", "success")
        return redirect(url_for("tasks.show", task_id=task.id))
    return render_template("tasks/change_state.html", task=task, form=form, move=move)


def _tried(form: Any, act: Callable[[], Any]) -> Any:
    """The act's result when the form is whole and no rule forbids it; else the reasons stand on the form."""
    if not form.validate_on_submit():
        return None
    try:
        return act()
    except RuleError as error:
        db.session.rollback()
        form.take(error)
        return None
