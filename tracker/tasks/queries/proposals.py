"""Who might do the tasks of a plan: named by the document, else suggested with a reason. Never an assignment yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from tracker.committees import queries as committees
from tracker.committees.models import Unit, normalised
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.plans.models import Area, Plan
from tracker.tasks import suggesting
from tracker.tasks.models import OPEN_TASKS, AssignmentRole, Task, TaskState
from tracker.tasks.queries.visible import whole

ROLES = {
    "lead": AssignmentRole.LEAD,
    "joint": AssignmentRole.JOINT,
    "support": AssignmentRole.SUPPORT,
    "guide": AssignmentRole.SUPPORT,
}
"""A guiding unit supports; a group such as 各区县 is for the office to expand."""

SETTLED = (TaskState.ISSUED, TaskState.COMPLETED)
match = committees.unit_named


@dataclass(frozen=True)
class Proposal:
    """One part that a unit of the list might have."""

    task: Task
    unit: Unit
    role: AssignmentRole
    basis: str
    """Why, as the page says it and the part keeps it."""
    is_sure: bool = True
    """Ticked beforehand; a person confirms it all the same."""
    is_written: bool = True
    """The document itself names the unit."""

    @property
    def key(self) -> str:
        return f"{self.task.id}:{self.unit.id}:{self.role.value}"


@dataclass
class AreaProposals:
    """What is proposed in one area."""

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
    without: list[Task]
    """Tasks that nobody has and nothing is proposed for."""
    open_tasks: int
    """How many tasks could still get units."""


def proposals_for(actor: Actor, plan: Plan) -> ProposalSheet:
    """What the document says of who does what, matched to the list; for measures that name nobody, suggestions.

    Parts that stand already are left out, and a task that has its units gets no suggestion.
    """
    by_name = names_of_units(plan.committee_id, actor)
    ignored = committees.ignored_names(plan.committee_id)
    tasks = list(
        db.session.scalars(
            whole(select(Task).where(Task.plan_id == plan.id, Task.state.in_(OPEN_TASKS)).order_by(Task.position))
        )
    )
    unknown: dict[str, int] = defaultdict(int)
    groups: dict[str, int] = defaultdict(int)
    found: dict[int, list[Proposal]] = {}
    for task in tasks:
        said = [one for one in _named(task) if normalised(one["unit"]) not in ignored]
        found[task.id] = _written(task, said, by_name, unknown, groups)
    is_silent = not any(_named(task) for task in tasks)
    bare = [task for task in tasks if task.measure is not None and not task.living and not found[task.id]]
    for task_id, suggested in _suggestions(actor, plan, bare).items():
        found[task_id] = suggested
    return ProposalSheet(
        _by_area(tasks, found),
        sorted(unknown.items(), key=lambda item: -item[1]),
        sorted(groups.items(), key=lambda item: -item[1]),
        is_silent,
        [task for task in bare if not found[task.id]],
        len(tasks),
    )


def _named(task: Task) -> list[dict[str, str]]:
    return task.measure.responsible if task.measure else []


def _written(
    task: Task, said: Iterable[Mapping[str, str]], by_name: Mapping[str, Unit], unknown: dict[str, int],
    groups: dict[str, int],
) -> list[Proposal]:  # fmt: skip
    """The parts that the document itself gives; what it names and nobody knows is counted."""
    made = []
    for one in said:
        role = ROLES.get(one["role"])
        unit = match(one["unit"], by_name)
        if role is None:
            groups[one["unit"]] += 1
        elif unit is None:
            unknown[one["unit"]] += 1
        elif not _has(task, unit, role):
            made.append(Proposal(task, unit, role, f"规划原文：{one['unit']}"))
    return made


def _suggestions(actor: Actor, plan: Plan, tasks: list[Task]) -> dict[int, list[Proposal]]:
    """For tasks that nobody is named for: how earlier plans were given out, then the units' fields of duty."""
    if not tasks:
        return {}
    units = {unit.id: unit for unit in committees.current_units(plan.committee_id, actor.on)}
    texts = [suggesting.Text(task.area.name, task.title, task.content) for task in tasks]
    names = {number: unit.short_name for number, unit in units.items()}
    duties = {number: unit.fields_of_duty for number, unit in units.items()}
    earlier = suggesting.from_precedents(texts, _precedents(actor, plan))
    by_duty = suggesting.from_duties(texts, duties, names)
    return {
        task.id: [
            Proposal(task, units[one.unit_id], one.role, f"依据：{one.why}", one.is_sure, is_written=False)
            for one in suggesting.merged(before, now)
            if one.unit_id in units
        ]
        for task, before, now in zip(tasks, earlier, by_duty, strict=True)
    }


def _precedents(actor: Actor, plan: Plan) -> list[suggesting.Precedent]:
    """The issued tasks of the committee's other plans, each with who has it now; closed units by their successors."""
    rows = (
        select(Task)
        .join(Task.plan)
        .where(
            Plan.committee_id == plan.committee_id, Plan.id != plan.id, Plan.first_year <= plan.first_year,
            Task.measure_id.is_not(None), Task.state.in_(SETTLED),
        )
        .order_by(Plan.last_year.desc(), Task.plan_id, Task.position)
    )  # fmt: skip
    made = []
    for task in db.session.scalars(whole(rows)):
        parts: dict[int, tuple[int, AssignmentRole, str]] = {}
        for part in task.living:
            heir = part.unit if part.unit.is_current(actor.on) else part.unit.successor
            if heir is not None and heir.is_current(actor.on):
                parts.setdefault(heir.id, (heir.id, part.role, heir.short_name))
        if parts:
            text = suggesting.Text(task.area.name, task.title, task.content)
            made.append(suggesting.Precedent(text, _place_of(task, plan), tuple(parts.values())))
    return made


def _place_of(task: Task, plan: Plan) -> str:
    number = task.measure.number if task.measure else ""
    where = "上一周期规划" if task.plan.last_year < plan.last_year else f"《{task.plan.title}》"
    return f"{where}“{task.area.name}”第{number}条"


def _by_area(tasks: list[Task], found: Mapping[int, list[Proposal]]) -> list[AreaProposals]:
    areas: dict[int, AreaProposals] = {}
    for task in tasks:
        for one in found[task.id]:
            areas.setdefault(task.area_id, AreaProposals(task.area)).proposals.append(one)
    return sorted(areas.values(), key=lambda one: one.area.position)


def names_of_units(committee_id: int, actor: Actor) -> dict[str, Unit]:
    """Every name by which a unit of today's list may be called."""
    return committees.names_of_units(committee_id, actor.on)


def _has(task: Task, unit: Unit, role: AssignmentRole) -> bool:
    if role is AssignmentRole.LEAD and task.lead is not None:
        return True
    return any(one.unit_id == unit.id for one in task.living)
