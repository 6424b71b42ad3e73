"""联络员变更 as the unit begins it and the office ends it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from tracker.accounts import actions, policy, queries
from tracker.accounts.forms import ProposalForm
from tracker.accounts.models import Proposal
from tracker.accounts.views.blueprint import bp
from tracker.accounts.views.refusing import refused
from tracker.accounts.views.users import slip
from tracker.core.access import UNIT_ROLES, Actor, Role, requires
from tracker.core.errors import RuleError
from tracker.core.forms import EmptyForm, ReasonForm
from tracker.core.reading import reads


@bp.route("/account/successor", methods=["GET", "POST"])
@requires(can=policy.names_successor)
def propose(actor: Actor) -> Any:
    """The unit's own page: who holds its posts, who is to come next."""
    form = ProposalForm(data={"role": Role.LIAISON.value})
    if form.validate_on_submit():
        try:
            actions.propose(
                actor, Role(form.role.data), name=form.name.data or "", login=form.login.data or None,
                phone=form.phone.data, email=form.email.data,
            )  # fmt: skip
        except RuleError as error:
            form.take(error)
        else:
            flash(f"已提交{actor.committee.office_name}确认。确认后即行变更，确认前仍由现任人员办理。", "success")
            return redirect(url_for("accounts.propose"))
    now = queries.roster([actor.unit_id or 0], actor.on).get(actor.unit_id or 0, {})
    held = [one for role in (Role.LIAISON, Role.UNIT_LEADER) for one in now.get(role, [])]
    return render_template("accounts/propose.html", form=form, held=held, waiting=queries.open_proposals(actor))


@bp.post("/proposals/<int:proposal_id>/withdraw")
@requires(queries.visible_proposals, policy.can_withdraw_proposal, param="proposal_id")
def withdraw_proposal(actor: Actor, proposal: Proposal) -> Any:
    if EmptyForm().validate():
        actions.withdraw_proposal(actor, proposal)
        flash("已撤回。", "success")
    return redirect(url_for("accounts.propose"))


@bp.get("/proposals/<int:proposal_id>")
@requires(queries.visible_proposals, policy.can_decide_proposal, param="proposal_id")
@reads("的人员变更", subject=lambda one: one.unit)
def proposal(actor: Actor, proposal: Proposal) -> Any:
    return _page(actor, proposal, ReasonForm())


@bp.post("/proposals/<int:proposal_id>/confirm")
@requires(queries.visible_proposals, policy.can_decide_proposal, param="proposal_id")
def confirm_proposal(actor: Actor, proposal: Proposal) -> Any:
    """One click; the slip follows where the person is new."""
    EmptyForm().validate()
    unit_id, words = proposal.unit_id, f"{proposal.unit.short_name}{proposal.role.label}"
    done = actions.confirm_proposal(actor, proposal)
    back_url = url_for("accounts.unit_posts", unit_id=unit_id)
    if done.key is not None:
        return slip(actor, done.user, done.key, back_url)
    flash(f"{done.user.name}已任{words}，沿用原来的账号和密码。", "success")
    return redirect(back_url)


@bp.post("/proposals/<int:proposal_id>/refuse")
@requires(queries.visible_proposals, policy.can_decide_proposal, param="proposal_id")
def refuse_proposal(actor: Actor, proposal: Proposal) -> Any:
    return refused(
        lambda reason: actions.refuse_proposal(actor, proposal, reason), "已告知提出人。",
        url_for("accounts.unit_posts", unit_id=proposal.unit_id), lambda form: _page(actor, proposal, form),
    )  # fmt: skip


def _page(actor: Actor, proposal: Proposal, form: ReasonForm) -> str:
    now = queries.roster([proposal.unit_id], actor.on).get(proposal.unit_id, {}) if proposal.role in UNIT_ROLES else {}
    return render_template(
        "accounts/proposal.html", proposal=proposal, form=form, now=now.get(proposal.role, []), unit=proposal.unit
    )
