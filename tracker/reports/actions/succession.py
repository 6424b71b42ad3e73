"""A unit's reports at a reform (promise 13).

What was accepted or is with the office stays under the old name. An open report goes over whole where the successor
has none in that round, draft, extension and deadline with it. Where the successor reports itself, or there are several
successors, the old report is excused with the reform as its reason and stays readable, and its words are laid into the
successors' reports: rows where nothing stands yet, texts behind what stands there, under the old unit's name. A
successor's report that is already out of its hands comes back to its desk for that while the round is open: what was
signed stays as a version, and what comes new is signed and reviewed like everything else. Once a round is closed, what
was reported in it is left alone.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.committees.models import ReformKind, Unit
from tracker.committees.reform import Effect, Reform, Share
from tracker.core import audit, calendar
from tracker.core.db import db
from tracker.reminders import succession as reminders
from tracker.reports.actions import places, telling
from tracker.reports.actions.deadlines import exempt
from tracker.reports.actions.review import put_back
from tracker.reports.models import (
    WRITABLE,
    Arrangement,
    CitedPaper,
    Entry,
    Evidence,
    EvidenceKind,
    Report,
    ReportState,
    Request,
    Round,
    RoundKind,
    RoundState,
)
from tracker.reports.queries.rounds import obligated
from tracker.reports.workflow import REPORT
from tracker.tasks.models import Assignment

OPEN = WRITABLE | {ReportState.AWAITING_SIGN_OFF}
"""On the unit's desk."""
RUNNING = (RoundState.OPEN, RoundState.CLOSED)


def foresee(unit: Unit, kind: ReformKind, on: date) -> list[Effect]:
    """The reports on the unit's desk, and those that keep its name."""
    reports = _reports(unit)
    moves = [
        Share("", one.round.title, one.state.label)
        for one in reports
        if one.state in OPEN and one.round.state in RUNNING
    ]
    stays = sum(one.state not in OPEN or one.round.state not in RUNNING for one in reports)
    said = [f"已报送的{stays}份报告保留{unit.short_name}的名称，照常审核。"] if stays else []
    return [Effect("报告", moves, said, is_shared=False)]


def carry(reform: Reform) -> None:
    """Hand over what is on the old unit's desk, round by round."""
    for report in _reports(reform.unit):
        if report.state not in OPEN or report.round.state not in RUNNING:
            continue
        others = _of_heirs(reform, report.round)
        if len(reform.heirs) == 1 and not others:
            _move(reform, report)
        else:
            _divide(reform, report, others)
    planned = select(Round).where(Round.units.any(Unit.id == reform.unit.id), Round.state == RoundState.PLANNED)
    for round_ in db.session.scalars(planned):
        kept = [unit for unit in round_.units if unit.id != reform.unit.id]
        round_.units = [*kept, *(heir for heir in reform.heirs if heir not in kept)]
        audit.record(
            reform.actor, "round.succeed", round_, f"{round_.title}的报送单位随机构改革调整", reason=reform.reason
        )


def _reports(unit: Unit) -> list[Report]:
    rows = select(Report).where(Report.unit_id == unit.id).options(joinedload(Report.round)).order_by(Report.id)
    return list(db.session.scalars(rows))


def _of_heirs(reform: Reform, round_: Round) -> dict[int, Report]:
    heirs = [heir.id for heir in reform.heirs]
    rows = select(Report).where(Report.round_id == round_.id, Report.unit_id.in_(heirs))
    return {report.unit_id: report for report in db.session.scalars(rows)}


def _move(reform: Reform, report: Report) -> None:
    """The whole report is the successor's now, with all that was written and every day that was set."""
    heir = reform.heirs[0]
    report.unit = heir
    for entry in report.entries:
        entry.assignment_id = reform.moved.get(entry.assignment_id, entry.assignment_id)
    audit.record(
        reform.actor, "report.succeed", report,
        f"{report.round.title}由{reform.unit.short_name}移交{heir.short_name}，已填写的内容保留", reason=reform.reason,
    )  # fmt: skip
    reminders.hand_over(reform, "Report", [report.id], heir)


def _divide(reform: Reform, report: Report, others: dict[int, Report]) -> None:
    """Every successor reports for itself; the old report is excused and its words go along."""
    for heir in reform.heirs:
        theirs = others.get(heir.id) or _fresh(reform, report.round, heir)
        if theirs is None:
            continue
        mine = [] if report.round.is_special else _asked_of(reform, report.round, heir)
        if theirs.state not in WRITABLE and mine and report.round.state is RoundState.OPEN:
            _bring_back(reform, theirs)
        if theirs.state in WRITABLE:
            places.grow(reform.actor, theirs, mine)
            _lay_into(reform, report, theirs)
    exempt(reform.actor, report, reform.reason)


def _fresh(reform: Reform, round_: Round, heir: Unit) -> Report | None:
    """A report for a successor that had none; None where nothing of the old unit's concerns it."""
    if round_.kind is RoundKind.SPECIAL:
        made = places.make_special_reports(reform.actor, round_, [heir])
    else:
        made = places.make_reports(reform.actor, round_, _asked_of(reform, round_, heir))
    for report in made:
        words = f"{heir.short_name}承接{reform.unit.short_name}的任务，加入{round_.title}"
        audit.record(reform.actor, "report.join", report, words, reason=reform.reason)
    places.announce(reform.actor, made)
    return made[0] if made else None


