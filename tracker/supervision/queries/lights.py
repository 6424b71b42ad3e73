"""Lights, judged in the database by one CASE, so that filtering, counting and paging cost the same at any size."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased, joinedload

from tracker.committees.models import Committee, Unit
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.filters import zh_date
from tracker.plans.models import Area, Plan
from tracker.reports.models import EntryState, Report, Round, RoundKind, RoundState
from tracker.supervision.models import Light, LightChange, LightNote, Reason
from tracker.supervision.queries.replay import LIT, Facts, due_days, end_of, facts_of, returned_and_exempt
from tracker.tasks.models import Assignment, AssignmentRole, AssignmentState, Task

TOLD = frozenset(
    {Reason.REPORTED_DONE, Reason.NO_TASK, Reason.SLOW, Reason.NOT_BEGUN, Reason.ON_SCHEDULE, Reason.CONTINUOUS}
)
"""Reasons that rest on a submitted row, whose line may be shown."""
DUTIES = (AssignmentRole.LEAD, AssignmentRole.JOINT)


@dataclass(frozen=True)
class LightRow:
    """One assignment with its light and the facts behind it."""

    assignment: Assignment
    task: Task
    area: Area
    unit: Unit
    reason: Reason
    changed: LightChange | None
    entry_note: str
    report_id: int | None
    due_on: date | None
    """The day of what is done once, as it was on the day of judging."""

    @property
    def light(self) -> Light:
        return self.changed.light if self.changed else self.reason.light

    @property
    def why(self) -> str:
        """The reason in a sentence, with the facts it rests on."""
        if self.changed:
            return f"人工调整：{self.changed.reason}（系统判断：{self.reason.label}）"
        facts = []
        if self.reason in {Reason.PAST_DUE, Reason.DUE_SOON} and self.due_on:
            facts.append(f"期限{zh_date(self.due_on)}")
        if self.entry_note:
            facts.append(self.entry_note)
        return f"{self.reason.label}（{'；'.join(facts)}）" if facts else self.reason.label


@dataclass(frozen=True)
class Cell:
    """Unit × area: how many assignments stand under each light."""

    counts: Counter[Light] = field(default_factory=Counter)

    @property
    def worst(self) -> Light | None:
        return next((light for light in Light if self.counts[light]), None)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class LightGrid:
    units: list[Unit]
    areas: list[Area]
    cells: dict[tuple[int, int], Cell]
    late_units: frozenset[int]
    """Units whose report is overdue: one red mark on the unit, not one on each of its rows."""

    def of_unit(self, unit_id: int) -> Cell:
        total: Counter[Light] = Counter()
        for area in self.areas:
            total += self.cells.get((unit_id, area.id), Cell()).counts
        return Cell(total)

    def of_area(self, area_id: int) -> Cell:
        total: Counter[Light] = Counter()
        for unit in self.units:
            total += self.cells.get((unit.id, area_id), Cell()).counts
        return Cell(total)


def rounds_opened(committee_id: int | None, on: date) -> list[Round]:
    """The rounds that had opened by that day, the latest first; special ones ask about no task."""
    rows = select(Round).where(
        Round.committee_id == committee_id,
        Round.kind != RoundKind.SPECIAL,
        Round.state != RoundState.PLANNED,
        Round.opens_on <= on,
    )
    return list(db.session.scalars(rows.order_by(Round.opens_on.desc(), Round.id.desc())))


def round_in_force(committee_id: int | None, on: date) -> Round | None:
    """The round by which yearly tasks are judged that day: the latest that has opened; while an earlier one is still
    running, that one, so that opening the next makes nobody's reports vanish."""
    return in_force(rounds_opened(committee_id, on), on)


def in_force(opened: list[Round], on: date) -> Round | None:
    """Of the rounds that had opened, the latest first."""
    running = [one for one in opened if on <= one.locks_on]
    if running:
        return min(running, key=lambda one: (one.due_on, one.id))
    return opened[0] if opened else None


def lights(
    actor: Actor, round_: Round | None, on: date, *, due_soon_days: int, corrected: frozenset[int] = frozenset()
) -> Any:
    """Every lit assignment that the actor may see, with its reason, as things are today or were at the end of a past
    day. Columns: see `_row`. `corrected`: reports whose words count as they were put right later."""
    facts = facts_of(round_, on, today=actor.on, committee_id=actor.committee_id, corrected=corrected)
    reason = _reason(facts, on, due_soon_days).label("reason")
    due_on = facts.one_off_due_on.label("one_off_due_on")
    rows = (
        select(Assignment, Task, Area, Unit, reason, LightChange, facts.note, facts.report_id, due_on)
        .join(Task, Task.id == Assignment.task_id)
        .join(Area, Area.id == Task.area_id)
        .join(Plan, Plan.id == Task.plan_id)
        .join(Unit, Unit.id == Assignment.unit_id)
    )
    rows = facts.joined(rows).outerjoin(LightChange, and_(LightChange.assignment_id == Assignment.id, facts.changed))
    units = select(Unit.id).where(Unit.committee_id == actor.committee_id)
    # The units say nothing that the plan does not; without them a past day is looked for in all committees' assignments
    rows = rows.where(facts.is_lit, Plan.committee_id == actor.committee_id, Assignment.unit_id.in_(units))
    return rows if actor.sees_committee else rows.where(Assignment.unit_id == actor.unit_id)


