"""Accounts, posts and who holds them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, update

from tracker.accounts import queries
from tracker.accounts.models import Holding, OneTimeToken, Post, User, UserSession
from tracker.committees.models import Committee, Unit
from tracker.core import audit
from tracker.core.access import Actor, Role
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.filters import zh_date


@command
def create_user(
    actor: Actor, *, login: str, name: str, email: str | None = None, phone: str | None = None,
    password_hash: str | None = None, must_change_password: bool = True, committee: Committee | None = None,
) -> User:  # fmt: skip
    """Make an account. Raises RuleError when the login name is or was somebody's: names are never reused (S1)."""
    login = login.strip().lower()
    if queries.is_taken(login):
        raise RuleError(f"登录名“{login}”已被使用，请换一个。", field="login")
    user = User(
        committee_id=committee.id if committee else actor.committee_id, login=login, name=name,
        email=email or None, phone=phone or None,
        password_hash=password_hash, password_set_at=actor.at if password_hash else None,
        must_change_password=must_change_password, is_active=True, created_at=actor.at,
    )  # fmt: skip
    db.session.add(user)
    audit.record(actor, "user.create", user, f"新建账号：{user.audit_label()}")
    return user


@command
def change_contact(actor: Actor, user: User, *, name: str, email: str | None, phone: str | None) -> None:
    """Correct a person's name, address and telephone. Nothing else is kept about anybody (S36)."""
    user.name, user.email, user.phone = name, email or None, phone or None
    if db.session.is_modified(user):
        audit.record(actor, "user.contact", user, f"修改{user.audit_label()}的姓名或联系方式")


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
        actor, "post.appoint", post, f"任命{user.name}担任{post.audit_label()}，自{zh_date(starts_on)}起",
        covers=[holding],
    )  # fmt: skip
    return holding


@command
def disable(actor: Actor, user: User, *, reason: str) -> None:
    """Close an account: every session of it ends at once (S11), and no link opens it.

    Raises RuleError when nobody else could do an administrator's work.
    """
    for holding in user.holdings:
        if holding.is_current(actor.on):
            keep_an_administrator(holding, actor.on)
    user.is_active = False
    close_doors(user, actor.at)
    audit.record(actor, "user.disable", user, f"停用账号：{user.audit_label()}", reason=reason)


@command
def enable(actor: Actor, user: User) -> None:
    """Open a closed account again, with the posts it still holds. Raises RuleError for one that is nobody's now."""
    if user.anonymised_at is not None:
        raise RuleError("这个账号的个人信息已经去除，不能再启用。请另建账号。")
    user.is_active = True
    audit.record(actor, "user.enable", user, f"启用账号：{user.audit_label()}")


def close_doors(user: User, at: datetime) -> None:
    """End every session and every waiting link of a person."""
    alive = UserSession.ended_at.is_(None)
    db.session.execute(update(UserSession).where(UserSession.user_id == user.id, alive).values(ended_at=at))
    unused = OneTimeToken.used_at.is_(None)
    db.session.execute(update(OneTimeToken).where(OneTimeToken.user_id == user.id, unused).values(used_at=at))


def keep_an_administrator(holding: Holding, on: date) -> None:
    """Raises RuleError when the holding is the last of an administrator's role in its committee. Of two who take leave
    of each other at once, the second waits here and sees that the first is gone."""
    post = holding.post
    kept = Role.SYSADMIN, Role.SECADMIN
    if post.role not in kept:
        return
    posts = select(Post.id).where(Post.committee_id == post.committee_id, Post.role.in_(kept)).order_by(Post.id)
    db.session.execute(posts.with_for_update())
    others = queries.others_in_office(holding, on)
    if not others:
        raise RuleError(f"{post.committee.short_name}至少要有一名{post.role.label}，请先任命另一名。")
    if all(one.ends_on is not None for one in others):  # their days will run out with nobody there to notice
        raise RuleError(
            f"{post.committee.short_name}至少要有一名{post.role.label}长期担任，其余的任期都有截止日期，"
            "请先任命一名不填截止日期的。"
        )
