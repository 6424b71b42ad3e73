"""印发: confirmed on a page that says what will happen and to whom."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.forms import EmptyForm
from tracker.messages.flashing import flash_told
from tracker.plans import queries as plans
from tracker.plans.models import Plan
from tracker.tasks import actions, policy, queries
from tracker.tasks.models import Consultation
from tracker.tasks.views.blueprint import bp

Answer = str | Response


@bp.route("/consultations/<int:consultation_id>/issue", methods=["GET", "POST"])
@requires(queries.visible_consultations, policy.can_issue_settled, param="consultation_id")
def issue_settled(actor: Actor, consultation: Consultation) -> Answer:
    return _issue(actor, consultation.plan, consultation)


@bp.route("/plans/<int:plan_id>/issue", methods=["GET", "POST"])
@requires(plans.visible_plans, policy.can_issue, param="plan_id")
def issue_drafts(actor: Actor, plan: Plan) -> Answer:
    return _issue(actor, plan, None)


def _issue(actor: Actor, plan: Plan, consultation: Consultation | None) -> Answer:
    form = EmptyForm()
    reach = queries.reach_of(plan, actor.on)
    if form.validate_on_submit():
        told = [one.unit.short_name for one in reach.told if one.people]
        deaf = [one.unit.short_name for one in reach.told if not one.people]
        try:
            tasks = actions.issue(actor, consultation or plan)
        except RuleError as error:
            db.session.rollback()
            form.take(error)
        else:
            flash_told(f"已印发 {len(tasks)} 项任务", len(told), deaf)
            return redirect(url_for("tasks.breakdown", plan_id=plan.id))
    return render_template(
        "tasks/issue.html",
        plan=plan,
        consultation=consultation,
        form=form,
        reach=reach,
        gaps=queries.gaps_of(plan.id),
        unasked=queries.unasked_in(consultation) if consultation else [],
        is_over=plan.last_year < actor.on.year,
        back=url_for("tasks.consultation", consultation_id=consultation.id)
        if consultation
        else url_for("tasks.breakdown", plan_id=plan.id),
    )
