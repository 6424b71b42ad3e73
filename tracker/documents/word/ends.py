"""The end of the DOCX twin: signature, imprint, footers with page numbers."""

from __future__ import annotations

from collections.abc import Sequence

from tracker.documents import face
from tracker.documents import gongwen as g
from tracker.documents.blocks import Document, Opinions, Signature, Voice, chinese_date
from tracker.documents.ends import ImprintBlock, SignatureBlock, two_by_two
from tracker.documents.word import xml
from tracker.documents.word.heads import ems, letter_rules, spacer
from tracker.documents.word.styles import voice_fonts


def signature(given: Signature, document: Document) -> str:
    """署名 and 成文日期 with room for the seal; kept together with the line above."""
    day = chinese_date(given.date or document.date)
    block = SignatureBlock(given, document.date)
    block.fit(face.current(), g.TEXT_WIDTH)
    names = block.names
    day_width = ems(day)
    keep = "<w:keepNext/><w:keepLines/>"

    def right(text: str, chars: float, keeps: str = keep) -> str:
        place = f'{xml.indent(right=max(chars, 0) * g.PITCH)}<w:jc w:val="right"/>'
        return xml.paragraph(xml.run(text), "Flush", f"{keeps}{place}")

    if not given.sealed:
        widest = max(map(ems, names))
        left = max(2 + widest, 4 + day_width)  # where the names begin, counted from the right edge
        lines = [right(name, left - ems(name)) for name in names]
        return "".join([_empty(), *lines, right(day, left - 2 - day_width, "")])
    seals = [names] if len(given.all_names) == 1 else [(name,) for name in names]
    lines, middle = [], 0.0
    for under_one_seal in seals:
        middle = max(4 + day_width / 2, 1 + max(map(ems, under_one_seal)) / 2)
        lines += [_empty(), _empty(), *(right(name, middle - ems(name) / 2) for name in under_one_seal)]
    return "".join([*lines, right(day, middle - day_width / 2, "")])


def _empty() -> str:
    return xml.paragraph("", "Flush", "<w:keepNext/>")


def opinions(blocks: Sequence[Opinions], filled: float) -> str:
    """One table of a row each. ``filled`` is how tall a block that fills its page may be here (``pdf.layout``)."""
    label, rest = xml.twips(4 * g.PITCH), xml.twips(g.TEXT_WIDTH - 4 * g.PITCH)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="6" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    rows = []
    for block in blocks:
        height = max(block.lines * g.LINE, g.LEAST_OPINIONS, filled if block.fill else 0.0)
        row = _opinion_cell(label, xml.paragraph(xml.run(two_by_two(block.label)), "OpinionLabel"))
        row += _opinion_cell(rest, xml.paragraph("", "TableText"))
        size = f'<w:cantSplit/><w:trHeight w:val="{xml.twips(height)}" w:hRule="exact"/>'
        rows.append(f"<w:tr><w:trPr>{size}</w:trPr>{row}</w:tr>")
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{label + rest}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{label}"/><w:gridCol w:w="{rest}"/></w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def _opinion_cell(width: int, content: str) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'


_NUMBER_LINE, _NUMBER_LENGTH = 20.0, 80.0  # the room of a turned page number
_THICK, _THIN = 8, 6  # eighths of a point: 0.35 mm and 0.25 mm


