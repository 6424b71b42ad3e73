"""Coming in, going out, and choosing the post to act from."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from tracker.accounts import actions, queries, sessions
from tracker.accounts.forms import SignInForm, SwitchForm
from tracker.accounts.views.blueprint import bp
from tracker.core import clock
from tracker.core.access import Actor, current_actor, public, requires
from tracker.core.errors import RuleError
from tracker.core.pages import safe_next


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Any:
    target = safe_next(request.values.get("next"))
    if request.method == "GET" and current_actor() is not None:
        return redirect(target or url_for("home.index"))
    form = SignInForm()
    if form.validate_on_submit():
        try:
            posts = sessions.sign_in((form.login.data or ""), (form.password.data or ""), clock.now())
        except RuleError as error:
            form.take(error)
        else:
            if posts > 1:
                return redirect(url_for("accounts.choose_post", next=target))
            return redirect(target or url_for("home.index"))
    return render_template("accounts/sign_in.html", form=form, target=target)


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
    return render_template("accounts/choose_post.html", holdings=holdings, target=target)


@bp.post("/account/post")
@requires()
def switch_post(actor: Actor) -> Any:
    form = SwitchForm()
    session = sessions.current_session()
    if session is not None and form.validate():
        holding = actions.switch_post(actor, session, (form.post.data or 0))
        flash(f"现在以{holding.post.audit_label()}的岗位办理。", "success")
    return redirect(safe_next(request.form.get("next")) or url_for("home.index"))
