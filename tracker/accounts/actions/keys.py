"""Passwords and the one-time keys that let a person set one. Only hashes are stored (S6, S12)."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from sqlalchemy import ColumnElement, select, update

from tracker.accounts import codes, policy, queries
from tracker.accounts.models import (
    KEY_LIVES,
    LINKS,
    DoorCall,
    HelpRequest,
    Holding,
    OldPassword,
    OneTimeToken,
    TokenPurpose,
    User,
    UserSession,
)
from tracker.accounts.passwords import token_hash
from tracker.core import audit, clock
from tracker.core.access import ADMIN_ROLES, Actor, Body, Person, Role, Seat
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.filters import zh_datetime
from tracker.core.holding import hold
from tracker.messages import actions as messages
from tracker.messages import wording

DEAD_KEY = "这个链接已经用过或已过期，请重新索取。"
SETTING = (TokenPurpose.INVITATION, TokenPurpose.RESET)
"""What the links are for that lead to a new password."""


@command
def give_key(
    actor: Actor, user: User, *, keeps_others: bool = False, until: datetime | None = None, reason: str | None = None
) -> str:
    """A one-time link for a person to set a password, valid for 24 hours or, on a printed slip, `until` then; earlier
    ones die, unless they are kept until a whole sheet of slips is made.

    Whoever opens an administrator's account this way could become that administrator: the person and the other
    administrators are told at once.

    Returns the key itself: it is shown once and stored nowhere. Raises RuleError for a disabled account, and in profile
    djbh for an administrator's to which no second administrator has agreed.
    """
    if not user.is_active:
        raise RuleError("账号已停用，不能生成登录链接。请先启用账号。")
    _must_be_agreed(actor, user)
    purpose = TokenPurpose.RESET if user.password_hash else TokenPurpose.INVITATION
    key = new_key(purpose, user, actor.at, keeps_others=keeps_others, until=until)
    roles = [one.post.role for one in user.holdings if one.is_current(actor.on) and one.post.role in ADMIN_ROLES]
    said = f"为{user.audit_label()}生成{purpose.label}链接，{_open(until)}"
    if roles and user.id != actor.user_id:
        said += f"；该账号担任{'、'.join(role.label for role in roles)}，已告知本人和其他管理员"
        _warn(actor, user, purpose, roles, key)
    audit.record(actor, f"user.{purpose.value}", user, said, reason=reason)
    return key


@command
def redeem(key: str, password_hash: str, *, at: datetime) -> User:
    """Set the password that the holder of a key chose. The key dies, and with it every session of the person."""
    token = living(key, at, *SETTING)
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
def give_sign_in_link(
    actor: Actor, holding: Holding, *, by_mail: bool = False, keeps_others: bool = False, until: datetime | None = None
) -> str | None:
    """A link with which the holder of a unit's post signs in once, without a password: within 24 hours or, on a
    printed slip, `until` then.

    Returns the key, shown once; None when it leaves by mail. Raises RuleError where there is no way of mailing it.
    """
    user = holding.user
    if not user.is_active:
        raise RuleError("账号已停用，不能生成登录链接。请先启用账号。")
    if by_mail and not (user.email and messages.has_mail()):
        raise RuleError(f"{user.name}没有登记电子邮箱，或者系统没有配置邮件服务器，不能用邮件发送。")
    key = new_key(
        TokenPurpose.SIGN_IN, user, actor.at, holding=holding, is_mailed=by_mail, keeps_others=keeps_others, until=until
    )
    how = "，用邮件发给本人" if by_mail else ""
    said = f"为{user.audit_label()}生成一次性登录链接{how}，岗位：{holding.post.audit_label()}，{_open(until)}"
    audit.record(actor, "user.sign_in_link", user, said)
    return None if by_mail else key


def _open(until: datetime | None) -> str:
    return f"{zh_datetime(until)}前有效" if until is not None else "24小时内有效"


@command
def use_sign_in_link(key: str, *, at: datetime) -> tuple[int, int]:
    """Open the door once: (user id, holding id). The key dies. Raises RuleError for a dead one."""
    token = living(key, at, TokenPurpose.SIGN_IN)
    holding = token.holding if token is not None else None
    if token is None or holding is None or not holding.user.is_active:
        raise RuleError(DEAD_KEY)
    if not holding.is_current(clock.shanghai_date(at)):
        raise RuleError(DEAD_KEY)
    token.used_at = at
    return holding.user_id, holding.id


def _must_be_agreed(actor: Actor, user: User) -> None:
    """Four eyes on an administrator's account; the server's own command line is the last way and is recorded."""
    roles = {one.post.role for one in user.posts_from(actor.on)}
    needed = policy.needs_agreement(roles, current_app.config["SETTINGS"].admin_profile)
    if not needed or actor.user_id is None or actor.user_id == user.id:
        return
    hold(user)
    order = queries.agreed_order(user.id, actor.at)
    if order is None:
        raise RuleError("管理员账号的登录链接，须由另一名管理员同意后才能生成。")
    order.used_at = actor.at


@command
def ask_for_help(login: str, *, at: datetime) -> None:
    """忘记密码: somebody typed a name. The same work for every name, known or not: one look, one row. What follows
    from it happens at the scheduler's next look, away from the door."""
    user = queries.user_by_login(login)
    db.session.add(DoorCall(user_id=user.id if user is not None else None, asked_at=at))


