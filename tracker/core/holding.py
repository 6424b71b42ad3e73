"""Who looks whether there is something already holds the row above it first: two presses at once find one another.

SQLite lets one command write at a time and needs none of this; PostgreSQL does.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tracker.core.db import db


def hold(row: Any) -> None:
    """Read the row as it is now, and let nobody else change it, or what hangs on it, until the command ends."""
    model = type(row)
    db.session.execute(select(model.id).where(model.id == row.id).with_for_update())
    db.session.expire(row)
