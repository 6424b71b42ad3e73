"""When a round opens, each unit's liaison says that name and telephone are still right: one click."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select, update

from tracker.accounts.actions import change_contact
from tracker.accounts.models import Holding, User
from tracker.committees.models import Committee, Unit
from tracker.core import audit, calendar
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.reminders.actions.watching import settle, watch
from tracker.reminders.kinds import CONFIRM
from tracker.reminders.queries import contacts

FRESH_DAYS = 30
"""Whoever confirmed within so many days is not asked again: two rounds may open in one month."""


@command
def ask_contacts(actor: Actor, committee: Committee, units: Iterable[Unit], due_on: date | None = None) -> int:
    """Ask the liaisons of these units to confirm themselves; returns how many are asked. A unit whose liaison has
    confirmed lately is left in peace; one without a liaison is asked all the same, and stands in the office's list."""
    asked = [unit.id for unit in units]
    fresh = contacts.confirmed_units(asked, actor.on, FRESH_DAYS)
    day = due_on or calendar.current().add_workdays(actor.on, committee.settings.contact_workdays)
    for number in asked:
        if number not in fresh:
            watch(
                committee_id=committee.id, unit_id=number, kind=CONFIRM, subject_type="Unit", subject_id=number,
                title="确认联络员和联系电话", path="/contacts/confirm", due_on=day, on=actor.on,
            )  # fmt: skip
    return len(asked) - len(fresh)


@command
def confirm_contact(actor: Actor, *, email: str | None, phone: str | None) -> None:
    """The liaison confirms name, telephone and address, corrected where need be; the unit is asked no more.

    Raises RuleError without a telephone: the office must be able to call.
    """
    if not phone:
        raise RuleError("请填写工作电话，便于办公室联系。", field="phone")
    user = db.session.get_one(User, actor.user_id)
    change_contact(actor, user, name=user.name, email=email, phone=phone)
    holding = db.session.scalar(
        select(Holding).where(
            Holding.post_id == actor.post.id, Holding.user_id == user.id, Holding.starts_on <= actor.on
        ).order_by(Holding.starts_on.desc()).limit(1)
    )  # fmt: skip
    if holding is None or actor.unit_id is None:
        raise RuleError("只有单位的联络员需要确认。")
    db.session.execute(update(Holding).where(Holding.id == holding.id).values(confirmed_on=actor.on))
    audit.record(actor, "post.confirm", holding.post, f"确认{holding.post.audit_label()}及联系电话")
    settle(CONFIRM, "Unit", [actor.unit_id], actor.at)
