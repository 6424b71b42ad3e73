"""Accounts that end: 离任 with its heirs, accounts nobody uses, and the personal data of who has gone."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for

from tracker.accounts import actions, policy, queries
from tracker.accounts.leavers import Duty, duties
from tracker.accounts.models import User
from tracker.accounts.views.blueprint import bp
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.forms import EmptyForm, ReasonForm
from tracker.core.pages import paginate, row_number, row_numbers
from tracker.core.reading import reads


@bp.route("/leavers/<int:user_id>", methods=["GET", "POST"])
@requires(queries.visible_leavers, policy.can_see_off, param="user_id")
@reads("的离任移交")
def see_off(actor: Actor, user: User) -> Any:
    """What waits at each post, who takes it over; the account closes at the end."""
    form, found = ReasonForm(), duties(actor, user)
    if form.validate_on_submit():
        name = user.name
        try:
            closed = actions.see_off(actor, user, _heirs(found), reason=form.reason.data or "")
        except RuleError as error:
            form.take(error)
        else:
            end = "账号已停用。" if closed else "此人还有其他岗位，账号继续使用。"
            flash(f"{name}的岗位已移交，双方已收到消息；{end}", "success")
            return redirect(url_for("accounts.users" if policy.sees_users(actor) else "accounts.roster"))
    chosen = {one.holding.id: row_number(request.form.get(f"heir-{one.holding.id}")) for one in found}
    others = [one for one in user.holdings if one.is_current(actor.on) and one not in [two.holding for two in found]]
    return render_template(
        "accounts/see_off.html", form=form, user=user, duties=found, chosen=chosen, others=others,
    )  # fmt: skip


def _heirs(found: list[Duty]) -> dict[int, User | None]:
    """Whom the form names, each among those who may be named."""
    chosen = {}
    for one in found:
        number = row_number(request.form.get(f"heir-{one.holding.id}"))
        chosen[one.holding.id] = next((heir for heir in one.heirs if heir.id == number), None)
        if number and chosen[one.holding.id] is None:
            raise RuleError("所选接任人员已不在可选范围内，请重新选择。")
    return chosen


@bp.get("/users/stale")
@requires(can=policy.makes_accounts)
def users_stale(actor: Actor) -> Any:
    """Accounts nobody has used for long (S13)."""
    days = current_app.config["SETTINGS"].stale_days
    page = paginate(queries.stale_users(actor, days))
    return render_template("accounts/users_stale.html", page=page, days=days)


@bp.post("/users/stale/close")
@requires(can=policy.makes_accounts)
def users_stale_close(actor: Actor) -> Any:
    """First what will happen, then it happens."""
    EmptyForm().validate()
    days = current_app.config["SETTINGS"].stale_days
    rows = queries.stale_users(actor, days)
    if not request.form.get("all"):
        rows = rows.where(User.id.in_(row_numbers(request.form.getlist("ids"))))
    chosen = list(db.session.scalars(rows))
    if not chosen:
        flash("请先选择要停用的账号。", "error")
        return redirect(url_for("accounts.users_stale"))
    if not request.form.get("sure"):
        return render_template("accounts/users_stale_close.html", chosen=chosen, days=days)
    closed, kept = actions.close_stale(actor, chosen)
    flash(f"已停用{closed}个账号。" + ("以下账号没有停用：" + "；".join(kept) if kept else ""), "success")
    return redirect(url_for("accounts.users_stale"))


@bp.route("/users/<int:user_id>/anonymise", methods=["GET", "POST"])
@requires(queries.visible_users, policy.can_anonymise, param="user_id")
def user_anonymise(actor: Actor, user: User) -> Any:
    """去除个人信息: what the person did stays with the post."""
    form = EmptyForm()
    if form.validate_on_submit():
        try:
            actions.anonymise(actor, user)
        except RuleError as error:
            form.take(error)
        else:
            flash("姓名和联系方式已去除。", "success")
            return redirect(url_for("accounts.users"))
    return render_template("accounts/user_anonymise.html", form=form, user=user)