def only_duties(rows: Select[Any]) -> Select[Any]:
    """Without support units: their silence never colours anything."""
    return rows.where(Assignment.role.in_(DUTIES))


def under(rows: Select[Any], light: Light) -> Select[Any]:
    """Those under one light, changes by hand included."""
    reason = rows.selected_columns["reason"]
    proposed = reason.in_([reason.value for reason in Reason if reason.light is light])
    return rows.where(or_(LightChange.light == light, and_(LightChange.id.is_(None), proposed)))


def in_order(rows: Select[Any]) -> Select[Any]:
    """Units in official order, then the plan's own order; with what a task's number is made of."""
    whole = rows.options(joinedload(Task.plan), joinedload(Task.measure), joinedload(Task.goal))
    return whole.order_by(Unit.position, Task.plan_id, Task.position, Assignment.id)


def read(found: Iterable[Any]) -> list[LightRow]:
    """The rows of `lights` as they are shown."""
    return [_row(row) for row in found]


def _counted(actor: Actor, round_: Round | None, on: date, due_soon_days: int) -> list[tuple[int, int, Light, int]]:
    """(unit, area, light, how many) of lead and joint units, counted in the database."""
    rows = only_duties(lights(actor, round_, on, due_soon_days=due_soon_days))
    plain = rows.with_only_columns(
        Assignment.unit_id, Task.area_id, rows.selected_columns["reason"], LightChange.light
    ).subquery()
    columns = (plain.c.unit_id, plain.c.area_id, plain.c.reason, plain.c.light)
    found = db.session.execute(select(*columns, func.count()).group_by(*columns))
    return [(unit, area, changed or Reason(reason).light, count) for unit, area, reason, changed, count in found]


def totals(actor: Actor, on: date, round_: Round | None = None) -> Counter[Light]:
    """How many duties stood under each light at the end of a day, by a round or by the one that was in force."""
    judged_by, soon = round_ or round_in_force(actor.committee_id, on), due_soon_days(actor.committee_id)
    total: Counter[Light] = Counter()
    for _, _, light, count in _counted(actor, judged_by, on, soon):
        total[light] += count
    return total


def grid(actor: Actor, round_: Round | None, on: date, *, due_soon_days: int) -> LightGrid:
    """Unit × area, counted in the database."""
    cells: dict[tuple[int, int], Cell] = defaultdict(Cell)
    for unit_id, area_id, light, count in _counted(actor, round_, on, due_soon_days):
        cells[unit_id, area_id].counts[light] += count
    return LightGrid(
        units=_units({unit_id for unit_id, _ in cells}),
        areas=_areas({area_id for _, area_id in cells}),
        cells=dict(cells),
        late_units=frozenset(late_units(round_, on, today=actor.on)),
    )


def late_units(round_: Round | None, on: date, *, today: date) -> list[int]:
    """Units whose report of the round was overdue that day and had never been submitted."""
    if round_ is None:
        return []
    missing = db.session.execute(
        select(Report.id, Report.unit_id).where(
            Report.round_id == round_.id,
            or_(Report.first_submitted_at.is_(None), Report.first_submitted_at >= end_of(on)),
        )
    ).all()
    if not missing:
        return []
    days = due_days(round_, on, today=today)
    _, exempt = returned_and_exempt(round_, on, today=today)
    return [unit_id for number, unit_id in missing if number not in exempt and days[number] < on]


def areas_lit(actor: Actor) -> list[Area]:
    """Areas whose tasks have lights, plan by plan."""
    lit = select(Task.area_id).join(Task.plan).where(
        Plan.committee_id == actor.committee_id, Task.state.in_(LIT)
    )  # fmt: skip
    if actor.is_unit:
        lit = lit.join(Assignment, Assignment.task_id == Task.id).where(Assignment.unit_id == actor.unit_id)
    return _areas(set(db.session.scalars(lit.distinct())))


def visible_assignments(actor: Actor) -> Select[Assignment]:
    """Issued assignments of the actor's committee, for changing a light."""
    rows = (
        select(Assignment)
        .join(Assignment.task)
        .join(Plan, Plan.id == Task.plan_id)
        .where(Plan.committee_id == actor.committee_id, Assignment.state == AssignmentState.ISSUED)
    )
    return rows if actor.sees_committee else rows.where(Assignment.unit_id == actor.unit_id)


def explanations(assignment_ids: Iterable[int], on: date) -> dict[int, LightNote]:
    """情况说明: what each unit last said beside its light by the end of the day."""
    rows = select(LightNote).where(
        LightNote.assignment_id.in_(list(assignment_ids)), LightNote.written_at < end_of(on)
    )  # fmt: skip
    return {one.assignment_id: one for one in db.session.scalars(rows.order_by(LightNote.id))}


