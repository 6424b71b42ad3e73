"""The finished file: objects in order, properties, output intent, structure tree, cross references.

reportlab's own writer knows the wall clock, keeps four dictionary entries for every object and leaves out what PDF/A
asks for. This one takes its numbered objects and writes them plainly; the same document gives the same bytes.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString

from tracker.documents.objects import Stream
from tracker.documents.tags import Tags, text_string

PRODUCER = "Gangmu"
LANGUAGE = "zh-CN"


@dataclass(frozen=True, slots=True)
class Properties:
    """What a file says about itself."""

    title: str
    author: str
    subject: str
    keywords: Sequence[str]
    date: Date


def write(canvas: Any, properties: Properties, tags: Tags | None) -> bytes:
    """Everything drawn on ``canvas`` as one PDF 1.4 file."""
    document = canvas._doc
    for face in list(document.delayedFonts):
        face.addObjects(document)
    document.Outlines.prepare(document, canvas)
    catalog = document.Catalog
    if document.Outlines.ready < 0:
        catalog.Outlines = None
    document.Reference(catalog)
    _describe(document, catalog, properties, tagged=tags is not None)
    file = _File()
    for number, body in _reportlab_objects(document, without=catalog):
        file.add(number, body)
    if tags is not None:
        first = document.objectcounter + 1
        catalog.StructTreeRoot = f"{first} 0 R"
        pages = [_number_of(document, f"Page{n}") for n in range(1, document.pageCounter)]
        for number, body in enumerate(tags.objects(first, pages), first):
            file.add(number, body)
    root = _number_of(document, catalog.__InternalName__)
    file.add(root, catalog.format(document))
    info = file.add(file.next_number, _info(properties))
    return file.finish(root, info)


def _number_of(document: Any, name: str) -> int:
    number: int = document.idToObjectNumberAndVersion[name][0]
    return number


def _reportlab_objects(document: Any, without: Any) -> Any:
    """(number, bytes) of every object; formatting one may register further ones, which then follow."""
    number = 1
    while number in document.numberToId:
        item = document.idToObject[document.numberToId[number]]
        if item is not without:
            body = item.format(document)
            yield number, body if isinstance(body, bytes) else body.encode("latin-1")
        number += 1


class _File:
    """One growing buffer and one number for each object: a thousand tagged pages have a quarter of a million."""

    def __init__(self) -> None:
        self._buffer = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
        self._offsets = array("Q", [0])  # by object number

    @property
    def next_number(self) -> int:
        return len(self._offsets)

    def add(self, number: int, body: bytes) -> int:
        if number >= len(self._offsets):
            self._offsets.extend([0] * (number + 1 - len(self._offsets)))
        self._offsets[number] = len(self._buffer)
        self._buffer += b"%d 0 obj\n" % number
        self._buffer += body
        self._buffer += b"endobj\n" if body.endswith(b"\n") else b"\nendobj\n"
        return number

    def finish(self, root: int, info: int) -> bytes:
        count, start = self.next_number, len(self._buffer)
        fingerprint = hashlib.sha256(self._buffer).hexdigest()[:32].upper().encode()
        self._buffer += b"xref\n0 %d\n0000000000 65535 f \n" % count
        for number in range(1, count):
            self._buffer += b"%010d 00000 n \n" % self._offsets[number]
        self._buffer += b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n" % (
            count, root, info, fingerprint, fingerprint, start,
        )  # fmt: skip
        return bytes(self._buffer)


# ------------------------------------------------------------------ properties


def _pdf_date(day: Date) -> str:
    return f"D:{day:%Y%m%d}000000+08'00'"


def _info(properties: Properties) -> bytes:
    entries = {
        "Title": properties.title,
        "Author": properties.author,
        "Subject": properties.subject,
        "Keywords": "，".join(properties.keywords),
        "Creator": PRODUCER,
        "Producer": PRODUCER,
    }
    texts = "".join(f"/{key} {text_string(value)}" for key, value in entries.items() if value)
    stamp = _pdf_date(properties.date)
    return f"<<{texts}/CreationDate ({stamp})/ModDate ({stamp})>>".encode()


def _describe(document: Any, catalog: Any, properties: Properties, tagged: bool) -> None:
    """Metadata and output intent of PDF/A-1b; the viewer shows the title, not the file's name.

    Every object gets its number here: what the catalog registered when it is written last would come too late.
    """
    reference = document.Reference
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]
    metadata = Stream(_xmp(properties), 0, Type=PDFName("Metadata"), Subtype=PDFName("XML"))
    catalog.Metadata = reference(metadata)
    catalog.ViewerPreferences = reference(PDFDictionary({"DisplayDocTitle": "true"}))
    if tagged:
        catalog.MarkInfo = reference(PDFDictionary({"Marked": "true"}))
    intent = {
        "Type": PDFName("OutputIntent"),
        "S": PDFName("GTS_PDFA1"),
        "OutputConditionIdentifier": PDFString("sRGB"),
        "Info": PDFString("sRGB IEC61966-2.1"),
        "DestOutputProfile": reference(_profile()),
    }
    catalog.OutputIntents = PDFArray([PDFDictionary(intent)])


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
{properties}
<pdf:Producer>{producer}</pdf:Producer><xmp:CreatorTool>{producer}</xmp:CreatorTool>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{stamp}</xmp:CreateDate><xmp:ModifyDate>{stamp}</xmp:ModifyDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def _xmp(properties: Properties) -> bytes:
    """The same properties as in the Info dictionary, as PDF/A wants them."""

    def alternatives(tag: str, text: str) -> str:
        return f'<dc:{tag}><rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt></dc:{tag}>'

    parts = [alternatives("title", properties.title)]
    if properties.author:
        parts.append(f"<dc:creator><rdf:Seq><rdf:li>{escape(properties.author)}</rdf:li></rdf:Seq></dc:creator>")
    if properties.subject:
        parts.append(alternatives("description", properties.subject))
    if properties.keywords:
        parts.append(f"<pdf:Keywords>{escape('，'.join(properties.keywords))}</pdf:Keywords>")
    stamp = f"{properties.date.isoformat()}T00:00:00+08:00"
    text = _XMP.format(properties="\n".join(parts), producer=PRODUCER, language=LANGUAGE, stamp=stamp)
    return text.encode("utf-8")


# ------------------------------------------------------------------ colour


def _profile() -> Stream:
    """The same in every file, so it is compressed once."""
    stream = Stream(b"", 0, N=3, Filter=PDFName("FlateDecode"))
    stream.content = _packed_profile()
    return stream


@cache
def _packed_profile() -> bytes:
    return zlib.compress(srgb_profile())


@cache
def srgb_profile() -> bytes:
    """A small sRGB profile of ICC version 2; PDF/A-1 does not accept version 4."""
    curve = [_linear(level / 255) for level in range(256)]
    response = b"curv\0\0\0\0" + struct.pack(">L256H", 256, *(round(value * 65535) for value in curve))
    name = b"sRGB\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">L", len(name)) + name + b"\0" * 78,
        b"cprt": b"text\0\0\0\0public domain\0",
        b"wtpt": _xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": _xyz(0.43607, 0.22249, 0.01392),
        b"gXYZ": _xyz(0.38515, 0.71687, 0.09708),
        b"bXYZ": _xyz(0.14307, 0.06061, 0.7141),
        b"rTRC": response,
    }
    offset = 128 + 4 + 12 * (len(tags) + 2)
    table, body, place = b"", b"", {}
    for tag, content in tags.items():
        place[tag] = (offset + len(body), len(content))
        table += tag + struct.pack(">LL", *place[tag])
        body += content + b"\0" * (-len(content) % 4)
    for tag in (b"gTRC", b"bTRC"):  # the three channels share one curve
        table += tag + struct.pack(">LL", *place[b"rTRC"])
    head = struct.pack(">L4xL4s4s4s6H4s", offset + len(body), 0x02100000, b"mntr", b"RGB ", b"XYZ ",
                       2026, 1, 1, 0, 0, 0, b"acsp")  # fmt: skip
    head = head.ljust(68, b"\0") + b"".join(struct.pack(">i", round(v * 65536)) for v in (0.9642, 1.0, 0.8249))
    return head.ljust(128, b"\0") + struct.pack(">L", len(tags) + 2) + table + body


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)
