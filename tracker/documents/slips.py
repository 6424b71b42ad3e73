"""Slips to be cut apart: ten to a page, with the lines along which to cut. ``sheet(title, slips)``.

Each slip has a heading, its lines of text, a code to be typed set large, and the same as a QR code for a telephone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date

from tracker.documents import assembly, face, ink
from tracker.documents.blocks import QR, RenderedFile, Voice
from tracker.documents.ends import draw_qr
from tracker.documents.flow import Para, Style, line_width
from tracker.documents.gongwen import MM, PAGE_HEIGHT, PAGE_WIDTH, PORTRAIT
from tracker.documents.press import Press
from tracker.documents.values import keep_tuples

COLUMNS, ROWS = 2, 5
_MARGIN_X, _MARGIN_Y = 10 * MM, 11 * MM
_WIDTH, _HEIGHT = (PAGE_WIDTH - 2 * _MARGIN_X) / COLUMNS, (PAGE_HEIGHT - 2 * _MARGIN_Y) / ROWS
_PADDING = 5 * MM
_QR = 21 * MM
_DASH, _LINE_INK = "[3 3] 0 d", "888888"
_HEADING, _NAME = 9.0, 12.0
_LINES = Style(voice=Voice.SONG, size=8.5, leading=12.5, align="left")
_FOOT = Style(voice=Voice.SONG, size=7.5, leading=10.5, align="left")
_CODE_SIZE = 13.0


@dataclass(frozen=True, slots=True)
class SlipCard:
    """What stands on one slip. ``address`` is what the QR code opens; ``code`` is what is typed instead."""

    heading: str
    name: str
    lines: tuple[str, ...] | list[str]
    code: str
    address: str
    foot: str = ""

    def __post_init__(self) -> None:
        keep_tuples(self)


def sheet(title: str, slips: Sequence[SlipCard], *, author: str, made_on: Date) -> RenderedFile:
    """All slips, ten to a page of A4, in their order."""
    press = Press(face.current(), True, PORTRAIT)
    for number, slip in enumerate(slips):
        place = number % (COLUMNS * ROWS)
        if number and place == 0:
            press.next_page(PORTRAIT)
        if place == 0:
            _draw_cuts(press)
        row, column = divmod(place, COLUMNS)
        _draw(press, slip, _MARGIN_X + column * _WIDTH, _MARGIN_Y + row * _HEIGHT)
    used = press.faces_used
    content = press.finish(assembly.Properties(title, author, "", (), made_on))
    return RenderedFile(content, used, tuple(press.missing), press.pages)


def _draw_cuts(press: Press) -> None:
    """The lines to cut along, over the whole page, so that a cutter takes a stack at once."""
    with press.artifact():
        for row in range(ROWS + 1):
            _dashed(press, 0, _MARGIN_Y + row * _HEIGHT, PAGE_WIDTH, _MARGIN_Y + row * _HEIGHT)
        for column in range(COLUMNS + 1):
            x = _MARGIN_X + column * _WIDTH
            _dashed(press, x, 0, x, PAGE_HEIGHT)


def _dashed(press: Press, x: float, y: float, to_x: float, to_y: float) -> None:
    ends = f"{ink.number(x)} {ink.number(press.y(y))} m {ink.number(to_x)} {ink.number(press.y(to_y))} l"
    press.emit(f"q {_DASH} 0.4 w {ink.rgb(_LINE_INK).replace('rg', 'RG')} {ends} S Q")


def _draw(press: Press, slip: SlipCard, left: float, top: float) -> None:
    x, y = left + _PADDING, top + _PADDING
    narrow = _WIDTH - 2 * _PADDING - _QR - 3 * MM
    with press.content("H2"):
        press.text(slip.heading, Voice.SONG, _fitting(press, slip.heading, _HEADING, narrow), x, y + _HEADING * 0.86)
    y += _HEADING + 6
    with press.content("P"):
        press.text(slip.name, Voice.BLACK, _fitting(press, slip.name, _NAME, narrow), x, y + _NAME * 0.86)
    y += _NAME + 5
    for line in slip.lines:
        y = _address(press, line, x, y, narrow) if line.isascii() else _paragraph(press, line, _LINES, x, y, narrow)
    with press.content("P"):
        press.text(slip.code, Voice.BLACK, _CODE_SIZE, x, y + 7 + _CODE_SIZE * 0.86)
    draw_qr(press, QR(slip.address, caption="扫码打开"), left + _WIDTH - _PADDING - _QR, top + _PADDING, _QR)
    foot = Para(slip.foot, _FOOT)
    height = foot.fit(press.faces, _WIDTH - 2 * _PADDING)
    foot.draw(press, x, top + _HEIGHT - _PADDING / 2 - height)


def _paragraph(press: Press, text: str, style: Style, x: float, y: float, width: float) -> float:
    para = Para(text, style)
    height = para.fit(press.faces, width)
    para.draw(press, x, y)
    return y + height


def _address(press: Press, text: str, x: float, y: float, width: float) -> float:
    """An address stays in one line: nobody types one that is broken."""
    with press.content("P"):
        press.text(text, Voice.BLACK, _fitting(press, text, _LINES.size, width), x, y + _LINES.size)
    return y + _LINES.leading


def _fitting(press: Press, text: str, size: float, width: float) -> float:
    """The size at which the text fits in one line."""
    wide = line_width(press.faces[Voice.BLACK], text, size)  # the widest of the faces
    return size if wide <= width else size * width / wide
