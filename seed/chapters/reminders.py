"""The inbox: what the finished year said has been read; in the open round liaisons confirm themselves, the scheduler
reminds as it goes, and the office has telephoned."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tracker.accounts.models import User
from tracker.core.access import Role
from tracker.core.db import db
from tracker.messages.actions import mark_all_read
from tracker.reminders import actions
from tracker.reminders.jobs import remind
from tracker.reminders.models import Watch

from ..stage import Stage

SILENT = ("市体育局", "市科协", "市红十字会")
"""Whose liaisons have not confirmed themselves yet."""


def tell_finished_year(stage: Stage) -> None:
    """Everybody has read what was said until the open round began."""
    day = stage.today - timedelta(days=30)
    for unit, role in stage.holding_ids:
        mark_all_read(stage.actor(unit, role, day))


def tell_open_round(stage: Stage) -> None:
    """The scheduler's mornings since the round opened, one by one."""
    _confirm(stage)
    for back in range(25, 0, -1):
        remind(stage.today - timedelta(days=back))
    _telephone(stage)


def _confirm(stage: Stage) -> None:
    day = stage.today - timedelta(days=26)
    for unit, role in stage.holding_ids:
        if role is Role.LIAISON and unit not in SILENT:
            actor = stage.actor(unit, role, day)
            user = db.session.get_one(User, actor.user_id)
            actions.confirm_contact(actor, email=user.email, phone=user.phone or "0871-6000000")


def _telephone(stage: Stage) -> None:
    """A unit that let its day pass promised to hand in; the office asks again today."""
    row = db.session.scalars(
        select(Watch)
        .where(Watch.settled_at.is_(None), Watch.kind == "report.rectify", Watch.due_on < stage.today)
        .order_by(Watch.due_on, Watch.id)
    ).first()
    if row is not None:
        officer = stage.actor("", Role.OFFICER, stage.today - timedelta(days=2))
        actions.note_phone_call(officer, row, "经电话，答应这两天重新报送。", follow_up_on=stage.today)
