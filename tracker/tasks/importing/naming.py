"""What stands in a cell of units → units of the list, with what the office must look at."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracker.committees.models import Unit, normalised
from tracker.plans.importing.unit_names import is_group, names_in
from tracker.tasks.queries.proposals import match

_CUT = re.compile(r"[、，,；;/\n]")
_AND_OTHERS = re.compile(r"等(?:[一二三四五六七八九十\d]+个?(?:部门|单位)|(?:有关|相关)?(?:部门|单位))?$")


@dataclass(frozen=True)
class Names:
    """Every name a unit of the list may go by, and the names of units that gave their work to others."""

    living: dict[str, Unit]
    gone: Mapping[str, Sequence[Unit]] = field(default_factory=dict)
    """Closed units by name, with those that took their work over."""


@dataclass
class Cell:
    """The units of one cell in their order, what is doubtful about it, and what cannot be taken in."""

    units: list[Unit] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, unit: Unit) -> None:
        if unit not in self.units:
            self.units.append(unit)


def units_in(text: str, names: Names) -> Cell:
    """Read a cell: several units by 、，；lines, 等, groups such as 各区县, short, former and other names."""
    cell = Cell()
    for piece, prefixed in _pieces(text, names):
        unit = match(piece, names.living) or match(prefixed, names.living)
        if unit is not None:
            cell.add(unit)
        elif heirs := names.gone.get(normalised(piece)) or names.gone.get(normalised(prefixed)):
            _take_heirs(cell, piece, heirs)
        elif is_group(piece):
            cell.doubts.append(f"“{piece}”不是单个单位，没有安排，请按需要另行安排。")
        else:
            cell.faults.append(f"“{piece}”不在单位名单中。请改正名称，或者在单位名单中补上这个别名。")
    if _is_open(text):
        cell.doubts.append("单位后写有“等”，名单不全，请核对是否还有其他单位。")
    return cell


def _take_heirs(cell: Cell, piece: str, heirs: Sequence[Unit]) -> None:
    if len(heirs) == 1:
        cell.add(heirs[0])
        cell.doubts.append(f"“{piece}”的职责已由{heirs[0].short_name}承接，按{heirs[0].short_name}处理。")
    else:
        cell.faults.append(f"“{piece}”已拆分为{'、'.join(one.short_name for one in heirs)}，请写明是哪一个单位。")


def _pieces(text: str, names: Names) -> list[tuple[str, str]]:
    """Each name as written, beside the same with a level that is written once for several (省教育厅、民政厅)."""
    run = "、".join(part for part in (_bare(one) for one in _cut(text, names)) if part)
    written = [part for part in run.split("、") if part]
    prefixed = names_in(run)
    if len(prefixed) == len(written):
        return list(zip(written, prefixed, strict=True))
    living = names.living
    if all(match(piece, living) for piece in written):
        return [(piece, piece) for piece in written]
    return [(name, name) for name in prefixed]


def _cut(text: str, names: Names) -> list[str]:
    """Cut at signs and line ends; at blanks only where both sides are units of the list."""
    pieces: list[str] = []
    for part in _outside_brackets(text):
        words = part.split()
        if len(words) > 1 and all(match(_bare(word), names.living) for word in words):
            pieces += words
        else:
            pieces.append("".join(words))
    return pieces


def _outside_brackets(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char in "（(") - (char in "）)")
        if depth <= 0 and _CUT.match(char):
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def _bare(name: str) -> str:
    return _AND_OTHERS.sub("", name.strip(" 。.：:").strip())


def _is_open(text: str) -> bool:
    return any(_AND_OTHERS.search(part.strip(" 。.")) for part in _outside_brackets(text))
