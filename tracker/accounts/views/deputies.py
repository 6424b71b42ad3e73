"""代办: a holder names a colleague for the days away; for a unit the office may, with a new account if need be."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from tracker.accounts import actions, policy, queries
from tracker.accounts.forms import DeputyForm, UnitDeputyForm
from tracker.accounts.models import Holding, User
from tracker.accounts.views.blueprint import bp
from tracker.accounts.views.users import slip
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.forms import EmptyForm, Option


@bp.route("/account/deputy", methods=["GET", "POST"])
@requires(can=policy.may_be_deputised)
def own_deputy(actor: Actor) -> Any:
    holding = queries.own_holding(actor)
    people = queries.colleagues(holding, actor.on) if holding is not None else []
    form = DeputyForm(data={"starts_on": actor.on})
    form.deputy.choices = [Option(value=str(one.id), label=one.name) for one in people]
    if holding is not None and people and form.validate_on_submit() and form.starts_on.data and form.ends_on.data:
        deputy = db.session.get_one(User, form.deputy.data)
        try:
            actions.name_deputy(
                actor, holding, deputy, starts_on=form.starts_on.data, ends_on=form.ends_on.data
            )  # fmt: skip
        except RuleError as error:
            form.take(error)
        else:
            flash(f"已请{deputy.name}代办。", "success")
            return redirect(url_for("accounts.me"))
    return render_template("accounts/deputy.html", form=form, holding=holding, people=people)


@bp.post("/account/deputies/<int:holding_id>/end")
@requires(queries.visible_deputies, policy.can_keep_own_deputy, param="holding_id")
def end_own_deputy(actor: Actor, holding: Holding) -> Any:
    if EmptyForm().validate():
        actions.end_deputy(actor, holding)
        flash("代办已结束。", "success")
    return redirect(url_for("accounts.me"))


@bp.route("/unit-holdings/<int:holding_id>/deputy", methods=["GET", "POST"])
@requires(queries.visible_holdings, policy.can_keep_holding, param="holding_id")
def unit_deputy(actor: Actor, holding: Holding) -> Any:
    form, unit = UnitDeputyForm(data={"starts_on": actor.on}), holding.post.unit
    if form.validate_on_submit() and form.starts_on.data and form.ends_on.data:
        back_url = url_for("accounts.unit_posts", unit_id=holding.post.unit_id)
        try:
            done = actions.deputise(
                actor, holding, name=form.name.data or "", login=form.login.data or None, phone=form.phone.data,
                email=form.email.data, starts_on=form.starts_on.data, ends_on=form.ends_on.data,
            )  # fmt: skip
        except RuleError as error:
            form.take(error)
        else:
            if done.key is not None:
                return slip(actor, done.user, done.key, back_url)
            flash(f"{done.user.name}将代办，沿用原来的账号和密码。", "success")
            return redirect(back_url)
    return render_template("accounts/unit_deputy.html", form=form, holding=holding, unit=unit)
