"""What a revised document changes in a plan that is there already: pure comparison, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from tracker.core.differences import Piece, differences
from tracker.plans.importing.apply import KIND_WORDS
from tracker.plans.importing.draft import AreaDraft, PlanDraft
from tracker.plans.models import Area, ChangeKind, Measure, Plan
from tracker.plans.similarity import FigurePair, best_pairs, figures_between

ALIKE = 0.45
"""From this likeness on two texts of one area are one item in two wordings."""
ELSEWHERE = 0.7
"""Across areas the words must agree more than that."""

Old = TypeVar("Old")
New = TypeVar("New")


@dataclass(frozen=True)
class Pair(Generic[Old, New]):
    """The same thing before and after; one side is missing when it was added or dropped."""

    old: Old | None
    new: New | None


@dataclass
class AreaPair:
    """An area before and after with its items; an item's `old` may come from another area."""

    old: Area | None
    new: AreaDraft | None
    goals: list[Pair[Any, Any]] = field(default_factory=list)
    measures: list[Pair[Any, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Change:
    """One difference in words a person can check."""

    area: str
    what: str
    """领域, 目标3, 措施7 …"""
    kind: ChangeKind
    before: str
    after: str
    pair: Pair[Any, Any] | None = None

    @property
    def pieces(self) -> list[Piece]:
        """The two texts as one, with what went and what came."""
        return differences(self.before, self.after)

    @property
    def figures(self) -> list[FigurePair]:
        """Where the numbers of a reworded goal went."""
        if self.kind is not ChangeKind.REWORDED or not self.what.startswith("目标"):
            return []
        return [pair for pair in figures_between(self.before, self.after) if pair.step is not None]


def pairs_between(areas: Sequence[Area], new: Sequence[AreaDraft]) -> list[AreaPair]:
    """What became what: areas by name, items by their words; numbering never joins.

    In the order of the new document; areas that it leaves out stand at the end.
    """
    paired = [AreaPair(pair.old, pair.new) for pair in _paired(areas, new, "name", ALIKE)]
    for kind in ("goals", "measures"):
        for area in paired:
            setattr(area, kind, _paired(_items(area.old, kind), _items(area.new, kind), "text", ALIKE))
        _found_elsewhere(paired, kind)
    return paired


def _items(area: Area | AreaDraft | None, kind: str) -> Sequence[Any]:
    return list(getattr(area, kind)) if area is not None else []


def _found_elsewhere(areas: list[AreaPair], kind: str) -> None:
    """An item that one area lost and another got, in the same or nearly the same words, has moved."""
    lost = [pair.old for area in areas for pair in getattr(area, kind) if pair.new is None]
    got = [pair.new for area in areas for pair in getattr(area, kind) if pair.old is None]
    if not lost or not got:
        return
    moved = {id(pair.new): pair.old for pair in _paired(lost, got, "text", ELSEWHERE) if pair.old and pair.new}
    gone = {id(old) for old in moved.values()}
    for area in areas:
        kept = [pair for pair in getattr(area, kind) if not (pair.new is None and id(pair.old) in gone)]
        setattr(area, kind, [Pair(moved.get(id(pair.new), pair.old), pair.new) for pair in kept])


def _paired(old: Sequence[Any], new: Sequence[Any], words: str, at_least: float) -> list[Pair[Any, Any]]:
    """The same words first, then the likest; in the new order, what was left out at the end."""
    partner: dict[int, Any] = {}
    free = list(old)
    for index, item in enumerate(new):
        same = next((one for one in free if getattr(one, words) == getattr(item, words)), None)
        if same is not None:
            partner[index] = same
            free.remove(same)
    open_new = [index for index in range(len(new)) if index not in partner]
    for match in best_pairs(
        [getattr(one, words) for one in free], [getattr(new[i], words) for i in open_new], at_least=at_least
    ):
        partner[open_new[match.other]] = free[match.one]
    taken = {id(one) for one in partner.values()}
    rest: list[Pair[Any, Any]] = [Pair(one, None) for one in free if id(one) not in taken]
    return [*(Pair(partner.get(index), item) for index, item in enumerate(new)), *rest]


def changes_between(plan: Plan, areas: Sequence[Area], draft: PlanDraft) -> list[Change]:
    """Every difference, in the order of the new document; what was dropped stands at the end of its area."""
    return list(changes_of(plan, draft, pairs_between(areas, draft.areas)))


def changes_of(plan: Plan, draft: PlanDraft, pairs: Iterable[AreaPair]) -> Iterator[Change]:
    """The differences that a pairing shows, with the cover's first."""
    yield from _of_cover(plan, draft)
    for pair in pairs:
        yield from _of_area(pair)


def _of_cover(plan: Plan, draft: PlanDraft) -> Iterator[Change]:
    years = f"{draft.period[0]}—{draft.period[1]}年" if draft.period else ""
    for what, before, after in (
        ("标题", plan.title, draft.title),
        ("类别", plan.kind.label, KIND_WORDS.get(draft.kind, draft.kind)),
        ("年份", f"{plan.first_year}—{plan.last_year}年", years),
        ("文号", plan.document_number or "", draft.document_number or ""),
        ("印发日期", plan.issued_on.isoformat() if plan.issued_on else "", draft.issued_on or ""),
    ):
        if before != after:
            yield Change("", what, ChangeKind.REWORDED, before, after)


def _of_area(pair: AreaPair) -> Iterator[Change]:
    old, new = pair.old, pair.new
    name = new.name if new else old.name if old else ""
    whole = Pair(old, new)
    if old is None:
        yield Change(name, "领域", ChangeKind.ADDED, "", name, whole)
    elif new is None and (old.goals or old.measures):
        yield Change(name, "领域", ChangeKind.DROPPED, name, "", whole)
    elif new is not None and old.name != new.name:
        yield Change(name, "领域", ChangeKind.REWORDED, old.name, new.name, whole)
    for what, items in (("目标", pair.goals), ("措施", pair.measures)):
        for one in items:
            yield from _of_item(name, what, one, old)


def _of_item(area: str, what: str, pair: Pair[Any, Any], old_area: Area | None) -> Iterator[Change]:
    old: Any = pair.old
    new: Any = pair.new
    if old is None:
        yield Change(area, f"{what}{new.no}", ChangeKind.ADDED, "", new.text, pair)
        return
    if new is None:
        yield Change(area, f"{what}{old.number}", ChangeKind.DROPPED, old.text, "", pair)
        return
    renumbered = old.number != str(new.no)
    moved = old_area is None or old.area_id != old_area.id
    label = f"{what}{new.no}" + (f"（原{old.number}）" if renumbered else "")
    if moved:
        yield Change(area, label, ChangeKind.MOVED, f"{old.area.name}{what}{old.number}", f"{area}{what}{new.no}", pair)
    if old.text != new.text:
        yield Change(area, label, ChangeKind.REWORDED, old.text, new.text, pair)
    elif isinstance(old, Measure) and old.title != new.title:
        yield Change(area, f"{what}{new.no}小标题", ChangeKind.REWORDED, old.title, new.title, pair)
    elif renumbered and not moved:
        yield Change(area, f"{what}{new.no}", ChangeKind.RENUMBERED, old.number, str(new.no), pair)
