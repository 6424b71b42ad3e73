"""Notices one may see, and what the rule proposes to write about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from tracker.committees.models import Committee, Unit
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.reports.models import UNSENT, GoalStatement, GoalStatus, Report, ReportState, Request, Round
from tracker.reports.queries import review
from tracker.reports.queries.reports import visible_reports
from tracker.reports.queries.requests import unanswered_of
from tracker.supervision.models import (
    LIVING,
    OWED,
    ItemState,
    ItemWords,
    Light,
    Matter,
    Notice,
    NoticeEvidence,
    NoticeItem,
    NoticeKind,
    NoticeReply,
    NoticeState,
    Step,
    steps_of,
)
from tracker.supervision.queries import lights
from tracker.supervision.queries.closings import Closings, Lapse, closings
from tracker.supervision.queries.matters import overdue_findings

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
    """With the items and the replies, for lists and the sheet."""
    return rows.options(selectinload(Notice.items), selectinload(Notice.replies))


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
    statements: list[GoalStatement] = field(default_factory=list)
    matters: list[Matter] = field(default_factory=list)

    @property
    def lapses(self) -> list[Lapse]:
        """What it is about, in the order in which the letter says it."""
        return [*self.reports, *self.rows, *self.statements, *self.matters]


@dataclass(frozen=True)
class Considered:
    """What the rule looked at: what it proposes, what it leaves because it was closed, and how each was closed."""

    proposed: list[Proposal]
    ended: list[Proposal]
    closings: Closings


@dataclass(frozen=True)
class Held:
    """What stands open in a living notice already: ids of assignments and reports, (goal, unit), ids of matters."""

    assignments: set[int]
    reports: set[int]
    goals: set[tuple[int, int]]
    matters: set[int]


def same_draft(actor: Actor, unit: Unit, step: Step, words: ItemWords) -> Notice | None:
    """A draft to the unit whose one item says the very same."""
    rows = visible_notices(actor).where(
        Notice.state == NoticeState.DRAFT, Notice.unit_id == unit.id, Notice.kind == step.kind,
        Notice.step_name == step.label, Notice.items.any(and_(
            NoticeItem.subject == words.subject[:300], NoticeItem.facts == words.facts,
            NoticeItem.demand == words.demand, NoticeItem.request_id == words.request_id,
        )),
    )  # fmt: skip
    found = db.session.scalars(whole(rows))
    return next((one for one in found if len(one.items) == 1), None)


def ladder_of(actor: Actor) -> list[Step]:
    """The steps of the actor's committee."""
    return steps_of(db.session.get_one(Committee, actor.committee_id).settings)


def proposals(actor: Actor) -> list[Proposal]:
    """What the rule would write about today."""
    return considered(actor).proposed


def considered(actor: Actor) -> Considered:
    """Reports past their day (second step), overdue tasks, goals called difficult, findings unanswered past their day
    (first step), by unit. What a living notice holds is left out; what a notice closed is proposed again only on a
    ground that came after (`closings`)."""
    round_ = lights.round_in_force(actor.committee_id, actor.on)
    now = held(actor)
    missing = [one for one in _missing(actor, round_) if one.id not in now.reports]
    late = [row for row in _overdue(actor, round_) if row.assignment.id not in now.assignments]
    difficult = [one for one in _difficult(round_) if (one.goal_id, one.report.unit_id) not in now.goals]
    findings = [one for one in overdue_findings(actor) if one.id not in now.matters]
    closed, ladder = closings(actor, [*missing, *late, *difficult, *findings]), ladder_of(actor)

    def letters(*, ended: bool) -> list[Proposal]:
        return grouped(
            ladder,
            [one for one in missing if closed.rests(one) is ended],
            [one for one in late if closed.rests(one) is ended],
            [one for one in difficult if closed.rests(one) is ended],
            [one for one in findings if closed.rests(one) is ended],
        )

    return Considered(letters(ended=False), letters(ended=True), closed)


