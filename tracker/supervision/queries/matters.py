"""Field checks, instructions and their matters that one may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tracker.committees.models import Committee, Unit
from tracker.core.access import Actor, Role
from tracker.core.db import db
from tracker.core.files import Blob
from tracker.supervision.models import (
    AWAITED,
    OVER,
    CheckFacts,
    CheckState,
    FieldCheck,
    FieldVisit,
    Instruction,
    InstructionState,
    Matter,
    MatterAnswer,
    MatterEvidence,
    MatterState,
)
from tracker.supervision.queries.judging import verifiable

SORTS = {"unit": (Unit.position, Matter.id), "due_on": (Matter.due_on, Matter.id)}


def visible_checks(actor: Actor) -> Select[FieldCheck]:
    """The office and the chair see all of their committee's; a unit those that it was told of, or whose findings are
    its own to see to since a reform."""
    rows = select(FieldCheck).where(FieldCheck.committee_id == actor.committee_id)
    if actor.sees_committee:
        return rows
    mine = select(FieldVisit.check_id).where(FieldVisit.unit_id == actor.unit_id)
    taken_over = select(Matter.check_id).where(
        Matter.unit_id == actor.unit_id, Matter.state != MatterState.NOTED, Matter.check_id.is_not(None)
    )
    its_own = or_(FieldCheck.id.in_(mine), FieldCheck.id.in_(taken_over))
    return rows.where(its_own, FieldCheck.state != CheckState.PLANNED)


def with_visits(rows: Select[FieldCheck]) -> Select[FieldCheck]:
    """With the units and what was found, for lists and pages."""
    return rows.options(
        selectinload(FieldCheck.visits).joinedload(FieldVisit.unit),
        selectinload(FieldCheck.matters).joinedload(Matter.unit),
    )


def visible_instructions(actor: Actor) -> Select[Instruction]:
    """The office's and the chair's alone: the paper names more than one unit."""
    rows = select(Instruction).where(Instruction.committee_id == actor.committee_id)
    return rows if actor.sees_committee else rows.where(false())


def with_matters(rows: Select[Instruction]) -> Select[Instruction]:
    """With the items and their units."""
    return rows.options(selectinload(Instruction.matters).joinedload(Matter.unit))


def visible_matters(actor: Actor) -> Select[Matter]:
    """The office and the chair see all of their committee's; a unit its own, once they were sent."""
    rows = select(Matter).join(Matter.unit).options(contains_eager(Matter.unit))
    rows = rows.options(joinedload(Matter.check), joinedload(Matter.instruction))
    if actor.sees_committee:
        checks = select(FieldCheck.id).where(FieldCheck.committee_id == actor.committee_id)
        given = select(Instruction.id).where(Instruction.committee_id == actor.committee_id)
        return rows.where(or_(Matter.check_id.in_(checks), Matter.instruction_id.in_(given)))
    return rows.where(Matter.unit_id == actor.unit_id, Matter.state != MatterState.NOTED)


def whole(rows: Select[Matter]) -> Select[Matter]:
    """With what was seen again, for papers."""
    return rows.options(selectinload(Matter.look_backs))


def visible_evidence(actor: Actor) -> Select[MatterEvidence]:
    """Files of the answers that one may read."""
    seen = visible_matters(actor).with_only_columns(Matter.id)
    return select(MatterEvidence).join(MatterEvidence.answer).where(MatterAnswer.matter_id.in_(seen))


def ordered(rows: Select[Matter], wanted: str) -> Select[Matter]:
    """By a name of SORTS, `-` for descending; else what is open first, by its day."""
    columns = SORTS.get(wanted.removeprefix("-"))
    if columns is None:
        return rows.order_by(case((Matter.state.in_(OVER), 1), else_=0), Matter.due_on, Matter.id)
    return rows.order_by(*(column.desc() if wanted.startswith("-") else column.asc() for column in columns))


