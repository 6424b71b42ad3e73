"""The pages of a plan that is there: list, text and structure side by side, its words mended."""

from __future__ import annotations

import re

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.core import files
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.pages import number_arg, text_arg
from tracker.plans import actions, policy, queries
from tracker.plans.forms import GoalForm, MeasureForm, PlanForm
from tracker.plans.models import Amendment, Area, Goal, Measure, Plan, PlanKind
from tracker.plans.views.blueprint import bp

Answer = str | Response | tuple[str, int]
PAIR = re.compile(r"[0-9]{1,9}:[0-9]{1,9}")
"""goal:measure."""


def can_look(actor: Actor) -> bool:
    """Office, chair and units; administrators have no business here."""
    return actor.is_unit or actor.sees_committee


@bp.get("/plans")
@requires(can=can_look)
def index(actor: Actor) -> str:
    return render_template(
        "plans/index.html",
        rows=queries.plan_rows(actor),
        drafts=queries.unfinished(actor),
        may_import=policy.can_import(actor),
    )


@bp.get("/plans/<int:plan_id>")
@requires(queries.visible_plans, param="plan_id")
def show(actor: Actor, plan: Plan) -> str:
    areas = queries.areas_of(plan.id)
    position = number_arg("area") or 1
    area = next((one for one in areas if one.position == position), areas[0] if areas else None)
    word = text_arg("q")
    return render_template(
        "plans/show.html",
        plan=plan,
        areas=areas,
        area=area,
        word=word,
        found=queries.found_in(plan, word) if word else [],
        lines=queries.lines_beside(plan, areas, area) if area is not None and not word else [],
        amended=queries.amended_times(plan.id),
        words=queries.former_words(area) if area is not None and not word else {},
        links=queries.links_shown(plan, area) if area is not None and not word else {},
        may_edit=policy.can_edit_plan(actor, plan),
        may_keep=policy.can_keep(actor, plan),
    )


@bp.get("/plans/<int:plan_id>/source")
@requires(queries.visible_plans, param="plan_id")
def source(actor: Actor, plan: Plan) -> Response:
    if plan.source is None:
        raise RuleError("这个规划没有保存源文件。")
    return files.download(plan.source, plan.source_name or f"{plan.title}.txt")


@bp.post("/plans/areas/<int:area_id>/links")
@requires(queries.visible_areas, policy.can_keep_area, param="area_id")
def link_goals(actor: Actor, area: Area) -> Response:
    """对应: the chosen goals and measures belong together, or do not."""
    pairs = [tuple(map(int, one.split(":"))) for one in request.form.getlist("ids") if PAIR.fullmatch(one)]
    changed = actions.link_goals(actor, area, [(a, b) for a, b in pairs], is_linked=request.form.get("do") != "unlink")
    flash(f"已保存 {changed} 处对应。" if changed else "没有变化。", "success" if changed else "info")
    measure = request.form.get("ids", "").partition(":")[2]
    anchor = f"measure-{measure}" if measure.isdigit() and len(pairs) == 1 else None
    return redirect(url_for("plans.show", plan_id=area.plan_id, area=area.position, _anchor=anchor))


@bp.get("/plans/<int:plan_id>/amendments")
@requires(queries.visible_plans, param="plan_id")
def amendments(actor: Actor, plan: Plan) -> str:
    """中期调整: what changed when, by which document."""
    rows = queries.amendments_of(plan.id)
    return render_template("plans/amendments.html", plan=plan, amendments=rows, may_keep=policy.can_keep(actor, plan))


@bp.get("/plans/amendments/<int:amendment_id>/source")
@requires(queries.visible_amendments, param="amendment_id")
def former_source(actor: Actor, amendment: Amendment) -> Response:
    if amendment.former_source is None:
        raise RuleError("调整前的规划没有保存源文件。")
    return files.download(amendment.former_source, amendment.former_source_name or "调整前的规划.txt")


@bp.route("/plans/<int:plan_id>/edit", methods=["GET", "POST"])
@requires(queries.visible_plans, policy.can_edit_plan, param="plan_id")
def edit(actor: Actor, plan: Plan) -> Answer:
    form = PlanForm(obj=plan, kind=plan.kind.value)
    conflict = None
    if form.validate_on_submit():
        try:
            actions.edit_plan(
                actor, plan, title=form.title.data or "", kind=PlanKind(form.kind.data), region=form.region.data or "",
                first_year=form.first_year.data or 0, last_year=form.last_year.data or 0,
                document_number=form.document_number.data, issued_on=form.issued_on.data, version=form.version.data,
            )  # fmt: skip
        except RuleError as error:
            db.session.rollback()
            conflict = _taken(form, error, plan.version)
        else:
            flash("已保存。", "success")
            return redirect(url_for("plans.show", plan_id=plan.id))
    return render_template("plans/edit.html", plan=plan, form=form, conflict=conflict), 409 if conflict else 200


@bp.route("/plans/goals/<int:goal_id>/edit", methods=["GET", "POST"])
@requires(queries.visible_goals, policy.can_edit_goal, param="goal_id")
def edit_goal(actor: Actor, goal: Goal) -> Answer:
    form = GoalForm(obj=goal)
    conflict = None
    if form.validate_on_submit():
        try:
            actions.edit_goal(
                actor, goal, number=form.number.data or "", text=form.text.data or "", version=form.version.data
            )
        except RuleError as error:
            db.session.rollback()
            conflict = _taken(form, error, goal.version)
        else:
            flash("已保存，原来的文字见操作记录。", "success")
            return redirect(_place(goal, f"goal-{goal.id}"))
    page = render_template("plans/edit_item.html", item=goal, form=form, word="目标", conflict=conflict)
    return page, 409 if conflict else 200


@bp.route("/plans/measures/<int:measure_id>/edit", methods=["GET", "POST"])
@requires(queries.visible_measures, policy.can_edit_measure, param="measure_id")
def edit_measure(actor: Actor, measure: Measure) -> Answer:
    form = MeasureForm(obj=measure)
    conflict = None
    if form.validate_on_submit():
        try:
            actions.edit_measure(
                actor, measure, number=form.number.data or "", title=form.title.data or "", text=form.text.data or "",
                version=form.version.data,
            )  # fmt: skip
        except RuleError as error:
            db.session.rollback()
            conflict = _taken(form, error, measure.version)
        else:
            flash("已保存，原来的文字见操作记录。", "success")
            return redirect(_place(measure, f"measure-{measure.id}"))
    page = render_template("plans/edit_item.html", item=measure, form=form, word="措施", conflict=conflict)
    return page, 409 if conflict else 200


def _taken(form: PlanForm | GoalForm | MeasureForm, error: RuleError, version: int) -> Conflict | None:
    """A rule's sentence onto the form; a stale page gets the version of today, so that saving again is knowing."""
    if isinstance(error, Conflict):
        form.version.renew(version)
        return error
    form.take(error)
    return None


def _place(item: Goal | Measure, anchor: str) -> str:
    return url_for("plans.show", plan_id=item.area.plan_id, area=item.area.position, _anchor=anchor)
