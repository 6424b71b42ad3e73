"""A round from plan to lock, and the reports that come into being in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import select

from tracker.committees.models import Unit
from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.filters import zh_date
from tracker.plans.models import Goal, Plan
from tracker.reports.actions import telling
from tracker.reports.actions.holding import hold_round
from tracker.reports.models import (
    OVERVIEW,
    WRITABLE,
    AreaText,
    Entry,
    GoalStatement,
    Report,
    ReportState,
    Round,
    RoundKind,
    RoundState,
    Section,
    SectionKind,
)
from tracker.reports.queries import rounds as queries
from tracker.reports.workflow import ROUND
from tracker.tasks.models import Assignment, AssignmentRole, AssignmentState


@dataclass(frozen=True)
class RoundFacts:
    """What the office decides about a round."""

    year: int
    title: str
    opens_on: date
    due_on: date
    locks_on: date
    guidance: str
    plan_ids: tuple[int, ...]


@command
def plan_round(actor: Actor, facts: RoundFacts) -> Round:
    """Set down the annual round of a year; it opens by itself on its day, or when the office opens it."""
    if _annual_of(actor.committee_id, facts.year):
        raise RuleError(f"{facts.year}年年度报告已经建立，请直接修改。", field="year")
    round_ = Round(
        committee_id=actor.committee_id, kind=RoundKind.ANNUAL, state=RoundState.PLANNED, state_since=actor.at
    )  # fmt: skip
    _set_facts(actor, round_, facts)
    db.session.add(round_)
    audit.record(actor, "round.plan", round_, f"安排{round_.title}，{zh_date(round_.due_on)}前报送")
    return round_


@command
def revise_round(actor: Actor, round_: Round, facts: RoundFacts) -> None:
    """Change a round that has not opened. An open one changes by extension only, with its old date in sight."""
    if round_.state is not RoundState.PLANNED:
        raise RuleError("已经开始报送，时间只能通过延期调整。")
    if facts.year != round_.year and _annual_of(actor.committee_id, facts.year):
        raise RuleError(f"{facts.year}年年度报告已经建立。", field="year")
    _set_facts(actor, round_, facts)
    audit.record(actor, "round.revise", round_, f"修改{round_.title}的安排")


@command
def open_round(actor: Actor, round_: Round) -> list[Report]:
    """Start a round: each unit with an assignment issued by now has a report at once, and is told (product.md §5)."""
    if round_.due_on < actor.on:
        raise RuleError("截止日期已经过去，请先修改时间。")
    asked = queries.obligated(round_, actor.on)
    if not asked:
        raise RuleError("还没有已印发的任务，没有单位需要报送。请先印发任务分解表。")
    round_.opens_on = min(round_.opens_on, actor.on)
    round_.first_due_on = round_.due_on
    ROUND.apply(round_, "open", actor, sentence=f"开始报送{round_.title}")
    reports = _make_reports(actor, round_, asked)
    _announce(actor, reports)
    return reports


@command
def join_late(actor: Actor, round_: Round) -> int:
    """Units and tasks issued after the opening join until the due date. Returns how many reports or rows came in."""
    if round_.state is not RoundState.OPEN or actor.on > round_.due_on:
        return 0
    asked = queries.obligated(round_, actor.on)
    standing = {report.unit_id: report for report in queries.reports_of(round_)}
    fresh = _make_reports(actor, round_, [one for one in asked if one.unit_id not in standing])
    for report in fresh:
        audit.record(actor, "report.join", report, f"新印发任务后加入{round_.title}：{report.unit.short_name}")
    _announce(actor, fresh)
    grown = 0
    for unit_id, mine in groupby(asked, key=lambda one: one.unit_id):
        if unit_id in standing and standing[unit_id].state in WRITABLE:
            grown += _grow(actor, standing[unit_id], list(mine))
    return len(fresh) + grown


@command
def close_round(actor: Actor, round_: Round) -> None:
    """End the filing: what was sent back or extended may still come in, nothing else."""
    hold_round(round_)
    ROUND.apply(round_, "close", actor)


@command
def reopen_round(actor: Actor, round_: Round, reason: str) -> None:
    """Take reports again."""
    ROUND.apply(round_, "reopen", actor, reason=reason)


@command
def lock_round(actor: Actor, round_: Round) -> None:
    """Put the year away. What is still in motion forbids it: nothing may be caught half-way."""
    hold_round(round_)
    moving = [report for report in queries.reports_of(round_) if _in_motion(report)]
    if moving:
        names = "、".join(report.unit.short_name for report in moving[:8]) + ("等" if len(moving) > 8 else "")
        raise RuleError(f"还有{len(moving)}份报告没有办结（{names}），不能锁定。")
    if round_.state is RoundState.OPEN:
        ROUND.apply(round_, "close", actor)
    ROUND.apply(round_, "lock", actor)


@command
def unlock_round(actor: Actor, round_: Round, reason: str) -> None:
    """An exception to the lock, by who may issue, with a reason."""
    ROUND.apply(round_, "unlock", actor, reason=reason)


def _in_motion(report: Report) -> bool:
    return report.state in {ReportState.SUBMITTED, ReportState.RETURNED, ReportState.AWAITING_SIGN_OFF}


def _annual_of(committee_id: int | None, year: int) -> Round | None:
    return db.session.scalar(
        select(Round).where(
            Round.committee_id == committee_id, Round.kind == RoundKind.ANNUAL, Round.year == year
        )
    )  # fmt: skip


def _set_facts(actor: Actor, round_: Round, facts: RoundFacts) -> None:
    if not facts.opens_on <= facts.due_on:
        raise RuleError("截止日期不能早于开始日期。", field="due_on")
    if not facts.due_on <= facts.locks_on:
        raise RuleError("锁定日期不能早于截止日期。", field="locks_on")
    if facts.due_on < actor.on:
        raise RuleError("截止日期已经过去。", field="due_on")
    plans = list(
        db.session.scalars(
            select(Plan)
            .where(Plan.id.in_(facts.plan_ids), Plan.committee_id == actor.committee_id)
            .order_by(Plan.id)
        )
    )  # fmt: skip
    if not plans:
        raise RuleError("请至少选择一个规划。", field="plan_ids")
    outside = [plan for plan in plans if not plan.covers(facts.year)]
    if outside:
        raise RuleError(f"{outside[0].audit_label()}不包含{facts.year}年。", field="plan_ids")
    round_.year, round_.title, round_.guidance = facts.year, facts.title, facts.guidance
    round_.opens_on, round_.due_on, round_.locks_on = facts.opens_on, facts.due_on, facts.locks_on
    round_.first_due_on = facts.due_on
    round_.plans = plans


def _make_reports(actor: Actor, round_: Round, asked: list[Assignment]) -> list[Report]:
    """One report per unit, with a place for everything it will be asked. `asked` is ordered by unit."""
    goals = _goals_by_area({one.task.area_id for one in asked})
    reports = []
    for _, group in groupby(asked, key=lambda one: one.unit_id):
        mine = list(group)
        report = _empty_report(actor, round_, mine[0].unit)
        _add_places(report, mine, goals)
        reports.append(report)
    db.session.add_all(reports)
    db.session.flush()
    audit.cover(*reports)
    return reports


def _empty_report(actor: Actor, round_: Round, unit: Unit) -> Report:
    return Report(
        round=round_, unit=unit, state=ReportState.NOT_STARTED, state_since=actor.at, due_on=round_.due_on,
        first_due_on=round_.due_on, return_reason="", refusal_reason="", exemption_reason="", hand_ids=[],
        sections=[Section(kind=kind, text="") for kind in (*OVERVIEW, SectionKind.CONTACT, SectionKind.UNCHANGED)],
    )  # fmt: skip


def _add_places(report: Report, mine: Iterable[Assignment], goals: dict[int, list[Goal]]) -> int:
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


def _goals_by_area(area_ids: Iterable[int]) -> dict[int, list[Goal]]:
    rows = db.session.scalars(
        select(Goal)
        .where(Goal.area_id.in_(list(area_ids)), Goal.dropped_on.is_(None))
        .order_by(Goal.area_id, Goal.position)
    )
    found: dict[int, list[Goal]] = {}
    for goal in rows:
        found.setdefault(goal.area_id, []).append(goal)
    return found


def _grow(actor: Actor, report: Report, mine: list[Assignment]) -> int:
    """New rows for a report that stands; rows whose task went elsewhere go, when nobody wrote in them."""
    gone = [
        entry for entry in report.entries
        if entry.assignment.state in {AssignmentState.MOVED, AssignmentState.WITHDRAWN}
        and entry.state is None and not entry.note and not entry.figure
    ]  # fmt: skip
    for entry in gone:
        report.entries.remove(entry)
    added = _add_places(report, mine, _goals_by_area({one.task.area_id for one in mine}))
    if added or gone:
        audit.record(actor, "report.grow", report, f"{report.audit_label()}增加{added}项任务、减少{len(gone)}项任务")
    if added:
        telling.tell_unit(actor, report, "grown", occasion=actor.on.isoformat(), added=added)
    return added


def _announce(actor: Actor, reports: list[Report]) -> None:
    """Each post is told once, and the deadline is watched."""
    people = telling.people_of([report.unit_id for report in reports], actor.on)
    for report in reports:
        telling.tell_unit(actor, report, "opened", occasion="open", people=people.get(report.unit_id, []))
        telling.watch_due(actor, report)
