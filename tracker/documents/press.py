"""The press: pages, what is drawn on them, and what is noted while drawing. One press makes one PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from reportlab.graphics import renderPDF
from reportlab.pdfgen.canvas import Canvas

from tracker.documents import assembly, ink
from tracker.documents.blocks import MissingCharacter, Voice
from tracker.documents.coverage import missing_in
from tracker.documents.face import Face, Faces
from tracker.documents.gongwen import INK_ABOVE_MIDDLE, PORTRAIT, Area
from tracker.documents.objects import Page, Stream
from tracker.documents.tags import Tags


class Press:
    """Takes operators and drawings for the current page. Heights count downwards from the page's top edge."""

    def __init__(self, faces: Faces, tagged: bool = True, area: Area = PORTRAIT) -> None:
        self.faces = faces
        self.tags = Tags() if tagged else None
        self.area = area
        self.page = 0  # counted from 0
        self.missing: list[MissingCharacter] = []
        self._canvas: Any = Canvas(
            io.BytesIO(),
            pagesize=(area.page_width, area.page_height),
            pageCompression=0,
            invariant=1,
            pdfVersion=(1, 4),
            initialFontName=faces[Voice.BODY].fontName,  # type: ignore[arg-type]  # else an unembedded Helvetica
            lang=assembly.LANGUAGE,
        )
        canvas: Any = self._canvas
        self.document: Any = canvas._doc
        self._code: list[str] = canvas._code
        self._outline_level = -1

    # -------------------------------------------------------------- pages

    def next_page(self, area: Area) -> None:
        self._close_page()
        self.page += 1
        self.area = area
        self._canvas.setPageSize((area.page_width, area.page_height))

    def _close_page(self) -> None:
        """Pages are compressed as soon as they are full, so a long document costs the memory of a short one."""
        canvas = self._canvas
        canvas.showPage()
        name = f"Page{self.page + 1}"
        contents = Stream(self.document.idToObject[name].stream.encode("latin-1"))
        marks = self.page if self.tags is not None else None
        self.document.idToObject[name] = Page(name, self.area, contents, marks)
        self._code = canvas._code

    def finish(self, properties: assembly.Properties) -> bytes:
        self._close_page()
        return assembly.write(self._canvas, properties, self.tags)

    @property
    def pages(self) -> int:
        return self.page + 1

    @property
    def faces_used(self) -> tuple[str, ...]:
        """Labels of the faces that set at least one character; ask before ``finish``."""
        return tuple(face.label for face in self.document.delayedFonts if face.used_in(self.document))

    # -------------------------------------------------------------- drawing

    def y(self, from_top: float) -> float:
        return self.area.page_height - from_top

    def emit(self, code: str) -> None:
        self._code.append(code)

    @contextmanager
    def content(self, name: str, parent: int | None = None, element: int | None = None, alt: str = "") -> Iterator[int]:
        """What is emitted inside shows ``element`` (a new one called ``name`` if not given)."""
        if self.tags is None:
            yield -1
            return
        if element is None:
            element = self.tags.open(name, parent, alt)
        self.emit(self.tags.mark(element, self.page))
        yield element
        self.emit("EMC")

    @contextmanager
    def artifact(self, kind: str = "") -> Iterator[None]:
        """What is emitted inside is no content: rules, page numbers, watermarks."""
        if self.tags is not None:
            self.emit(f"/Artifact <</Type/Pagination/Subtype/{kind}>> BDC" if kind else "/Artifact BMC")
        yield
        if self.tags is not None:
            self.emit("EMC")

    def text(self, text: str, voice: Voice, size: float, x: float, baseline: float, *,
             ink_of: str = "", tracking: float = 0.0, stretch: float = 1.0) -> None:  # fmt: skip
        """One line of text at a known place; ``stretch`` narrows or widens it. Only for heads, numbers and marks."""
        face = self.faces[voice]
        runs = face.runs(text)
        self.note_use(runs)
        self.note_missing(text, face)
        colour = f"{ink.rgb(ink_of)} " if ink_of else ""
        scale = f"{ink.number(stretch * 100)} Tz " if stretch != 1.0 else ""
        self.emit(
            f"q BT {colour}{scale}{face.resource(self.document)} {ink.number(size)} Tf "
            f"1 0 0 1 {ink.number(x)} {ink.number(self.y(baseline))} Tm "
            f"{ink.show(runs, self.document, 0.0, size, tracking, face)} ET Q"
        )

    def rule(self, x: float, y: float, width: float, thickness: float, ink_of: str = "000000") -> None:
        """A horizontal rule whose middle lies ``y`` below the page's top edge."""
        half = thickness / 2
        self.emit(
            f"q {ink.rgb(ink_of)} {ink.number(x)} {ink.number(self.y(y) - half)} "
            f"{ink.number(width)} {ink.number(thickness)} re f Q"
        )

    def box(self, x: float, y: float, width: float, height: float, thickness: float) -> None:
        self.emit(
            f"q {ink.number(thickness)} w {ink.number(x)} {ink.number(self.y(y + height))} "
            f"{ink.number(width)} {ink.number(height)} re S Q"
        )

    def drawing(self, drawing: Any, x: float, y: float) -> None:
        """A reportlab drawing with its top left corner at (x, y), as vectors."""
        renderPDF.draw(drawing, self._canvas, x, self.y(y + drawing.height))

    def turned_text(self, text: str, voice: Voice, size: float, ink_of: str) -> None:
        """Large words from corner to corner under the page's content."""
        canvas, face = self._canvas, self.faces[voice]
        canvas.saveState()
        canvas.setFillColor(f"#{ink_of}")
        canvas.setFont(face.fontName, size)
        canvas.translate(self.area.page_width / 2, self.area.page_height / 2)
        canvas.rotate(45)
        canvas.drawCentredString(0, -size * INK_ABOVE_MIDDLE, text)
        canvas.restoreState()

    # -------------------------------------------------------------- notes

    def outline(self, title: str, level: int, from_top: float) -> None:
        """A bookmark. Levels may not be skipped on the way down, so a level 3 under a level 1 becomes a 2."""
        level = min(level, self._outline_level + 1)
        self._outline_level = level
        key = f"s{len(self._canvas._outlines)}-{self.page}-{len(self._code)}"
        self._canvas.bookmarkPage(key, fit="XYZ", left=0, top=self.y(from_top))
        self._canvas.addOutlineEntry(title, key, level)

    def note_use(self, runs: Sequence[tuple[Face, str]]) -> None:
        for face, text in runs:
            face.used_in(self.document).update(text)

    def note_missing(self, text: str, face: Face) -> None:
        """Remember every character of ``text`` that no face has, with its place."""
        self.missing += missing_in(text, face, self.pages)
