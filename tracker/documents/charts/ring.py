"""A ring of parts with their names, figures and shares beside it. The shares are whole numbers and make a hundred."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reportlab.graphics.shapes import Drawing, Polygon

from tracker.documents.blocks import Chart
from tracker.documents.charts import drawn as d

_HEIGHT = 170.0
_OUTER, _INNER = 74.0, 44.0
_STEP = math.radians(3)


def draw(chart: Chart, width: float) -> Drawing:
    values = [value or 0.0 for value in chart.series[0].values]
    total = sum(values)
    drawing = Drawing(width, max(_HEIGHT, 20.0 * len(values) + 20))
    x, y = width * 0.3, drawing.height / 2
    start = math.pi / 2
    for number, value in enumerate(values):
        sweep = 2 * math.pi * value / total if total else 0.0
        if sweep:
            drawing.add(_piece(x, y, start, start - sweep, d.SHADES[number % len(d.SHADES)]))
        start -= sweep
    drawing.add(d.words(x, y - 2, d.label(total), 18, d.INK, "middle"))
    drawing.add(d.words(x, y - 16, f"{chart.series[0].name}（{chart.unit}）" if chart.unit else chart.series[0].name,
                        d.SMALL, d.QUIET, "middle"))  # fmt: skip
    left, top = width * 0.55, y + 10.0 * len(values)
    for number, (name, value, share) in enumerate(zip(chart.categories, values, shares(values), strict=True)):
        row = top - 20 * number - 12
        drawing.add(d.bar(left, row - 1, 10, 10, d.SHADES[number % len(d.SHADES)]))
        drawing.add(d.words(left + 16, row, f"{name}　{d.label(value)}　{share}%", d.SIZE))
    return drawing


def _piece(x: float, y: float, start: float, end: float, shade: str) -> Polygon:
    steps = max(1, math.ceil((start - end) / _STEP))
    angles = [start + (end - start) * n / steps for n in range(steps + 1)]
    points: list[float] = []
    for radius, order in ((_OUTER, angles), (_INNER, angles[::-1])):
        for angle in order:
            points += [x + radius * math.cos(angle), y + radius * math.sin(angle)]
    return Polygon(points, fillColor=d.colour(shade), strokeColor=d.colour("#FFFFFF"), strokeWidth=1.2)


def shares(values: Sequence[float]) -> list[int]:
    """Whole percentages that add up to 100: what rounding leaves goes to the largest remainders."""
    total = sum(values)
    if not total:
        return [0] * len(values)
    exact = [value * 100 / total for value in values]
    floors = [math.floor(share) for share in exact]
    by_remainder = sorted(range(len(values)), key=lambda n: (floors[n] - exact[n], n))
    for n in by_remainder[: 100 - sum(floors)]:
        floors[n] += 1
    return floors
