"""Who looks whether something is there already holds the row above it first: two presses at once find one another.

SQLite lets one command write at a time and needs none of this; PostgreSQL does.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tracker.committees.models import Committee
from tracker.core.db import db


def hold(row: Any) -> None:
    """Read the row as it is now, and let nobody else change what hangs on it until the command ends."""
    model = type(row)
    db.session.execute(select(model.id).where(model.id == row.id).with_for_update())
    db.session.expire(row)


def hold_committee(committee_id: int | None) -> None:
    """One at a time per committee: who looks whether there is one already sees what the one before wrote."""
    db.session.execute(select(Committee.id).where(Committee.id == committee_id).with_for_update())
