"""The breakdown page of a plan: measures become tasks, tasks get their units, singly and in bulk."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.core import files
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import RuleError, RuleErrors
from tracker.core.exports import listed, record_export
from tracker.core.pages import paginate, row_number, row_numbers, safe_next
from tracker.documents.handing import hand_out
from tracker.plans import queries as plans
from tracker.plans.models import Plan
from tracker.tasks import actions, documents, policy, queries
from tracker.tasks.models import Assignment, AssignmentRole, Task, TaskState
from tracker.tasks.queries import TaskFilter
from tracker.tasks.views.blueprint import bp
from tracker.tasks.views.common import choices_for, unit_given, units_given

PER_PAGE = 200
MOST_TICKS = PER_PAGE
"""A plan's whole table stands on one page: the office assigns down it."""


def can_see(actor: Actor, plan: Plan) -> bool:
    """The table with its drafts is the office's and the chair's."""
    return actor.sees_committee


@bp.get("/plans/<int:plan_id>/tasks")
@requires(plans.visible_plans, can_see, param="plan_id")
def breakdown(actor: Actor, plan: Plan) -> str:
    wanted = TaskFilter.of({**request.args.to_dict(), "plan": str(plan.id)})
    page = paginate(queries.whole(queries.tasks_listed(actor, wanted)), per_page=PER_PAGE)
    return render_template(
        "tasks/breakdown.html",
        plan=plan,
        page=page,
        progress=queries.progress_of(plan),
        consultation=queries.open_consultation_of(plan.id),
        remarks=queries.remarks_on([task.id for task in page.rows]),
        said=[pair for pair in wanted.said(actor) if pair[2] != "plan"],
        areas=queries.areas_for(actor, plan.id),
        ticked=set(request.args.get("ticked", "").split()),
        is_over=plan.last_year < actor.on.year,
        units=choices_for(actor),
        roles=list(AssignmentRole),
        states=list(TaskState),
        may_work=policy.can_break_down(actor, plan),
        may_assign=policy.can_break_down(actor, plan) and any(task.is_open for task in page.rows),
        may_issue=policy.can_issue(actor, plan),
    )


@bp.post("/plans/<int:plan_id>/tasks/make")
@requires(plans.visible_plans, policy.can_break_down, param="plan_id")
def make(actor: Actor, plan: Plan) -> Response:
    made = actions.break_down(actor, plan)
    if made:
        flash(f"已按措施生成 {len(made)} 项任务。下一步安排单位。", "success")
    else:
        flash("每条措施都已有任务，没有新增。", "info")
    return redirect(url_for("tasks.breakdown", plan_id=plan.id))


@bp.post("/plans/<int:plan_id>/tasks/units")
@requires(plans.visible_plans, policy.can_break_down, param="plan_id")
def assign_selected(actor: Actor, plan: Plan) -> Response:
    """The bar under the table: one unit, one part, added to or taken from the selected tasks."""
    back = _back(plan)
    tasks = _selected(actor, plan)
    try:
        unit = unit_given(actor, row_number(request.form.get("unit")))
        if request.form.get("do") == "remove":
            changed = actions.remove_unit(actor, tasks, unit)
        else:
            role = AssignmentRole(request.form.get("role", AssignmentRole.LEAD.value))
            changed = actions.assign_many(actor, tasks, {role: [unit]}, replace=request.form.get("do") == "replace")
    except RuleErrors as error:
        db.session.rollback()
        for sentence in error.sentences[:20]:
            flash(sentence, "error")
        back = _with_ticks(back)
    except (RuleError, ValueError) as error:
        db.session.rollback()
        flash(error.sentence if isinstance(error, RuleError) else "请选择分工。", "error")
        back = _with_ticks(back)
    else:
        flash(f"选中 {len(tasks)} 项任务，{changed} 处变化。", "success")
    return redirect(back)


