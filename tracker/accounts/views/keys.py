"""What a one-time link opens: setting a password, and the very first installation. Opening the page uses nothing up:
chat groups look at links before people do."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, url_for
from flask import session as cookie

from tracker.accounts import actions, codes, passwords, queries, sessions
from tracker.accounts import policy as rules
from tracker.accounts.actions import Colleague
from tracker.accounts.actions.keys import SETTING
from tracker.accounts.forms import NewPasswordForm, SetupForm, SlipForm, ThreeOfficersForm
from tracker.accounts.models import LINKS, TokenPurpose
from tracker.accounts.sessions import Arrival
from tracker.accounts.views.blueprint import bp
from tracker.accounts.views.me import policy, weigh
from tracker.accounts.views.signing import JUST_SET, go_on
from tracker.committees.actions import usual_names
from tracker.committees.models import Level
from tracker.committees.queries import office_phones
from tracker.core import clock
from tracker.core.access import Role, public
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.forms import EmptyForm
from tracker.core.pages import whole_address


@bp.route("/invitation/<key>", methods=["GET", "POST"])
@public
def invitation(key: str) -> Any:
    token = queries.key_of(key, clock.now(), *SETTING)
    if token is None or token.user is None or not token.user.is_active:
        return _dead()
    form = NewPasswordForm()
    login, name, purpose, user_id = token.user.login, token.user.name, token.purpose, token.user.id
    if form.validate_on_submit():
        try:
            password_hash = weigh(form, user_id)
            if password_hash is not None:
                actions.redeem(key, password_hash, at=clock.now())
                flash(f"密码已设置。请用登录名“{login}”登录。", "success")
                cookie[JUST_SET] = login
                return redirect(url_for("accounts.sign_in"))
        except RuleError as error:
            form.take(error)
    return render_template(
        "accounts/invitation.html", form=form, login=login, name=name, purpose=purpose, policy=policy()
    )


@bp.route("/enter/<key>", methods=["GET", "POST"])
@public
def enter(key: str) -> Any:
    """A one-time link to come in: looking at it uses nothing up, the button does."""
    token = queries.key_of(key, clock.now(), TokenPurpose.SIGN_IN)
    holding = token.holding if token is not None else None
    if holding is None or not holding.user.is_active or not holding.is_current(clock.today()):
        return _dead()
    form, user = EmptyForm(), holding.user
    words = {"name": user.name, "post": holding.post.audit_label(), "body": holding.post.committee.body_name}
    if form.validate_on_submit():
        try:
            arrival = sessions.sign_in_by_link(key, clock.now())
        except RuleError as error:
            form.take(error)
        else:
            if arrival is Arrival.IN:
                flash(
                    "您已登录。可以在“我的账号”中设置密码，方便以后登录；不设置的，下次再向办公室索取链接。", "success"
                )
            return go_on(arrival, None)
    return render_template("accounts/enter.html", form=form, **words)


def _dead() -> tuple[str, int]:
    return render_template("accounts/dead_link.html", phones=office_phones()), 410


def link_of(endpoint: str, key: str) -> str:
    """The whole address of a key."""
    return whole_address(url_for(endpoint, key=key))


WRONG_SLIP = "登录码不正确，或者已经用过、已过期。请核对后再输入；仍不行的，请向办公室重新索取。"


def site_of(endpoint: str) -> str:
    """The whole address of a page, as it is printed on paper."""
    return whole_address(url_for(endpoint))


@bp.route("/slip", methods=["GET", "POST"])
@public
def slip_code() -> Any:
    """The code of a slip, typed from paper: it leads to where its link leads."""
    form = SlipForm()
    if form.validate_on_submit():
        key = codes.as_typed(form.code.data or "")
        token = queries.key_of(key, clock.now(), *LINKS)
        if token is not None:
            once = token.purpose is TokenPurpose.SIGN_IN
            return redirect(url_for("accounts.enter" if once else "accounts.invitation", key=key))
        form.take(RuleError(WRONG_SLIP, field="code"))
    return render_template("accounts/slip_code.html", form=form, phones=office_phones())


def _others(form: SetupForm) -> tuple[Colleague, ...]:
    """The officers who do not install, in profile djbh."""
    if not isinstance(form, ThreeOfficersForm):
        return ()
    return (
        Colleague(Role.SECADMIN, form.secadmin_login.data or "", form.secadmin_name.data or ""),
        Colleague(Role.AUDITOR, form.auditor_login.data or "", form.auditor_name.data or ""),
    )


@bp.route("/setup/<key>", methods=["GET", "POST"])
@public
def setup(key: str) -> Any:
    if queries.key_of(key, clock.now(), TokenPurpose.SETUP) is None or queries.anybody():
        return _dead()
    db.session.rollback()
    three = current_app.config["SETTINGS"].admin_profile == rules.DJBH
    form = ThreeOfficersForm() if three else SetupForm()
    if form.validate_on_submit():
        found = passwords.troubles((form.new.data or ""), (form.login.data or ""), policy())
        for sentence in found:
            form.take(RuleError(sentence, field="new"))
        if not found:
            names = usual_names((form.area_name.data or ""), form.body_name.data)
            names |= {"area_name": (form.area_name.data or ""), "area_code": (form.area_code.data or "")}
            password_hash = passwords.hashed(form.new.data or "")
            try:
                done = actions.install(
                    key, level=Level(form.level.data), names=names, login=form.login.data or "",
                    name=form.name.data or "",
                    password_hash=password_hash, at=clock.now(), others=_others(form),
                )  # fmt: skip
            except RuleError as error:
                form.take(error)
            else:
                if done.keys:
                    slips = [(user, link_of("accounts.invitation", key)) for user, key in done.keys]
                    return render_template(
                        "accounts/installed.html", slips=slips, expires_at=clock.now() + actions.KEY_LIVES
                    )
                flash("安装完成。请登录后核对机构名称，再建立单位和账号。", "success")
                return redirect(url_for("accounts.sign_in"))
    return render_template("accounts/setup.html", form=form, policy=policy(), three=three)
