"""Rows of a list of units against the list as it stands: what is new, what would change, why a row is doubtful or
refused. Everything that is wrong with a row is said at once. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.committees.importing.guessing import system_called, usual_short_name, usual_system
from tracker.committees.importing.reading import UnitRow
from tracker.committees.models import System, Unit, normalised
from tracker.core.verdict import Change, JudgedList, JudgedRow

LONGEST_FULL, LONGEST_SHORT = 100, 50
_YES, _NO = {"是", "√", "1", "对"}, {"否", "×", "0", "不是"}


@dataclass
class Judged(JudgedRow):
    """One row with what would be written."""

    row: UnitRow
    full_name: str
    short_name: str
    system: System
    is_member: bool
    unit: Unit | None = None
    """The unit of the list that it names already."""

    @property
    def is_there(self) -> bool:
        return self.unit is not None

    @property
    def said(self) -> tuple[object, ...]:
        row = self.row
        return self.full_name, self.short_name, self.system.value, self.is_member, row.aliases, row.former_names

    def says(self, label: str) -> bool:
        """Whether it changes this field."""
        return any(change.field == label for change in self.changes)


class Judgement(JudgedList[Judged]):
    """All rows."""


def judge(rows: Iterable[UnitRow], units: Iterable[Unit], on: date, *, area_name: str) -> Judgement:
    """Every row with its verdict; `units` is the committee's whole list, closed ones too."""
    by_full: dict[str, Unit] = {}
    by_name: dict[str, Unit] = {}
    for unit in units:
        by_full[normalised(unit.full_name)] = unit
        if unit.is_current(on):
            for name in (unit.short_name, *(one.name for one in unit.names)):
                by_name.setdefault(normalised(name), unit)
    judged: list[Judged] = []
    seen: dict[str, int] = {}
    for row in rows:
        one = _read(row, area_name)
        one.unit = by_full.get(normalised(one.full_name)) or by_name.get(normalised(one.full_name))
        _look(one, on, by_name, seen)
        judged.append(one)
    return Judgement(tuple(judged))


def _read(row: UnitRow, area_name: str) -> Judged:
    """The row with what its name tells in place of what is not written."""
    short, told = usual_short_name(row.full_name, area_name)
    system, sure = usual_system(row.full_name)
    given = row.section if not row.system else system_called(row.system)
    member = normalised(row.member or "")
    one = Judged(row, row.full_name, row.short_name or short, given or system, member not in _NO)
    if not row.short_name and not told:
        one.doubts.append("没有写简称，按全称填写，请核对。")
    if row.system and given is None:
        one.faults.append(f"类别“{row.system}”不在可选范围内：{'、'.join(kind.label for kind in System)}。")
    elif given is None and not sure:
        one.doubts.append("没有写类别，暂归政府，请核对。")
    if member and member not in _YES | _NO:
        one.faults.append("“成员单位”一栏请填“是”或“否”。")
    return one


def _look(one: Judged, on: date, by_name: dict[str, Unit], seen: dict[str, int]) -> None:
    full, short, line = normalised(one.full_name), normalised(one.short_name), one.row.line
    if not full:
        one.faults.append("没有写单位名称。")
        return
    if len(one.full_name) > LONGEST_FULL or len(one.short_name) > LONGEST_SHORT:
        one.faults.append(f"全称不超过{LONGEST_FULL}字，简称不超过{LONGEST_SHORT}字。")
    if full in seen:
        one.faults.append(f"与第{seen[full]}行是同一单位。")
        return
    if one.unit is None and short in seen:
        one.doubts.append(f"简称与第{seen[short]}行相同。")
    seen.setdefault(full, line)
    seen.setdefault(short, line)
    if one.unit is not None:
        _compare(one, on)
    elif short in by_name:
        one.doubts.append(f"简称与名单中的{by_name[short].full_name}相同；更名的请在该单位页面办理机构改革。")


def _compare(one: Judged, on: date) -> None:
    """What the row says otherwise than the list; what it does not say stays."""
    unit = one.unit
    if unit is None:
        return
    if not unit.is_current(on):
        one.faults.append("名单中有同名的单位，已经停用，请到该单位页面恢复。")
        return
    one.doubts.clear()
    said = normalised(unit.full_name) == normalised(one.full_name)
    if said and one.row.short_name and one.row.short_name != unit.short_name:
        one.changes.append(Change("简称", unit.short_name, one.short_name))
    if (one.row.system or one.row.section) and one.system is not unit.system:
        one.changes.append(Change("类别", unit.system.label, one.system.label))
    if one.row.member and one.is_member != unit.is_member:
        one.changes.append(Change("成员单位", "是" if unit.is_member else "否", "是" if one.is_member else "否"))
    known = {normalised(name.name) for name in unit.names}
    for label, names in (("别名", one.row.aliases), ("曾用名", one.row.former_names)):
        if new := [name for name in names if normalised(name) not in known]:
            one.changes.append(Change(label, "", "、".join(new)))
