"""What a person puts right in a reading: pure changes of a tree, each saying in a sentence what it did.

A place is named by positions (plan, area, list, item), which hold as long as nobody else changed the reading: the
version of the import is what guards that.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any

from tracker.core.errors import RuleError
from tracker.plans.importing.draft import AreaDraft, GoalDraft, MeasureDraft, PlanDraft
from tracker.plans.importing.responsible import Rules, phrases_in, responsible_for
from tracker.plans.importing.targets import targets_of
from tracker.plans.importing.tree import title_of

Plans = tuple[PlanDraft, ...]
Item = GoalDraft | MeasureDraft
GOALS, MEASURES = "goals", "measures"
WORDS = {GOALS: "目标", MEASURES: "措施"}
GONE = "这一处刚才已有变化，请刷新页面核对。"


class Correction(ABC):
    """One change. `apply` gives the new tree, `sentence` says what is changed, read before it is applied."""

    @abstractmethod
    def apply(self, plans: Plans) -> Plans: ...

    @abstractmethod
    def sentence(self, plans: Plans) -> str: ...


@dataclass(frozen=True)
class Place:
    """One item: `kind` is "goals" or "measures"."""

    plan: int
    area: int
    kind: str
    index: int

    def area_of(self, plans: Plans) -> AreaDraft:
        return area_at(plans, self.plan, self.area)

    def item_of(self, plans: Plans) -> Item:
        items = items_of(self.area_of(plans), self.kind)
        found: Item = _at(items, self.index)
        return found

    def named(self, plans: Plans) -> str:
        return f"{self.area_of(plans).name}{WORDS[self.kind]}{self.item_of(plans).no}"


@dataclass(frozen=True)
class EditPlan(Correction):
    """The cover: title, kind, years, number, date."""

    plan: int
    title: str
    kind: str
    region: str
    first_year: int | None
    last_year: int | None
    document_number: str | None
    issued_on: str | None

    def apply(self, plans: Plans) -> Plans:
        years = (self.first_year, self.last_year) if self.first_year and self.last_year else None
        changed = replace(
            _at(plans, self.plan), title=self.title, kind=self.kind, region=self.region, period=years,
            document_number=self.document_number or None, issued_on=self.issued_on or None,
        )  # fmt: skip
        return _put(plans, self.plan, changed)

    def sentence(self, plans: Plans) -> str:
        return f"修改《{_at(plans, self.plan).title or '未命名规划'}》的题名、年份等信息"


@dataclass(frozen=True)
class RemovePlan(Correction):
    plan: int

    def apply(self, plans: Plans) -> Plans:
        _at(plans, self.plan)
        if len(plans) == 1:
            raise RuleError("只剩这一个规划，不能移出。如不再导入，请放弃本次导入。")
        return plans[: self.plan] + plans[self.plan + 1 :]

    def sentence(self, plans: Plans) -> str:
        return f"移出《{_at(plans, self.plan).title}》，不导入"


@dataclass(frozen=True)
class RenameArea(Correction):
    plan: int
    area: int
    name: str

    def apply(self, plans: Plans) -> Plans:
        return put_area(plans, self.plan, self.area, replace(area_at(plans, self.plan, self.area), name=self.name))

    def sentence(self, plans: Plans) -> str:
        return f"领域“{area_at(plans, self.plan, self.area).name}”改名为“{self.name}”"


@dataclass(frozen=True)
class MergeArea(Correction):
    """An area that is none: its goals and measures go to the area before it."""

    plan: int
    area: int

    def apply(self, plans: Plans) -> Plans:
        if self.area < 1:
            raise RuleError("这是第一个领域，前面没有可以并入的领域。")
        areas = _at(plans, self.plan).areas
        before, gone = _at(areas, self.area - 1), _at(areas, self.area)
        joined = replace(
            before,
            goals=before.goals + _shifted(gone.goals, len(before.goals)),
            measures=before.measures + _shifted(gone.measures, len(before.measures)),
        )
        return put_areas(plans, self.plan, (*areas[: self.area - 1], joined, *areas[self.area + 1 :]))

    def sentence(self, plans: Plans) -> str:
        before, gone = area_at(plans, self.plan, self.area - 1), area_at(plans, self.plan, self.area)
        return f"领域“{gone.name}”并入“{before.name}”"


@dataclass(frozen=True)
class StartArea(Correction):
    """A lost heading: this item and those after it in the source become an area of their own."""

    place: Place
    name: str

    def apply(self, plans: Plans) -> Plans:
        line = self.place.item_of(plans).line
        areas = _at(plans, self.place.plan).areas
        old = self.place.area_of(plans)
        goals = tuple(item for item in old.goals if item.line >= line)
        measures = tuple(item for item in old.measures if item.line >= line)
        stays = replace(
            old,
            goals=tuple(item for item in old.goals if item.line < line),
            measures=tuple(item for item in old.measures if item.line < line),
        )
        new = AreaDraft(old.ordinal + 1, self.name, line, 1.0, goals, measures)
        here = self.place.area
        return put_areas(plans, self.place.plan, (*areas[:here], stays, new, *areas[here + 1 :]))

    def sentence(self, plans: Plans) -> str:
        return f"自{self.place.named(plans)}起另立领域“{self.name}”"


@dataclass(frozen=True)
class EditItem(Correction):
    """Number, title and text; targets and units are read anew from a changed text."""

    place: Place
    no: int
    title: str
    text: str

    def apply(self, plans: Plans) -> Plans:
        item = self.place.item_of(plans)
        return put_item(plans, self.place, _reworded(replace(item, no=self.no), self.title, self.text))

    def sentence(self, plans: Plans) -> str:
        return f"修改{self.place.named(plans)}"


@dataclass(frozen=True)
class AddItem(Correction):
    """One that the reader missed, behind another or at the head of its list (`after` = -1)."""

    plan: int
    area: int
    kind: str
    after: int
    title: str
    text: str

    def apply(self, plans: Plans) -> Plans:
        area = area_at(plans, self.plan, self.area)
        items = items_of(area, self.kind)
        before = items[self.after] if 0 <= self.after < len(items) else None
        no, line = (before.no + 1, before.last_line) if before else (1, area.line)
        here = self.after + 1
        fresh = _reworded(_fresh(self.kind, no, line), self.title, self.text)
        rest = _shifted(items[here:], 1) if before or items else items[here:]
        return put_items(plans, self.plan, self.area, self.kind, (*items[:here], fresh, *rest))

    def sentence(self, plans: Plans) -> str:
        return f"{area_at(plans, self.plan, self.area).name}补录一条{WORDS[self.kind]}"


@dataclass(frozen=True)
class RemoveItem(Correction):
    place: Place

    def apply(self, plans: Plans) -> Plans:
        self.place.item_of(plans)
        items = items_of(self.place.area_of(plans), self.place.kind)
        kept = items[: self.place.index] + items[self.place.index + 1 :]
        return put_items(plans, self.place.plan, self.place.area, self.place.kind, kept)

    def sentence(self, plans: Plans) -> str:
        return f"删去{self.place.named(plans)}"


@dataclass(frozen=True)
class ShiftItem(Correction):
    """One place up (-1) or down (+1) in its list; the printed numbers stay with their places."""

    place: Place
    by: int

    def apply(self, plans: Plans) -> Plans:
        self.place.item_of(plans)
        items = list(items_of(self.place.area_of(plans), self.place.kind))
        here, there = self.place.index, self.place.index + self.by
        if not 0 <= there < len(items):
            raise RuleError("已经在最前或最后，不能再移。")
        first, second = items[here], items[there]
        items[here], items[there] = replace(second, no=first.no), replace(first, no=second.no)
        return put_items(plans, self.place.plan, self.place.area, self.place.kind, tuple(items))

    def sentence(self, plans: Plans) -> str:
        return f"{self.place.named(plans)}{'上移' if self.by < 0 else '下移'}一位"


@dataclass(frozen=True)
class MoveItem(Correction):
    """To the end of another area, or of the other list: a goal that was read as a measure and the reverse."""

    place: Place
    area: int
    kind: str

    def apply(self, plans: Plans) -> Plans:
        item = self.place.item_of(plans)
        if (self.area, self.kind) == (self.place.area, self.place.kind):
            return plans
        there = items_of(area_at(plans, self.place.plan, self.area), self.kind)
        moved = replace(_as(self.kind, item), no=max((one.no for one in there), default=0) + 1)
        left = RemoveItem(self.place).apply(plans)
        return put_items(left, self.place.plan, self.area, self.kind, (*there, moved))

    def sentence(self, plans: Plans) -> str:
        to = f"{area_at(plans, self.place.plan, self.area).name}的{WORDS[self.kind]}"
        return f"{self.place.named(plans)}移到{to}"


@dataclass(frozen=True)
class SplitItem(Correction):
    """Cut at the empty lines that the person typed; what follows gets the next numbers."""

    place: Place
    text: str

    def apply(self, plans: Plans) -> Plans:
        item = self.place.item_of(plans)
        pieces = [piece.strip() for piece in re.split(r"\n\s*\n", self.text) if piece.strip()]
        if len(pieces) < 2:
            raise RuleError("请在要拆开的地方空一行，再点“按空行拆分”。")
        items = items_of(self.place.area_of(plans), self.place.kind)
        here = self.place.index
        made = tuple(
            _reworded(
                replace(item, no=item.no + n), item.title if n == 0 and isinstance(item, MeasureDraft) else "", piece
            )
            for n, piece in enumerate(pieces)
        )
        rest = _shifted(items[here + 1 :], len(pieces) - 1)
        return put_items(plans, self.place.plan, self.place.area, self.place.kind, (*items[:here], *made, *rest))

    def sentence(self, plans: Plans) -> str:
        return f"拆分{self.place.named(plans)}"


@dataclass(frozen=True)
class MergeItem(Correction):
    """A torn paragraph: this item is the end of the one before it."""

    place: Place

    def apply(self, plans: Plans) -> Plans:
        if self.place.index < 1:
            raise RuleError("这是第一条，前面没有可以合并的。")
        item = self.place.item_of(plans)
        items = items_of(self.place.area_of(plans), self.place.kind)
        here = self.place.index
        before = items[here - 1]
        joined = _reworded(
            replace(before, last_line=max(before.last_line, item.last_line)), _title(before), before.text + item.text
        )
        rest = _shifted(items[here + 1 :], -1)
        return put_items(plans, self.place.plan, self.place.area, self.place.kind, (*items[: here - 1], joined, *rest))

    def sentence(self, plans: Plans) -> str:
        return f"{self.place.named(plans)}并入上一条"


@dataclass(frozen=True)
class Renumber(Correction):
    """1, 2, 3 … down a list whose numbers were lost or repeated."""

    plan: int
    area: int
    kind: str

    def apply(self, plans: Plans) -> Plans:
        items = items_of(area_at(plans, self.plan, self.area), self.kind)
        numbered = tuple(replace(item, no=n) for n, item in enumerate(items, start=1))
        return put_items(plans, self.plan, self.area, self.kind, numbered)

    def sentence(self, plans: Plans) -> str:
        return f"{area_at(plans, self.plan, self.area).name}的{WORDS[self.kind]}重新编号"


def area_at(plans: Plans, plan: int, area: int) -> AreaDraft:
    found: AreaDraft = _at(_at(plans, plan).areas, area)
    return found


def items_of(area: AreaDraft, kind: str) -> tuple[Any, ...]:
    if kind not in WORDS:
        raise RuleError(GONE)
    return area.goals if kind == GOALS else area.measures


def put_areas(plans: Plans, plan: int, areas: tuple[AreaDraft, ...]) -> Plans:
    ordered = tuple(replace(area, ordinal=n) for n, area in enumerate(areas, start=1))
    return _put(plans, plan, replace(_at(plans, plan), areas=ordered))


def put_area(plans: Plans, plan: int, index: int, area: AreaDraft) -> Plans:
    return put_areas(plans, plan, _put(_at(plans, plan).areas, index, area))


def put_items(plans: Plans, plan: int, area: int, kind: str, items: tuple[Any, ...]) -> Plans:
    old = area_at(plans, plan, area)
    new = replace(old, goals=items) if kind == GOALS else replace(old, measures=items)
    return put_area(plans, plan, area, new)


def put_item(plans: Plans, place: Place, item: Item) -> Plans:
    items = items_of(place.area_of(plans), place.kind)
    return put_items(plans, place.plan, place.area, place.kind, _put(items, place.index, item))


def _at(values: tuple[Any, ...], index: int) -> Any:
    if not 0 <= index < len(values):
        raise RuleError(GONE)
    return values[index]


def _put(values: tuple[Any, ...], index: int, value: Any) -> tuple[Any, ...]:
    return (*values[:index], value, *values[index + 1 :])


def _shifted(items: tuple[Any, ...], by: int) -> tuple[Any, ...]:
    return tuple(replace(item, no=item.no + by) for item in items)


def _title(item: Item) -> str:
    return item.title if isinstance(item, MeasureDraft) else ""


def _fresh(kind: str, no: int, line: int) -> Item:
    return GoalDraft(no, "", line, line) if kind == GOALS else MeasureDraft(no, "", "", line, line)


def _as(kind: str, item: Item) -> Item:
    if kind == GOALS:
        if isinstance(item, GoalDraft):
            return item
        return _reworded(GoalDraft(item.no, "", item.line, item.last_line, item.printed), "", item.text)
    if isinstance(item, MeasureDraft):
        return item
    return _reworded(MeasureDraft(item.no, "", "", item.line, item.last_line, item.printed), "", item.text)


def _reworded(item: Item, title: str, text: str) -> Item:
    """The item with other words. A person has looked at it, so it is certain now."""
    text = "".join(text.split("\n")).strip()
    if isinstance(item, GoalDraft):
        return replace(item, text=text, targets=targets_of(text) if text != item.text else item.targets, confidence=1.0)
    changed = replace(item, title=title or title_of(text), text=text, confidence=1.0)
    if phrases_in(text) == phrases_in(item.text):
        return changed
    units, _ = responsible_for(changed, Rules())
    return replace(changed, responsible=units)
