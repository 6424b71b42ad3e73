"""版头 of the DOCX twin, form by form: XML of the paragraphs above the title."""

from __future__ import annotations

from collections.abc import Callable

from tracker.documents import gongwen as g
from tracker.documents.blocks import Document, Form, Letterhead, Voice, chinese_date
from tracker.documents.word import xml
from tracker.documents.word.styles import voice_fonts

_SUFFIX = "文件"
_RULE_EIGHTHS = 11  # 0.5 mm
_ABOVE_MASTHEAD = 0.05  # of its size, what stands above its ink in its line


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
    free = g.TEXT_WIDTH - ems(text) * size * stretch
    spread = min(free / (len(text) + 1), size * 0.4) if free > size else 0.0
    spacing = f'<w:spacing w:val="{xml.twips(spread)}"/>' if spread else ""
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


def _red_rule(below: float = 2 * g.LINE) -> str:
    """4 mm below the characters above it, and the empty lines under it."""
    border = xml.bottom_border("single", _RULE_EIGHTHS, g.RED, 0)
    room = g.RULE_BELOW_NUMBER - (g.LINE - g.BODY_SIZE) / 2
    return xml.paragraph("", "Small", f"{border}{xml.exact(room)}") + spacer(below)


def _room_above(size: float, lines: int) -> str:
    """What is left of the 35 mm above the name (7.2.4) under ``lines`` of marks."""
    return spacer(g.MASTHEAD_TOP - lines * g.LINE - _ABOVE_MASTHEAD * size)


def _general(document: Document, given: Letterhead) -> str:
    lines = marks(given)
    room = _room_above(g.MASTHEAD_SIZE, len(lines))
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
    """What stands below the rules of ``letter_masthead``, in the 版心: marks left, 发文字号 right."""
    shown = marks(given) or [""]
    first = two_ends(_first_mark(given), xml.run(given.number), 0.0, 0.0)
    return "".join([first, *shown[1:], spacer(2 * g.LINE)])


def letter_masthead(given: Letterhead) -> str:
    """The name 30 mm below the page's edge is above the 版心, so it stands in page 1's header (10.1)."""
    room = g.LETTER_ITEMS_BELOW - (g.LINE - g.BODY_SIZE) / 2
    return masthead(given.name) + letter_rules(g.LETTER_RULE_BELOW, thick_first=True) + spacer(room)


def letter_header_distance() -> float:
    return g.LETTER_MASTHEAD_TOP - _ABOVE_MASTHEAD * g.MASTHEAD_SIZE


def letter_rules(above: float, *, thick_first: bool) -> str:
    """Two red rules 170 mm wide, each a paragraph's lower border: double borders look different in every program."""
    eighths = [round(width * 8) for width in (g.LETTER_THICK, g.LETTER_THIN)]
    first, second = eighths if thick_first else eighths[::-1]
    place = xml.indent(-8 * g.MM, -6 * g.MM)
    upper = f"{xml.bottom_border('single', first, g.RED, 0)}{xml.exact(above)}{place}"
    lower = f"{xml.bottom_border('single', second, g.RED, 0)}{xml.exact(g.LETTER_APART)}{place}"
    return xml.paragraph("", "Small", upper) + xml.paragraph("", "Small", lower)


def _first_mark(given: Letterhead) -> str:
    if given.copy_number:
        return xml.run(given.copy_number)
    return xml.run(given.secrecy or given.urgency, voice_fonts(Voice.BLACK))


def _minutes(document: Document, given: Letterhead) -> str:
    return _numbered(document, given, g.MASTHEAD_SIZE, g.LINES_ABOVE_NUMBER * g.LINE)


def _bulletin(document: Document, given: Letterhead) -> str:
    return _numbered(document, given, g.BULLETIN_MASTHEAD, g.LINE)


def _numbered(document: Document, given: Letterhead, largest: float, below: float) -> str:
    lines = marks(given)
    number = f"第{given.issue}期" if given.issue is not None else given.number
    parts = [*lines, _room_above(largest, len(lines)), masthead(given.name, largest), spacer(below)]
    if number:
        parts.append(line(number, "center"))
    if given.issuer:
        parts.append(_issuer_and_date(document, given.issuer))
    return "".join([*parts, _red_rule()])


def _issuer_and_date(document: Document, issuer: str) -> str:
    return two_ends(xml.run(issuer), xml.run(chinese_date(document.date)), g.PITCH, g.PITCH)


def _for_reading(document: Document, given: Letterhead) -> str:
    name = masthead(given.name, g.READING_MASTHEAD)
    return name + spacer(g.LINE / 2) + _issuer_and_date(document, given.number) + _red_rule(g.LINE)


_HEADS: dict[Form, Callable[[Document, Letterhead], str]] = {
    Form.TONGBAO: _general,
    Form.BAOGAO: _general,
    Form.HAN: _letter,
    Form.DUBAN: _letter,
    Form.JIYAO: _minutes,
    Form.JIANBAO: _bulletin,
    Form.CHENGYUE: _for_reading,
    Form.PLAIN: lambda document, given: "",
}