def _asked_of(reform: Reform, round_: Round, heir: Unit) -> list[Assignment]:
    return [one for one in obligated(round_, reform.actor.on) if one.unit_id == heir.id]


def _bring_back(reform: Reform, report: Report) -> None:
    """Put a report that was signed, sent, accepted or excused on its unit's desk again: it has more to say now. This
    judges nothing, so whoever carries the reform out may do it."""
    actor, reason = reform.actor, f"{reform.reason.rstrip('。')}。请补充承接的任务和内容，核对后重新报送"
    if report.state is ReportState.AWAITING_SIGN_OFF:
        REPORT.apply(report, "refuse_rectified" if report.rectify_by else "refuse_sign_off", actor, reason=reason)
        report.refusal_reason = reason
    elif report.state is ReportState.EXEMPTED:
        REPORT.apply(report, "unexempt_returned" if report.rectify_by else "unexempt_started", actor, reason=reason)
        report.exemption_reason = ""
        telling.watch_again(actor, report)
    else:
        if report.state is ReportState.ACCEPTED:
            REPORT.apply(report, "unaccept", actor, reason=reason)
        workdays = report.round.committee.settings.rectify_workdays
        put_back(actor, report, reason, calendar.current().add_workdays(actor.on, workdays))
        telling.tell_unit(
            actor, report, "returned", occasion=f"succeed:{reform.unit.id}", reason=reason,
            rectify_by=report.rectify_by, remarks=[], is_urgent=True,
        )  # fmt: skip


def _lay_into(reform: Reform, old: Report, new: Report) -> None:
    """Rows where nothing stands yet, texts behind what stands there, lines and materials behind the others: nothing
    that anybody typed is lost."""
    rows = {entry.assignment_id: entry for entry in new.entries}
    for entry in old.entries:
        mine = rows.get(reform.moved.get(entry.assignment_id, 0))
        if mine is not None and mine.state is None and not mine.note and not mine.figure:
            mine.state, mine.note, mine.figure = entry.state, entry.note, entry.figure
    texts = {one.area_id: one for one in new.area_texts}
    for piece in old.area_texts:
        if piece.area_id in texts:
            texts[piece.area_id].text = _joined(texts[piece.area_id].text, piece.text, reform.unit)
    goals = {one.goal_id: one for one in new.goal_statements if one.status is None and not one.basis}
    for said in old.goal_statements:
        if said.goal_id in goals:
            goals[said.goal_id].status, goals[said.goal_id].basis = said.status, said.basis
    sections = {one.kind: one for one in new.sections}
    for part in old.sections:
        if part.kind in sections:
            sections[part.kind].text = _joined(sections[part.kind].text, part.text, reform.unit)
    _lay_lines(reform, old, new)
    words = f"{reform.unit.short_name}已填写的内容并入{new.audit_label()}，请核对整理"
    audit.record(
        reform.actor, "report.succeed", new, words, reason=reform.reason,
        covers=[
            *new.entries, *new.area_texts, *new.sections, *new.goal_statements, *new.arrangements, *new.requests,
            *new.evidence, *new.cited_papers,
        ],
    )  # fmt: skip
    telling.watch_again(reform.actor, new)


def _lay_lines(reform: Reform, old: Report, new: Report) -> None:
    """What is told in lines: the answers about last year, next year's arrangements, requests, materials. A line of a
    task goes where the task went, any other to the first successor."""
    rows = {entry.assignment.task_id: entry for entry in new.entries}
    is_first = new.unit_id == reform.heirs[0].id

    def is_ours(task_id: int | None) -> bool:
        return is_first if task_id is None or len(reform.heirs) == 1 else task_id in rows

    for last in db.session.scalars(select(Arrangement).where(Arrangement.answered_in_id == old.id)):
        if is_ours(last.task_id):
            last.answered_in = new
    first = len(new.arrangements)
    new.arrangements += [
        Arrangement(position=first + place, text=one.text, by_when=one.by_when, task_id=one.task_id)
        for place, one in enumerate(filter(lambda line: is_ours(line.task_id), old.arrangements), start=1)
    ]
    new.requests += [Request(text=one.text, answer="") for one in old.requests if is_first and not one.answer]
    new.cited_papers += [
        CitedPaper(name=one.name, number=one.number, issuer=one.issuer, dated_on=one.dated_on)
        for one in old.cited_papers if is_first
    ]  # fmt: skip
    for one in old.evidence:
        task_id = one.entry.assignment.task_id if one.entry else None
        if one.kind is EvidenceKind.MATERIAL and is_ours(task_id):
            _lay_evidence(one, new, rows.get(task_id) if task_id else None)


def _lay_evidence(one: Evidence, new: Report, entry: Entry | None) -> None:
    """The same file at the same place stays one."""
    if any(o.file_id == one.file_id and o.entry is entry and o.area_id == one.area_id for o in new.evidence):
        return
    new.evidence.append(
        Evidence(
            entry=entry, area_id=one.area_id, file=one.file, kind=one.kind, name=one.name, dated_on=one.dated_on,
            number=one.number, issuer=one.issuer, added_at=one.added_at, added_by_id=one.added_by_id,
        )
    )  # fmt: skip


def _joined(text: str, more: str, unit: Unit) -> str:
    """The successor's words first; the old unit's follow under its name."""
    return f"{text}\n【原{unit.short_name}】{more}".strip() if more.strip() else text
