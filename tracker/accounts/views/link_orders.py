"""A link into an administrator's account, in profile djbh: asked for by one, agreed to by another."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from tracker.accounts import actions, policy, queries
from tracker.accounts.models import LinkOrder, User
from tracker.accounts.views.blueprint import bp
from tracker.accounts.views.refusing import refused
from tracker.core.access import Actor, requires
from tracker.core.errors import RuleError
from tracker.core.forms import EmptyForm, ReasonForm


@bp.route("/users/<int:user_id>/link-order", methods=["GET", "POST"])
@requires(queries.visible_users, policy.can_keep_user, param="user_id")
def order_link(actor: Actor, user: User) -> Any:
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            actions.order_link(actor, user, reason=form.reason.data or "")
        except RuleError as error:
            form.take(error)
        else:
            flash("申请已发给其他管理员。同意以后，请在24小时内回到本页生成链接。", "success")
            return redirect(url_for("accounts.user", user_id=user.id))
    return render_template("accounts/link_order_new.html", form=form, user=user)


@bp.get("/link-orders/<int:order_id>")
@requires(queries.visible_link_orders, policy.can_see_link_order, param="order_id")
def link_order(actor: Actor, order: LinkOrder) -> Any:
    return _page(actor, order, ReasonForm())


@bp.post("/link-orders/<int:order_id>/agree")
@requires(queries.visible_link_orders, policy.can_decide_link_order, param="order_id")
def agree_to_link(actor: Actor, order: LinkOrder) -> Any:
    EmptyForm().validate()
    actions.agree_to_link(actor, order)
    flash("已同意，申请人已收到消息。", "success")
    return redirect(url_for("accounts.link_order", order_id=order.id))


@bp.post("/link-orders/<int:order_id>/refuse")
@requires(queries.visible_link_orders, policy.can_decide_link_order, param="order_id")
def refuse_link(actor: Actor, order: LinkOrder) -> Any:
    return refused(
        lambda reason: actions.refuse_link(actor, order, reason), "已告知申请人。",
        url_for("accounts.link_order", order_id=order.id), lambda form: _page(actor, order, form),
    )  # fmt: skip


def _page(actor: Actor, order: LinkOrder, form: ReasonForm) -> str:
    may_decide = order.is_open and policy.can_decide_link_order(actor, order)
    return render_template("accounts/link_order.html", order=order, form=form, may_decide=may_decide)
