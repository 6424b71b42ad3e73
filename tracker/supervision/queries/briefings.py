"""Today's facts for the chair: goals in doubt, what needs a decision, progress, what came of the last page."""

from __future__ import annotations

from datetime import timedelta
from itertools import zip_longest
from typing import Any

from sqlalchemy import Select, false, func, or_, select

from tracker.core.access import Actor
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.reports.models import WITH_OFFICE, GoalStatus, Report, ReportState, Round
from tracker.reports.queries import review
from tracker.reports.queries.requests import unanswered_of
from tracker.supervision.models import Briefing, Instruction, InstructionState, Light
from tracker.supervision.queries import lights
from tracker.supervision.queries import notices as notice_queries
from tracker.supervision.queries.matters import visible_instructions, with_matters

LATELY = timedelta(days=90)
STATES = (
    ("accepted", "审核通过", (ReportState.ACCEPTED,)),
    ("submitted", "已报送待审核", (ReportState.SUBMITTED,)),
    ("returned", "退回修改", (ReportState.RETURNED,)),
    ("writing", "填报中", (ReportState.DRAFT, ReportState.AWAITING_SIGN_OFF)),
    ("not_started", "未报送", (ReportState.NOT_STARTED,)),
)
"""The parts of the one chart: every report that is expected stands in exactly one."""


def visible_briefings(actor: Actor) -> Select[Briefing]:
    """The office's and the chair's alone."""
    rows = select(Briefing).where(Briefing.committee_id == actor.committee_id)
    return rows if actor.sees_committee else rows.where(false())


def latest_before_today(actor: Actor) -> Briefing | None:
    """The last page of an earlier day: made again the same day, a page still answers the one before."""
    rows = visible_briefings(actor).where(Briefing.made_on < actor.on).order_by(Briefing.id.desc())
    return db.session.scalar(rows.limit(1))


def made_today(actor: Actor) -> Briefing | None:
    rows = visible_briefings(actor).where(Briefing.made_on == actor.on).order_by(Briefing.id.desc())
    return db.session.scalar(rows.limit(1))


def newest(actor: Actor) -> Briefing | None:
    return db.session.scalar(visible_briefings(actor).order_by(Briefing.id.desc()).limit(1))


def unread_by_chair(actor: Actor) -> Briefing | None:
    """The newest page of late, while the trail knows of no opening of its file by this person."""
    rows = visible_briefings(actor).where(Briefing.made_on > actor.on - LATELY).order_by(Briefing.id.desc())
    newest = db.session.scalar(rows.limit(1))
    if newest is None:
        return None
    read = select(AuditEntry.id).where(
        AuditEntry.actor_id == actor.user_id, AuditEntry.event == "file.read", AuditEntry.at >= newest.made_at,
        AuditEntry.object_label.startswith(f"{file_stem(newest)}.", autoescape=True),
    )  # fmt: skip
    return newest if db.session.scalar(read.limit(1)) is None else None


def file_stem(briefing: Briefing) -> str:
    """What its files are called; a second of the same day says so."""
    before = select(func.count()).where(
        Briefing.committee_id == briefing.committee_id, Briefing.made_on == briefing.made_on, Briefing.id < briefing.id
    )  # fmt: skip
    place = (db.session.scalar(before) or 0) + 1
    return f"呈阅件{briefing.made_on:%Y%m%d}" + (f"（{place}）" if place > 1 else "")


def facts(actor: Actor) -> dict[str, Any]:
    """Everything that the page says, counted today."""
    round_ = lights.round_in_force(actor.committee_id, actor.on)
    soon = lights.due_soon_days(actor.committee_id)
    grid = lights.grid(actor, round_, actor.on, due_soon_days=soon)
    counted = {light.value: sum(cell.counts[light] for cell in grid.cells.values()) for light in Light}
    matters = _in_turn(_goals(round_), _overdue_tasks(actor, round_, soon), _requests(round_), _notices(actor))
    return {
        "on": actor.on.isoformat(),
        "round": round_.title if round_ else "",
        "due_on": round_.due_on.isoformat() if round_ else "",
        "reports": _reports(round_),
        "lights": counted,
        "matters": matters,
        "instructions": _instructions(actor),
        "last": _came_of(latest_before_today(actor), matters),
    }


