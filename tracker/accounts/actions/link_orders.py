"""四眼: in profile djbh nobody alone gets a link into an administrator's account. One asks and says why, another
agrees; the first then makes the link, within a day and once."""

from __future__ import annotations

from tracker.accounts import policy, queries
from tracker.accounts.models import LinkOrder, ProposalOutcome, User
from tracker.core import audit
from tracker.core.access import ADMIN_ROLES, Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.holding import hold
from tracker.messages import actions as messages
from tracker.messages import wording

DECIDED = "这项申请已经办理过了。"


@command
def order_link(actor: Actor, user: User, *, reason: str) -> LinkOrder:
    """Ask for a link into an administrator's account; the other administrators are told.

    Raises RuleError while an earlier order waits, and where nobody is there to agree.
    """
    hold(user)
    if queries.open_order(user.id) is not None:
        raise RuleError("已经申请过，正在等待另一名管理员同意。")
    offices = {one.post.committee_id for one in user.holdings if one.is_current(actor.on)} | {user.committee_id}
    keepers = {
        one.id: one
        for number in offices
        if number is not None
        for one in queries.holders_of_office(number, ADMIN_ROLES, actor.on)
        if one.id not in {actor.user_id, user.id}
    }
    if not keepers:
        raise RuleError("没有其他管理员可以同意。请在服务器上办理，或者先增加一名管理员。")
    order = LinkOrder(
        user=user, asked_by_id=actor.user_id, asked_at=actor.at, reason=reason, outcome=ProposalOutcome.OPEN
    )  # fmt: skip
    db.session.add(order)
    db.session.flush()
    audit.record(actor, "user.link_order", user, f"申请为{user.audit_label()}生成登录链接", reason=reason)
    title, body = wording.render("accounts/link_ordered", actor=actor, user=user, reason=reason)
    messages.tell(
        keepers.values(), committee_id=user.committee_id, kind="user.link_order", subject_type="LinkOrder",
        subject_id=order.id, occasion="", title=title, body=body, path=f"/link-orders/{order.id}", at=actor.at,
        is_urgent=True,
    )  # fmt: skip
    return order


@command
def agree_to_link(actor: Actor, order: LinkOrder) -> None:
    """The second administrator agrees."""
    _decide(actor, order, ProposalOutcome.CONFIRMED)
    said = f"同意{order.asked_by.name}为{order.user.audit_label()}生成登录链接"
    audit.record(actor, "user.link_order", order.user, said)


@command
def refuse_link(actor: Actor, order: LinkOrder, reason: str) -> None:
    """The second administrator does not agree, and says why."""
    _decide(actor, order, ProposalOutcome.REFUSED)
    said = f"不同意{order.asked_by.name}为{order.user.audit_label()}生成登录链接"
    audit.record(actor, "user.link_order", order.user, said, reason=reason)


def _decide(actor: Actor, order: LinkOrder, outcome: ProposalOutcome) -> None:
    """Raises RuleError for who asked, for whose account it is, and for an order that was decided."""
    hold(order)
    if not policy.can_decide_link_order(actor, order):
        raise RuleError("不能同意自己提出的或者关于本人账号的申请。")
    if not order.is_open:
        raise RuleError(DECIDED)
    order.outcome, order.decided_by_id, order.decided_at = outcome, actor.user_id, actor.at
    title, body = wording.render("accounts/link_order_decided", actor=actor, order=order, outcome=outcome)
    messages.tell(
        [order.asked_by], committee_id=order.user.committee_id, kind="user.link_decided", subject_type="LinkOrder",
        subject_id=order.id, occasion="", title=title, body=body, path=f"/users/{order.user_id}", at=actor.at,
    )  # fmt: skip
