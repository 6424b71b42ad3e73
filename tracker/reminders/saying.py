"""What a reminder says on a day, and to whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.accounts import queries as accounts
from tracker.accounts.models import User
from tracker.committees.models import Committee
from tracker.core.access import OFFICE_ROLES, UNIT_ROLES, Role
from tracker.core.calendar import WorkCalendar
from tracker.core.db import db
from tracker.messages.wording import render
from tracker.reminders.models import Watch


@dataclass(frozen=True)
class People:
    """Who holds which post that day: looked up once for a whole batch. Whoever left is not in it."""

    liaisons: dict[int, list[User]]
    leaders: dict[int, list[User]]
    offices: dict[int, list[User]]

    def owing(self, watch: Watch, is_late: bool) -> list[User]:
        """The liaison; once the day is past, and where there is no liaison, the leader as well; or the office."""
        if watch.unit_id is None:
            return self.offices.get(watch.committee_id, [])
        liaisons, leaders = self.liaisons.get(watch.unit_id, []), self.leaders.get(watch.unit_id, [])
        return [*liaisons, *leaders] if is_late or not liaisons else liaisons


def people_of(watches: Iterable[Watch], on: date) -> People:
    """The people behind a batch of deadlines, in as many queries as there are offices among them."""
    watched = list(watches)
    found: dict[Role, dict[int, list[User]]] = {role: {} for role in UNIT_ROLES}
    unit_ids = {watch.unit_id for watch in watched if watch.unit_id is not None}
    for role in UNIT_ROLES if unit_ids else ():
        for unit_id, user in db.session.execute(accounts.holders_of_unit(unit_ids, [role], on)):
            if unit_id is not None:
                found[role].setdefault(unit_id, []).append(user)
    offices = {watch.committee_id for watch in watched if watch.unit_id is None}
    return People(
        found[Role.LIAISON],
        found[Role.UNIT_LEADER],
        {number: accounts.holders_of_office(number, OFFICE_ROLES, on) for number in offices},
    )


def committees_of(watches: Iterable[Watch]) -> dict[int, Committee]:
    """The committees of a batch of deadlines."""
    numbers = {watch.committee_id for watch in watches}
    return {row.id: row for row in db.session.scalars(select(Committee).where(Committee.id.in_(numbers)))}


def words(watch: Watch, committee: Committee, days: WorkCalendar, on: date) -> tuple[str, str]:
    """Title and body as they read on that day: the days left or late are counted from it, not from the rung."""
    return render(
        f"reminders/{watch.kind}",
        title=watch.title,
        unit=watch.unit,
        due_on=watch.due_on,
        days_left=max(0, days.workdays_until(on, watch.due_on)),
        days_late=max(0, days.workdays_until(watch.due_on, on)) if on > watch.due_on else 0,
        office_name=committee.office_name,
    )
