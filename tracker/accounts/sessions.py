"""Flask-Login over our own table of sessions: listed, revocable, closed after idling and after their longest life."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from flask import Flask, current_app, request
from flask_login import LoginManager, UserMixin, current_user

from tracker.accounts import actions, queries
from tracker.accounts.models import UserSession
from tracker.core import access, clock
from tracker.core.access import Actor

TOUCH_EVERY = timedelta(minutes=1)

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
    if not current_user.is_authenticated:
        return None
    session: UserSession = current_user.session
    now = clock.now()
    if "X-Background" not in request.headers and now - session.seen_at > TOUCH_EVERY:
        actions.touch_session(session, now)
    return queries.actor_of(session, now)


def is_alive(session: UserSession, now: datetime) -> bool:
    settings = current_app.config["SETTINGS"]
    return (
        session.ended_at is None
        and session.user.is_active
        and now - session.seen_at <= settings.session_idle
        and now - session.started_at <= settings.session_longest
    )


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