def overdue(actor: Actor) -> ColumnElement[bool]:
    """The answer is awaited and its day has passed."""
    return and_(Matter.state.in_(AWAITED), Matter.due_on < actor.on)


def was_late(actor: Actor) -> ColumnElement[bool]:
    """Overdue now, or answered late at some time."""
    return or_(overdue(actor), Matter.late_workdays > 0)


def counts(actor: Actor) -> dict[MatterState, int]:
    """How many of the actor's matters are in each state."""
    seen = visible_matters(actor).with_only_columns(Matter.id)
    rows = select(Matter.state, func.count()).where(Matter.id.in_(seen)).group_by(Matter.state)
    return dict(db.session.execute(rows).all())


def waiting(actor: Actor, at_most: int) -> list[Matter]:
    """What asks something of this post: an answer of the unit, a verification of who may give it (`verifiable`)."""
    rows = visible_matters(actor).order_by(Matter.due_on, Matter.id)
    if actor.is_unit:
        rows = rows.where(Matter.state.in_(AWAITED))
    else:
        rows = rows.where(Matter.state == MatterState.ANSWERED, verifiable(actor, Matter))
    return list(db.session.scalars(rows.limit(at_most)))


def same_check(actor: Actor, facts: CheckFacts, visits: Sequence[tuple[Unit, date]]) -> FieldCheck | None:
    """A check that is still planned, in the very same words, for the same days and units."""
    rows = with_visits(visible_checks(actor)).where(
        FieldCheck.state == CheckState.PLANNED, FieldCheck.title == facts.title,
        FieldCheck.starts_on == facts.starts_on, FieldCheck.ends_on == facts.ends_on,
        FieldCheck.basis == facts.basis, FieldCheck.team == facts.team, FieldCheck.points == facts.points,
        FieldCheck.look_back_on == facts.look_back_on,
    )  # fmt: skip
    wanted = {(unit.id, day) for unit, day in visits}
    found = db.session.scalars(rows)
    return next((one for one in found if {(visit.unit_id, visit.visit_on) for visit in one.visits} == wanted), None)


def as_signed(actor: Actor) -> str:
    """Name and title as the chair signs: where the post has no title of its own, the committee's word for its chair."""
    committee = db.session.get_one(Committee, actor.committee_id)
    title = actor.post.title if actor.post.title != Role.CHAIR.label else committee.chair_title
    return f"{actor.user.name}{title}"


def same_instruction(
    actor: Actor, title: str, given_by: str, given_on: date, text: str, scan: tuple[Blob, str] | None
) -> Instruction | None:  # fmt: skip
    """An instruction put in already, in the very same words and with the same scan, that is not given to units yet."""
    rows = visible_instructions(actor).where(
        Instruction.state == InstructionState.RECEIVED, Instruction.title == title, Instruction.given_by == given_by,
        Instruction.given_on == given_on, Instruction.text == text,
    )  # fmt: skip
    wanted = scan[0].sha256 if scan else None
    found = db.session.scalars(rows.options(joinedload(Instruction.scan)))
    return next((one for one in found if (one.scan.sha256 if one.scan else None) == wanted), None)


def overdue_findings(actor: Actor) -> list[Matter]:
    """Matters past their day without an answer, for a notice."""
    rows = visible_matters(actor).where(overdue(actor)).order_by(Unit.position, Matter.due_on, Matter.id)
    return list(db.session.scalars(rows))


def to_look_back(actor: Actor) -> list[FieldCheck]:
    """Closed checks whose planned 回头看 has come and was not made."""
    rows = with_visits(visible_checks(actor)).where(
        FieldCheck.state == CheckState.CLOSED, FieldCheck.look_back_on <= actor.on
    )
    found = db.session.scalars(rows.options(selectinload(FieldCheck.matters).selectinload(Matter.look_backs))).all()
    return [
        check for check in found
        if any(matter.state is MatterState.CLOSED and not matter.look_backs for matter in check.matters)
    ]  # fmt: skip
