"""What stands at the door: keys, codes, tries, and those who ask for help there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from flask import url_for
from sqlalchemy import Select, and_, false, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts import passwords
from tracker.accounts.models import (
    LINKS,
    DoorCall,
    HelpRequest,
    Holding,
    LinkOrder,
    OldPassword,
    OneTimeToken,
    Post,
    Proposal,
    ProposalOutcome,
    RecoveryCode,
    SecondFactor,
    SignInAttempt,
    TokenPurpose,
    User,
)
from tracker.accounts.queries.leaving import posts_of_closed
from tracker.accounts.queries.people import current, visible_users
from tracker.committees.models import Committee, Unit
from tracker.committees.queries import within
from tracker.core.access import ADMIN_ROLES, UNIT_ROLES, Actor, Role
from tracker.core.db import db
from tracker.core.pages import Waiting

ASKED_LATELY = timedelta(days=7)
"""How long a call for help lies on a desk."""
ONE_LETTER_IN = timedelta(minutes=10)
MOST_CALLS = 1000
AGREED_FOR = timedelta(hours=24)
"""How long a second administrator's word holds."""


@dataclass(frozen=True)
class Secrets:
    """What a new password is weighed against, detached from any transaction."""

    login: str
    former_hashes: tuple[str, ...]


def secrets_of(user_id: int, remembered: int) -> Secrets:
    """A person's login name and last password hashes (S4)."""
    user = db.session.get_one(User, user_id)
    former = db.session.scalars(
        select(OldPassword.password_hash)
        .where(OldPassword.user_id == user_id)
        .order_by(OldPassword.set_at.desc(), OldPassword.id.desc())
        .limit(remembered)
    ).all()
    current = [user.password_hash] if user.password_hash and remembered else []
    return Secrets(user.login, tuple(dict.fromkeys([*current, *former]))[:remembered])


def key_of(key: str, at: datetime, *purposes: TokenPurpose) -> OneTimeToken | None:
    """The one-time key of a link, if it still opens and is for that."""
    return db.session.scalar(
        select(OneTimeToken)
        .where(
            OneTimeToken.token_hash == passwords.token_hash(key),
            OneTimeToken.purpose.in_(purposes),
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > at,
        )
        .options(
            joinedload(OneTimeToken.user),
            joinedload(OneTimeToken.holding).joinedload(Holding.post).joinedload(Post.unit),
            joinedload(OneTimeToken.holding).joinedload(Holding.post).joinedload(Post.committee),
        )
    )


def anybody() -> bool:
    """Whether there is any account at all."""
    return db.session.scalar(select(User.id).limit(1)) is not None


def tries_of(login_hash: str, at: datetime) -> list[tuple[datetime, bool]]:
    """The tries for one name that may still lock it, in order of time."""
    rows = db.session.execute(
        select(SignInAttempt.at, SignInAttempt.succeeded)
        .where(SignInAttempt.login_hash == login_hash, SignInAttempt.at > at - passwords.COUNTED)
        .order_by(SignInAttempt.at, SignInAttempt.id)
    )
    return [(row.at, row.succeeded) for row in rows]


def is_any_try_past(at: datetime) -> bool:
    """Whether tries are kept that count for nothing any more."""
    past = select(SignInAttempt.id).where(SignInAttempt.at <= at - passwords.COUNTED)
    return db.session.scalar(past.limit(1)) is not None