@bp.route("/plans/<int:plan_id>/tasks/assign", methods=["GET", "POST"])
@requires(plans.visible_plans, policy.can_break_down, param="plan_id")
def assign_page(actor: Actor, plan: Plan) -> str | Response:
    """Several units at once for the selected tasks: a page of its own, since pickers of forty units need room."""
    tasks = _selected(actor, plan)
    if not tasks:
        flash("请先选中任务，再安排单位。", "warning")
        return redirect(_back(plan))
    faults: list[str] = []
    if request.method == "POST" and request.form.get("do") in {"add", "replace"}:
        wanted = {role: units_given(actor, role.value) for role in AssignmentRole}
        given = (
            wanted if request.form.get("do") == "replace" else {role: units for role, units in wanted.items() if units}
        )
        try:
            changed = actions.assign_many(actor, tasks, given, replace=request.form.get("do") == "replace")
        except RuleErrors as error:
            db.session.rollback()
            faults = error.sentences
        except RuleError as error:
            db.session.rollback()
            faults = [error.sentence]
        else:
            flash(f"{len(tasks)} 项任务，{changed} 处变化。", "success")
            return redirect(_back(plan))
    return render_template(
        "tasks/assign.html",
        plan=plan,
        tasks=_selected(actor, plan),
        units=choices_for(actor),
        roles=list(AssignmentRole),
        faults=faults,
        back=_back(plan),
    )


@bp.get("/plans/<int:plan_id>/tasks/proposals")
@requires(plans.visible_plans, policy.can_break_down, param="plan_id")
def proposals(actor: Actor, plan: Plan) -> str:
    return render_template("tasks/proposals.html", plan=plan, sheet=queries.proposals_for(actor, plan))


@bp.post("/plans/<int:plan_id>/tasks/proposals")
@requires(plans.visible_plans, policy.can_break_down, param="plan_id")
def accept_proposals(actor: Actor, plan: Plan) -> Response:
    keys = request.form.getlist("ids")
    if keys:
        made = actions.accept_proposals(actor, plan, keys)
        flash(f"已安排 {made} 处分工。", "success")
    else:
        flash("没有选中建议，没有变化。", "info")
    return redirect(url_for("tasks.proposals", plan_id=plan.id))


@bp.post("/assignments/<int:assignment_id>/remove")
@requires(
    queries.visible_assignments, lambda actor, part: policy.can_break_down(actor, part.task.plan), param="assignment_id"
)
def unassign(actor: Actor, part: Assignment) -> Response:
    plan, name, title = part.task.plan, part.unit.short_name, part.task.title
    actions.unassign(actor, part)
    flash(f"已取消{name}在任务“{title}”中的分工。", "success")
    return redirect(_back(plan))


@bp.get("/plans/<int:plan_id>/tasks.xlsx")
@requires(plans.visible_plans, can_see, param="plan_id")
def breakdown_xlsx(actor: Actor, plan: Plan) -> Response:
    wanted = TaskFilter.of({**request.args.to_dict(), "plan": str(plan.id)})
    tasks = queries.tasks_in_order(actor, wanted)
    said, name = wanted.said(actor), f"{plan.title}任务分解表.xlsx"
    content = documents.responsibility_table(tasks, said, actor.on)
    record_export(actor, listed("任务分解表", len(tasks), said), plan)
    return files.download_bytes(content, name, files.XLSX)


@bp.get("/plans/<int:plan_id>/tasks/book.<any(xlsx, docx, pdf):kind>")
@requires(plans.visible_plans, can_see, param="plan_id")
def book(actor: Actor, plan: Plan, kind: str) -> Response:
    """目标责任分解书 of the whole plan."""
    tasks = queries.tasks_of_plan(plan.id)
    name = f"{plan.title}目标责任分解书"
    if kind == "xlsx":
        content = documents.responsibility_sheet(plan, tasks, actor.on)
        answer = files.download_bytes(content, f"{name}.xlsx", files.XLSX)
    else:
        answer = hand_out(documents.responsibility_book(plan, tasks, actor.on), kind, name)
    record_export(actor, listed("目标责任分解书", len(tasks)), plan)
    return answer


def _selected(actor: Actor, plan: Plan) -> list[Task]:
    """The ticked tasks, or with `all` everything that the page's filter shows."""
    if request.values.get("all"):
        wanted = TaskFilter.of({**request.args.to_dict(), "plan": str(plan.id)})
        return queries.tasks_in_order(actor, wanted)
    return queries.tasks_chosen(actor, plan.id, row_numbers(request.values.getlist("ids")))


def _with_ticks(back: str) -> str:
    """The same table with the same rows ticked: nobody selects forty tasks twice."""
    ticked = ["all"] if request.form.get("all") else request.form.getlist("ids")[:MOST_TICKS]
    place = urlsplit(back)
    kept = [pair for pair in parse_qsl(place.query) if pair[0] != "ticked"]
    return urlunsplit(place._replace(query=urlencode([*kept, ("ticked", " ".join(ticked))])))


def _back(plan: Plan) -> str:
    """The table as it was filtered."""
    given = safe_next(request.values.get("next"))
    return given or url_for("tasks.breakdown", plan_id=plan.id)
