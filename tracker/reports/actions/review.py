"""The office reads, asks, accepts or sends back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from sqlalchemy import select

from tracker.core import audit, calendar
from tracker.core.access import Actor
from tracker.core.clock import shanghai
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.core.filters import zh_date
from tracker.core.workflow import must_be_as_seen
from tracker.reports import policy
from tracker.reports.actions import telling
from tracker.reports.actions.aside import clean_hands, four_eyes
from tracker.reports.actions.holding import hold
from tracker.reports.models import (
    WITH_OFFICE,
    Entry,
    EntryState,
    GoalStatement,
    GoalStatus,
    Remark,
    RemarkPlace,
    Report,
    ReportState,
    Request,
    Round,
)
from tracker.reports.queries import reports as queries
from tracker.reports.queries import review as review_queries
from tracker.reports.workflow import REPORT
from tracker.tasks.actions import complete
from tracker.tasks.models import Assignment, AssignmentRole, AssignmentState, Shape, Task, TaskState
from tracker.tasks.workflow import TASK


@command
def claim(actor: Actor, report: Report, *, take_over: bool = False) -> None:
    """Take a report in hand, so that two reviewers do not collide. From now on the unit cannot take it back."""
    hold(report)
    four_eyes(actor, report)
    if report.state is not ReportState.SUBMITTED:
        raise RuleError(f"报告现在是“{report.state.label}”，不在审核中。")
    if report.reviewer_id == actor.user_id and not report.claim_expired(actor.at):
        return
    if policy.is_held_by_another(actor, report) and not take_over:
        raise RuleError(_who_has_it(report))
    before = report.reviewer if report.reviewer_id != actor.user_id else None
    report.reviewer_id, report.claimed_at = actor.user_id, actor.at
    report.review_began_at = report.review_began_at or actor.at
    said = f"接手审核{report.audit_label()}（原由{before.name}审核）" if before else f"开始审核{report.audit_label()}"
    audit.record(actor, "report.claim", report, said)
    if before is not None:
        telling.tell_person(
            actor, report, before, "taken_over", occasion=telling.occasion_of(actor), path=f"{report.path}/review",
            by=actor.user.name,
        )  # fmt: skip


@command
def release(actor: Actor, report: Report) -> None:
    """Put it back on the pile; the unit may take it back again."""
    hold(report)
    if report.reviewer_id != actor.user_id:
        raise RuleError(_who_has_it(report))
    report.reviewer_id = report.review_began_at = report.claimed_at = None
    audit.record(actor, "report.release", report, f"暂不审核{report.audit_label()}")


@command
def add_remark(actor: Actor, report: Report, place: RemarkPlace, place_id: int | None, text: str) -> Remark:
    """Ask something at one place. The unit sees it when the report is returned or accepted, not before."""
    hold(report)
    _in_hand(actor, report)
    if not text.strip():
        raise RuleError("请写明意见。", field="text")
    _must_be_there(report, place, place_id)
    version = queries.latest_version(report.id)
    remark = Remark(
        report=report, place=place, place_id=place_id, version_number=version.number if version else 0,
        text=text.strip(), made_at=actor.at, made_by_id=actor.user_id, is_sent=False, is_to_be_answered=True,
        answer="",
    )  # fmt: skip
    db.session.add(remark)
    audit.record(actor, "report.remark", report, f"对{report.audit_label()}提出意见（{place.label}）", covers=[remark])
    return remark


def _must_be_there(report: Report, place: RemarkPlace, place_id: int | None) -> None:
    places = {
        RemarkPlace.AREA: {text.area_id for text in report.area_texts},
        RemarkPlace.ENTRY: {entry.id for entry in report.entries},
        RemarkPlace.QUESTION: {one.id for one in report.question_answers},
    }
    if place_id not in places.get(place, {None}):
        raise RuleError("报告中没有这一处，请刷新页面。")


@command
def drop_remark(actor: Actor, report: Report, remark_id: int) -> None:
    """Take back what was not sent yet."""
    hold(report)
    _in_hand(actor, report)
    remark = next((one for one in report.remarks if one.id == remark_id), None)
    if remark is None:
        raise RuleError("这条意见已经删除。")
    if remark.is_sent:
        raise RuleError("意见已经发给单位，不能删除。")
    report.remarks.remove(remark)
    audit.record(actor, "report.remark", report, f"删除对{report.audit_label()}的意见")


@command
def return_report(
    actor: Actor, report: Report, reason: str, rectify_by: date | None = None, *, seen: int | None = None
) -> None:
    """Send it back with a reason, a day and the remarks; it is chased until it comes again (promise 2). `seen` is the
    report's version as it was read."""
    hold(report)
    REPORT.check(report, "return", reason)  # before anything is changed: a colleague may have been faster
    must_be_as_seen(report, seen, "退回")
    four_eyes(actor, report)
    _not_anothers(actor, report)
    days = calendar.current()
    rectify_by = rectify_by or days.add_workdays(actor.on, report.round.committee.settings.rectify_workdays)
    if rectify_by <= actor.on:
        raise RuleError("修改期限应当晚于今天。", field="rectify_by")
    sent = _send_remarks(report, to_be_answered=True)
    put_back(actor, report, reason, rectify_by)
    telling.tell_unit(
        actor, report, "returned", occasion=telling.occasion_of(actor), reason=reason, rectify_by=rectify_by,
        remarks=sent, place_of=queries.place_of, is_urgent=True,
    )  # fmt: skip


