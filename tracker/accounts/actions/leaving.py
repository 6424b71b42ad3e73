"""离任: posts go to heirs, both are told, the account closes; later name and contact may be taken away (S36). What the
person did stays with the post and its unit."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app
from sqlalchemy import delete, update

from tracker.accounts import policy
from tracker.accounts.actions.people import appoint, close_doors, disable, keep_an_administrator
from tracker.accounts.actions.posts import end_now, tell_both
from tracker.accounts.models import (
    HelpRequest,
    Holding,
    OldPassword,
    Proposal,
    RecoveryCode,
    SecondFactor,
    User,
    UserSession,
)
from tracker.accounts.passwords import token_hash
from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command, savepoint
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Delivery

LEFT = "已离任人员"
UNUSED = "账号长期未使用"


@command
def see_off(actor: Actor, user: User, heirs: Mapping[int, User | None], *, reason: str) -> bool:
    """Hand a leaver's posts on, each to its heir (holding id → person, None = nobody yet), from today.

    The account closes when the person holds nothing more, if it was not closed before; returns whether it is closed.
    Raises RuleError for an heir whose other posts exclude this one, and where an administration would be left with
    nobody.
    """
    given = policy.posts_to_hand_on(actor, user)
    if not given:
        raise RuleError("此人没有可以由您移交的岗位。")
    for holding in given:
        heir = heirs.get(holding.id)
        _hand_on(actor, holding, None if holding.is_deputy else heir, reason)
    db.session.flush()
    db.session.expire(user, ["holdings"])
    if user.is_active and not user.has_post(actor.on):
        user.is_active = False
        close_doors(user, actor.at)
        audit.record(actor, "user.disable", user, f"{user.audit_label()}离任，停用账号", reason=reason)
    return not user.is_active


def _hand_on(actor: Actor, holding: Holding, heir: User | None, reason: str) -> None:
    post = holding.post
    if heir is not None and heir.id != holding.user_id:
        if not heir.is_active:
            raise RuleError(f"{heir.name}的账号已停用，不能接任。")
        held = heir.posts_from(actor.on)
        profile = current_app.config["SETTINGS"].admin_profile
        if why := policy.why_exclusive({post.role, *(one.post.role for one in held)}, profile):
            raise RuleError(f"{post.audit_label()}不能由{heir.name}接任：{why}")
        if not any(one.post_id == post.id for one in held):
            appoint(actor, post, heir, starts_on=actor.on)
            db.session.flush()
    keep_an_administrator(holding, actor.on)
    leaver = holding.user
    end_now(actor, holding, reason=reason)
    tell_both(actor, post, [leaver], heir)


@command
def close_stale(actor: Actor, users: list[User]) -> tuple[int, list[str]]:
    """Close accounts nobody has used for long (S13): (how many, why the others stay open)."""
    closed, kept = 0, []
    for user in users:
        try:
            with savepoint():
                if user.id == actor.user_id:
                    raise RuleError("不能停用自己的账号。")
                disable(actor, user, reason=UNUSED)
            closed += 1
        except RuleError as error:
            kept.append(f"{user.name}：{error.sentence}")
    return closed, kept


@command
def anonymise(actor: Actor, user: User) -> None:
    """Take a leaver's name and contact away (S36). The acts stay attributable to the post and its unit, entries of the
    trail untouched; the login name is given to nobody again (S1).

    Raises RuleError while the account is open or a post is held.
    """
    if user.is_active or user.has_post(actor.on):
        raise RuleError("只有已停用、不再担任任何岗位的账号可以去除个人信息。")
    if user.anonymised_at is not None:
        raise RuleError("这个账号的个人信息已经去除。")
    units = {one.post.unit_id for one in user.holdings if one.post.unit_id is not None}
    named = Proposal.name == user.name, Proposal.unit_id.in_(units)
    db.session.execute(update(Proposal).where(*named).values(name=LEFT, login=None, phone=None, email=None))
    # Past the unit of work: what stood there before must not enter the trail as the old value of a change.
    db.session.execute(
        update(User)
        .where(User.id == user.id)
        .values(
            name=LEFT, login=f"left{user.id}", retired_login_hash=token_hash(user.login), email=None, phone=None,
            password_hash=None, anonymised_at=actor.at, version=User.version + 1,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    db.session.expire(user)
    db.session.execute(
        update(UserSession).where(UserSession.user_id == user.id).values(address="", agent="", ended_at=actor.at)
    )
    db.session.execute(update(Delivery).where(Delivery.recipient_id == user.id).values(address=None))
    for model in (OldPassword, RecoveryCode, SecondFactor, HelpRequest):
        db.session.execute(delete(model).where(model.user_id == user.id))
    close_doors(user, actor.at)
    audit.record(actor, "user.anonymise", user, f"去除编号{user.id}的离任人员的姓名和联系方式")
