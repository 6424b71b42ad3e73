"""Pictures of the DOCX twin: charts, the QR code, the watermark."""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape

from docx.shared import Pt
from PIL import Image

from tracker.documents import charts
from tracker.documents import gongwen as g
from tracker.documents.blocks import QR, Chart
from tracker.documents.ends import qr_modules
from tracker.documents.word import xml

_MODULE_PIXELS = 8


def add_chart(file: Any, body: Any, chart: Chart, width: float) -> None:
    drawing = charts.drawing(chart, width)
    _add_picture(file, body, charts.png(drawing), drawing.width, charts.words(chart))


def add_qr(file: Any, body: Any, qr: QR) -> None:
    modules = qr_modules(qr.content)
    image = Image.new("1", (len(modules), len(modules)), 1)
    for y, line in enumerate(modules):
        for x, dark in enumerate(line):
            if dark:
                image.putpixel((x, y), 0)
    stream = io.BytesIO()
    image.resize((len(modules) * _MODULE_PIXELS,) * 2, Image.Resampling.NEAREST).save(stream, "PNG")
    _add_picture(file, body, stream.getvalue(), g.QR_SIZE, f"{qr.caption}：{qr.content}", align="right")


def _add_picture(file: Any, body: Any, png: bytes, width: float, words: str, align: str = "center") -> None:
    """An inline picture in a paragraph of its own, with words for those who cannot see it."""
    paragraph = file.add_paragraph()
    paragraph.add_run().add_picture(io.BytesIO(png), width=Pt(width))
    properties = paragraph._p.get_or_add_pPr()
    made = xml.element(
        f'<w:pPr><w:pStyle w:val="Figure"/><w:spacing w:line="240" w:lineRule="auto"/><w:jc w:val="{align}"/></w:pPr>'
    )
    paragraph._p.replace(properties, made)
    description = next(
        paragraph._p.iter("{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr")
    )
    description.set("descr", words)
    description.set("name", words[:40])


def watermark(text: str) -> str:
    """Large grey words behind the page, as Word makes them itself (a WordArt shape in the header)."""
    style = (
        "position:absolute;margin-left:0;margin-top:0;width:300pt;height:150pt;rotation:315;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    words = escape(text, {'"': "&quot;"})
    shape = (
        '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        f'id="watermark" o:spid="_x0000_s2049" type="#_x0000_t136" style="{style}" fillcolor="#{g.WATERMARK_INK}" '
        f'stroked="f"><v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="{words}"/></v:shape>'
    )
    shapetype = (
        '<v:shapetype xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/>'
        '<v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/>'
        '<v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/></v:formulas>'
        '<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>'
    )
    return xml.paragraph(f"<w:r><w:pict>{shapetype}{shape}</w:pict></w:r>", "Footer")
