"""Pieces → the tree of plans, areas, goals and measures, each with its place and how sure the reader is."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from tracker.plans.importing import cover, wording
from tracker.plans.importing.decoding import Step, cheapest
from tracker.plans.importing.draft import AreaDraft, Doubt, GoalDraft, Line, MeasureDraft, PlanDraft
from tracker.plans.importing.marks import joined
from tracker.plans.importing.pieces import Piece, pieces_of


@dataclass
class _Item:
    number: int
    printed: str
    line: int
    last_line: int
    parts: list[str]
    surprise: float


@dataclass
class _Area:
    ordinal: int
    name: str
    line: int
    surprise: float
    goals: list[_Item] = field(default_factory=list)
    measures: list[_Item] = field(default_factory=list)


@dataclass(frozen=True)
class Outline:
    plans: tuple[PlanDraft, ...]
    doubts: tuple[Doubt, ...]


def outline_of(lines: tuple[Line, ...]) -> Outline:
    """Read the structure of a document. An outline without plans means that the document is none."""
    pieces = pieces_of(lines)
    titles = _real_titles(cover.titles_in(pieces), pieces)
    first = titles[0].index if titles else 0
    front = cover.cover_of(pieces, first)
    plans: list[PlanDraft] = []
    doubts: list[Doubt] = []
    for title, line, section in _sections(pieces, titles):
        areas, found = _areas_of(section)
        if not areas:
            continue
        plan = PlanDraft(
            kind=cover.kind_of(title),
            title=title,
            region=cover.region_of(title),
            period=cover.period_of(title, section),
            document_number=front.number,
            issued_on=front.issued_on,
            line=line,
            areas=areas,
        )
        plans.append(plan)
        doubts.extend(found)
    return Outline(tuple(plans), tuple(sorted(doubts, key=lambda doubt: doubt.line)))


def _real_titles(titles: list[cover.Title], pieces: list[Piece]) -> list[cover.Title]:
    """Of titles that follow each other with no body between (cover, inner cover, head) keep the last."""
    kept: list[cover.Title] = []
    for title in titles:
        if kept and _body_length(pieces[kept[-1].end : title.index]) < 400:
            kept.pop()
        kept.append(title)
    return kept


def _body_length(pieces: list[Piece]) -> int:
    return sum(len(piece.text) for piece in pieces if len(piece.text) > 30)


def _sections(pieces: list[Piece], titles: list[cover.Title]) -> list[tuple[str, int, list[Piece]]]:
    if not titles:
        quoted = cover.quoted_titles(pieces)
        return [(quoted[0] if quoted else "", pieces[0].line if pieces else 1, pieces)]
    ends = [title.index for title in titles[1:]] + [len(pieces)]
    sections = []
    for number, (title, end) in enumerate(zip(titles, ends, strict=True)):
        start = 0 if number == 0 and _body_length(pieces[: title.index]) > 4000 else title.end
        sections.append((title.text, pieces[title.index].line, pieces[start:end]))
    return [section for section in sections if section[2]]


def _areas_of(pieces: list[Piece]) -> tuple[tuple[AreaDraft, ...], list[Doubt]]:
    steps, _ = cheapest(pieces)
    areas = _gathered(pieces, steps)
    doubts = [doubt for piece, step in zip(pieces, steps, strict=True) for doubt in _doubts_about(piece, step)]
    return tuple(_area_draft(area) for area in areas), doubts


def _gathered(pieces: list[Piece], steps: list[Step]) -> list[_Area]:
    areas: list[_Area] = []
    current: _Item | None = None
    for piece, step in zip(pieces, steps, strict=True):
        if step.role == "area":
            areas.append(_Area(step.number, step.text, piece.line, step.surprise))
            current = None
        elif step.new_area:
            ordinal = areas[-1].ordinal + 1 if areas else 1
            areas.append(_Area(ordinal, "", piece.line, step.surprise))
            current = None
        if step.role in ("goal", "measure"):
            current = _Item(step.number, step.printed, piece.line, piece.end_line, [step.text], step.surprise)
            (areas[-1].goals if step.role == "goal" else areas[-1].measures).append(current)
        elif step.role == "on" and current is not None:
            current.parts.append(step.text)
            current.last_line = piece.end_line
            current.surprise += step.surprise
        elif step.role in ("outside", "chapter"):
            current = None
    return areas


def _sure(surprise: float) -> float:
    return round(math.exp(-max(surprise, 0.0) / 4.0), 2)


def _area_draft(area: _Area) -> AreaDraft:
    goals = tuple(
        GoalDraft(item.number, joined(item.parts), item.line, item.last_line, item.printed, _sure(item.surprise))
        for item in area.goals
    )
    return AreaDraft(
        ordinal=area.ordinal,
        name=re.sub(r"\s+", "", area.name),
        line=area.line,
        confidence=_sure(area.surprise),
        goals=goals,
        measures=tuple(_measure_draft(item) for item in area.measures),
    )


def _measure_draft(item: _Item) -> MeasureDraft:
    text = joined(item.parts)
    return MeasureDraft(
        no=item.number,
        title=title_of(text, item.parts),
        text=text,
        line=item.line,
        last_line=item.last_line,
        printed=item.printed,
        confidence=_sure(item.surprise),
    )


LONGEST_TITLE = 64


def title_of(text: str, parts: list[str] | None = None) -> str:
    """A measure's title: its first sentence, or the line it stands on, or what precedes a colon."""
    lead = re.match(r"^[^。！？；:：]{2,64}(?=[。:：])", text)
    if lead:
        return lead.group(0).strip()
    if parts and len(parts) > 1 and len(parts[0]) <= 30 and not re.search(r"[，。；、]$", parts[0]):
        return parts[0].strip()
    spaced = re.match(r"^([^，。；：\s]{4,30})\s+(?=\S{10})", text)
    if spaced:
        return spaced.group(1)
    clause = re.match(r"^[^，。；：]{2,40}", text)
    return clause.group(0) if clause else text[:LONGEST_TITLE]


