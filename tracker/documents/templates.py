"""Sheets to fill in: an XLSX with drop-downs and a 说明 sheet, and reading it back with all its problems at once.

fields = [Field("任务", width=40, required=True), Field("类型", choices=["量化", "定性"]), Field("期限", kind="date")]
content = template("任务分解表", fields, notes=["一行填一项任务。"], made_on=date(2027, 1, 4))
filled = read(content, fields)            # .rows: dicts by field name, with the row's number; .problems: sentences
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, TypeAlias

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from tracker.documents.grids import kind_of
from tracker.documents.tables import CellValue
from tracker.documents.values import DocumentError, chinese_date, keep_tuples
from tracker.documents.xlsx import BODY, BOLD, BORDER, HEAD_FILL, QUIET, TITLE, put, saved

log = logging.getLogger(__name__)

_LIST_SHEET, _NOTE_SHEET = "选项", "说明"
EXPLAINING = frozenset({_LIST_SHEET, _NOTE_SHEET})
"""The sheets of such a file that hold nothing anybody filled in."""
_ROWS_WITH_LISTS = 2000
_HEAD_SEARCHED = 15  # rows looked through for the head: offices put titles above it
_MOST_ROWS = 5_000
_FURTHEST_DIGIT = 18
"""From the point: 1e999999999 is short, and a thousand million digits once it is whole."""
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_WRAP = Alignment(vertical="center", wrap_text=True)

Kind: TypeAlias = Literal["text", "integer", "number", "date"]


@dataclass(frozen=True, slots=True)
class Field:
    """One column to fill in. ``help`` goes to the 说明 sheet and to the hint shown at the cell."""

    name: str
    kind: Kind = "text"
    required: bool = False
    choices: tuple[str, ...] | list[str] = ()
    width: float = 16.0
    help: str = ""

    def __post_init__(self) -> None:
        keep_tuples(self)


@dataclass(frozen=True, slots=True)
class FilledRow:
    """``number`` is the row's number on the sheet, for messages. ``uncounted`` are columns in which a formula stands
    that no program has worked out: they look empty and are not."""

    number: int
    values: dict[str, CellValue]
    uncounted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """What a sheet holds. Where ``problems`` is not empty nothing should be taken over."""

    rows: tuple[FilledRow, ...]
    problems: tuple[str, ...]


# ------------------------------------------------------------------ writing


def template(
    name: str,
    fields: Sequence[Field],
    *,
    notes: Sequence[str] = (),
    rows: Sequence[Sequence[CellValue]] = (),
    made_on: Date,
) -> bytes:
    """A sheet with a frozen head, drop-downs from a hidden sheet, and 说明; ``rows`` are filled in beforehand."""
    book = Workbook()
    page: Any = book.active
    page.title = name[:31]
    for number, field in enumerate(fields, 1):
        cell = page.cell(1, number)
        put(cell, f"{field.name}（必填）" if field.required else field.name)
        cell.font, cell.fill, cell.border, cell.alignment = BOLD, HEAD_FILL, BORDER, _WRAP
        page.column_dimensions[get_column_letter(number)].width = field.width
    for at, values in enumerate(rows, 2):
        for number, value in enumerate(values, 1):
            cell = page.cell(at, number)
            put(cell, value)
            cell.font, cell.border, cell.alignment = BODY, BORDER, _WRAP
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(fields))}{max(len(rows) + 1, 2)}"
    page.print_title_rows = "1:1"
    _add_lists(book, page, fields)
    _add_notes(book, name, fields, notes, made_on)
    return saved(book, made_on)


def _add_lists(book: Workbook, page: Any, fields: Sequence[Field]) -> None:
    """Choices live on a hidden sheet: Excel refuses a list of more than 255 characters in the rule itself."""
    lists: Any = book.create_sheet(_LIST_SHEET)
    lists.sheet_state = "hidden"
    for number, field in enumerate(fields, 1):
        rule = _rule(lists, number, field)
        if rule is not None:
            rule.showErrorMessage = True
            rule.allow_blank = not field.required
            if field.help:
                rule.promptTitle, rule.prompt, rule.showInputMessage = field.name[:32], field.help[:255], True
            letter = get_column_letter(number)
            rule.add(f"{letter}2:{letter}{_ROWS_WITH_LISTS}")
            page.add_data_validation(rule)


def _rule(lists: Any, number: int, field: Field) -> DataValidation | None:
    letter = get_column_letter(number)
    if field.choices:
        for at, choice in enumerate(field.choices, 1):
            put(lists.cell(at, number), choice)
        source = f"'{_LIST_SHEET}'!${letter}$1:${letter}${len(field.choices)}"
        return DataValidation("list", formula1=source, errorTitle="请从列表中选择", error="所填内容不在可选范围内。")
    if field.kind == "date":
        return DataValidation(
            "date", operator="between", formula1="DATE(1990,1,1)", formula2="DATE(2100,12,31)",
            errorTitle="不是日期", error="请按2027-03-31的样式填写日期。",
        )  # fmt: skip
    if field.kind in ("integer", "number"):
        return DataValidation(
            "whole" if field.kind == "integer" else "decimal", operator="between",
            formula1="-999999999999", formula2="999999999999", errorTitle="不是数字", error="请填写数字。",
        )  # fmt: skip
    return None


def _add_notes(book: Workbook, name: str, fields: Sequence[Field], notes: Sequence[str], made_on: Date) -> None:
    page: Any = book.create_sheet(_NOTE_SHEET)
    for letter, width in zip("ABCD", (18, 12, 10, 70), strict=True):
        page.column_dimensions[letter].width = width
    lines: list[tuple[Sequence[str], Any]] = [([f"{name}填写说明"], TITLE)]
    lines += [([f"{number}.{note}"], BODY) for number, note in enumerate(notes, 1)]
    lines += [
        ([f"制表日期：{chinese_date(made_on)}"], QUIET),
        ([], BODY),
        (["栏目", "内容", "是否必填", "填写要求"], BOLD),
    ]
    kinds = {"text": "文字", "integer": "整数", "number": "数字", "date": "日期"}
    for field in fields:
        told = [field.help] if field.help else []
        told += ["可选：" + "、".join(field.choices)] if field.choices else []
        lines.append(([field.name, kinds[field.kind], "必填" if field.required else "选填", "；".join(told)], BODY))
    for at, (texts, font) in enumerate(lines, 1):
        for number, text in enumerate(texts, 1):
            cell = page.cell(at, number)
            put(cell, text)
            cell.font = font
            if len(texts) > 1:
                cell.alignment = _WRAP


# ------------------------------------------------------------------ reading


class _TooLong(DocumentError):
    """More rows than anybody fills in: none is read, so that none is left out unseen."""


def read(content: bytes, fields: Sequence[Field]) -> Filled:
    """The filled-in rows of ``content``. Columns are found by their heads, in any order, under any title lines."""
    try:
        filled = _first_filled(content, fields)
    except _TooLong:
        raise
    except Exception as error:  # a broken part makes the library stumble over anything at all, as late as at its rows
        log.info("a form cannot be read: %s: %s", type(error).__name__, error)
        raise DocumentError("不是可以读取的Excel文件（.xlsx），请用系统提供的模板填写") from error
    if filled is not None:
        return filled
    names = "、".join(field.name for field in fields if field.required) or fields[0].name
    raise DocumentError(f"表中没有找到表头，至少应有：{names}")


def _first_filled(content: bytes, fields: Sequence[Field]) -> Filled | None:
    """The rows of the first sheet that has the heads; what would unpack beyond all measure is not opened."""
    if kind_of(content) != "xlsx":
        return None
    formulas = _formulas(content)
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        pages = (page for page in book.worksheets if page.title not in (_LIST_SHEET, _NOTE_SHEET))
        found = (_read_page(page, fields, formulas.get(page.title, frozenset())) for page in pages)
        return next((one for one in found if one is not None), None)
    finally:
        book.close()


def _formulas(content: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    """By sheet, the cells (row from 1, column from 0) that hold a formula; hardly any file that people fill in has one,
    and then it is not read a second time."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(re.search(rb"<(\w+:)?f[ >/]", archive.read(name)) for name in parts):
            return {}
    book: Any = load_workbook(io.BytesIO(content), read_only=True)
    try:
        return {
            page.title: frozenset(
                (cell.row, cell.column - 1)
                for cells in page.iter_rows(max_row=_MOST_ROWS + _HEAD_SEARCHED + 1)
                for cell in cells if getattr(cell, "data_type", "") == "f"
            )
            for page in book.worksheets
        }  # fmt: skip
    finally:
        book.close()


