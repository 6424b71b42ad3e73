"""Circulars one may see, and the figures a new one is made of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import joinedload

from tracker.accounts.models import Holding, Post, User
from tracker.committees.models import Unit
from tracker.core import calendar
from tracker.core.access import Actor
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.works import Work, WorkState, visible_works
from tracker.messages.models import Message
from tracker.plans.models import Area, Plan
from tracker.reports.models import Report, Round, RoundKind, RoundState
from tracker.supervision.models import Circular, CircularState, Light
from tracker.supervision.queries import lights, replay
from tracker.tasks.models import Assignment, Task

CIRCULAR_FILES = "supervision.circular_files"
"""The work that prepares the files of a long circular."""
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


def scope_choices(actor: Actor) -> tuple[list[Area], dict[int, Unit]]:
    """The areas and units a circular may be narrowed to, in their order."""
    areas = db.session.scalars(
        select(Area)
        .join(Area.plan)
        .where(Plan.committee_id == actor.committee_id)
        .options(joinedload(Area.plan))
        .order_by(Area.plan_id, Area.position)
    )
    units = db.session.scalars(
        select(Unit).where(Unit.committee_id == actor.committee_id, Unit.valid_to.is_(None)).order_by(Unit.position)
    )
    return list(areas), {unit.id: unit for unit in units}


def units_told(actor: Actor) -> int:
    """How many units an issued circular reaches."""
    counted = select(func.count()).select_from(Unit).where(Unit.committee_id == actor.committee_id)
    return db.session.scalar(counted.where(Unit.valid_to.is_(None))) or 0


def last_issued(actor: Actor, round_: Round, scope: Scope) -> Circular | None:
    """The circular before: the newest issued one about a round of this kind and the same areas and units."""
    rows = (
        select(Circular)
        .join(Circular.round)
        .where(
            Circular.committee_id == actor.committee_id,
            Circular.state == CircularState.ISSUED,
            Round.kind == round_.kind,
        )
        .order_by(Circular.issued_on.desc(), Circular.id.desc())
    )
    return next((one for one in db.session.scalars(rows) if Scope.of(one.scope) == scope), None)


LOCKED_LATELY = timedelta(days=30)


def rounds_to_propose(on: date, *, in_season: bool) -> list[tuple[int, bool]]:
    """(round, because it was locked): those locked of late, and in season the newest open to each committee."""
    spoken_of = Round.kind != RoundKind.SPECIAL
    since = replay.end_of(on - LOCKED_LATELY)
    locked = db.session.scalars(
        select(Round.id)
        .where(spoken_of, Round.state == RoundState.LOCKED, Round.state_since >= since)
        .where(Round.state_since < replay.end_of(on))
        .order_by(Round.id)
    )
    found = [(number, True) for number in locked]
    if in_season:
        newest = db.session.execute(
            select(Round.committee_id, Round.id)
            .where(spoken_of, Round.state != RoundState.PLANNED, Round.opens_on <= on)
            .order_by(Round.opens_on, Round.id)
        )
        found += [(number, False) for number in dict(newest.all()).values()]
    return found


def was_proposed(round_: Round, occasion: str) -> bool:
    """Whether a draft for this occasion came by itself before: the trail remembers, even when the draft was dropped."""
    rows = select(AuditEntry.id).where(
        AuditEntry.chain == round_.committee_id, AuditEntry.event == "circular.propose",
        AuditEntry.object_label == occasion,
    )  # fmt: skip
    return db.session.scalar(rows.limit(1)) is not None


def has_draft(round_: Round) -> bool:
    """Whether somebody is writing about the round already."""
    rows = select(Circular.id).where(Circular.round_id == round_.id, Circular.state != CircularState.ISSUED)
    return db.session.scalar(rows.limit(1)) is not None


def corrected_by(circular: Circular) -> Circular | None:
    """The issued circular that replaces this one."""
    rows = select(Circular).where(Circular.corrects_id == circular.id, Circular.state == CircularState.ISSUED)
    return db.session.scalar(rows.order_by(Circular.id.desc()).limit(1))


def count_figures(
    actor: Actor, round_: Round, cut_off_on: date, scope: Scope = WHOLE, last: Circular | None = None
) -> dict[str, Any]:
    """Everything a circular says in numbers, as it stood at the cut-off, ready to be frozen.

    Assigned, completed, overdue … count assignments of lead and joint units; on time, late, missing, returned count
    reports. `rows` holds every assignment counted, so that each figure can lead to the rows behind it.
    """
    soon = lights.due_soon_days(actor.committee_id)
    rows = lights.only_duties(lights.lights(actor, round_, cut_off_on, due_soon_days=soon))
    if scope.areas:
        rows = rows.where(Task.area_id.in_(scope.areas))
    if scope.units:
        rows = rows.where(Assignment.unit_id.in_(scope.units))
    judged = lights.read(db.session.execute(lights.in_order(rows)).all())
    reports = [one for one in _reports(round_) if not scope.units or one.unit_id in scope.units]
    units = {row.unit.id: row.unit for row in judged} | {report.unit_id: report.unit for report in reports}
    returned, exempt = replay.returned_and_exempt(round_, cut_off_on, today=actor.on)
    by_unit = {one.unit_id: _report_word(one, cut_off_on, one.id in returned, one.id in exempt) for one in reports}
    listed = [_item(row) for row in judged]
    return {
        "cut_off_on": cut_off_on.isoformat(),
        "round_id": round_.id,
        "round": round_.title,
        "due_on": round_.due_on.isoformat(),
        "scope": _scope_words(scope),
        "reports": _report_counts(by_unit),
        "assignments": _counts(judged),
        "units": [
            _unit_line(unit, [row for row in judged if row.unit.id == unit.id], by_unit)
            for unit in sorted(units.values(), key=lambda unit: unit.position)
        ],
        "areas": _area_lines(judged),
        "items": [one for one in listed if one["light"] in TROUBLED],
        "rows": listed,
        "since": _since(last, listed),
    }


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
        "improved": better, "repeated": again,
    }  # fmt: skip


def rows_behind(figures: dict[str, Any], **wanted: Any) -> list[dict[str, Any]]:
    """The frozen assignments that a figure counted: `unit_id`, `area_id`, `lights` narrow them."""
    rows = figures.get("rows", figures.get("items", []))
    for name in ("unit_id", "area_id"):
        if wanted.get(name) is not None:
            rows = [row for row in rows if row.get(name) == wanted[name]]
    if wanted.get("lights"):
        rows = [row for row in rows if row["light"] in wanted["lights"]]
    if wanted.get("since") and figures.get("since"):
        kept = set(figures["since"][wanted["since"]])
        rows = [row for row in rows if row["assignment_id"] in kept]
    return list(rows)


@dataclass(frozen=True)
class Spread:
    """One unit an issued circular was sent to, and who of it has read it when."""

    unit: Unit
    people: list[tuple[str, datetime | None]]

    @property
    def read_at(self) -> datetime | None:
        """When the first of them read it."""
        return min((at for _, at in self.people if at is not None), default=None)


def spread(circular: Circular) -> list[Spread]:
    """分发和阅读: whoever was told, by unit in official order. Opening the message or the file counts as reading."""
    told = db.session.execute(
        select(Message.recipient_id, Message.read_at, User.name)
        .join(User, User.id == Message.recipient_id)
        .where(Message.subject_type == "Circular", Message.subject_id == circular.id, Message.kind == "circular.issued")
    ).all()
    opened: dict[int | None, datetime] = dict(
        db.session.execute(
            select(AuditEntry.actor_id, func.min(AuditEntry.at))
            .where(
                AuditEntry.chain == circular.committee_id,
                AuditEntry.event == "circular.download",
                AuditEntry.object_id == circular.id,
            )
            .group_by(AuditEntry.actor_id)
        ).all()
    )
    units: dict[int, Unit] = {}
    held: dict[int, set[int]] = {}
    rows = (
        select(Unit, Holding.user_id)
        .join(Post, Post.unit_id == Unit.id)
        .join(Holding, Holding.post_id == Post.id)
        .where(Unit.committee_id == circular.committee_id, Holding.user_id.in_([row.recipient_id for row in told]))
        .order_by(Unit.position)
    )
    for unit, user_id in db.session.execute(rows):
        units[unit.id] = unit
        held.setdefault(unit.id, set()).add(user_id)
    return [
        Spread(unit, [(row.name, _first(row.read_at, opened.get(row.recipient_id)))
                      for row in told if row.recipient_id in held[number]])
        for number, unit in units.items()
    ]  # fmt: skip


def _first(*moments: datetime | None) -> datetime | None:
    return min((one for one in moments if one is not None), default=None)


def _scope_words(scope: Scope) -> str:
    """The scope as the circular says it; empty when it is the whole committee."""
    areas = db.session.scalars(select(Area.name).where(Area.id.in_(scope.areas)).order_by(Area.position)).all()
    units = db.session.scalars(select(Unit.short_name).where(Unit.id.in_(scope.units)).order_by(Unit.position)).all()
    return "；".join(part for part in ("、".join(areas), "、".join(units)) if part)


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


def _report_word(report: Report, on: date, is_returned: bool, is_exempt: bool) -> tuple[str, str]:
    """(kind, words): how a unit's report stands at the cut-off."""
    if is_exempt:
        return "exempt", "免报"
    submitted = report.first_submitted_on
    if submitted is None or submitted > on:
        return ("missing", "未报送") if on > report.due_on else ("pending", "未到期")
    late = calendar.current().workdays_until(report.due_on, submitted) if report.was_late() else 0
    words = f"迟报{late}个工作日" if report.was_late() else "按时报送"
    if is_returned:
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
        "unit_id": row.unit.id,
        "area_id": row.area.id,
        "number": row.task.number,
        "area": row.area.name,
        "title": row.task.title,
        "unit": row.unit.short_name,
        "role": row.assignment.role.label,
        "light": row.light.value,
        "why": row.why,
    }


def what_is_issued(actor: Actor, circular: Circular) -> dict[str, Any]:
    """What prepared files are good for: these words and figures, dated this day."""
    return {"circular_id": circular.id, "hash": circular.hash, "on": actor.on.isoformat()}


def prepared_files(actor: Actor, circular: Circular) -> Work | None:
    """The files ordered for issuing the circular today as it was signed, made or in the making; newest first."""
    wanted = what_is_issued(actor, circular).items()
    ordered = visible_works(actor).where(Work.kind == CIRCULAR_FILES, Work.state != WorkState.FAILED)
    return next(
        (one for one in db.session.scalars(ordered.order_by(Work.id.desc())) if wanted <= one.arguments.items()), None
    )  # fmt: skip
