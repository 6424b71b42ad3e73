"""Who acts in the demo, and when: actors of any past day, units by their short names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.accounts import queries
from tracker.accounts.models import Holding, Post
from tracker.committees.models import Committee, Unit
from tracker.core import clock
from tracker.core.access import Actor, Body, Role, system_actor
from tracker.core.db import db


def moment(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of a working day in Shanghai."""
    return datetime.combine(day, time(hour, minute), tzinfo=clock.SHANGHAI)


def founder(day: date) -> Actor:
    """The installer, before any committee exists."""
    return system_actor(Body(None, "", "", ""), on=day, at=moment(day, 9))


COLLEAGUE = "同事"
"""Where a second holder of the same post is found."""


@dataclass
class Stage:
    """The demo's city as it stands: rows are looked up anew for each act, since every act is a transaction."""

    today: date
    committee_id: int = 0
    unit_ids: dict[str, int] = field(default_factory=dict)
    holding_ids: dict[tuple[str, Role], int] = field(default_factory=dict)
    """(unit's short name, or "" for the office) and role → who holds it."""

    @property
    def committee(self) -> Committee:
        return db.session.get_one(Committee, self.committee_id)

    def unit(self, short_name: str) -> Unit:
        return db.session.get_one(Unit, self.unit_ids[short_name])

    def liaison(self, unit: str, day: date, hour: int = 10, minute: int = 0) -> Actor:
        return self.actor(unit, Role.LIAISON, day, hour, minute)

    def leader(self, unit: str, day: date, hour: int = 15, minute: int = 0) -> Actor:
        return self.actor(unit, Role.UNIT_LEADER, day, hour, minute)

    def officer(self, day: date, hour: int = 10, minute: int = 0) -> Actor:
        return self.actor("", Role.OFFICER, day, hour, minute)

    def colleague(self, day: date, hour: int = 11, minute: int = 0) -> Actor:
        """The office's other officer, who closes what the first one wrote."""
        return self.actor(COLLEAGUE, Role.OFFICER, day, hour, minute)

    def head(self, day: date, hour: int = 16, minute: int = 0) -> Actor:
        return self.actor("", Role.OFFICE_HEAD, day, hour, minute)

    def actor(self, unit: str, role: Role, day: date, hour: int = 10, minute: int = 0) -> Actor:
        """Whoever holds a post; `unit` is "" for the office."""
        holding = db.session.scalars(
            select(Holding)
            .where(Holding.id == self.holding_ids[unit, role])
            .options(
                joinedload(Holding.user),
                joinedload(Holding.post).joinedload(Post.unit),
                joinedload(Holding.post).joinedload(Post.committee),
            )
        ).one()
        return queries.actor_for(holding, moment(min(day, self.today), hour, minute))
