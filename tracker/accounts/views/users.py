"""Accounts as the administrators keep them: 系统管理员 makes them, 安全管理员 grants posts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for

from tracker.accounts import actions, codes, documents, policy, queries
from tracker.accounts.forms import ContactForm, GrantForm, InChargeForm, LastDayForm, UserForm
from tracker.accounts.models import Holding, Standing, User
from tracker.accounts.queries import UserFilter
from tracker.accounts.views.blueprint import bp
from tracker.accounts.views.keys import link_of, site_of
from tracker.committees.models import Committee
from tracker.committees.queries import visible_committees
from tracker.core import files
from tracker.core.access import Actor, Role, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.exports import listed, record_export
from tracker.core.forms import EmptyForm, Option, ReasonForm
from tracker.core.pages import paginate, sort, text_arg
from tracker.core.reading import reads

COLUMNS = {"name": User.name, "login": User.login, "last": User.last_signed_in_at}


@bp.get("/users")
@requires(can=policy.sees_users)
@reads("账号名单")
def users(actor: Actor) -> Any:
    strict = current_app.config["SETTINGS"].admin_profile == policy.DJBH
    wanted, said = _wanted()
    page = paginate(sort(queries.users_found(actor, wanted), COLUMNS, "login"))
    return render_template(
        "accounts/users.html", page=page, said=said,
        roles=[(one.value, one.label) for one in Role], standings=[(one.value, one.label) for one in Standing],
        may_make=policy.makes_accounts(actor), double_hats=queries.double_hats(actor) if strict else [],
    )  # fmt: skip


@bp.get("/users.xlsx")
@requires(can=policy.sees_users)
def users_table(actor: Actor) -> Any:
    """The accounts as they are filtered: what an inspection asks for."""
    wanted, said = _wanted()
    found = list(db.session.scalars(sort(queries.users_found(actor, wanted), COLUMNS, "login")).unique())
    content = documents.users_book(found, queries.with_factors(), said, on=actor.on)
    record_export(actor, listed("账号名单", len(found), said))
    return files.download_bytes(content, "账号名单.xlsx", files.XLSX)


def _wanted() -> tuple[UserFilter, list[tuple[str, str, str]]]:
    """What the address asks for, and the same in words."""
    role, standing = request.args.get("role"), request.args.get("standing")
    wanted = UserFilter(
        words=text_arg("q"),
        role=Role(role) if role in set(Role) else None,
        standing=Standing(standing) if standing in set(Standing) else None,
    )
    said = [
        ("姓名、登录名", wanted.words, "q"),
        ("岗位", wanted.role.label if wanted.role else "", "role"),
        ("状态", wanted.standing.label if wanted.standing else "", "standing"),
    ]
    return wanted, [part for part in said if part[1]]


@bp.route("/users/new", methods=["GET", "POST"])
@requires(can=policy.makes_accounts)
def user_new(actor: Actor) -> Any:
    committees, form = _committees(actor), UserForm(data={"committee": actor.committee_id})
    form.committee.choices = [Option(value=str(one.id), label=one.body_name) for one in committees.values()]
    if form.validate_on_submit():
        try:
            user = actions.create_user(
                actor, login=form.login.data or queries.free_login(form.name.data or ""), name=form.name.data or "",
                email=form.email.data, phone=form.phone.data, committee=committees[form.committee.data],
            )  # fmt: skip
            return slip(actor, user, actions.give_key(actor, user), url_for("accounts.user", user_id=user.id))
        except RuleError as error:
            form.take(error)
    return render_template("accounts/user_form.html", form=form, user=None, several=len(committees) > 1)


@bp.get("/users/<int:user_id>")
@requires(queries.visible_users, policy.can_see_user, param="user_id")
@reads("的账号", own=lambda actor, user: actor.user_id == user.id)
def user(actor: Actor, user: User) -> Any:
    own = queries.current_holdings(actor.user_id or 0, actor.on)
    partner = Role.SECADMIN if policy.makes_accounts(actor) else Role.SYSADMIN
    return render_template(
        "accounts/user.html", user=user, may_make=policy.can_keep_user(actor, user),
        may_disable=policy.can_disable(actor, user), may_grant=policy.can_grant(actor, user),
        may_end={one.id for one in user.holdings if policy.can_end_granted(actor, one)},
        may_charge={one.id for one in user.holdings if policy.can_put_in_charge(actor, one)},
        may_reset=policy.can_reset_factor(actor, user) and queries.has_factor(user.id),
        may_see_off=policy.can_see_off(actor, user), may_anonymise=policy.can_anonymise(actor, user),
        **_four_eyes(actor, user),
        partner=partner, other_hat=next((one for one in own if one.post.role is partner), None),
    )  # fmt: skip


def _four_eyes(actor: Actor, user: User) -> dict[str, Any]:
    """Whether a link into this account needs a second administrator, and how far that is."""
    roles = {one.post.role for one in user.posts_from(actor.on)}
    if not policy.needs_agreement(roles, current_app.config["SETTINGS"].admin_profile) or actor.user_id == user.id:
        return {"four_eyes": False, "ordered": None, "agreed": None}
    return {
        "four_eyes": True, "ordered": queries.open_order(user.id), "agreed": queries.agreed_order(user.id, actor.at),
    }  # fmt: skip


@bp.route("/users/<int:user_id>/edit", methods=["GET", "POST"])
@requires(queries.visible_users, policy.can_keep_user, param="user_id")
def user_edit(actor: Actor, user: User) -> Any:
    form = ContactForm(obj=user)
    if form.validate_on_submit():
        actions.change_contact(
            actor, user, name=form.name.data or "", email=form.email.data, phone=form.phone.data
        )  # fmt: skip
        flash("已保存。", "success")
        return redirect(url_for("accounts.user", user_id=user.id))
    return render_template("accounts/user_form.html", form=form, user=user, several=False)


@bp.post("/users/<int:user_id>/link")
@requires(queries.visible_users, policy.can_keep_user, param="user_id")
def user_link(actor: Actor, user: User) -> Any:
    EmptyForm().validate()
    return slip(actor, user, actions.give_key(actor, user), url_for("accounts.user", user_id=user.id))


@bp.route("/users/<int:user_id>/disable", methods=["GET", "POST"])
@requires(queries.visible_users, policy.can_disable, param="user_id")
def user_disable(actor: Actor, user: User) -> Any:
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            actions.disable(actor, user, reason=form.reason.data or "")
        except RuleError as error:
            form.take(error)
        else:
            flash(f"{user.name}的账号已停用，其登录已全部退出。", "success")
            return redirect(url_for("accounts.user", user_id=user.id))
    held = [one.duty for one in user.posts_from(actor.on)]
    return render_template("accounts/user_disable.html", form=form, user=user, held=held)


@bp.post("/users/<int:user_id>/enable")
@requires(queries.visible_users, policy.can_disable, param="user_id")
def user_enable(actor: Actor, user: User) -> Any:
    if EmptyForm().validate():
        actions.enable(actor, user)
        flash(f"{user.name}的账号已启用。", "success")
    return redirect(url_for("accounts.user", user_id=user.id))


@bp.route("/users/<int:user_id>/posts/new", methods=["GET", "POST"])
@requires(queries.visible_users, policy.can_grant, param="user_id")
def user_grant(actor: Actor, user: User) -> Any:
    committees = _committees(actor)
    form = GrantForm(data={"committee": user.committee_id or actor.committee_id, "starts_on": actor.on})
    form.committee.choices = [Option(value=str(one.id), label=one.body_name) for one in committees.values()]
    if form.validate_on_submit() and form.starts_on.data:
        try:
            holding = actions.grant(
                actor, user, committee=committees[form.committee.data], role=Role(form.role.data),
                title=form.title.data or "", starts_on=form.starts_on.data, ends_on=form.ends_on.data,
            )  # fmt: skip
        except RuleError as error:
            form.take(error)
        else:
            flash(f"{user.name}已任{holding.post.audit_label()}。", "success")
            return redirect(url_for("accounts.user", user_id=user.id))
    return render_template("accounts/user_grant.html", form=form, user=user)


@bp.route("/holdings/<int:holding_id>/end", methods=["GET", "POST"])
@requires(queries.visible_holdings, policy.can_end_granted, param="holding_id")
def holding_end(actor: Actor, holding: Holding) -> Any:
    form = LastDayForm(data={"last_day": max(actor.on, holding.starts_on)})
    user_id, who = holding.user_id, holding.user.name
    if form.validate_on_submit() and form.last_day.data:
        try:
            actions.end_holding(actor, holding, last_day=form.last_day.data)
        except RuleError as error:
            form.take(error)
        else:
            flash(f"已登记{who}的离任日期。", "success")
            return redirect(url_for("accounts.user", user_id=user_id))
    return render_template("accounts/holding_end.html", form=form, holding=holding)


@bp.route("/holdings/<int:holding_id>/charge", methods=["GET", "POST"])
@requires(queries.visible_holdings, policy.can_put_in_charge, param="holding_id")
def holding_charge(actor: Actor, holding: Holding) -> Any:
    form = InChargeForm(data={"until": holding.in_charge_until or actor.on + timedelta(days=90)})
    if form.validate_on_submit():
        try:
            actions.put_in_charge(actor, holding, until=form.until.data)
        except RuleError as error:
            form.take(error)
        else:
            flash("主持工作的期限已保存。", "success")
            return redirect(url_for("accounts.user", user_id=holding.user_id))
    return render_template("accounts/holding_charge.html", form=form, holding=holding)


def slip(actor: Actor, user: User, key: str, back_url: str, *, entered: Holding | None = None) -> str:
    """The page that shows a one-time link: the only time it can be seen, so it is the answer and no redirect.

    With a holding it is a link to come in to that post, otherwise one to set a password. What the office hands over on
    paper is a slip from here too, and opens as long as slips do.
    """
    post = entered.post.audit_label() if entered else ""
    paper = (entered or queries.holding_for_slip(actor, user)) if policy.keeps_roster(actor) else None
    if paper is not None and not policy.can_help_in(actor, paper):
        paper = None
    return render_template(
        "accounts/slip.html", user=user, link=link_of("accounts.enter" if post else "accounts.invitation", key),
        expires_at=actor.at + actions.KEY_LIVES, back_url=back_url, post=post, code=codes.in_fours(key),
        site=site_of("accounts.slip_code"), paper=paper,
        paper_until=queries.slips_open_until(actor) if paper else None,
    )  # fmt: skip


def _committees(actor: Actor) -> dict[int, Committee]:
    return {one.id: one for one in db.session.scalars(visible_committees(actor).order_by(Committee.path))}
