"""Passwords and the one-time keys that let a person set one. Only hashes are stored (S6, S12)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from tracker.accounts import queries
from tracker.accounts.actions.people import appoint, create_post, create_user
from tracker.accounts.models import OldPassword, OneTimeToken, TokenPurpose, User, UserSession
from tracker.committees import actions as committees
from tracker.committees.models import Committee, Level
from tracker.core import audit, clock
from tracker.core.access import ADMIN_ROLES, Actor, Body, Person, Role, Seat
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages import actions as messages
from tracker.messages import wording

KEY_LIVES = timedelta(hours=24)
DEAD_KEY = "这个链接已经用过或已过期，请重新索取。"
FIRST_ROLES = (Role.SYSADMIN, Role.SECADMIN)


def key_hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


@command
def give_key(actor: Actor, user: User) -> str:
    """A one-time link for a person to set a password, valid for 24 hours; earlier ones die.

    Whoever opens an administrator's account this way could become that administrator: the person and the other
    administrators are told at once.

    Returns the key itself: it is shown once and stored nowhere. Raises RuleError for a disabled account.
    """
    if not user.is_active:
        raise RuleError("账号已停用，不能生成登录链接。请先启用账号。")
    purpose = TokenPurpose.RESET if user.password_hash else TokenPurpose.INVITATION
    key = _new_key(purpose, user, actor.at)
    roles = [one.post.role for one in user.holdings if one.is_current(actor.on) and one.post.role in ADMIN_ROLES]
    said = f"为{user.audit_label()}生成{purpose.label}链接，24小时内有效"
    if roles and user.id != actor.user_id:
        said += f"；该账号担任{'、'.join(role.label for role in roles)}，已告知本人和其他管理员"
        _warn(actor, user, purpose, roles, key)
    audit.record(actor, f"user.{purpose.value}", user, said)
    return key


@command
def redeem(key: str, password_hash: str, *, at: datetime) -> User:
    """Set the password that the holder of a key chose. The key dies, and with it every session of the person."""
    token = _living(key, at)
    if token is None or token.user is None:
        raise RuleError(DEAD_KEY)
    user = token.user
    _set_password(user, password_hash, at)
    _end_sessions(user, at)
    body = user.committee.body() if user.committee else Body(None, "", "", "")
    actor = Actor(Person(user.id, user.name), Seat(None, None, ""), body, clock.shanghai_date(at), at)
    audit.record(actor, "user.password", user, f"用{token.purpose.label}链接设置了密码")
    return user


@command
def change_password(actor: Actor, password_hash: str, *, keep: UserSession) -> None:
    """Change one's own password, the old one having been proved. All other sessions end."""
    user = db.session.get_one(User, actor.user_id)
    _set_password(user, password_hash, actor.at)
    _end_sessions(user, actor.at, keep=keep.id)
    audit.record(actor, "user.password", user, "修改了自己的密码")


@command
def prepare_installation(at: datetime) -> str:
    """The key of the page that makes the first administrator (S12). Raises RuleError once anybody has an account."""
    if db.session.scalar(select(func.count()).select_from(User)):
        raise RuleError("系统中已有账号，不能再次安装。")
    return _new_key(TokenPurpose.SETUP, None, at)


@command
def install(
    key: str, *, level: Level, names: dict[str, str], login: str, name: str, password_hash: str, at: datetime
) -> Committee:
    """Make the first committee and its first administrator, who may make accounts and, in profile basic, grant posts.

    Raises RuleError when the key is dead or somebody was faster.
    """
    token = _living(key, at)
    if token is None or token.purpose is not TokenPurpose.SETUP or db.session.scalar(select(User.id).limit(1)):
        raise RuleError(DEAD_KEY)
    token.used_at = at
    installer = Person(None, "安装程序")
    on = clock.shanghai_date(at)
    nobody = Actor(installer, Seat(None, None, ""), Body(None, "", "", ""), on, at)
    committee = committees.create_committee(nobody, parent=None, level=level, **names)
    maker = Actor(installer, Seat(None, None, ""), committee.body(), on, at)
    user = create_user(
        maker, login=login, name=name, password_hash=password_hash, must_change_password=False
    )  # fmt: skip
    db.session.flush()
    _remember(user, password_hash, at)
    for role in FIRST_ROLES:
        post = create_post(maker, committee=committee, role=role)
        appoint(maker, post, user, starts_on=on)
    return committee


def _warn(actor: Actor, user: User, purpose: TokenPurpose, roles: list[Role], key: str) -> None:
    committee_ids = {one.post.committee_id for one in user.holdings if one.post.role in ADMIN_ROLES}
    keepers = [one for number in committee_ids for one in queries.holders_of_office(number, ADMIN_ROLES, actor.on)]
    title, body = wording.render(
        "accounts/link_made", actor=actor, user=user, purpose=purpose, roles=[role.label for role in roles]
    )
    messages.tell(
        {one.id: one for one in [user, *keepers] if one.id != actor.user_id}.values(),
        committee_id=user.committee_id, kind="user.link", subject_type="User", subject_id=user.id,
        occasion=key_hash(key)[:32], title=title, body=body, path="/account", at=actor.at, is_urgent=True,
    )  # fmt: skip


def _new_key(purpose: TokenPurpose, user: User | None, at: datetime) -> str:
    key = secrets.token_urlsafe(24)
    mine = OneTimeToken.user_id == user.id if user else OneTimeToken.user_id.is_(None)
    db.session.execute(update(OneTimeToken).where(mine, OneTimeToken.used_at.is_(None)).values(used_at=at))
    db.session.add(
        OneTimeToken(token_hash=key_hash(key), purpose=purpose, user=user, created_at=at, expires_at=at + KEY_LIVES)
    )
    return key


def _living(key: str, at: datetime) -> OneTimeToken | None:
    return db.session.scalar(
        select(OneTimeToken)
        .where(OneTimeToken.token_hash == key_hash(key), OneTimeToken.used_at.is_(None), OneTimeToken.expires_at > at)
        .with_for_update()
    )


def _set_password(user: User, password_hash: str, at: datetime) -> None:
    user.password_hash = password_hash
    user.password_set_at = at
    user.must_change_password = False
    _remember(user, password_hash, at)
    db.session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.user_id == user.id, OneTimeToken.used_at.is_(None))
        .values(used_at=at)
        .execution_options(synchronize_session="fetch")
    )


def _remember(user: User, password_hash: str, at: datetime) -> None:
    db.session.add(OldPassword(user_id=user.id, password_hash=password_hash, set_at=at))


def _end_sessions(user: User, at: datetime, *, keep: int | None = None) -> None:
    ending = update(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
    db.session.execute((ending.where(UserSession.id != keep) if keep else ending).values(ended_at=at))
