"""How much a round asks of each unit, before it opens and after: what is to be filled in, and what may be quoted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from tracker.committees.models import Unit
from tracker.core.db import db
from tracker.reports.models import OVERVIEW, Entry, QuestionAnswer, Report, Round, RoundKind
from tracker.reports.queries.reports import LastYear, latest_versions, taken_over_by
from tracker.reports.queries.rounds import obligated, previous_rounds
from tracker.tasks.models import Assignment, AssignmentRole, Task

TO_WRITE = {RoundKind.ANNUAL: 3, RoundKind.HALF_YEAR: 0, RoundKind.SPECIAL: 0}
"""Parts of the overview that must be written."""


@dataclass(frozen=True)
class Burden:
    """One unit's share: long texts, rows to be set, lines to be answered; and what last year's words spare."""

    unit: Unit
    texts: int
    rows: int
    lines: int
    quotable: int

    @property
    def total(self) -> int:
        return self.texts + self.rows + self.lines

    def said(self) -> str:
        """共约38处：文字5处（可引用上年内容4处）、选择进展30项、逐条填写3处"""
        if not self.texts and not self.rows:
            return f"共{self.lines}项" if self.lines else "没有需要填写的内容"
        parts = []
        if self.texts:
            spared = f"（可引用上年内容{self.quotable}处）" if self.quotable else ""
            parts.append(f"文字{self.texts}处{spared}")
        if self.rows:
            parts.append(f"选择进展{self.rows}项")
        if self.lines:
            parts.append(f"逐条填写{self.lines}处")
        return f"共约{self.total}处：{'、'.join(parts)}"


@dataclass(frozen=True)
class Meter:
    """The burden of a whole round."""

    units: list[Burden]

    @property
    def heaviest(self) -> Burden | None:
        return max(self.units, key=lambda one: one.total, default=None)

    @property
    def usual(self) -> int:
        return round(median(one.total for one in self.units)) if self.units else 0

    @property
    def total(self) -> int:
        return sum(one.total for one in self.units)

    @property
    def quotable(self) -> int:
        return sum(one.quotable for one in self.units)


def meter(round_: Round, on: date) -> Meter:
    """What opening this round would ask of each unit: a few queries, whatever the number of units."""
    if round_.is_special:
        return Meter([Burden(unit, 0, 0, len(round_.questions), 0) for unit in round_.units])
    last = _last_year([round_]).get(round_.id, {})
    asked = groupby(obligated(round_, on), key=lambda one: one.unit)
    return Meter([_of_parts(round_, unit, list(mine), last.get(unit.id, _NOTHING)) for unit, mine in asked])


def burdens_of(reports: Sequence[Report]) -> dict[int, Burden]:
    """The same for reports that stand, in a number of queries that does not depend on how many there are."""
    special = [report for report in reports if report.round.is_special]
    others = [report for report in reports if not report.round.is_special]
    lines, parts = _questions(special), _parts(others)
    last = _last_year([report.round for report in others], {report.unit_id for report in others})
    asked = {report.id: Burden(report.unit, 0, 0, lines.get(report.id, 0), 0) for report in special}
    return asked | {
        report.id: _of_parts(
            report.round, report.unit, parts.get(report.id, []),
            last.get(report.round_id, {}).get(report.unit_id, _NOTHING),
        )
        for report in others
    }  # fmt: skip


def burden_of(report: Report, last: LastYear) -> Burden:
    """The same for one whose sheet is open, of what was read for it: nothing is asked of the database."""
    if report.round.is_special:
        return Burden(report.unit, 0, 0, len(report.question_answers), 0)
    texts = {f"section:{name}" for name, text in last.sections.items() if text}
    texts |= {f"area:{name}" for name, text in last.texts_by_name.items() if text}
    parts = [entry.assignment for entry in report.entries]
    return _of_parts(report.round, report.unit, parts, _Last(frozenset(texts), len(last.arrangements)))


def _questions(special: Sequence[Report]) -> dict[int, int]:
    """How many questions each of these reports answers."""
    if not special:
        return {}
    rows = db.session.execute(
        select(QuestionAnswer.report_id, func.count())
        .where(QuestionAnswer.report_id.in_([report.id for report in special]))
        .group_by(QuestionAnswer.report_id)
    )
    return dict(rows.all())


def _parts(reports: Sequence[Report]) -> dict[int, list[Assignment]]:
    """The parts that each of these reports speaks of."""
    if not reports:
        return {}
    task = joinedload(Entry.assignment, innerjoin=True).joinedload(Assignment.task, innerjoin=True)
    rows = db.session.scalars(
        select(Entry)
        .where(Entry.report_id.in_([report.id for report in reports]))
        .options(task.joinedload(Task.area, innerjoin=True))
        .order_by(Entry.id)
    )
    found: dict[int, list[Assignment]] = {}
    for entry in rows:
        found.setdefault(entry.report_id, []).append(entry.assignment)
    return found


@dataclass(frozen=True)
class _Last:
    """What a unit wrote a year ago: which texts, and how many lines come back."""

    texts: frozenset[str]
    lines: int


_NOTHING = _Last(frozenset(), 0)


def _last_year(rounds: Sequence[Round], units: Collection[int] | None = None) -> dict[int, dict[int, _Last]]:
    """By round and unit (these only, where named), with what they took over from units that ended."""
    before = previous_rounds([round_ for round_ in rounds if round_.kind is RoundKind.ANNUAL])
    if not before:
        return {}
    rows = select(Report).join(Report.unit)
    rows = rows.options(contains_eager(Report.unit).selectinload(Unit.successions))
    rows = rows.where(
        Report.round_id.in_({one.id for one in before.values()}), Report.first_submitted_at.is_not(None)
    )  # fmt: skip
    if units is not None:
        rows = rows.where(taken_over_by(units))
    reports = list(db.session.scalars(rows))
    contents = latest_versions([report.id for report in reports])
    said: dict[int, dict[int, _Last]] = {}
    for report in reports:
        if report.id not in contents:
            continue
        content = contents[report.id].content
        texts = {f"section:{name}" for name, text in content["overview"].items() if text}
        texts |= {f"area:{area['name']}" for area in content["areas"] if area["text"]}
        found = said.setdefault(report.round_id, {})
        for unit_id in {one.heir_id for one in report.unit.successions} or {report.unit.successor_id or report.unit_id}:
            standing = found.get(unit_id, _NOTHING)
            found[unit_id] = _Last(standing.texts | texts, standing.lines + len(content["arrangements"]))
    return {number: said.get(one.id, {}) for number, one in before.items()}


def _of_parts(round_: Round, unit: Unit, parts: Sequence[Assignment], last: _Last) -> Burden:
    duties = [one for one in parts if one.role is not AssignmentRole.SUPPORT]
    if round_.kind is not RoundKind.ANNUAL:
        return Burden(unit, 0, len(duties), 0, 0)
    areas = {one.task.area.name for one in duties}
    sections = OVERVIEW[: TO_WRITE[round_.kind] if duties else 1]
    wanted = {f"section:{kind.value}" for kind in sections} | {f"area:{name}" for name in areas}
    goals = {one.task.goal_id for one in duties if one.task.goal_id}
    lines = len(goals) + last.lines + 1  # and next year's arrangements, at least one
    return Burden(unit, len(sections) + len(areas), len(duties), lines, len(wanted & last.texts))
