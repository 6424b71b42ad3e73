"""What flows down the pages: paragraphs, gaps, figures. A piece can measure itself, be split, and draw itself.

There is no markup language: text is text, so nothing has to be escaped and nothing can be injected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from tracker.documents import ink
from tracker.documents.blocks import Span, Voice
from tracker.documents.face import Face, Faces, Run
from tracker.documents.gongwen import BODY_SIZE, INK_ABOVE_MIDDLE, LINE, TRACKING
from tracker.documents.lines import break_text
from tracker.documents.press import Press

_TOLERANCE = 1e-6

Alignment: TypeAlias = Literal["justify", "left", "center", "right"]
SetLine: TypeAlias = "tuple[list[Run], float, float]"
"""(runs, slack, indent from the piece's left edge)"""


class Piece(Protocol):
    """Anything that flows. ``height`` is known once ``fit`` has been told the width."""

    height: float
    keep_with_next: bool

    def fit(self, faces: Faces, width: float) -> float: ...

    def split(self, room: float) -> tuple[Piece, Piece] | None:
        """The part that fits in ``room`` and the rest, or None if nothing sensible fits."""

    def draw(self, press: Press, x: float, y: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Style:
    """How a paragraph looks. Lengths in points; ``tracking`` is added after each character."""

    voice: Voice = Voice.BODY
    size: float = BODY_SIZE
    leading: float = LINE
    tracking: float = 0.0
    first_indent: float = 0.0
    left: float = 0.0
    right: float = 0.0
    align: Alignment = "justify"
    ink: str = ""
    tag: str = "P"
    keep_with_next: bool = False
    outline_level: int | None = None


class Para:
    """One paragraph. A line feed in it starts a new line without the first line's indent."""

    def __init__(self, spans: str | Sequence[Span], style: Style, outline: str = "") -> None:
        given = [Span(spans, style.voice)] if isinstance(spans, str) else spans
        self.spans = [(span.voice, ink.clean(span.text)) for span in given]
        self.style = style
        self.outline = outline
        self.keep_with_next = style.keep_with_next
        self.closes = False
        """Whether it belongs to the document's close (附件说明) and is no text that a signature could stand below."""
        self.height = 0.0
        self.lines: list[SetLine] = []
        self.lacking = False
        self._width = -1.0
        self._element: list[int] = []  # shared by the parts of a split paragraph: one element, several marks

    def fit(self, faces: Faces, width: float) -> float:
        if width != self._width:
            self._width = width
            self.base = faces[self.style.voice]
            self.lines = list(self._broken(faces, width))
            self.height = len(self.lines) * self.style.leading
        return self.height

    def _broken(self, faces: Faces, width: float) -> list[SetLine]:
        style, lines = self.style, []
        measure = width - style.left - style.right
        indent = style.first_indent
        for piece in _split_at_line_feeds(self.spans):
            runs = [run for voice, text in piece for run in faces[voice].runs(text)]
            text = "".join([text for _, text in runs])
            self.lacking = self.lacking or _lacks(runs)
            for start, end, slack in break_text(
                text, ink.advances(runs) if runs else [], style.size, measure, measure - indent, style.tracking
            ):
                lines.append((ink.cut(runs, start, end) if text else [], slack, style.left + indent))
                indent = 0.0
            indent = 0.0
        return lines

    def split(self, room: float) -> tuple[Para, Para] | None:
        count = int((room + _TOLERANCE) // self.style.leading)
        if count <= 0 or count >= len(self.lines):
            return None
        return self.part(0, count), self.part(count, len(self.lines))

    def part(self, start: int, end: int) -> Para:
        """The lines [start, end) as a paragraph of their own."""
        part = Para.__new__(Para)
        part.__dict__.update(self.__dict__)
        part.lines = self.lines[start:end]
        part.height = len(part.lines) * self.style.leading
        if start:
            part.outline = ""
        if end < len(self.lines):
            part.keep_with_next = False
        return part

    def draw(self, press: Press, x: float, y: float) -> None:
        style = self.style
        if self.outline and style.outline_level is not None:
            press.outline(self.outline, style.outline_level, y)
        element = self._element[0] if self._element else None
        with press.content(style.tag, element=element) as shown:
            if not self._element:
                self._element.append(shown)
            press.emit(" ".join(self._operators(press, x, y)))

    def _operators(self, press: Press, x: float, y: float) -> list[str]:
        style, document, base = self.style, press.document, self.base
        operators = [f"BT {base.resource(document)} {ink.number(style.size)} Tf"]
        if style.ink:
            operators.append(ink.rgb(style.ink))
        baseline = press.y(y + style.leading / 2) - style.size * INK_ABOVE_MIDDLE
        for runs, slack, indent in self.lines:
            if runs:
                for face, text in runs:
                    face.used_in(document).update(text)
                    if self.lacking:
                        press.note_missing(text, face)
                left, slack = self._place(runs, slack, indent)
                shown = ink.show(runs, document, slack, style.size, style.tracking, base)
                operators.append(f"1 0 0 1 {ink.number(x + left)} {ink.number(baseline)} Tm {shown}")
            baseline -= style.leading
        operators.append("0 Tc 0 g ET" if style.ink else "0 Tc ET")
        return operators

    def _place(self, runs: list[Run], slack: float, indent: float) -> tuple[float, float]:
        """Where a line begins, and the slack left for its characters, by the paragraph's alignment."""
        style = self.style
        if style.align == "justify":
            return indent, slack
        slack = min(slack, 0.0)
        if style.align == "left":
            return indent, slack
        free = self._width - style.right - indent - ink.width_of(runs, style.size, style.tracking) - slack
        return indent + max(0.0, free) / (2 if style.align == "center" else 1), slack


def _lacks(runs: Sequence[Run]) -> bool:
    return any(not face.characters.issuperset(text) for face, text in runs)


def _split_at_line_feeds(spans: Sequence[tuple[Voice, str]]) -> list[list[tuple[Voice, str]]]:
    pieces: list[list[tuple[Voice, str]]] = [[]]
    for voice, text in spans:
        first, *others = text.split("\n")
        if first:
            pieces[-1].append((voice, first))
        for other in others:
            pieces.append([(voice, other)] if other else [])
    return pieces


class Gap:
    """Empty space. It vanishes at a page's top."""

    keep_with_next = False

    def __init__(self, height: float) -> None:
        self.height = height

    def fit(self, faces: Faces, width: float) -> float:
        return self.height

    def split(self, room: float) -> None:
        return None

    def draw(self, press: Press, x: float, y: float) -> None:
        return None


class Figure:
    """A reportlab drawing in the middle of the measure, with words for readers who cannot see it."""

    keep_with_next = False

    def __init__(self, drawing: Any, alt: str, texts: Sequence[str] = (), *, on_grid: bool = True) -> None:
        self._drawing, self._alt, self._texts = drawing, alt, texts
        lines = -(-drawing.height // LINE)
        self.height: float = lines * LINE if on_grid else drawing.height  # full lines: what follows stays on the grid
        self._width = 0.0

    def fit(self, faces: Faces, width: float) -> float:
        self._width = width
        return self.height

    def split(self, room: float) -> None:
        return None

    def draw(self, press: Press, x: float, y: float) -> None:
        for text in self._texts:
            press.note_missing(text, press.faces[Voice.BLACK])
        with press.content("Figure", alt=self._alt):
            left = x + (self._width - self._drawing.width) / 2
            press.drawing(self._drawing, left, y + (self.height - self._drawing.height) / 2)


def baseline_in(top: float, leading: float, size: float) -> float:
    """The baseline of a line that begins ``top`` below the page's edge."""
    return top + leading / 2 + size * INK_ABOVE_MIDDLE


def line_width(face: Face, text: str, size: float, tracking: float = 0.0) -> float:
    return ink.width_of(face.runs(text), size, tracking)


def whole_names(names: Sequence[str], face: Face, measure: float) -> str:
    """As many names in a line as fit, none of them parted."""
    lines = [names[0]]
    for name in names[1:]:
        longer = f"{lines[-1]}　{name}"
        if line_width(face, longer, BODY_SIZE, TRACKING) <= measure:
            lines[-1] = longer
        else:
            lines.append(name)
    return "\n".join(lines)