def failures_from(address: str, at: datetime) -> int:
    """How often an address has failed of late, whatever the names."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(SignInAttempt)
            .where(
                SignInAttempt.address == address,
                SignInAttempt.at > at - passwords.FAILURE_WINDOW,
                SignInAttempt.succeeded.is_(False),
            )
        )
        or 0
    )


def has_asked(user_id: int, at: datetime) -> bool:
    """Whether a call for help of this person lies on a desk already."""
    lately = HelpRequest.answered_at.is_(None), HelpRequest.asked_at > at - ASKED_LATELY
    return db.session.scalar(select(HelpRequest.id).where(HelpRequest.user_id == user_id, *lately)) is not None


def got_letter(user_id: int, at: datetime) -> bool:
    """Whether a link was made for this person a moment ago: whoever asks again need not get another letter."""
    rows = select(OneTimeToken.id).where(OneTimeToken.user_id == user_id, OneTimeToken.created_at > at - ONE_LETTER_IN)
    return db.session.scalar(rows.where(OneTimeToken.used_at.is_(None), OneTimeToken.purpose.in_(LINKS))) is not None


def is_anybody_calling() -> bool:
    return db.session.scalar(select(DoorCall.id).limit(1)) is not None


def door_calls() -> list[DoorCall]:
    """What was typed under 忘记密码 and not answered yet; two processes do not answer the same."""
    return list(
        db.session.scalars(select(DoorCall).order_by(DoorCall.id).limit(MOST_CALLS).with_for_update(skip_locked=True))
    )


def users_calling(user_ids: Iterable[int]) -> list[User]:
    return list(db.session.scalars(select(User).where(User.id.in_(set(user_ids))).order_by(User.id)))


def visible_link_orders(actor: Actor) -> Select[LinkOrder]:
    """Who asked for a link into an administrator's account of the own committee or one below: for administrators."""
    if actor.role not in ADMIN_ROLES:
        return select(LinkOrder).where(false())
    committees = within(actor.committee_id).with_only_columns(Committee.id)
    here = User.holdings.any(Holding.post.has(Post.committee_id.in_(committees)))
    return select(LinkOrder).where(LinkOrder.user.has(or_(User.committee_id.in_(committees), here)))


def open_order(user_id: int) -> LinkOrder | None:
    """The order for this account that waits for a second administrator."""
    rows = select(LinkOrder).where(LinkOrder.user_id == user_id, LinkOrder.outcome == ProposalOutcome.OPEN)
    return db.session.scalars(rows.order_by(LinkOrder.id.desc())).first()


def agreed_order(user_id: int, at: datetime) -> LinkOrder | None:
    """The order for this account that was agreed to within a day and has not been used."""
    rows = select(LinkOrder).where(
        LinkOrder.user_id == user_id, LinkOrder.outcome == ProposalOutcome.CONFIRMED, LinkOrder.used_at.is_(None),
        LinkOrder.decided_at > at - AGREED_FOR,
    )  # fmt: skip
    return db.session.scalars(rows.order_by(LinkOrder.id.desc())).first()


def orders_to_decide(actor: Actor) -> list[LinkOrder]:
    """Those a colleague asked for, about somebody else than the actor."""
    rows = visible_link_orders(actor).where(
        LinkOrder.outcome == ProposalOutcome.OPEN, LinkOrder.asked_by_id != actor.user_id,
        LinkOrder.user_id != actor.user_id,
    )  # fmt: skip
    return list(db.session.scalars(rows.options(joinedload(LinkOrder.user)).order_by(LinkOrder.id)))


def waiting_letters(at: datetime) -> list[OneTimeToken]:
    """The links that are to leave by mail; two processes do not see the same one."""
    return list(
        db.session.scalars(
            select(OneTimeToken)
            .where(OneTimeToken.letter.is_not(None), OneTimeToken.used_at.is_(None), OneTimeToken.expires_at > at)
            .with_for_update(skip_locked=True)
        )
    )


def factor_of(user_id: int | None) -> SecondFactor | None:
    """The second factor of a person, also one that was begun and never confirmed."""
    return db.session.scalar(select(SecondFactor).where(SecondFactor.user_id == user_id))


def has_factor(user_id: int | None) -> bool:
    """Whether a code is asked of this person at the door."""
    factor = factor_of(user_id)
    return factor is not None and factor.set_up_at is not None


def with_factors() -> set[int]:
    """Who has a second factor in use."""
    return set(db.session.scalars(select(SecondFactor.user_id).where(SecondFactor.set_up_at.is_not(None))))


def codes_left(user_id: int | None) -> int:
    """How many recovery codes a person has not used."""
    rows = select(func.count()).select_from(RecoveryCode)
    return db.session.scalar(rows.where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))) or 0


