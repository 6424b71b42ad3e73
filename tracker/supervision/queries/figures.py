"""The figures a circular is made of, counted once and frozen with it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from tracker.committees.models import Unit
from tracker.core import calendar
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.plans.models import Area
from tracker.reports.models import Report, ReportVersion, Round
from tracker.supervision.models import Circular, Light
from tracker.supervision.queries import lights, replay
from tracker.tasks.models import Assignment, Task

Period: TypeAlias = tuple[date, date]
TROUBLED = (Light.OVERDUE.value, Light.ATTENTION.value)
MENDED = (Light.DONE.value, Light.EXEMPT.value, Light.NORMAL.value)


@dataclass(frozen=True)
class Scope:
    """Which areas and units a circular speaks about; empty is all."""

    areas: tuple[int, ...] = ()
    units: tuple[int, ...] = ()

    @classmethod
    def of(cls, stored: dict[str, Any] | None) -> Scope:
        return cls(tuple((stored or {}).get("areas", ())), tuple((stored or {}).get("units", ())))

    def to_json(self) -> dict[str, list[int]]:
        return {"areas": sorted(self.areas), "units": sorted(self.units)} if self != WHOLE else {}


WHOLE = Scope()


def count_figures(
    actor: Actor, round_: Round, cut_off_on: date, scope: Scope = WHOLE, last: Circular | None = None,
    *, period: Period | None = None, corrected: frozenset[int] = frozenset(), is_correction: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Everything a circular says in numbers, as it stood at the cut-off, ready to be frozen.

    Assigned, due, completed, overdue … count assignments of lead and joint units; on time, late, missing, returned
    count reports. Due is what is done once and has its day in the period. `rows` holds every assignment counted, so
    that each figure can lead to the rows behind it. A correction repeats no mistake: reports in `corrected` count as
    they were put right later, and recognised days as they are known now.
    """
    period = period or round_.period
    soon = lights.due_soon_days(actor.committee_id)
    rows = lights.lights(actor, round_, cut_off_on, due_soon_days=soon, corrected=corrected)
    judged = lights.read(db.session.execute(lights.in_order(_narrowed(lights.only_duties(rows), scope))).all())
    reports = [one for one in _reports(round_) if not scope.units or one.unit_id in scope.units]
    by_unit = _report_words(reports, round_, cut_off_on, actor.on, known_on=actor.on if is_correction else cut_off_on)
    units = {row.unit.id: row.unit for row in judged} | {report.unit_id: report.unit for report in reports}
    listed = [_item(row, period) for row in judged]
    by_unit_rows = _grouped(listed, "unit_id")
    return {
        "cut_off_on": cut_off_on.isoformat(),
        "period": {"from": period[0].isoformat(), "to": period[1].isoformat()},
        "round_id": round_.id,
        "round": round_.title,
        "due_on": round_.due_on.isoformat(),
        "scope": _scope_words(scope),
        "reports": _report_counts(by_unit),
        "assignments": _counts(listed),
        "units": [
            _unit_line(unit, by_unit_rows.get(unit.id, []), by_unit)
            for unit in sorted(units.values(), key=lambda unit: unit.position)
        ],
        "areas": _area_lines(judged, listed),
        "items": [one for one in listed if one["light"] in TROUBLED],
        "rows": listed,
        "since": _since(last, listed),
    }


def sources(
    round_: Round, scope: Scope, as_of: datetime, corrected: frozenset[int] = frozenset()
) -> dict[int, int | None]:
    """Report → the number of the submission that is counted; None where nothing had come in."""
    numbers: dict[int, int] = dict(
        db.session.execute(
            select(ReportVersion.report_id, func.max(ReportVersion.number))
            .join(ReportVersion.report)
            .where(
                Report.round_id == round_.id,
                or_(ReportVersion.submitted_at <= as_of, ReportVersion.report_id.in_(corrected)),
            )
            .group_by(ReportVersion.report_id)
        ).all()
    )
    wanted = select(Report.id).where(Report.round_id == round_.id)
    if scope.units:
        wanted = wanted.where(Report.unit_id.in_(scope.units))
    return {report_id: numbers.get(report_id) for report_id in db.session.scalars(wanted)}


def _narrowed(rows: Select[Any], scope: Scope) -> Select[Any]:
    if scope.areas:
        rows = rows.where(Task.area_id.in_(scope.areas))
    return rows.where(Assignment.unit_id.in_(scope.units)) if scope.units else rows


