"""Papers put together from accepted texts: which there are, what goes into one, and which places have gone stale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.core.access import Actor
from tracker.core.db import Labelled, db
from tracker.reports.models import Compilation, CompilationKind, Passage, Report, ReportState, ReportVersion, Round
from tracker.reports.queries.reports import latest_versions
from tracker.reports.queries.rounds import reports_of

Content = dict[str, Any]


def visible_compilations(actor: Actor) -> Select[Compilation]:
    """The committee's own working papers: its office's and its chair's, never a unit's."""
    rows = select(Compilation).join(Compilation.round).where(Round.committee_id == actor.committee_id)
    if not actor.sees_committee:
        return rows.where(Round.id.in_([]))
    return rows.options(joinedload(Compilation.round))


def compilations_of(round_: Round) -> list[Compilation]:
    """The papers of a round, the newest first."""
    rows = select(Compilation).where(Compilation.round_id == round_.id)
    rows = rows.options(selectinload(Compilation.passages).joinedload(Passage.report))
    return list(db.session.scalars(rows.order_by(Compilation.id.desc())))


def made_since(round_: Round, kind: CompilationKind, user_id: int | None, since: datetime) -> Compilation | None:
    """The paper of that kind that somebody has put together after that moment."""
    rows = select(Compilation).where(
        Compilation.round_id == round_.id, Compilation.kind == kind, Compilation.made_by_id == user_id,
        Compilation.made_at > since,
    )  # fmt: skip
    return db.session.scalars(rows.order_by(Compilation.id.desc()).limit(1)).first()


def whole(compilation_id: int) -> Compilation:
    """A paper with its passages and where they come from."""
    return db.session.scalars(
        select(Compilation)
        .where(Compilation.id == compilation_id)
        .options(
            joinedload(Compilation.round).joinedload(Round.committee),
            selectinload(Compilation.passages).joinedload(Passage.report).joinedload(Report.unit),
        )
        .execution_options(populate_existing=True)
    ).one()


@dataclass(frozen=True)
class Source:
    """An accepted report as it was submitted."""

    report: Report
    version: ReportVersion


def accepted(round_: Round) -> list[Source]:
    """Every accepted report of the round with its words, in official order."""
    reports = [report for report in reports_of(round_) if report.state is ReportState.ACCEPTED]
    versions = latest_versions([report.id for report in reports])
    return [Source(report, versions[report.id]) for report in reports if report.id in versions]


def words_at(content: Content, source: str) -> str:
    """What a submission says at one place: area:12, section:practice, arrangements."""
    kind, _, key = source.partition(":")
    if kind == "area":
        return next((str(area["text"]) for area in content["areas"] if str(area["id"]) == key), "")
    if kind == "section":
        return str(content["overview"].get(key, ""))
    lines = content["arrangements"]
    return "\n".join(one["text"] + (f"（{one['by_when']}）" if one["by_when"] else "") for one in lines)


class Freshness(Labelled):
    """How a passage stands to its source now."""

    FRESH = "fresh", "", "ok"
    WITHDRAWN = "withdrawn", "来源已撤销审核或退回更正", "late"
    CHANGED = "changed", "来源已更正，文字有变化", "warn"
    RENEWED = "renewed", "来源已重新报送，本段文字没有变化", "info"


STALE = frozenset({"late", "warn"})
"""Tones of what must be looked at again."""


@dataclass(frozen=True)
class Standing:
    """A passage's source today, and its words where they have changed."""

    freshness: Freshness
    now: str = ""
    number: int = 0


def standings(passages: Iterable[Passage]) -> dict[int, Standing]:
    """By passage: whether what it quotes still stands. One query, whatever the number."""
    passages = [one for one in passages if one.report is not None]
    versions = latest_versions(list({one.report_id for one in passages if one.report_id is not None}))
    return {one.id: _standing(one, versions.get(one.report_id or 0)) for one in passages}


def stale_counts(papers: Iterable[Compilation]) -> dict[int, int]:
    """By paper: how many of its passages quote what has changed since. One query, whatever the number."""
    papers = list(papers)
    found = standings([one for paper in papers for one in paper.kept])
    stale = {number for number, one in found.items() if one.freshness.tone in STALE}
    return {paper.id: sum(one.id in stale for one in paper.kept) for paper in papers}


def _standing(passage: Passage, version: ReportVersion | None) -> Standing:
    if version is None or passage.report is None or passage.report.state is not ReportState.ACCEPTED:
        return Standing(Freshness.WITHDRAWN)
    if version.number == passage.version_number:
        return Standing(Freshness.FRESH)
    now = words_at(version.content, passage.source)
    freshness = Freshness.RENEWED if now == passage.was else Freshness.CHANGED
    return Standing(freshness, now, version.number)


def quoted_reports(compilation: Compilation) -> set[int]:
    return {one.report_id for one in compilation.passages if one.report_id is not None}