def history(assignment_id: int) -> tuple[list[LightChange], list[LightNote]]:
    """Changes by hand and explanations of one light, newest first."""
    changes = select(LightChange).options(joinedload(LightChange.changed_by)).order_by(LightChange.id.desc())
    changes = changes.where(LightChange.assignment_id == assignment_id)
    notes = select(LightNote).where(LightNote.assignment_id == assignment_id).order_by(LightNote.id.desc())
    return list(db.session.scalars(changes)), list(db.session.scalars(notes))


def current_change(assignment_id: int) -> LightChange | None:
    return db.session.scalar(
        select(LightChange).where(LightChange.assignment_id == assignment_id, LightChange.withdrawn_at.is_(None))
    )


def last_note(assignment_id: int) -> LightNote | None:
    """What the unit said last."""
    rows = select(LightNote).where(LightNote.assignment_id == assignment_id).order_by(LightNote.id.desc())
    return db.session.scalar(rows.limit(1))


def hands_of(row: LightRow) -> set[int | None]:
    """Who wrote or signed the report that the light rests on, or explained the light for the unit."""
    hands = db.session.scalar(select(Report.hand_ids).where(Report.id == row.report_id)) or []
    notes = select(LightNote.written_by_id).where(LightNote.assignment_id == row.assignment.id)
    return {*hands, *db.session.scalars(notes)}


def rows_of(actor: Actor, assignment_ids: Iterable[int]) -> list[LightRow]:
    """The lights of these assignments today, among those the actor sees."""
    wanted = list(assignment_ids)
    if not wanted:
        return []
    round_, soon = round_in_force(actor.committee_id, actor.on), due_soon_days(actor.committee_id)
    rows = lights(actor, round_, actor.on, due_soon_days=soon).where(Assignment.id.in_(wanted))
    return read(db.session.execute(in_order(rows)).all())


def outdated(rows: Iterable[LightRow]) -> set[int]:
    """Assignments whose light was changed by hand before its report came in anew (更正): to be looked at again."""
    changed = {row.report_id: row for row in rows if row.changed and row.report_id}
    if not changed:
        return set()
    found = db.session.execute(select(Report.id, Report.submitted_at).where(Report.id.in_(changed)))
    times = {number: at for number, at in found if at is not None}
    return {
        row.assignment.id for row in rows
        if row.changed and row.report_id in times and times[row.report_id] > row.changed.changed_at
    }  # fmt: skip


def due_soon_days(committee_id: int | None) -> int:
    committee = db.session.get(Committee, committee_id)
    return committee.settings.due_soon_days if committee else 30


def _reason(facts: Facts, on: date, due_soon_days: int) -> ColumnElement[str]:
    """product.md §6, first match wins."""
    due_on = facts.one_off_due_on
    rules = [
        (facts.completed, Reason.TASK_COMPLETED),
        (facts.said(EntryState.COMPLETED), Reason.REPORTED_DONE),
        (facts.exempted, Reason.EXEMPTED),
        (facts.said(EntryState.NO_TASK), Reason.NO_TASK),
        (due_on < on, Reason.PAST_DUE),
        (due_on <= on + timedelta(days=due_soon_days), Reason.DUE_SOON),
        (facts.unrectified, Reason.NOT_RECTIFIED),
        (facts.said(EntryState.SLOW), Reason.SLOW),
        (
            and_(facts.said(EntryState.NOT_STARTED), or_(facts.starts_on.is_(None), facts.starts_on <= on)),
            Reason.NOT_BEGUN,
        ),
        (facts.said(EntryState.ON_SCHEDULE), Reason.ON_SCHEDULE),
        (facts.said(EntryState.CONTINUOUS), Reason.CONTINUOUS),
        (and_(facts.reported, facts.entry_id.is_not(None), Assignment.role == AssignmentRole.SUPPORT), Reason.REPORTED),
        (facts.starts_on > on, Reason.NOT_DUE),
        (and_(facts.report_id.is_not(None), facts.entry_id.is_(None)), Reason.NOT_ASKED),
        (facts.report_id.is_not(None), Reason.AWAITED),
    ]
    return case(*((rule, literal(reason.value)) for rule, reason in rules), else_=literal(Reason.NOT_DUE.value))


def _row(row: Any) -> LightRow:
    assignment, task, area, unit, reason, changed, note, report_id, due_on = row
    judged = Reason(reason)
    # What a unit is still writing is nobody's business before it is submitted.
    said = note or "" if judged in TOLD else ""
    return LightRow(assignment, task, area, unit, judged, changed, said, report_id, due_on)


def _units(ids: set[int]) -> list[Unit]:
    return list(db.session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.position)))


def _areas(ids: set[int]) -> list[Area]:
    plan = aliased(Plan)
    return list(
        db.session.scalars(
            select(Area)
            .join(plan, plan.id == Area.plan_id)
            .options(joinedload(Area.plan))
            .where(Area.id.in_(ids))
            .order_by(plan.id, Area.position)
        )
    )
