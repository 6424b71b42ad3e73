"""Tables as XML: python-docx's row API slows down with length."""

from __future__ import annotations

from tracker.documents import gongwen as g
from tracker.documents.blocks import CellValue, State, Table, cell_text
from tracker.documents.columns import column_widths
from tracker.documents.grid import HeadBox, head_boxes
from tracker.documents.word import xml

_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_HALF_RULE = 0.25  # points: Word adds the rules to a row's height, the PDF draws them over its edges
_MARGINS = "".join(
    f'<w:{side} w:w="{xml.twips(g.TABLE_PADDING - less)}" w:type="dxa"/>'
    for side, less in (("top", _HALF_RULE), ("left", 0.0), ("bottom", _HALF_RULE), ("right", 0.0))
)
_WIDER = 1.08  # what is short needs a little more where a program keeps figures and Chinese apart
_KEPT = "<w:keepNext/>"
_TOGETHER = 3  # rows that stay with the head, and at the end with each other


def table_xml(table: Table, width: float) -> str:
    size, _ = g.table_size(len(table.columns))
    kind = "" if size == g.TABLE_SIZE else "Wide"
    widths = [xml.twips(cell) for cell in column_widths(table, width, size * _WIDER, g.TABLE_PADDING)]
    grid = "".join(f'<w:gridCol w:w="{cell}"/>' for cell in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{_MARGINS}</w:tblCellMar>"
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{_head(table, widths, kind)}{_rows(table, widths, kind)}</w:tbl>"
    )


def _cell(width: int, content: str, properties: str = "") -> str:
    known = f'<w:tcW w:w="{width}" w:type="dxa"/>{properties}<w:vAlign w:val="center"/>'
    return f"<w:tc><w:tcPr>{known}</w:tcPr>{content}</w:tc>"


def _head(table: Table, widths: list[int], kind: str) -> str:
    count, boxes = head_boxes(table)
    rows = []
    for row in range(count):
        cells = [_head_cell(box, row, widths, kind) for box in sorted(boxes, key=lambda box: box.left)
                 if box.top <= row <= box.bottom]  # fmt: skip
        rows.append(f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>")
    return "".join(rows)


def _head_cell(box: HeadBox, row: int, widths: list[int], kind: str) -> str:
    across = box.right - box.left + 1
    properties = f'<w:gridSpan w:val="{across}"/>' if across > 1 else ""
    if box.bottom > box.top:
        properties += '<w:vMerge w:val="restart"/>' if row == box.top else "<w:vMerge/>"
    properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{g.HEAD_SHADE}"/>'
    text = box.text if row == box.top else ""
    words = xml.paragraph(xml.run(text), f"TableHead{kind}", _KEPT)
    return _cell(sum(widths[box.left : box.right + 1]), words, properties)


def _rows(table: Table, widths: list[int], kind: str) -> str:
    merged = [number for number, column in enumerate(table.columns) if column.merge]
    aligns = ["" if column.align == "left" else f'<w:jc w:val="{column.align}"/>' for column in table.columns]
    above: list[str] | None = None
    rows = []
    for place, values in enumerate(table.rows):
        kept = _KEPT if place < _TOGETHER - 1 or len(table.rows) - _TOGETHER <= place < len(table.rows) - 1 else ""
        texts = [cell_text(value) for value in values]
        cells = []
        continues = above is not None
        for number, value in enumerate(values):
            properties = ""
            if number in merged:
                continues = continues and above is not None and texts[number] == above[number]
                properties = "<w:vMerge/>" if continues else '<w:vMerge w:val="restart"/>'
            hidden = number in merged and continues
            content = xml.paragraph("" if hidden else _words(value), f"TableText{kind}", kept + aligns[number])
            cells.append(_cell(widths[number], content, properties))
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>")
        above = texts
    return "".join(rows)


def _words(value: CellValue) -> str:
    properties = f'<w:color w:val="{value.tone.ink}"/>' if isinstance(value, State) else ""
    return xml.run(cell_text(value), properties)
