"""Bars, side by side or stacked; lying where names are long or many."""

from __future__ import annotations

from typing import Any

from reportlab.graphics.shapes import Drawing

from tracker.documents.blocks import Chart
from tracker.documents.charts import drawn as d

_HEIGHT = 205.0
_SEAM = 0.7  # white between the parts of a bar, so that neighbours part in grey too
_ROW, _ROW_GAP = 15.0, 8.0
_LONG_NAME, _MANY = 5, 8
_TOP_ROOM = 16.0


def draw(chart: Chart, width: float) -> Drawing:
    """Lying where names are long or many, and where one bar alone would stand in an empty field."""
    names = chart.categories
    alone = chart.kind == "stacked" and len(names) == 1
    lying = alone or max(map(len, names)) > _LONG_NAME or len(names) > _MANY
    return _lying(chart, width) if lying else _standing(chart, width)


def _ceiling(chart: Chart) -> float:
    columns = [[series.values[n] or 0 for series in chart.series] for n in range(len(chart.categories))]
    highest = max(sum(column) if chart.kind == "stacked" else max(column) for column in columns)
    return max(highest, chart.target.value if chart.target else 0)


def _legend_entries(chart: Chart) -> list[tuple[str, Any]]:
    entries: list[tuple[str, Any]] = []
    if len(chart.series) > 1:
        for number, series in enumerate(chart.series):
            shade = d.shade_of(number, series.tone)
            entries.append((series.name, lambda x, y, shade=shade: [d.bar(x, y - 4, 16, 8, shade)]))
    if chart.target:
        entries.append((f"{chart.target.label} {d.with_unit(chart.target.value, chart.unit)}", _target_sample))
    return entries


def _target_sample(x: float, y: float) -> list[Any]:
    return [d.rule(x, y, x + 16, y, d.TARGET, (4, 2))]


def _standing(chart: Chart, width: float) -> Drawing:
    entries = _legend_entries(chart)
    above = d.legend_height([name for name, _ in entries], width)
    ticks = d.nice_ticks(0, _ceiling(chart))
    left, foot = 8 + max(d.text_width(d.label(tick), d.SMALL) for tick in ticks), 34.0
    plot_height = _HEIGHT - foot - _TOP_ROOM
    drawing = Drawing(width, _HEIGHT + above)
    scale = plot_height / ticks[-1]
    for tick in ticks:
        y = foot + tick * scale
        drawing.add(d.rule(left, y, width, y, d.QUIET if tick == 0 else d.RULE))
        drawing.add(d.words(left - 5, y - 3, d.label(tick), d.SMALL, d.QUIET, "end"))
    if chart.unit:
        drawing.add(d.words(0, _HEIGHT - 8, f"（{chart.unit}）", d.SMALL, d.QUIET))
    slot = (width - left) / len(chart.categories)
    for n, category in enumerate(chart.categories):
        middle = left + slot * (n + 0.5)
        _add_bars(drawing, chart, n, middle, slot * 0.62, foot, scale)
        for row, text in enumerate(d.fold(category, slot - 4)):
            drawing.add(d.words(middle, foot - 13 - 11 * row, text, d.SMALL, d.INK, "middle"))
    if chart.target:
        y = foot + chart.target.value * scale
        drawing.add(d.rule(left, y, width, y, d.TARGET, (4, 2)))
    d.legend(drawing, entries, _HEIGHT + above - 8)
    return drawing


def _add_bars(drawing: Drawing, chart: Chart, n: int, middle: float, room: float, foot: float, scale: float) -> None:
    """The bars of one category and the figures on them."""
    if chart.kind == "stacked":
        thick, y = min(room, 46.0), foot
        for number, series in enumerate(chart.series):
            height = (series.values[n] or 0) * scale
            shade = d.shade_of(number, series.tone)
            drawing.add(d.bar(middle - thick / 2, y, thick, max(0, height - _SEAM), shade))
            if height > 11 and series.values[n]:
                text = d.label(series.values[n] or 0)
                drawing.add(d.words(middle, y + height / 2 - 3, text, d.SMALL, d.ink_on(shade), "middle"))
            y += height
        return
    thick = min(room / len(chart.series), 34.0)
    x = middle - thick * len(chart.series) / 2
    for number, series in enumerate(chart.series):
        value = series.values[n]
        if value is not None:
            shade = d.shade_of(number, series.tone)
            drawing.add(d.bar(x + 0.5, foot, thick - 1, max(value * scale, 0), shade))
            drawing.add(d.words(x + thick / 2, foot + value * scale + 3, d.label(value), d.SMALL, d.INK, "middle"))
        x += thick


def _lying(chart: Chart, width: float) -> Drawing:
    entries = _legend_entries(chart)
    above = d.legend_height([name for name, _ in entries], width)
    per_category = _ROW if chart.kind == "stacked" else _ROW * 0.8 * len(chart.series)
    foot = 18.0
    plot_height = len(chart.categories) * (per_category + _ROW_GAP)
    drawing = Drawing(width, foot + plot_height + above + 4)
    left = min(max(d.text_width(name) for name in chart.categories) + 8, width * 0.4)
    ticks = d.nice_ticks(0, _ceiling(chart))
    scale = (width - left - 34) / ticks[-1]
    for tick in ticks:
        x = left + tick * scale
        drawing.add(d.rule(x, foot, x, foot + plot_height, d.QUIET if tick == 0 else d.RULE))
        drawing.add(d.words(x, foot - 12, d.label(tick), d.SMALL, d.QUIET, "middle"))
    if chart.unit:
        drawing.add(d.words(left - 5, foot - 12, f"（{chart.unit}）", d.SMALL, d.QUIET, "end"))
    top = foot + plot_height
    for n, category in enumerate(chart.categories):
        upper = top - n * (per_category + _ROW_GAP) - _ROW_GAP / 2
        name = d.fold(category, left - 8, d.SIZE)[0] if d.text_width(category) > left - 8 else category
        drawing.add(d.words(left - 6, upper - per_category / 2 - 3.4, name, d.SIZE, d.INK, "end"))
        _add_rows(drawing, chart, n, left, upper, per_category, scale)
    if chart.target:
        x = left + chart.target.value * scale
        drawing.add(d.rule(x, foot, x, foot + plot_height, d.TARGET, (4, 2)))
    d.legend(drawing, entries, drawing.height - 8)
    return drawing


def _add_rows(drawing: Drawing, chart: Chart, n: int, left: float, upper: float, height: float, scale: float) -> None:
    if chart.kind == "stacked":
        x = left
        for number, series in enumerate(chart.series):
            length = (series.values[n] or 0) * scale
            shade = d.shade_of(number, series.tone)
            drawing.add(d.bar(x, upper - height, max(0, length - _SEAM), height, shade))
            text = d.label(series.values[n] or 0)
            if length > d.text_width(text, d.SMALL) + 4:
                drawing.add(d.words(x + length / 2, upper - height / 2 - 3, text, d.SMALL, d.ink_on(shade), "middle"))
            x += length
        return
    thick = height / len(chart.series)
    for number, series in enumerate(chart.series):
        value = series.values[n]
        if value is not None:
            y = upper - thick * (number + 1)
            shade = d.shade_of(number, series.tone)
            drawing.add(d.bar(left, y + 0.5, max(value * scale, 0), thick - 1, shade))
            drawing.add(d.words(left + value * scale + 4, y + thick / 2 - 3, d.label(value), d.SMALL))
