"""What units and office are told about tasks, in the transaction of its cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tracker.accounts import queries as accounts
from tracker.accounts.models import User
from tracker.committees.models import Unit
from tracker.committees.reform import Reform
from tracker.core.access import Actor, Role
from tracker.core.db import db
from tracker.messages.actions import tell
from tracker.messages.wording import render
from tracker.plans.models import Plan
from tracker.reminders import actions as reminders
from tracker.tasks.models import AnswerKind, Assignment, Consultation, ConsultationAnswer, Task

UNIT_POSTS = (Role.LIAISON, Role.UNIT_LEADER)
CONSULTATION_DUE = "consultation.due"


def consultation_opened(actor: Actor, consultation: Consultation, how: str) -> None:
    """Ask every unit that has not answered, and watch the day. `how` is "opened" or "moved"."""
    db.session.flush()
    asked = [one for one in consultation.answers if one.kind is AnswerKind.PENDING]
    people = _people([one.unit_id for one in asked], actor)
    for one in asked:
        path = answer_path(one)
        title, body = render(
            f"tasks/consultation_{how}", plan=consultation.plan, due_on=consultation.due_on, unit=one.unit,
            silence_is_consent=consultation.silence_is_consent,
        )  # fmt: skip
        tell(
            people.get(one.unit_id, []), committee_id=consultation.committee_id, kind=f"consultation.{how}",
            subject_type="ConsultationAnswer", subject_id=one.id, occasion=consultation.due_on.isoformat(), title=title,
            body=body, path=path, at=actor.at, unit_id=one.unit_id,
        )  # fmt: skip
        reminders.watch(
            committee_id=consultation.committee_id, unit_id=one.unit_id, kind=CONSULTATION_DUE,
            subject_type="ConsultationAnswer", subject_id=one.id,
            title=f"答复{consultation.plan.short_title}任务分解征求意见", path=path, due_on=consultation.due_on,
            on=actor.on,
        )  # fmt: skip


def consultation_answered(actor: Actor, answer: ConsultationAnswer) -> None:
    """An answer silences the reminders at once."""
    reminders.settle(CONSULTATION_DUE, "ConsultationAnswer", [answer.id], actor.at)


def consultation_over(actor: Actor, consultation: Consultation) -> None:
    reminders.settle(CONSULTATION_DUE, "ConsultationAnswer", [one.id for one in consultation.answers], actor.at)


def issued(actor: Actor, plan: Plan, tasks: Iterable[Task]) -> None:
    """Tell every unit in the table how many tasks it leads, answers for and supports."""
    parts = [part for task in tasks for part in task.living]
    people = _people({part.unit_id for part in parts}, actor)
    for unit in sorted({part.unit for part in parts}, key=lambda unit: unit.position):
        mine = [part for part in parts if part.unit_id == unit.id]
        title, body = render(
            "tasks/issued",
            plan=plan,
            unit=unit,
            total=len(mine),
            counts=Counter(part.role for part in mine),
            on=actor.on,
        )
        tell(
            people.get(unit.id, []), committee_id=plan.committee_id, kind="tasks.issued", subject_type="Plan",
            subject_id=plan.id, occasion=f"{unit.id}:{actor.at:%Y%m%d%H%M%S}", title=title, body=body,
            path=f"/tasks?plan={plan.id}", at=actor.at, unit_id=unit.id,
        )  # fmt: skip


def amended(actor: Actor, part: Assignment, how: str, reason: str) -> None:
    """Tell a unit that a part was given to it or taken from it after issue. `how` is "given" or "taken"."""
    title, body = render(f"tasks/part_{how}", task=part.task, part=part, reason=reason, on=actor.on)
    tell(
        _people([part.unit_id], actor).get(part.unit_id, []), committee_id=part.task.plan.committee_id,
        kind=f"tasks.part_{how}", subject_type="Assignment", subject_id=part.id, occasion=actor.on.isoformat(),
        title=title, body=body, path=f"/tasks?plan={part.task.plan_id}", at=actor.at, unit_id=part.unit_id,
    )  # fmt: skip


def task_amended(actor: Actor, task: Task, what: str, reason: str) -> None:
    """Tell every unit of an issued task what of it was changed."""
    units = {part.unit_id: part.unit for part in task.living}
    people = _people(units, actor)
    for unit in units.values():
        title, body = render("tasks/task_amended", task=task, unit=unit, what=what, reason=reason, on=actor.on)
        tell(
            people.get(unit.id, []), committee_id=task.plan.committee_id, kind="tasks.task_amended",
            subject_type="Task", subject_id=task.id, occasion=f"{actor.at:%Y%m%d%H%M%S}", title=title, body=body,
            path=f"/tasks/{task.id}", at=actor.at, unit_id=unit.id,
        )  # fmt: skip


def succeeded(actor: Actor, reform: Reform, heir: Unit, parts: list[Assignment]) -> None:
    """Tell a successor, once, which tasks of the old unit are its own now."""
    title, body = render(
        "tasks/succeeded", reform=reform, heir=heir, total=len(parts), counts=Counter(part.role for part in parts)
    )
    tell(
        _people([heir.id], actor).get(heir.id, []), committee_id=heir.committee_id, kind="tasks.succeeded",
        subject_type="Unit", subject_id=reform.unit.id, occasion=f"{heir.id}:{reform.starts_on.isoformat()}",
        title=title, body=body, path="/tasks", at=actor.at, unit_id=heir.id,
    )  # fmt: skip


def answer_path(answer: ConsultationAnswer) -> str:
    return f"/consultation-answers/{answer.id}"


def _people(unit_ids: Iterable[int], actor: Actor) -> dict[int, list[User]]:
    """Liaison and leader of each unit that day, in one query."""
    found: dict[int, list[User]] = {}
    for unit_id, user in db.session.execute(accounts.holders_of_unit(unit_ids, UNIT_POSTS, actor.on)):
        if unit_id is not None:
            found.setdefault(unit_id, []).append(user)
    return found
