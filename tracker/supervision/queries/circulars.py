"""Circulars one may see, and the figures a new one is made of."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import joinedload

from tracker.committees.models import Unit
from tracker.core import calendar
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.reports.models import Report, ReportState, Round, RoundKind, RoundState
from tracker.supervision.models import Circular, CircularState, Light
from tracker.supervision.queries import lights


def visible_circulars(actor: Actor) -> Select[Circular]:
    """The office and the chair see all of their committee's, its units what was issued; who only keeps the system or
    its records sees none."""
    rows = (
        select(Circular)
        .where(Circular.committee_id == actor.committee_id)
        .options(joinedload(Circular.round), joinedload(Circular.committee))
    )
    if actor.sees_committee:
        return rows
    return rows.where(Circular.state == CircularState.ISSUED if actor.is_unit else false())


def has_number(committee_id: int, number: str) -> bool:
    """Whether a circular of the committee carries the number already."""
    rows = select(Circular.id).where(Circular.committee_id == committee_id, Circular.number == number)
    return db.session.scalar(rows.limit(1)) is not None


def rounds_to_report_on(actor: Actor) -> list[Round]:
    """Rounds a circular can speak about: those that have opened, newest first."""
    return list(
        db.session.scalars(
            select(Round)
            .where(
                Round.committee_id == actor.committee_id,
                Round.state != RoundState.PLANNED,
                Round.kind != RoundKind.SPECIAL,
            )
            .order_by(Round.opens_on.desc())
        )
    )


def units_told(actor: Actor) -> int:
    """How many units an issued circular reaches."""
    counted = select(func.count()).select_from(Unit).where(Unit.committee_id == actor.committee_id)
    return db.session.scalar(counted.where(Unit.valid_to.is_(None))) or 0


def count_figures(actor: Actor, round_: Round, cut_off_on: date) -> dict[str, Any]:
    """Everything a circular says in numbers, counted at the cut-off, ready to be frozen.

    Assigned, completed, overdue … count assignments of lead and joint units; on time, late, missing, returned count
    reports. Every figure carries the ids of what it counted, so that it can lead to the rows behind it.
    """
    soon = lights.due_soon_days(actor.committee_id)
    rows = lights.only_duties(lights.lights(actor, round_, cut_off_on, due_soon_days=soon))
    judged = lights.read(db.session.execute(lights.in_order(rows)).all())
    reports = _reports(round_)
    units = {row.unit.id: row.unit for row in judged} | {report.unit_id: report.unit for report in reports}
    by_unit = {report.unit_id: _report_word(report, cut_off_on) for report in reports}
    return {
        "cut_off_on": cut_off_on.isoformat(),
        "round_id": round_.id,
        "round": round_.title,
        "due_on": round_.due_on.isoformat(),
        "reports": _report_counts(by_unit),
        "assignments": _counts(judged),
        "units": [
            _unit_line(unit, [row for row in judged if row.unit.id == unit.id], by_unit)
            for unit in sorted(units.values(), key=lambda unit: unit.position)
        ],
        "areas": _area_lines(judged),
        "items": [_item(row) for row in judged if row.light in {Light.OVERDUE, Light.ATTENTION}],
    }


def shares(counts: list[int]) -> list[int]:
    """Whole percentages that add up to 100, by largest remainder; all zero when there is nothing."""
    total = sum(counts)
    if not total:
        return [0] * len(counts)
    floors = [count * 100 // total for count in counts]
    order = sorted(range(len(counts)), key=lambda place: (-(counts[place] * 100 % total), place))
    for place in order[: 100 - sum(floors)]:
        floors[place] += 1
    return floors


def _reports(round_: Round) -> list[Report]:
    return list(
        db.session.scalars(
            select(Report)
            .join(Report.unit)
            .where(Report.round_id == round_.id)
            .options(joinedload(Report.unit))
            .order_by(Unit.position)
        )
    )


def _report_word(report: Report, on: date) -> tuple[str, str]:
    """(kind, words): how a unit's report stands at the cut-off."""
    if report.state is ReportState.EXEMPTED:
        return "exempt", "免报"
    submitted = report.first_submitted_on
    if submitted is None or submitted > on:
        return ("missing", "未报送") if on > report.due_on else ("pending", "未到期")
    late = calendar.current().workdays_until(report.due_on, submitted) if report.was_late() else 0
    words = f"迟报{late}个工作日" if report.was_late() else "按时报送"
    if report.awaits_rectification():
        words += "，退回修改中"
    return ("late" if report.was_late() else "on_time"), words


def _report_counts(by_unit: dict[int, tuple[str, str]]) -> dict[str, int]:
    kinds = Counter(kind for kind, _ in by_unit.values())
    return {
        "expected": len(by_unit) - kinds["exempt"],
        "on_time": kinds["on_time"],
        "late": kinds["late"],
        "missing": kinds["missing"],
        "pending": kinds["pending"],
        "exempt": kinds["exempt"],
        "returned": sum("退回" in words for _, words in by_unit.values()),
    }


def _counts(rows: list[lights.LightRow]) -> dict[str, int]:
    counted = Counter(row.light for row in rows)
    return {"total": len(rows), **{light.value: counted[light] for light in Light}}


def _unit_line(unit: Unit, rows: list[lights.LightRow], reports: dict[int, tuple[str, str]]) -> dict[str, Any]:
    kind, words = reports.get(unit.id, ("none", "无需报送"))
    return {"unit_id": unit.id, "name": unit.short_name, "report": kind, "report_words": words, **_counts(rows)}


def _area_lines(rows: list[lights.LightRow]) -> list[dict[str, Any]]:
    areas = {row.area.id: row.area for row in rows}
    ordered = sorted(areas.values(), key=lambda area: (area.plan_id, area.position))
    return [
        {"area_id": area.id, "name": area.name, **_counts([row for row in rows if row.area.id == area.id])}
        for area in ordered
    ]


def _item(row: lights.LightRow) -> dict[str, Any]:
    return {
        "assignment_id": row.assignment.id,
        "number": row.task.number,
        "area": row.area.name,
        "title": row.task.title,
        "unit": row.unit.short_name,
        "role": row.assignment.role.label,
        "light": row.light.value,
        "why": row.why,
    }
