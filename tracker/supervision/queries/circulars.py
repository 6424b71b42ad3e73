"""Circulars one may see, what came of them, and what later put them in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, extract, false, func, or_, select
from sqlalchemy.orm import defer, joinedload

from tracker.accounts.models import Holding, Post, User
from tracker.committees.models import Unit
from tracker.core.access import Actor
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.works import Work, WorkState, visible_works
from tracker.messages.models import Message
from tracker.plans.models import Area, Plan
from tracker.reports.models import Round, RoundKind, RoundState
from tracker.supervision.models import Circular, CircularState
from tracker.supervision.queries import replay
from tracker.supervision.queries.figures import Scope

CIRCULAR_FILES = "supervision.circular_files"
"""The work that prepares the files of a long circular."""


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


SORTS = {
    "number": (Circular.number_year, Circular.number_serial, Circular.number, Circular.id),
    "cut_off_on": (Circular.cut_off_on, Circular.id),
    "issued_on": (Circular.issued_on, Circular.id),
}


def listed(actor: Actor) -> Select[Circular]:
    """The same for a list, without the frozen figures: they are long."""
    return visible_circulars(actor).options(defer(Circular.figures))


def ordered(rows: Select[Circular], wanted: str) -> Select[Circular]:
    """By a name of SORTS, `-` for descending; anything else is newest first."""
    columns = SORTS.get(wanted.removeprefix("-"))
    if columns is None:
        return rows.order_by(Circular.id.desc())
    return rows.order_by(*(column.desc() if wanted.startswith("-") else column.asc() for column in columns))


def says(words: str) -> ColumnElement[bool]:
    """Title or number contains the words."""
    return or_(Circular.title.contains(words, autoescape=True), Circular.number.contains(words, autoescape=True))


def years(actor: Actor) -> list[int]:
    """The years spoken about, newest first."""
    rows = visible_circulars(actor).with_only_columns(extract("year", Circular.period_to)).distinct()
    return sorted((int(year) for year in db.session.scalars(rows)), reverse=True)


def of_year(year: int) -> ColumnElement[bool]:
    return extract("year", Circular.period_to) == year


def newest_issued(actor: Actor) -> Circular | None:
    """The last circular that went out, without its figures."""
    rows = listed(actor).where(Circular.state == CircularState.ISSUED)
    return db.session.scalar(rows.order_by(Circular.issued_on.desc(), Circular.id.desc()).limit(1))


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


def last_issued(actor: Actor, round_: Round, scope: Scope, *, before: Circular | None = None) -> Circular | None:
    """The circular before: the newest issued one about a round of this kind and the same areas and units.

    A correction looks back to the one before the circular it replaces (`before`).
    """
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
    if before is not None:
        rows = rows.where(Circular.id < before.id)
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


def corrections_of(circular: Circular) -> list[Circular]:
    """The circulars that replace this one, begun or issued, the newest first."""
    rows = select(Circular).where(Circular.corrects_id == circular.id).order_by(Circular.id.desc())
    return list(db.session.scalars(rows))


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
