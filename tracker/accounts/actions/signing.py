"""Signing in and out. A try is counted before its password is looked at, so that parallel tries count as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, update

from tracker.accounts import passwords, queries
from tracker.accounts.models import Holding, OneTimeToken, SignInAttempt, TokenPurpose, User, UserSession, Way
from tracker.core import audit, clock
from tracker.core.access import Actor, Body, Person, Seat
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError

LOCKED = "尝试次数过多，登录已暂停。请在30分钟后再试，或请管理员重设密码。"
LOCKED_OUT, IS_DISABLED = "登录已暂停", "密码正确，但账号已停用"
TURNED_AWAY = {LOCKED_OUT: "locked", IS_DISABLED: "disabled"}
HALF_LIVES = timedelta(minutes=10)
EXPIRED = "验证已超时，请重新登录。"
CROWDED = "从您所在的网络地址登录失败的次数过多。请在15分钟后再试。"


@dataclass(frozen=True)
class Attempt:
    """A try to sign in, already counted. `user_id` is None for a name nobody has."""

    id: int
    user_id: int | None
    password_hash: str | None
    is_active: bool


@command
def begin_attempt(login: str, *, address: str, at: datetime) -> Attempt:
    """Count a try (S7).

    Raises RuleError while the name is locked or the address has failed too often, with the same words for known and
    unknown names.
    """
    login = login.strip().lower()
    user = db.session.query(User).filter_by(login=login).with_for_update().one_or_none()
    named = passwords.token_hash(login)
    until = passwords.locked_until(queries.tries_of(named, at))
    if until is not None and at < until:
        raise RuleError(LOCKED)
    if queries.failures_from(address, at) >= passwords.FAILURES_PER_ADDRESS:
        raise RuleError(CROWDED)
    attempt = SignInAttempt(login_hash=named, address=address, at=at, succeeded=False)
    db.session.add(attempt)
    db.session.flush()
    if user is None:
        return Attempt(attempt.id, None, None, False)
    return Attempt(attempt.id, user.id, user.password_hash, user.is_active)


@command
def refuse(attempt: Attempt, *, at: datetime, why: str = "密码不正确") -> None:
    """Write down a failed sign-in (S18). What was typed is kept nowhere (S23)."""
    user = db.session.get(User, attempt.user_id) if attempt.user_id else None
    said = f"以{user.audit_label()}的名义登录失败：{why}" if user else "登录失败：没有这个登录名"
    audit.record(_stranger(user, at), "session.refuse", user, said)


@command
def turn_away(login: str, why: str, *, at: datetime) -> None:
    """Write down that somebody was not let in before or after the password was looked at: locked out, or disabled.

    Once per account and half an hour: whoever hammers at a locked door must not fill the trail. A name nobody has
    leaves no entry of its own; the tries that locked it have left theirs.
    """
    user = queries.user_by_login(login)
    if user is not None:
        said = f"拒绝以{user.audit_label()}的名义登录：{why}"
        audit.record_sitting(_stranger(user, at), f"session.{TURNED_AWAY[why]}", user, said)


@command
def forget_tries(at: datetime) -> None:
    """Tries that count no more go: people type passwords where the name belongs, and a bare hash of one is no secret
    for ever (S23, S35)."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at <= at - passwords.COUNTED))


@command
def confirm(attempt: Attempt) -> None:
    """The password of this try was right: it does not count towards the lock."""
    db.session.get_one(SignInAttempt, attempt.id).succeeded = True


@command
def halve(attempt: Attempt | None, holding_id: int, *, half_hash: str, way: Way, at: datetime) -> None:
    """The first step was right, the code is still to come: no session, and neither a failure nor a success for the
    lock, so that whoever knows the password cannot wash wrong codes away by typing it again."""
    if attempt is not None:
        db.session.execute(delete(SignInAttempt).where(SignInAttempt.id == attempt.id))
    holding = db.session.get_one(Holding, holding_id)
    db.session.add(
        OneTimeToken(
            token_hash=half_hash, purpose=TokenPurpose.SECOND_STEP, user=holding.user, holding=holding, way=way,
            created_at=at, expires_at=at + HALF_LIVES,
        )
    )  # fmt: skip