def _read_page(page: Any, fields: Sequence[Field], formulas: frozenset[tuple[int, int]]) -> Filled | None:
    lines = enumerate(page.iter_rows(values_only=True, max_row=_MOST_ROWS + _HEAD_SEARCHED + 1), 1)
    places = _find_head(lines, fields)
    if places is None:
        return None
    rows: list[FilledRow] = []
    problems = [f"缺少“{field.name}”一栏" for field in fields if field.required and field.name not in places]
    for number, values in lines:
        given = {name: values[at] if at < len(values) else None for name, at in places.items()}
        uncounted = tuple(name for name, at in places.items() if given[name] is None and (number, at) in formulas)
        if not uncounted and all(value is None or not str(value).strip() for value in given.values()):
            continue
        if len(rows) == _MOST_ROWS:
            raise _TooLong(f"表中超过{_MOST_ROWS}行，请分成几个文件")
        row = FilledRow(number, {}, uncounted)
        for field in fields:
            try:
                row.values[field.name] = _value(field, given.get(field.name))
            except DocumentError as error:
                problems.append(f"第{number}行“{field.name}”：{error}")
        rows.append(row)
    return Filled(tuple(rows), tuple(problems))


def _find_head(lines: Iterator[tuple[int, tuple[Any, ...]]], fields: Sequence[Field]) -> dict[str, int] | None:
    """Field name → column, read from the first row that has every required head or at least two heads."""
    wanted = {field.name for field in fields}
    required = {field.name for field in fields if field.required}
    for number, values in lines:
        heads = [re.sub(r"（必填）|\s", "", str(value or "")) for value in values]
        places = {head: at for at, head in reversed(list(enumerate(heads))) if head in wanted}
        if (required and required <= places.keys()) or len(places) >= min(2, len(wanted)):
            return places
        if number >= _HEAD_SEARCHED:
            return None
    return None


