"""Lines over time, with the goal's level and what is projected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.graphics.shapes import Drawing

from tracker.documents.blocks import Chart, Series
from tracker.documents.charts import drawn as d

_HEIGHT = 210.0
_FOOT, _TOP_ROOM = 34.0, 16.0
_PROJECTED = (2.5, 2.5)


def draw(chart: Chart, width: float) -> Drawing:
    entries = _legend_entries(chart)
    above = d.legend_height([name for name, _ in entries], width)
    drawing = Drawing(width, _HEIGHT + above)
    ticks = _ticks(chart)
    left = 8 + max(d.text_width(d.label(tick), d.SMALL) for tick in ticks)
    scale = (_HEIGHT - _FOOT - _TOP_ROOM) / (ticks[-1] - ticks[0])
    slot = (width - left) / len(chart.categories)

    def place(n: int, value: float) -> tuple[float, float]:
        return left + slot * (n + 0.5), _FOOT + (value - ticks[0]) * scale

    for tick in ticks:
        y = place(0, tick)[1]
        drawing.add(d.rule(left, y, width, y, d.QUIET if tick == ticks[0] else d.RULE))
        drawing.add(d.words(left - 5, y - 3, d.label(tick), d.SMALL, d.QUIET, "end"))
    if chart.unit:
        drawing.add(d.words(0, _HEIGHT - 8, f"（{chart.unit}）", d.SMALL, d.QUIET))
    for n, category in enumerate(chart.categories):
        for row, text in enumerate(d.fold(category, slot - 2)):
            drawing.add(d.words(left + slot * (n + 0.5), _FOOT - 13 - 11 * row, text, d.SMALL, d.INK, "middle"))
    if chart.target:
        y = place(0, chart.target.value)[1]
        drawing.add(d.rule(left, y, width, y, d.TARGET, (4, 2)))
    for number, series in enumerate(chart.series):
        _add_line(
            drawing, chart, number, series, [None if v is None else place(n, v) for n, v in enumerate(series.values)]
        )
    d.legend(drawing, entries, _HEIGHT + above - 8)
    return drawing


def _ticks(chart: Chart) -> list[float]:
    """From zero unless all values lie close together far above it: a trend of ratios would otherwise be a flat line."""
    values = [value for series in chart.series for value in series.values if value is not None]
    if chart.target:
        values.append(chart.target.value)
    low, high = min(values, default=0.0), max(values, default=1.0)
    if low > 0 and high - low > high * 0.25:
        low = 0.0
    elif low > 0:
        low = max(0.0, low - (high - low or high) * 0.5)
    return d.nice_ticks(low, high)


def _add_line(
    drawing: Drawing, chart: Chart, number: int, series: Series, points: Sequence[tuple[float, float] | None]
) -> None:
    shade, dash = d.SHADES[number % len(d.SHADES)], d.DASHES[number % len(d.DASHES)]
    projected = len(points) if chart.projected_from is None else chart.projected_from
    known = _stretches(points[:projected])
    ahead = _stretches(points[max(0, projected - 1) :]) if projected < len(points) else []
    for stretch in known:
        drawing.add(d.stroke([value for point in stretch for value in point], shade, 1.8, dash))
    for stretch in ahead:
        drawing.add(d.stroke([value for point in stretch for value in point], shade, 1.3, _PROJECTED))
    only = len(chart.series) == 1
    for n, point in enumerate(points):
        if point is not None:
            drawing.add(d.mark(number, *point, shade, hollow=n >= projected))
            if only or n in (0, len(points) - 1):
                drawing.add(d.words(point[0], point[1] + 6, d.label(series.values[n] or 0), d.SMALL, d.INK, "middle"))


def _stretches(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """Runs without a gap: a missing figure breaks the line."""
    found: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            found.append([])
        else:
            found[-1].append(point)
    return [stretch for stretch in found if len(stretch) > 1]


def _legend_entries(chart: Chart) -> list[tuple[str, Any]]:
    entries: list[tuple[str, Any]] = []
    for number, series in enumerate(chart.series):
        entries.append((series.name, _line_sample(number)))
    if chart.projected_from is not None and chart.projected_from < len(chart.categories):
        entries.append(("预测", lambda x, y: [d.stroke([x, y, x + 16, y], d.SHADES[0], 1.3, _PROJECTED)]))
    if chart.target:
        text = f"{chart.target.label} {d.with_unit(chart.target.value, chart.unit)}"
        entries.append((text, lambda x, y: [d.rule(x, y, x + 16, y, d.TARGET, (4, 2))]))
    return entries


def _line_sample(number: int) -> Any:
    shade, dash = d.SHADES[number % len(d.SHADES)], d.DASHES[number % len(d.DASHES)]
    return lambda x, y: [d.stroke([x, y, x + 16, y], shade, 1.8, dash), d.mark(number, x + 8, y, shade)]
