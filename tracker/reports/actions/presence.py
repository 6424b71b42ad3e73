"""Who else has the sheet open: a courtesy between colleagues, no business and no record."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db, insert_once
from tracker.reports.models import Presence, Report

LASTS = timedelta(seconds=90)
"""The page tells every half minute; who was not heard three times has gone."""


@command
def be_here(actor: Actor, report: Report) -> list[str]:
    """Say that one has the sheet open; returns who else has."""
    report_id, user_id = report.id, actor.user_id
    mine = (Presence.report_id == report_id, Presence.user_id == user_id)
    db.session.execute(insert_once(Presence, report_id=report_id, user_id=user_id, seen_at=actor.at))
    db.session.execute(update(Presence).where(*mine).values(seen_at=actor.at))
    return _others(report_id, user_id, actor.at)


def _others(report_id: int, user_id: int | None, at: datetime) -> list[str]:
    rows = (
        select(Presence)
        .where(Presence.report_id == report_id, Presence.user_id != user_id, Presence.seen_at > at - LASTS)
        .options(joinedload(Presence.user))
        .order_by(Presence.seen_at)
    )
    return [one.user.name for one in db.session.scalars(rows)]
