"""Blocks → DOCX, the twin of ``pdf``: the same content with the official faces named, to be edited and sent on.

Styles carry the looks, heading levels are real, table heads repeat; what only a page knows (the imprint on the bottom
edge, page numbers, the letter's foot rule) is anchored so that Word and WPS place it themselves.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, time
from typing import Any

import docx as python_docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Pt

from tracker.documents import gongwen as g
from tracker.documents.archive import with_fixed_times
from tracker.documents.blocks import (
    Annex,
    Attendance,
    Block,
    Chart,
    Document,
    Form,
    Heading,
    Opinions,
    PageBreak,
    Paragraph,
    Span,
    Table,
    Voice,
    amount,
)
from tracker.documents.heads import LETTERS
from tracker.documents.numbering import HeadingNumbers, annex_label
from tracker.documents.titles import title_lines
from tracker.documents.word import ends, heads, pictures, styles, xml
from tracker.documents.word.tables import table_xml

_GRID_LINE = 579  # twentieths of a point: 28.95 pt, 22 lines in 225 mm
_FOOTER_DISTANCE = 24 * g.MM  # puts the number's line 7 mm below the 版心


def render(document: Document, *, progress: Callable[[int, int], None] | None = None) -> bytes:
    """``document`` as a DOCX file; the same document gives the same bytes.

    ``progress`` is told after each block how much is written and how much there is, in paragraphs and table rows.
    """
    return _Writer(document, progress).write()


class _Writer:
    def __init__(self, document: Document, progress: Callable[[int, int], None] | None) -> None:
        self._document, self._progress = document, progress
        self._written, self._all = 0, amount(document)
        self._file: Any = python_docx.Document()
        self._body = self._file.element.body
        for child in list(self._body)[:-1]:
            self._body.remove(child)
        styles.install(self._file)
        self._drop_template_thumbnail()

    def write(self) -> bytes:
        document = self._document
        letter = document.form in LETTERS
        self._properties()
        self._page(self._file.sections[0], document.landscape, first_differs=letter)
        self._footers(letter)
        self._add(heads.head(document))
        self._add(_title(document.title, "Title"))
        self._add(heads.spacer(g.LINE if document.form is not Form.CHENGYUE else 4))
        if document.addressed_to:
            self._add(xml.paragraph(xml.run(document.addressed_to), "Flush"))
        self._blocks(document.body, g.TEXT_HEIGHT if document.landscape else g.TEXT_WIDTH)
        self._closing()
        for number, annex in enumerate(document.annexes, 1):
            self._annex(annex, annex_label(number, len(document.annexes)))
        self._last_page()
        stream = io.BytesIO()
        self._file.save(stream)
        return with_fixed_times(stream.getvalue())

    def _add(self, markup: str) -> None:
        """Append one or more block elements before the section's properties."""
        if markup:
            holder = xml.element(f"<w:body>{markup}</w:body>")
            for child in list(holder):
                self._body.insert(len(self._body) - 1, child)

    # -------------------------------------------------------------- set-up

    def _properties(self) -> None:
        document, core = self._document, self._file.core_properties
        moment = datetime.combine(document.date, time(), UTC)
        core.title, core.author, core.subject = document.plain_title, document.author_name, document.subject
        core.keywords, core.language, core.comments = "，".join(document.keywords), "zh-CN", ""
        core.last_modified_by, core.revision = document.author_name, 1
        core.created = core.modified = moment

    def _drop_template_thumbnail(self) -> None:
        """The library's template carries a picture of itself, which file managers would show for our paper."""
        relations = self._file.part.package.rels
        for name in [name for name, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
            relations.pop(name)

    def _page(self, section: Any, landscape: bool, first_differs: bool = False) -> None:
        width, height = (g.PAGE_HEIGHT, g.PAGE_WIDTH) if landscape else (g.PAGE_WIDTH, g.PAGE_HEIGHT)
        area = g.LANDSCAPE if landscape else g.PORTRAIT
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Pt(width), Pt(height)
        section.left_margin, section.top_margin = Pt(area.left), Pt(area.top)
        section.right_margin = Pt(width - area.left - area.width)
        section.bottom_margin = Pt(height - area.top - area.height)
        section.header_distance = Pt(15 * g.MM)
        section.footer_distance = Pt(min(_FOOTER_DISTANCE, height - area.top - area.height - 8 * g.MM))
        section.different_first_page_header_footer = first_differs
        for old in section._sectPr.findall(qn("w:docGrid")):
            section._sectPr.remove(old)
        section._sectPr.append(xml.element(f'<w:docGrid w:type="lines" w:linePitch="{_GRID_LINE}"/>'))

    def _footers(self, letter: bool) -> None:
        self._file.settings.odd_and_even_pages_header_footer = True
        section = self._file.sections[0]
        _fill(section.footer, ends.page_number(even=False))
        _fill(section.even_page_footer, ends.page_number(even=True))
        if letter:
            _fill(section.first_page_footer, ends.letter_foot_rule())
            section.top_margin = Pt(g.TOP)
        if self._document.watermark:
            parts = [section.header, section.even_page_header]
            for header in [*parts, section.first_page_header] if letter else parts:
                _fill(header, pictures.watermark(self._document.watermark))

    # -------------------------------------------------------------- content

    def _blocks(self, blocks: Iterable[Block], width: float) -> None:
        numbers = HeadingNumbers()
        for block in blocks:
            if isinstance(block, Chart):
                self._chart(block, width)
            else:
                self._add(_block_xml(block, numbers, width))
            self._written += len(block.rows) if isinstance(block, Table) else 1
            if self._progress:
                self._progress(self._written, self._all)

    def _chart(self, chart: Chart, width: float) -> None:
        self._add(xml.paragraph(xml.run(chart.title), "Caption"))
        pictures.add_chart(self._file, chart, width)
        if chart.with_table:
            self._add(_table(chart.table(), width))
        elif chart.source:
            self._add(xml.paragraph(xml.run(chart.source), "TableNote"))

    def _closing(self) -> None:
        document = self._document
        if document.signature:
            self._keep_last_with_next()
        self._add(_attachment_note(document.attachment_names, kept=document.signature is not None))
        if document.signature:
            self._add(ends.signature(document.signature, document))
        if document.note:
            self._add(xml.paragraph(xml.run(f"（{document.note.strip('（）')}）"), "Normal"))

    def _keep_last_with_next(self) -> None:
        """A signature never stands on a page without text."""
        paragraphs = self._body.findall(qn("w:p"))
        properties = paragraphs[-1].pPr if paragraphs else None
        if properties is not None:
            for said in properties.findall(qn("w:keepNext")):
                properties.remove(said)  # a heading that runs on says no
            properties.insert(1, xml.element("<w:keepNext/>"))

    def _annex(self, annex: Annex, label: str) -> None:
        """A section of its own, so that a landscape one can stand among portrait ones."""
        section = self._file.add_section(WD_SECTION.NEW_PAGE)
        self._page(section, annex.landscape)
        self._add(xml.paragraph(xml.run(label), "AnnexLabel"))
        self._add(heads.spacer(g.LINE) + _title(annex.title, "AnnexTitle") + heads.spacer(g.LINE))
        self._blocks(annex.body, g.TEXT_HEIGHT if annex.landscape else g.TEXT_WIDTH)

    def _last_page(self) -> None:
        document = self._document
        if document.annexes and document.annexes[-1].landscape and document.imprint:
            self._page(self._file.add_section(WD_SECTION.NEW_PAGE), landscape=False)
        if document.qr:
            pictures.add_qr(self._file, document.qr)
        self._add(ends.imprint(document, document.form in LETTERS))
        self._add(heads.spacer(1))  # a table may not end a body


def _fill(part: Any, markup: str) -> None:
    """Put ``markup`` into a header or footer in place of its empty paragraph."""
    part.is_linked_to_previous = False
    for child in list(part._element):
        part._element.remove(child)
    part._element.append(xml.element(markup))


def _title(title: str, style: str) -> str:
    widths = [1000 if ord(char) > 0x2000 else 550 for char in title]
    lines = title_lines(title, widths, g.TITLE_SIZE, g.TEXT_WIDTH)
    return xml.paragraph(xml.run("\n".join(lines)), style)


def _block_xml(block: Block, numbers: HeadingNumbers, width: float) -> str:
    if isinstance(block, Paragraph):
        return _paragraph(block)
    if isinstance(block, Heading):
        number = numbers.next(block.level) if block.numbered else ""
        words = xml.run(number + block.text)
        if block.run_in:
            words += xml.run(block.run_in, styles.voice_fonts(Voice.BODY))
        return xml.paragraph(words, f"Heading{block.level}", '<w:keepNext w:val="0"/>' if block.run_in else "")
    if isinstance(block, Table):
        return _table(block, width)
    if isinstance(block, Attendance):
        label = xml.run(f"{block.label}：", styles.voice_fonts(Voice.BLACK))
        hang = (len(block.label) + 1) * g.PITCH
        return xml.paragraph(
            label + xml.run("　".join(block.all_names)), "Flush", xml.indent(2 * g.PITCH + hang, 0, hang)
        )
    if isinstance(block, Opinions):
        return ends.opinions(block)
    if isinstance(block, PageBreak):
        return xml.paragraph('<w:r><w:br w:type="page"/></w:r>', "Small")
    if isinstance(block, Chart):  # drawn by the writer, which owns the file's pictures
        raise TypeError("charts are added by the writer")
    return xml.paragraph("", "Flush") * block.lines


def _paragraph(block: Paragraph) -> str:
    style = "Normal" if block.indent and block.align == "justify" else "Flush"
    align = "" if block.align == "justify" else f'<w:jc w:val="{block.align}"/>'
    return xml.paragraph("".join(map(_span, block.spans)), style, align)


def _span(span: Span) -> str:
    return xml.run(span.text, "" if span.voice is Voice.BODY else styles.voice_fonts(span.voice))


def _table(table: Table, width: float) -> str:
    parts = []
    if table.caption:
        parts.append(xml.paragraph(xml.run(table.caption), "Caption"))
    if table.unit:
        parts.append(xml.paragraph(xml.run(table.unit), "TableUnit"))
    parts.append(table_xml(table, width))
    parts.append(xml.paragraph(xml.run(table.note), "TableNote") if table.note else heads.spacer(2))
    return "".join(parts)


def _attachment_note(names: Sequence[str], kept: bool) -> str:
    """附件说明; ``kept`` together with the signature below it, and with the text above it."""
    if not names:
        return ""
    keep = "<w:keepNext/>" if kept else ""
    parts = [xml.paragraph("", "Flush", keep)]
    for number, name in enumerate(names, 1):
        count = f"{number}." if len(names) > 1 else ""
        lead = f"附件：{count}" if number == 1 else count
        hang = heads.ems(lead) * g.PITCH
        left = (2 if number == 1 else 5) * g.PITCH + hang
        parts.append(xml.paragraph(xml.run(lead + name), "Flush", keep + xml.indent(left, 0, hang)))
    return "".join(parts)
