"""What a one-time link opens: setting a password, and the very first installation. Opening the page uses nothing up:
chat groups look at links before people do."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for

from tracker.accounts import actions, passwords, queries
from tracker.accounts.forms import NewPasswordForm, SetupForm
from tracker.accounts.models import TokenPurpose
from tracker.accounts.views.blueprint import bp
from tracker.accounts.views.me import policy, weigh
from tracker.committees.actions import usual_names
from tracker.committees.models import Level
from tracker.core import clock
from tracker.core.access import public
from tracker.core.db import db
from tracker.core.errors import RuleError


@bp.route("/invitation/<key>", methods=["GET", "POST"])
@public
def invitation(key: str) -> Any:
    token = queries.key_of(key, clock.now())
    if token is None or token.user is None or not token.user.is_active:
        return render_template("accounts/dead_link.html"), 410
    form = NewPasswordForm()
    login, name, purpose, user_id = token.user.login, token.user.name, token.purpose, token.user.id
    if form.validate_on_submit():
        try:
            password_hash = weigh(form, user_id)
            if password_hash is not None:
                actions.redeem(key, password_hash, at=clock.now())
                flash(f"密码已设置。请用登录名“{login}”登录。", "success")
                return redirect(url_for("accounts.sign_in"))
        except RuleError as error:
            form.take(error)
    return render_template(
        "accounts/invitation.html", form=form, login=login, name=name, purpose=purpose, policy=policy()
    )


@bp.route("/setup/<key>", methods=["GET", "POST"])
@public
def setup(key: str) -> Any:
    token = queries.key_of(key, clock.now())
    if token is None or token.purpose is not TokenPurpose.SETUP or queries.anybody():
        return render_template("accounts/dead_link.html"), 410
    db.session.rollback()
    form = SetupForm()
    if form.validate_on_submit():
        found = passwords.troubles((form.new.data or ""), (form.login.data or ""), policy())
        for sentence in found:
            form.take(RuleError(sentence, field="new"))
        if not found:
            names = usual_names((form.area_name.data or ""), form.body_name.data)
            names |= {"area_name": (form.area_name.data or ""), "area_code": (form.area_code.data or "")}
            password_hash = passwords.hashed(form.new.data or "")
            try:
                actions.install(
                    key, level=Level(form.level.data), names=names, login=form.login.data or "",
                    name=form.name.data or "",
                    password_hash=password_hash, at=clock.now(),
                )  # fmt: skip
            except RuleError as error:
                form.take(error)
            else:
                flash("安装完成。请登录后核对机构名称，再建立单位和账号。", "success")
                return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/setup.html", form=form, policy=policy())
