"""Who keeps the committee's own records. Pure: nothing is looked up here."""

from __future__ import annotations

from tracker.committees.models import Committee, Unit
from tracker.core.access import Actor, Role


def keeps_units(actor: Actor) -> bool:
    """The office keeps the list of units; the system administrator may, before there is an office."""
    return actor.is_office or actor.role is Role.SYSADMIN


def can_keep_unit(actor: Actor, unit: Unit) -> bool:
    """The unit's own committee's office, or an administrator who sees it."""
    return actor.role is Role.SYSADMIN or (actor.is_office and unit.committee_id == actor.committee_id)


def can_reform(actor: Actor, unit: Unit) -> bool:
    """机构改革 moves the committee's own work: only its office carries it out."""
    return actor.is_office and unit.committee_id == actor.committee_id


def can_change_settings(actor: Actor) -> bool:
    return actor.is_office or actor.role is Role.SYSADMIN


def can_keep_calendar(actor: Actor) -> bool:
    """All committees count by one calendar: who is below would move the deadlines of those above and beside them."""
    return can_change_settings(actor) and actor.committee.is_topmost


def keeps_committees(actor: Actor) -> bool:
    return actor.role is Role.SYSADMIN


def can_keep_committee(actor: Actor, committee: Committee) -> bool:
    return actor.role is Role.SYSADMIN
