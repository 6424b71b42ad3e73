"""What all charts share: colours, axes, words, and their way into SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, Literal, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from reportlab.graphics.shapes import Circle, Drawing, Group, Line, Polygon, PolyLine, Rect, String
from reportlab.lib.colors import HexColor

from tracker.core.filters import zh_figure
from tracker.documents import face
from tracker.documents.blocks import Voice

SHADES = ("#1F4E79", "#7FA7CF", "#C5D5E6", "#8C8C8C", "#4A6B3A", "#B9C8A8")  # each differs in lightness from the next
TONES = {"done": "#1F4E79", "normal": "#7FA7CF", "warn": "#EBC266", "late": "#A3261B", "wait": "#DCE0E5"}
DASHES: tuple[Sequence[float] | None, ...] = (None, (5, 2), (1.5, 1.5), (7, 2, 1.5, 2))
INK, QUIET, RULE, TARGET = "#1C2430", "#5A6270", "#D9DEE4", "#A3261B"
SIZE, SMALL = 9.5, 8.5

Anchor: TypeAlias = Literal["start", "middle", "end"]
_PAGE_FONTS = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, sans-serif"


def shade_of(number: int, tone: str = "") -> str:
    """The colour of what it means, else of its place."""
    return TONES.get(tone) or SHADES[number % len(SHADES)]


def ink_on(shade: str) -> str:
    """White on what is dark, ink on what is light."""
    red, green, blue = (int(shade[n : n + 2], 16) for n in (1, 3, 5))
    return "#FFFFFF" if 0.299 * red + 0.587 * green + 0.114 * blue < 140 else INK


def colour(hexadecimal: str) -> Any:
    return HexColor(hexadecimal)


def label(value: float) -> str:
    """A figure without idle zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def with_unit(value: float, unit: str) -> str:
    """95%, 12/10万."""
    return zh_figure(label(value), unit)


def font(text: str) -> str:
    """The name of the face that has every character of ``text``, or the chart's own."""
    base = face.current()[Voice.BLACK]
    if base.characters.issuperset(text):
        return base.fontName
    whole = next((other for other in base.stand_ins() if other.characters.issuperset(text)), base)
    return whole.fontName


def text_width(text: str, size: float = SIZE) -> float:
    return face.current()[Voice.BLACK].stringWidth(text, size)


def words(x: float, y: float, text: str, size: float = SIZE, ink: str = INK, anchor: Anchor = "start") -> String:
    return String(x, y, text, fontName=font(text), fontSize=size, fillColor=colour(ink), textAnchor=anchor)


def bar(x: float, y: float, width: float, height: float, shade: str) -> Rect:
    look: dict[str, Any] = {"fillColor": colour(shade), "strokeColor": None, "strokeWidth": 0}
    return Rect(x, y, width, height, **look)


def stroke(points: Sequence[float], ink: str, width: float, dash: Sequence[float] | None = None) -> PolyLine:
    look: dict[str, Any] = {"strokeColor": colour(ink), "strokeWidth": width, "strokeDashArray": dash}
    return PolyLine(list(points), strokeLineJoin=1, **look)


def rule(x1: float, y1: float, x2: float, y2: float, ink: str = RULE, dash: Sequence[float] | None = None) -> Line:
    look: dict[str, Any] = {"strokeColor": colour(ink), "strokeWidth": 0.6, "strokeDashArray": dash}
    return Line(x1, y1, x2, y2, **look)


def mark(kind: int, x: float, y: float, shade: str, hollow: bool = False) -> Any:
    """Circle, square, triangle, diamond: lines are told apart without colour. Hollow for projections."""
    r = 3.0
    look = {"fillColor": colour("#FFFFFF" if hollow else shade), "strokeColor": colour(shade), "strokeWidth": 1.1}
    shapes = (
        None,
        [x - r, y - r, x + r, y - r, x + r, y + r, x - r, y + r],
        [x - r, y - r, x + r, y - r, x, y + r * 1.2],
        [x - r * 1.3, y, x, y - r * 1.3, x + r * 1.3, y, x, y + r * 1.3],
    )
    points = shapes[kind % len(shapes)]
    return Circle(x, y, r, **look) if points is None else Polygon(points, **look)


