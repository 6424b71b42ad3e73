"""Objects of the file whose bytes are ready: reportlab's own way of writing one costs more than what it says."""

from __future__ import annotations

import zlib
from typing import Any

from reportlab.pdfbase.pdfdoc import BasicFonts, PDFName, PDFObject, PDFObjectReference

from tracker.documents.gongwen import Area

WORDS = 4
"""How hard pages are compressed: a fortieth larger than at 6, in three quarters of the time."""
OUTLINES = 3
"""… and outlines of characters, which shrink by a fifth however hard one tries."""


_FONTS = PDFObjectReference(BasicFonts)


class Ready(PDFObject):
    """Bytes as they will stand in the file."""

    __RefOnly__ = 1

    def __init__(self, content: str) -> None:
        self.content = content.encode("ascii")

    def format(self, document: Any) -> bytes:
        return self.content


class Stream(PDFObject):
    """A stream whose bytes are ready. Unlike reportlab's it ends with a line end, as ISO 19005-1 6.1.7 wants."""

    __RefOnly__ = 1

    def __init__(self, content: bytes, level: int = WORDS, **entries: Any) -> None:
        self.content = zlib.compress(content, level) if level else content
        self.entries = dict(entries)
        if level:
            self.entries["Filter"] = PDFName("FlateDecode")

    def format(self, document: Any) -> bytes:
        entries = "".join([f"/{name} {value}" for name, value in sorted(self.entries.items())])
        head = f"<<{entries}/Length {len(self.content)}>>\nstream\n".encode("ascii")
        return head + self.content + b"\nendstream\n"


class Page(PDFObject):
    """One page: its size, its content, the document's fonts, its place among the marks of the structure."""

    __RefOnly__ = 1

    def __init__(self, name: str, area: Area, contents: Stream, marks: int | None) -> None:
        self._area, self._contents, self._marks = area, contents, marks
        self.__InternalName__ = name

    def format(self, document: Any) -> bytes:
        marks = f"/StructParents {self._marks}" if self._marks is not None else ""
        size = f"{self._area.page_width:.2f} {self._area.page_height:.2f}"
        return (
            f"<</Type/Page/Parent {place(document, document.Pages)}/MediaBox[0 0 {size}]{marks}"
            f"/Resources<</Font {_FONTS.format(document).decode()}/ProcSet[/PDF/Text]>>"
            f"/Contents {place(document, self._contents)}>>"
        ).encode("ascii")


def place(document: Any, item: Any) -> str:
    """The reference to an object, which gets its number now if it has none."""
    reference: bytes = document.Reference(item).format(document)
    return reference.decode("ascii")
