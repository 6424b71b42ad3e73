"""Notices one may see, and what the rule proposes to write about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tracker.committees.models import Unit
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.reports.models import UNSENT, Report, ReportState, Round
from tracker.reports.queries.reports import visible_reports
from tracker.supervision.models import (
    LIVING,
    OWED,
    ItemState,
    Light,
    Notice,
    NoticeEvidence,
    NoticeItem,
    NoticeKind,
    NoticeReply,
    NoticeState,
)
from tracker.supervision.queries import lights
from tracker.tasks.models import Assignment

SORTS = {
    "number": (Notice.number_year, Notice.number_serial, Notice.id),
    "unit": (Unit.position, Notice.id),
    "reply_by": (Notice.reply_by, Notice.id),
}


def visible_notices(actor: Actor) -> Select[Notice]:
    """The office and the chair see all of their committee's; a unit sees what was issued to it, also when withdrawn."""
    rows = (
        select(Notice)
        .join(Notice.unit)
        .where(Notice.committee_id == actor.committee_id)
        .options(contains_eager(Notice.unit), joinedload(Notice.committee))
    )
    if actor.sees_committee:
        return rows
    return rows.where(Notice.unit_id == actor.unit_id, Notice.issued_on.is_not(None))


def whole(rows: Select[Notice]) -> Select[Notice]:
    """With the items, for lists."""
    return rows.options(selectinload(Notice.items))


def register(rows: Select[Notice]) -> Select[Notice]:
    """With the items and the replies, for the sheet."""
    return whole(rows).options(selectinload(Notice.replies))


def ordered(rows: Select[Notice], wanted: str) -> Select[Notice]:
    """By a name of SORTS, `-` for descending; anything else is newest first."""
    columns = SORTS.get(wanted.removeprefix("-"))
    if columns is None:
        return rows.order_by(Notice.id.desc())
    return rows.order_by(*(column.desc() if wanted.startswith("-") else column.asc() for column in columns))


def visible_evidence(actor: Actor) -> Select[NoticeEvidence]:
    """Files of the replies that one may read."""
    return (
        select(NoticeEvidence)
        .join(NoticeEvidence.reply)
        .where(NoticeReply.notice_id.in_(visible_notices(actor).with_only_columns(Notice.id)))
    )


def overdue(actor: Actor) -> ColumnElement[bool]:
    """The answer is awaited and its day has passed."""
    return and_(Notice.state.in_(OWED), Notice.reply_by < actor.on)


def was_late(actor: Actor) -> ColumnElement[bool]:
    """Overdue now, or answered late at some time: lateness stays on record."""
    return or_(overdue(actor), Notice.late_workdays > 0)


def follower(notice: Notice) -> Notice | None:
    """The notice of the next step, when there is one."""
    return db.session.scalar(select(Notice).where(Notice.follows_id == notice.id).order_by(Notice.id).limit(1))


def members(actor: Actor) -> list[Unit]:
    """Units that may be written to, in official order."""
    return list(
        db.session.scalars(
            select(Unit)
            .where(Unit.committee_id == actor.committee_id, Unit.valid_to.is_(None))
            .order_by(Unit.position)
        )
    )  # fmt: skip


# --- what the rule proposes -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """One letter that the rule would write: to one unit, of one kind, about these matters."""

    unit: Unit
    kind: NoticeKind
    reports: list[Report] = field(default_factory=list)
    rows: list[lights.LightRow] = field(default_factory=list)


def proposals(actor: Actor) -> list[Proposal]:
    """Reports past their day (催报单) and overdue tasks (提示函), by unit; what a living notice holds is left out."""
    round_ = lights.round_in_force(actor.committee_id, actor.on)
    held_assignments, held_reports = held(actor)
    missing = [one for one in _missing(actor, round_) if one.id not in held_reports]
    late = [row for row in _overdue(actor, round_) if row.assignment.id not in held_assignments]
    return grouped(missing, late)


def grouped(reports: Iterable[Report], rows: Iterable[lights.LightRow]) -> list[Proposal]:
    """One letter per unit and kind, in official order."""
    found: dict[tuple[int, NoticeKind], Proposal] = {}
    for report in reports:
        key = (report.unit_id, NoticeKind.CHASE)
        found.setdefault(key, Proposal(report.unit, NoticeKind.CHASE)).reports.append(report)
    for row in rows:
        key = (row.unit.id, NoticeKind.HINT)
        found.setdefault(key, Proposal(row.unit, NoticeKind.HINT)).rows.append(row)
    return sorted(found.values(), key=lambda one: (one.unit.position, one.unit.id, one.kind.step))


def held(actor: Actor) -> tuple[set[int], set[int]]:
    """Assignments and reports that stand open in a living notice."""
    rows = db.session.execute(
        select(NoticeItem.assignment_id, NoticeItem.report_id)
        .join(NoticeItem.notice)
        .where(
            Notice.committee_id == actor.committee_id,
            Notice.state.in_(LIVING),
            NoticeItem.state == ItemState.OPEN,
        )
    ).all()
    return {row[0] for row in rows if row[0]}, {row[1] for row in rows if row[1]}


def to_escalate(actor: Actor) -> list[Notice]:
    """Notices whose day passed without an answer, the oldest first."""
    rows = visible_notices(actor).where(overdue(actor)).order_by(Notice.reply_by, Notice.id)
    return list(db.session.scalars(whole(rows)))


def rows_of(actor: Actor, assignment_ids: Iterable[int]) -> list[lights.LightRow]:
    """The lights of these assignments, among those the actor sees."""
    round_ = lights.round_in_force(actor.committee_id, actor.on)
    soon = lights.due_soon_days(actor.committee_id)
    rows = lights.lights(actor, round_, actor.on, due_soon_days=soon).where(Assignment.id.in_(list(assignment_ids)))
    return lights.read(db.session.execute(lights.in_order(rows)).all())


def reports_of(actor: Actor, report_ids: Iterable[int]) -> list[Report]:
    """These reports, among those the actor sees, in official order."""
    rows = visible_reports(actor).where(Report.id.in_(list(report_ids)))
    return sorted(db.session.scalars(rows).unique(), key=lambda one: one.unit.position)


def _missing(actor: Actor, round_: Round | None) -> list[Report]:
    if round_ is None:
        return []
    unsent = and_(Report.state.in_(UNSENT), Report.rectify_by.is_(None), Report.due_on < actor.on)
    unmended = and_(
        Report.state.in_([ReportState.RETURNED, ReportState.AWAITING_SIGN_OFF]), Report.rectify_by < actor.on
    )
    return list(
        db.session.scalars(
            select(Report)
            .join(Report.unit)
            .where(Report.round_id == round_.id, or_(unsent, unmended))
            .options(contains_eager(Report.unit), joinedload(Report.round))
            .order_by(Unit.position)
        )
    )


def _overdue(actor: Actor, round_: Round | None) -> list[lights.LightRow]:
    soon = lights.due_soon_days(actor.committee_id)
    rows = lights.only_duties(lights.lights(actor, round_, actor.on, due_soon_days=soon))
    found = db.session.execute(lights.in_order(lights.under(rows, Light.OVERDUE)))
    return lights.read(found.all())


# --- what waits -------------------------------------------------------------------------------------------------------


def waiting_states(actor: Actor) -> list[NoticeState]:
    """In which states a notice asks something of this post."""
    if actor.is_unit:
        return [state for state in NoticeState if state in OWED]
    if not actor.is_office:
        return []
    return [NoticeState.SIGNED, NoticeState.REPLIED, *([NoticeState.DRAFT] if actor.is_head else [])]
