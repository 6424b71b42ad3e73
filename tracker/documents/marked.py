"""A table given back with a red column that says what is wrong in which row.

    marked(content, [Fault("分解表", 7, "“市某局”不在单位名单中。")], head=("分解表", 3)) -> bytes

A workbook stays as it was, with one more column; of a document's tables the rows come back as a workbook.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from tracker.documents.grids import MOST_COLUMNS, Grid, grids_of, kind_of
from tracker.documents.xlsx import BODY, BOLD, BORDER, put, saved

HEAD = "错误原因"
_RED, _RED_HEAD = Font("宋体", 11, color="C00000"), Font("宋体", 11, bold=True, color="C00000")
_WRAP = Alignment(vertical="top", wrap_text=True)
_WIDTH = 48.0


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one row of one sheet or table."""

    grid: str
    line: int
    sentence: str


def marked(content: bytes, faults: Sequence[Fault], *, head: tuple[str, int], made_on: date) -> bytes:
    """The same table with the reasons in a red column behind the last one; `head` is where the table's head stands."""
    said: dict[tuple[str, int], list[str]] = defaultdict(list)
    for fault in faults:
        said[fault.grid, fault.line].append(fault.sentence)
    grids = grids_of(content)
    book = load_workbook(io.BytesIO(content)) if kind_of(content) == "xlsx" else _as_book(grids)
    for number, grid in enumerate(grids):
        page: Any = book[grid.name] if grid.name in book.sheetnames else book.worksheets[number]
        mine = {line: sentences for (name, line), sentences in said.items() if name == grid.name}
        if mine:
            _mark(page, grid, mine, head[1] if head[0] == grid.name else 1)
    return saved(book, made_on)


def _mark(page: Any, grid: Grid, said: dict[int, list[str]], head: int) -> None:
    column = _column_of(grid, head)
    for known in grid.lines:
        if known.number > head:
            page.cell(known.number, column).value = None  # what an earlier marking said of it
    _write(page, head, column, HEAD, _RED_HEAD)
    for line, sentences in said.items():
        _write(page, line, column, "\n".join(sentences), _RED)
    page.column_dimensions[get_column_letter(column)].width = _WIDTH


def _column_of(grid: Grid, head: int) -> int:
    """The column of an earlier marking, else the first free one."""
    heads = next((line.cells for line in grid.lines if line.number == head), ())
    if HEAD in heads:
        return heads.index(HEAD) + 1
    widest = max((at for line in grid.lines for at, cell in enumerate(line.cells, 1) if cell), default=0)
    return min(widest, MOST_COLUMNS) + 1


def _write(page: Any, row: int, column: int, text: str, font: Font) -> None:
    cell = page.cell(row, column)
    put(cell, text)
    cell.font, cell.border, cell.alignment = font, BORDER, _WRAP


def _as_book(grids: Sequence[Grid]) -> Workbook:
    """The tables of a document as sheets, cell by cell."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, grid in enumerate(grids, 1):
        page: Any = book.create_sheet((grid.name or f"表{number}")[:31])
        for at, line in enumerate(grid.lines):
            for column, text in enumerate(line.cells, 1):
                cell = page.cell(line.number, column)
                put(cell, text)
                cell.font, cell.border, cell.alignment = BODY if at else BOLD, BORDER, _WRAP
    return book
