"""What a revised document changes in a plan that is there already: pure comparison, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Generic, TypeVar

from tracker.plans.importing.draft import AreaDraft, PlanDraft
from tracker.plans.models import Area, Goal, Measure, Plan

ALIKE = 0.5
"""From this likeness on, two texts are one item in two wordings."""

Old = TypeVar("Old")
New = TypeVar("New")


@dataclass(frozen=True)
class Pair(Generic[Old, New]):
    """The same thing before and after; one side is missing when it was added or dropped."""

    old: Old | None
    new: New | None


@dataclass(frozen=True)
class Change:
    """One difference in words a person can check."""

    area: str
    what: str
    """领域, 目标3, 措施7 …"""
    kind: str
    """added, dropped, reworded, renumbered, moved"""
    before: str
    after: str

    @property
    def label(self) -> str:
        return {"added": "新增", "dropped": "删去", "reworded": "改写", "renumbered": "改号", "moved": "换位"}[
            self.kind
        ]

    @property
    def tone(self) -> str:
        return {"added": "ok", "dropped": "late", "reworded": "warn"}.get(self.kind, "info")


def paired_areas(old: list[Area], new: tuple[AreaDraft, ...]) -> list[Pair[Area, AreaDraft]]:
    """Areas by name, what is left by likeness of name; numbering never joins."""
    return _paired(old, new, lambda area: area.name)


def paired_items(old: list[Any], new: tuple[Any, ...]) -> list[Pair[Any, Any]]:
    """Goals or measures of one area by their words; numbering never joins."""
    return _paired(old, new, lambda item: item.text)


def changes_between(plan: Plan, areas: list[Area], draft: PlanDraft) -> list[Change]:
    """Every difference, in the order of the new document; what was dropped stands at the end of its area."""
    return [
        *_of_cover(plan, draft),
        *(change for pair in paired_areas(areas, draft.areas) for change in _of_area(pair)),
    ]


def _of_cover(plan: Plan, draft: PlanDraft) -> Iterator[Change]:
    years = f"{draft.period[0]}—{draft.period[1]}年" if draft.period else ""
    for what, before, after in (
        ("标题", plan.title, draft.title),
        ("类别", plan.kind.value, draft.kind),
        ("年份", f"{plan.first_year}—{plan.last_year}年", years),
        ("文号", plan.document_number or "", draft.document_number or ""),
        ("印发日期", plan.issued_on.isoformat() if plan.issued_on else "", draft.issued_on or ""),
    ):
        if before != after:
            yield Change("", what, "reworded", before, after)


def _of_area(pair: Pair[Area, AreaDraft]) -> Iterator[Change]:
    old, new = pair.old, pair.new
    name = new.name if new else old.name if old else ""
    if old is None:
        yield Change(name, "领域", "added", "", name)
    elif new is None:
        yield Change(name, "领域", "dropped", name, "")
    elif old.name != new.name:
        yield Change(name, "领域", "reworded", old.name, new.name)
    for what, before, after in (
        ("目标", old.goals if old else [], new.goals if new else ()),
        ("措施", old.measures if old else [], new.measures if new else ()),
    ):
        for items in paired_items(list(before), after):
            yield from _of_item(name, what, items)


def _of_item(area: str, what: str, pair: Pair[Goal | Measure, Any]) -> Iterator[Change]:
    old, new = pair.old, pair.new
    if old is None and new is not None:
        yield Change(area, f"{what}{new.no}", "added", "", new.text)
    elif new is None and old is not None:
        yield Change(area, f"{what}{old.number}", "dropped", old.text, "")
    elif old is not None and new is not None:
        if old.text != new.text:
            yield Change(area, f"{what}{new.no}", "reworded", old.text, new.text)
        elif isinstance(old, Measure) and old.title != new.title:
            yield Change(area, f"{what}{new.no}小标题", "reworded", old.title, new.title)
        elif old.number != str(new.no):
            yield Change(area, f"{what}{new.no}", "renumbered", old.number, str(new.no))


def _paired(old: list[Any], new: tuple[Any, ...], words: Any) -> list[Pair[Any, Any]]:
    partner: dict[int, Any] = {}
    free = list(old)
    for index, item in enumerate(new):
        same = next((one for one in free if words(one) == words(item)), None)
        if same is not None:
            partner[index] = same
            free.remove(same)
    likeness = sorted(
        (
            (SequenceMatcher(None, words(one), words(item), autojunk=False).ratio(), -index, one)
            for index, item in enumerate(new)
            if index not in partner
            for one in free
        ),
        key=lambda found: found[:2],
        reverse=True,
    )
    for ratio, negative, one in likeness:
        if ratio >= ALIKE and -negative not in partner and one in free:
            partner[-negative] = one
            free.remove(one)
    return [*(Pair(partner.get(index), item) for index, item in enumerate(new)), *(Pair(one, None) for one in free)]
