"""Tables of an office's own making → rows of cells: XLSX and DOCX, merged cells filled with what they show.

    grids_of(content) -> (Grid("Sheet1", (Line(1, ("领域", "措施", …)), …)), …)

Nothing of the file is believed: how large it says it is, how far its merged cells reach, what its formulas give. What
cannot be read is refused with one sentence.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from docx import Document as WordDocument
from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from tracker.documents.values import DocumentError

log = logging.getLogger(__name__)

MOST_ROWS, MOST_COLUMNS = 3000, 40
LARGEST_FILE = 10 << 20
_LARGEST_UNPACKED, _MOST_PARTS = 80 << 20, 3000
_MOST_MARKS = 2_000_000  # of XML: a full table has a million; each is half a kilobyte once it is an object in memory
_PIECE = 1 << 20
_MOST_MERGED = 200_000
_WIDEST_CELL = 100
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_SPAN = re.compile(rb'gridSpan[^>]*?val="(\d+)"')
_BROKEN = "文件已损坏，打不开，请用WPS或Word、Excel另存后再上传。"
_NOT_A_TABLE = "请上传Excel（.xlsx）或Word（.docx）表格；.xls、.doc、.wps文件请先另存为新格式。"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table with its number there: on a sheet the row's, in a document the count within its table."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet, or one table of a document."""

    name: str
    lines: tuple[Line, ...]


def grids_of(content: bytes) -> tuple[Grid, ...]:
    """The tables of a file in its order. Raises DocumentError with a sentence for what is no such file."""
    kind = kind_of(content)
    try:
        return tuple(_sheets(content) if kind == "xlsx" else _word_tables(content))
    except DocumentError:
        raise
    except Exception as error:  # a broken part makes the libraries stumble over anything at all
        log.info("a table cannot be read: %s: %s", type(error).__name__, error)
        raise DocumentError(_BROKEN) from error


def kind_of(content: bytes) -> str:
    """xlsx or docx, judged by the parts and their sizes before anything is unpacked."""
    if not content:
        raise DocumentError("文件是空的，请检查后重新选择。")
    if len(content) > LARGEST_FILE:
        raise DocumentError(f"文件超过{LARGEST_FILE >> 20}MB，不像一张表格，请去掉图片后再上传。")
    if not content.startswith(b"PK\x03\x04"):
        raise DocumentError(_NOT_A_TABLE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            is_large = len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_UNPACKED
            if is_large or _has_too_many_marks(archive):
                raise DocumentError("文件解压后过大，不像一张表格，已停止读取。")
            names = {part.filename for part in parts}
    except _DAMAGE as error:
        raise DocumentError(_BROKEN) from error
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "word/document.xml" in names:
        return "docx"
    raise DocumentError(_NOT_A_TABLE)


_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)
"""What the parts of a broken or locked package raise."""


def _has_too_many_marks(archive: zipfile.ZipFile) -> bool:
    """Counted as the parts are unpacked piece by piece, before anybody makes a tree of them."""
    marks = 0
    for part in archive.infolist():
        with archive.open(part) as stream:
            while marks <= _MOST_MARKS and (piece := stream.read(_PIECE)):
                marks += piece.count(b"<")
    return marks > _MOST_MARKS


def text_of(value: Any) -> str:
    """What a cell shows: days as people write them, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _sheets(content: bytes) -> Iterator[Grid]:
    merged = _merged_ranges(content)
    book: Any = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        for page in book.worksheets:
            if page.sheet_state != "visible":
                continue
            page.reset_dimensions()
            rows = [
                [text_of(value) for value in values]
                for values in page.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
            ]
            _fill(rows, merged.get(page._worksheet_path.lstrip("/"), []))
            lines = (Line(number, tuple(cells)) for number, cells in enumerate(rows, 1))
            yield Grid(page.title, tuple(line for line in lines if any(line.cells)))
    finally:
        book.close()


def _merged_ranges(content: bytes) -> dict[str, list[tuple[int, int, int, int]]]:
    """Per sheet the merged cells as (first column, first row, last column, last row), counted before they are made."""
    found: dict[str, list[tuple[int, int, int, int]]] = {}
    area = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
                continue
            for match in _MERGED.finditer(archive.read(name)):
                left, top, right, bottom = (int(edge or 0) for edge in range_boundaries(match[1].decode()))
                area += (right - left + 1) * (bottom - top + 1)
                if area > _MOST_MERGED:
                    raise DocumentError("表中合并单元格的范围过大，请取消多余的合并后再上传。")
                found.setdefault(name, []).append((left, top, right, bottom))
    return found


def _fill(rows: list[list[str]], merged: Sequence[tuple[int, int, int, int]]) -> None:
    for left, top, right, bottom in merged:
        shown = rows[top - 1][left - 1] if top <= len(rows) and left <= len(rows[top - 1]) else ""
        for row in rows[top - 1 : bottom]:
            row.extend([""] * (min(right, MOST_COLUMNS) - len(row)))
            row[left - 1 : min(right, MOST_COLUMNS)] = [shown] * (min(right, MOST_COLUMNS) - left + 1)


def _word_tables(content: bytes) -> Iterator[Grid]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if any(int(match[1]) > _WIDEST_CELL for match in _SPAN.finditer(archive.read("word/document.xml"))):
            raise DocumentError(_BROKEN)
    document = WordDocument(io.BytesIO(content))
    for count, table in enumerate(document.tables, 1):
        lines = []
        for number, row in enumerate(table.rows, 1):
            if number > MOST_ROWS:
                break
            lines.append(Line(number, tuple(cell.text.strip() for cell in row.cells[:MOST_COLUMNS])))
        yield Grid(
            f"第{count}张表" if len(document.tables) > 1 else "", tuple(line for line in lines if any(line.cells))
        )
