"""What of tasks and consultations waits for somebody, and what messages about them still say the truth."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import joinedload, selectinload

from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.pages import Waiting
from tracker.messages.models import Message
from tracker.plans.queries import visible_plans
from tracker.tasks.models import AnswerKind, Consultation, ConsultationAnswer, ConsultationState
from tracker.tasks.queries.following import to_decide
from tracker.tasks.queries.visible import visible_answers, visible_consultations


def waiting_for(actor: Actor) -> list[Waiting]:
    """A unit's open answers; the office's tables that can be settled or issued."""
    if actor.is_unit:
        return _answers_owed(actor)
    return [*_consultations_to_finish(actor), *_amended_plans(actor)] if actor.is_office else []


def _amended_plans(actor: Actor) -> list[Waiting]:
    """Plans that were amended and whose tasks lost their measure."""
    plans = {plan.id: plan for plan in db.session.scalars(visible_plans(actor))}
    return [
        Waiting(
            "处理",
            f"{plans[number].short_title}调整后的任务",
            f"/plans/{number}/tasks/amended",
            note=f"{count}项任务的措施已删去",
        )
        for number, count in to_decide(list(plans)).items()
    ]


def _answers_owed(actor: Actor) -> list[Waiting]:
    rows = (
        visible_answers(actor)
        .where(Consultation.state == ConsultationState.OPEN, ConsultationAnswer.kind == AnswerKind.PENDING)
        .options(joinedload(ConsultationAnswer.consultation).joinedload(Consultation.plan))
    )
    return [
        Waiting(
            "答复",
            f"{answer.consultation.plan.short_title}任务分解征求意见",
            f"/consultation-answers/{answer.id}",
            due_on=answer.consultation.due_on,
        )
        for answer in db.session.scalars(rows)
    ]


def _consultations_to_finish(actor: Actor) -> list[Waiting]:
    rows = (
        visible_consultations(actor)
        .where(Consultation.state.in_([ConsultationState.OPEN, ConsultationState.SETTLED]))
        .options(joinedload(Consultation.plan), selectinload(Consultation.answers))
    )
    waiting = []
    for one in db.session.scalars(rows):
        subject, url = f"{one.plan.short_title}任务分解", f"/consultations/{one.id}"
        pending = sum(answer.kind is AnswerKind.PENDING for answer in one.answers)
        if one.state is ConsultationState.SETTLED:
            if actor.is_head:
                waiting.append(Waiting("印发", f"{subject}表", url, note="意见已汇总"))
        elif not pending:
            waiting.append(Waiting("汇总", f"{subject}征求的意见", url, due_on=one.due_on, note="各单位均已答复"))
        elif one.due_on < actor.on:
            waiting.append(
                Waiting("汇总", f"{subject}征求的意见", url, due_on=one.due_on, note=f"{pending}个单位未答复")
            )
    return waiting


def _answer_still_due(message: Message) -> bool:
    """An answer given, or a table settled or called back, makes the request untrue."""
    answer = db.session.get(ConsultationAnswer, message.subject_id)
    return (
        answer is not None and answer.kind is AnswerKind.PENDING and answer.consultation.state is ConsultationState.OPEN
    )


STILL_DUE: dict[str, Callable[[Message], bool]] = {"ConsultationAnswer": _answer_still_due}
