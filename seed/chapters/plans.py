"""The two plans read in, broken down, consulted on and issued, in the year they were promulgated."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from tracker.committees.models import Unit
from tracker.core.db import db
from tracker.plans import actions as plans
from tracker.plans.models import Area, Measure, Plan
from tracker.tasks import actions as tasks
from tracker.tasks.models import (
    AssignmentRole,
    Consultation,
    ConsultationAnswer,
    Outcome,
    RemarkDecision,
    Shape,
    Task,
)

from ..content import documents
from ..content.duties import DUTIES
from ..content.remarks import CONSULTATION, SILENT
from ..content.shapes import ConsultationAnswer as AnswerText
from ..content.shapes import Duty, MeasureRef, PlanText
from ..stage import Stage

READ_IN = date(2022, 1, 10)
CONSULTED = date(2022, 1, 12)
ANSWER_BY = date(2022, 1, 26)
ANSWERED = date(2022, 1, 20)
SETTLED = date(2022, 1, 27)
ISSUED = date(2022, 2, 14)
OUTCOMES = {
    "figure": Outcome.INDICATOR,
    "document": Outcome.DOCUMENT,
    "mechanism": Outcome.MECHANISM,
    "activity": Outcome.ACTIVITY,
    "ongoing": Outcome.CONTINUOUS,
}


def tell(stage: Stage) -> None:
    for text in documents.PLANS:
        content = documents.path_of(text).read_bytes()
        plans.import_file(stage.officer(READ_IN), content, f"{text.title}.txt")
        plan = plan_of(stage, text)
        tasks.break_down(stage.officer(READ_IN, 11), plan)
        for duty in DUTIES:
            if duty.measure.plan == text.key:
                _assign(stage, plan, duty)
        _consult(stage, plan, text)


def plan_of(stage: Stage, text: PlanText) -> Plan:
    return db.session.scalars(
        select(Plan).where(Plan.committee_id == stage.committee_id, Plan.title == text.title)
    ).one()


def task_of(plan: Plan, measure: MeasureRef) -> Task:
    """The one task of a measure."""
    return db.session.scalars(
        select(Task)
        .join(Task.measure)
        .join(Measure.area)
        .where(Area.plan_id == plan.id, Area.position == measure.area, Measure.position == measure.no)
        .options(selectinload(Task.assignments))
    ).one()


def _assign(stage: Stage, plan: Plan, duty: Duty) -> None:
    task = task_of(plan, duty.measure)
    due = stage.today + timedelta(days=duty.due_in_days) if duty.due_in_days is not None else None
    tasks.edit_task(
        stage.officer(READ_IN, 14), task, title=task.title, content=task.content, outcome=OUTCOMES[duty.done],
        shape=Shape.SHARED if duty.is_shared else Shape.LED, is_yearly=due is None, due_on=due,
    )  # fmt: skip
    units: dict[AssignmentRole, list[Unit]] = {}
    for name, role in duty.roles():
        units.setdefault(AssignmentRole(role), []).append(stage.unit(name))
    tasks.assign_many(stage.officer(READ_IN, 14), [task_of(plan, duty.measure)], units)


def _consult(stage: Stage, plan: Plan, text: PlanText) -> None:
    consultation = tasks.open_consultation(stage.officer(CONSULTED), plan, ANSWER_BY)
    said = {answer.unit: answer for answer in CONSULTATION}
    for number in [answer.id for answer in consultation.answers]:
        answer = db.session.get_one(ConsultationAnswer, number)
        if answer.unit.short_name not in SILENT:
            _answer(stage, plan, answer, said.get(answer.unit.short_name), text)
    for answer in _answers(consultation.id):
        if answer.text:
            tasks.decide_remark(
                stage.officer(SETTLED, 9), answer, RemarkDecision.ADOPTED, said[answer.unit.short_name].settled
            )
        for remark in list(answer.remarks):
            tasks.decide_remark(
                stage.officer(SETTLED, 9), remark, RemarkDecision.ADOPTED, said[answer.unit.short_name].settled
            )
    settled = db.session.get_one(Consultation, consultation.id)
    tasks.settle(stage.officer(SETTLED), settled)
    tasks.issue(stage.head(ISSUED), settled)


def _answer(stage: Stage, plan: Plan, answer: ConsultationAnswer, said: AnswerText | None, text: PlanText) -> None:
    unit = answer.unit
    liaison = stage.liaison(unit.short_name, ANSWERED)
    remarks = [remark for remark in said.remarks if _plan_key(remark.at) == text.key] if said else []
    if not said or not remarks:
        tasks.answer(liaison, answer, {})
        return
    lines = {}
    for remark in remarks:
        if isinstance(remark.at, MeasureRef):
            part = next(one for one in task_of(plan, remark.at).assignments if one.unit_id == unit.id)
            lines[part.id] = remark.text
    tasks.answer(liaison, answer, lines, text=said.words)


def _plan_key(place: object) -> str:
    return str(getattr(place, "plan", ""))


def _answers(consultation_id: int) -> list[ConsultationAnswer]:
    return list(
        db.session.scalars(
            select(ConsultationAnswer)
            .where(ConsultationAnswer.consultation_id == consultation_id)
            .options(selectinload(ConsultationAnswer.remarks))
        )
    )
