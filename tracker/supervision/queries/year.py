"""A screen of the year: the round's progress, lights over time, arrangements carried out, the office's review days."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from tracker.core import calendar
from tracker.core.access import Actor
from tracker.core.clock import shanghai_date
from tracker.core.db import db
from tracker.reports.models import Arrangement, ArrangementOutcome, Report, ReportState, Round
from tracker.supervision.models import Light
from tracker.supervision.queries import lights

MONTHS = 6
"""How many ends of months are looked back at, beside today."""
POINTS = 8
"""How many days of a round its progress is drawn at."""
BUCKETS = ((3, "3个工作日以内"), (5, "4至5个工作日"), (10, "6至10个工作日"))
LONGER = "超过10个工作日"


@dataclass(frozen=True)
class Year:
    """What the screen shows of one round, counted today, or on the day it was locked."""

    round: Round | None
    on: date
    expected: int
    progress: list[tuple[date, int]]
    """Day and how many reports had come by it, first submissions."""
    lights: list[tuple[date, Counter[Light]]]
    arrangements: dict[str, int]
    review: dict[str, int]
    """How many reviews took how long."""
    waiting: int
    """Submitted and not reviewed yet."""


def year_of(actor: Actor, round_: Round | None) -> Year:
    """Everything for the screen: a fixed number of queries. A round that is over is seen as it ended: the months before
    it was locked, each judged by it from its opening on."""
    usual = lights.round_in_force(actor.committee_id, actor.on)
    on = min(actor.on, round_.locks_on) if round_ is not None and round_ is not usual else actor.on
    days = [(day, round_ if round_ is not usual and round_ and round_.opens_on <= day else None) for day in _months(on)]
    reports = list(db.session.scalars(select(Report).where(Report.round_id == round_.id))) if round_ else []
    owed = [one for one in reports if one.state is not ReportState.EXEMPTED]
    return Year(
        round_, on, len(owed), _progress(round_, owed, on) if round_ else [],
        [(day, lights.totals(actor, day, judged_by)) for day, judged_by in days],
        _arrangements(round_), _review(reports), sum(one.state is ReportState.SUBMITTED for one in reports),
    )  # fmt: skip


def _progress(round_: Round, reports: list[Report], on: date) -> list[tuple[date, int]]:
    last = max(round_.opens_on, min(on, round_.locks_on))
    span = (last - round_.opens_on).days
    days = sorted({round_.opens_on + timedelta(days=span * place // POINTS) for place in range(POINTS + 1)})
    came = [one.first_submitted_on for one in reports if one.first_submitted_on is not None]
    return [(day, sum(one <= day for one in came)) for day in days]


def _months(on: date) -> list[date]:
    """The last days of the months before, and the day itself."""
    found, day = [on], on
    for _ in range(MONTHS):
        day = day.replace(day=1) - timedelta(days=1)
        found.append(day)
    return found[::-1]


def _arrangements(round_: Round | None) -> dict[str, int]:
    """Of what the units planned a year ago: carried out, partly, not; as answered in what was sent in this round."""
    if round_ is None:
        return {}
    rows = (
        select(Arrangement.outcome, func.count())
        .join(Arrangement.answered_in)
        .where(Report.round_id == round_.id, Report.first_submitted_at.is_not(None))
        .group_by(Arrangement.outcome)
    )
    found: dict[ArrangementOutcome | None, int] = dict(db.session.execute(rows).all())
    return {outcome.label: found[outcome] for outcome in ArrangementOutcome if found.get(outcome)}


def _review(reports: list[Report]) -> dict[str, int]:
    """Working days from a submission to its acceptance or return."""
    days = calendar.current()
    took: Counter[str] = Counter()
    for one in reports:
        if one.submitted_at is None or one.state not in {ReportState.ACCEPTED, ReportState.RETURNED}:
            continue
        spent = max(0, days.workdays_until(shanghai_date(one.submitted_at), shanghai_date(one.state_since)))
        took[next((word for most, word in BUCKETS if spent <= most), LONGER)] += 1
    return {word: took[word] for word in (*(word for _, word in BUCKETS), LONGER) if took[word]}
