"""征求意见: the draft table goes to the units, each answers once for its whole list, the office settles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.committees.models import Committee
from tracker.core import audit, calendar
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError, RuleErrors
from tracker.plans.models import Plan
from tracker.tasks import policy
from tracker.tasks.actions import telling
from tracker.tasks.actions.assigning import loaded
from tracker.tasks.actions.breakdown import hold
from tracker.tasks.models import (
    ASKED,
    AnswerKind,
    Assignment,
    AssignmentState,
    Consultation,
    ConsultationAnswer,
    ConsultationLine,
    ConsultationRemark,
    ConsultationState,
    RemarkDecision,
    Task,
    TaskState,
)
from tracker.tasks.queries.consultations import changed_since, last_round_no, parties_of
from tracker.tasks.queries.lists import open_consultation_of
from tracker.tasks.workflow import ASSIGNMENT, CONSULTATION, TASK


@command
def open_consultation(actor: Actor, plan: Plan, due_on: date) -> Consultation:
    """Send the draft table of a plan to every unit in it, to be answered by a day.

    Raises RuleErrors naming every task that still lacks whom it needs.
    """
    if not policy.can_break_down(actor, plan):
        raise RuleError("只有办公室可以发起征求意见。")
    hold(plan.id)
    if open_consultation_of(plan.id) is not None:
        raise RuleError(f"{plan.audit_label()}已在征求意见，请先汇总或撤回。")
    committee = db.session.get_one(Committee, plan.committee_id)
    due_on = _due_day(actor, committee, due_on)
    tasks = tasks_in(plan.id, TaskState.DRAFT)
    check_ready(tasks)
    consultation = Consultation(
        committee_id=plan.committee_id, plan=plan, round_no=last_round_no(plan.id) + 1, opened_on=actor.on,
        due_on=due_on, silence_is_consent=committee.settings.silence_is_consent, state=ConsultationState.OPEN,
        state_since=actor.at,
    )  # fmt: skip
    units = {one.unit_id for task in tasks for one in task.living}
    consultation.answers = _answers_for([part for task in tasks for part in task.living])
    db.session.add(consultation)
    for task in tasks:
        TASK.apply(task, "consult", actor, recorded=False)
        for assignment in task.living:
            ASSIGNMENT.apply(assignment, "consult", actor, recorded=False)
    db.session.flush()
    audit.record(
        actor, "consultation.open", consultation,
        f"就{plan.audit_label()}{len(tasks)}项任务向{len(units)}个单位征求意见，请于{due_on:%Y-%m-%d}前答复",
        covers=[*consultation.answers, *tasks],
    )  # fmt: skip
    telling.consultation_opened(actor, consultation, "opened")
    return consultation


@command
def move_due_date(actor: Actor, consultation: Consultation, due_on: date) -> None:
    """Give the units more time; who has not answered is told."""
    _check_office(actor, consultation)
    held(consultation)
    if consultation.state is not ConsultationState.OPEN:
        raise RuleError("征求意见已经结束，不能再改答复期限。")
    due_on = _due_day(actor, consultation.plan.committee, due_on)
    if due_on == consultation.due_on:
        return
    consultation.due_on = due_on
    audit.record(actor, "consultation.move", consultation, f"{consultation.audit_label()}答复期限改为{due_on:%Y-%m-%d}")
    telling.consultation_opened(actor, consultation, "moved")


@command
def answer(
    actor: Actor, answer: ConsultationAnswer, remarks: Mapping[int, str], *, text: str = "", agrees: bool | None = None,
    version: int | None = None,
) -> None:  # fmt: skip
    """Answer once for the unit's whole list: no remark, or remarks at lines (assignment id → text) or on the whole.

    May be changed until the office settles. The office may enter what a unit sent on paper.
    Raises Conflict with both texts when a colleague answered meanwhile.
    """
    consultation = answer.consultation
    if not policy.can_give(actor, answer):
        raise RuleError("征求意见由本单位联络员答复。")
    held(consultation, answer)
    if consultation.state is not ConsultationState.OPEN:
        raise RuleError(f"征求意见{consultation.state.label}，不能再答复。如有意见请与办公室联系。")
    said = {number: words.strip() for number, words in remarks.items() if words.strip()}
    if version is not None and version != answer.version:
        raise Conflict(mine=_texts(text, said, answer), theirs=_texts(answer.text, _remarks_of(answer), answer))
    parts = _parts(answer)
    if set(said) - {part.id for part in parts}:
        raise RuleError("有一条意见对应的任务已不在本单位清单中，请刷新页面核对。")
    if agrees and (said or text.strip()):
        raise RuleError("您选了“无意见”，但下面写有意见。请改选“有修改意见”，或者清空所写的意见。", field="agrees")
    if agrees is False and not (said or text.strip()):
        raise RuleError("您选了“有修改意见”，请在相应任务下写明意见。", field="agrees")
    _write(actor, answer, said, text.strip())
    for part in parts:
        _move_part(actor, part, contested=part.id in said)
    how = "代录书面答复" if answer.is_from_paper else "答复征求意见"
    words = f"{answer.unit.short_name}{how}：{_summary(answer)}"
    audit.record(actor, "consultation.answer", answer, words, covers=[*answer.remarks, *parts])
    telling.consultation_answered(actor, answer)


@command
def decide_remark(
    actor: Actor,
    remark: ConsultationRemark | ConsultationAnswer,
    decision: RemarkDecision,
    reason: str,
    *,
    version: int | None = None,
) -> None:
    """Take a remark up or not; not taking it up needs a reason, which the unit will read.

    `version` is the remark as it was looked at. Raises Conflict with both decisions when a colleague decided meanwhile.
    """
    answer = remark if isinstance(remark, ConsultationAnswer) else remark.answer
    _check_office(actor, answer.consultation)
    held(answer.consultation, answer, remark)
    if answer.consultation.state is not ConsultationState.OPEN:
        raise RuleError("意见已经汇总，不能再改处理结果。")
    if decision is RemarkDecision.DECLINED and not reason.strip():
        raise RuleError("不采纳需要说明理由，单位会看到。", field="reason")
    if (remark.decision, remark.reason) == (decision, reason.strip()):
        return
    if version is not None and version != remark.version:
        raise Conflict(
            "这条意见刚才已有同事处理，或者单位作了修改，请核对。",
            mine={"处理": f"{decision.label} {reason}".strip()},
            theirs={"处理": f"{remark.decision.label} {remark.reason}".strip(), "意见": remark.text},
        )
    remark.decision, remark.reason = decision, reason.strip()
    what = "整体意见" if remark is answer else remark.audit_label()
    audit.record(
        actor, "consultation.decide", answer, f"{answer.unit.short_name}{what}：{decision.label}", reason=reason
    )


@command
def settle(actor: Actor, consultation: Consultation) -> None:
    """Close the asking: every remark has been decided, silence is taken as the committee's setting says."""
    _check_office(actor, consultation)
    held(consultation)
    CONSULTATION.check(consultation, "settle")
    pending = [one for one in consultation.answers if one.kind is AnswerKind.PENDING]
    faults = [
        f"{one.unit.short_name}还有{one.undecided}条意见没有处理。" for one in consultation.answers if one.undecided
    ]
    if pending and not consultation.silence_is_consent:
        faults += [f"{one.unit.short_name}尚未答复。" for one in pending]
    elif pending and actor.on <= consultation.due_on:
        names = "、".join(one.unit.short_name for one in pending)
        faults.append(f"{names}尚未答复，期限未到（{consultation.due_on:%Y-%m-%d}），不能按无意见处理。")
    if faults:
        raise RuleErrors(faults)
    for one in pending:
        one.kind = AnswerKind.SILENT
    CONSULTATION.apply(consultation, "settle", actor)
    audit.cover(*pending)
    telling.consultation_over(actor, consultation)