def grouped(
    ladder: list[Step],
    reports: Iterable[Report],
    rows: Iterable[lights.LightRow],
    statements: Iterable[GoalStatement] = (),
    matters: Iterable[Matter] = (),
) -> list[Proposal]:
    """One letter per unit and kind, in official order."""
    found: dict[tuple[int, NoticeKind], Proposal] = {}

    def letter(unit: Unit, kind: NoticeKind) -> Proposal:
        return found.setdefault((unit.id, kind), Proposal(unit, kind))

    chase = ladder[min(1, len(ladder) - 1)].kind
    for report in reports:
        letter(report.unit, chase).reports.append(report)
    for row in rows:
        letter(row.unit, NoticeKind.HINT).rows.append(row)
    for statement in statements:
        letter(statement.report.unit, NoticeKind.HINT).statements.append(statement)
    for matter in matters:
        letter(matter.unit, NoticeKind.HINT).matters.append(matter)
    return sorted(found.values(), key=lambda one: (one.unit.position, one.unit.id, one.kind.step))


def held(actor: Actor) -> Held:
    """What stands open in a living notice."""
    rows = db.session.execute(
        select(NoticeItem.assignment_id, NoticeItem.report_id, NoticeItem.goal_id, NoticeItem.matter_id, Notice.unit_id)
        .join(NoticeItem.notice)
        .where(
            Notice.committee_id == actor.committee_id,
            Notice.state.in_(LIVING),
            NoticeItem.state == ItemState.OPEN,
        )
    ).all()
    return Held(
        {row[0] for row in rows if row[0]}, {row[1] for row in rows if row[1]},
        {(row[2], row[4]) for row in rows if row[2]}, {row[3] for row in rows if row[3]},
    )  # fmt: skip


def statements_of(actor: Actor, statement_ids: Iterable[int], now: Held) -> list[GoalStatement]:
    """These goals that a unit called difficult, among those of the round in force, unless a notice holds them."""
    wanted = set(statement_ids)
    if not wanted:
        return []
    found = _difficult(lights.round_in_force(actor.committee_id, actor.on))
    return [one for one in found if one.id in wanted and (one.goal_id, one.report.unit_id) not in now.goals]


def matters_of(actor: Actor, matter_ids: Iterable[int], now: Held) -> list[Matter]:
    """These findings and items past their day, unless a notice holds them."""
    wanted = set(matter_ids)
    return [one for one in overdue_findings(actor) if one.id in wanted and one.id not in now.matters]


def open_requests(actor: Actor) -> list[Request]:
    """提请协调事项 nobody has answered: what they ask of another unit may become a letter to it."""
    round_ = lights.round_in_force(actor.committee_id, actor.on)
    return unanswered_of(round_) if round_ else []


def has_number(committee_id: int, number: str) -> bool:
    """Whether a notice of the committee carries the number already."""
    rows = select(Notice.id).where(Notice.committee_id == committee_id, Notice.number == number)
    return db.session.scalar(rows.limit(1)) is not None


def _difficult(round_: Round | None) -> list[GoalStatement]:
    said = [one for row in review.goals_of(round_) for one in row.statements] if round_ else []
    return [one for one in said if (one.confirmed or one.status) is GoalStatus.DIFFICULT]


def to_escalate(actor: Actor) -> list[Notice]:
    """Notices whose day passed without an answer, the oldest first."""
    rows = visible_notices(actor).where(overdue(actor)).order_by(Notice.reply_by, Notice.id)
    return list(db.session.scalars(whole(rows)))


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
    """In which states a notice may ask something of this post; a draft only when the head gave it back."""
    if actor.is_unit:
        return [state for state in NoticeState if state in OWED]
    if actor.is_chair:
        return [NoticeState.REPLIED]
    if not actor.is_office:
        return []
    return [NoticeState.SIGNED, NoticeState.REPLIED, NoticeState.SUBMITTED if actor.is_head else NoticeState.DRAFT]