def imprint(document: Document, is_letter: bool, addressees: str = "") -> str:
    """版记 on the bottom edge of the 版心; a letter's has no rules and no issuer. ``addressees``: 主送 moved here.

    Each paragraph is framed at a place of its own, known from the lines its words take in the PDF.
    """
    given = document.imprint
    if given is None:
        return ""
    measured = ImprintBlock(given, document.date, addressees, is_letter, document.qr)
    measured.fit(face.current(), g.TEXT_WIDTH)
    hang = 3 * g.IMPRINT_SIZE
    beside_code = g.QR_SIZE + g.IMPRINT_SIZE if is_letter and document.qr else 0.0
    place = xml.indent(g.IMPRINT_SIZE + hang, g.IMPRINT_SIZE + beside_code, hang)
    lines = [
        (xml.run(f"{label}：{text.rstrip('：。')}。"), place)
        for label, text in (("主送", addressees), ("抄送", given.copy_to)) if text
    ]  # fmt: skip
    if given.issuer and not is_letter:
        tab = f'<w:tabs><w:tab w:val="right" w:pos="{xml.twips(g.TEXT_WIDTH - g.IMPRINT_SIZE)}"/></w:tabs>'
        words = xml.run(given.issuer) + "<w:r><w:tab/></w:r>"
        words += xml.run(f"{chinese_date(given.date or document.date)}印发")
        lines.append((words, f'{tab}{xml.indent(g.IMPRINT_SIZE)}<w:jc w:val="left"/>'))
    top, made = g.TOP + g.TEXT_HEIGHT - measured.text_height, []
    for number, ((words, place), height) in enumerate(zip(lines, measured.heights, strict=True)):
        borders = "" if is_letter else _rules(is_first=number == 0, is_last=number == len(lines) - 1)
        made.append(xml.paragraph(words, "Imprint", f"{_frame(top)}{borders}{place}"))
        top += height
    return "".join(made)


def _frame(top: float) -> str:
    return (
        f'<w:framePr w:w="{xml.twips(g.TEXT_WIDTH)}" w:hSpace="0" w:wrap="around" w:vAnchor="page" w:hAnchor="margin" '
        f'w:xAlign="left" w:y="{xml.twips(top)}"/>'
    )


def _rules(is_first: bool, is_last: bool) -> str:
    """The first and last rule thick, those between thin."""
    top = f'<w:top w:val="single" w:sz="{_THICK}" w:space="0" w:color="000000"/>' if is_first else ""
    eighths = _THICK if is_last else _THIN
    return f'<w:pBdr>{top}<w:bottom w:val="single" w:sz="{eighths}" w:space="0" w:color="000000"/></w:pBdr>'


def page_number(even: bool) -> str:
    """— 1 — in 四号, odd pages right, even pages left, one character in."""
    place = (
        f'{xml.indent(left=g.NUMBER_SIZE)}<w:jc w:val="left"/>'
        if even
        else f'{xml.indent(right=g.NUMBER_SIZE)}<w:jc w:val="right"/>'
    )
    return xml.paragraph(_number(), "Footer", place)


def turned_page_number(even: bool) -> str:
    """On a landscape page the number stays where it is on the turned paper (8): in a cell, written downwards."""
    left = g.PAGE_HEIGHT - (g.TOP + g.TEXT_HEIGHT + g.NUMBER_BELOW) - _NUMBER_LINE / 2
    top = g.LEFT + g.NUMBER_SIZE if even else g.LEFT + g.TEXT_WIDTH - g.NUMBER_SIZE - _NUMBER_LENGTH
    width, height = xml.twips(_NUMBER_LINE), xml.twips(_NUMBER_LENGTH)
    cell = _number_cell(width, f'<w:jc w:val="{"left" if even else "right"}"/>')
    return (
        '<w:tbl><w:tblPr><w:tblpPr w:leftFromText="0" w:rightFromText="0" w:vertAnchor="page" w:horzAnchor="page" '
        f'w:tblpX="{xml.twips(left)}" w:tblpY="{xml.twips(top)}"/><w:tblW w:w="{width}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/>'
        f'</w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>'
        f'<w:tr><w:trPr><w:trHeight w:val="{height}" w:hRule="exact"/></w:trPr>{cell}</w:tr></w:tbl>' + spacer(1)
    )


def _number_cell(width: int, align: str) -> str:
    known = f'<w:tcW w:w="{width}" w:type="dxa"/><w:textDirection w:val="tbRl"/><w:vAlign w:val="center"/>'
    return f"<w:tc><w:tcPr>{known}</w:tcPr>{xml.paragraph(_number(), 'Footer', align)}</w:tc>"


def _number() -> str:
    song = voice_fonts(Voice.SONG)
    return xml.run("— ", song) + xml.field("PAGE", song) + xml.run(" —", song)


def letter_foot_rule() -> str:
    """The second double rule of a letter, 20 mm above the page's bottom edge, on page 1 only."""
    return letter_rules(2, thick_first=False)


def letter_footer_distance() -> float:
    return g.LETTER_RULE_FOOT
