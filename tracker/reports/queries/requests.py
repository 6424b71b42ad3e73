"""提请协调事项: what the units ask the committee to solve, of one round or of all years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, false, func, select
from sqlalchemy.orm import contains_eager

from tracker.committees.models import Unit
from tracker.core.access import Actor
from tracker.core.db import Labelled, db
from tracker.reports.models import WITH_OFFICE, Report, Request, Round


class Answered(Labelled):
    """Whether a request has its answer."""

    OPEN = "open", "待答复", "warn"
    ANSWERED = "answered", "已答复", "done"


SORTS: Mapping[str, tuple[Any, ...]] = {
    "year": (Round.year, Round.id, Unit.position, Request.id),
    "unit": (Unit.position, Round.year, Request.id),
    "answered": (Request.answered_at, Request.id),
}


def register(actor: Actor) -> Select[Request]:
    """Every request of every year that lies before the committee; a unit its own."""
    rows = _submitted().where(Round.committee_id == actor.committee_id)
    if actor.is_unit:
        return rows.where(Report.unit_id == actor.unit_id)
    return rows if actor.sees_committee else rows.where(false())


def _submitted() -> Select[Request]:
    rows = select(Request).join(Request.report).join(Report.unit).join(Report.round)
    report = contains_eager(Request.report)
    return rows.where(Report.state.in_(WITH_OFFICE)).options(
        report.contains_eager(Report.unit), report.contains_eager(Report.round)
    )


def requests_of(round_: Round) -> list[Request]:
    """What the units ask the committee to solve in one round, in official order."""
    rows = _submitted().where(Round.id == round_.id).order_by(Unit.position, Request.id)
    return list(db.session.scalars(rows))


def unanswered_of(round_: Round) -> list[Request]:
    """Those of one round that wait for an answer."""
    return [one for one in requests_of(round_) if not one.answer]


def in_state(rows: Select[Request], state: Answered) -> Select[Request]:
    return rows.where(Request.answer == "" if state is Answered.OPEN else Request.answer != "")


def of_unit(rows: Select[Request], unit_id: int) -> Select[Request]:
    return rows.where(Report.unit_id == unit_id)


def of_year(rows: Select[Request], year: int) -> Select[Request]:
    return rows.where(Round.year == year)


def of_round(actor: Actor, round_id: int) -> Select[Request]:
    return register(actor).where(Round.id == round_id)


def ordered(rows: Select[Request], wanted: str) -> Select[Request]:
    """By a name of SORTS, `-` for descending; else what waits for an answer first, the newest year first."""
    columns = SORTS.get(wanted.removeprefix("-"))
    if columns is None:
        waiting = case((Request.answer == "", 0), else_=1)
        return rows.order_by(waiting, Round.year.desc(), Unit.position, Request.id)
    return rows.order_by(*(one.desc() if wanted.startswith("-") else one.asc() for one in columns))


def years(actor: Actor) -> list[int]:
    """The years that have any, newest first."""
    rows = register(actor).options().order_by(None).with_only_columns(Round.year).distinct()
    return sorted(db.session.scalars(rows), reverse=True)


def units(actor: Actor) -> list[tuple[int, str]]:
    """The units that have any, in official order."""
    rows = register(actor).options().order_by(None).with_only_columns(Unit.id, Unit.short_name, Unit.position)
    found = db.session.execute(rows.distinct()).all()
    return [(row.id, row.short_name) for row in sorted(found, key=lambda row: (row.position, row.id))]


@dataclass(frozen=True)
class Unanswered:
    """What waits for the committee's answer, and since when the oldest does."""

    count: int
    since: datetime


def unanswered(actor: Actor) -> Unanswered | None:
    """Over all rounds: a locked year still owes its answers."""
    rows = in_state(register(actor), Answered.OPEN).options().order_by(None)
    count, since = db.session.execute(rows.with_only_columns(func.count(), func.min(Report.submitted_at))).one()
    return Unanswered(count, since) if since is not None else None
