"""Issued circulars that quote what was corrected since (更正): marked, never changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy.orm import joinedload

from tracker.committees.models import Unit
from tracker.core.audit import AuditEntry
from tracker.core.db import Labelled, db
from tracker.reports.models import Report, ReportState, ReportVersion
from tracker.supervision.models import Circular, CircularSource, CircularState


class Doubt(Labelled):
    """What became of a report since a circular counted it."""

    CORRECTED = "corrected", "报告已更正", "warn"
    CORRECTING = "correcting", "报告正在更正", "info"
    RECOGNISED = "recognised", "报送日期已重新认定", "warn"


@dataclass(frozen=True)
class Doubted:
    """A report that is no longer what the circular counted."""

    report: Report
    doubt: Doubt


def doubted(circular: Circular) -> list[Doubted]:
    """The reports an issued circular counted and that were corrected afterwards, in official order."""
    rows = _sources().where(CircularSource.circular_id == circular.id)
    found = db.session.execute(
        rows.with_only_columns(Report, _doubt().label("doubt"))
        .join(Unit, Unit.id == Report.unit_id)
        .options(joinedload(Report.unit), joinedload(Report.round))
        .order_by(Unit.position)
    )
    return [Doubted(report, Doubt(word)) for report, word in found if word]


def in_doubt(circular_ids: Iterable[int]) -> dict[int, int]:
    """By circular: how many of the reports it counted were corrected afterwards. One query for a whole list."""
    rows = _sources().where(CircularSource.circular_id.in_(list(circular_ids)), _doubt().is_not(None))
    found = rows.with_only_columns(CircularSource.circular_id, func.count()).group_by(CircularSource.circular_id)
    return dict(db.session.execute(found).all())


def is_doubted() -> ColumnElement[bool]:
    """Whether a circular counted a report that was corrected afterwards."""
    return Circular.id.in_(_sources().where(_doubt().is_not(None)).with_only_columns(CircularSource.circular_id))


def put_right(circular: Circular) -> frozenset[int]:
    """The reports whose correction has been accepted: what replaces the circular counts their new words."""
    rows = _sources().where(CircularSource.circular_id == circular.id, _doubt() == Doubt.CORRECTED.value)
    return frozenset(db.session.scalars(rows.with_only_columns(Report.id)))


def _sources() -> Select[CircularSource]:
    return (
        select(CircularSource)
        .join(Circular, Circular.id == CircularSource.circular_id)
        .join(Report, Report.id == CircularSource.report_id)
        .where(Circular.state == CircularState.ISSUED)
    )


def _doubt() -> ColumnElement[str | None]:
    """Taken back after it was accepted and sent anew; taken back and not accepted again; recognised to have come in on
    another day. Null where it still is what was counted."""
    newest = select(func.max(ReportVersion.number)).where(ReportVersion.report_id == Report.id).scalar_subquery()
    is_newer = newest > func.coalesce(CircularSource.version_number, 0)
    unaccepted = _since("report.unaccept")
    return case(
        (and_(unaccepted, is_newer, Report.state == ReportState.ACCEPTED), literal(Doubt.CORRECTED.value)),
        (and_(unaccepted, Report.state != ReportState.ACCEPTED), literal(Doubt.CORRECTING.value)),
        (and_(_since("report.recognise"), Report.recognised_on.is_not(None)), literal(Doubt.RECOGNISED.value)),
        else_=None,
    )


def _since(event: str) -> ColumnElement[bool]:
    return (
        select(AuditEntry.id)
        .where(
            AuditEntry.object_type == "Report", AuditEntry.object_id == Report.id, AuditEntry.event == event,
            AuditEntry.at >= Circular.counted_as_of,
        )
        .exists()
    )  # fmt: skip