@command
def admit(
    attempt: Attempt | None, holding_id: int, *, token_hash: str, at: datetime, address: str, agent: str,
    way: Way = Way.PASSWORD, half_hash: str | None = None, rehashed: str | None = None,
) -> UserSession:  # fmt: skip
    """Open a session for a person who has proved who they are. Raises RuleError when the post ended meanwhile."""
    holding = db.session.get_one(Holding, holding_id)
    if not holding.user.is_active or not holding.is_current(clock.shanghai_date(at)):
        raise RuleError(EXPIRED)
    if attempt is not None:
        db.session.get_one(SignInAttempt, attempt.id).succeeded = True
    if half_hash is not None:
        db.session.execute(update(OneTimeToken).where(OneTimeToken.token_hash == half_hash).values(used_at=at))
    if rehashed:
        holding.user.password_hash = rehashed
    session = start_session(
        holding.user, holding, token_hash=token_hash, at=at, address=address, agent=agent, way=way
    )  # fmt: skip
    actor = queries.actor_for(holding, at)
    by = "" if way is Way.PASSWORD else f"（{way.label}）"
    audit.record(actor, "session.start", holding.user, f"登录系统{by}，岗位：{holding.post.audit_label()}")
    return session


@command
def start_session(
    user: User, holding: Holding | None, *, token_hash: str, at: datetime, address: str = "", agent: str = "",
    way: Way = Way.PASSWORD,
) -> UserSession:  # fmt: skip
    """Open a session for a person who has proved who they are."""
    session = UserSession(
        token_hash=token_hash, user=user, holding=holding, started_at=at, seen_at=at, address=address[:45],
        agent=agent[:200], way=way,
    )  # fmt: skip
    db.session.add(session)
    user.last_signed_in_at = at
    audit.cover(user)  # the sign-in is recorded by its caller, who knows how the person proved it
    return session


@command
def touch_session(session_id: int, at: datetime) -> None:
    """The person is still there: the idle time starts anew. Nobody waits long for that: raises OperationalError when
    the database is busy."""
    db.session.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=at))


@command
def switch_post(actor: Actor, session: UserSession, holding_id: int) -> Holding:
    """Act from another of one's own posts in this session. Raises RuleError for a post that is not held."""
    holding = _own_holding(session.user_id, holding_id, actor.on)
    if session.way is Way.LINK and holding.id != session.holding_id:
        raise RuleError("本次是用一次性链接登录的，只能办理这个岗位的工作。切换岗位请用密码登录。")
    session.holding = holding
    db.session.flush()
    now = queries.actor_for(holding, actor.at)
    audit.record(now, "session.switch", holding.user, f"切换到岗位：{holding.post.audit_label()}")
    return holding


@command
def sign_out(actor: Actor | None, session: UserSession, at: datetime) -> None:
    """Leave. The cookie is worthless from now on."""
    session.ended_at = session.ended_at or at
    if actor is not None:
        audit.record(actor, "session.end", session.user, "退出系统")


@command
def end_own_session(actor: Actor, session_id: int) -> None:
    """Close one of one's own sessions, perhaps left open on another machine."""
    session = db.session.get(UserSession, session_id)
    if session is None or session.user_id != actor.user_id:
        raise RuleError("没有找到这次登录，可能已经退出。")
    session.ended_at = session.ended_at or actor.at
    audit.record(actor, "session.close", session.user, "结束了自己的另一次登录")


@command
def end_other_sessions(actor: Actor, keep: UserSession) -> int:
    """Close all of one's own sessions but this one; returns how many there were."""
    others = db.session.query(UserSession).filter(
        UserSession.user_id == actor.user_id, UserSession.id != keep.id, UserSession.ended_at.is_(None)
    )
    ended: int = others.update({"ended_at": actor.at})
    audit.record(actor, "session.close", keep.user, "结束了自己的其他登录")
    return ended


@command
def end_session(session: UserSession, at: datetime) -> None:
    """Close a session at the server; its cookie is worthless from now on."""
    session.ended_at = session.ended_at or at


def _stranger(user: User | None, at: datetime) -> Actor:
    """Whoever stands at the door, in the committee whose door it is."""
    body = user.committee.body() if user and user.committee else Body(None, "", "", "")
    return Actor(Person(None, "未登录人员"), Seat(None, None, ""), body, clock.shanghai_date(at), at)


def _own_holding(user_id: int, holding_id: int, on: date) -> Holding:
    holding = db.session.get(Holding, holding_id)
    if holding is None or holding.user_id != user_id or not holding.is_current(on):
        raise RuleError("您目前没有担任这个岗位，请重新选择。")
    return holding
