"""Flask-Login over our own table of sessions: listed, revocable, closed after idling and after their longest life."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from enum import Enum

from flask import Flask, current_app, request
from flask import session as cookie
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import OperationalError

from tracker.accounts import actions, passwords, queries, sso
from tracker.accounts.actions import Attempt
from tracker.accounts.actions.factors import wrong_code
from tracker.accounts.actions.signing import EXPIRED, IS_DISABLED, LOCKED_OUT
from tracker.accounts.models import OneTimeToken, TokenPurpose, UserSession, Way
from tracker.accounts.passwords import PasswordPolicy, token_hash
from tracker.core import access, clock
from tracker.core.access import Actor
from tracker.core.db import impatient
from tracker.core.errors import RuleError

log = logging.getLogger(__name__)
TOUCH_EVERY = timedelta(minutes=1)
WRONG = "登录名或密码不正确。连续输错5次，登录将暂停30分钟。"
DISABLED = "您的账号已停用。如需恢复，请联系系统管理员。"
NO_POST = "您目前没有担任任何岗位，暂时不能登录。岗位变动的，请与办公室或系统管理员联系。"

UNKNOWN = "统一身份认证已通过，但本系统中没有登录名为“{login}”的账号。请与办公室或系统管理员联系。"
HALF = "second_step"
"""What the cookie holds between the two steps: a key of its own that opens no page."""

login_manager = LoginManager()


class Arrival(Enum):
    """How far somebody at the door has come."""

    IN = "in"
    CHOOSE = "choose"
    """In, and several posts to choose from."""
    CODE = "code"
    """The password was right; now the code."""


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
    sso.init_app(app)


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


def sign_in(login: str, password: str, at: datetime) -> Arrival:
    """Prove who one is.

    Raises RuleError, in the same words for a wrong password and for a name that nobody has. The password is weighed
    between two transactions, never inside one.
    """
    attempt = _attempt(login, at)
    if not passwords.matches(attempt.password_hash, password) or attempt.user_id is None:
        actions.refuse(attempt, at=at)
        raise RuleError(WRONG)
    if not attempt.is_active:
        actions.turn_away(login, IS_DISABLED, at=at)
        raise RuleError(DISABLED)
    stale = attempt.password_hash is not None and passwords.needs_rehash(attempt.password_hash)
    return _arrive(attempt.user_id, at, attempt=attempt, rehashed=passwords.hashed(password) if stale else None)


def prove_code(code: str, at: datetime) -> Arrival:
    """The second step: the code of the moment or a recovery code. A wrong one counts for the lock like a password."""
    half = half_way(at)
    if half is None or half.user is None or half.holding_id is None:
        raise RuleError(EXPIRED)
    user_id, holding_id, way, half_hash = half.user.id, half.holding_id, half.way or Way.PASSWORD, half.token_hash
    attempt = _attempt(half.user.login, at)
    if not actions.prove_code(user_id, code, at=at):
        actions.refuse(attempt, at=at, why="动态口令不正确")
        raise wrong_code(code)
    several = way is not Way.LINK and len(queries.holding_ids_to_act_from(user_id, clock.shanghai_date(at))) > 1
    _open(attempt, holding_id, at, way=way, half_hash=half_hash)
    return Arrival.CHOOSE if several else Arrival.IN


def half_way(at: datetime) -> OneTimeToken | None:
    """The first step that this browser has taken, if its time is not over."""
    return queries.key_of(str(cookie.get(HALF, "")), at, TokenPurpose.SECOND_STEP)


def sign_in_by_link(key: str, at: datetime) -> Arrival:
    """Come in by a one-time link, to the post it was made for and no other."""
    user_id, holding_id = actions.use_sign_in_link(key, at=at)
    return _arrive(user_id, at, way=Way.LINK, holding_id=holding_id)


def sign_in_as(login: str, at: datetime) -> Arrival:
    """Come in because somebody trusted says who it is. Nobody gets an account that way."""
    user = queries.user_by_login(login)
    if user is None:
        raise RuleError(UNKNOWN.format(login=login[:60]))
    if not user.is_active:
        actions.turn_away(user.login, IS_DISABLED, at=at)
        raise RuleError(DISABLED)
    return _arrive(user.id, at, way=Way.SSO)


def _attempt(login: str, at: datetime) -> Attempt:
    try:
        return actions.begin_attempt(login, address=request.remote_addr or "", at=at)
    except RuleError:
        actions.turn_away(login, LOCKED_OUT, at=at)
        raise


def _arrive(
    user_id: int, at: datetime, *, way: Way = Way.PASSWORD, holding_id: int | None = None,
    attempt: Attempt | None = None, rehashed: str | None = None,
) -> Arrival:  # fmt: skip
    """The first step was right: in, or on to the code where there is a second factor."""
    posts = [holding_id] if holding_id else queries.holding_ids_to_act_from(user_id, clock.shanghai_date(at))
    if not posts:
        raise RuleError(NO_POST)
    if queries.has_factor(user_id):
        half = secrets.token_urlsafe(32)
        actions.halve(attempt, posts[0], half_hash=token_hash(half), way=way, at=at)
        cookie.clear()
        cookie[HALF] = half
        return Arrival.CODE
    _open(attempt, posts[0], at, way=way, rehashed=rehashed)
    return Arrival.CHOOSE if len(posts) > 1 else Arrival.IN


def _open(
    attempt: Attempt | None, holding_id: int, at: datetime, *, way: Way, half_hash: str | None = None,
    rehashed: str | None = None,
) -> None:  # fmt: skip
    token = secrets.token_urlsafe(32)
    session = actions.admit(
        attempt, holding_id, token_hash=token_hash(token), at=at, address=request.remote_addr or "",
        agent=request.user_agent.string, way=way, half_hash=half_hash, rehashed=rehashed,
    )  # fmt: skip
    cookie.clear()
    login_user(SignedIn(session, token))


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
    if session.way is not Way.PASSWORD:
        return False
    if user.must_change_password:
        return True
    if current_app.config["SETTINGS"].demo:
        return False
    return passwords.is_too_old(user.password_set_at, session.started_at, policy)
