"""Who writes, sends or closes holds the row first: nothing slips in between looking at a state and acting on it.

SQLite lets one command write at a time and needs none of this; PostgreSQL does. The order: the round, then the report.
"""

from __future__ import annotations

from sqlalchemy import select

from tracker.core.db import db
from tracker.reports.models import Compilation, Report, Round


def hold(report: Report) -> None:
    """Read the report as it is now and let nobody else change it, or close its round, until the command ends."""
    db.session.execute(select(Round.id).where(Round.id == report.round_id).with_for_update(read=True))
    db.session.execute(select(Report.id).where(Report.id == report.id).with_for_update())
    db.session.expire(report.round)
    db.session.expire(report)


def hold_round(round_: Round) -> None:
    """Wait for everybody who writes or sends in the round; from now on nobody does until the command ends."""
    db.session.execute(select(Round.id).where(Round.id == round_.id).with_for_update())
    db.session.expire(round_)


def hold_paper(compilation: Compilation) -> None:
    """Let nobody else write in a paper until the command ends: two who add the same units would add them twice."""
    db.session.execute(select(Compilation.id).where(Compilation.id == compilation.id).with_for_update())
    db.session.expire(compilation)
