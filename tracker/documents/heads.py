"""版头: what stands above the title on page 1, form by form. Each function returns where the title begins."""

from __future__ import annotations

from collections.abc import Callable

from tracker.documents import gongwen as g
from tracker.documents.blocks import Document, Form, Letterhead, Voice, chinese_date
from tracker.documents.flow import baseline_in, line_width
from tracker.documents.press import Press

_SUFFIX = "文件"
_SPREAD = 0.4  # a short name is spaced out by at most this share of an em


def draw(press: Press, document: Document) -> float:
    if document.letterhead is None:
        return g.TOP
    return _HEADS[document.form](press, document, document.letterhead)


# ------------------------------------------------------------------ parts


def masthead(press: Press, text: str, ink_top: float, largest: float = g.MASTHEAD_SIZE) -> float:
    """发文机关标志, red, as large as the 版心 allows; returns where its ink ends."""
    face = press.faces[Voice.TITLE]
    natural = line_width(face, text, largest)
    stretch = min(1.0, max(g.MASTHEAD_NARROWEST, g.TEXT_WIDTH / natural))
    size = min(largest, g.TEXT_WIDTH / (natural / largest) / stretch)
    free = g.TEXT_WIDTH - line_width(face, text, size) * stretch
    tracking = min(free / (len(text) + 1), size * _SPREAD) if free > size else 0.0
    width = (line_width(face, text, size) + tracking * (len(text) - 1)) * stretch
    baseline = ink_top + g.INK_TOP * size
    with press.content("P"):
        press.text(
            text, Voice.TITLE, size, press.area.left + (g.TEXT_WIDTH - width) / 2, baseline,
            ink_of=g.RED, tracking=tracking, stretch=stretch,
        )  # fmt: skip
    return baseline + (1 - g.INK_TOP) * size


def line(press: Press, text: str, top: float, align: str = "left", inset: float = 0.0,
         voice: Voice = Voice.BODY, tag: bool = True) -> None:  # fmt: skip
    """One line of 三号 in the head, ``inset`` from the edge it is aligned to."""
    width = line_width(press.faces[voice], text, g.BODY_SIZE, g.TRACKING)
    left = press.area.left
    x = {
        "left": left + inset,
        "right": left + g.TEXT_WIDTH - inset - width,
        "center": left + (g.TEXT_WIDTH - width) / 2,
    }[align]
    baseline = baseline_in(top, g.LINE, g.BODY_SIZE)
    if tag:
        with press.content("P"):
            press.text(text, voice, g.BODY_SIZE, x, baseline, tracking=g.TRACKING)
    else:
        press.text(text, voice, g.BODY_SIZE, x, baseline, tracking=g.TRACKING)


def red_rule(press: Press, below: float) -> float:
    """4 mm below the characters of the line that ends at ``below``, as wide as the 版心."""
    ink_foot = below - (g.LINE - g.BODY_SIZE) / 2
    y = ink_foot + g.RULE_BELOW_NUMBER + g.RULE_THICKNESS / 2
    with press.artifact():
        press.rule(press.area.left, y, g.TEXT_WIDTH, g.RULE_THICKNESS, g.RED)
    return y + g.RULE_THICKNESS / 2


def marks(press: Press, head: Letterhead, top: float) -> int:
    """份号, 密级, 紧急程度 in this order, one line each; returns how many lines."""
    given = [(head.copy_number, Voice.BODY), (head.secrecy, Voice.BLACK), (head.urgency, Voice.BLACK)]
    shown = [(text, voice) for text, voice in given if text]
    for number, (text, voice) in enumerate(shown):
        line(press, text, top + number * g.LINE, voice=voice)
    return len(shown)


# ------------------------------------------------------------------ forms


def _general(press: Press, document: Document, head: Letterhead) -> float:
    """文件格式: 通报, and 报告 with 发文字号 left and 签发人 right."""
    marks(press, head, g.TOP)
    foot = masthead(press, head.name + _SUFFIX, g.TOP + g.MASTHEAD_TOP)
    top = foot + g.LINES_ABOVE_NUMBER * g.LINE
    if head.signers:
        top = _signers(press, head, top)
    elif head.number:
        line(press, head.number, top, "center")
    return red_rule(press, top + g.LINE) + g.LINES_ABOVE_TITLE * g.LINE


