"""Word reports that were read and wait to be taken over."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from tracker.core.access import Actor
from tracker.core.db import db
from tracker.reports.models import Report, WordReading
from tracker.reports.queries.reports import visible_reports


def visible_readings(actor: Actor) -> Select[WordReading]:
    """What the actor's own unit had read; the office sees none of it."""
    mine = visible_reports(actor).options().with_only_columns(Report.id).where(Report.unit_id == (actor.unit_id or 0))
    return (
        select(WordReading)
        .where(WordReading.report_id.in_(mine))
        .options(joinedload(WordReading.report).joinedload(Report.round), joinedload(WordReading.report))
    )


def readings_of(report_id: int, most: int = 5) -> list[WordReading]:
    """The newest readings of a report."""
    rows = select(WordReading).where(WordReading.report_id == report_id).order_by(WordReading.id.desc()).limit(most)
    return list(db.session.scalars(rows))
