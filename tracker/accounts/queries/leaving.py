"""Who leaves, or left without a word: accounts nobody uses, posts to hand on, and who may take them."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from tracker.accounts.models import Holding, Post, User
from tracker.accounts.queries.people import colleagues, current, lasting, visible_holdings, visible_users, with_posts
from tracker.core.access import Actor
from tracker.core.db import db


def stale_users(actor: Actor, days: int) -> Select[User]:
    """Accounts nobody has used for so long (S13), those that were never used counted from their making."""
    used = func.coalesce(User.last_signed_in_at, User.created_at)
    rows = visible_users(actor).where(User.is_active, used < actor.at - timedelta(days=days))
    return rows.options(*with_posts(User.holdings)).order_by(used, User.id)


def heirs_for(holding: Holding, on: date) -> list[User]:
    """Who may take a leaver's post: colleagues of the unit; for a post of the committee whoever has an account there
    and works for no unit."""
    post = holding.post
    if post.unit_id is not None:
        return colleagues(holding, on)
    of_units = User.holdings.any(and_(*current(on), Holding.post.has(Post.unit_id.is_not(None))))
    works_here = User.holdings.any(and_(*current(on), Holding.post.has(Post.committee_id == post.committee_id)))
    rows = select(User).where(
        or_(User.committee_id == post.committee_id, works_here), User.is_active, User.id != holding.user_id, ~of_units
    )
    return list(db.session.scalars(rows.order_by(User.name, User.id)))


def visible_leavers(actor: Actor) -> Select[User]:
    """Whom an actor may see off: the accounts an administrator keeps; for the office whoever holds or will hold a post
    in one of its units."""
    if not actor.is_office:
        return visible_users(actor)
    here = Holding.post.has(and_(Post.committee_id == actor.committee_id, Post.unit_id.is_not(None)))
    return select(User).where(User.holdings.any(and_(lasting(actor.on), here)))


def others_in_office(holding: Holding, on: date) -> list[Holding]:
    """Who else holds the same role of the committee itself that day, with an open account."""
    post = holding.post
    here = Post.committee_id == post.committee_id, Post.unit_id.is_(None), Post.role == post.role
    rows = select(Holding).join(Holding.post).join(Holding.user)
    found = rows.where(*here, Holding.user_id != holding.user_id, User.is_active, *current(on))
    return list(db.session.scalars(found.order_by(Holding.id)))


def posts_of_closed(actor: Actor) -> list[Holding]:
    """The posts that somebody holds whose account is closed, for whoever may hand them on: nobody else hears of what
    waits there."""
    rows = visible_holdings(actor).where(Holding.user.has(User.is_active.is_(False)), lasting(actor.on))
    whole = contains_eager(Holding.post).joinedload(Post.unit), joinedload(Holding.user)
    return list(db.session.scalars(rows.options(*whole).order_by(Holding.user_id, Holding.id)))
