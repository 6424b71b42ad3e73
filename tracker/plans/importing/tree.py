"""Steps of the cheapest reading → areas with their goals and measures, and the doubts the reading left."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from tracker.plans.importing.decoding import Step
from tracker.plans.importing.draft import AreaDraft, Doubt, GoalDraft, MeasureDraft
from tracker.plans.importing.marks import joined
from tracker.plans.importing.pieces import Piece

LONGEST_TITLE = 64


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


def areas_from(pieces: list[Piece], steps: list[Step]) -> tuple[AreaDraft, ...]:
    """Gather the pieces under their areas and join what was torn apart."""
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
    return tuple(_area_draft(area) for area in areas)


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


def title_of(text: str, parts: list[str] | None = None) -> str:
    """A measure's title: its first sentence, or the line it stands on, or what precedes a colon."""
    lead = re.match(r"^[^。！？；:：]{2,64}(?=[。:：])", text)
    alone = parts[0].strip() if parts and len(parts) > 1 else ""
    if 4 <= len(alone) <= 30 and not re.search(r"[，。；、:：]", alone) and (lead is None or len(lead.group()) > 30):
        return alone
    if lead:
        return lead.group(0).strip()
    spaced = re.match(r"^([^，。；：\s]{4,30})\s+(?=\S{10})", text)
    if spaced:
        return spaced.group(1)
    clause = re.match(r"^[^，。；：]{2,40}", text)
    return clause.group(0) if clause else text[:LONGEST_TITLE]


def doubts_from(pieces: list[Piece], steps: list[Step]) -> list[Doubt]:
    """Every decision of the reading that was not plain, with what was decided."""
    return [doubt for piece, step in zip(pieces, steps, strict=True) for doubt in _doubts_about(piece, step)]


def _doubts_about(piece: Piece, step: Step) -> list[Doubt]:
    line = piece.line
    found = []
    if step.new_area:
        found.append(Doubt(line, f"第 {line} 行前没有找到领域的标题，编号从头开始，按一个新的领域读取。"))
    elif step.role == "area" and step.surprise >= 1.5:
        found.append(Doubt(line, f"第 {line} 行“{step.text[:20]}”按领域标题读取，请核对。"))
    elif step.role in ("goal", "measure"):
        found.extend(_doubts_about_item(line, step))
    elif step.role == "on" and step.surprise >= 1.0:
        found.append(Doubt(line, f"第 {line} 行按上一条的下文接续，请核对是否另起一条。"))
    elif step.role == "chapter" and step.surprise >= 1.0:
        found.append(Doubt(line, f"第 {line} 行之前的领域只有目标、没有措施，请核对。"))
    return found


def _doubts_about_item(line: int, step: Step) -> list[Doubt]:
    what = "目标" if step.role == "goal" else "措施"
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
