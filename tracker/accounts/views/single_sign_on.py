"""Coming in through another door: OIDC and CAS. The gateway's header is read by the sign-in page itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask import session as cookie

from tracker.accounts import sessions, sso
from tracker.accounts.views.blueprint import bp
from tracker.accounts.views.signing import go_on
from tracker.core import clock
from tracker.core.access import public
from tracker.core.errors import RuleError
from tracker.core.pages import safe_next, whole_address

NEXT = "next"


@bp.get("/sign-in/oidc")
@public
def oidc() -> Any:
    if not current_app.config["SETTINGS"].oidc_issuer:
        return redirect(url_for("accounts.sign_in"))
    _remember()
    return _told(lambda: sso.oidc_redirect(_back("accounts.oidc_back")))


@bp.get("/sign-in/oidc/back")
@public
def oidc_back() -> Any:
    if not current_app.config["SETTINGS"].oidc_issuer:
        return redirect(url_for("accounts.sign_in"))
    return _told(lambda: _come_in(sso.oidc_login()))


@bp.get("/sign-in/cas")
@public
def cas() -> Any:
    if not current_app.config["SETTINGS"].cas_url:
        return redirect(url_for("accounts.sign_in"))
    _remember()
    return redirect(sso.cas_address(_back("accounts.cas_back")))


@bp.get("/sign-in/cas/back")
@public
def cas_back() -> Any:
    if not current_app.config["SETTINGS"].cas_url:
        return redirect(url_for("accounts.sign_in"))
    return _told(lambda: _come_in(sso.cas_login(_back("accounts.cas_back"))))


def _remember() -> None:
    """Where to go afterwards: the other server does not carry it."""
    cookie[NEXT] = safe_next(request.args.get("next")) or ""


def _come_in(login: str) -> Any:
    target = safe_next(str(cookie.get(NEXT, "")))
    return go_on(sessions.sign_in_as(login, clock.now()), target)


def _told(step: Callable[[], Any]) -> Any:
    """What goes wrong is said on the sign-in page."""
    try:
        return step()
    except RuleError as error:
        flash(error.sentence, "error")
        return redirect(url_for("accounts.sign_in"))


def _back(endpoint: str) -> str:
    """The whole address to come back to."""
    return whole_address(url_for(endpoint))
