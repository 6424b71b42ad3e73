"""The rows of a list of units, pasted or out of a file: columns by their heads, else by their order. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from tracker.committees.importing.guessing import system_called
from tracker.committees.models import System, normalised
from tracker.core.forms import clean_line

HEAD_SEARCHED = 15
"""Lines looked through for the head: offices put titles above it."""


class Column(Enum):
    """What a column holds."""

    FULL = "单位全称"
    SHORT = "单位简称"
    SYSTEM = "类别"
    ALIASES = "别名"
    FORMER = "曾用名"
    MEMBER = "成员单位"
    NUMBER = "序号"


COLUMNS = (Column.FULL, Column.SHORT, Column.SYSTEM, Column.ALIASES, Column.FORMER, Column.MEMBER)
"""The columns of the sheet to fill in."""
_UNHEADED = (Column.FULL, Column.SHORT, Column.SYSTEM)
_HEADS = {
    Column.FULL: {"单位全称", "全称", "单位名称", "名称", "单位", "成员单位名称", "部门", "部门名称", "单位全名"},
    Column.SHORT: {"单位简称", "简称", "部门简称"},
    Column.SYSTEM: {"类别", "系统", "单位类别", "所属系统", "单位性质", "性质", "系统类别"},
    Column.ALIASES: {"别名", "其他名称", "别称"},
    Column.FORMER: {"曾用名", "原名称", "原名"},
    Column.MEMBER: {"成员单位", "是否成员单位", "是否成员"},
    Column.NUMBER: {"序号", "编号"},
}
_CELLS = re.compile(r"\t| {2,}|[,，;；|]")
_NAMES = re.compile(r"[、,，;；/\n]")
_NUMBER = re.compile(r"^[（(]?\d{1,3}[)）、.．]?\s*(?=\D|$)")


@dataclass(frozen=True)
class UnitRow:
    """One row as it is written; None where the table has no such column."""

    line: int
    full_name: str
    short_name: str = ""
    system: str | None = None
    section: System | None = None
    """The heading under which it stands (一、党委部门)."""
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    member: str | None = None


def cells_of(text: str) -> list[tuple[int, list[str]]]:
    """The cells of each line with its number: parted by tabs as they come from a sheet, else by commas."""
    return [
        (number, [clean_line(cell) or "" for cell in (line.split("\t") if "\t" in line else _CELLS.split(line))])
        for number, line in enumerate(text.splitlines(), 1)
    ]


def head_word(cell: str) -> str:
    """A head as it is compared: without blanks and without what stands in brackets (（必填）)."""
    return re.sub(r"[（(][^()（）]*[)）]", "", normalised(cell))


def read_rows(text: str) -> list[UnitRow]:
    """The rows of a text: a unit a line."""
    lines = cells_of(text)
    head, places = _head(lines)
    rows: list[UnitRow] = []
    section: System | None = None
    for number, cells in lines:
        filled = [cell for cell in cells if cell]
        if number <= head or not filled:
            continue
        if len(set(filled)) == 1 and (heading := system_called(filled[0])):
            section = heading
            continue
        rows.append(_row(number, cells, places or _by_order(cells), section))
    return rows


def _head(lines: list[tuple[int, list[str]]]) -> tuple[int, dict[Column, int]]:
    for number, cells in lines[:HEAD_SEARCHED]:
        heads = [head_word(cell) for cell in cells]
        places = {
            column: heads.index(next(head for head in heads if head in names))
            for column, names in _HEADS.items()
            if any(head in names for head in heads)
        }
        if Column.FULL not in places and Column.MEMBER in places:
            places[Column.FULL] = places.pop(Column.MEMBER)
        if Column.FULL in places:
            return number, places
    return 0, {}


def _by_order(cells: list[str]) -> dict[Column, int]:
    """Without a head: number or none, full name, short name, kind; a cell that names a kind is the kind."""
    named = (place for place, cell in enumerate(cells) if cell and not re.fullmatch(r"\d{1,3}[.、．]?", cell))
    at = range(next(named, 0), len(cells))
    kinds = [place for place in at[1:] if system_called(cells[place])]
    others = [place for place in at if place not in kinds]
    return {**dict(zip(_UNHEADED, others, strict=False)), **({Column.SYSTEM: kinds[0]} if kinds else {})}


def _row(number: int, cells: list[str], places: dict[Column, int], section: System | None) -> UnitRow:
    given = {column: cells[at] if at < len(cells) else "" for column, at in places.items()}
    return UnitRow(
        number, _NUMBER.sub("", given.get(Column.FULL, "")), given.get(Column.SHORT, ""), given.get(Column.SYSTEM),
        section, _names(given.get(Column.ALIASES, "")), _names(given.get(Column.FORMER, "")), given.get(Column.MEMBER),
    )  # fmt: skip


def _names(cell: str) -> tuple[str, ...]:
    return tuple(name for part in _NAMES.split(cell) if (name := clean_line(part)))
