"""Who is who: sessions, actors, users and posts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain, count
from typing import Any

from pypinyin import lazy_pinyin
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from tracker.accounts.models import Holding, Post, Standing, User, UserSession
from tracker.accounts.passwords import token_hash
from tracker.committees.models import Committee, Unit
from tracker.committees.queries import UnitFilter, units_found, within
from tracker.core import clock
from tracker.core.access import ADMIN_ROLES, OFFICE_ROLES, Actor, Person, Role, Seat
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.messages.models import Message


def session_by_hash(hashed: str) -> UserSession | None:
    """A session with its user and post, in one query."""
    return db.session.scalar(
        select(UserSession)
        .where(UserSession.token_hash == hashed)
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
        post.id, post.role, holding.label, unit.id if unit else None, unit.short_name if unit else None,
        in_charge=holding.is_in_charge(on), is_deputy=holding.is_deputy,
    )  # fmt: skip
    return Actor(Person(holding.user_id, holding.user.name), seat, post.committee.body(), on, at)


def current_holdings(user_id: int, on: date) -> list[Holding]:
    """The posts a person holds that day, in a stable order."""
    return list(
        db.session.scalars(
            select(Holding)
            .join(Holding.post)
            .where(Holding.user_id == user_id, *current(on))
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
    last = last_acted_from(user_id, held)
    return sorted(held, key=lambda number: number != last)


def last_acted_from(user_id: int, holding_ids: Collection[int], *, before: UserSession | None = None) -> int | None:
    """From which of these a person acted last, or last before this sign-in; None for who never did."""
    rows = select(UserSession.holding_id).where(
        UserSession.user_id == user_id, UserSession.holding_id.in_(holding_ids)
    )  # fmt: skip
    if before is not None:
        rows = rows.where(UserSession.id < before.id)
    return db.session.scalar(rows.order_by(UserSession.seen_at.desc(), UserSession.id.desc()).limit(1))


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


def visible_users(actor: Actor) -> Select[User]:
    """The accounts an administrator keeps: of the own committee and those below."""
    if actor.role not in {Role.SYSADMIN, Role.SECADMIN}:
        return select(User).where(false())
    committees = within(actor.committee_id).with_only_columns(Committee.id)
    posted = User.holdings.any(Holding.post.has(Post.committee_id.in_(committees)))
    return select(User).where(or_(User.committee_id.in_(committees), posted))


def sessions_of(user_id: int, limit: int = 500) -> list[UserSession]:
    """The sign-ins of a person, the latest first."""
    rows = select(UserSession).where(UserSession.user_id == user_id).order_by(UserSession.id.desc()).limit(limit)
    return list(db.session.scalars(rows))


def count_messages(user_id: int) -> int:
    rows = select(func.count()).select_from(Message).where(Message.recipient_id == user_id)
    return db.session.scalar(rows) or 0


def count_entries(user_id: int) -> int:
    """How often the trail names a person as the one who acted."""
    rows = select(func.count()).select_from(AuditEntry).where(AuditEntry.actor_id == user_id)
    return db.session.scalar(rows) or 0


def double_hats(actor: Actor) -> list[User]:
    """Who holds more than one of the three offices of administration: what profile djbh forbids and an installation
    that was basic before may still have (S15)."""
    roles = func.count(func.distinct(Post.role))
    several = (
        select(Holding.user_id)
        .join(Post, Post.id == Holding.post_id)
        .where(Post.role.in_(ADMIN_ROLES), *current(actor.on))
        .group_by(Holding.user_id)
        .having(roles > 1)
    )
    return list(db.session.scalars(visible_users(actor).where(User.is_active, User.id.in_(several)).order_by(User.id)))


@dataclass(frozen=True)
class UserFilter:
    """What the address of the list of accounts asks for."""

    words: str = ""
    role: Role | None = None
    standing: Standing | None = None


def users_found(actor: Actor, wanted: UserFilter) -> Select[User]:
    """The list of accounts, with the posts each holds."""
    rows = visible_users(actor)
    if wanted.words:
        like = wanted.words.lower()
        rows = rows.where(or_(User.name.contains(like, autoescape=True), User.login.contains(like, autoescape=True)))
    if wanted.role is not None:
        rows = rows.where(User.holdings.any(and_(*current(actor.on), Holding.post.has(Post.role == wanted.role))))
    if wanted.standing is not None:
        rows = rows.where(*_standing(wanted.standing))
    return rows.options(*with_posts(User.holdings))


def visible_holdings(actor: Actor) -> Select[Holding]:
    """Who holds what, for those who keep it: the security administrator's offices, the office's own units."""
    rows = select(Holding).join(Holding.post)
    if actor.role is Role.SECADMIN:
        committees = within(actor.committee_id).with_only_columns(Committee.id)
        return rows.where(Post.committee_id.in_(committees), Post.unit_id.is_(None))
    if actor.is_office:
        return rows.where(Post.committee_id == actor.committee_id, Post.unit_id.is_not(None))
    return rows.where(false())


def roster(unit_ids: Iterable[int], on: date) -> dict[int, dict[Role, list[Holding]]]:
    """Who holds which post of these units that day, in one query."""
    found: dict[int, dict[Role, list[Holding]]] = {}
    rows = (
        select(Holding)
        .join(Holding.post)
        .where(Post.unit_id.in_(list(unit_ids)), *current(on))
        .options(joinedload(Holding.user), joinedload(Holding.post))
        .order_by(Holding.starts_on, Holding.id)
    )
    for holding in db.session.scalars(rows):
        found.setdefault(holding.post.unit_id or 0, {}).setdefault(holding.post.role, []).append(holding)
    return found


def units_without(actor: Actor, role: Role) -> Select[Unit]:
    """Units of today's list in which nobody with an open account holds this post: nobody hears, or nobody can sign."""
    here = Post.unit_id == Unit.id, Post.role == role, User.is_active, *current(actor.on)
    held = select(Holding.id).join(Holding.post).join(Holding.user).where(*here)
    return units_found(actor, UnitFilter()).where(~held.exists())