@command
def resume(actor: Actor, consultation: Consultation, due_on: date) -> None:
    """Ask on after settling: who was silent may answer until a new day."""
    _check_office(actor, consultation)
    held(consultation)
    due_on = _due_day(actor, consultation.plan.committee, due_on)
    silent = [one for one in consultation.answers if one.kind is AnswerKind.SILENT]
    for one in silent:
        one.kind = AnswerKind.PENDING
    consultation.due_on = due_on
    CONSULTATION.apply(consultation, "resume", actor)
    audit.cover(*silent)
    telling.consultation_opened(actor, consultation, "moved")


@command
def ask_again(actor: Actor, consultation: Consultation, due_on: date, unit_ids: Iterable[int]) -> Consultation:
    """第二轮: ask the chosen units once more, only about lines that are new or changed since they were asked.

    The round before stays readable as it was. Raises RuleError when nothing of theirs has changed.
    """
    _check_office(actor, consultation)
    hold(consultation.plan_id)
    held(consultation)
    CONSULTATION.check(consultation, "continue")
    plan, wanted = consultation.plan, set(unit_ids)
    due_on = _due_day(actor, plan.committee, due_on)
    check_ready(tasks_in(plan.id, TaskState.CONSULTING, TaskState.DRAFT))
    parts = [part for part in changed_since(consultation) if part.unit_id in wanted]
    if not parts:
        raise RuleError("所选单位的任务没有变化，不需要再次征求意见。")
    CONSULTATION.apply(consultation, "continue", actor)
    further = Consultation(
        committee_id=plan.committee_id, plan=plan, previous=consultation, round_no=consultation.round_no + 1,
        opened_on=actor.on, due_on=due_on, silence_is_consent=consultation.silence_is_consent,
        state=ConsultationState.OPEN, state_since=actor.at,
    )  # fmt: skip
    db.session.flush()
    db.session.add(further)
    further.answers = _answers_for(parts)
    for part in parts:
        if part.task.state is TaskState.DRAFT:
            TASK.apply(part.task, "consult", actor, recorded=False)
        if part.state is not AssignmentState.CONSULTING:
            move = "consult" if part.state is AssignmentState.DRAFT else "ask_again"
            ASSIGNMENT.apply(part, move, actor, recorded=False)
    db.session.flush()
    tasks = list(dict.fromkeys(part.task for part in parts))
    words = (
        f"就{plan.audit_label()}调整后的{len(tasks)}项任务向{len(further.answers)}个单位第{further.round_no}次征求意见"
    )
    audit.record(
        actor, "consultation.open", further, f"{words}，请于{due_on:%Y-%m-%d}前答复", covers=[*further.answers, *tasks]
    )  # fmt: skip
    telling.consultation_opened(actor, further, "opened")
    return further