def _since(last: Circular | None, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What changed since the circular before: what it named and is better now, what is named again."""
    if last is None:
        return {}
    now = {one["assignment_id"]: one for one in rows}
    named = [one for one in last.figures.get("items", []) if one["assignment_id"] in now]
    again = [one["assignment_id"] for one in named if now[one["assignment_id"]]["light"] in TROUBLED]
    better = [one["assignment_id"] for one in named if now[one["assignment_id"]]["light"] in MENDED]
    return {
        "circular_id": last.id, "number": last.number, "title": last.title,
        "issued_on": last.issued_on.isoformat() if last.issued_on else "", "named": len(named),
        "about": [one["assignment_id"] for one in named], "improved": better, "repeated": again,
    }  # fmt: skip


def rows_behind(figures: dict[str, Any], **wanted: Any) -> list[dict[str, Any]]:
    """The frozen assignments that a figure counted: `unit_id`, `area_id`, `lights`, `due` narrow them."""
    rows = figures.get("rows", figures.get("items", []))
    for name in ("unit_id", "area_id"):
        if wanted.get(name) is not None:
            rows = [row for row in rows if row.get(name) == wanted[name]]
    if wanted.get("lights"):
        rows = [row for row in rows if row["light"] in wanted["lights"]]
    if wanted.get("due"):
        rows = [row for row in rows if row.get("is_due")]
    if wanted.get("since") and figures.get("since"):
        kept = set(figures["since"][wanted["since"]])
        rows = [row for row in rows if row["assignment_id"] in kept]
    return list(rows)


def units_behind(figures: dict[str, Any], report: str | None) -> list[dict[str, Any]]:
    """The frozen units that a figure about reports counted: by the word of their line, or by a word for several."""
    units: list[dict[str, Any]] = figures["units"]
    if report == "good":
        return good_units(figures)
    if report == "expected":
        return [line for line in units if line["report"] not in {"exempt", "none"}]
    if report == "returned":
        return [line for line in units if "退回" in line["report_words"]]
    return [line for line in units if report in {None, "", line["report"]}]


def good_units(figures: dict[str, Any]) -> list[dict[str, Any]]:
    """Reported in time, and nothing of theirs lapses."""
    return [
        line for line in figures["units"]
        if line["report"] == "on_time" and not line["attention"] and not line["overdue"]
        and line["normal"] + line["done"]
    ]  # fmt: skip


def _scope_words(scope: Scope) -> str:
    """The scope as the circular says it; empty when it is the whole committee."""
    areas = db.session.scalars(select(Area.name).where(Area.id.in_(scope.areas)).order_by(Area.position)).all()
    units = db.session.scalars(select(Unit.short_name).where(Unit.id.in_(scope.units)).order_by(Unit.position)).all()
    return "；".join(part for part in ("、".join(areas), "、".join(units)) if part)


def shares(counts: list[int], parts: int = 100) -> list[int]:
    """Whole shares of `parts` that add up to it, by largest remainder; all zero when there is nothing."""
    total = sum(counts)
    if not total:
        return [0] * len(counts)
    floors = [count * parts // total for count in counts]
    order = sorted(range(len(counts)), key=lambda place: (-(counts[place] * parts % total), place))
    for place in order[: parts - sum(floors)]:
        floors[place] += 1
    return floors


def percentages(counts: list[int]) -> list[str]:
    """Percentages in words that add up to 100: whole ones where each is what a reader's own reckoning gives, else with
    one decimal (5 of 140 is 3.6, never 3)."""
    total, whole = sum(counts), shares(counts)
    if all(part == (200 * count + total) // (2 * total) for part, count in zip(whole, counts, strict=True) if total):
        return [f"{part}%" for part in whole]
    return [f"{part // 10}.{part % 10}%" for part in shares(counts, 1000)]


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


def _report_words(
    reports: list[Report], round_: Round, on: date, today: date, *, known_on: date
) -> dict[int, tuple[str, str]]:
    """By unit: (kind, words) of its report as it stood at the cut-off."""
    returned, exempt = replay.returned_and_exempt(round_, on, today=today)
    due = replay.due_days(round_, on, today=today)
    recognised = replay.recognised_days(round_, known_on, today=today)
    return {
        one.unit_id: ("exempt", "免报")
        if one.id in exempt
        else _came(one.first_submitted_on, recognised.get(one.id), due[one.id], on, is_returned=one.id in returned)
        for one in reports
    }


def _came(
    submitted: date | None, recognised: date | None, due_on: date, on: date, *, is_returned: bool
) -> tuple[str, str]:
    came = recognised or submitted
    if came is None or came > on:
        return ("missing", "未报送") if on > due_on else ("pending", "未到期")
    is_late = came > due_on
    words = "按时报送"
    if is_late:
        words = f"迟报{max(1, calendar.current().workdays_until(due_on, came))}个工作日"
    if is_returned:
        words += "，退回修改中"
    return ("late" if is_late else "on_time"), words


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


def _grouped(rows: list[dict[str, Any]], name: str) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row[name], []).append(row)
    return found


def _counts(rows: list[dict[str, Any]]) -> dict[str, int]:
    counted = Counter(row["light"] for row in rows)
    due = Counter(row["light"] for row in rows if row["is_due"])
    return {
        "total": len(rows), **{light.value: counted[light.value] for light in Light},
        "due": due.total(), "due_done": due[Light.DONE.value], "due_overdue": due[Light.OVERDUE.value],
    }  # fmt: skip


def _unit_line(unit: Unit, rows: list[dict[str, Any]], reports: dict[int, tuple[str, str]]) -> dict[str, Any]:
    kind, words = reports.get(unit.id, ("none", "无需报送"))
    return {"unit_id": unit.id, "name": unit.short_name, "report": kind, "report_words": words, **_counts(rows)}


def _area_lines(judged: list[lights.LightRow], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    areas = {row.area.id: row.area for row in judged}
    by_area = _grouped(rows, "area_id")
    ordered = sorted(areas.values(), key=lambda area: (area.plan_id, area.position))
    return [{"area_id": area.id, "name": area.name, **_counts(by_area[area.id])} for area in ordered]


def _item(row: lights.LightRow, period: Period) -> dict[str, Any]:
    return {
        "assignment_id": row.assignment.id,
        "unit_id": row.unit.id,
        "area_id": row.area.id,
        "number": row.task.number,
        "area": row.area.name,
        "title": row.task.title,
        "unit": row.unit.short_name,
        "role": row.assignment.role.label,
        "light": row.light.value,
        "why": row.why,
        "due_on": row.due_on.isoformat() if row.due_on else "",
        "is_due": row.due_on is not None and period[0] <= row.due_on <= period[1],
    }
