"""动态口令: set up, proved at the door, given up, taken away by an administrator when a telephone is lost (S10)."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import delete, select, update

from tracker.accounts import codes, policy, queries
from tracker.accounts.models import OneTimeToken, RecoveryCode, SecondFactor, TokenPurpose, User, UserSession
from tracker.accounts.passwords import token_hash
from tracker.core import audit, clock
from tracker.core.access import ADMIN_ROLES, Actor, Body, Person, Seat
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages import actions as messages
from tracker.messages import wording

WRONG_CODE = "动态口令不正确。请等下一个口令出现后再试，并核对手机时间是否准确。"
WRONG_RECOVERY_CODE = "恢复码不正确，或者已经用过。请换一个没有用过的恢复码。"


def wrong_code(typed: str) -> RuleError:
    """What to say of a code that was refused, by which of the two it looks like."""
    is_of_the_moment = codes.as_typed(typed).isdigit()
    return RuleError(WRONG_CODE if is_of_the_moment else WRONG_RECOVERY_CODE, field="code")


@command
def begin_factor(actor: Actor) -> None:
    """A fresh seed to be read by a telephone. It asks for nothing until a first code was right."""
    factor = queries.factor_of(actor.user_id)
    if factor is not None and factor.set_up_at is not None:
        raise RuleError("您已启用动态口令。更换手机的，请先关闭再重新设置。")
    if factor is None:
        factor = SecondFactor(user_id=actor.user_id, seed=codes.new_seed(), last_step=0)
        db.session.add(factor)
    factor.seed = codes.new_seed()


@command
def confirm_factor(actor: Actor, code: str, *, keep: UserSession) -> list[str]:
    """The first code was right: from now on one is asked at each sign-in. All other sessions end.

    Returns the recovery codes: shown once and stored nowhere. Raises RuleError for a wrong code.
    """
    factor = queries.factor_of(actor.user_id)
    if factor is None or factor.set_up_at is not None:
        raise RuleError("请重新开始设置动态口令。")
    step = codes.right_step(factor.seed, codes.as_typed(code), actor.at, factor.last_step)
    if step is None:
        raise RuleError(WRONG_CODE, field="code")
    factor.set_up_at, factor.last_step = actor.at, step
    _end_others(actor.user_id, actor.at, keep.id)
    user = db.session.get_one(User, actor.user_id)
    audit.record(actor, "user.factor", user, "启用了动态口令")
    return _fresh_codes(user)


@command
def renew_codes(actor: Actor) -> list[str]:
    """Ten new recovery codes; the old ones are worthless. The caller has proved password and code."""
    user = db.session.get_one(User, actor.user_id)
    audit.record(actor, "user.factor", user, "重新生成了恢复码")
    return _fresh_codes(user)


@command
def drop_factor(actor: Actor) -> None:
    """Give the second factor up. The caller has proved password and code.

    Raises RuleError for administrators where the profile asks it of them.
    """
    user = db.session.get_one(User, actor.user_id)
    roles = {one.post.role for one in user.holdings if one.is_current(actor.on)}
    if policy.needs_factor(roles, current_app.config["SETTINGS"].admin_profile):
        raise RuleError("管理员登录必须使用动态口令，不能关闭。更换手机的，请由其他管理员重置后重新设置。")
    _forget(user)
    audit.record(actor, "user.factor", user, "关闭了动态口令")


@command
def reset_factor(actor: Actor, user: User, *, reason: str) -> None:
    """Take a lost telephone's factor away: every session of the person ends, and the person and, for an administrator's
    account, the other administrators are told."""
    if not queries.has_factor(user.id):
        raise RuleError(f"{user.name}没有启用动态口令。")
    _forget(user)
    _end_others(user.id, actor.at)
    audit.record(actor, "user.factor", user, f"重置{user.audit_label()}的动态口令", reason=reason)
    held = [one for one in user.holdings if one.is_current(actor.on) and one.post.role in ADMIN_ROLES]
    keepers = [
        one
        for number in {one.post.committee_id for one in held}
        for one in queries.holders_of_office(number, ADMIN_ROLES, actor.on)
    ]
    title, body = wording.render("accounts/factor_reset", actor=actor, user=user, reason=reason)
    messages.tell(
        {one.id: one for one in [user, *keepers] if one.id != actor.user_id}.values(),
        committee_id=user.committee_id, kind="user.factor", subject_type="User", subject_id=user.id,
        occasion=actor.at.isoformat(), title=title, body=body, path="/account", at=actor.at, is_urgent=True,
    )  # fmt: skip


@command
def prove_code(user_id: int, code: str, *, at: datetime) -> bool:
    """Whether this is the code of the moment, or a recovery code not yet used. Either is worth nothing afterwards."""
    user = db.session.get_one(User, user_id, with_for_update=True)
    factor, typed = queries.factor_of(user_id), codes.as_typed(code)
    if factor is None or factor.set_up_at is None:
        return False
    step = codes.right_step(factor.seed, typed, at, factor.last_step)
    if step is not None:
        factor.last_step = step
        return True
    spare = db.session.scalar(
        select(RecoveryCode).where(
            RecoveryCode.user_id == user_id, RecoveryCode.code_hash == token_hash(typed), RecoveryCode.used_at.is_(None)
        )
    )
    if spare is None:
        return False
    spare.used_at = at
    db.session.flush()
    body = user.committee.body() if user.committee else Body(None, "", "", "")
    actor = Actor(Person(user.id, user.name), Seat(None, None, ""), body, clock.shanghai_date(at), at)
    audit.record(actor, "user.factor", user, f"使用了一个恢复码，还剩{queries.codes_left(user_id)}个")
    return True


def _fresh_codes(user: User) -> list[str]:
    made = codes.new_recovery_codes()
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=token_hash(codes.as_typed(one))) for one in made)
    return made


def _forget(user: User) -> None:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))


def _end_others(user_id: int | None, at: datetime, keep: int = 0) -> None:
    """End the person's other sessions, and sign-ins that stand between the two steps."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None), UserSession.id != keep)
        .values(ended_at=at)
    )
    db.session.execute(
        update(OneTimeToken)
        .where(
            OneTimeToken.user_id == user_id, OneTimeToken.purpose == TokenPurpose.SECOND_STEP,
            OneTimeToken.used_at.is_(None),
        )
        .values(used_at=at)
    )  # fmt: skip
