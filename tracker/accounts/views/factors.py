"""动态口令: set up, renewed, given up; reset for somebody who lost the telephone."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, render_template, url_for

from tracker.accounts import actions, codes, queries, sessions
from tracker.accounts import policy as rules
from tracker.accounts.forms import CodeForm, PasswordForm, ProofForm
from tracker.accounts.models import SecondFactor, User
from tracker.accounts.views.blueprint import bp
from tracker.accounts.views.me import prove
from tracker.core.access import Actor, requires
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.forms import EmptyForm, Form, ReasonForm


@bp.get("/account/factor")
@requires()
def factor(actor: Actor) -> Any:
    """The page of the second factor: begin, scan, or what can be done with one that is in use."""
    return _page(actor)


@bp.post("/account/factor/begin")
@requires()
def begin_factor(actor: Actor) -> Any:
    """The password first: a session left open must not give its finder a factor of his own."""
    session = sessions.current_session()
    has_password = session is not None and session.user.password_hash is not None
    form: Form = PasswordForm() if has_password else EmptyForm()
    if session is not None and form.validate_on_submit():
        try:
            if isinstance(form, PasswordForm):
                prove(actor, session.user.login, form.password.data or "")
            actions.begin_factor(actor)
        except RuleError as error:
            error.field = "password" if error.field == "current" else error.field
            form.take(error)
        else:
            return redirect(url_for("accounts.factor"))
    return _page(actor, begin=form)


@bp.post("/account/factor/confirm")
@requires()
def confirm_factor(actor: Actor) -> Any:
    form, session = CodeForm(), sessions.current_session()
    if session is not None and form.validate_on_submit():
        try:
            made = actions.confirm_factor(actor, form.code.data or "", keep=session)
        except RuleError as error:
            form.take(error)
        else:
            return _recovery_codes(actor, made)
    return _page(actor, confirm=form)


@bp.post("/account/factor/codes")
@requires()
def renew_codes(actor: Actor) -> Any:
    form = ProofForm()
    if _proved(actor, form):
        return _recovery_codes(actor, actions.renew_codes(actor))
    return _page(actor, proof=form)


@bp.post("/account/factor/off")
@requires()
def drop_factor(actor: Actor) -> Any:
    form = ProofForm()
    if not _must(actor) and _proved(actor, form):
        actions.drop_factor(actor)
        flash("动态口令已关闭，以后登录只需要密码。", "success")
        return redirect(url_for("accounts.me"))
    return _page(actor, proof=form)


@bp.route("/users/<int:user_id>/factor", methods=["GET", "POST"])
@requires(queries.visible_users, rules.can_reset_factor, param="user_id")
def reset_factor(actor: Actor, user: User) -> Any:
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            actions.reset_factor(actor, user, reason=form.reason.data or "")
        except RuleError as error:
            form.take(error)
        else:
            flash(f"{user.name}的动态口令已重置，本人已收到消息。", "success")
            return redirect(url_for("accounts.user", user_id=user.id))
    return render_template("accounts/factor_reset.html", form=form, user=user)


def _proved(actor: Actor, form: ProofForm) -> bool:
    session = sessions.current_session()
    if session is None or not form.validate_on_submit():
        return False
    try:
        prove(actor, session.user.login, form.password.data or "", form.code.data or "")
    except RuleError as error:
        form.take(error)
        return False
    return True


def _must(actor: Actor) -> bool:
    profile = current_app.config["SETTINGS"].admin_profile
    return actor.role is not None and rules.needs_factor({actor.role}, profile)


def _page(
    actor: Actor, *, begin: Form | None = None, confirm: CodeForm | None = None, proof: ProofForm | None = None
) -> str:
    user = db.session.get_one(User, actor.user_id)
    kept = queries.factor_of(actor.user_id)
    waits = kept is not None and kept.set_up_at is None
    first: Form = PasswordForm(formdata=None) if user.password_hash else EmptyForm()
    return render_template(
        "accounts/factor.html", user=user, factor=kept, waits=waits, must=_must(actor),
        codes_left=queries.codes_left(user.id), begin=begin or first, confirm=confirm or CodeForm(formdata=None),
        proof=proof or ProofForm(formdata=None), picture=_picture(user, kept) if waits and kept else None,
        seed=_in_fours(kept.seed) if waits and kept else "",
    )  # fmt: skip


def _picture(user: User, kept: SecondFactor) -> codes.Picture:
    return codes.picture(codes.address(kept.seed, user.login, current_app.config["SETTINGS"].site_name))


def _in_fours(seed: str) -> str:
    return " ".join(seed[start : start + 4] for start in range(0, len(seed), 4))


def _recovery_codes(actor: Actor, made: list[str]) -> str:
    """The only time they can be seen, so it is the answer and no redirect."""
    return render_template("accounts/recovery_codes.html", codes=made, at=actor.at)
