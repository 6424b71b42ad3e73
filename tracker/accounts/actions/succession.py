"""What becomes of a unit's people at a reform: they go along with a new name; otherwise their posts end."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from tracker.accounts.actions.people import appoint, create_post
from tracker.accounts.actions.posts import end
from tracker.accounts.models import Holding, Post, UserSession
from tracker.committees.models import ReformKind, Unit
from tracker.committees.reform import Effect, Reform, Share
from tracker.core.db import db


def foresee(unit: Unit, kind: ReformKind, on: date) -> list[Effect]:
    """Who holds the unit's posts, and whether they go along."""
    held = _held(unit, on)
    people = "、".join(f"{one.post.label}{one.user.name}" for one in held)
    if kind is ReformKind.RENAMED:
        return [Effect("人员", [Share("", f"{one.post.label}{one.user.name}") for one in held], is_shared=False)]
    said = f"{people}在原单位的任职到改革前一日止；由承接单位的联络员和分管领导办理。" if held else ""
    return [Effect("人员", stays=[said] if said else [])]


def carry(reform: Reform) -> None:
    """The same people under the new name, still signed in and deputies still deputies; of a unit that was merged or
    split the posts end."""
    held = _held(reform.unit, reform.actor.on)
    if reform.kind is ReformKind.RENAMED:
        _take_along(reform, [one for one in held if one.lasts(reform.starts_on)])
    for holding in held:
        end(reform.actor, holding, reform.starts_on - timedelta(days=1))


def _take_along(reform: Reform, held: list[Holding]) -> None:
    """All before any of the former ends: a deputy's time ends with that of whom he stands in for."""
    places: dict[int, Post] = {}
    taken: dict[int, Holding] = {}
    for holding in sorted(held, key=lambda one: one.is_deputy):
        post = places.get(holding.post_id) or _post(reform, holding.post)
        places[holding.post_id] = post
        new = appoint(reform.actor, post, holding.user, starts_on=max(holding.starts_on, reform.starts_on))
        new.ends_on, new.confirmed_on = holding.ends_on, holding.confirmed_on
        new.stands_in_for = taken.get(holding.stands_in_for_id or 0)
        taken[holding.id] = new
        db.session.flush()
        here = update(UserSession).where(UserSession.holding_id == holding.id, UserSession.ended_at.is_(None))
        db.session.execute(here.values(holding_id=new.id))


def _post(reform: Reform, old: Post) -> Post:
    heir = reform.heirs[0]
    found = db.session.scalar(select(Post).where(Post.unit_id == heir.id, Post.role == old.role))
    return found or create_post(reform.actor, committee=heir.committee, role=old.role, unit=heir, title=old.title)


def _held(unit: Unit, on: date) -> list[Holding]:
    rows = (
        select(Holding)
        .join(Holding.post)
        .where(Post.unit_id == unit.id)
        .options(joinedload(Holding.post), joinedload(Holding.user))
        .order_by(Post.role, Holding.id)
    )
    return [one for one in db.session.scalars(rows) if one.lasts(on)]
