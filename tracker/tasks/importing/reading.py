"""The rows of a responsibility table, found by its heads: the official four columns or the house's own nine."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from tracker.documents.grids import Grid, Line

HEAD_SEARCHED = 15
"""Rows looked through for the head: offices put titles above it."""


class Column(Enum):
    """What a column holds."""

    AREA = "领域"
    NUMBER = "编号"
    ITEM = "主要目标/策略措施"
    TITLE = "任务"
    CONTENT = "内容"
    MAIN = "主要责任单位"
    LEAD = "牵头单位"
    JOINT = "责任单位"
    SUPPORT = "配合单位"
    SHAPE = "负责方式"
    OUTCOME = "办结方式"
    DUE = "时限"


_HEADS = {
    Column.AREA: {"领域", "发展领域", "优先发展领域"},
    Column.NUMBER: {"编号", "任务编号"},
    Column.TITLE: {"任务", "任务名称"},
    Column.CONTENT: {"内容", "任务内容"},
    Column.MAIN: {"主要责任单位", "主责单位", "主要责任部门", "第一责任单位", "主要负责单位"},
    Column.LEAD: {"牵头单位", "牵头部门", "牵头责任单位", "责任单位牵头"},
    Column.JOINT: {"责任单位", "责任部门", "其他责任单位", "相关责任单位", "负责单位"},
    Column.SUPPORT: {"配合单位", "配合部门", "协办单位", "参与单位", "协同单位", "配合责任单位"},
    Column.SHAPE: {"负责方式"},
    Column.OUTCOME: {"办结方式", "完成形式"},
    Column.DUE: {"时限", "完成时限", "完成时间"},
}
_ITEM = re.compile(
    r"(?:主要|工作|重点)?(?:目标|任务|策略|措施|指标)(?:[/、和与及]?(?:主要|工作|重点|策略)?(?:目标|任务|措施|指标|内容))*"
)
_UNITS = (Column.MAIN, Column.LEAD, Column.JOINT)
_ORDINAL = re.compile(r"^[（(]?(?:第?[一二三四五六七八九十百]+|\d{1,2})[)）]?[、.．\s领部]?")
_REMARK = re.compile(r"^(?:注|备注|说明|填表说明|导出日期|筛选条件)[:：]")


@dataclass(frozen=True)
class TableRow:
    """One row as it is written; a column that the table does not have is not in `cells`."""

    grid: str
    line: int
    area: str
    cells: dict[Column, str] = field(default_factory=dict)

    def __getitem__(self, column: Column) -> str:
        return self.cells.get(column, "")

    def has(self, column: Column) -> bool:
        return column in self.cells

    @property
    def is_own(self) -> bool:
        """The house's own table, which knows numbers and titles of tasks."""
        return self.has(Column.NUMBER) and self.has(Column.TITLE)

    @property
    def shown(self) -> str:
        """What names the row on a page."""
        return f"{self[Column.NUMBER]} {self[Column.TITLE]}".strip() or self[Column.ITEM]


@dataclass(frozen=True)
class Table:
    """All rows of a file, and where the first head stands."""

    rows: tuple[TableRow, ...]
    head: tuple[str, int]


def read_table(grids: Iterable[Grid]) -> Table | None:
    """The rows of every sheet or table that has a head; None where none has. A table without a head goes on from the
    one before when it has as many columns: Word cuts long tables in two."""
    rows: list[TableRow] = []
    first: tuple[str, int] | None = None
    places: dict[Column, int] = {}
    width = 0
    for grid in grids:
        found = _head(grid)
        if found:
            at, places = found
            width = max(len(line.cells) for line in grid.lines)
            first = first or (grid.name, at)
        elif not places or max((len(line.cells) for line in grid.lines), default=0) != width:
            continue
        else:
            at = 0
        rows += _rows(grid, at, places)
    return Table(tuple(rows), first) if first else None


def plain(text: str) -> str:
    """A text as compared: widths folded, blanks gone."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def area_name(text: str) -> str:
    """一、妇女与健康 → 妇女与健康."""
    return _ORDINAL.sub("", plain(text), count=1).strip("：:、.")


def _head(grid: Grid) -> tuple[int, dict[Column, int]] | None:
    for line in grid.lines[:HEAD_SEARCHED]:
        places = _places(line)
        says_what = Column.ITEM in places or Column.TITLE in places
        if says_what and any(column in places for column in _UNITS):
            return line.number, places
    return None


def _places(line: Line) -> dict[Column, int]:
    places: dict[Column, int] = {}
    for at, cell in enumerate(line.cells):
        head = re.sub(r"[（(][^()（）]*[)）]", "", plain(cell))
        column = next((one for one, names in _HEADS.items() if head in names), None)
        if column is None and _ITEM.fullmatch(head):
            # Goal and measure in two columns: the row is about the measure, which stands behind.
            places[Column.ITEM] = at
        elif column is not None and (column not in places or line.cells[places[column]] != cell):
            places.setdefault(column, at)
    return places


def _rows(grid: Grid, head: int, places: dict[Column, int]) -> list[TableRow]:
    rows: list[TableRow] = []
    area = ""
    named = {plain(cell) for line in grid.lines if line.number == head for cell in line.cells if cell}
    for line in grid.lines:
        filled = {cell for cell in line.cells if cell}
        if line.number <= head or not filled or _REMARK.match(next(iter(filled)) if len(filled) == 1 else ""):
            continue
        if {plain(cell) for cell in filled} <= named:
            continue  # the head once more, on the next page
        if len(filled) == 1 and not _says_what(line, places):
            area = area_name(next(iter(filled)))
            continue
        cells = {column: line.cells[at] if at < len(line.cells) else "" for column, at in places.items()}
        area = area_name(cells[Column.AREA]) if cells.get(Column.AREA) else area
        rows.append(TableRow(grid.name, line.number, area, cells))
    return rows


def _says_what(line: Line, places: dict[Column, int]) -> bool:
    """A single filled cell in the column of measures is a measure nobody was named for; elsewhere, or spread over the
    whole row by merging, it is the heading of an area."""
    at = places.get(Column.ITEM, places.get(Column.TITLE, -1))
    alone = sum(bool(cell) for cell in line.cells) == 1
    return alone and at < len(line.cells) and bool(line.cells[at]) and at > 0
