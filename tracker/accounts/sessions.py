"""Flask-Login over our own table of sessions: listed, revocable, closed after idling and after their longest life."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import datetime, timedelta

from flask import Flask, current_app, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import OperationalError

from tracker.accounts import actions, passwords, queries
from tracker.accounts.actions.signing import IS_DISABLED, LOCKED_OUT
from tracker.accounts.models import UserSession
from tracker.accounts.passwords import PasswordPolicy
from tracker.core import access, clock
from tracker.core.access import Actor
from tracker.core.db import impatient
from tracker.core.errors import RuleError

log = logging.getLogger(__name__)
TOUCH_EVERY = timedelta(minutes=1)
WRONG = "登录名或密码不正确。连续输错5次，登录将暂停30分钟。"
DISABLED = "您的账号已停用。如需恢复，请联系系统管理员。"
NO_POST = "您目前没有担任任何岗位，暂时不能登录。岗位变动的，请与办公室或系统管理员联系。"

login_manager = LoginManager()


class SignedIn(UserMixin):  # type: ignore[misc]
    """One sign-in, as Flask-Login carries it; the cookie holds the token, never a user's number."""

    def __init__(self, session: UserSession, token: str) -> None:
        self.session = session
        self.token = token

    def get_id(self) -> str:
        return self.token


def init_app(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.session_protection = None  # our sessions end in the database
    access.init_app(app, load_actor, "accounts.sign_in")


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load(token: str) -> SignedIn | None:
    """The living session of a cookie; an ended, idle or too old one is nobody."""
    session = queries.session_by_hash(token_hash(token))
    if session is None or not is_alive(session, clock.now()):
        return None
    return SignedIn(session, token)


def load_actor() -> Actor | None:
    """The actor of this request. Background polling never extends the idle time."""
    session = current_session()
    if session is None:
        return None
    now = clock.now()
    actor = queries.actor_of(session, now)
    if "X-Background" not in request.headers and now - session.seen_at > TOUCH_EVERY:
        _touch(session.id, now)
    return actor


def _touch(session_id: int, now: datetime) -> None:
    """Best effort: a page that only reads is shown although somebody else is writing."""
    try:
        with impatient():
            actions.touch_session(session_id, now)
    except OperationalError:
        log.info("the session was not touched: the database is busy")


def current_session() -> UserSession | None:
    """The session of this request's cookie, if it lives."""
    if not current_user.is_authenticated:
        return None
    session: UserSession = current_user.session
    return session


def sign_in(login: str, password: str, at: datetime) -> int:
    """Prove who one is; returns how many posts the person may act from.

    Raises RuleError, in the same words for a wrong password and for a name that nobody has. The password is weighed
    between two transactions, never inside one.
    """
    address = request.remote_addr or ""
    try:
        attempt = actions.begin_attempt(login, address=address, at=at)
    except RuleError:
        actions.turn_away(login, LOCKED_OUT, at=at)
        raise
    if not passwords.matches(attempt.password_hash, password) or attempt.user_id is None:
        actions.refuse(attempt, at=at)
        raise RuleError(WRONG)
    if not attempt.is_active:
        actions.turn_away(login, IS_DISABLED, at=at)
        raise RuleError(DISABLED)
    holding_ids = queries.holding_ids_to_act_from(attempt.user_id, clock.shanghai_date(at))
    if not holding_ids:
        raise RuleError(NO_POST)
    stale = attempt.password_hash is not None and passwords.needs_rehash(attempt.password_hash)
    token = secrets.token_urlsafe(32)
    session = actions.admit(
        attempt, holding_ids[0], token_hash=token_hash(token), at=at, address=address,
        agent=request.user_agent.string, rehashed=passwords.hashed(password) if stale else None,
    )  # fmt: skip
    cookie.clear()
    login_user(SignedIn(session, token))
    return len(holding_ids)


def sign_out(actor: Actor | None, at: datetime) -> None:
    """End this request's session, if there is one, and forget its cookie."""
    session = current_session()
    if session is not None:
        actions.sign_out(actor, session, at)
    logout_user()
    cookie.clear()


def is_alive(session: UserSession, now: datetime) -> bool:
    settings = current_app.config["SETTINGS"]
    return (
        session.ended_at is None
        and session.user.is_active
        and now - session.seen_at <= settings.session_idle
        and now - session.started_at <= settings.session_longest
    )


def must_change_password(session: UserSession, policy: PasswordPolicy) -> bool:
    """Whether this session leads nowhere but to a new password.

    The age is asked for the moment of signing in: nobody is interrupted while writing. A demo is never too old.
    """
    user = session.user
    if user.must_change_password:
        return True
    if current_app.config["SETTINGS"].demo:
        return False
    return passwords.is_too_old(user.password_set_at, session.started_at, policy)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