def visible_proposals(actor: Actor) -> Select[Proposal]:
    """Who is to come next: a unit's own, and all of the committee for its office."""
    if actor.is_unit:
        return select(Proposal).where(Proposal.unit_id == actor.unit_id)
    if actor.is_office:
        return select(Proposal).where(Proposal.unit.has(Unit.committee_id == actor.committee_id))
    return select(Proposal).where(false())


def open_proposals(actor: Actor) -> list[Proposal]:
    """Those that wait for the office's word, the oldest first."""
    rows = visible_proposals(actor).where(Proposal.outcome == ProposalOutcome.OPEN)
    return list(db.session.scalars(rows.options(joinedload(Proposal.unit)).order_by(Proposal.id)))


def open_requests(actor: Actor) -> list[HelpRequest]:
    """Who asked for help at the door and has not got a link: of one's own units for the office, the others for the
    system administrator."""
    rows = select(HelpRequest).where(
        HelpRequest.answered_at.is_(None), HelpRequest.asked_at > actor.at - ASKED_LATELY,
        HelpRequest.user.has(User.is_active),
    )  # fmt: skip
    for_units = and_(*current(actor.on), Holding.post.has(Post.role.in_(UNIT_ROLES)))
    here = and_(for_units, Holding.post.has(Post.committee_id == actor.committee_id))
    if actor.is_office:
        rows = rows.where(HelpRequest.user.has(User.holdings.any(here)))
    elif actor.role is Role.SYSADMIN:
        seen = visible_users(actor).with_only_columns(User.id)
        rows = rows.where(HelpRequest.user_id.in_(seen), ~HelpRequest.user.has(User.holdings.any(for_units)))
    else:
        return []
    whole = joinedload(HelpRequest.user).selectinload(User.holdings).joinedload(Holding.post).joinedload(Post.unit)
    return list(db.session.scalars(rows.options(whole).order_by(HelpRequest.asked_at, HelpRequest.id)))


def waiting_for(actor: Actor) -> list[Waiting]:
    """What the doors ask of whoever keeps them: successors to confirm, posts that a closed account left, forgotten
    passwords, links into administrators' accounts."""
    if actor.role in ADMIN_ROLES:
        orders = [
            Waiting(
                "同意", f"为{one.user.name}的管理员账号生成登录链接",
                url_for("accounts.link_order", order_id=one.id), note=one.reason[:40],
            )
            for one in orders_to_decide(actor)
        ]  # fmt: skip
        return [*orders, *_left(actor), *(_call(actor, one) for one in open_requests(actor))]
    if not actor.is_office:
        return []
    named = [
        Waiting(
            "确认", f"{one.unit.short_name}{one.role.label}变更为{one.name}",
            url_for("accounts.proposal", proposal_id=one.id), note="单位提出",
        )
        for one in open_proposals(actor)
    ]  # fmt: skip
    return [*named, *_left(actor), *(_call(actor, one) for one in open_requests(actor))]


def _left(actor: Actor) -> list[Waiting]:
    """One line for each person, with the posts there are to hand on."""
    people = groupby(posts_of_closed(actor), key=lambda one: one.user)
    return [
        Waiting(
            "移交", f"{user.name}的岗位：{'、'.join(one.duty for one in posts)}",
            url_for("accounts.see_off", user_id=user.id), note="账号已停用，事项无人办理",
        )
        for user, posts in people
    ]  # fmt: skip


def _call(actor: Actor, asked: HelpRequest) -> Waiting:
    """Where a link can be given: on the page of the unit's posts, or on that of the account."""
    held = next((one for one in asked.user.holdings if one.is_current(actor.on) and one.post.unit_id), None)
    if actor.is_office and held is not None:
        who = f"{held.post.audit_label()}{asked.user.name}"
        url = url_for("accounts.unit_posts", unit_id=held.post.unit_id)
    else:
        who, url = asked.user.name, url_for("accounts.user", user_id=asked.user_id)
    return Waiting("处理", f"{who}忘记密码", url, note="请生成登录链接交给本人")
