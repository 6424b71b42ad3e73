"""What ends a paper: signature with room for the seal, imprint on the bottom edge, page numbers, QR code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Date
from typing import Any

from reportlab.graphics.barcode import qrencoder

from tracker.documents import gongwen as g
from tracker.documents import ink, styles
from tracker.documents.blocks import QR, Imprint, Opinions, Signature, Voice, chinese_date
from tracker.documents.face import Faces
from tracker.documents.flow import Para, Style, baseline_in, line_width
from tracker.documents.press import Press
from tracker.documents.titles import title_lines

_NAMES_ABREAST = 3
_SEAL_LINES = 5  # a seal of 42 mm and the least room around it


def _width(faces: Faces, text: str) -> float:
    return line_width(faces[Voice.BODY], text, g.BODY_SIZE, g.TRACKING)


class SignatureBlock:
    """署名 and 成文日期 (7.3.5). The seal is never drawn; its room is. Never stands on a page without text.

    ``reach``: how far the seal comes down below the date. 附注 stands there all the same (7.3.6), an imprint does not.
    ``left``: where its words begin. ``names``: as they stand in lines; one too long for the measure takes two.
    """

    keep_with_next = False

    def __init__(self, signature: Signature, day: Date) -> None:
        self._given = self.names = signature.all_names
        self._date = chinese_date(signature.date or day)
        self.left = 0.0
        self._sealed = signature.sealed
        self.height = 0.0
        self.reach = g.LINE if signature.sealed else 0.0

    def fit(self, faces: Faces, width: float) -> float:
        self._width, self._faces = width, faces
        rows = -(-len(self._given) // _NAMES_ABREAST)
        if len(self._given) == 1:
            self.names = self._folded(self._given[0])
        if not self._sealed:
            lines = 1 + len(self.names) + 1
        elif len(self._given) == 1:
            lines = g.LINES_ABOVE_SEALED_NAME + len(self.names) + 1
        else:
            lines = (rows - 1) * _SEAL_LINES + g.LINES_ABOVE_SEALED_NAME + 2
        self.left = width - 2 * g.PITCH - max(_width(faces, text) for text in (*self.names, self._date + "　　"))
        self.height = lines * g.LINE
        return self.height

    def _folded(self, name: str) -> tuple[str, ...]:
        """One line, or two by sense."""
        if _width(self._faces, name) <= self._width - 4 * g.PITCH:
            return (name,)
        widths = self._faces[Voice.BODY].advances(name)
        return tuple(title_lines(name, widths, g.BODY_SIZE, self._width - 4 * g.PITCH))

    def split(self, room: float) -> None:
        return None

    def draw(self, press: Press, x: float, y: float) -> None:
        if not self._sealed:
            self._draw_unsealed(press, x, y)
        elif len(self._given) == 1:
            self._draw_sealed(press, x, y)
        else:
            self._draw_joint(press, x, y)

    def _line(self, press: Press, text: str, x: float, top: float) -> None:
        with press.content("P"):
            press.text(
                text, Voice.BODY, g.BODY_SIZE, x, baseline_in(top, g.LINE, g.BODY_SIZE), tracking=g.TRACKING
            )  # fmt: skip

    def _draw_sealed(self, press: Press, x: float, y: float) -> None:
        """Date four in from the right, the name centred on it; both move left if the name would pass the edge."""
        right = x + self._width
        name_width = max(_width(self._faces, name) for name in self.names)
        middle = min(right - 4 * g.PITCH - _width(self._faces, self._date) / 2, right - g.PITCH - name_width / 2)
        top = y + g.LINES_ABOVE_SEALED_NAME * g.LINE
        for text in (*self.names, self._date):
            self._line(press, text, middle - _width(self._faces, text) / 2, top)
            top += g.LINE

    def _draw_unsealed(self, press: Press, x: float, y: float) -> None:
        """Name two in from the right, the date beginning two after it; a longer date is two in and the name moves."""
        right = x + self._width
        top = y + g.LINE
        date_width = _width(self._faces, self._date)
        left = right
        for name in self.names:
            name_width = _width(self._faces, name)
            left = min(right - 2 * g.PITCH - name_width, right - 4 * g.PITCH - date_width)
            self._line(press, name, left, top)
            top += g.LINE
        self._line(press, self._date, left + 2 * g.PITCH, top)

    def _draw_joint(self, press: Press, x: float, y: float) -> None:
        """Names in order, each in the middle of its seal's square; the last seal also lies over the date."""
        abreast = min(len(self.names), _NAMES_ABREAST)
        cell = self._width / abreast
        date_width = _width(self._faces, self._date)
        for number, name in enumerate(self.names):
            row, column = divmod(number, abreast)
            middle = x + cell * (column + 0.5)
            top = y + (row * _SEAL_LINES + g.LINES_ABOVE_SEALED_NAME) * g.LINE
            self._line(press, name, middle - _width(self._faces, name) / 2, top)
            if number == len(self.names) - 1:
                self._line(press, self._date, middle - date_width / 2, top + g.LINE)


