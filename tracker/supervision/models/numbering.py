"""Numbers of papers."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.db import Labelled, Row, choice


class Series(Labelled):
    """What is numbered on its own: circulars, and letters to one unit (…函)."""

    CIRCULAR = "circular", "通报"
    NOTICE = "notice", "函"


class NumberSeries(Row):
    """The last serial a committee gave in a year: locked while one is taken, so that no number is lost or doubled."""

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("committee_id", "series", "year"),)

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"))
    series: Mapped[Series] = mapped_column(choice(Series))
    year: Mapped[int] = mapped_column(Integer)
    last_serial: Mapped[int] = mapped_column(Integer, default=0)
