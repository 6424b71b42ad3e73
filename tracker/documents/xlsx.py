"""Tables → XLSX.

    workbook([Sheet("任务进展", table, filters="领域：妇女与健康", made_on=date(2027, 2, 20))]) -> bytes

Sheets to fill in and reading them back are in ``templates``.

What a cell holds is text or a number, never a formula: words that begin with = + - @ stay words. The filter's words and
the date stand on the sheet, because a table that leaves the system must say what it shows.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime, time
from decimal import Decimal
from math import ceil
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import ExcelWriter

from tracker.documents.archive import with_fixed_times
from tracker.documents.grid import HeadBox, head_boxes
from tracker.documents.ink import clean
from tracker.documents.tables import CellValue, Column, State, Table
from tracker.documents.values import DocumentError, chinese_date

_LONGEST_NAME, _FORBIDDEN = 31, str.maketrans(dict.fromkeys("[]:*?/\\", " "))
_A4 = 9
_LONGEST_TEXT = 32_767  # characters Excel keeps in a cell
_SIDE = Side("thin", color="B0B0B0")
BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
HEAD_FILL = PatternFill("solid", fgColor="EDEFF2")
BODY, BOLD, TITLE = Font("宋体", 11), Font("宋体", 11, bold=True), Font("黑体", 14)
QUIET = Font("宋体", 10, color="5A6270")
_ALIGNMENTS = {
    align: Alignment(horizontal=align, vertical="center", wrap_text=True) for align in ("left", "center", "right")
}
_WIDTH_PER_WEIGHT = 9.0
_LINE_HEIGHT, _LEAST_HEIGHT, _MOST_HEIGHT = 15.0, 18.0, 409.0  # points; the last is what Excel allows


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table on one sheet. ``filters`` says in words how a list was narrowed, and where it was not that it is whole;
    None for what is no list to be narrowed. ``made_on`` is the date printed.

    ``about`` stands there where the sheet belongs to a paper and is no export: of what, as of which day.
    """

    name: str
    table: Table
    filters: str | None = None
    made_on: Date | None = None
    title: str = ""
    about: str = ""


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as one file; the same sheets give the same bytes."""
    if not sheets:
        raise DocumentError("工作簿至少要有一张表")
    book = Workbook(write_only=True)
    taken: set[str] = set()
    for sheet in sheets:
        _write_sheet(book, sheet, _free_name(sheet.name, taken))
    days = [sheet.made_on for sheet in sheets if sheet.made_on]
    return saved(book, max(days, default=Date(2000, 1, 1)))


def _free_name(wanted: str, taken: set[str]) -> str:
    """A name Excel accepts that no other sheet has."""
    base = wanted.translate(_FORBIDDEN).strip().strip("'")[:_LONGEST_NAME] or "表"
    name, number = base, 2
    while name.lower() in taken:
        suffix = f"（{number}）"
        name, number = base[: _LONGEST_NAME - len(suffix)] + suffix, number + 1
    taken.add(name.lower())
    return name


def _write_sheet(book: Workbook, sheet: Sheet, name: str) -> None:
    table = sheet.table
    page: Any = book.create_sheet(name)
    lines = _preface(sheet)
    head_rows, boxes = head_boxes(table)
    first_head = len(lines) + 1
    first_row = first_head + head_rows
    widths = _widths(table.columns)
    _set_up(page, widths, first_row, last_head=first_row - 1)
    page.page_setup.orientation = "landscape" if sum(column.weight for column in table.columns) > 12 else "portrait"
    last = get_column_letter(len(table.columns))
    page.auto_filter.ref = f"A{first_row - 1}:{last}{first_row - 1 + len(table.rows)}"
    for text, font in lines:
        page.append([_cell(page, text, font)])
    for row in range(head_rows):
        texts = {box.left: box.text for box in boxes if box.top == row}
        page.row_dimensions[first_head + row].height = _head_height(boxes, row, widths)
        page.append([_cell(page, texts.get(n), BOLD, "center", fill=True) for n in range(len(table.columns))])
    for box in boxes:
        if (box.top, box.left) != (box.bottom, box.right):
            start = f"{get_column_letter(box.left + 1)}{first_head + box.top}"
            page.merged_cells.add(f"{start}:{get_column_letter(box.right + 1)}{first_head + box.bottom}")
    aligns = [column.align for column in table.columns]
    for number, values in enumerate(table.rows, first_row):
        page.row_dimensions[number].height = _height(values, widths)
        page.append([_cell(page, value, BODY, align) for value, align in zip(values, aligns, strict=True)])
    if table.note:
        page.append([])
        page.append([_cell(page, table.note, QUIET)])


def _preface(sheet: Sheet) -> list[tuple[str, Font]]:
    """The lines above the head: title, filter, date and unit."""
    lines = []
    title = sheet.title or sheet.table.caption
    if title:
        lines.append((title, TITLE))
    told = [sheet.about] if sheet.about else []
    told += [f"筛选条件：{sheet.filters or '全部'}"] if sheet.filters is not None else []
    told += [f"导出日期：{chinese_date(sheet.made_on)}"] if sheet.made_on else []
    told += [sheet.table.unit] if sheet.table.unit else []
    if told:
        lines.append(("　　".join(told), QUIET))
    return lines


def _widths(columns: Sequence[Column]) -> list[float]:
    """In Excel's unit, the width of a figure; a Chinese character takes two."""
    return [min(max(_WIDTH_PER_WEIGHT * column.weight, 2.2 * len(column.head) + 2, 6), 80) for column in columns]


