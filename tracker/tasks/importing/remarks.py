"""A unit's list that came back as a table with its remarks: rows → remarks at lines, with every fault at once. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tracker.core.forms import clean_text
from tracker.documents.grids import Grid, Line
from tracker.documents.marked import Fault
from tracker.tasks.importing.reading import HEAD_SEARCHED, plain

NUMBER, TITLE, REMARK = "编号", "任务", "意见"
WHOLE = "对整张表的意见"
NOTHING = frozenset({"无", "无意见", "没有意见", "/", "-", "—"})
LONGEST_REMARK, LONGEST_WHOLE = 500, 2000


@dataclass(frozen=True)
class Asked:
    """One line the unit was asked about."""

    assignment_id: int
    number: str
    title: str


@dataclass
class RemarkTable:
    """What the table says; with faults nothing of it is taken over unseen."""

    head: tuple[str, int]
    remarks: dict[int, str] = field(default_factory=dict)
    text: str = ""
    faults: list[Fault] = field(default_factory=list)


def read_remarks(grids: Iterable[Grid], asked: Sequence[Asked]) -> RemarkTable | None:
    """The remarks of the first table that has the columns 任务 and 意见; None where none has."""
    for grid in grids:
        for line in grid.lines[:HEAD_SEARCHED]:
            heads = [plain(cell).removesuffix("（必填）").removesuffix("(必填)") for cell in line.cells]
            if TITLE in heads and REMARK in heads:
                places = {head: at for at, head in reversed(list(enumerate(heads)))}
                return _read(grid, line.number, places, asked)
    return None


def _read(grid: Grid, head: int, places: dict[str, int], asked: Sequence[Asked]) -> RemarkTable:
    table = RemarkTable((grid.name, head))
    rows: dict[int, int] = {}
    for line in grid.lines:
        said = clean_text(_cell(line, places, REMARK)) or ""
        if line.number <= head or not said or plain(said).rstrip("。.") in NOTHING:
            continue
        fault = _take(table, line, places, said, asked, rows)
        if fault:
            table.faults.append(Fault(grid.name, line.number, fault))
    return table


def _take(
    table: RemarkTable, line: Line, places: dict[str, int], said: str, asked: Sequence[Asked], rows: dict[int, int]
) -> str:
    """Why the row cannot be taken; nothing when it was."""
    title, number = plain(_cell(line, places, TITLE)), plain(_cell(line, places, NUMBER))
    if WHOLE in (title, number):
        table.text = said
        return f"意见超过{LONGEST_WHOLE}字，请精简。" if len(said) > LONGEST_WHOLE else ""
    found = [one for one in asked if plain(one.title) == title and (not number or plain(one.number) == number)]
    found = found or [one for one in asked if number and plain(one.number) == number and not title]
    if not found:
        return "本单位清单中没有这项任务，请核对编号和任务名称。"
    if len(found) > 1:
        return "清单中有几项同名任务，请写明编号。"
    if len(said) > LONGEST_REMARK:
        return f"意见超过{LONGEST_REMARK}字，请精简。"
    one = found[0].assignment_id
    if one in table.remarks:
        return f"与第{rows[one]}行是同一项任务，请合并成一条意见。"
    table.remarks[one], rows[one] = said, line.number
    return ""


def _cell(line: Line, places: dict[str, int], head: str) -> str:
    at = places.get(head, -1)
    return line.cells[at] if 0 <= at < len(line.cells) else ""
