"""Charts: one description (``blocks.Chart``), drawn once, shown as vectors in PDFs, as SVG in pages, as PNG in DOCX.

    drawing(chart, width)      a reportlab drawing
    svg(chart, width) -> bytes for pages: served as an image, ``words(chart)`` as its alt text, its table beside it
    png(drawing) -> bytes      for word processors
    words(chart) -> str        what a reader who cannot see it needs

Every kind can be read in grey: shades differ in lightness, lines in dash and mark, and figures stand at the bars.
"""

from __future__ import annotations

import io
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing

from tracker.core.pdfium import one_at_a_time
from tracker.documents.blocks import Chart
from tracker.documents.charts import bars, lines, ring
from tracker.documents.charts.drawn import as_svg, texts_of, with_unit

__all__ = ["NARROW", "WIDE", "drawing", "png", "svg", "texts_of", "words"]

_KINDS = {"bar": bars.draw, "stacked": bars.draw, "line": lines.draw, "ring": ring.draw}
WIDE, NARROW = 640.0, 320.0  # of a page, of a phone
_PNG_SCALE = 300 / 72


def drawing(chart: Chart, width: float) -> Drawing:
    return _KINDS[chart.kind](chart, width)


def svg(chart: Chart, width: float = WIDE) -> bytes:
    """The chart as SVG without scripts and inline styles, so that a strict content policy can stand."""
    return as_svg(drawing(chart, width), f"{chart.title}。{words(chart)}")


def png(drawn: Drawing) -> bytes:
    content, stream = renderPDF.drawToString(drawn), io.BytesIO()
    with one_at_a_time:
        picture = pypdfium2.PdfDocument(content)[0].render(scale=_PNG_SCALE).to_pil()
    picture.convert("P", palette=1, colors=64).save(stream, "PNG")
    return stream.getvalue()


def words(chart: Chart) -> str:
    """The writer's own words, or the figures read out."""
    if chart.alt:
        return chart.alt
    told: list[str] = []
    for series in chart.series:
        figures: list[Any] = [
            f"{category}{with_unit(value, chart.unit)}" if value is not None else f"{category}无数据"
            for category, value in zip(chart.categories, series.values, strict=True)
        ]
        told.append(f"{series.name}：{'，'.join(figures)}")
    if chart.target:
        told.append(f"{chart.target.label}{with_unit(chart.target.value, chart.unit)}")
    return "；".join(told) + "。"
