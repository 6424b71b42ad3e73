"""Reports of a round under what the address asks for, and that filter in words."""

from __future__ import annotations

from collections.abc import Callable

from tracker.core.access import Actor
from tracker.core.pages import number_arg, text_arg
from tracker.reports.models import GoalStatus, Report, Round, RoundKind
from tracker.reports.queries import grid as grids
from tracker.reports.queries import rounds
from tracker.reports.queries.review import GoalRow

Pairs = list[tuple[str, str, str]]


def filtered_rounds(actor: Actor) -> tuple[list[Round], Pairs]:
    """The rounds of the address's kind and year, and that in words."""
    pairs: Pairs = []
    wanted, year = text_arg("kind"), number_arg("year")
    kind = RoundKind(wanted) if wanted in set(RoundKind) else None
    if kind is not None:
        pairs.append(("种类", kind.label, "kind"))
    if year:
        pairs.append(("年度", f"{year}年", "year"))
    return rounds.all_rounds(actor, kind=kind, year=year), pairs


def filtered_reports(actor: Actor, reports: list[Report]) -> tuple[list[Report], Pairs]:
    """The reports under the state and the unit of the address, and that filter in words."""
    pairs: Pairs = []
    wanted = text_arg("state")
    if wanted in set(grids.CellState):
        state = grids.CellState(wanted)
        reports = [one for one in reports if grids.cell_state(one, actor.on) is state]
        pairs.append(("状态", state.label, "state"))
    name = text_arg("unit")
    if name:
        reports = [one for one in reports if _named(one, name)]
        pairs.append(("单位", name, "unit"))
    return reports, pairs


def _named(report: Report, name: str) -> bool:
    unit = report.unit
    return name in unit.short_name or name in unit.full_name or name.lower() in unit.initials


GOAL_CHOICES = {
    "contradicted": "单位之间说法不一", "difficult": "达标困难", "open": "尚未认定", "silent": "没有单位填报",
}  # fmt: skip


def filtered_goals(rows: list[GoalRow]) -> tuple[list[GoalRow], Pairs]:
    """The goals of the address's plan, unit and `show`, and that in words. A goal of a unit shows the others' words
    on it as well: whether they agree is what one looks for."""
    pairs: Pairs = []
    plan, unit, wanted = number_arg("plan"), number_arg("unit"), text_arg("show")
    titles = {row.goal.area.plan_id: row.goal.area.plan.short_title for row in rows}
    names = {one.report.unit_id: one.report.unit.short_name for row in rows for one in row.statements}
    if plan in titles:
        rows = [row for row in rows if row.goal.area.plan_id == plan]
        pairs.append(("规划", titles[plan], "plan"))
    if unit in names:
        rows = [row for row in rows if any(one.report.unit_id == unit for one in row.statements)]
        pairs.append(("单位", names[unit], "unit"))
    if wanted in GOAL_CHOICES:
        rows = [row for row in rows if _SHOWN[wanted](row)]
        pairs.append(("显示", GOAL_CHOICES[wanted], "show"))
    return rows, pairs


_SHOWN: dict[str, Callable[[GoalRow], bool]] = {
    "contradicted": lambda row: row.is_contradicted,
    "difficult": lambda row: GoalStatus.DIFFICULT in {one.confirmed or one.status for one in row.statements},
    "open": lambda row: any(one.confirmed is None for one in row.statements),
    "silent": lambda row: not row.statements,
}
