"""Reports of a round under what the address asks for, and that filter in words."""

from __future__ import annotations

from collections.abc import Callable

from tracker.core.access import Actor
from tracker.core.pages import text_arg
from tracker.reports.models import GoalStatus, Report
from tracker.reports.queries import grid as grids
from tracker.reports.queries.review import GoalRow

Pairs = list[tuple[str, str, str]]


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
    """The goals of the address's `show`, and that in words."""
    wanted = text_arg("show")
    if wanted not in GOAL_CHOICES:
        return rows, []
    kept: Callable[[GoalRow], bool] = {
        "contradicted": lambda row: row.is_contradicted,
        "difficult": lambda row: GoalStatus.DIFFICULT in {one.confirmed or one.status for one in row.statements},
        "open": lambda row: any(one.confirmed is None for one in row.statements),
        "silent": lambda row: not row.statements,
    }[wanted]
    return [row for row in rows if kept(row)], [("显示", GOAL_CHOICES[wanted], "show")]
