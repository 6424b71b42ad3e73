"""The end of the DOCX twin: signature, imprint, footers with page numbers."""

from __future__ import annotations

import math

from tracker.documents import gongwen as g
from tracker.documents.blocks import Document, Opinions, Signature, Voice, chinese_date
from tracker.documents.ends import two_by_two
from tracker.documents.word import xml
from tracker.documents.word.heads import ems, spacer
from tracker.documents.word.styles import voice_fonts


def signature(given: Signature, document: Document) -> str:
    """署名 and 成文日期 with room for the seal; kept together with the line above."""
    day = chinese_date(given.date or document.date)
    names = given.all_names
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
    lines = []
    for name in names:
        middle = max(4 + day_width / 2, 1 + ems(name) / 2)
        lines += [_empty(), _empty(), right(name, middle - ems(name) / 2)]
    middle = max(4 + day_width / 2, 1 + ems(names[-1]) / 2)
    return "".join([*lines, right(day, middle - day_width / 2, ""), _empty(keep="")])


def _empty(keep: str = "<w:keepNext/>") -> str:
    return xml.paragraph("", "Flush", keep)


def opinions(block: Opinions) -> str:
    label, rest = xml.twips(4 * g.PITCH), xml.twips(g.TEXT_WIDTH - 4 * g.PITCH)
    height = xml.twips(max(block.lines, 2) * g.LINE)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="6" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideV")
    )
    row = _opinion_cell(label, xml.paragraph(xml.run(two_by_two(block.label)), "TableHead"))
    row += _opinion_cell(rest, xml.paragraph("", "TableText"))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{label + rest}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{label}"/><w:gridCol w:w="{rest}"/></w:tblGrid>'
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{height}" w:hRule="exact"/></w:trPr>{row}</w:tr></w:tbl>'
        + spacer(2)
    )


def _opinion_cell(width: int, content: str) -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'


_THICK, _THIN = 8, 6  # eighths of a point: 0.35 mm and 0.25 mm
_FOOT = g.TOP + g.TEXT_HEIGHT


def imprint(document: Document, is_letter: bool) -> str:
    """版记: framed paragraphs at known places, the last on the bottom edge of the 版心; a letter's has no rules."""
    given = document.imprint
    if given is None:
        return ""
    lines: list[tuple[str, str, int]] = []
    if given.copy_to:
        text = given.copy_to if given.copy_to.endswith("。") else f"{given.copy_to}。"
        hang = 3 * g.IMPRINT_SIZE
        in_a_line = (g.TEXT_WIDTH - hang) / g.IMPRINT_SIZE - 2
        count = math.ceil(ems(text) / in_a_line)
        lines.append((xml.run(f"抄送：{text}"), xml.indent(g.IMPRINT_SIZE + hang, g.IMPRINT_SIZE, hang), count))
    if given.issuer and not is_letter:
        tab = f'<w:tabs><w:tab w:val="right" w:pos="{xml.twips(g.TEXT_WIDTH - g.IMPRINT_SIZE)}"/></w:tabs>'
        words = xml.run(given.issuer) + "<w:r><w:tab/></w:r>"
        words += xml.run(f"{chinese_date(given.date or document.date)}印发")
        lines.append((words, f'{tab}{xml.indent(g.IMPRINT_SIZE)}<w:jc w:val="left"/>', 1))
    made, foot = [], _FOOT
    for number, (words, place, count) in reversed(list(enumerate(lines))):
        top = foot - count * g.IMPRINT_LEADING
        borders = "" if is_letter else _rules(is_first=number == 0, is_last=number == len(lines) - 1)
        made.append(xml.paragraph(words, "Imprint", f"{_frame(top)}{borders}{place}"))
        foot = top
    return "".join(reversed(made))


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
    song = voice_fonts(Voice.SONG)
    words = xml.run("— ", song) + xml.field("PAGE", song) + xml.run(" —", song)
    place = (
        f'{xml.indent(left=g.NUMBER_SIZE)}<w:jc w:val="left"/>'
        if even
        else f'{xml.indent(right=g.NUMBER_SIZE)}<w:jc w:val="right"/>'
    )
    return xml.paragraph(words, "Footer", place)


def letter_foot_rule() -> str:
    """The second double rule of a letter, 20 mm above the page's bottom edge, on page 1 only."""
    border = xml.bottom_border("thinThickSmallGap", 24, g.RED, 0)
    return xml.paragraph("", "Footer", f"{border}{xml.exact(2)}{xml.indent(-8 * g.MM, -6 * g.MM)}")