def holdings_of_unit(unit_id: int) -> list[Holding]:
    """Everybody who holds or held a post of a unit, the latest first."""
    rows = (
        select(Holding)
        .join(Holding.post)
        .where(Post.unit_id == unit_id)
        .options(joinedload(Holding.user), joinedload(Holding.post))
        .order_by(Holding.starts_on.desc(), Holding.id.desc())
    )
    return list(db.session.scalars(rows))


def vacant_post(committee_id: int, role: Role, title: str, on: date) -> Post | None:
    """A post of the committee itself that nobody holds, so that its history goes on with the next holder."""
    held = Post.holdings.any(lasting(on))
    return db.session.scalar(
        select(Post)
        .where(Post.committee_id == committee_id, Post.unit_id.is_(None), Post.role == role, Post.title == title, ~held)
        .order_by(Post.id)
        .limit(1)
    )


def post_of_unit(unit_id: int, role: Role) -> Post | None:
    return db.session.scalar(select(Post).where(Post.unit_id == unit_id, Post.role == role))


def free_login(name: str) -> str:
    """A login name from a person's name that nobody has or had: 王敏 → wangmin, wangmin2 …"""
    stem = "".join(char for char in "".join(lazy_pinyin(name)).lower() if char.isascii() and char.isalnum())[:30]
    stem = stem if len(stem) >= 3 and stem[0].isalpha() else f"user{stem}"
    taken = set(db.session.scalars(select(User.login).where(User.login.startswith(stem, autoescape=True))))
    numbers = (str(number) for number in count(2))
    return next(stem + end for end in chain([""], numbers) if stem + end not in taken and not is_taken(stem + end))


def is_taken(login: str) -> bool:
    """Whether a login name is or was anybody's, also of somebody whose name was taken away (S1)."""
    known = or_(User.login == login, User.retired_login_hash == token_hash(login))
    return db.session.scalar(select(User.id).where(known).limit(1)) is not None


def user_by_login(login: str) -> User | None:
    return db.session.scalar(select(User).where(User.login == login.strip().lower()))


def holders_of_unit(unit_ids: Iterable[int], roles: Iterable[Role], on: date) -> Select[int | None, User]:
    """(unit id, user) for those who hold one of the roles in these units that day; a leaver is not among them."""
    return (
        select(Post.unit_id, User)
        .join(Holding, Holding.post_id == Post.id)
        .join(User, User.id == Holding.user_id)
        .where(Post.unit_id.in_(list(unit_ids)), Post.role.in_(list(roles)), User.is_active, *current(on))
        .order_by(Post.unit_id, User.id)
    )


