"""A unit's reports at a reform (promise 13).

What was accepted or is with the office stays under the old name. An open report goes over whole where the successor
has none in that round, draft, extension and deadline with it. Where the successor reports itself, or there are several
successors, the old report is excused with the reform as its reason and stays readable, and its words are laid into the
successors' reports: rows where nothing stands yet, texts behind what stands there, under the old unit's name.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.committees.models import ReformKind, Unit
from tracker.committees.reform import Effect, Reform, Share
from tracker.core import audit
from tracker.core.db import db
from tracker.reminders import succession as reminders
from tracker.reports.actions import places, telling
from tracker.reports.actions.deadlines import exempt
from tracker.reports.models import WRITABLE, Report, ReportState, Round, RoundKind, RoundState
from tracker.reports.queries.rounds import obligated

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
        if theirs is not None and theirs.state in WRITABLE:
            _grow(reform, theirs)
            _lay_into(reform, report, theirs)
    exempt(reform.actor, report, reform.reason)


def _fresh(reform: Reform, round_: Round, heir: Unit) -> Report | None:
    """A report for a successor that had none; None where nothing of the old unit's concerns it."""
    if round_.kind is RoundKind.SPECIAL:
        made = places.make_special_reports(reform.actor, round_, [heir])
    else:
        mine = [one for one in obligated(round_, reform.actor.on) if one.unit_id == heir.id]
        made = places.make_reports(reform.actor, round_, mine)
    for report in made:
        words = f"{heir.short_name}承接{reform.unit.short_name}的任务，加入{round_.title}"
        audit.record(reform.actor, "report.join", report, words, reason=reform.reason)
    places.announce(reform.actor, made)
    return made[0] if made else None


def _grow(reform: Reform, report: Report) -> None:
    mine = [one for one in obligated(report.round, reform.actor.on) if one.unit_id == report.unit_id]
    places.grow(reform.actor, report, mine)


def _lay_into(reform: Reform, old: Report, new: Report) -> None:
    """Rows where nothing stands yet, texts behind what stands there: nothing that anybody typed is lost."""
    rows = {entry.assignment_id: entry for entry in new.entries}
    for entry in old.entries:
        mine = rows.get(reform.moved.get(entry.assignment_id, 0))
        if mine is not None and mine.state is None and not mine.note and not mine.figure:
            mine.state, mine.note, mine.figure = entry.state, entry.note, entry.figure
    texts = {one.area_id: one for one in new.area_texts}
    for piece in old.area_texts:
        if piece.area_id in texts:
            texts[piece.area_id].text = _joined(texts[piece.area_id].text, piece.text, reform.unit)
    sections = {one.kind: one for one in new.sections}
    for part in old.sections:
        if part.kind in sections:
            sections[part.kind].text = _joined(sections[part.kind].text, part.text, reform.unit)
    words = f"{reform.unit.short_name}已填写的内容并入{new.audit_label()}，请核对整理"
    audit.record(
        reform.actor, "report.succeed", new, words, reason=reform.reason,
        covers=[*new.entries, *new.area_texts, *new.sections],
    )  # fmt: skip
    telling.watch_again(reform.actor, new)


def _joined(text: str, more: str, unit: Unit) -> str:
    """The successor's words first; the old unit's follow under its name."""
    return f"{text}\n【原{unit.short_name}】{more}".strip() if more.strip() else text
