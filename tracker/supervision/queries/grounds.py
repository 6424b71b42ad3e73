"""What the open items of a notice rest on, and where that has fallen away: a report corrected or come in, a task done,
a goal called otherwise, a finding answered, a request answered. The record of lateness stays as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from tracker.core.access import Actor
from tracker.core.clock import shanghai_date
from tracker.core.db import db
from tracker.core.filters import zh_date
from tracker.reports.models import GoalStatement, GoalStatus, Report, ReportState, Request
from tracker.supervision.models import LIVING, Light, Matter, MatterState, Notice, NoticeItem
from tracker.supervision.queries import lights

AT_EASE = frozenset({Light.NORMAL, Light.DONE, Light.EXEMPT})
"""Lights about which there is nothing to write."""


def fallen(actor: Actor, notices: Iterable[Notice]) -> dict[int, str]:
    """By number of an open item of a living notice: what stands now in place of what it rests on. A fixed number of
    queries."""
    items = [item for one in notices if one.state in LIVING for item in one.open_items]
    said: dict[int, str] = {}
    for found in (_assignments, _reports, _goals, _matters, _requests):
        said |= found(actor, items)
    return said


def reason(notice: Notice, said: dict[int, str]) -> str:
    """The reason proposed for withdrawing; empty while anything it rests on still stands."""
    grounds = [said.get(item.id, "") for item in notice.open_items]
    return "；".join(dict.fromkeys(grounds)) + "。" if grounds and all(grounds) else ""


def _assignments(actor: Actor, items: list[NoticeItem]) -> dict[int, str]:
    mine = [item for item in items if item.assignment_id is not None]
    now = {row.assignment.id: row for row in lights.rows_of(actor, [item.assignment_id or 0 for item in mine])}
    said = {}
    for item in mine:
        row = now.get(item.assignment_id or 0)
        if row is None:
            said[item.id] = "这项任务已不由该单位承担，或者已暂缓、撤销"
        elif row.light in AT_EASE and item.light not in AT_EASE:
            said[item.id] = f"任务状态现为“{row.light.label}”（{'人工调整' if row.changed else row.reason.label}）"
    return said


def _reports(actor: Actor, items: list[NoticeItem]) -> dict[int, str]:
    mine = _by(items, "report_id")
    said: dict[int, str] = {}
    for report in _found(select(Report).options(joinedload(Report.round)), Report, mine):
        if report.state is ReportState.EXEMPTED:
            words = "该单位本次免报"
        elif report.state in {ReportState.SUBMITTED, ReportState.ACCEPTED} and report.submitted_at:
            words = f"报告已于{zh_date(shanghai_date(report.submitted_at))}报送"
        elif report.is_owed() and not report.is_overdue(actor.on):
            words = f"报送期限已延至{zh_date(report.due_on)}"
        else:
            continue
        said |= dict.fromkeys(mine[report.id], words)
    return said


def _goals(actor: Actor, items: list[NoticeItem]) -> dict[int, str]:
    """What the unit says of the goal in the round in force, once it has been sent."""
    mine = {(item.goal_id, item.notice.unit_id): item.id for item in items if item.goal_id is not None}
    round_ = lights.round_in_force(actor.committee_id, actor.on) if mine else None
    if round_ is None:
        return {}
    rows = (
        select(GoalStatement)
        .join(GoalStatement.report)
        .where(
            Report.round_id == round_.id, Report.first_submitted_at.is_not(None),
            or_(*(and_(GoalStatement.goal_id == goal, Report.unit_id == unit) for goal, unit in mine)),
        )
        .options(contains_eager(GoalStatement.report))
    )  # fmt: skip
    return {
        mine[one.goal_id, one.report.unit_id]: f"该目标现为“{status.label}”"
        for one in db.session.scalars(rows)
        if (status := one.confirmed or one.status) is not None and status is not GoalStatus.DIFFICULT
    }


def _matters(actor: Actor, items: list[NoticeItem]) -> dict[int, str]:
    mine = _by(items, "matter_id")
    said: dict[int, str] = {}
    for matter in _found(select(Matter), Matter, mine):
        if matter.state is MatterState.CLOSED:
            words = f"该{matter.kind_word}已于{zh_date(matter.closed_on)}销号"
        elif not matter.is_owed:
            words = f"该{matter.kind_word}现为“{matter.state.label}”"
        elif not matter.is_overdue(actor.on):
            words = f"该{matter.kind_word}的期限已延至{zh_date(matter.due_on)}"
        else:
            continue
        said |= dict.fromkeys(mine[matter.id], words)
    return said


def _requests(_actor: Actor, items: list[NoticeItem]) -> dict[int, str]:
    mine = _by(items, "request_id")
    answered = _found(select(Request).where(Request.answered_at.is_not(None)), Request, mine)
    return {item: "该提请协调事项已答复" for one in answered for item in mine[one.id]}


def _by(items: list[NoticeItem], column: str) -> dict[int, list[int]]:
    """What the items speak of → the items' numbers."""
    found: dict[int, list[int]] = defaultdict(list)
    for item in items:
        if (number := getattr(item, column)) is not None:
            found[number].append(item.id)
    return found


def _found(rows: Select[Any], model: Any, mine: dict[int, list[int]]) -> list[Any]:
    return list(db.session.scalars(rows.where(model.id.in_(mine))).unique()) if mine else []
