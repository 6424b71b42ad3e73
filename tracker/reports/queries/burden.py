"""How much a round asks of each unit, before it opens and after: what is to be filled in, and what may be quoted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from statistics import median

from tracker.committees.models import Unit
from tracker.reports.models import OVERVIEW, Report, Round, RoundKind
from tracker.reports.queries.reports import latest_versions, whole
from tracker.reports.queries.rounds import obligated, previous_round, reports_of
from tracker.tasks.models import Assignment, AssignmentRole

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
        parts = []
        if self.texts:
            spared = f"（可引用上年内容{self.quotable}处）" if self.quotable else ""
            parts.append(f"文字{self.texts}处{spared}")
        if self.rows:
            parts.append(f"选择进展{self.rows}项")
        if self.lines:
            parts.append(f"逐条填写{self.lines}处")
        return f"共约{self.total}处：{'、'.join(parts)}" if parts else "没有需要填写的内容"


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
    last = _last_year(round_)
    asked = obligated(round_, on)
    return Meter([
        _of_parts(round_, list(mine), last)
        for _, mine in groupby(asked, key=lambda one: one.unit_id)
    ])  # fmt: skip


def burden_of(report: Report) -> Burden:
    """The same for a report that stands."""
    if report.round.is_special:
        return Burden(report.unit, 0, 0, len(report.question_answers), 0)
    loaded = whole(report.id)
    return _of_parts(loaded.round, [entry.assignment for entry in loaded.entries], _last_year(loaded.round))


@dataclass(frozen=True)
class _Last:
    """What a unit wrote a year ago: which texts, and how many lines come back."""

    texts: frozenset[str]
    lines: int


def _last_year(round_: Round) -> dict[int, _Last]:
    before = previous_round(round_)
    if before is None or round_.kind is not RoundKind.ANNUAL:
        return {}
    reports = [report for report in reports_of(before) if report.first_submitted_at is not None]
    contents = latest_versions([report.id for report in reports])
    found: dict[int, _Last] = {}
    for report in reports:
        if report.id not in contents:
            continue
        content, unit_id = contents[report.id].content, report.unit.successor_id or report.unit_id
        texts = {f"section:{name}" for name, text in content["overview"].items() if text}
        texts |= {f"area:{area['name']}" for area in content["areas"] if area["text"]}
        standing = found.get(unit_id, _Last(frozenset(), 0))
        found[unit_id] = _Last(standing.texts | texts, standing.lines + len(content["arrangements"]))
    return found


def _of_parts(round_: Round, mine: Iterable[Assignment], last: dict[int, _Last]) -> Burden:
    parts = list(mine)
    unit = parts[0].unit
    duties = [one for one in parts if one.role is not AssignmentRole.SUPPORT]
    if round_.kind is not RoundKind.ANNUAL:
        return Burden(unit, 0, len(duties), 0, 0)
    areas = {one.task.area.name for one in duties}
    sections = OVERVIEW[: TO_WRITE[round_.kind] if duties else 1]
    said = last.get(unit.id, _Last(frozenset(), 0))
    wanted = {f"section:{kind.value}" for kind in sections} | {f"area:{name}" for name in areas}
    goals = {one.task.goal_id for one in duties if one.task.goal_id}
    lines = len(goals) + said.lines + 1  # and next year's arrangements, at least one
    return Burden(unit, len(sections) + len(areas), len(duties), lines, len(wanted & said.texts))
