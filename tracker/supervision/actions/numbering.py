"""Numbers of papers: one series per committee, kind of paper and year, without gap or double."""

from __future__ import annotations

from sqlalchemy import select

from tracker.core.db import db, insert_once
from tracker.supervision.models import NumberSeries, Series


def next_serial(committee_id: int, series: Series, year: int) -> int:
    """Take the next serial inside a command: the row is locked until the number is committed or given back."""
    db.session.execute(
        insert_once(NumberSeries, committee_id=committee_id, series=series, year=year, last_serial=0)
    )  # fmt: skip
    row = db.session.scalars(
        select(NumberSeries)
        .where(NumberSeries.committee_id == committee_id, NumberSeries.series == series, NumberSeries.year == year)
        .with_for_update()
    ).one()
    row.last_serial += 1
    return row.last_serial
