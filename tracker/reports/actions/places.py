"""The reports of a round, each with a place for what it will be asked: the kind of the round says what that is."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from sqlalchemy import select

from tracker.committees.models import Unit
from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.plans.models import Goal
from tracker.reports.actions import telling
from tracker.reports.models import (
    OVERVIEW,
    AreaText,
    Entry,
    GoalStatement,
    QuestionAnswer,
    Report,
    ReportState,
    Round,
    RoundKind,
    Section,
    SectionKind,
)
from tracker.reports.queries.burden import burdens_of
from tracker.tasks.models import Assignment, AssignmentRole, AssignmentState

SECTIONS = {
    RoundKind.ANNUAL: (*OVERVIEW, SectionKind.CONTACT, SectionKind.UNCHANGED),
    RoundKind.HALF_YEAR: (SectionKind.PROBLEMS, SectionKind.CONTACT, SectionKind.UNCHANGED),
    RoundKind.SPECIAL: (SectionKind.CONTACT, SectionKind.UNCHANGED),
}
"""By kind: which parts of the overview a report has."""


def make_reports(actor: Actor, round_: Round, asked: list[Assignment]) -> list[Report]:
    """One report per unit with an assignment. `asked` is ordered by unit."""
    goals = goals_of(round_, asked)
    reports = []
    for _, group in groupby(asked, key=lambda one: one.unit_id):
        mine = list(group)
        report = _empty_report(actor, round_, mine[0].unit)
        add_places(report, mine, goals)
        reports.append(report)
    return _kept(reports)


def make_special_reports(actor: Actor, round_: Round, units: Iterable[Unit]) -> list[Report]:
    """One report per chosen unit, with an empty answer to every question."""
    reports = []
    for unit in units:
        report = _empty_report(actor, round_, unit)
        report.question_answers = [QuestionAnswer(question=one, text="", file_name="") for one in round_.questions]
        reports.append(report)
    return _kept(reports)


def add_places(report: Report, mine: Iterable[Assignment], goals: dict[int, list[Goal]]) -> int:
    """Rows, area texts and goals that these assignments bring and the report does not have yet."""
    rows = {entry.assignment_id for entry in report.entries}
    areas = {text.area_id for text in report.area_texts}
    added = 0
    for one in mine:
        if one.id not in rows:
            report.entries.append(Entry(assignment=one, state=None, note="", figure=""))
            added += 1
        if one.task.area_id not in areas:
            areas.add(one.task.area_id)
            report.area_texts.append(AreaText(area=one.task.area, text=""))
    _add_goals(report, goals)
    return added


def goals_of(round_: Round, asked: Iterable[Assignment]) -> dict[int, list[Goal]]:
    """The goals that may be spoken to, by area; half a year says nothing of goals."""
    if round_.kind is not RoundKind.ANNUAL:
        return {}
    rows = db.session.scalars(
        select(Goal)
        .where(Goal.area_id.in_({one.task.area_id for one in asked}), Goal.dropped_on.is_(None))
        .order_by(Goal.area_id, Goal.position)
    )
    found: dict[int, list[Goal]] = {}
    for goal in rows:
        found.setdefault(goal.area_id, []).append(goal)
    return found


def grow(actor: Actor, report: Report, mine: list[Assignment]) -> int:
    """New rows for a report that stands; rows whose task went elsewhere go, when nothing was written or filed there."""
    filed = {one.entry_id for one in report.evidence}
    gone = [
        entry for entry in report.entries
        if entry.assignment.state in {AssignmentState.MOVED, AssignmentState.WITHDRAWN}
        and entry.state is None and not entry.note and not entry.figure and entry.id not in filed
    ]  # fmt: skip
    for entry in gone:
        report.entries.remove(entry)
    added = add_places(report, mine, goals_of(report.round, mine))
    if added or gone:
        audit.record(actor, "report.grow", report, f"{report.audit_label()}增加{added}项任务、减少{len(gone)}项任务")
    if added:
        telling.tell_unit(actor, report, "grown", occasion=telling.occasion_of(actor), added=added)
    return added


def announce(actor: Actor, reports: list[Report]) -> None:
    """Each post is told once, and the deadline is watched."""
    people = telling.people_of([report.unit_id for report in reports], actor.on)
    burdens = burdens_of(reports)
    for report in reports:
        telling.tell_unit(
            actor, report, "opened", occasion="open", people=people.get(report.unit_id, []),
            burden=burdens[report.id].said(),
        )  # fmt: skip
        telling.watch_due(actor, report)


def _empty_report(actor: Actor, round_: Round, unit: Unit) -> Report:
    return Report(
        round=round_, unit=unit, state=ReportState.NOT_STARTED, state_since=actor.at, due_on=round_.due_on,
        first_due_on=round_.due_on, return_reason="", refusal_reason="", exemption_reason="", hand_ids=[],
        writer_ids=[], substitute_reason="", recognised_reason="", exception_reason="",
        sections=[Section(kind=kind, text="") for kind in SECTIONS[round_.kind]],
    )  # fmt: skip


def _kept(reports: list[Report]) -> list[Report]:
    db.session.add_all(reports)
    db.session.flush()
    audit.cover(*reports)
    return reports


def _add_goals(report: Report, goals: dict[int, list[Goal]]) -> None:
    """A goal that a task of the unit stands under is asked for; the others of an area it leads may be spoken to."""
    known = {statement.goal_id: statement for statement in report.goal_statements}
    answerable = [entry.assignment for entry in report.entries if entry.assignment.role is not AssignmentRole.SUPPORT]
    asked = {one.task.goal_id for one in answerable if one.task.goal_id}
    led = {one.task.area_id for one in answerable if one.role is AssignmentRole.LEAD}
    for area_id, of_area in goals.items():
        for goal in of_area:
            if goal.id in known:
                known[goal.id].is_asked = known[goal.id].is_asked or goal.id in asked
            elif goal.id in asked or area_id in led:
                report.goal_statements.append(
                    GoalStatement(goal=goal, is_asked=goal.id in asked, status=None, basis="", confirmed=None)
                )