class OpinionBox:
    """A ruled space for handwriting with its label at the left."""

    keep_with_next = False
    _LABEL_WIDTH = 4 * g.PITCH

    def __init__(self, block: Opinions) -> None:
        self._label = Para(two_by_two(block.label), Style(Voice.BLACK, 14.0, 22.0, align="center"))
        self.fills = block.fill
        self.height = max(block.lines * g.LINE, g.LEAST_OPINIONS)

    def fit(self, faces: Faces, width: float) -> float:
        self._label.fit(faces, self._LABEL_WIDTH - 8)
        self._width = width
        return self.height

    def split(self, room: float) -> None:
        return None

    def draw(self, press: Press, x: float, y: float) -> None:
        with press.artifact():
            press.box(x, y, self._width, self.height, 0.6)
            press.box(x, y, self._LABEL_WIDTH, self.height, 0.6)
        self._label.draw(press, x + 4, y + (self.height - self._label.height) / 2)


def two_by_two(label: str) -> str:
    """领导批示 in two lines of two, as forms have it."""
    return f"{label[:2]}\n{label[2:]}" if len(label) == 4 else label


class ImprintBlock:
    """版记 (7.4): stands on the bottom edge of the last page's 版心. In letters it has neither rules nor issuer."""

    def __init__(self, imprint: Imprint, day: Date, addressees: str, is_letter: bool, qr: QR | None) -> None:
        self._imprint, self._letter = imprint, is_letter
        self._date = f"{chinese_date(imprint.date or day)}印发"
        self._addressees = addressees
        self._qr = qr if is_letter else None

    def fit(self, faces: Faces, width: float) -> float:
        self._width = width
        given = [("主送：", self._addressees.rstrip("：")), ("抄送：", self._imprint.copy_to)]
        narrow = width - (g.QR_SIZE + g.IMPRINT_SIZE if self._qr else 0)
        self._paras = []
        for label, text in given:
            if text:
                style = styles.imprint_hanging(line_width(faces[Voice.BODY], label, g.IMPRINT_SIZE))
                para = Para(label + (text if text.endswith("。") else f"{text}。"), style)
                para.fit(faces, narrow)
                self._paras.append(para)
        self._has_last = bool(self._imprint.issuer) and not self._letter
        self.heights = [para.height for para in self._paras] + [g.IMPRINT_LEADING] * self._has_last
        self.text_height = sum(self.heights)
        self.height = max(self.text_height, g.QR_SIZE if self._qr else 0)
        return self.height

    def draw(self, press: Press, x: float) -> None:
        foot = press.area.top + press.area.height
        top = foot - self.text_height
        rules = [(top, g.IMPRINT_THICK, 1)]
        y = top
        for para in self._paras:
            para.draw(press, x, y)
            y += para.height
        if self._has_last:
            if self._paras:
                rules.append((y, g.IMPRINT_THIN, 0))
            self._draw_issuer(press, x, y)
        rules.append((foot, g.IMPRINT_THICK, -1))
        if self._letter:
            if self._qr:
                draw_qr(press, self._qr, x + self._width - g.QR_SIZE, foot - g.QR_SIZE, g.QR_SIZE)
            return
        with press.artifact():
            for at, thickness, side in rules:  # the outer rules lie inside the 版心
                press.rule(x, at + side * thickness / 2, self._width, thickness)

    def _draw_issuer(self, press: Press, x: float, y: float) -> None:
        baseline = baseline_in(y, g.IMPRINT_LEADING, g.IMPRINT_SIZE)
        date_width = line_width(press.faces[Voice.BODY], self._date, g.IMPRINT_SIZE)
        right = x + self._width - g.IMPRINT_SIZE - date_width
        with press.content("P"):
            press.text(self._imprint.issuer, Voice.BODY, g.IMPRINT_SIZE, x + g.IMPRINT_SIZE, baseline)
            press.text(self._date, Voice.BODY, g.IMPRINT_SIZE, right, baseline)