@command
def answer_calls(at: datetime) -> None:
    """A link by mail where there is an address, otherwise the office sees that somebody asked; once for each person,
    however often the name was typed, and nothing for a name nobody has."""
    calls = queries.door_calls()
    for user in queries.users_calling([call.user_id for call in calls if call.user_id is not None]):
        if user.is_active:
            _answer(user, at)
    for call in calls:
        db.session.delete(call)


def _answer(user: User, at: datetime) -> None:
    """Administrators get no mail: whoever reads a mailbox should not become one."""
    body = user.committee.body() if user.committee else Body(None, "", "", "")
    stranger = Actor(Person(None, "未登录人员"), Seat(None, None, ""), body, clock.shanghai_date(at), at)
    admin = any(one.post.role in ADMIN_ROLES for one in user.holdings if one.is_current(stranger.on))
    if admin or not user.email or not messages.has_mail():
        if not queries.has_asked(user.id, at):
            db.session.add(HelpRequest(user=user, asked_at=at))
            audit.record(stranger, "user.forgotten", user, f"以{user.audit_label()}的名义请求办公室重设密码")
        return
    purpose = TokenPurpose.RESET if user.password_hash else TokenPurpose.INVITATION
    if not queries.got_letter(user.id, at):
        new_key(purpose, user, at, is_mailed=True)
        said = f"以{user.audit_label()}的名义请求重设密码，链接发往其登记的邮箱"
        audit.record(stranger, "user.forgotten", user, said)


@dataclass(frozen=True)
class Letter:
    """A link that waits for the mail, with what the letter needs to say."""

    token_id: int
    key: str
    name: str
    login: str
    address: str
    purpose: TokenPurpose
    expires_at: datetime


@command
def take_letters(at: datetime) -> list[Letter]:
    """The links that wait for the mail. Taken, they stand nowhere any more but here."""
    found = []
    for token in queries.waiting_letters(at):
        if token.letter and token.user is not None and token.user.email:
            found.append(
                Letter(
                    token.id, token.letter, token.user.name, token.user.login, token.user.email, token.purpose,
                    token.expires_at,
                )
            )  # fmt: skip
        token.letter = None
    return found


@command
def put_back(letter: Letter) -> None:
    """The mail server did not take it: it waits for the next time."""
    db.session.get_one(OneTimeToken, letter.token_id).letter = letter.key


