"""Parts in other hands: which there are, which came back, who wrote what was taken over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.core.access import Actor
from tracker.core.db import db
from tracker.reports.models import PartDecision, Report, Share, SharedPart
from tracker.reports.queries.reports import visible_reports
from tracker.reports.queries.sheet import Sheet

SHAREABLE = frozenset({"section", "area", "entry", "goal", "answer"})
"""Kinds of places that may be given away; the contact, remarks and files stay with the liaison."""


@dataclass(frozen=True)
class Place:
    """One place of a report that can be given away."""

    record: str
    group: str
    kind: str
    words: str
    """What it asks."""
    anchor: str


def visible_shares(actor: Actor) -> Select[Share]:
    """What the actor's own unit gave away; nobody else's business, the office's neither."""
    mine = visible_reports(actor).options().with_only_columns(Report.id).where(Report.unit_id == (actor.unit_id or 0))
    return select(Share).where(Share.report_id.in_(mine)).options(*_WITH_REPORT)


def share_by_hash(digest: str) -> Share | None:
    """The share of a link."""
    return db.session.scalar(select(Share).where(Share.token_hash == digest).options(*_WITH_REPORT))


def shares_of(report_id: int) -> list[Share]:
    """Everything given away of one report, newest first."""
    rows = select(Share).where(Share.report_id == report_id).order_by(Share.id.desc())
    return list(db.session.scalars(rows.options(joinedload(Share.report), selectinload(Share.parts))))


def authors_of(report_id: int) -> dict[str, SharedPart]:
    """By place: the part that was taken over last, with who wrote it."""
    rows = (
        select(SharedPart)
        .join(SharedPart.share)
        .where(Share.report_id == report_id, SharedPart.decision.in_([PartDecision.TAKEN, PartDecision.JOINED]))
        .options(joinedload(SharedPart.share))
        .order_by(SharedPart.decided_at, SharedPart.id)
    )
    return {one.record: one for one in db.session.scalars(rows)}


def waiting_count(report_id: int) -> int:
    """Places that came back and that nobody has looked at."""
    return (
        db.session.scalar(
            select(func.count(SharedPart.id))
            .join(SharedPart.share)
            .where(Share.report_id == report_id, SharedPart.written_at.is_not(None), SharedPart.decision.is_(None))
        )
        or 0
    )


def handed_back(actor: Actor) -> list[tuple[Share, int]]:
    """What sections handed back to the actor's unit and nobody has looked at, with how many places."""
    waiting = (
        select(SharedPart.share_id, func.count(SharedPart.id).label("number"))
        .where(SharedPart.written_at.is_not(None), SharedPart.decision.is_(None))
        .group_by(SharedPart.share_id)
        .subquery()
    )
    rows = db.session.execute(
        visible_shares(actor)
        .join(waiting, waiting.c.share_id == Share.id)
        .where(Share.returned_at.is_not(None))
        .add_columns(waiting.c.number)
        .order_by(Share.returned_at)
    )
    return [(share, int(number)) for share, number in rows]


def places(sheet: Sheet) -> list[Place]:
    """Everything of a report that can be given away, in its order."""
    found = [
        Place(f"section:{piece.kind.value}", "综述", "text", piece.kind.label, f"section-{piece.kind.value}-text")
        for piece in sheet.overview
    ]
    found += [
        Place(f"answer:{one.id}", "上年安排落实情况", "answer", one.text, f"answer-{one.id}-outcome")
        for one in sheet.last.arrangements
    ]
    for part in sheet.parts:
        name = f"{part.area.plan.short_title}　{part.area.name}" if len(sheet.plans) > 1 else part.area.name
        found.append(Place(f"area:{part.piece.id}", name, "text", "工作情况", f"area-{part.piece.id}-text"))
        for entry in sorted((*part.rows, *part.support), key=lambda one: one.assignment.task.position):
            task = entry.assignment.task
            words = f"{task.number} {task.title}{'' if entry.is_required() else '（配合，选填）'}"
            found.append(Place(f"entry:{entry.id}", name, "entry", words, f"entry-{entry.id}-state"))
        for one in part.goals:
            words = f"目标{one.goal.number}：{one.goal.text}"
            found.append(Place(f"goal:{one.id}", name, "goal", words, f"goal-{one.id}-status"))
    return found


def grouped(places: Iterable[Place]) -> list[tuple[str, list[Place]]]:
    """The places by the part of the report they stand in, in its order."""
    return [(name, list(inside)) for name, inside in groupby(places, key=lambda one: one.group)]


_WITH_REPORT = (
    joinedload(Share.report).joinedload(Report.round),
    joinedload(Share.report).joinedload(Report.unit),
    selectinload(Share.parts),
)
