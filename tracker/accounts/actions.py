"""Accounts, posts and who holds them; sign-ins. Passwords arrive here already hashed."""

from __future__ import annotations

from datetime import date, datetime

from tracker.accounts.models import Holding, Post, User, UserSession
from tracker.committees.models import Committee, Unit
from tracker.core import audit
from tracker.core.access import Actor, Role
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError


@command
def create_user(
    actor: Actor, *, login: str, name: str, email: str | None = None, phone: str | None = None,
    password_hash: str | None = None, must_change_password: bool = True,
) -> User:  # fmt: skip
    """Make an account. Raises RuleError when the login name is or was somebody's: names are never reused (S1)."""
    login = login.strip().lower()
    if db.session.query(User.id).filter_by(login=login).first():
        raise RuleError(f"登录名“{login}”已被使用，请换一个。", field="login")
    user = User(
        login=login, name=name, email=email or None, phone=phone or None, password_hash=password_hash,
        must_change_password=must_change_password, is_active=True, created_at=actor.at,
    )  # fmt: skip
    db.session.add(user)
    audit.record(actor, "user.create", user, f"新建账号：{user.audit_label()}")
    return user


@command
def create_post(actor: Actor, *, committee: Committee, role: Role, unit: Unit | None = None, title: str = "") -> Post:
    """Make a post in a committee or in one of its units."""
    post = Post(committee=committee, unit=unit, role=role, title=title)
    db.session.add(post)
    audit.record(actor, "post.create", post, f"设置岗位：{post.audit_label()}")
    return post


@command
def appoint(actor: Actor, post: Post, user: User, *, starts_on: date, in_charge_until: date | None = None) -> Holding:
    """Give a post to a person from a day on."""
    holding = Holding(post=post, user=user, starts_on=starts_on, in_charge_until=in_charge_until)
    db.session.add(holding)
    audit.record(
        actor, "post.appoint", post, f"任命{user.name}担任{post.audit_label()}，自{starts_on:%Y-%m-%d}起",
        covers=[holding],
    )  # fmt: skip
    return holding


@command
def start_session(
    user: User, holding: Holding | None, *, token_hash: str, at: datetime, address: str = "", agent: str = ""
) -> UserSession:
    """Open a session for a person who has proved who they are."""
    session = UserSession(
        token_hash=token_hash, user=user, holding=holding, started_at=at, seen_at=at, address=address,
        agent=agent[:200],
    )  # fmt: skip
    db.session.add(session)
    user.last_signed_in_at = at
    audit.cover(user)  # the sign-in is recorded by its caller, who knows how the person proved it
    return session


@command
def touch_session(session: UserSession, at: datetime) -> None:
    """The person is still there: the idle time starts anew."""
    session.seen_at = at


@command
def end_session(session: UserSession, at: datetime) -> None:
    """Close a session at the server; its cookie is worthless from now on."""
    session.ended_at = session.ended_at or at