def holders_of_units(unit_ids: Iterable[int], on: date) -> Select[int, Role, User]:
    """(unit id, role, user) for everybody who holds a post of these units that day, deputies too; no leavers."""
    return _holders(Post.unit_id, Post.unit_id.in_(list(unit_ids)), on)


def holders_of_offices(committee_ids: Iterable[int], on: date) -> Select[int, Role, User]:
    """(committee id, role, user) for everybody who works in these committees' offices that day."""
    return _holders(
        Post.committee_id,
        and_(Post.committee_id.in_(list(committee_ids)), Post.unit_id.is_(None), Post.role.in_(OFFICE_ROLES)),
        on,
    )


def _holders(key: Any, which: ColumnElement[bool], on: date) -> Select[int, Role, User]:
    return (
        select(key, Post.role, User)
        .join(Holding, Holding.post_id == Post.id)
        .join(User, User.id == Holding.user_id)
        .where(which, User.is_active, *current(on))
        .order_by(key, Holding.stands_in_for_id.is_not(None), User.id)
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
                *current(on),
            )
            .order_by(User.id)
            .distinct()
        )
    )


def colleagues(holding: Holding, on: date) -> list[User]:
    """Who may stand in for a holder: those with a post in the same unit, or in the same committee's office."""
    post = holding.post
    where = Post.unit_id == post.unit_id if post.unit_id is not None else and_(
        Post.committee_id == post.committee_id, Post.unit_id.is_(None), Post.role.in_(OFFICE_ROLES)
    )  # fmt: skip
    rows = (
        select(User)
        .join(Holding, Holding.user_id == User.id)
        .join(Post, Post.id == Holding.post_id)
        .where(where, User.is_active, User.id != holding.user_id, *current(on))
        .order_by(User.id)
        .distinct()
    )
    return list(db.session.scalars(rows))


def deputies_of(user_id: int | None, on: date) -> list[Holding]:
    """Who stands in for this person, now or soon."""
    own = aliased(Holding)
    rows = (
        select(Holding)
        .join(own, own.id == Holding.stands_in_for_id)
        .where(own.user_id == user_id, lasting(on))
        .options(joinedload(Holding.user), joinedload(Holding.post).joinedload(Post.unit),
                 joinedload(Holding.post).joinedload(Post.committee))
        .order_by(Holding.starts_on, Holding.id)
    )  # fmt: skip
    return list(db.session.scalars(rows))


def visible_deputies(actor: Actor) -> Select[Holding]:
    """Who stands in for the actor."""
    own = select(Holding.id).where(Holding.user_id == actor.user_id)
    return select(Holding).where(Holding.stands_in_for_id.in_(own))


def own_holding(actor: Actor) -> Holding | None:
    """The holding acted from; a deputy's is none of his own."""
    rows = select(Holding).where(
        Holding.user_id == actor.user_id, Holding.post_id == actor.post.id, Holding.stands_in_for_id.is_(None),
        *current(actor.on),
    )  # fmt: skip
    return db.session.scalars(rows.order_by(Holding.id)).first()


def day_before(day: date) -> date:
    return day - timedelta(days=1)


def _standing(standing: Standing) -> tuple[ColumnElement[bool], ...]:
    if standing is Standing.DISABLED:
        return (User.is_active.is_(False),)
    known = User.password_hash.is_not(None) if standing is Standing.IN_USE else User.password_hash.is_(None)
    return (User.is_active.is_(True), known)


def with_posts(holdings: Any) -> tuple[Any, ...]:
    """Loaded along: the posts of these holdings, their units and committees."""
    loaded = selectinload(holdings).joinedload(Holding.post)
    return (loaded.joinedload(Post.unit), loaded.joinedload(Post.committee))


def current(on: date) -> tuple[ColumnElement[bool], ...]:
    """Of a holding: whether it is held that day."""
    return (Holding.starts_on <= on, lasting(on))


def lasting(on: date) -> ColumnElement[bool]:
    """Of a holding: whether it is not over that day, begun or not."""
    return or_(Holding.ends_on.is_(None), Holding.ends_on >= on)
