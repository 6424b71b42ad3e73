"""The units that a document itself names, matched to the committee's list: proposals, never assignments."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker.committees.models import Unit, normalised
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.plans.models import Area, Plan
from tracker.tasks.models import AssignmentRole, Task, TaskState
from tracker.tasks.queries.visible import whole

ROLES = {
    "lead": AssignmentRole.LEAD,
    "joint": AssignmentRole.JOINT,
    "support": AssignmentRole.SUPPORT,
    "guide": AssignmentRole.SUPPORT,
}
"""A guiding unit supports; a group such as 各区县 is for the office to expand."""

_LEVEL = re.compile(r"^(?:自治区|省|市|县|区|州|盟|旗)(?=[\u4e00-\u9fff]{2,})")
_PARTY = re.compile(r"^(?:中共|共青团|团)")


@dataclass(frozen=True)
class Proposal:
    """One part that the document gives to a unit of the list."""

    task: Task
    unit: Unit
    role: AssignmentRole
    said: str
    """The document's own words."""

    @property
    def key(self) -> str:
        return f"{self.task.id}:{self.unit.id}:{self.role.value}"


@dataclass
class AreaProposals:
    """What the document says in one area, and what of it nobody knows."""

    area: Area
    proposals: list[Proposal] = field(default_factory=list)


@dataclass(frozen=True)
class ProposalSheet:
    areas: list[AreaProposals]
    unknown: list[tuple[str, int]]
    """Names not on the list, with how often they occur."""
    groups: list[tuple[str, int]]
    """各区县 and the like."""
    is_silent: bool
    """The document names nobody at all."""


def proposals_for(actor: Actor, plan: Plan) -> ProposalSheet:
    """Match the names in the plan's measures to the units of the list; parts that stand already are left out."""
    by_name = names_of_units(plan.committee_id, actor)
    rows = whole(
        select(Task)
        .where(Task.plan_id == plan.id, Task.state.in_([TaskState.DRAFT, TaskState.CONSULTING]))
        .order_by(Task.position)
    )
    areas: dict[int, AreaProposals] = {}
    unknown: dict[str, int] = defaultdict(int)
    groups: dict[str, int] = defaultdict(int)
    is_silent = True
    for task in db.session.scalars(rows):
        for one in task.measure.responsible if task.measure else []:
            is_silent = False
            role = ROLES.get(one["role"])
            unit = match(one["unit"], by_name)
            if role is None:
                groups[one["unit"]] += 1
            elif unit is None:
                unknown[one["unit"]] += 1
            elif not _has(task, unit, role):
                areas.setdefault(task.area_id, AreaProposals(task.area)).proposals.append(
                    Proposal(task, unit, role, one["unit"])
                )
    return ProposalSheet(
        [areas[number] for number in sorted(areas, key=lambda number: areas[number].area.position)],
        sorted(unknown.items(), key=lambda item: -item[1]),
        sorted(groups.items(), key=lambda item: -item[1]),
        is_silent,
    )


def names_of_units(committee_id: int, actor: Actor) -> dict[str, Unit]:
    """Every name by which a living unit of the list may be called; a name of two units names neither."""
    units = db.session.scalars(
        select(Unit).where(Unit.committee_id == committee_id).order_by(Unit.position).options(selectinload(Unit.names))
    )
    exact: dict[str, set[int]] = defaultdict(set)
    bare: dict[str, set[int]] = defaultdict(set)
    found: dict[int, Unit] = {}
    for unit in units:
        if not unit.is_current(actor.on):
            continue
        found[unit.id] = unit
        for name in (unit.full_name, unit.short_name, *(other.name for other in unit.names)):
            exact[normalised(name)].add(unit.id)
            bare[_bare(name)].add(unit.id)
    return {
        name: found[next(iter(ids))] for names in (bare, exact) for name, ids in names.items() if len(ids) == 1 and name
    }


def match(name: str, by_name: dict[str, Unit]) -> Unit | None:
    """The unit of a name as written, else without the level it is written with (教育局 is the local one)."""
    return by_name.get(normalised(name)) or by_name.get(_bare(name))


def _bare(name: str) -> str:
    return _LEVEL.sub("", _PARTY.sub("", normalised(name)))


def _has(task: Task, unit: Unit, role: AssignmentRole) -> bool:
    if role is AssignmentRole.LEAD and task.lead is not None:
        return True
    return any(one.unit_id == unit.id for one in task.living)