def draw_page_number(press: Press) -> None:
    """— 1 — on a line 7 mm below the 版心: odd right, even left, one character in (7.5).

    A landscape page is a portrait page turned, its head at the portrait's left: the number stays where it is on the
    portrait page and is therefore turned with it (8).
    """
    number = press.pages
    text = f"— {number} —"
    face = press.faces[Voice.SONG]
    width = line_width(face, text, g.NUMBER_SIZE)
    x = g.LEFT + g.TEXT_WIDTH - g.NUMBER_SIZE - width if number % 2 else g.LEFT + g.NUMBER_SIZE
    baseline = g.TOP + g.TEXT_HEIGHT + g.NUMBER_BELOW + g.NUMBER_SIZE * g.INK_ABOVE_MIDDLE
    press.note_use([(face, text)])
    if press.area.page_width > press.area.page_height:
        matrix = f"0 -1 1 0 {ink.number(g.PAGE_HEIGHT - baseline)} {ink.number(press.y(x))}"
    else:
        matrix = f"1 0 0 1 {ink.number(x)} {ink.number(press.y(baseline))}"
    with press.artifact("Footer"):
        font = f"{face.resource(press.document)} {ink.number(g.NUMBER_SIZE)} Tf"
        press.emit(f"q BT {font} {matrix} Tm <{face.code(text)}> Tj ET Q")


def draw_qr(press: Press, qr: QR, x: float, y: float, size: float) -> None:
    """The code's modules as filled squares: sharp at any size, and nothing but rectangles in the file."""
    modules = qr_modules(qr.content)
    side = size / len(modules)
    squares = [
        f"{ink.number(x + left * side)} {ink.number(press.y(y + (row + 1) * side))} "
        f"{ink.number((right - left) * side)} {ink.number(side)} re"
        for row, line in enumerate(modules)
        for left, right in _dark_runs(line)
    ]
    with press.content("Figure", alt=f"{qr.caption}：{qr.content}"):
        press.emit(f"q 0 g {' '.join(squares)} f Q")


def qr_modules(content: str) -> Sequence[Sequence[bool]]:
    code: Any = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    code.addData(content)
    code.make()
    count = code.getModuleCount()
    return [[bool(code.isDark(row, column)) for column in range(count)] for row in range(count)]


def _dark_runs(line: Sequence[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for at, dark in enumerate(line):
        if dark and runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + 1)
        elif dark:
            runs.append((at, at + 1))
    return runs


def draw_qr_at_foot(press: Press, qr: QR) -> None:
    """Below the 版心 on the side where the page number is not."""
    size = g.QR_SIZE
    y = press.area.top + press.area.height + g.QR_BELOW
    odd = press.pages % 2 == 1
    x = press.area.left if odd else press.area.left + press.area.width - size
    draw_qr(press, qr, x, y, size)
    if not qr.caption:
        return
    width = line_width(press.faces[Voice.BODY], qr.caption, 9.0)
    with press.content("P"):
        press.text(qr.caption, Voice.BODY, 9.0, x + size + 4 if odd else x - 4 - width, y + size / 2 + 3)
