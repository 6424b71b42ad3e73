"""Blocks → pieces that flow: paragraphs, headings counted by level, tables and charts with what stands around them."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.documents import charts, ends, face, styles
from tracker.documents import gongwen as g
from tracker.documents.blocks import (
    Attendance,
    Block,
    Chart,
    Heading,
    Opinions,
    PageBreak,
    Paragraph,
    Span,
    Table,
    Voice,
)
from tracker.documents.flow import Figure, Gap, Para, Piece, line_width, whole_names
from tracker.documents.grid import Grid, GridStyle
from tracker.documents.numbering import HeadingNumbers

NEW_PAGE = Gap(0)
"""What comes after it starts a page."""


class BlockReader:
    """Turns blocks into pieces, counting headings."""

    def __init__(self, faces: face.Faces, width: float, *, on_grid: bool = True) -> None:
        self._faces, self._width, self._on_grid = faces, width, on_grid
        self._numbers = HeadingNumbers()

    def pieces(self, blocks: Iterable[Block]) -> Iterable[Piece]:
        for number, block in enumerate(blocks):
            if isinstance(block, Paragraph):
                yield self._paragraph(block)
            elif isinstance(block, Heading):
                yield self._heading(block)
            elif isinstance(block, Table):
                yield from self._table(block, is_first=number == 0)
            elif isinstance(block, Chart):
                yield from self._chart(block)
            elif isinstance(block, Attendance):
                yield self._attendance(block)
            elif isinstance(block, Opinions):
                yield ends.OpinionBox(block)
            elif isinstance(block, PageBreak):
                yield NEW_PAGE
            else:
                yield Gap(block.lines * g.LINE)

    def _paragraph(self, block: Paragraph) -> Para:
        base = styles.BODY if block.indent else styles.FLUSH
        return Para(block.spans, base if block.align == "justify" else styles.aligned(base, block.align))

    def _heading(self, block: Heading) -> Para:
        style = styles.heading(block.level)
        number = self._numbers.next(block.level) if block.numbered else ""
        title = number + block.text
        if not block.run_in:
            return Para(title, style, outline=title)
        return Para([Span(title, style.voice), Span(block.run_in)], styles.run_in(style), outline=title)

    def _attendance(self, block: Attendance) -> Para:
        label = f"{block.label}："
        width = line_width(self._faces[Voice.BLACK], label, g.BODY_SIZE, g.TRACKING) + g.TRACKING
        names = whole_names(block.all_names, self._faces[Voice.BODY], self._width - 2 * g.PITCH - width)
        return Para([Span(label, Voice.BLACK), Span(names)], styles.hanging(width))

    def _table(self, table: Table, *, is_first: bool = False) -> Iterable[Piece]:
        if table.caption:
            yield Para(table.caption, styles.CAPTION)
        if table.unit:
            yield Para(table.unit, styles.UNIT)
        if not (is_first or table.caption or table.unit):
            yield Gap(g.ROOM_BEFORE_TABLE)
        yield Grid(table, GridStyle(*g.table_size(len(table.columns))))
        if table.note:
            yield Para(table.note, styles.NOTE)
        yield Gap(g.ROOM_AFTER_TABLE)

    def _chart(self, chart: Chart) -> Iterable[Piece]:
        yield Para(chart.title, styles.CAPTION)
        drawn = charts.drawing(chart, self._width)
        yield Figure(drawn, charts.words(chart), list(charts.texts_of(drawn)), on_grid=self._on_grid)
        if chart.with_table:
            yield from self._table(chart.table())
        else:
            if chart.source:
                yield Para(chart.source, styles.NOTE)
            yield Gap(g.ROOM_AFTER_TABLE)