def put_back(actor: Actor, report: Report, reason: str, rectify_by: date) -> None:
    """On its unit's desk again, to be put right by this day; the submission that was sent back is remembered."""
    version = queries.latest_version(report.id)
    report.rectify_by, report.return_reason = rectify_by, reason
    report.returned_version = version.number if version else None
    REPORT.apply(report, "return", actor, reason=reason)
    report.reviewer_id = report.review_began_at = report.claimed_at = None
    telling.settle_review(actor, report)
    telling.settle_requests(actor, *(request.id for request in report.requests))
    telling.watch_rectification(actor, report)


@command
def accept(actor: Actor, report: Report, *, seen: int | None = None) -> list[Task]:
    """Accept it. A lead's 已完成 completes a one-off task, in a shared one every joint unit's; returns those tasks.
    `seen` is the report's version as it was read."""
    hold(report)
    REPORT.check(report, "accept")
    must_be_as_seen(report, seen, "通过审核")
    four_eyes(actor, report)
    _not_anothers(actor, report)
    _send_remarks(report, to_be_answered=False)
    report.rectify_by = report.returned_version = None
    report.reviewer_id = report.review_began_at = report.claimed_at = None
    report.return_reason = ""
    REPORT.apply(report, "accept", actor)
    done = [task for task in _one_off_tasks(report) if _is_complete(task, report)]
    for task in done:
        complete(actor, task)
    telling.settle_review(actor, report)
    telling.settle_unit(actor, report)
    telling.tell_unit(actor, report, "accepted", occasion=telling.occasion_of(actor), completed=len(done))
    return done


@command
def unaccept(actor: Actor, report: Report, reason: str) -> None:
    """Take an acceptance back with a reason; the office owes the unit an answer again."""
    hold(report)
    four_eyes(actor, report)
    REPORT.apply(report, "unaccept", actor, reason=reason)
    for task in _one_off_tasks(report, state=TaskState.COMPLETED):
        TASK.apply(task, "reopen", actor, reason=f"撤销{report.audit_label()}的审核：{reason}")
        task.completed_on = None
    telling.watch_review(actor, report)
    telling.tell_unit(actor, report, "unaccepted", occasion=telling.occasion_of(actor), reason=reason)


@command
def send_for_correction(actor: Actor, report: Report, reason: str, rectify_by: date | None = None) -> None:
    """An accepted report turns out wrong: it goes back to its unit, and a further version will say why (更正)."""
    unaccept(actor, report, f"更正：{reason}")
    return_report(actor, report, f"更正：{reason}", rectify_by)


@command
def answer_request(actor: Actor, request: Request, answer: str, *, seen_version: int | None = None) -> None:
    """Answer what a unit asked the committee to solve; the unit is told (提请协调事项). Raises Conflict with both texts
    when somebody else answered meanwhile."""
    if not answer.strip():
        raise RuleError("请写明答复。", field="answer")
    report = request.report
    hold(report)
    db.session.refresh(request)
    if seen_version is not None and seen_version != request.version:
        if request.answer == answer.strip():
            return  # the same form sent twice
        raise Conflict(mine={"答复": answer}, theirs={"答复": request.answer})
    clean_hands(actor, report)
    if report.state not in WITH_OFFICE:
        raise RuleError(f"报告现在是“{report.state.label}”，重新报送后再答复。")
    request.answer, request.answered_at, request.answered_by_id = answer.strip(), actor.at, actor.user_id
    audit.record(actor, "request.answer", report, f"答复{report.audit_label()}的提请协调事项“{request.text[:30]}”")
    audit.cover(request)
    telling.settle_requests(actor, request.id)
    occasion = f"{request.id}:{telling.occasion_of(actor)}"
    telling.tell_unit(actor, report, "request_answered", occasion=occasion, request=request)


