"""The very first: a committee and whoever administers it. No account is there before (S12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import func, select

from tracker.accounts import policy
from tracker.accounts.actions.keys import DEAD_KEY, give_key, living, new_key, remember
from tracker.accounts.actions.people import appoint, create_post, create_user
from tracker.accounts.models import TokenPurpose, User
from tracker.committees import actions as committees
from tracker.committees.models import Committee, Level
from tracker.core import clock
from tracker.core.access import Actor, Body, Person, Role, Seat
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError

BOTH = (Role.SYSADMIN, Role.SECADMIN)


@dataclass(frozen=True)
class Colleague:
    """Of the three officers of profile djbh the two who do not install: each gets a link of his own."""

    role: Role
    login: str
    name: str


@dataclass(frozen=True)
class Installed:
    """The committee, and the keys of the other officers: shown once, (user, key)."""

    committee: Committee
    keys: list[tuple[User, str]]


@command
def prepare_installation(at: datetime) -> str:
    """The key of the page that makes the first administrator (S12). Raises RuleError once anybody has an account."""
    if db.session.scalar(select(func.count()).select_from(User)):
        raise RuleError("系统中已有账号，不能再次安装。")
    return new_key(TokenPurpose.SETUP, None, at)


@command
def install(
    key: str, *, level: Level, names: dict[str, str], login: str, name: str, password_hash: str, at: datetime,
    others: tuple[Colleague, ...] = (),
) -> Installed:  # fmt: skip
    """Make the first committee and who administers it.

    In profile basic the first person makes accounts and grants posts; in djbh he is 系统管理员 only, and the other two
    officers are named at once: without a 安全管理员 nobody could be given a post.

    Raises RuleError when the key is dead, somebody was faster, or the three are not three.
    """
    token = living(key, at, TokenPurpose.SETUP)
    if token is None or db.session.scalar(select(User.id).limit(1)):
        raise RuleError(DEAD_KEY)
    strict = current_app.config["SETTINGS"].admin_profile == policy.DJBH
    if strict and {one.role for one in others} != {Role.SECADMIN, Role.AUDITOR}:
        raise RuleError("请同时指定安全管理员和审计管理员。")
    token.used_at = at
    installer, on = Person(None, "安装程序"), clock.shanghai_date(at)
    nobody = Actor(installer, Seat(None, None, ""), Body(None, "", "", ""), on, at)
    committee = committees.create_committee(nobody, parent=None, level=level, **names)
    maker = Actor(installer, Seat(None, None, ""), committee.body(), on, at)
    user = create_user(
        maker, login=login, name=name, password_hash=password_hash, must_change_password=False
    )  # fmt: skip
    db.session.flush()
    remember(user, password_hash, at)
    for role in (Role.SYSADMIN,) if strict else BOTH:
        appoint(maker, create_post(maker, committee=committee, role=role), user, starts_on=on)
    keys = []
    for one in others if strict else ():
        person = create_user(maker, login=one.login, name=one.name)
        appoint(maker, create_post(maker, committee=committee, role=one.role), person, starts_on=on)
        db.session.flush()
        keys.append((person, give_key(maker, person)))
    return Installed(committee, keys)