@command
def withdraw_consultation(actor: Actor, consultation: Consultation, reason: str) -> None:
    """Call the table back: the tasks are drafts again, the units see them no longer."""
    _check_office(actor, consultation)
    held(consultation)
    CONSULTATION.apply(consultation, "withdraw", actor, reason=reason)
    for task in tasks_in(consultation.plan_id, TaskState.CONSULTING):
        TASK.apply(task, "recall", actor, recorded=False)
        audit.cover(task)
        for part in task.living:
            if part.state is not AssignmentState.DRAFT:
                ASSIGNMENT.apply(part, "recall", actor, recorded=False)
    telling.consultation_over(actor, consultation)


def held(consultation: Consultation, *rows: ConsultationAnswer | ConsultationRemark) -> None:
    """Take hold of an asking: who answers, decides, settles or issues waits here for the other.

    What was read before the wait is read again: the consultation at once, the rows when they are next asked for.
    """
    one = select(Consultation).where(Consultation.id == consultation.id).with_for_update()
    db.session.scalars(one.execution_options(populate_existing=True)).one()
    for row in rows:
        db.session.expire(row)


def _answers_for(parts: Iterable[Assignment]) -> list[ConsultationAnswer]:
    """One answer per unit, in official order, each with the lines as they are sent."""
    answers: dict[int, ConsultationAnswer] = {}
    for part in sorted(parts, key=lambda part: part.unit.position):
        answer = answers.setdefault(
            part.unit_id,
            ConsultationAnswer(
                unit=part.unit, kind=AnswerKind.PENDING, decision=RemarkDecision.OPEN, is_from_paper=False
            ),
        )
        answer.lines.append(line_of(part))
    return list(answers.values())


