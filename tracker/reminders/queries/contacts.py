"""Which units have confirmed their liaison and telephone, and which have not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Holding, Post
from tracker.accounts.queries import roster
from tracker.committees.models import Unit
from tracker.committees.queries import current_units
from tracker.core.access import Actor, Role
from tracker.core.db import db
from tracker.reminders.models import Watch


@dataclass(frozen=True)
class Contact:
    """One unit with its liaisons; `watch` is there while the confirmation is asked and has not come."""

    unit: Unit
    liaisons: list[Holding]
    watch: Watch | None

    @property
    def confirmed_on(self) -> date | None:
        return max((one.confirmed_on for one in self.liaisons if one.confirmed_on), default=None)


def confirmed_units(unit_ids: Iterable[int], on: date, days: int) -> set[int]:
    """The units whose present liaison has confirmed within so many days."""
    rows = (
        select(Post.unit_id)
        .join(Holding, Holding.post_id == Post.id)
        .where(
            Post.unit_id.in_(list(unit_ids)),
            Post.role == Role.LIAISON,
            Holding.confirmed_on >= on - timedelta(days=days),
            or_(Holding.ends_on.is_(None), Holding.ends_on >= on),
        )
    )
    return {number for number in db.session.scalars(rows) if number is not None}


def contacts_of(actor: Actor) -> list[Contact]:
    """Every unit of the committee that is asked or has a liaison, those that have not confirmed first."""
    units = current_units(actor.committee_id, actor.on)
    holders = roster([unit.id for unit in units], actor.on)
    rows = select(Watch).where(
        Watch.committee_id == actor.committee_id, Watch.kind == "contact.confirm", Watch.settled_at.is_(None)
    )  # fmt: skip
    asked = {row.unit_id: row for row in db.session.scalars(rows)}
    found = [Contact(unit, holders.get(unit.id, {}).get(Role.LIAISON, []), asked.get(unit.id)) for unit in units]
    return sorted(found, key=lambda one: (one.watch is None, one.unit.position))


def asked_of(actor: Actor) -> Watch | None:
    """What the actor's unit is asked, while it is."""
    if actor.unit_id is None:
        return None
    return db.session.scalar(
        select(Watch)
        .where(Watch.kind == "contact.confirm", Watch.unit_id == actor.unit_id, Watch.settled_at.is_(None))
        .options(joinedload(Watch.unit))
    )
