"""联络员变更, begun by the unit: it names who comes next, the office confirms in one click. Open work and history stay
with the post."""

from __future__ import annotations

from tracker.accounts import queries
from tracker.accounts.actions.posts import Succession, succeed
from tracker.accounts.models import Proposal, ProposalOutcome
from tracker.committees.models import Unit
from tracker.core import audit
from tracker.core.access import OFFICE_ROLES, UNIT_ROLES, Actor, Role
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.holding import hold
from tracker.messages import actions as messages
from tracker.messages import wording

DECIDED = "这次变更已经办理过了。"


@command
def propose(
    actor: Actor, role: Role, *, name: str, login: str | None, phone: str | None, email: str | None
) -> Proposal:  # fmt: skip
    """Name who holds a post of one's own unit from now on. Raises RuleError while an earlier name still waits."""
    unit = db.session.get_one(Unit, actor.unit_id)
    hold(unit)
    if role not in UNIT_ROLES:
        raise RuleError("只能变更本单位的联络员或分管领导。", field="role")
    if any(one.role is role for one in queries.open_proposals(actor)):
        raise RuleError(f"已经提出过{role.label}变更，正在等待办公室确认。需要改换人选的，请先撤回。", field="role")
    made = Proposal(
        unit=unit, role=role, name=name, login=login or None, phone=phone or None, email=email or None,
        proposed_by_id=actor.user_id, proposed_at=actor.at, outcome=ProposalOutcome.OPEN,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    audit.record(actor, "post.propose", unit, f"提出{unit.short_name}{role.label}变更为{name}")
    title, body = wording.render("accounts/successor_named", actor=actor, unit=unit, role=role, successor=name)
    messages.tell(
        queries.holders_of_office(unit.committee_id, OFFICE_ROLES, actor.on), committee_id=unit.committee_id,
        kind="post.proposed", subject_type="Proposal", subject_id=made.id, occasion="", title=title, body=body,
        path=f"/proposals/{made.id}", at=actor.at,
    )  # fmt: skip
    return made


@command
def confirm_proposal(actor: Actor, proposal: Proposal) -> Succession:
    """The office agrees: the new person holds the post from today on. Both are told, and whoever proposed it."""
    _decide(actor, proposal, ProposalOutcome.CONFIRMED)
    done = succeed(
        actor, proposal.unit, proposal.role, name=proposal.name, login=proposal.login, phone=proposal.phone,
        email=proposal.email,
    )  # fmt: skip
    _answer(actor, proposal)
    return done


@command
def refuse_proposal(actor: Actor, proposal: Proposal, reason: str) -> None:
    """The office does not agree, and says why."""
    _decide(actor, proposal, ProposalOutcome.REFUSED)
    proposal.reason = reason
    said = f"没有同意{proposal.unit.short_name}{proposal.role.label}变更为{proposal.name}"
    audit.record(actor, "post.propose", proposal.unit, said, reason=reason)
    _answer(actor, proposal)


@command
def withdraw_proposal(actor: Actor, proposal: Proposal) -> None:
    """The unit thinks again."""
    _decide(actor, proposal, ProposalOutcome.WITHDRAWN)
    said = f"撤回{proposal.unit.short_name}{proposal.role.label}变更为{proposal.name}"
    audit.record(actor, "post.propose", proposal.unit, said)
    _forget_contact(proposal)


def _decide(actor: Actor, proposal: Proposal, outcome: ProposalOutcome) -> None:
    hold(proposal)
    if not proposal.is_open:
        raise RuleError(DECIDED)
    proposal.outcome, proposal.decided_at = outcome, actor.at


def _answer(actor: Actor, proposal: Proposal) -> None:
    """Tell the proposer; the telephone stands at the account from now on, or nowhere."""
    title, body = wording.render("accounts/proposal_decided", actor=actor, proposal=proposal)
    messages.tell(
        [proposal.proposed_by], committee_id=None, kind="post.decided", subject_type="Proposal",
        subject_id=proposal.id, occasion="", title=title, body=body, path="/account", at=actor.at,
    )  # fmt: skip
    _forget_contact(proposal)


def _forget_contact(proposal: Proposal) -> None:
    proposal.phone = proposal.email = None