def _value(field: Field, given: Any) -> CellValue:
    text = "" if given is None else str(given).strip()
    if not text:
        if field.required:
            raise DocumentError("没有填写")
        return None
    if field.kind == "date":
        return _date(given, text)
    if field.kind in ("integer", "number"):
        return _number(text, whole=field.kind == "integer")
    if isinstance(given, float) and given.is_integer():
        text = str(int(given))
    if field.choices and text not in field.choices:
        choices = "、".join(field.choices)
        raise DocumentError(f"“{text}”不在可选范围内（{choices}）")
    return text


def _date(given: Any, text: str) -> Date:
    if isinstance(given, datetime):
        return given.date()
    if isinstance(given, Date):
        return given
    match = _DATE.fullmatch(text)
    try:
        if match:
            return Date(*map(int, match.groups()))
    except ValueError:
        pass
    raise DocumentError(f"“{text}”不是日期，请按2027-03-31的样式填写")


def _number(text: str, whole: bool) -> int | Decimal:
    try:
        number = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise DocumentError(f"“{text}”不是数字") from None
    if not number.is_finite() or abs(number.adjusted()) > _FURTHEST_DIGIT:
        raise DocumentError(f"“{text}”不是数字")
    if not whole:
        return number
    if number != number.to_integral_value():
        raise DocumentError(f"“{text}”不是整数")
    return int(number)
