"""Lines → the plans of a document: where each begins, of which shape it is, and its tree."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, replace

from tracker.plans.importing import cover
from tracker.plans.importing.decoding import cheapest
from tracker.plans.importing.draft import AreaDraft, Doubt, Line, PlanDraft
from tracker.plans.importing.naming import with_names
from tracker.plans.importing.pieces import Piece, pieces_of
from tracker.plans.importing.programme import is_plan_like, programme_of
from tracker.plans.importing.tree import areas_from, doubts_from

_SHORTEST_BODY = 400
"""Characters of running text between two titles below which they belong to the cover of one plan."""


@dataclass(frozen=True)
class Outline:
    plans: tuple[PlanDraft, ...]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True)
class _Section:
    """The part of the document that one title heads."""

    title: str
    line: int
    pieces: list[Piece]


def outline_of(lines: tuple[Line, ...]) -> Outline:
    """Read the structure of a document. An outline without plans means that the document is none."""
    pieces = pieces_of(lines)
    if not pieces:
        return Outline((), ())
    titles = _real_titles(cover.titles_in(pieces), pieces)
    front = cover.cover_of(pieces, titles[0].index if titles else 0)
    quoted = cover.quoted_titles(pieces)
    plans: list[PlanDraft] = []
    doubts: list[Doubt] = []
    for section in _sections(pieces, titles):
        areas, found = _areas_of(section)
        for title, line, part in _by_subject(section, areas, quoted, [plan.title for plan in plans]):
            plan, proposed = with_names(_plan(title, line, part, section.pieces, front), lines)
            plans.append(plan)
            found.extend(proposed)
            if title != section.title or not title:
                found.append(Doubt(line, f"第 {line} 行起的规划没有找到标题，题名取自印发通知或待补填。"))
        doubts.extend(found if areas else [])
    if plans and len(plans) < len(quoted):
        said = f"印发通知提到 {len(quoted)} 个规划，只读到 {len(plans)} 个，请核对文件是否完整。"
        doubts.append(Doubt(pieces[0].line, said))
    return Outline(tuple(plans), tuple(sorted(doubts, key=lambda doubt: doubt.line)))


def _plan(title: str, line: int, areas: tuple[AreaDraft, ...], pieces: list[Piece], front: cover.Cover) -> PlanDraft:
    kind = cover.kind_of(title)
    return PlanDraft(
        kind=kind if title else (_subject(areas) or "other"),
        title=title,
        region=cover.region_of(title),
        period=cover.period_of(title, pieces),
        document_number=front.number,
        issued_on=front.issued_on,
        line=line,
        confidence=1.0 if title else 0.5,
        areas=areas,
    )


def _real_titles(titles: list[cover.Title], pieces: list[Piece]) -> list[cover.Title]:
    """Of titles that follow each other with no body between (cover, inner cover, head) keep the last."""
    kept: list[cover.Title] = []
    for title in titles:
        if kept and _body_length(pieces[kept[-1].end : title.index]) < _SHORTEST_BODY:
            kept.pop()
        kept.append(title)
    return kept


def _body_length(pieces: list[Piece]) -> int:
    return sum(len(piece.text) for piece in pieces if len(piece.text) > 16)


def _sections(pieces: list[Piece], titles: list[cover.Title]) -> list[_Section]:
    """The document cut at its titles; a long text before the first one may be a plan that lost its title."""
    sections = []
    first = titles[0].index if titles else len(pieces)
    if not titles or _body_length(pieces[:first]) > 3 * _SHORTEST_BODY:
        sections.append(_Section("", pieces[0].line, pieces[:first]))
    ends = [*(title.index for title in titles[1:]), len(pieces)]
    for title, end in zip(titles, ends, strict=False):
        sections.append(_Section(title.text, pieces[title.index].line, pieces[title.end : end]))
    return [section for section in sections if section.pieces]


def _areas_of(section: _Section) -> tuple[tuple[AreaDraft, ...], list[Doubt]]:
    """Areas by goals and measures; where no field has goals, by chapters and sections."""
    steps, _ = cheapest(section.pieces)
    areas = _merged(areas_from(section.pieces, steps))
    doubts = doubts_from(section.pieces, steps)
    if sum(len(area.goals) for area in areas) >= 2 and any(area.measures for area in areas):
        return areas, doubts
    other = programme_of(section.pieces)
    if other and _measures(other) >= _measures(areas) and is_plan_like([m for a in other for m in a.measures]):
        line = other[0].line
        return other, [Doubt(line, "各领域下没有“主要目标”，按“章节—措施”读取，请核对领域的划分。")]
    if is_plan_like([measure for area in areas for measure in area.measures]):
        return areas, doubts
    return (), []


def _measures(areas: tuple[AreaDraft, ...]) -> int:
    return sum(len(area.measures) for area in areas)


def _merged(areas: tuple[AreaDraft, ...]) -> tuple[AreaDraft, ...]:
    """Join the two halves of an area when a plan lists the goals of all fields first and their measures afterwards."""
    names = Counter(area.name for area in areas)
    halves = [area for area in areas if names[area.name] == 2 and area.name]
    if not halves or any(bool(area.goals) == bool(area.measures) for area in halves):
        return areas
    measures = {area.name: area.measures for area in halves if area.measures}
    kept = [area for area in areas if area not in halves or area.goals]
    joined = [replace(area, measures=measures.get(area.name, area.measures)) for area in kept]
    return tuple(replace(area, ordinal=number) for number, area in enumerate(joined, start=1))


def _subject(areas: tuple[AreaDraft, ...]) -> str:
    women = sum(bool(re.match(r"妇女|女性", area.name)) for area in areas)
    children = sum(bool(re.match(r"儿童|未成年人", area.name)) for area in areas)
    return "" if women == children else ("women" if women > children else "children")


def _by_subject(
    section: _Section, areas: tuple[AreaDraft, ...], quoted: list[str], used: list[str]
) -> list[tuple[str, int, tuple[AreaDraft, ...]]]:
    """One plan per section, or two when the fields of women are followed by those of children: a title is lost."""
    if not areas:
        return []
    subjects = [_subject((area,)) for area in areas]
    named = [subject for subject in subjects if subject]
    changes = sum(a != b for a, b in itertools.pairwise(named))
    parts = [areas]
    if changes == 1 and len(areas) >= 3:
        cut = subjects.index(named[-1])
        second = tuple(replace(area, ordinal=number) for number, area in enumerate(areas[cut:], start=1))
        parts = [areas[:cut], second]
    result = []
    for part in parts:
        title = section.title
        kind = _subject(part)
        if not title or (len(parts) > 1 and cover.kind_of(title) != kind):
            title = next((name for name in quoted if cover.kind_of(name) == kind and name not in used), "")
        result.append((title, section.line if part is parts[0] else part[0].line, part))
    return result
