"""Who is who: sessions, actors, users and posts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts import passwords
from tracker.accounts.models import Holding, OldPassword, OneTimeToken, Post, SignInAttempt, User, UserSession
from tracker.core import clock
from tracker.core.access import Actor, Person, Role, Seat
from tracker.core.db import db


def session_by_hash(token_hash: str) -> UserSession | None:
    """A session with its user and post, in one query."""
    return db.session.scalar(
        select(UserSession)
        .where(UserSession.token_hash == token_hash)
        .options(
            joinedload(UserSession.user),
            joinedload(UserSession.holding).joinedload(Holding.post).joinedload(Post.unit),
            joinedload(UserSession.holding).joinedload(Holding.post).joinedload(Post.committee),
        )
    )


def actor_of(session: UserSession, at: datetime) -> Actor | None:
    """The actor that a session stands for; None when its post is no longer held."""
    if session.holding is None or not session.holding.is_current(clock.shanghai_date(at)):
        return None
    return actor_for(session.holding, at)


def actor_for(holding: Holding, at: datetime) -> Actor:
    """A holding as an actor of that moment."""
    post, on = holding.post, clock.shanghai_date(at)
    unit = post.unit
    seat = Seat(
        post.id, post.role, post.label, unit.id if unit else None, unit.short_name if unit else None,
        in_charge=holding.is_in_charge(on),
    )  # fmt: skip
    return Actor(Person(holding.user_id, holding.user.name), seat, post.committee.body(), on, at)


def current_holdings(user_id: int, on: date) -> list[Holding]:
    """The posts a person holds that day, in a stable order."""
    return list(
        db.session.scalars(
            select(Holding)
            .join(Holding.post)
            .where(Holding.user_id == user_id, *_current(on))
            .options(
                joinedload(Holding.user),
                joinedload(Holding.post).joinedload(Post.unit),
                joinedload(Holding.post).joinedload(Post.committee),
            )
            .order_by(Post.committee_id, Post.id)
        )
    )


def holding_ids_to_act_from(user_id: int, on: date) -> list[int]:
    """The posts a person may act from that day, the one acted from last in front."""
    held = [holding.id for holding in current_holdings(user_id, on)]
    last = db.session.scalar(
        select(UserSession.holding_id)
        .where(UserSession.user_id == user_id, UserSession.holding_id.in_(held))
        .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
        .limit(1)
    )
    return sorted(held, key=lambda number: number != last)


def living_sessions(user_id: int, at: datetime, idle: timedelta, longest: timedelta) -> list[UserSession]:
    """The sessions in which a person is signed in at the moment, the latest used first."""
    return list(
        db.session.scalars(
            select(UserSession)
            .where(
                UserSession.user_id == user_id,
                UserSession.ended_at.is_(None),
                UserSession.seen_at >= at - idle,
                UserSession.started_at >= at - longest,
            )
            .options(
                joinedload(UserSession.holding).joinedload(Holding.post).joinedload(Post.unit),
                joinedload(UserSession.holding).joinedload(Holding.post).joinedload(Post.committee),
            )
            .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
        )
    )


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


def key_of(key: str, at: datetime) -> OneTimeToken | None:
    """The one-time key of a link, if it still opens."""
    return db.session.scalar(
        select(OneTimeToken)
        .where(
            OneTimeToken.token_hash == hashlib.sha256(key.encode()).hexdigest(),
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > at,
        )
        .options(joinedload(OneTimeToken.user))
    )


def anybody() -> bool:
    """Whether there is any account at all."""
    return db.session.scalar(select(User.id).limit(1)) is not None


def tries_of(login_hash: str, at: datetime) -> list[tuple[datetime, bool]]:
    """The tries for one name that may still lock it, in order of time."""
    since = at - passwords.LOCK - passwords.FAILURE_WINDOW
    rows = db.session.execute(
        select(SignInAttempt.at, SignInAttempt.succeeded)
        .where(SignInAttempt.login_hash == login_hash, SignInAttempt.at > since)
        .order_by(SignInAttempt.at, SignInAttempt.id)
    )
    return [(row.at, row.succeeded) for row in rows]


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


def holders_of_unit(unit_ids: Iterable[int], roles: Iterable[Role], on: date) -> Select[int | None, User]:
    """(unit id, user) for those who hold one of the roles in these units that day; a leaver is not among them."""
    return (
        select(Post.unit_id, User)
        .join(Holding, Holding.post_id == Post.id)
        .join(User, User.id == Holding.user_id)
        .where(Post.unit_id.in_(list(unit_ids)), Post.role.in_(list(roles)), User.is_active, *_current(on))
        .order_by(Post.unit_id, User.id)
    )


def holders_of_office(committee_id: int, roles: Iterable[Role], on: date) -> list[User]:
    """Those who hold one of the roles in the committee's office that day."""
    return list(
        db.session.scalars(
            select(User)
            .join(Holding, Holding.user_id == User.id)
            .join(Post, Post.id == Holding.post_id)
            .where(
                Post.committee_id == committee_id,
                Post.unit_id.is_(None),
                Post.role.in_(list(roles)),
                User.is_active,
                *_current(on),
            )
            .order_by(User.id)
            .distinct()
        )
    )


def _current(on: date) -> tuple[ColumnElement[bool], ...]:
    return (Holding.starts_on <= on, or_(Holding.ends_on.is_(None), Holding.ends_on >= on))