def _doubts_about(piece: Piece, step: Step) -> list[Doubt]:
    what = "目标" if step.role == "goal" else "措施"
    line = piece.line
    found = []
    if step.new_area:
        found.append(Doubt(line, f"第 {line} 行前没有找到领域的标题，编号从头开始，按一个新的领域读取。"))
    elif step.role == "area" and step.surprise >= 1.5:
        found.append(Doubt(line, f"第 {line} 行“{step.text[:20]}”按领域标题读取，请核对。"))
    elif step.role in ("goal", "measure"):
        found.extend(_doubt_about_item(line, what, step))
    elif step.role == "on" and step.surprise >= 2.0:
        found.append(Doubt(line, f"第 {line} 行没有编号，按上一条的下文接续，请核对是否另起一条。"))
    elif step.role == "chapter" and step.surprise > 0:
        found.append(Doubt(line, f"第 {line} 行之前的领域只有目标、没有措施，请核对。"))
    return found


def _doubt_about_item(line: int, what: str, step: Step) -> list[Doubt]:
    if not step.printed:
        return [Doubt(line, f"第 {line} 行没有编号，按顺序读作第 {step.number} 条{what}。")]
    printed = re.search(r"\d+", step.printed)
    if printed and int(printed.group()) != step.number:
        return [Doubt(line, f"第 {line} 行印作“{step.printed}”，按顺序读作第 {step.number} 条{what}。")]
    if step.role == "measure" and step.number == 1 and step.surprise >= 2.0:
        return [Doubt(line, f"第 {line} 行编号重新从 1 开始，此前没有“策略措施”标题，按措施读取。")]
    if step.surprise >= 2.0:
        return [Doubt(line, f"第 {line} 行读作第 {step.number} 条{what}，前后编号不连续，请核对有无缺漏。")]
    return []


def is_general(text: str) -> bool:
    return bool(wording.GENERAL.search(text))