def _signers(press: Press, head: Letterhead, top: float) -> float:
    """签发人, two names a line; 发文字号 on the line of the last. Returns that line's top."""
    label = "签发人："
    rows = ["　".join(head.signers[n : n + 2]) for n in range(0, len(head.signers), 2)]
    widths = [line_width(press.faces[Voice.KAI], row, g.BODY_SIZE, g.TRACKING) for row in rows]
    names_left = g.TEXT_WIDTH - g.PITCH - max(widths)
    label_width = line_width(press.faces[Voice.BODY], label, g.BODY_SIZE, g.TRACKING)
    last = top + (len(rows) - 1) * g.LINE
    if head.number:
        line(press, head.number, last, inset=g.PITCH)
    line(press, label, top, inset=names_left - label_width - g.TRACKING)
    for number, row in enumerate(rows):
        line(press, row, top + number * g.LINE, inset=names_left, voice=Voice.KAI)
    return last


def _letter(press: Press, document: Document, head: Letterhead) -> float:
    """信函格式 (10.1): the name alone, double rules at head and foot, 发文字号 at the right under the first."""
    foot = masthead(press, head.name, g.LETTER_MASTHEAD_TOP)
    x = (g.PAGE_WIDTH - g.LETTER_RULE_WIDTH) / 2
    y = foot + g.LETTER_RULE_BELOW
    with press.artifact():
        press.rule(x, y + g.LETTER_THICK / 2, g.LETTER_RULE_WIDTH, g.LETTER_THICK, g.RED)
        y += g.LETTER_THICK + g.LETTER_APART
        press.rule(x, y + g.LETTER_THIN / 2, g.LETTER_RULE_WIDTH, g.LETTER_THIN, g.RED)
        y += g.LETTER_THIN
        lowest = g.PAGE_HEIGHT - g.LETTER_RULE_FOOT
        press.rule(x, lowest - g.LETTER_THICK / 2, g.LETTER_RULE_WIDTH, g.LETTER_THICK, g.RED)
        upper = lowest - g.LETTER_THICK - g.LETTER_APART
        press.rule(x, upper - g.LETTER_THIN / 2, g.LETTER_RULE_WIDTH, g.LETTER_THIN, g.RED)
    top = y + g.LETTER_ITEMS_BELOW - (g.LINE - g.BODY_SIZE) / 2
    count = marks(press, head, top)
    if head.number:
        line(press, head.number, top, "right")
    return top + max(count, 1) * g.LINE + g.LINES_ABOVE_TITLE * g.LINE


def _minutes(press: Press, document: Document, head: Letterhead) -> float:
    """纪要格式 (10.3): masthead ××纪要; its number in the middle, or number, issuer and date."""
    foot = masthead(press, head.name, g.TOP + g.MASTHEAD_TOP)
    return _numbered_rule(press, document, head, foot + g.LINES_ABOVE_NUMBER * g.LINE)


def _bulletin(press: Press, document: Document, head: Letterhead) -> float:
    """简报: masthead, 第N期 below it, issuer left and date right over the red rule."""
    marks(press, head, g.TOP)
    foot = masthead(press, head.name, g.TOP + g.MASTHEAD_TOP, largest=g.BULLETIN_MASTHEAD)
    return _numbered_rule(press, document, head, foot + g.LINE)


def _numbered_rule(press: Press, document: Document, head: Letterhead, top: float) -> float:
    number = f"第{head.issue}期" if head.issue is not None else head.number
    if number:
        line(press, number, top, "center")
        top += g.LINE
    if head.issuer:
        line(press, head.issuer, top, inset=g.PITCH)
        line(press, chinese_date(document.date), top, "right", inset=g.PITCH)
        top += g.LINE
    return red_rule(press, top) + g.LINES_ABOVE_TITLE * g.LINE


def _for_reading(press: Press, document: Document, head: Letterhead) -> float:
    """呈阅件: one page, so its head is low: masthead, number left and date right, rule."""
    foot = masthead(press, head.name, press.area.top, largest=g.READING_MASTHEAD)
    top = foot + g.LINE / 2
    if head.number:
        line(press, head.number, top, inset=g.PITCH)
    line(press, chinese_date(document.date), top, "right", inset=g.PITCH)
    return red_rule(press, top + g.LINE) + g.LINE


_HEADS: dict[Form, Callable[[Press, Document, Letterhead], float]] = {
    Form.TONGBAO: _general,
    Form.BAOGAO: _general,
    Form.HAN: _letter,
    Form.DUBAN: _letter,
    Form.JIYAO: _minutes,
    Form.JIANBAO: _bulletin,
    Form.CHENGYUE: _for_reading,
    Form.PLAIN: lambda press, document, head: g.TOP,
}
LETTERS = frozenset({Form.HAN, Form.DUBAN})
