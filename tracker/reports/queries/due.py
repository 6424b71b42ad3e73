"""Whether what was said still holds, and what waits for whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import joinedload

from tracker.committees.models import Unit
from tracker.core import calendar
from tracker.core.access import Actor, Role
from tracker.core.clock import shanghai_date
from tracker.core.db import db
from tracker.core.pages import Waiting
from tracker.messages.models import Message
from tracker.reports.models import (
    UNSENT,
    WITH_OFFICE,
    Evidence,
    EvidenceKind,
    Extension,
    ExtensionState,
    Report,
    ReportState,
    ReportVersion,
    Round,
    RoundKind,
    RoundState,
    SignOff,
)
from tracker.reports.queries import requests
from tracker.reports.queries.exemptions import waiting_by_round
from tracker.reports.queries.reports import visible_reports
from tracker.reports.queries.rounds import settings_of
from tracker.reports.queries.sharing import handed_back

RUNNING = frozenset({RoundState.OPEN, RoundState.CLOSED})

_HOLDS: dict[str, Callable[[Report], bool]] = {
    "report.opened": Report.is_owed,
    "report.grown": Report.is_owed,
    "report.extended": Report.is_owed,
    "report.amended": lambda report: report.state is not ReportState.EXEMPTED,
    "report.unexempted": lambda report: report.is_owed() or report.awaits_rectification(),
    "report.to_sign": lambda report: report.state is ReportState.AWAITING_SIGN_OFF,
    "report.refused": lambda report: bool(report.refusal_reason),
    "report.returned": Report.awaits_rectification,
    "report.accepted": lambda report: report.state is ReportState.ACCEPTED,
    "report.unaccepted": lambda report: report.state is ReportState.SUBMITTED,
    "report.substitute": lambda report: report.state is ReportState.SUBMITTED,
    "report.taken_over": lambda report: report.state is ReportState.SUBMITTED,
    "report.exempted": lambda report: report.state is ReportState.EXEMPTED,
}


def still_due(message: Message) -> bool:
    """Asked at the moment of sending: a submission, an exemption or a signature silences at once (promise 3)."""
    report = db.session.get(Report, message.subject_id)
    if report is None:
        return False
    holds = _HOLDS.get(message.kind)
    return holds is None or holds(report)


STILL_DUE: dict[str, Callable[[Message], bool]] = {"Report": still_due}


def waiting_for(actor: Actor) -> list[Waiting]:
    """What the reports ask of this post, in a number of queries that does not grow."""
    if actor.is_unit:
        return [*_of_unit(actor), *_handed_back(actor), *_scans_to_follow(actor)]
    if actor.is_office:
        return [*_of_office(actor), *_exemptions(actor), *_aside(actor), *_requests(actor)]
    return _as_substitute(actor) if actor.is_chair else []


def _of_unit(actor: Actor) -> list[Waiting]:
    open_states = [*UNSENT, ReportState.RETURNED]
    rows = visible_reports(actor).where(Report.state.in_(open_states), Round.state.in_(RUNNING)).order_by(Report.due_on)
    found = []
    for report in db.session.scalars(rows):
        if report.state is ReportState.AWAITING_SIGN_OFF:
            if actor.role is Role.UNIT_LEADER:
                found.append(Waiting("审签", report.round.title, report.path, due_on=_due(report)))
            else:
                found.append(Waiting("查看", report.round.title, report.path, _due(report), note="已送领导审签"))
        elif report.state is ReportState.RETURNED:
            found.append(Waiting("修改", report.round.title, report.path, report.rectify_by, note="退回修改"))
        elif report.is_writable(actor.on):
            note = "领导退回，请修改" if report.refusal_reason else ""
            verb = "填报" if report.state is ReportState.NOT_STARTED else "继续填报"
            found.append(Waiting(verb, report.round.title, report.path, report.due_on, note=note))
    return found


def _handed_back(actor: Actor) -> list[Waiting]:
    """分送科室: what a section finished waits for the liaison, who alone puts it into the report."""
    if actor.role is not Role.LIAISON:
        return []
    return [
        Waiting(
            "核对", f"{share.section}交回的{count}处内容", f"/shares/{share.id}", share.report.due_on,
            share.report.round.title,
        )
        for share, count in handed_back(actor) if share.report.is_writable(actor.on)
    ]  # fmt: skip


def _scans_to_follow(actor: Actor) -> list[Waiting]:
    """盖章件可后补: what was sent on a signature of paper, and no stamped scan has come since."""
    if actor.role is not Role.LIAISON:
        return []
    on_paper = exists().where(
        ReportVersion.report_id == Report.id, ReportVersion.submitted_at == Report.submitted_at,
        ReportVersion.sign_off == SignOff.PAPER,
    )  # fmt: skip
    came = exists().where(
        Evidence.report_id == Report.id, Evidence.kind == EvidenceKind.STAMPED_SCAN,
        Evidence.added_at >= Report.submitted_at,
    )  # fmt: skip
    rows = visible_reports(actor).where(Report.state.in_(WITH_OFFICE), Round.state.in_(RUNNING), on_paper, ~came)
    return [
        Waiting("补传", f"{report.round.title}的盖章件", f"{report.path}/scan", note="已凭纸质签章报送")
        for report in db.session.scalars(rows.order_by(Report.submitted_at))
    ]


def _due(report: Report) -> date | None:
    return report.rectify_by if report.awaits_rectification() else report.due_on


def _of_office(actor: Actor) -> list[Waiting]:
    """Reports to review, extensions to decide, rounds to open: one line per round and kind, not one per report."""
    found = []
    workdays = calendar.current()
    for round_, count, oldest in _to_review(actor):
        limit = round_.committee.settings.review_workdays
        found.append(
            Waiting(
                "审核", f"{count}份{round_.title}", f"/rounds/{round_.id}/queue",
                workdays.add_workdays(shanghai_date(oldest), limit), "最早一份的审核期限", count,
            )
        )  # fmt: skip
    for round_, count in _extensions_asked(actor) if actor.is_head else []:
        url = f"/rounds/{round_.id}/queue"
        found.append(Waiting("批复", f"{count}份延期申请", url, note=round_.title, count=count))
    planned = db.session.scalars(
        select(Round).where(Round.committee_id == actor.committee_id, Round.state == RoundState.PLANNED)
    )
    for round_ in planned:
        found.append(
            Waiting(
                "核对",
                f"{round_.title}的安排",
                f"/rounds/{round_.id}",
                round_.opens_on,
                note="核对后开始报送" if round_.is_special else "到日自动开始报送",
            )
        )
    return found


def _to_review(actor: Actor) -> list[tuple[Round, int, datetime]]:
    rows = db.session.execute(
        select(Report.round_id, func.count(), func.min(Report.submitted_at))
        .join(Report.round)
        .where(*_running_rounds_of(actor), Report.state == ReportState.SUBMITTED, Round.kind != RoundKind.SPECIAL)
        .group_by(Report.round_id)
    )
    counted = {number: (int(count), oldest) for number, count, oldest in rows if oldest is not None}
    return [(round_, *counted[round_.id]) for round_ in _rounds(list(counted))]


def _as_substitute(actor: Actor) -> list[Waiting]:
    """What a leader was named to judge instead of the office (回避)."""
    rows = visible_reports(actor).where(
        Report.state == ReportState.SUBMITTED, Report.substitute_id == actor.user_id, Round.state.in_(RUNNING)
    )  # fmt: skip
    return [
        Waiting("审核", report.audit_label(), f"{report.path}/review", note="由您审核（回避）")
        for report in db.session.scalars(rows.order_by(Report.submitted_at))
    ]


def _aside(actor: Actor) -> list[Waiting]:
    """回避: reports of the unit that houses the office wait until the head names who judges them."""
    if not actor.is_head:
        return []
    rows = visible_reports(actor).join(Report.unit).where(
        Report.state == ReportState.SUBMITTED, Report.substitute_id.is_(None), Unit.is_office,
        Round.state.in_(RUNNING), Round.kind != RoundKind.SPECIAL,
    )  # fmt: skip
    return [
        Waiting("指定", f"{report.audit_label()}的审核人", f"{report.path}/substitute", note="办公室所在单位，须回避")
        for report in db.session.scalars(rows.order_by(Report.submitted_at))
    ]


def _exemptions(actor: Actor) -> list[Waiting]:
    """Units that ask not to report: whoever of the office is here may decide."""
    within = settings_of(actor.committee_id).extension_workdays
    return [
        Waiting(
            "批复", f"{count}份免报申请", f"/rounds/{round_.id}/queue#exemptions",
            calendar.current().add_workdays(shanghai_date(since), within), round_.title, count,
        )
        for round_, count, since in waiting_by_round(actor)
    ]  # fmt: skip


def _requests(actor: Actor) -> list[Waiting]:
    """What the units asked of the committee and nobody has answered, over all years."""
    found = requests.unanswered(actor)
    if found is None:
        return []
    within = settings_of(actor.committee_id).request_workdays
    due_on = calendar.current().add_workdays(shanghai_date(found.since), within)
    return [
        Waiting(
            "答复", f"{found.count}项提请协调事项", "/requests?state=open", due_on, "最早一项的答复期限", found.count
        )
    ]


def _extensions_asked(actor: Actor) -> list[tuple[Round, int]]:
    rows = db.session.execute(
        select(Report.round_id, func.count())
        .join(Report.round)
        .join(Extension, Extension.report_id == Report.id)
        .where(*_running_rounds_of(actor), Extension.state == ExtensionState.REQUESTED)
        .group_by(Report.round_id)
    )
    counted = {number: int(count) for number, count in rows}
    return [(round_, counted[round_.id]) for round_ in _rounds(list(counted))]


def _running_rounds_of(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return (Round.committee_id == actor.committee_id, Round.state.in_(RUNNING))


def _rounds(numbers: list[int]) -> list[Round]:
    rows = select(Round).where(Round.id.in_(numbers)).options(joinedload(Round.committee)).order_by(Round.year)
    return list(db.session.scalars(rows))
