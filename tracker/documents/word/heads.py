"""版头 of the DOCX twin, form by form: XML of the paragraphs above the title."""

from __future__ import annotations

from collections.abc import Callable

from tracker.documents import gongwen as g
from tracker.documents.blocks import Document, Form, Letterhead, Voice, chinese_date
from tracker.documents.word import xml
from tracker.documents.word.styles import voice_fonts

_SUFFIX = "文件"
_RULE_EIGHTHS = 12  # 1.5 pt


def head(document: Document) -> str:
    return _HEADS[document.form](document, document.letterhead) if document.letterhead else ""


def ems(text: str) -> float:
    """The width of ``text`` in characters: Chinese ones count one, others half."""
    return sum(1.0 if ord(char) > 0x2000 else 0.5 for char in text)


def spacer(points: float) -> str:
    """Empty room of a known height; spacing before a page's first paragraph is not kept by every program."""
    return xml.paragraph("", "Small", xml.exact(max(points, 1.0)))


def masthead(text: str, largest: float = g.MASTHEAD_SIZE) -> str:
    natural = ems(text) * largest
    stretch = min(1.0, max(g.MASTHEAD_NARROWEST, g.TEXT_WIDTH / natural))
    size = min(largest, g.TEXT_WIDTH / ems(text) / stretch) * 0.99
    spread = min((g.TEXT_WIDTH - ems(text) * size * stretch) / (len(text) + 1), size * 0.4)
    spacing = f'<w:spacing w:val="{xml.twips(spread)}"/>' if spread > 2 else ""
    scale = f'<w:w w:val="{int(stretch * 100)}"/>' if stretch < 1 else ""
    half = xml.half_points(size)
    properties = f'{spacing}{scale}<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'
    return xml.paragraph(xml.run(text, properties), "Masthead", xml.exact(size * 1.1))


def line(text: str, align: str = "left", left: float = 0.0, right: float = 0.0, below: str = "") -> str:
    return xml.paragraph(
        xml.run(text), "Head", f'{below}{xml.indent(left, right)}<w:jc w:val="{align}"/>'
    )  # fmt: skip


def two_ends(left: str, right: str, left_indent: float, right_indent: float) -> str:
    """Left and right on one line, by a right-aligned tab."""
    tab = f'<w:tabs><w:tab w:val="right" w:pos="{xml.twips(g.TEXT_WIDTH - right_indent)}"/></w:tabs>'
    return xml.paragraph(f"{left}<w:r><w:tab/></w:r>{right}", "Head", f"{tab}{xml.indent(left_indent)}")


def marks(given: Letterhead) -> list[str]:
    shown = [(given.copy_number, Voice.BODY), (given.secrecy, Voice.BLACK), (given.urgency, Voice.BLACK)]
    return [
        xml.paragraph(xml.run(text, voice_fonts(voice)), "Head") for text, voice in shown if text
    ]  # fmt: skip


def _red_rule() -> str:
    border = xml.bottom_border("single", _RULE_EIGHTHS, g.RED, 0)
    return xml.paragraph("", "Small", f"{border}{xml.exact(g.RULE_BELOW_NUMBER - 4)}") + spacer(2 * g.LINE)


def _general(document: Document, given: Letterhead) -> str:
    lines = marks(given)
    room = spacer(g.MASTHEAD_TOP - len(lines) * g.LINE - 4)
    number = _signers(given) if given.signers else line(given.number, "center")
    return "".join([*lines, room, masthead(given.name + _SUFFIX), spacer(2 * g.LINE), number, _red_rule()])


def _signers(given: Letterhead) -> str:
    rows = ["　".join(given.signers[n : n + 2]) for n in range(0, len(given.signers), 2)]
    names = [xml.run(row, voice_fonts(Voice.KAI)) for row in rows]
    label, blank = xml.run("签发人："), xml.run("　" * 4)
    made = [
        two_ends(
            xml.run(given.number if number == len(rows) - 1 else ""),
            (label if not number else blank) + name,
            g.PITCH,
            g.PITCH,
        )
        for number, name in enumerate(names)
    ]
    return "".join(made)


def _letter(document: Document, given: Letterhead) -> str:
    """The name 30 mm below the page's edge stands above the 版心; 10.1 has its rules 170 mm wide."""
    border = xml.bottom_border("thickThinSmallGap", 24, g.RED, 4)
    rule = xml.paragraph("", "Small", f"{border}{xml.exact(g.LETTER_RULE_BELOW)}{xml.indent(-8 * g.MM, -6 * g.MM)}")
    shown = marks(given) or [""]
    first = two_ends(_first_mark(given), xml.run(given.number), 0.0, 0.0)
    return "".join([masthead(given.name), rule, spacer(6), first, *shown[1:], spacer(2 * g.LINE)])


def _first_mark(given: Letterhead) -> str:
    if given.copy_number:
        return xml.run(given.copy_number)
    return xml.run(given.secrecy or given.urgency, voice_fonts(Voice.BLACK))


def _numbered(document: Document, given: Letterhead) -> str:
    lines = marks(given)
    room = spacer(g.MASTHEAD_TOP - len(lines) * g.LINE - 4)
    number = f"第{given.issue}期" if given.issue is not None else given.number
    parts = [*lines, room, masthead(given.name), spacer(g.LINE)]
    if number:
        parts.append(line(number, "center"))
    if given.issuer:
        parts.append(_issuer_and_date(document, given.issuer))
    return "".join([*parts, _red_rule()])


def _issuer_and_date(document: Document, issuer: str) -> str:
    return two_ends(xml.run(issuer), xml.run(chinese_date(document.date)), g.PITCH, g.PITCH)


def _for_reading(document: Document, given: Letterhead) -> str:
    return masthead(given.name, 36.0) + spacer(8) + _issuer_and_date(document, given.number) + _red_rule()


_HEADS: dict[Form, Callable[[Document, Letterhead], str]] = {
    Form.TONGBAO: _general,
    Form.BAOGAO: _general,
    Form.HAN: _letter,
    Form.DUBAN: _letter,
    Form.JIYAO: _numbered,
    Form.JIANBAO: _numbered,
    Form.CHENGYUE: _for_reading,
    Form.PLAIN: lambda document, given: "",
}