def line_of(part: Assignment) -> ConsultationLine:
    """One line of a unit's list as it is sent to the unit."""
    task = part.task
    return ConsultationLine(
        assignment=part, role=part.role, number=task.number, title=task.title, content=task.content,
        parties=parties_of(task),
    )  # fmt: skip


def tasks_in(plan_id: int, *states: TaskState) -> list[Task]:
    """The tasks of a plan in some states, whole, in a handful of queries."""
    return loaded(db.session.scalars(select(Task).where(Task.plan_id == plan_id, Task.state.in_(states))))


def check_ready(tasks: list[Task]) -> None:
    """Every task has whom it needs; all gaps are named at once."""
    if not tasks:
        raise RuleError("没有拟定中的任务。请先按措施生成任务并安排单位。")
    gaps = [gap for task in tasks if (gap := task.gap)]
    if gaps:
        raise RuleErrors(gaps)


def _parts(answer: ConsultationAnswer) -> list[Assignment]:
    """The parts that this round asks the unit about, as far as they are still with it."""
    asked = select(ConsultationLine.assignment_id).where(ConsultationLine.answer_id == answer.id)
    return list(
        db.session.scalars(
            select(Assignment)
            .join(Assignment.task)
            .where(
                Task.state == TaskState.CONSULTING,
                Assignment.id.in_(asked),
                Assignment.unit_id == answer.unit_id,
                Assignment.state.in_(ASKED),
            )
            .options(joinedload(Assignment.task), joinedload(Assignment.unit))
        )
    )  # fmt: skip


def _move_part(actor: Actor, part: Assignment, *, contested: bool) -> None:
    target = AssignmentState.CONTESTED if contested else AssignmentState.AGREED
    if part.state is not target:
        ASSIGNMENT.apply(part, "contest" if contested else "agree", actor, recorded=False)


def _write(actor: Actor, answer: ConsultationAnswer, said: dict[int, str], text: str) -> None:
    if answer.text != text:
        answer.text, answer.decision, answer.reason = text, RemarkDecision.OPEN, ""
    before = {remark.assignment_id: remark for remark in answer.remarks}
    for number, remark in before.items():
        if number not in said:
            audit.cover(remark)
            answer.remarks.remove(remark)
        elif remark.text != said[number]:
            remark.text, remark.decision, remark.reason = said[number], RemarkDecision.OPEN, ""
    for number, words in said.items():
        if number not in before:
            answer.remarks.append(
                ConsultationRemark(assignment_id=number, text=words, decision=RemarkDecision.OPEN, reason="")
            )
    answer.kind = AnswerKind.CONTESTED if said or text else AnswerKind.AGREED
    answer.answered_at, answer.answered_by_id = actor.at, actor.user_id
    answer.is_from_paper = actor.is_office


def _summary(answer: ConsultationAnswer) -> str:
    return f"{answer.kind.label}（{len(answer.remarks)}条）" if answer.remarks else answer.kind.label


def _remarks_of(answer: ConsultationAnswer) -> dict[int, str]:
    return {remark.assignment_id: remark.text for remark in answer.remarks}


def _texts(text: str, remarks: Mapping[int, str], answer: ConsultationAnswer) -> dict[str, str]:
    """The words of an answer under the names of their lines, to be laid side by side."""
    titles = dict(
        db.session.execute(
            select(Assignment.id, Task.title)
            .join(Assignment.task)
            .where(Assignment.unit_id == answer.unit_id, Assignment.id.in_(list(remarks)))
        ).all()
    )
    lines = {title: remarks[number] for number, title in titles.items()}
    return {"整体意见": text, **lines}


def _due_day(actor: Actor, committee: Committee, due_on: date) -> date:
    """The day itself, or by the committee's setting the last working day before a day off; always one to come."""
    if committee.settings.deadline_moves_forward:
        due_on = calendar.current().last_workday(due_on)
    if due_on <= actor.on:
        raise RuleError("答复期限应在今天之后。", field="due_on")
    return due_on


def _check_office(actor: Actor, consultation: Consultation) -> None:
    if not policy.can_consult(actor, consultation):
        raise RuleError("只有办公室可以办理征求意见。")
