"""Coming in, going out, and choosing the post to act from."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask import session as cookie

from tracker.accounts import actions, queries, sessions, sso
from tracker.accounts.actions.signing import EXPIRED
from tracker.accounts.forms import CodeForm, ForgottenForm, SignInForm, SwitchForm
from tracker.accounts.models import Way
from tracker.accounts.sessions import Arrival
from tracker.accounts.views.blueprint import bp
from tracker.committees.queries import office_phones
from tracker.core import clock
from tracker.core.access import Actor, current_actor, public, requires
from tracker.core.errors import RuleError
from tracker.core.pages import safe_next
from tracker.messages import actions as messages

JUST_SET = "just_set"
"""In the cookie: for whom a password was set a moment ago, to be written into the form once."""


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    target = safe_next(request.values.get("next"))
    if request.method == "GET" and current_actor() is not None:
        return redirect(target or url_for("home.index"))
    form = SignInForm(data={"login": cookie.pop(JUST_SET, None)} if JUST_SET in cookie else None)
    if request.method == "GET" and (login := sso.gateway_login()) is not None:
        try:
            return go_on(sessions.sign_in_as(login, clock.now()), target)
        except RuleError as error:
            form.form_errors.append(error.sentence)
    if form.validate_on_submit():
        try:
            arrival = sessions.sign_in((form.login.data or ""), (form.password.data or ""), clock.now())
        except RuleError as error:
            form.take(error)
        else:
            return go_on(arrival, target)
    return render_template("accounts/sign_in.html", form=form, target=target, others=sso.doors())


@bp.route("/sign-in/code", methods=["GET", "POST"])
@public
def second_step() -> Any:
    """The code after the password. Until it is right there is no session, and no page opens."""
    target = safe_next(request.values.get("next"))
    half = sessions.half_way(clock.now())
    if half is None or half.user is None:
        flash(EXPIRED, "error")
        return redirect(url_for("accounts.sign_in", next=target))
    form, name = CodeForm(), half.user.name
    passed = "密码正确" if half.way in {None, Way.PASSWORD} else f"{half.way.label}已通过"
    if form.validate_on_submit():
        try:
            arrival = sessions.prove_code(form.code.data or "", clock.now())
        except RuleError as error:
            form.take(error)
        else:
            return go_on(arrival, target)
    return render_template("accounts/second_step.html", form=form, target=target, name=name, passed=passed)


@bp.route("/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> Any:
    """忘记密码: the same answer for every name."""
    form = ForgottenForm()
    asked = form.validate_on_submit()
    if asked:
        actions.ask_for_help(form.login.data or "", at=clock.now())
    return render_template(
        "accounts/forgotten.html", form=form, asked=asked, has_mail=messages.has_mail(), phones=office_phones()
    )


def go_on(arrival: Arrival, target: str | None) -> Any:
    """Where somebody goes who has come so far."""
    if arrival is Arrival.CODE:
        return redirect(url_for("accounts.second_step", next=target))
    if arrival is Arrival.CHOOSE:
        return redirect(url_for("accounts.choose_post", next=target))
    return redirect(target or url_for("home.index"))


@bp.post("/sign-out")
@public
def sign_out() -> Any:
    sessions.sign_out(current_actor(), clock.now())
    flash("您已退出。", "success")
    return redirect(url_for("accounts.sign_in"))


@bp.get("/account/post")
@requires()
def choose_post(actor: Actor) -> Any:
    holdings = queries.current_holdings(actor.user_id or 0, actor.on)
    target = safe_next(request.args.get("next"))
    last = queries.last_acted_from(
        actor.user_id or 0, [one.id for one in holdings], before=sessions.current_session()
    )  # fmt: skip
    return render_template("accounts/choose_post.html", holdings=holdings, target=target, last=last)


@bp.post("/account/post")
@requires()
def switch_post(actor: Actor) -> Any:
    form = SwitchForm()
    session = sessions.current_session()
    if session is not None and form.validate():
        holding = actions.switch_post(actor, session, (form.post.data or 0))
        flash(f"现在以{holding.duty}的岗位办理。", "success")
    return redirect(safe_next(request.form.get("next")) or url_for("home.index"))
