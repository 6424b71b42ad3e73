"""One's own account, and the gate before everything else while a password must be changed."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for

from tracker.accounts import actions, documents, passwords, queries, sessions
from tracker.accounts import policy as accounts_policy
from tracker.accounts.actions.factors import wrong_code
from tracker.accounts.forms import ChangePasswordForm, NewPasswordForm, OwnContactForm, WeighedForm
from tracker.accounts.models import User, Way
from tracker.accounts.passwords import PasswordPolicy
from tracker.accounts.views.blueprint import bp
from tracker.core import clock, files
from tracker.core.access import Actor, public, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.exports import record_export
from tracker.core.filters import zh_datetime
from tracker.core.forms import EmptyForm


def policy() -> PasswordPolicy:
    """The password policy of this installation."""
    settings = current_app.config["SETTINGS"]
    return passwords.policy_in_force(settings.password_profile, settings.password_days)


def weigh(form: NewPasswordForm, user_id: int) -> str | None:
    """The hash of the new password, or None with the reasons written on the form. Hashes outside any transaction."""
    rules = policy()
    known = queries.secrets_of(user_id, rules.remembered)
    db.session.rollback()
    found = passwords.troubles((form.new.data or ""), known.login, rules)
    if not found and passwords.is_remembered((form.new.data or ""), known.former_hashes):
        found = [f"新密码不能与最近{rules.remembered}次用过的相同。"]
    for sentence in found:
        form.take(RuleError(sentence, field="new"))
    return None if found else passwords.hashed(form.new.data or "")


@bp.get("/account")
@requires()
def me(actor: Actor) -> Any:
    user = db.session.get_one(User, actor.user_id)
    settings = current_app.config["SETTINGS"]
    now = clock.now()
    return render_template(
        "accounts/me.html", user=user, policy=policy(), current=sessions.current_session(),
        holdings=queries.current_holdings(user.id, actor.on),
        factor=queries.factor_of(user.id), codes_left=queries.codes_left(user.id),
        proposals=queries.open_proposals(actor) if actor.is_unit else [],
        names_successor=accounts_policy.names_successor(actor),
        deputies=queries.deputies_of(user.id, actor.on), may_deputise=accounts_policy.may_be_deputised(actor),
        living=queries.living_sessions(user.id, now, settings.session_idle, settings.session_longest),
    )  # fmt: skip


@bp.route("/account/contact", methods=["GET", "POST"])
@requires()
def change_contact(actor: Actor) -> Any:
    user = db.session.get_one(User, actor.user_id)
    form = OwnContactForm(obj=user)
    if form.validate_on_submit():
        actions.change_contact(actor, user, name=user.name, email=form.email.data, phone=form.phone.data)
        flash("联系方式已保存。", "success")
        return redirect(url_for("accounts.me"))
    return render_template("accounts/own_contact.html", form=form)


@bp.route("/account/password", methods=["GET", "POST"])
@requires()
def change_password(actor: Actor) -> Any:
    session = sessions.current_session()
    by_link = session is not None and session.way is Way.LINK
    form = NewPasswordForm() if by_link else ChangePasswordForm()
    forced = session is not None and sessions.must_change_password(session, policy())
    if session is not None and form.validate_on_submit():
        try:
            if isinstance(form, ChangePasswordForm):
                prove(actor, session.user.login, form.current.data or "")
            password_hash = weigh(form, actor.user_id or 0)
            if password_hash is not None:
                actions.change_password(actor, password_hash, keep=session)
                flash("密码已修改，其他地方的登录已全部退出。", "success")
                return redirect(url_for("home.index") if forced else url_for("accounts.me"))
        except RuleError as error:
            form.take(error)
    return render_template(
        "accounts/change_password.html", form=form, forced=forced, by_link=by_link, policy=policy(),
        login=session.user.login if session is not None else "",
    )  # fmt: skip


@bp.post("/password/troubles")
@public
def weigh_password() -> Any:
    """What is wrong with a password as it was typed, told when its field is left and not after everything else. Nothing
    of it is kept, and nothing about anybody's password is told."""
    form = WeighedForm()
    form.validate()
    return jsonify(troubles=passwords.troubles(form.new.data or "", form.login.data or "", policy()))


def prove(actor: Actor, login: str, current: str, code: str | None = None) -> None:
    """Raises RuleError unless this is the present password, and the code of the moment where one is given. Asked before
    a new password is weighed: else the answer about the new one would tell a stolen session whether a guess is right,
    uncounted."""
    attempt = actions.begin_attempt(login, address=request.remote_addr or "", at=actor.at)
    if not passwords.matches(attempt.password_hash, current):
        actions.refuse(attempt, at=actor.at)
        raise RuleError("当前密码不正确。", field="current" if code is None else "password")
    if code is not None and not actions.prove_code(actor.user_id or 0, code, at=actor.at):
        actions.refuse(attempt, at=actor.at, why="动态口令不正确")
        raise wrong_code(code)
    actions.confirm(attempt)


@bp.get("/account/data.xlsx")
@requires()
def own_data(actor: Actor) -> Any:
    """Everything that is kept about oneself (S36)."""
    user = db.session.get_one(User, actor.user_id)
    factor = queries.factor_of(user.id)
    content = documents.personal_data(
        user, queries.sessions_of(user.id), zh_datetime(factor.set_up_at) if factor else "",
        messages=queries.count_messages(user.id), entries=queries.count_entries(user.id), on=actor.on,
    )  # fmt: skip
    record_export(actor, "下载了本人的个人信息", user)
    return files.download_bytes(content, f"个人信息{actor.on:%Y%m%d}.xlsx", files.XLSX)


@bp.post("/account/sessions/<int:session_id>/end")
@requires()
def end_session(actor: Actor, session_id: int) -> Any:
    if EmptyForm().validate():
        actions.end_own_session(actor, session_id)
        flash("那次登录已结束。", "success")
    return redirect(url_for("accounts.me"))


@bp.post("/account/sessions/end-others")
@requires()
def end_other_sessions(actor: Actor) -> Any:
    session = sessions.current_session()
    if session is not None and EmptyForm().validate():
        actions.end_other_sessions(actor, session)
        flash("其他登录已全部结束。", "success")
    return redirect(url_for("accounts.me"))
