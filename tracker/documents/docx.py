"""Blocks → DOCX, the twin of ``pdf``: the same content with the official faces named, to be edited and sent on.

Styles carry the looks, heading levels are real, table heads repeat; what only a page knows (the imprint on the bottom
edge, page numbers, the letter's foot rule) is anchored so that Word and WPS place it themselves.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import pairwise
from typing import Any

import docx as python_docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Pt

from tracker.documents import face
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
    RenderedFile,
    Span,
    Table,
    Voice,
    amount,
)
from tracker.documents.coverage import missing_characters
from tracker.documents.flow import whole_names
from tracker.documents.heads import LETTERS
from tracker.documents.numbering import HeadingNumbers, annex_label
from tracker.documents.pdf import Layout, layout
from tracker.documents.titles import title_lines
from tracker.documents.word import ends, heads, pictures, styles, xml
from tracker.documents.word.tables import table_xml

_FEW_BLOCKS = 200  # paragraphs and rows; a longer paper is not set closer for the sake of its signature
_FEW_ADDRESSEES = 3 * g.CHARACTERS  # so many characters leave room for the body on page 1
_FOOTER_DISTANCE = 24 * g.MM  # puts the number's line 7 mm below the 版心


def render(document: Document, *, progress: Callable[[int, int], None] | None = None) -> bytes:
    """``document`` as a DOCX file; the same document gives the same bytes.

    ``progress`` is told after each block how much is written and how much there is, in paragraphs and table rows.
    """
    return _Writer(document, progress).write()


def rendered(document: Document, *, progress: Callable[[int, int], None] | None = None) -> RenderedFile:
    """The same with what has to be told about it. Pages are the business of the program that opens it: none counted.

    A character that no bundled or configured face has is one the official faces will hardly have either.
    """
    content = render(document, progress=progress)
    return RenderedFile(content, tuple(styles.FACES.values()), missing_characters(document), 0)


class _Writer:
    def __init__(self, document: Document, progress: Callable[[int, int], None] | None) -> None:
        self._document, self._progress = document, progress
        self._written, self._all = 0, amount(document)
        self._is_letter = document.form in LETTERS
        self._layout = layout(document) if _depends_on_pages(document) else Layout()
        self._opinions: list[Opinions] = []
        self._file: Any = python_docx.Document()
        self._body = self._file.element.body
        for child in list(self._body)[:-1]:
            self._body.remove(child)
        styles.install(self._file, self._layout.line)
        self._drop_template_thumbnail()

    def write(self) -> bytes:
        document = self._document
        letter = self._is_letter
        self._properties()
        self._page(self._file.sections[0], document.landscape, first_differs=letter)
        self._furnish(self._file.sections[0], letter)
        self._add(heads.head(document))
        self._add(_title(document.title, "Title"))
        self._add(heads.spacer(g.LINE if document.form is not Form.CHENGYUE else g.LINE / 2))
        if document.addressed_to and not self._layout.addressees_moved:
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
        """Append one or more block elements before the section's properties.

        A table comes alone and declares its namespaces itself: moving rows out of a holder costs their square.
        """
        if markup.startswith("<w:tbl>"):
            self._body[-1].addprevious(xml.element(markup))
        elif markup:
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
        if self._document.form is Form.CHENGYUE:
            area = g.READING
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Pt(width), Pt(height)
        section.left_margin, section.top_margin = Pt(area.left), Pt(area.top)
        section.right_margin = Pt(width - area.left - area.width)
        section.bottom_margin = Pt(height - area.top - area.height)
        section.header_distance = Pt(heads.letter_header_distance() if self._is_letter else 15 * g.MM)
        below = height - area.top - area.height
        section.footer_distance = Pt(g.LETTER_RULE_FOOT if self._is_letter else min(_FOOTER_DISTANCE, below - 8 * g.MM))
        section.different_first_page_header_footer = first_differs
        for old in section._sectPr.findall(qn("w:docGrid")):
            section._sectPr.remove(old)
        # Below a letter's head a grid would push the text down; a paper kept on one page is set closer than any
        free = self._is_letter or self._document.form is Form.CHENGYUE
        kind = "" if free else 'w:type="lines" '
        section._sectPr.append(xml.element(f'<w:docGrid {kind}w:linePitch="{int(self._layout.line * 20)}"/>'))

    def _furnish(self, section: Any, letter: bool) -> None:
        """Headers and footers; the annexes' sections go on with them."""
        self._file.settings.odd_and_even_pages_header_footer = True
        if self._document.form is not Form.CHENGYUE:
            self._number(section, self._document.landscape)
        mark = pictures.watermark(self._document.watermark) if self._document.watermark else ""
        if mark:
            _fill(section.header, mark)
            _fill(section.even_page_header, mark)
        if letter:
            head = heads.letter_masthead(self._document.letterhead) if self._document.letterhead else ""
            _fill(section.first_page_header, head + mark)
            _fill(section.first_page_footer, ends.letter_foot_rule())
            section.top_margin = Pt(g.TOP)

    def _number(self, section: Any, landscape: bool) -> None:
        """In a letter, whose foot rule lies lower, the number is lifted to where others have it."""
        lift = heads.spacer(_FOOTER_DISTANCE - g.LETTER_RULE_FOOT) if self._is_letter and not landscape else ""
        number = ends.turned_page_number if landscape else ends.page_number
        _fill(section.footer, number(even=False) + lift)
        _fill(section.even_page_footer, number(even=True) + lift)

    # -------------------------------------------------------------- content

    def _blocks(self, blocks: Iterable[Block], width: float) -> None:
        numbers = HeadingNumbers()
        for number, (block, following) in enumerate(pairwise((*blocks, None))):
            assert block is not None
            if isinstance(block, Chart):
                self._chart(block, width)
            elif isinstance(block, Opinions):
                self._opinions.append(block)
                if not isinstance(following, Opinions):
                    self._add(ends.opinions(self._opinions, self._layout.filled))
                    self._add(heads.spacer(1))
                    self._opinions = []
            elif isinstance(block, Table):
                self._table(block, width, is_first=number == 0)
            else:
                self._add(_block_xml(block, numbers))
            self._written += len(block.rows) if isinstance(block, Table) else 1
            if self._progress:
                self._progress(self._written, self._all)

    def _chart(self, chart: Chart, width: float) -> None:
        self._add(xml.paragraph(xml.run(chart.title), "Caption"))
        pictures.add_chart(self._file, chart, width, on_grid=self._document.form is not Form.CHENGYUE)
        if chart.with_table:
            self._table(chart.table(), width)
        else:
            note = xml.paragraph(xml.run(chart.source), "TableNote") if chart.source else ""
            self._add(note + heads.spacer(g.ROOM_AFTER_TABLE))

    def _table(self, table: Table, width: float, *, is_first: bool = False) -> None:
        if table.caption:
            self._add(xml.paragraph(xml.run(table.caption), "Caption"))
        if table.unit:
            self._add(xml.paragraph(xml.run(table.unit), "TableUnit"))
        if not (is_first or table.caption or table.unit):
            self._add(heads.spacer(g.ROOM_BEFORE_TABLE))
        self._add(table_xml(table, width))
        note = xml.paragraph(xml.run(table.note), "TableNote") if table.note else ""
        self._add(note + heads.spacer(g.ROOM_AFTER_TABLE))

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
        before = self._file.sections[-1].orientation
        section = self._file.add_section(WD_SECTION.NEW_PAGE)
        self._page(section, annex.landscape)
        if section.orientation != before and self._document.form is not Form.CHENGYUE:
            self._number(section, annex.landscape)
        self._add(xml.paragraph(xml.run(label), "AnnexLabel"))
        self._add(heads.spacer(g.LINE) + _title(annex.title, "AnnexTitle") + heads.spacer(g.LINE))
        self._blocks(annex.body, g.TEXT_HEIGHT if annex.landscape else g.TEXT_WIDTH)

    def _last_page(self) -> None:
        document = self._document
        if document.annexes and document.annexes[-1].landscape and document.imprint:
            section = self._file.add_section(WD_SECTION.NEW_PAGE)
            self._page(section, landscape=False)
            for footer in (section.footer, section.even_page_footer):
                _fill(footer, heads.spacer(1))  # an imprint alone on its page has no number (7.5)
        if document.qr:
            with_imprint = document.imprint is not None
            pictures.add_qr(self._file, document.qr, is_letter=self._is_letter, beside_imprint=with_imprint)
        self._add(ends.imprint(document, self._is_letter, self._layout.addressees_moved))
        self._add(heads.spacer(1))  # a table may not end a body


