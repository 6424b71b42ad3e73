"""A unit's tasks at a reform: parts in open tasks go to the successor, what is over keeps the old name."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.committees.models import ReformKind, Unit
from tracker.committees.reform import Effect, Reform, Share
from tracker.core import audit
from tracker.core.db import db
from tracker.tasks.actions import telling
from tracker.tasks.actions.assigning import new_part, settle_places, take_away
from tracker.tasks.actions.consulting import line_of
from tracker.tasks.models import (
    ASKED,
    GONE,
    OPEN_TASKS,
    ROLE_ORDER,
    AnswerKind,
    Assignment,
    AssignmentState,
    Consultation,
    ConsultationAnswer,
    ConsultationState,
    RemarkDecision,
    Task,
    TaskState,
)
from tracker.tasks.workflow import ASSIGNMENT

OPEN = OPEN_TASKS | {TaskState.ISSUED, TaskState.SUSPENDED}


def foresee(unit: Unit, kind: ReformKind, on: date) -> list[Effect]:
    """The parts that would move, and how many tasks keep the old name."""
    moves = [
        Share(
            key_of(part.task), f"{part.task.plan_number} {part.task.title}", f"{part.role.label} · {part.state.label}"
        )
        for part in _open_parts(unit)
    ]
    done = db.session.scalar(
        select(func.count())
        .select_from(Assignment)
        .join(Assignment.task)
        .where(Assignment.unit_id == unit.id, Assignment.state.not_in(GONE), Task.state.not_in(OPEN))
    )
    stays = [f"已办结和已撤销的{done}项任务保留{unit.short_name}的名称。"] if done else []
    return [Effect("任务", moves, stays)]


def carry(reform: Reform) -> None:
    """Move every open part, in one entry per task; each successor is told once."""
    given: dict[int, list[Assignment]] = {}
    parts = _open_parts(reform.unit)
    answers = _move_answers(reform, parts)
    for part in parts:
        heir = reform.heir_of(key_of(part.task))
        taken = _move_issued(reform, part, heir) if part.state is AssignmentState.ISSUED else None
        taken = taken or _move_open(reform, part, heir, answers)
        reform.moved[part.id] = taken.id
        if taken.state is AssignmentState.ISSUED:
            given.setdefault(heir.id, []).append(taken)
    for heir in reform.heirs:
        if given.get(heir.id):
            telling.succeeded(reform.actor, reform, heir, given[heir.id])


def key_of(task: Task) -> str:
    return f"task:{task.id}"


def _open_parts(unit: Unit) -> list[Assignment]:
    rows = (
        select(Assignment)
        .join(Assignment.task)
        .where(Assignment.unit_id == unit.id, Assignment.state.not_in(GONE), Task.state.in_(OPEN))
        .options(
            joinedload(Assignment.task).options(
                joinedload(Task.plan), joinedload(Task.area), joinedload(Task.measure), joinedload(Task.goal),
                selectinload(Task.assignments).joinedload(Assignment.unit),
            )
        )
        .order_by(Task.plan_id, Task.position)
    )  # fmt: skip
    return list(db.session.scalars(rows))


def _move_issued(reform: Reform, part: Assignment, heir: Unit) -> Assignment:
    """The old part stays on record as moved; the successor's is issued from the day of the reform."""
    task, role = part.task, part.role
    ASSIGNMENT.apply(part, "move", reform.actor, reason=reform.reason, recorded=False)
    settle_places()
    taken = _with_role(reform, task, heir, part)
    if taken.state is not AssignmentState.ISSUED:
        ASSIGNMENT.apply(taken, "issue", reform.actor, recorded=False)
        taken.issued_on = max(reform.starts_on, part.issued_on or reform.starts_on)
    _record(reform, task, heir, role.label, part, taken)
    return taken


def _move_open(
    reform: Reform, part: Assignment, heir: Unit, answers: dict[tuple[int, int], ConsultationAnswer]
) -> Assignment:
    """Before issue: the successor takes the place in the draft, and is asked where the asking is still open."""
    task, role, was_asked = part.task, part.role, part.state is not AssignmentState.DRAFT
    place = _Place(part)
    take_away(reform.actor, part, reform.reason)
    taken = _with_role(reform, task, heir, place)
    answer = answers.get((task.plan_id, heir.id))
    if was_asked and taken.state is AssignmentState.DRAFT and answer is not None:
        ASSIGNMENT.apply(taken, "consult", reform.actor, recorded=False)
        if all(line.assignment_id != taken.id for line in answer.lines):
            answer.lines.append(line_of(taken))
    _record(reform, task, heir, role.label, taken)
    return taken


class _Place:
    """What of a part is needed after it is gone."""

    def __init__(self, part: Assignment) -> None:
        self.role, self.task = part.role, part.task


def _with_role(reform: Reform, task: Task, heir: Unit, old: Assignment | _Place) -> Assignment:
    """The successor's part: a new one, or its own with the weightier of both roles."""
    own = next((one for one in task.living if one.unit_id == heir.id), None)
    if own is None:
        own = new_part(reform.actor, task, heir, old.role, reform.reason)
    elif ROLE_ORDER.index(old.role) < ROLE_ORDER.index(own.role):
        own.role = old.role
    settle_places()
    return own


def _record(reform: Reform, task: Task, heir: Unit, role: str, *parts: Assignment) -> None:
    words = f"{task.audit_label()}的{role}单位由{reform.unit.short_name}调整为{heir.short_name}"
    audit.record(reform.actor, "task.succeed", task, words, reason=reform.reason, covers=parts)


def _move_answers(reform: Reform, parts: list[Assignment]) -> dict[tuple[int, int], ConsultationAnswer]:
    """An answer still owed is owed by the successors that take its lines over; one that was given stays as it is."""
    owed = db.session.scalars(
        select(ConsultationAnswer)
        .join(ConsultationAnswer.consultation)
        .where(ConsultationAnswer.unit_id == reform.unit.id, ConsultationAnswer.kind == AnswerKind.PENDING)
        .where(Consultation.state == ConsultationState.OPEN)
    )
    found: dict[tuple[int, int], ConsultationAnswer] = {}
    for answer in list(owed):
        asked = [
            part.task for part in parts if part.task.plan_id == answer.consultation.plan_id and part.state in ASKED
        ]
        heirs = list(dict.fromkeys(reform.heir_of(key_of(task)) for task in asked)) or reform.heirs[:1]
        for heir in heirs:
            found[answer.consultation.plan_id, heir.id] = _answer_of(answer.consultation, heir)
        _give_up(reform, answer, heirs)
    return {key: answer for key, answer in found.items() if answer.kind is AnswerKind.PENDING}


def _answer_of(consultation: Consultation, heir: Unit) -> ConsultationAnswer:
    own = next((one for one in consultation.answers if one.unit_id == heir.id), None)
    if own is None:
        own = ConsultationAnswer(
            unit=heir, kind=AnswerKind.PENDING, decision=RemarkDecision.OPEN, is_from_paper=False
        )  # fmt: skip
        consultation.answers.append(own)
    return own


def _give_up(reform: Reform, answer: ConsultationAnswer, heirs: list[Unit]) -> None:
    consultation = answer.consultation
    words = f"{answer.audit_label()}改由{'、'.join(heir.short_name for heir in heirs)}办理"
    telling.consultation_answered(reform.actor, answer)
    consultation.answers.remove(answer)
    audit.record(
        reform.actor, "consultation.succeed", consultation, words, reason=reform.reason,
        covers=[answer, *consultation.answers],
    )  # fmt: skip
    telling.consultation_opened(reform.actor, consultation, "opened")