@command
def confirm_goal(actor: Actor, statement: GoalStatement, status: GoalStatus | None) -> None:
    """Confirm what a unit says of a goal, or say otherwise; None takes it back."""
    report = statement.report
    hold(report)
    four_eyes(actor, report)
    if report.state not in WITH_OFFICE:
        raise RuleError(f"报告现在是“{report.state.label}”，重新报送后再认定。")
    statement.confirmed = status
    word = status.label if status else "撤销认定"
    audit.record(actor, "goal.confirm", report, f"认定{statement.audit_label()}：{word}", covers=[statement])


@command
def confirm_as_reported(actor: Actor, round_: Round, numbers: Iterable[int]) -> int:
    """Confirm many at once as their units say. Left alone: what was confirmed, what another unit contradicts, and
    reports that others must judge. Returns how many were confirmed."""
    done = 0
    rows = review_queries.statements_to_confirm(actor, round_.id, numbers)
    for report, mine in groupby(rows, key=lambda one: one.report):
        if not policy.can_confirm_goals(actor, report):
            continue
        statements = list(mine)
        for one in statements:
            one.confirmed = one.status
        said = f"按单位填报认定{report.audit_label()}的{len(statements)}个主要目标"
        audit.record(actor, "goal.confirm", report, said, covers=statements)
        done += len(statements)
    return done


def _not_anothers(actor: Actor, report: Report) -> None:
    if policy.is_held_by_another(actor, report):
        raise RuleError(_who_has_it(report))


def _in_hand(actor: Actor, report: Report) -> None:
    four_eyes(actor, report)
    if report.state is not ReportState.SUBMITTED:
        raise RuleError(f"报告现在是“{report.state.label}”，不能提意见。")
    _not_anothers(actor, report)
    if report.reviewer_id != actor.user_id:
        claim(actor, report)
    report.claimed_at = actor.at


def _who_has_it(report: Report) -> str:
    if report.reviewer is None or report.review_began_at is None:
        return "还没有开始审核。"
    began = shanghai(report.review_began_at)
    return f"{report.reviewer.name}正在审核这份报告（{zh_date(began.date())} {began:%H:%M}开始）。"


def _send_remarks(report: Report, *, to_be_answered: bool) -> list[Remark]:
    fresh = [remark for remark in report.remarks if not remark.is_sent]
    for remark in fresh:
        remark.is_sent, remark.is_to_be_answered = True, to_be_answered
    audit.cover(*fresh)
    return fresh


def _one_off_tasks(report: Report, state: TaskState = TaskState.ISSUED) -> list[Task]:
    """One-off tasks that this report, as lead or joint unit, says are completed."""
    return list(
        db.session.scalars(
            select(Task)
            .join(Assignment, Assignment.task_id == Task.id)
            .join(Entry, Entry.assignment_id == Assignment.id)
            .where(
                Entry.report_id == report.id,
                Entry.state == EntryState.COMPLETED,
                Assignment.role != AssignmentRole.SUPPORT,
                Task.is_yearly.is_(False),
                Task.state == state,
            )
            .order_by(Task.id)
        )
    )


def _is_complete(task: Task, report: Report) -> bool:
    """Led: its lead says so. Shared: every joint unit has said so in an accepted report."""
    role = AssignmentRole.LEAD if task.shape is Shape.LED else AssignmentRole.JOINT
    wanted = {
        one.unit_id for one in task.assignments
        if one.role is role and one.state is AssignmentState.ISSUED
    }  # fmt: skip
    said = db.session.scalars(
        select(Report.unit_id)
        .join(Entry, Entry.report_id == Report.id)
        .join(Assignment, Assignment.id == Entry.assignment_id)
        .where(
            Assignment.task_id == task.id,
            Assignment.role == role,
            Entry.state == EntryState.COMPLETED,
            Report.state == ReportState.ACCEPTED,
        )
    )
    return bool(wanted) and wanted <= set(said)
