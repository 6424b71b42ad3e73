"""Units that ask not to report."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from tracker.core.access import Actor
from tracker.core.db import db
from tracker.reports.models import ExemptionRequest, Report, RequestState, Round, RoundState
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


def exemptions_asked(round_: Round) -> list[ExemptionRequest]:
    """Applications of one round that wait for a decision, the oldest first."""
    rows = (
        select(ExemptionRequest)
        .join(ExemptionRequest.report)
        .where(Report.round_id == round_.id, ExemptionRequest.state == RequestState.REQUESTED)
        .options(contains_eager(ExemptionRequest.report).joinedload(Report.unit))
        .order_by(ExemptionRequest.asked_at)
    )
    return list(db.session.scalars(rows))


def waiting_by_round(actor: Actor) -> list[tuple[Round, int, datetime]]:
    """How many applications wait in each round of the actor's committee that runs, and since when."""
    rows = db.session.execute(
        select(Round, func.count(ExemptionRequest.id), func.min(ExemptionRequest.asked_at))
        .join(Report, Report.round_id == Round.id)
        .join(ExemptionRequest, ExemptionRequest.report_id == Report.id)
        .where(
            Round.committee_id == actor.committee_id, Round.state.in_([RoundState.OPEN, RoundState.CLOSED]),
            ExemptionRequest.state == RequestState.REQUESTED,
        )
        .group_by(Round.id)
        .order_by(Round.year, Round.id)
    )  # fmt: skip
    return [(round_, int(count), since) for round_, count, since in rows]
