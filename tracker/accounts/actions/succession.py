"""What becomes of a unit's people at a reform: they go along with a new name; otherwise their posts end."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from tracker.accounts.actions.people import appoint, create_post
from tracker.accounts.actions.posts import end_holding
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
    """The same people under the new name, still signed in; of a unit that was merged or split the posts end."""
    last_day = reform.starts_on - timedelta(days=1)
    places: dict[int, Post] = {}
    for holding in _held(reform.unit, reform.actor.on):
        if reform.kind is ReformKind.RENAMED:
            post = places.get(holding.post_id) or _post(reform, holding.post)
            places[holding.post_id] = post
            taken = appoint(reform.actor, post, holding.user, starts_on=max(holding.starts_on, reform.starts_on))
            taken.ends_on = holding.ends_on
            db.session.flush()
            here = update(UserSession).where(UserSession.holding_id == holding.id, UserSession.ended_at.is_(None))
            db.session.execute(here.values(holding_id=taken.id))
        end_holding(reform.actor, holding, last_day=last_day)


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
