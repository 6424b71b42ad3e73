"""One at a time per committee, where what is looked for hangs on no row yet (`core.holding`)."""

from __future__ import annotations

from sqlalchemy import select

from tracker.committees.models import Committee
from tracker.core.db import db


def hold_committee(committee_id: int | None) -> None:
    """Who looks whether there is one already sees what the one before wrote."""
    db.session.execute(select(Committee.id).where(Committee.id == committee_id).with_for_update())