def nice_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers from at most ``low`` to at least ``high``."""
    if high <= low:
        high = low + 1
    raw = (high - low) / about
    power = 10 ** math.floor(math.log10(raw))
    step = next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= raw * 0.999)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def legend(drawing: Drawing, names: Sequence[tuple[str, Any]], top: float) -> None:
    """Names beside their samples, in one row from the left, wrapping where the width ends."""
    x, y = 0.0, top
    for name, sample in names:
        needed = 22 + text_width(name, SMALL) + 16
        if x and x + needed > drawing.width:
            x, y = 0.0, y - 14
        for shape in sample(x, y):
            drawing.add(shape)
        drawing.add(words(x + 22, y - SMALL * 0.36, name, SMALL, QUIET))
        x += needed


def legend_height(names: Sequence[str], width: float) -> float:
    rows, x = 1, 0.0
    for name in names:
        needed = 22 + text_width(name, SMALL) + 16
        if x and x + needed > width:
            rows, x = rows + 1, 0.0
        x += needed
    return rows * 14.0 + 6 if names else 0.0


def fold(text: str, room: float, size: float = SMALL) -> list[str]:
    """A category's name in at most two lines; what does not fit ends in …"""
    if text_width(text, size) <= room:
        return [text]
    at = max(1, int(len(text) * room / text_width(text, size)))
    rest = text[at:]
    if text_width(rest, size) > room:
        keep = max(1, int(len(rest) * room / text_width(rest, size)) - 1)
        rest = rest[:keep] + "…"
    return [text[:at], rest]


def texts_of(drawn: Any) -> Iterator[str]:
    for shape in drawn.contents:
        if isinstance(shape, Group):
            yield from texts_of(shape)
        elif isinstance(shape, String):
            yield shape.text


# ------------------------------------------------------------------ SVG


def as_svg(drawn: Drawing, description: str) -> bytes:
    """The same shapes with presentation attributes only; the origin moves from the bottom to the top."""
    height = drawn.height
    shapes = "".join(_svg_shape(shape, height) for shape in drawn.contents)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(drawn.width)} {_n(height)}" '
        f'width="{_n(drawn.width)}" height="{_n(height)}" role="img" font-family={quoteattr(_PAGE_FONTS)}>'
        f"<title>{escape(description)}</title>{shapes}</svg>"
    ).encode()


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _look(shape: Any) -> str:
    fill, edge = getattr(shape, "fillColor", None), getattr(shape, "strokeColor", None)
    parts = [f'fill="{_hex(fill)}"']
    if edge is not None and shape.strokeWidth:
        parts.append(f'stroke="{_hex(edge)}" stroke-width="{_n(shape.strokeWidth)}"')
        if shape.strokeDashArray:
            parts.append(f'stroke-dasharray="{" ".join(map(_n, shape.strokeDashArray))}"')
    return " ".join(parts)


def _hex(given: Any) -> str:
    return "none" if given is None else f"#{given.hexval()[2:].upper()}"


def _svg_shape(shape: Any, height: float) -> str:
    if isinstance(shape, String):
        return (
            f'<text x="{_n(shape.x)}" y="{_n(height - shape.y)}" font-size="{_n(shape.fontSize)}" '
            f'fill="{_hex(shape.fillColor)}" text-anchor="{shape.textAnchor}">{escape(shape.text)}</text>'
        )
    if isinstance(shape, Rect):
        x, y = _n(shape.x), _n(height - shape.y - shape.height)
        return f'<rect x="{x}" y="{y}" width="{_n(shape.width)}" height="{_n(shape.height)}" {_look(shape)}/>'
    if isinstance(shape, Circle):
        return f'<circle cx="{_n(shape.cx)}" cy="{_n(height - shape.cy)}" r="{_n(shape.r)}" {_look(shape)}/>'
    if isinstance(shape, Line):
        ends = (shape.x1, height - shape.y1, shape.x2, height - shape.y2)
        return '<line x1="{}" y1="{}" x2="{}" y2="{}" '.format(*map(_n, ends)) + f"{_look(shape)}/>"
    points = " ".join(f"{_n(x)},{_n(height - y)}" for x, y in zip(shape.points[::2], shape.points[1::2], strict=True))
    tag = "polyline" if isinstance(shape, PolyLine) else "polygon"
    return f'<{tag} points="{points}" {_look(shape)}/>'
