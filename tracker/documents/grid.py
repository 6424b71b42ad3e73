"""Tables: thousands of rows in linear time, heads repeated, never a head alone at a page's foot.

A row is measured once; a cell broken into lines is kept and shared by every row, page and document that says the same
in the same width. A split is one bisection: the parts of a table share all their rows and differ in two numbers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import TypeAlias

from tracker.documents import ink
from tracker.documents.blocks import Align, State, Table, Voice, cell_text
from tracker.documents.columns import column_widths
from tracker.documents.face import Face, Faces, Run
from tracker.documents.gongwen import HEAD_SHADE, INK_ABOVE_MIDDLE, TABLE_PADDING, TABLE_RULE
from tracker.documents.lines import break_text
from tracker.documents.press import Press

_TOLERANCE = 1e-6
_ROWS_BEFORE_BREAK = 3
_LOOSEST = 0.12  # ems between characters

CellLine: TypeAlias = "tuple[float, str, list[Run] | None, float]"
"""(indent, operator, runs, slack): the operator where it holds for any document, else what to make it from."""
Row: TypeAlias = "list[tuple[CellLine, ...]]"


@dataclass(frozen=True, slots=True)
class GridStyle:
    size: float
    leading: float
    padding: float = TABLE_PADDING


@lru_cache(maxsize=65536)
def _cell(text: str, face: Face, size: float, measure: float, align: Align) -> tuple[CellLine, ...]:
    """The lines of one cell, encoded."""
    lines: list[CellLine] = []
    for piece in ink.clean(text).split("\n") if text else ():
        runs = face.runs(piece)
        for start, end, slack in break_text(piece, ink.advances(runs), size, measure):
            shown = ink.cut(runs, start, end)
            indent = 0.0
            if align == "left" and slack > _LOOSEST * size * (end - start):
                slack = 0.0  # in a narrow cell a ragged edge reads better than letters far apart
            if align != "left":
                slack = min(slack, 0.0)
                free = measure - ink.width_of(shown, size) - slack
                indent = max(0.0, free) / (2 if align == "center" else 1)
            if runs == [(face, piece)]:
                lines.append((indent, ink.show(shown, None, slack, size, 0.0, face), None, 0.0))
            else:  # another face steps in, and what a page calls it is the document's affair
                lines.append((indent, "", shown, slack))
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class HeadBox:
    """A cell of the head: first and last row, first and last column, all inclusive."""

    text: str
    top: int
    bottom: int
    left: int
    right: int


def head_boxes(table: Table) -> tuple[int, list[HeadBox]]:
    """How many rows the head has, and its cells: merged across by ``groups``, down where one side is empty."""
    if not table.groups:
        return 1, [HeadBox(column.head, 0, 0, n, n) for n, column in enumerate(table.columns)]
    boxes: list[HeadBox] = []
    left = 0
    for group in table.groups:
        right = left + group.across - 1
        below = table.columns[left : right + 1]
        if not group.text:
            boxes += [HeadBox(column.head, 0, 1, left + n, left + n) for n, column in enumerate(below)]
        elif not any(column.head for column in below):
            boxes.append(HeadBox(group.text, 0, 1, left, right))
        else:
            boxes.append(HeadBox(group.text, 0, 0, left, right))
            boxes += [HeadBox(column.head, 1, 1, left + n, left + n) for n, column in enumerate(below)]
        left = right + 1
    return 2, boxes


class Grid:
    """A table that flows. ``first`` and ``last`` bound the rows of this part: [first, last)."""

    keep_with_next = False

    def __init__(self, table: Table, style: GridStyle) -> None:
        self.table, self.style = table, style
        self.height = 0.0
        self.first, self.last = 0, 0
        self._width = -1.0
        self._tag: list[int] = []

    # -------------------------------------------------------------- measuring

    def fit(self, faces: Faces, width: float, tallest: float = 300.0) -> float:
        if width != self._width:
            self._width = width
            self._face, self._head_face = faces[Voice.BODY], faces[Voice.BLACK]
            self._measure_columns(width)
            self._measure_head()
            self._measure_rows(tallest)
            self.last = len(self._cells)
            self._set_height()
        return self.height

    def _set_height(self) -> None:
        self.height = self._head_height + self._tops[self.last] - self._tops[self.first]

    def _measure_columns(self, width: float) -> None:
        widths = column_widths(self.table, width, self.style.size, self.style.padding)
        self._widths = widths
        self._edges = [0.0, *accumulate(widths)]

    def _measure_head(self) -> None:
        count, self._boxes = head_boxes(self.table)
        padding, leading = 2 * self.style.padding, self.style.leading
        self._box_lines = [
            _cell(box.text, self._head_face, self.style.size, self._span(box) - padding, "center")
            for box in self._boxes
        ]
        heights = [leading + padding] * count
        for box, lines in zip(self._boxes, self._box_lines, strict=True):
            share = (len(lines) * leading + padding) / (box.bottom - box.top + 1)
            for row in range(box.top, box.bottom + 1):
                heights[row] = max(heights[row], share)
        self._head_tops = [0.0, *accumulate(heights)]
        self._head_height = self._head_tops[-1]

    def _span(self, box: HeadBox) -> float:
        return self._edges[box.right + 1] - self._edges[box.left]

    def _measure_rows(self, tallest: float) -> None:
        """Break every cell; a row taller than ``tallest`` becomes several, so that no row can fail to fit a page."""
        face, size, leading, padding = self._face, self.style.size, self.style.leading, 2 * self.style.padding
        columns = [
            (width - padding, column.align) for width, column in zip(self._widths, self.table.columns, strict=True)
        ]
        most = max(1, int((tallest - padding) / leading))
        merged = [n for n, column in enumerate(self.table.columns) if column.merge]
        self._texts: list[list[str]] = []
        self._cells: list[Row] = []
        self._source: list[int] = []
        heights: list[float] = []
        above: list[str] | None = None
        for number, values in enumerate(self.table.rows):
            texts = [value if isinstance(value, str) else cell_text(value) for value in values]
            shown = _without_repeats(texts, above, merged) if merged else texts
            cells = [
                _cell(text, face, size, measure, align) for text, (measure, align) in zip(shown, columns, strict=True)
            ]
            count = max(1, *map(len, cells))
            for start in range(0, count, most):
                part = cells if count <= most else [lines[start : start + most] for lines in cells]
                self._texts.append(texts)
                self._cells.append(part)
                self._source.append(number)
                heights.append(min(most, count - start) * leading + padding)
            above = texts
        self._tops = [0.0, *accumulate(heights)]
        self._merged = frozenset(merged)
        self._lacking = frozenset().union(*map("".join, self._texts)) - face.characters if self._texts else frozenset()

    # -------------------------------------------------------------- splitting

    def split(self, room: float) -> tuple[Grid, Grid] | None:
        limit = room - self._head_height + self._tops[self.first] + _TOLERANCE
        at = bisect_right(self._tops, limit) - 1
        if at == self.last - 1:  # one row alone on the next page looks forgotten
            at -= 1
        if at - self.first < min(_ROWS_BEFORE_BREAK, self.last - self.first) or at >= self.last:
            return None
        return self._part(self.first, at), self._part(at, self.last)

    def least_height(self) -> float:
        """The head and the rows that have to stand with it."""
        last = min(self.first + _ROWS_BEFORE_BREAK, self.last)
        return self._head_height + self._tops[last] - self._tops[self.first]

    def force_split(self, room: float) -> tuple[Grid, Grid] | None:
        """On an empty page even one row is better than none."""
        limit = room - self._head_height + self._tops[self.first] + _TOLERANCE
        at = max(bisect_right(self._tops, limit) - 1, self.first + 1)
        return (self._part(self.first, at), self._part(at, self.last)) if at < self.last else None

    def split_off(self, rows: int) -> tuple[Grid, Grid] | None:
        """All but the last ``rows``, and those, where enough stay behind."""
        at = self.last - rows
        if at - self.first < _ROWS_BEFORE_BREAK:
            return None
        return self._part(self.first, at), self._part(at, self.last)

    def _part(self, first: int, last: int) -> Grid:
        part = Grid.__new__(Grid)
        part.__dict__.update(self.__dict__)
        part.first, part.last = first, last
        part._set_height()
        return part

    # -------------------------------------------------------------- drawing

    def draw(self, press: Press, x: float, y: float) -> None:
        with press.artifact():
            press.emit(self._shade(press, x, y))
            press.emit(self._rules(press, x, y))
        if press.tags is not None and not self._tag:
            self._tag.append(press.tags.open("Table"))
        self._draw_head(press, x, y)
        self._draw_rows(press, x, y + self._head_height)

    def _shade(self, press: Press, x: float, y: float) -> str:
        number = ink.number
        corner, width, height = press.y(y + self._head_height), self._edges[-1], self._head_height
        return f"q {ink.rgb(HEAD_SHADE)} {number(x)} {number(corner)} {number(width)} {number(height)} re f Q"

    def _rules(self, press: Press, x: float, y: float) -> str:
        number = ink.number
        edges = [number(x + edge) for edge in self._edges]
        top, head_foot, foot = press.y(y), press.y(y + self._head_height), press.y(y + self.height)
        left, right, joint, bottom = edges[0], edges[-1], number(head_foot), number(foot)
        lines = [f"{left} {number(top)} m {right} {number(top)} l", f"{left} {joint} m {right} {joint} l"]
        lines += [f"{edge} {joint} m {edge} {bottom} l" for edge in edges]
        for box in self._boxes:
            upper, lower = (
                number(press.y(y + self._head_tops[box.top])),
                number(press.y(y + self._head_tops[box.bottom + 1])),
            )
            begin, end = edges[box.left], edges[box.right + 1]
            lines.append(f"{begin} {lower} m {end} {lower} l {end} {upper} l")
            lines.append(f"{begin} {upper} m {begin} {lower} l")
        start = head_foot + self._tops[self.first]
        for row in range(self.first + 1, self.last + 1):
            at = number(start - self._tops[row])
            lines += [f"{edges[one]} {at} m {edges[other]} {at} l" for one, other in self._rule_segments(row)]
        return f"q {number(TABLE_RULE)} w {' '.join(lines)} S Q"

    def _rule_segments(self, row: int) -> list[tuple[int, int]]:
        """Between which edges the rule above ``row`` runs: not where merged columns say the same above and below."""
        if not self._merged or row == self.last:
            return [(0, len(self._widths))]
        segments: list[tuple[int, int]] = []
        repeated = _repeated(self._texts[row], self._texts[row - 1], sorted(self._merged))
        for column in range(len(self._widths)):
            if column in repeated:
                continue
            if segments and segments[-1][1] == column:
                segments[-1] = (segments[-1][0], column + 1)
            else:
                segments.append((column, column + 1))
        return segments

    def _draw_head(self, press: Press, x: float, y: float) -> None:
        """Tagged where it stands first; on later pages the repeated head is no content."""
        if press.tags is None or self.first:
            with press.artifact():
                press.emit(self._head_operators(press, x, y))
            return
        row = press.tags.open("TR", self._tag[0])
        for place in range(len(self._boxes)):
            with press.content("TH", row):
                press.emit(self._head_operators(press, x, y, [place]))

    def _head_operators(self, press: Press, x: float, y: float, places: Sequence[int] | None = None) -> str:
        face, style, document = self._head_face, self.style, press.document
        operators = [f"BT {face.resource(document)} {ink.number(style.size)} Tf"]
        for place in range(len(self._boxes)) if places is None else places:
            box, lines = self._boxes[place], self._box_lines[place]
            press.note_use(face.runs(box.text))
            press.note_missing(box.text, face)
            top, bottom = self._head_tops[box.top], self._head_tops[box.bottom + 1]
            middle = press.y(y + (top + bottom) / 2)
            baseline = middle + (len(lines) - 1) * style.leading / 2 - style.size * INK_ABOVE_MIDDLE
            left = x + self._edges[box.left] + style.padding
            operators += self._cell_operators(press, face, lines, left, baseline)
        operators.append("0 Tc ET")
        return " ".join(operators)

    def _cell_operators(
        self, press: Press, face: Face, lines: Sequence[CellLine], left: float, baseline: float
    ) -> list[str]:
        operators = []
        for indent, operator, runs, slack in lines:
            if runs is not None:
                press.note_use(runs)
                operator = ink.show(runs, press.document, slack, self.style.size, 0.0, face)
            operators.append(f"1 0 0 1 {left + indent:.2f} {baseline:.2f} Tm {operator}")
            baseline -= self.style.leading
        return operators

    def _draw_rows(self, press: Press, x: float, y: float) -> None:
        face, style, tags = self._face, self.style, press.tags
        used = face.used_in(press.document)
        lefts = [x + edge + style.padding for edge in self._edges]
        operators = [f"BT {face.resource(press.document)} {ink.number(style.size)} Tf"]
        start = self._tops[self.first]
        for row in range(self.first, self.last):
            texts, height = self._texts[row], self._tops[row + 1] - self._tops[row]
            used.update(*texts)
            if self._lacking:
                for text in texts:
                    press.note_missing(text, face)
            middle = press.y(y + self._tops[row] - start + height / 2)
            values = self.table.rows[self._source[row]]
            element = tags.open("TR", self._tag[0]) if tags is not None else 0
            for column, lines in enumerate(self._shown(row)):
                if not lines:
                    continue
                at = middle - self._fall(row, column) if column in self._merged else middle
                baseline = at + (len(lines) - 1) * style.leading / 2 - style.size * INK_ABOVE_MIDDLE
                shown = self._cell_operators(press, face, lines, lefts[column], baseline)
                value = values[column]
                if isinstance(value, State):
                    shown = [ink.rgb(value.tone.ink), *shown, "0 g"]
                if tags is not None:
                    shown = [tags.mark(tags.open("TD", element), press.page), *shown, "EMC"]
                operators += shown
        operators.append("0 Tc ET")
        press.emit(" ".join(operators))

    def _fall(self, row: int, column: int) -> float:
        """How far below its row's middle a merged cell's words stand, to be in the middle of what is merged."""
        end, merged = row + 1, sorted(self._merged)
        while end < self.last and column in _repeated(self._texts[end], self._texts[end - 1], merged):
            end += 1
        return (self._tops[end] - self._tops[row + 1]) / 2

    def _shown(self, row: int) -> Row:
        """A merged cell says its words again at the top of each page."""
        cells = self._cells[row]
        if row != self.first or not self._merged:
            return cells
        padding = 2 * self.style.padding
        return [
            _cell(
                self._texts[row][n], self._face, self.style.size, self._widths[n] - padding, self.table.columns[n].align
            )
            if n in self._merged and not cells[n]
            else cells[n]
            for n in range(len(cells))
        ]


def _repeated(texts: Sequence[str], above: Sequence[str] | None, merged: Sequence[int]) -> set[int]:
    """The merged columns whose text continues from the row above; a change in one ends those to its right."""
    found: set[int] = set()
    for column in merged:
        if above is None or texts[column] != above[column]:
            break
        found.add(column)
    return found


def _without_repeats(texts: list[str], above: list[str] | None, merged: Sequence[int]) -> list[str]:
    repeated = _repeated(texts, above, merged)
    return ["" if column in repeated else text for column, text in enumerate(texts)]
