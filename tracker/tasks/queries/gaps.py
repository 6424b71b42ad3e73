"""What the breakdown of a plan still lacks, by kind, in a constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from tracker.accounts import queries as accounts
from tracker.committees.models import Unit
from tracker.committees.queries import current_units
from tracker.core.access import UNIT_ROLES
from tracker.core.db import db
from tracker.plans.models import Area, Goal, Measure, Plan
from tracker.tasks.models import OPEN_TASKS, Assignment, Task, TaskState
from tracker.tasks.queries.lists import missing, without_task
from tracker.tasks.queries.visible import whole

LIVING_TASKS = OPEN_TASKS | {TaskState.ISSUED}


@dataclass(frozen=True)
class Gaps:
    """Each list is one kind of gap."""

    measures: list[Measure]
    """No task carries them out."""
    goals: list[Goal]
    """Without a task, where the plan gives goals to units."""
    leaderless: list[Task]
    """Nobody leads, or where each answers for itself, nobody does."""
    late: list[Task]
    """One-off and past their day, though never issued or not done."""
    undated: list[Task]
    """By what is to be done they end, and yet they run every year without a day."""
    closed: list[Assignment]
    """Parts of units that are no longer on the list."""
    idle: list[Unit]
    """Members without any task."""
    unmanned: list[Unit]
    """Units with tasks and neither liaison nor leader."""
    resting: list[Task]

    @property
    def total(self) -> int:
        lists: tuple[list[object], ...] = (
            list(self.measures), list(self.goals), list(self.leaderless), list(self.late), list(self.undated),
            list(self.closed), list(self.idle), list(self.unmanned), list(self.resting),
        )  # fmt: skip
        return sum(len(one) for one in lists)


def all_gaps(plan: Plan, on: date) -> Gaps:
    """Everything the office should look at before, and after, the table goes out."""
    tasks = list(db.session.scalars(whole(select(Task).where(Task.plan_id == plan.id).order_by(Task.position))))
    living = [task for task in tasks if task.state in LIVING_TASKS]
    lacking = set(db.session.scalars(select(Task.id).where(Task.plan_id == plan.id, missing())))
    parts = [part for task in living for part in task.living]
    units = {part.unit_id: part.unit for part in parts}
    held = {unit_id for unit_id, _ in db.session.execute(accounts.holders_of_unit(units, UNIT_ROLES, on))}
    return Gaps(
        measures=_measures(plan),
        goals=_goals(plan) if any(task.goal_id for task in tasks) else [],
        leaderless=[task for task in living if task.id in lacking],
        late=[task for task in living if not task.is_yearly and task.due_on and task.due_on < on],
        undated=[task for task in living if task.is_yearly and task.outcome.value == "document"],
        closed=[part for part in parts if not part.unit.is_current(on)],
        idle=[unit for unit in current_units(plan.committee_id, on) if unit.is_member and unit.id not in units],
        unmanned=sorted(
            (unit for number, unit in units.items() if number not in held and unit.is_current(on)),
            key=lambda unit: unit.position,
        ),
        resting=[task for task in tasks if task.state is TaskState.SUSPENDED],
    )


def _measures(plan: Plan) -> list[Measure]:
    rows = (
        select(Measure)
        .join(Measure.area)
        .where(Area.plan_id == plan.id, Measure.dropped_on.is_(None), *without_task())
        .options(joinedload(Measure.area))
        .order_by(Area.position, Measure.position)
    )
    return list(db.session.scalars(rows))


def _goals(plan: Plan) -> list[Goal]:
    rows = (
        select(Goal)
        .join(Goal.area)
        .where(Area.plan_id == plan.id, Goal.dropped_on.is_(None), ~exists().where(Task.goal_id == Goal.id))
        .options(joinedload(Goal.area))
        .order_by(Area.position, Goal.position)
    )
    return list(db.session.scalars(rows))
