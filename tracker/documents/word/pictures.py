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
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"


def add_chart(file: Any, chart: Chart, width: float, *, on_grid: bool = True) -> None:
    drawing = charts.drawing(chart, width)
    around = (-drawing.height % g.LINE) / 2 if on_grid else 0.0  # full lines of the grid, as in the PDF
    _add_picture(file, charts.png(drawing), drawing.width, charts.words(chart), around)


def add_qr(file: Any, qr: QR, *, is_letter: bool, beside_imprint: bool) -> None:
    """Below the 版心 between the places of page numbers; in a letter, whose foot is ruled, inside it."""
    modules = qr_modules(qr.content)
    image = Image.new("1", (len(modules), len(modules)), 1)
    for y, line in enumerate(modules):
        for x, dark in enumerate(line):
            if dark:
                image.putpixel((x, y), 0)
    stream = io.BytesIO()
    image.resize((len(modules) * _MODULE_PIXELS,) * 2, Image.Resampling.NEAREST).save(stream, "PNG")
    inline = _add_picture(file, stream.getvalue(), g.QR_SIZE, f"{qr.caption}：{qr.content}")
    foot = g.TOP + g.TEXT_HEIGHT
    if is_letter:
        _anchor(inline, "right" if beside_imprint else "left", foot - g.QR_SIZE)
    else:
        _anchor(inline, "center", foot + g.QR_BELOW)


def _anchor(inline: Any, horizontal: str, top: float) -> None:
    """Take a picture out of the text and put it ``top`` points below the page's top edge."""
    extent = inline[0]
    anchor = xml.element(
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" locked="0" '
        'layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="margin"><wp:align>{horizontal}</wp:align></wp:positionH>'
        f'<wp:positionV relativeFrom="page"><wp:posOffset>{_emu(top)}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{extent.get("cx")}" cy="{extent.get("cy")}"/><wp:wrapNone/></wp:anchor>'
    )
    for child in list(inline)[1:]:  # all but the extent, which stands there already
        anchor.append(child)
    inline.getparent().replace(inline, anchor)


def _emu(points: float) -> int:
    return round(points * 12700)


def _add_picture(file: Any, png: bytes, width: float, words: str, around: float = 0.0) -> Any:
    """An inline picture in a paragraph of its own, with words for those who cannot see it."""
    paragraph = file.add_paragraph()
    paragraph.add_run().add_picture(io.BytesIO(png), width=Pt(width))
    properties = paragraph._p.get_or_add_pPr()
    made = xml.element(
        f'<w:pPr><w:pStyle w:val="Figure"/><w:spacing w:before="{xml.twips(around)}" w:after="{xml.twips(around)}" '
        'w:line="240" w:lineRule="auto"/><w:jc w:val="center"/></w:pPr>'
    )
    paragraph._p.replace(properties, made)
    inline = next(paragraph._p.iter(f"{{{_DRAWING}}}inline"))
    for side in "TBLR":
        inline.set(f"dist{side}", "0")  # left out, LibreOffice moves the picture an eighth of an inch
    description = next(inline.iter(f"{{{_DRAWING}}}docPr"))
    description.set("descr", words)
    description.set("name", words[:40])
    return inline


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
