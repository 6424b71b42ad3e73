"""Who writes, sends or closes holds the row first: nothing slips in between looking at a state and acting on it.

SQLite lets one command write at a time and needs none of this; PostgreSQL does. The order: the round, then the report.
"""

from __future__ import annotations

from tracker.core.db import db
from tracker.reports.models import Report, Round


def hold(report: Report) -> None:
    """Read the report as it is now and let nobody else change it, or close its round, until the command ends."""
    db.session.refresh(report.round, with_for_update={"read": True})
    db.session.refresh(report, with_for_update=True)


def hold_round(round_: Round) -> None:
    """Wait for everybody who writes or sends in the round; from now on nobody does until the command ends."""
    db.session.refresh(round_, with_for_update=True)