def _depends_on_pages(document: Document) -> bool:
    """Whether its pages have to be known; asked only then, for it costs a second setting."""
    fills = any(isinstance(block, Opinions) and block.fill for block in document.body)
    is_short = document.signature is not None and amount(replace(document, annexes=())) <= _FEW_BLOCKS
    return fills or is_short or len(document.addressed_to) > _FEW_ADDRESSEES


def _fill(part: Any, markup: str) -> None:
    """Put ``markup`` into a header or footer in place of its empty paragraph."""
    part.is_linked_to_previous = False
    for child in list(part._element):
        part._element.remove(child)
    for child in list(xml.element(f"<w:body>{markup}</w:body>")):
        part._element.append(child)


def _title(title: str, style: str) -> str:
    lines = title_lines(title, face.current()[Voice.TITLE].advances(title), g.TITLE_SIZE, g.TEXT_WIDTH)
    return xml.paragraph(xml.run("\n".join(lines)), style)


def _block_xml(block: Block, numbers: HeadingNumbers) -> str:
    if isinstance(block, Paragraph):
        return _paragraph(block)
    if isinstance(block, Heading):
        number = numbers.next(block.level) if block.numbered else ""
        words = xml.run(number + block.text)
        if block.run_in:
            words += xml.run(block.run_in, styles.voice_fonts(Voice.BODY))
        return xml.paragraph(words, f"Heading{block.level}", '<w:keepNext w:val="0"/>' if block.run_in else "")
    if isinstance(block, Attendance):
        label = xml.run(f"{block.label}：", styles.voice_fonts(Voice.BLACK))
        hang = (len(block.label) + 1) * g.PITCH
        names = whole_names(block.all_names, face.current()[Voice.BODY], g.TEXT_WIDTH - 2 * g.PITCH - hang)
        place = f'{xml.indent(2 * g.PITCH + hang, 0, hang)}<w:jc w:val="left"/>'
        return xml.paragraph(label + xml.run(names), "Flush", place)
    if isinstance(block, PageBreak):
        return xml.paragraph('<w:r><w:br w:type="page"/></w:r>', "Small")
    if isinstance(block, Chart | Opinions | Table):
        raise TypeError("added by the writer")
    return xml.paragraph("", "Flush") * block.lines


def _paragraph(block: Paragraph) -> str:
    style = "Normal" if block.indent and block.align == "justify" else "Flush"
    align = "" if block.align == "justify" else f'<w:jc w:val="{block.align}"/>'
    return xml.paragraph("".join(map(_span, block.spans)), style, align)


def _span(span: Span) -> str:
    return xml.run(span.text, "" if span.voice is Voice.BODY else styles.voice_fonts(span.voice))


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
