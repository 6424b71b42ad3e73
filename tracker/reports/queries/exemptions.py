"""Units that ask not to report."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from tracker.core.access import Actor
from tracker.core.db import db
from tracker.reports.models import ExemptionRequest, Report, RequestState
from tracker.reports.queries.reports import visible_reports


def visible_exemptions(actor: Actor) -> Select[ExemptionRequest]:
    numbers = visible_reports(actor).options().with_only_columns(Report.id)
    report = joinedload(ExemptionRequest.report)
    return (
        select(ExemptionRequest)
        .where(ExemptionRequest.report_id.in_(numbers))
        .options(report.joinedload(Report.round), report.joinedload(Report.unit))
    )


def exemptions_of(report_id: int) -> list[ExemptionRequest]:
    """What was asked and decided, newest first."""
    rows = select(ExemptionRequest).where(ExemptionRequest.report_id == report_id)
    return list(db.session.scalars(rows.order_by(ExemptionRequest.id.desc())))


def open_request(report_id: int) -> ExemptionRequest | None:
    """The one that waits for an answer."""
    return next((one for one in exemptions_of(report_id) if one.state is RequestState.REQUESTED), None)