def _height(values: Sequence[CellValue], widths: Sequence[float]) -> float:
    """Said in the file, because not every program finds out by itself how high a row of wrapped text is."""
    lines = 1
    for value, width in zip(values, widths, strict=True):
        text = value if isinstance(value, str) else str(value or "")
        if 2 * len(text) > width - 1 or "\n" in text:
            lines = max(lines, sum(ceil(max(1, _figures(line)) / (width - 1)) for line in text.split("\n")))
    return min(max(lines * _LINE_HEIGHT + 3, _LEAST_HEIGHT), _MOST_HEIGHT)


def _head_height(boxes: Sequence[HeadBox], row: int, widths: Sequence[float]) -> float:
    """As high as its tallest head; a merged one has the width of its columns, and shares its height among its rows."""
    heights = [
        _height([box.text], [sum(widths[box.left : box.right + 1])]) / (box.bottom - box.top + 1)
        for box in boxes if box.top <= row <= box.bottom
    ]  # fmt: skip
    return max([_LEAST_HEIGHT, *heights])


def _figures(text: str) -> float:
    """The width of a text in figures; a little more, because a line ends where the next character does not fit."""
    return sum(2.1 if char > "\u2000" else 1.05 for char in text)


def _set_up(page: Any, widths: Sequence[float], first_row: int, last_head: int) -> None:
    """Widths, frozen head, and a printed page as wide as the paper with the head on each."""
    for number, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = f"A{first_row}"
    page.print_title_rows = f"1:{last_head}"
    page.page_setup.paperSize = _A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.oddFooter.center.text = "第 &P 页，共 &N 页"


def _cell(page: Any, value: CellValue, font: Font, align: str = "left", fill: bool = False) -> Any:
    """A cell that can only be text, a number or a date."""
    cell = WriteOnlyCell(page)
    put(cell, value)
    cell.font = Font("宋体", 11, color=value.tone.ink) if isinstance(value, State) else font
    if font in (BODY, BOLD):
        cell.border, cell.alignment = BORDER, _ALIGNMENTS[align]
    if fill:
        cell.fill = HEAD_FILL
    return cell


def put(cell: Any, value: CellValue) -> None:
    """Set ``value`` so that no program takes it for a formula."""
    if value is None:
        return
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        cell.value = value
    elif isinstance(value, Date):
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
    else:
        cell.value = clean(str(value))[:_LONGEST_TEXT]
        cell.data_type = "s"
        if cell.value[:1] in ("=", "+", "-", "@"):
            cell.quotePrefix = True


def saved(book: Workbook, day: Date) -> bytes:
    """The workbook's bytes, dated ``day``: openpyxl's own save would write the moment of saving into them."""
    moment = datetime.combine(day, time())
    book.properties.creator = book.properties.lastModifiedBy = "Gangmu"
    book.properties.created = book.properties.modified = moment
    stream = io.BytesIO()
    ExcelWriter(book, ZipFile(stream, "w", ZIP_DEFLATED)).save()
    return with_fixed_times(stream.getvalue())
