"""Reminders at a reform: what moves is watched for the successor from now on, everything else falls silent at once."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import update

from tracker.committees.models import Unit
from tracker.committees.reform import Reform
from tracker.core.db import db
from tracker.reminders.models import Watch


def hand_over(reform: Reform, subject_type: str, subject_ids: Iterable[int], heir: Unit) -> None:
    """The open deadlines of these subjects are the successor's; what was queued for the old unit is never sent."""
    db.session.execute(
        update(Watch)
        .where(
            Watch.unit_id == reform.unit.id,
            Watch.subject_type == subject_type,
            Watch.subject_id.in_(list(subject_ids)),
            Watch.settled_at.is_(None),
        )
        .values(unit_id=heir.id)
        .execution_options(synchronize_session="fetch")
    )


def carry(reform: Reform) -> None:
    """Nobody reminds a unit that is no more: what no room handed over is settled."""
    db.session.execute(
        update(Watch)
        .where(Watch.unit_id == reform.unit.id, Watch.settled_at.is_(None))
        .values(settled_at=reform.actor.at, next_on=None)
        .execution_options(synchronize_session="fetch")
    )