def _reports(round_: Round | None) -> dict[str, int]:
    if round_ is None:
        return {}
    rows = select(Report.state, func.count()).where(Report.round_id == round_.id).group_by(Report.state)
    found: dict[ReportState, int] = dict(db.session.execute(rows).all())
    counted = {name: sum(found.get(state, 0) for state in states) for name, _, states in STATES}
    return {
        **counted,
        "expected": sum(counted.values()),
        "sent": sum(found.get(state, 0) for state in WITH_OFFICE) + counted["returned"],
        "exempted": found.get(ReportState.EXEMPTED, 0),
    }


def _goals(round_: Round | None) -> list[dict[str, Any]]:
    """Goals that a unit or the office calls difficult, or of which units say different things."""
    found = []
    for row in review.goals_of(round_) if round_ else []:
        said = [one.confirmed or one.status for one in row.statements]
        units = "、".join(dict.fromkeys(one.report.unit.short_name for one in row.statements))
        place = f"{row.goal.area.name}目标{row.goal.number}"
        if GoalStatus.DIFFICULT in said:
            basis = next(one.basis for one in row.statements if (one.confirmed or one.status) is GoalStatus.DIFFICULT)
            found.append(_matter("goal", row.goal.id, f"{place}：{row.goal.text}", units, "达标困难", basis))
        elif row.is_contradicted:
            differing = "、".join(
                f"{one.report.unit.short_name}报{one.status.label}" for one in row.statements if one.status
            )
            found.append(_matter("goal", row.goal.id, f"{place}：{row.goal.text}", units, "口径不一", differing))
    return found


def _overdue_tasks(actor: Actor, round_: Round | None, soon: int) -> list[dict[str, Any]]:
    """One line a task, however many units share it."""
    rows = lights.only_duties(lights.lights(actor, round_, actor.on, due_soon_days=soon))
    rows = lights.in_order(lights.under(rows, Light.OVERDUE))
    by_task: dict[int, list[lights.LightRow]] = {}
    for row in lights.read(db.session.execute(rows).all()):
        by_task.setdefault(row.task.id, []).append(row)
    return [
        _matter("task", number, found[0].task.title, "、".join(row.unit.short_name for row in found), "逾期",
                found[0].why)
        for number, found in by_task.items()
    ]  # fmt: skip


def _requests(round_: Round | None) -> list[dict[str, Any]]:
    """What the units ask the committee to solve and nobody has answered."""
    return [
        _matter("request", one.id, one.text, one.report.unit.short_name, "提请协调", "")
        for one in (unanswered_of(round_) if round_ else [])
    ]


def _notices(actor: Actor) -> list[dict[str, Any]]:
    """Letters whose day passed without an answer."""
    return [
        _matter(
            "notice", one.id, f"{one.step.label}《{one.title}》（{one.number}）", one.unit.short_name, "逾期未回复", ""
        )
        for one in notice_queries.to_escalate(actor)
    ]


def _instructions(actor: Actor) -> list[dict[str, Any]]:
    """What the chair told the office to see to: under way, and what was closed since a quarter."""
    rows = with_matters(visible_instructions(actor)).where(
        Instruction.state != InstructionState.WITHDRAWN,
        or_(Instruction.closed_on.is_(None), Instruction.closed_on >= actor.on - LATELY),
    )
    return [
        {
            "id": one.id, "title": one.title, "given_on": one.given_on.isoformat(), "state": one.state.label,
            "closed": sum(matter.closed_on is not None for matter in one.matters), "total": len(one.matters),
            "result": one.result,
        }
        for one in db.session.scalars(rows.order_by(Instruction.given_on.desc(), Instruction.id.desc()))
    ]  # fmt: skip


def _in_turn(*kinds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One of each kind in turn: where only some can be shown, no kind crowds another out."""
    return [one for row in zip_longest(*kinds) for one in row if one is not None]


def _matter(kind: str, number: int, subject: str, units: str, state: str, why: str) -> dict[str, Any]:
    return {"kind": kind, "id": number, "subject": subject, "units": units, "state": state, "why": why}


def _came_of(last: Briefing | None, matters: list[dict[str, Any]]) -> dict[str, Any]:
    """Of the matters on the last page, which no longer stand on today's."""
    if last is None:
        return {}
    now = {(one["kind"], one["id"]) for one in matters}
    solved = [one for one in last.facts["matters"] if (one["kind"], one["id"]) not in now]
    return {
        "made_on": last.made_on.isoformat(),
        "total": len(last.facts["matters"]),
        "solved": [one["subject"] for one in solved],
    }
