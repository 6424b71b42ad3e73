"""The posts of units as the office keeps them: who is whose liaison, and who comes after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from tracker.accounts import actions, policy, queries
from tracker.accounts.forms import ContactForm, SuccessorForm
from tracker.accounts.models import Holding
from tracker.accounts.views.blueprint import bp
from tracker.accounts.views.users import slip
from tracker.committees.models import Unit
from tracker.committees.queries import UnitFilter, units_found, visible_units
from tracker.core.access import UNIT_ROLES, Actor, Role, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.forms import EmptyForm
from tracker.core.pages import paginate, text_arg
from tracker.core.reading import reads
from tracker.messages import actions as messages

POSTS = (Role.LIAISON, Role.UNIT_LEADER)


@bp.get("/roster")
@requires(can=policy.sees_roster)
@reads("成员单位及联络员名单")
def roster(actor: Actor) -> Any:
    words = text_arg("q")
    page = paginate(units_found(actor, UnitFilter(words=words)))
    holders = queries.roster([unit.id for unit in page.rows], actor.on)
    return render_template(
        "accounts/roster.html", page=page, holders=holders, posts=POSTS, words=words,
        plain={unit.id for unit in page.rows if policy.sees_telephone(actor, unit)}, may_keep=actor.is_office,
        leaderless=_leaderless(actor),
    )  # fmt: skip


def _leaderless(actor: Actor) -> list[Unit]:
    """What the office is told of its units: in which of them nobody could sign a report online."""
    if not actor.is_office:
        return []
    return list(db.session.scalars(queries.units_without(actor, Role.UNIT_LEADER)))


@bp.get("/units/<int:unit_id>/posts")
@requires(visible_units, policy.can_keep_unit_posts, param="unit_id")
@reads("的联络员和分管领导")
def unit_posts(actor: Actor, unit: Unit) -> Any:
    holdings = queries.holdings_of_unit(unit.id)
    return render_template(
        "accounts/unit_posts.html", unit=unit, posts=POSTS,
        now={role: [one for one in holdings if one.post.role is role and one.is_current(actor.on)] for role in POSTS},
        past=[one for one in holdings if not one.is_current(actor.on)],
        proposals=[one for one in queries.open_proposals(actor) if one.unit_id == unit.id],
        asked={one.user_id for one in queries.open_requests(actor)}, has_mail=messages.has_mail(),
        may_see_off={one.id for one in holdings if one.user_id != actor.user_id},
        may_help={one.id for one in holdings if one.user.is_active and policy.can_help_in(actor, one)},
    )  # fmt: skip


@bp.route("/units/<int:unit_id>/posts/<role>/successor", methods=["GET", "POST"])
@requires(visible_units, policy.can_keep_unit_posts, param="unit_id")
def unit_successor(actor: Actor, unit: Unit, role: str) -> Any:
    if role not in UNIT_ROLES:
        abort(404)
    form, post = SuccessorForm(), Role(role)
    if form.validate_on_submit():
        try:
            done = actions.succeed(
                actor, unit, post, name=form.name.data or "", login=form.login.data or None, phone=form.phone.data,
                email=form.email.data,
            )  # fmt: skip
        except RuleError as error:
            form.take(error)
        else:
            back_url = url_for("accounts.unit_posts", unit_id=unit.id)
            if done.key is not None:
                return slip(actor, done.user, done.key, back_url)
            flash(f"{done.user.name}已任{unit.short_name}{post.label}，沿用原来的账号和密码。", "success")
            return redirect(back_url)
    now = queries.roster([unit.id], actor.on).get(unit.id, {}).get(post, [])
    return render_template("accounts/successor.html", form=form, unit=unit, post=post, now=now)


@bp.post("/unit-holdings/<int:holding_id>/link")
@requires(queries.visible_holdings, policy.can_help_in, param="holding_id")
def unit_link(actor: Actor, holding: Holding) -> Any:
    EmptyForm().validate()
    key = actions.give_key(actor, holding.user)
    return slip(actor, holding.user, key, url_for("accounts.unit_posts", unit_id=holding.post.unit_id))


@bp.post("/unit-holdings/<int:holding_id>/sign-in-link")
@requires(queries.visible_holdings, policy.can_help_in, param="holding_id")
def unit_sign_in_link(actor: Actor, holding: Holding) -> Any:
    """A link to come in once: as a slip to print or copy, or by mail."""
    EmptyForm().validate()
    by_mail = bool(request.form.get("mail"))
    back_url = url_for("accounts.unit_posts", unit_id=holding.post.unit_id)
    user = holding.user
    key = actions.give_sign_in_link(actor, holding, by_mail=by_mail)
    if key is not None:
        return slip(actor, user, key, back_url, entered=holding)
    flash(f"登录链接将在一分钟内发到{user.name}登记的邮箱，24小时内有效。", "success")
    return redirect(back_url)


@bp.route("/unit-holdings/<int:holding_id>/contact", methods=["GET", "POST"])
@requires(queries.visible_holdings, policy.can_help_in, param="holding_id")
def unit_contact(actor: Actor, holding: Holding) -> Any:
    form, unit = ContactForm(obj=holding.user), holding.post.unit
    if form.validate_on_submit():
        actions.change_contact(
            actor, holding.user, name=form.name.data or "", email=form.email.data, phone=form.phone.data
        )  # fmt: skip
        flash("已保存。", "success")
        return redirect(url_for("accounts.unit_posts", unit_id=holding.post.unit_id))
    return render_template("accounts/unit_contact.html", form=form, holding=holding, unit=unit)


@bp.route("/unit-holdings/<int:holding_id>/end", methods=["GET", "POST"])
@requires(queries.visible_holdings, policy.can_keep_holding, param="holding_id")
def unit_end(actor: Actor, holding: Holding) -> Any:
    form, unit = EmptyForm(), holding.post.unit
    if form.validate_on_submit():
        who, unit_id = holding.user.name, holding.post.unit_id
        actions.end_holding(actor, holding, last_day=actor.on - timedelta(days=1))
        flash(f"{who}已不再担任此岗位。", "success")
        return redirect(url_for("accounts.unit_posts", unit_id=unit_id))
    return render_template("accounts/unit_end.html", holding=holding, unit=unit)
