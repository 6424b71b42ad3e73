"""What stands before every page for somebody who is signed in: the network an administrator works from, a password that
must be changed, a second factor that must be set up."""

from __future__ import annotations

from typing import Any

from flask import current_app, jsonify, redirect, request, url_for

from tracker.accounts import policy, queries, sessions
from tracker.accounts.models import UserSession
from tracker.accounts.sso import is_within
from tracker.accounts.views.blueprint import bp
from tracker.accounts.views.me import policy as password_policy
from tracker.core import web
from tracker.core.access import ADMIN_ROLES

MUST_CHANGE = "请先修改密码。"
MUST_SET_UP = "管理员须先启用动态口令。"
ELSEWHERE = "管理岗位只能在指定的网络中使用。请换到管理网络，或者切换到其他岗位。"
PASSWORD, FACTOR = "accounts.change_password", "accounts.factor"
POSTS = {"accounts.choose_post", "accounts.switch_post"}


@bp.before_app_request
def keep_to_the_network() -> Any:
    """Administrators and the installation, only from where the settings say (S25)."""
    networks = current_app.config["SETTINGS"].admin_networks
    if not networks or is_within(request.remote_addr, networks):
        return None
    if request.endpoint == "accounts.setup":
        return web.answer(403, ELSEWHERE)
    session = _behind_a_door(*POSTS)
    if session is None or session.holding is None or session.holding.post.role not in ADMIN_ROLES:
        return None
    return web.answer(403, ELSEWHERE)


@bp.before_app_request
def ask_for_password() -> Any:
    """A first or outdated password leads to one page only (S5, S6); scripts are told so."""
    session = _behind_a_door(PASSWORD)
    if session is None or not sessions.must_change_password(session, password_policy()):
        return None
    return _lead_to(PASSWORD, MUST_CHANGE)


@bp.before_app_request
def ask_for_factor() -> Any:
    """In profile djbh an administrator without a second factor gets to its page only (S10)."""
    profile = current_app.config["SETTINGS"].admin_profile
    if profile != policy.DJBH:
        return None
    session = _behind_a_door(PASSWORD, FACTOR, "accounts.begin_factor", "accounts.confirm_factor", *POSTS)
    if session is None or session.holding is None or not policy.needs_factor({session.holding.post.role}, profile):
        return None
    return None if queries.has_factor(session.user_id) else _lead_to(FACTOR, MUST_SET_UP)


def _behind_a_door(*but: str) -> UserSession | None:
    """The session, where the page is one for people who are signed in and none of these."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "__door__", None) != "requires" or request.endpoint in but:
        return None
    return sessions.current_session()


def _lead_to(endpoint: str, sentence: str) -> Any:
    if web.wants_json():
        return jsonify(message=sentence), 403
    return redirect(url_for(endpoint))
