"""Unknown names of units, asked about once each: in an import, and for a plan that is there."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tracker.committees import actions as committee_actions
from tracker.committees import queries as committees
from tracker.committees.models import Committee, Unit
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.pages import row_number
from tracker.plans import policy, queries
from tracker.plans.asking import Said
from tracker.plans.forms import NameForm
from tracker.plans.models import ImportDraft, Plan
from tracker.plans.views.blueprint import bp


@bp.get("/plans/<int:plan_id>/names")
@requires(queries.visible_plans, policy.can_keep, param="plan_id")
def names(actor: Actor, plan: Plan) -> str:
    return render_template("plans/names.html", plan=plan, **names_shown(actor, queries.names_in_plan(plan)))


@bp.post("/plans/<int:plan_id>/names")
@requires(queries.visible_plans, policy.can_keep, param="plan_id")
def names_said(actor: Actor, plan: Plan) -> Response:
    _take(actor)
    return redirect(url_for("plans.names", plan_id=plan.id))


@bp.post("/plans/import/<int:draft_id>/names")
@requires(queries.visible_drafts, policy.can_correct, param="draft_id")
def import_names(actor: Actor, draft: ImportDraft) -> Response:
    _take(actor)
    return redirect(url_for("plans.import_check", draft_id=draft.id, tab="names"))


def names_shown(actor: Actor, said: list[Said]) -> dict[str, Any]:
    """What the list of unknown names shows, with the units to choose from."""
    return {
        "asked": queries.names_asked(actor, said),
        "units": committees.unit_choices(actor.committee_id, actor.on),
        "ignored": sorted(committees.ignored_names(actor.committee_id)),
    }


def _take(actor: Actor) -> None:
    form = NameForm()
    if not form.validate():
        flash("没有读懂所作的选择，请刷新页面后再试。", "error")
        return
    name = form.name.data or ""
    committee = db.session.get_one(Committee, actor.committee_id)
    try:
        if form.do.data == "ignore":
            committee_actions.ignore_name(actor, committee, name)
            flash(f"“{name}”不再作为单位询问。", "success")
        elif form.do.data == "mind":
            committee_actions.mind_name(actor, committee, name)
            flash(f"“{name}”恢复询问。", "success")
        else:
            unit = _unit(actor)
            committee_actions.learn_name(actor, unit, name)
            flash(f"今后“{name}”都认作{unit.short_name}。", "success")
    except RuleError as error:
        db.session.rollback()
        flash(error.sentence, "error")


def _unit(actor: Actor) -> Unit:
    unit = committees.unit_seen(actor, row_number(request.form.get("unit")))
    if unit is None or unit.committee_id != actor.committee_id:
        raise RuleError("请先选择单位，再点“认作该单位”。")
    return unit
