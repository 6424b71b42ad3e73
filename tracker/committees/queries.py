"""Who is inside whom, and which units a committee has."""

from __future__ import annotations

from sqlalchemy import Select, or_, select

from tracker.committees.models import Committee, Unit
from tracker.core.access import Actor, Role
from tracker.core.db import db


def visible_committees(actor: Actor) -> Select[Committee]:
    """The actor's own committee; an administrator of accounts sees those below as well."""
    own = select(Committee).where(Committee.id == actor.committee_id)
    return within(actor.committee_id) if actor.role in {Role.SYSADMIN, Role.SECADMIN} else own


def within(committee_id: int | None) -> Select[Committee]:
    """A committee and all below it, by one comparison of paths."""
    path = select(Committee.path).where(Committee.id == committee_id).scalar_subquery()
    return select(Committee).where(Committee.path.startswith(path))


def below(committee_id: int | None) -> Select[Committee]:
    """The committees below one, without itself."""
    return within(committee_id).where(Committee.id != committee_id)


def visible_units(actor: Actor) -> Select[Unit]:
    """The units of the actor's committee: their names are in every published list. Order: official."""
    committees = within(actor.committee_id).with_only_columns(Committee.id)
    mine = Unit.committee_id == actor.committee_id
    rows = select(Unit).order_by(Unit.position)
    return rows.where(or_(mine, Unit.committee_id.in_(committees)) if actor.role is Role.SYSADMIN else mine)


def units_of(committee_id: int) -> list[Unit]:
    """All units of a committee in official order."""
    return list(db.session.scalars(select(Unit).where(Unit.committee_id == committee_id).order_by(Unit.position)))
