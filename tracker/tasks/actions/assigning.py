"""Who answers for a task, before it is issued."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import inspect, select

from tracker.committees.models import Unit
from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError, RuleErrors
from tracker.plans.models import Plan
from tracker.tasks import policy
from tracker.tasks.actions.breakdown import hold
from tracker.tasks.models import ROLE_ORDER, Assignment, AssignmentRole, AssignmentState, Shape, Task
from tracker.tasks.queries.proposals import proposals_for
from tracker.tasks.queries.visible import whole
from tracker.tasks.workflow import ASSIGNMENT


@command
def assign(actor: Actor, task: Task, unit: Unit, role: AssignmentRole, *, basis: str = "") -> Assignment:
    """Give a unit a part in a task; a unit that has another part gets this one instead, and so does a new lead.

    Raises RuleError when the task is led by nobody by its shape.
    """
    _hold_plan_of(task)
    _check_open(actor, task)
    words = f"{task.audit_label()}：{role.label}单位{unit.short_name}"
    before = task.lead if role is AssignmentRole.LEAD else None
    if before is not None and before.unit_id != unit.id:
        words += f"，替换{before.unit.short_name}"
        take_away(actor, before, "办公室调整分工")
    assignment, changed = place(actor, task, unit, role, basis)
    if changed:
        audit.record(actor, "task.assign", task, words, covers=[assignment])
        settle_places()
    return assignment


@command
def unassign(actor: Actor, assignment: Assignment, *, reason: str = "办公室调整分工") -> None:
    """Take a part away again. What a unit has already seen is kept as withdrawn, what it has not simply goes."""
    task = assignment.task
    _hold_plan_of(task)
    db.session.expire(assignment)
    _check_open(actor, task)
    words = f"{task.audit_label()}：取消{assignment.role.label}单位{assignment.unit.short_name}"
    audit.record(actor, "task.unassign", task, words, covers=[assignment])
    take_away(actor, assignment, reason)


@command
def remove_unit(actor: Actor, tasks: Iterable[Task], unit: Unit) -> int:
    """Take a unit out of many tasks at once; returns how many it was in."""
    rows = _held(tasks)
    if not rows:
        raise RuleError("请先选中任务。")
    faults = [f"{task.audit_label()}现在是“{task.state.label}”，不能取消单位。" for task in rows if not task.is_open]
    if faults:
        raise RuleErrors(faults)
    parts = [one for task in rows for one in task.living if one.unit_id == unit.id]
    if parts:
        words = f"从{len(parts)}项任务中取消{unit.short_name}"
        audit.record(actor, "task.remove_unit", rows[0].plan, words, covers=[*rows, *parts])
    for part in parts:
        _check_open(actor, part.task)
        take_away(actor, part, "办公室调整分工")
    return len(parts)


@command
def assign_many(
    actor: Actor,
    tasks: Iterable[Task],
    units_by_role: Mapping[AssignmentRole, Iterable[Unit]],
    *,
    replace: bool = False,
    bases: Mapping[tuple[int, int], str] | None = None,
) -> int:
    """Give units their parts in many tasks at once, all or nothing; returns how many parts changed.

    With `replace` each given role is held afterwards by exactly the given units; otherwise they are added, and a new
    lead takes the place of the one before. `bases` says per (task, unit) why.
    """
    rows = _held(tasks)
    if not rows:
        raise RuleError("请先选中任务。")
    wanted = {role: list(units) for role, units in units_by_role.items()}
    if not replace and not any(wanted.values()):
        raise RuleError("请选择单位。")
    faults: list[str] = []
    changed = 0
    for task in rows:
        try:
            changed += _assign_row(actor, task, wanted, replace, bases or {})
        except RuleError as error:
            faults.append(error.sentence)
    if faults:
        raise RuleErrors(list(dict.fromkeys(faults)))
    settle_places()
    if changed:
        words = "；".join(
            f"{role.label}{'、'.join(unit.short_name for unit in wanted[role]) or '（空）'}"
            for role in ROLE_ORDER
            if role in wanted
        )
        audit.record(
            actor, "task.assign_many", rows[0].plan, f"为{len(rows)}项任务安排单位：{words}", covers=rows
        )  # fmt: skip
    return changed


@command
def accept_proposals(actor: Actor, plan: Plan, keys: Iterable[str]) -> int:
    """Make the chosen proposals parts; why they were proposed stands as their basis. Returns how many were made.

    Without a choice only what the document itself says is taken: a suggestion needs a person.
    """
    hold(plan.id)
    wanted = set(keys)
    proposals = [
        one
        for area in proposals_for(actor, plan).areas
        for one in area.proposals
        if (one.key in wanted if wanted else one.is_written)
    ]
    faults: list[str] = []
    touched: dict[int, Task] = {}
    made = 0
    for one in sorted(proposals, key=lambda proposal: ROLE_ORDER.index(proposal.role)):
        try:
            made += place(actor, one.task, one.unit, one.role, one.basis)[1]
            touched[one.task.id] = one.task
        except RuleError as error:
            faults.append(error.sentence)
    if faults:
        raise RuleErrors(list(dict.fromkeys(faults)))
    if not made:
        raise RuleError("没有可以采用的建议，可能刚才已有人处理。")
    _let_the_document_say_the_shape(touched.values())
    settle_places()
    words = f"{plan.audit_label()}：按分工建议为{len(touched)}项任务安排{made}个单位"
    audit.record(actor, "task.accept_proposals", plan, words, covers=touched.values())
    return made


def _let_the_document_say_the_shape(tasks: Iterable[Task]) -> None:
    """A task whose document names 责任单位 and no lead is everybody's own (各自负责): nobody is made a lead."""
    for task in tasks:
        said = {one["role"] for one in task.measure.responsible} if task.measure else set()
        names_no_lead = AssignmentRole.JOINT in said and AssignmentRole.LEAD not in said
        if names_no_lead and task.shape is Shape.LED and task.lead is None:
            task.shape = Shape.SHARED


