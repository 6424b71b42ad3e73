"""The source beside the structure: which line became what, and which became nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.plans.importing.corrections import GOALS, MEASURES, WORDS
from tracker.plans.importing.draft import AreaDraft, Doubt, GoalDraft, MeasureDraft, PlanDraft

UNSURE = 0.75
"""Below this the reading of an item asks for a look even where no doubt names it."""


@dataclass(frozen=True)
class SourceLine:
    """One line of the source and what the reading made of it."""

    number: int
    text: str
    what: str = ""
    """目标3, 措施7, 领域 or nothing; said where it begins."""
    is_read: bool = False
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class ItemView:
    """One goal or measure as the page shows it."""

    kind: str
    index: int
    item: GoalDraft | MeasureDraft
    doubts: tuple[str, ...]

    @property
    def is_unsure(self) -> bool:
        """The reader would not bet on it."""
        return self.item.confidence < UNSURE

    @property
    def anchor(self) -> str:
        return f"{self.kind}-{self.index}"

    @property
    def word(self) -> str:
        return WORDS[self.kind]


@dataclass(frozen=True)
class PlacedDoubt:
    """A doubt and the page of the reading that it belongs to."""

    line: int
    message: str
    plan: int
    area: int | None
    place: int = 0
    """Where it stands among the doubts of the import."""
    settled_by: str = ""
    """Who has compared it with the source."""


def items_for(area: AreaDraft, kind: str, doubts: Iterable[Doubt]) -> list[ItemView]:
    """The goals or measures of an area, each with the doubts about its lines."""
    doubts = list(doubts)
    items: tuple[GoalDraft | MeasureDraft, ...] = area.goals if kind == GOALS else area.measures
    return [
        ItemView(kind, index, item, tuple(d.message for d in doubts if item.line <= d.line <= item.last_line))
        for index, item in enumerate(items)
    ]


def span_of(plan: PlanDraft, index: int) -> tuple[int, int]:
    """The first and last line of an area: to the line before the next, the last to the end of its items."""
    area = plan.areas[index]
    items: tuple[GoalDraft | MeasureDraft, ...] = (*area.goals, *area.measures)
    first = min([area.line, *(item.line for item in items)])
    last = max([area.line, *(item.last_line for item in items)])
    later = [other.line for other in plan.areas[index + 1 :] if other.line > first]
    return first, max(last, min(later) - 1) if later else last


def source_lines(
    lines: Sequence[Sequence[Any]], plans: Sequence[PlanDraft], doubts: Iterable[Doubt], span: tuple[int, int] | None
) -> list[SourceLine]:
    """The lines of a span (or all), empty ones left out."""
    names, read = _marks(plans)
    asked: dict[int, list[str]] = {}
    for doubt in doubts:
        asked.setdefault(doubt.line, []).append(doubt.message)
    first, last = span or (1, lines[-1][0] if lines else 0)
    return [
        SourceLine(number, text.strip(), names.get(number, ""), number in read, tuple(asked.get(number, ())))
        for number, text in lines
        if first <= number <= last and text.strip()
    ]


def place_doubts(
    plans: Sequence[PlanDraft], doubts: Iterable[Doubt], settled: Mapping[tuple[int, str], str]
) -> list[PlacedDoubt]:
    """Where on the pages of the reading each doubt is looked at; those still open come first."""
    spans = [(p, a, *span_of(plan, a)) for p, plan in enumerate(plans) for a in range(len(plan.areas))]
    placed = []
    for place, doubt in enumerate(doubts):
        plan, area = next(((p, a) for p, a, first, last in spans if first <= doubt.line <= last), (0, None))
        by = settled.get((doubt.line, doubt.message), "")
        placed.append(PlacedDoubt(doubt.line, doubt.message, plan, area, place, by))
    return sorted(placed, key=lambda one: bool(one.settled_by))


def _marks(plans: Sequence[PlanDraft]) -> tuple[dict[int, str], set[int]]:
    names: dict[int, str] = {}
    read: set[int] = set()
    for plan in plans:
        for area in plan.areas:
            names.setdefault(area.line, "领域")
            read.add(area.line)
            for kind, items in ((GOALS, area.goals), (MEASURES, area.measures)):
                for item in items:
                    names[item.line] = f"{WORDS[kind]}{item.no}"
                    read.update(range(item.line, item.last_line + 1))
    return names, read