def _warn(actor: Actor, user: User, purpose: TokenPurpose, roles: list[Role], key: str) -> None:
    committee_ids = {one.post.committee_id for one in user.holdings if one.post.role in ADMIN_ROLES}
    keepers = [one for number in committee_ids for one in queries.holders_of_office(number, ADMIN_ROLES, actor.on)]
    title, body = wording.render(
        "accounts/link_made", actor=actor, user=user, purpose=purpose, roles=[role.label for role in roles]
    )
    messages.tell(
        {one.id: one for one in [user, *keepers] if one.id != actor.user_id}.values(),
        committee_id=user.committee_id, kind="user.link", subject_type="User", subject_id=user.id,
        occasion=token_hash(key)[:32], title=title, body=body, path="/account", at=actor.at, is_urgent=True,
    )  # fmt: skip


def new_key(
    purpose: TokenPurpose, user: User | None, at: datetime, *, holding: Holding | None = None, is_mailed: bool = False,
    keeps_others: bool = False, until: datetime | None = None,
) -> str:  # fmt: skip
    """A key of its kind; those before it die, unless it is one of a sheet of slips, which ends them when it is whole
    (`settle`). One that a stranger at the door had mailed ends no other: nobody can make the links of others worthless.

    A person's key is short enough to be typed from paper and long enough not to be guessed.
    """
    key = codes.new_key() if user is not None else secrets.token_urlsafe(24)
    if user is None:
        _end_tokens(at, OneTimeToken.user_id.is_(None), OneTimeToken.purpose == TokenPurpose.SETUP)
    elif not is_mailed and not keeps_others:
        settle([user.id], at)
    db.session.add(
        OneTimeToken(
            token_hash=token_hash(key), purpose=purpose, user=user, holding=holding, created_at=at,
            expires_at=until or at + KEY_LIVES, letter=key if is_mailed else None,
        )
    )  # fmt: skip
    return key


def settle(user_ids: Collection[int], at: datetime, *, keys: Iterable[str] = ()) -> None:
    """These people have got their new keys: every other link of theirs is dead, and whoever called for help is
    answered."""
    made = [token_hash(key) for key in keys]
    _end_tokens(at, OneTimeToken.user_id.in_(user_ids), _IS_LINK, OneTimeToken.token_hash.not_in(made))
    asked = update(HelpRequest).where(HelpRequest.user_id.in_(user_ids), HelpRequest.answered_at.is_(None))
    db.session.execute(asked.values(answered_at=at))


def end_links(user: User, at: datetime) -> None:
    """Every link of a person that waits opens nothing any more."""
    _end_tokens(at, OneTimeToken.user_id == user.id, _IS_LINK)


def end_keys(keys: Iterable[str], at: datetime) -> None:
    """These keys open nothing any more."""
    _end_tokens(at, OneTimeToken.token_hash.in_([token_hash(key) for key in keys]))


_IS_LINK = OneTimeToken.purpose.in_(LINKS)


def _end_tokens(at: datetime, *which: ColumnElement[bool]) -> None:
    db.session.execute(update(OneTimeToken).where(*which, OneTimeToken.used_at.is_(None)).values(used_at=at))


def living(key: str, at: datetime, *purposes: TokenPurpose) -> OneTimeToken | None:
    return db.session.scalar(
        select(OneTimeToken)
        .where(
            OneTimeToken.token_hash == token_hash(key), OneTimeToken.used_at.is_(None), OneTimeToken.expires_at > at,
            OneTimeToken.purpose.in_(purposes),
        )
        .with_for_update()
    )  # fmt: skip


def _set_password(user: User, password_hash: str, at: datetime) -> None:
    user.password_hash = password_hash
    user.password_set_at = at
    user.must_change_password = False
    remember(user, password_hash, at)
    db.session.execute(
        update(OneTimeToken)
        .where(OneTimeToken.user_id == user.id, OneTimeToken.used_at.is_(None))
        .values(used_at=at)
        .execution_options(synchronize_session="fetch")
    )


def remember(user: User, password_hash: str, at: datetime) -> None:
    db.session.add(OldPassword(user_id=user.id, password_hash=password_hash, set_at=at))


def _end_sessions(user: User, at: datetime, *, keep: int | None = None) -> None:
    ending = update(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
    db.session.execute((ending.where(UserSession.id != keep) if keep else ending).values(ended_at=at))