def _assign_row(
    actor: Actor, task: Task, wanted: Mapping[AssignmentRole, list[Unit]], replace: bool,
    bases: Mapping[tuple[int, int], str],
) -> int:  # fmt: skip
    _check_open(actor, task)
    changed = 0
    for role, units in wanted.items():
        keep = {unit.id for unit in units}
        if role is AssignmentRole.LEAD and len(units) > 1:
            raise RuleError("一项任务只能有一个牵头单位。")
        clears = replace or (role is AssignmentRole.LEAD and units)
        for present in [one for one in task.living if one.role is role and one.unit_id not in keep and clears]:
            take_away(actor, present, "办公室调整分工")
            changed += 1
    for role in ROLE_ORDER:
        for unit in wanted.get(role, []):
            changed += place(actor, task, unit, role, bases.get((task.id, unit.id), ""))[1]
    return changed


def place(actor: Actor, task: Task, unit: Unit, role: AssignmentRole, basis: str = "") -> tuple[Assignment, bool]:
    """The part itself, without its entry: whether anything changed comes with it."""
    _check_open(actor, task)
    check_unit(actor, task, unit)
    present = next((one for one in task.living if one.unit_id == unit.id), None)
    if present is not None and present.role is role:
        return present, False
    check_role(task, role, present)
    if present is not None:
        present.role = role
        present.basis = basis or present.basis
        settle_places()
        return present, True
    return new_part(actor, task, unit, role, basis), True


def new_part(actor: Actor, task: Task, unit: Unit, role: AssignmentRole, basis: str = "") -> Assignment:
    assignment = Assignment(
        task=task, unit=unit, role=role, position=unit.position, state=AssignmentState.DRAFT, state_since=actor.at,
        basis=basis[:200],
    )  # fmt: skip
    db.session.add(assignment)
    return assignment


def take_away(actor: Actor, assignment: Assignment, reason: str) -> None:
    """A part that no unit has seen is deleted; one that a unit has seen is withdrawn and stays on record.

    The entry is the caller's, one for all that it takes away.
    """
    if assignment.state is not AssignmentState.DRAFT:
        ASSIGNMENT.apply(assignment, "withdraw", actor, reason=reason, recorded=False)
        audit.cover(assignment)
        settle_places()
        return
    task = assignment.task
    audit.cover(assignment)
    db.session.delete(assignment)
    settle_places()
    db.session.expire(task, ["assignments"])


def check_unit(actor: Actor, task: Task, unit: Unit) -> None:
    """Only living units of the plan's own committee."""
    if unit.committee_id != task.plan.committee_id:
        raise RuleError("这个单位不在本级单位名单中。")
    if not unit.is_current(actor.on):
        raise RuleError(f"{unit.short_name}已不在现行单位名单中，请改选承接其职责的单位。")


def check_role(task: Task, role: AssignmentRole, present: Assignment | None) -> None:
    """One lead where a task is led, none where each unit answers for itself."""
    if role is not AssignmentRole.LEAD:
        return
    if task.shape is Shape.SHARED:
        raise RuleError(f"{task.audit_label()}是各自负责，不设牵头单位。")
    if task.lead is not None and task.lead is not present:
        raise RuleError(f"{task.audit_label()}已有牵头单位{task.lead.unit.short_name}，请先取消或替换。")


def settle_places() -> None:
    """Write now, so that one lead makes room for the next: there is one at a time."""
    db.session.flush()


def loaded(tasks: Iterable[Task]) -> list[Task]:
    """The tasks anew and whole in a handful of queries: a command lets go of what was read before it."""
    ids = [(inspect(task).identity or (0,))[0] for task in tasks]
    rows = whole(select(Task).where(Task.id.in_(ids)).order_by(Task.position))
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def _held(tasks: Iterable[Task]) -> list[Task]:
    """The tasks as they are now: nobody issues them, sends them out or takes them away until the command ends."""
    rows = list(tasks)
    numbers = [(inspect(task).identity or (0,))[0] for task in rows]
    plans = select(Task.plan_id).where(Task.id.in_(numbers)).distinct().order_by(Task.plan_id)
    for plan_id in db.session.scalars(plans).all():
        hold(plan_id)
    return loaded(rows)


def _hold_plan_of(task: Task) -> None:
    """The same for one task: what was read of it before the wait is read again."""
    hold(task.plan_id)
    db.session.expire(task)


def _check_open(actor: Actor, task: Task) -> None:
    if not policy.can_break_down(actor, task.plan):
        raise RuleError("只有办公室可以安排任务的单位。")
    if not task.is_open:
        raise RuleError(f"{task.audit_label()}现在是“{task.state.label}”，请通过“调整分工”办理并说明理由。")
