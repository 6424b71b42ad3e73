"""The text inside a file, for finding and for a second look: bounded in size and time, and never a crash.

What a person wrote is wanted, not its layout. A scan has no text; a file that cannot be read has none either.
"""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element

from charset_normalizer import from_bytes
from defusedxml.ElementTree import iterparse

from tracker.core import pdfium
from tracker.core.files import DOCX, OFD, PDF, PPTX, TEXT, XLSX

log = logging.getLogger(__name__)

LONGEST = 200_000
"""Characters; what stands behind them is not read."""
MOST_PAGES = 300
LARGEST_PART = 40 << 20
"""Bytes of one part of a package, unpacked."""
MOST_ELEMENTS, DEEPEST = 1_000_000, 1_000
"""Of a whole package: a part of nothing but empty elements packs to almost nothing and takes a second a megabyte."""

_PARTS = {
    DOCX: ("word/document.xml", "word/header", "word/footer", "word/footnotes.xml"),
    XLSX: ("xl/sharedStrings.xml", "xl/worksheets/sheet"),
    PPTX: ("ppt/slides/slide",),
    OFD: ("Doc_",),
}
_WORDS = {"t", "TextCode"}
"""The elements that hold words: w:t, a:t, t of a shared string, TextCode of OFD."""
_ENDS = {"p", "si", "TextObject", "tr"}


def text_of(place: Path, media_type: str, *, longest: int = LONGEST) -> str:
    """The text of a file, at most `longest` characters; empty where there is none or it cannot be read."""
    try:
        if media_type == PDF:
            return _bounded((f"{page}\n" for page in pdfium.texts(place.read_bytes(), MOST_PAGES, longest)), longest)
        if media_type in _PARTS:
            return _bounded(_package(place, _PARTS[media_type]), longest)
        if media_type == TEXT:
            return _plain(place, longest)
    except Exception as error:  # whatever a broken file makes a reader stumble over, the files behind it are read
        log.info("no text in %s: %s: %s", place.name[:12], type(error).__name__, error)
    return ""


def _bounded(pieces: Iterable[str], longest: int) -> str:
    kept: list[str] = []
    length = 0
    for piece in filter(None, pieces):
        kept.append(piece)
        length += len(piece)
        if length >= longest:
            break
    return "".join(kept)[:longest].replace("\x00", "").strip()


def _package(place: Path, parts: tuple[str, ...]) -> Iterator[str]:
    return islice(_pieces_of(place, parts), MOST_ELEMENTS)


def _pieces_of(place: Path, parts: tuple[str, ...]) -> Iterator[str]:
    with zipfile.ZipFile(place) as package:
        for info in sorted(package.infolist(), key=lambda info: _rank(info.filename, parts)):
            if info.filename.startswith(parts) and info.filename.endswith(".xml") and info.file_size <= LARGEST_PART:
                with package.open(info) as stream:
                    yield from _words_of(stream)


def _rank(name: str, parts: tuple[str, ...]) -> tuple[int, int, str]:
    return next((number for number, part in enumerate(parts) if name.startswith(part)), 99), len(name), name


def _words_of(stream: IO[bytes]) -> Iterator[str]:
    """A piece for every element, empty for most. What is read is let go of at once: only what is open is kept."""
    opened: list[Element] = []
    for event, element in iterparse(stream, events=("start", "end")):
        if event == "start":
            opened.append(element)
            if len(opened) > DEEPEST:
                raise ValueError("nested too deep")
            continue
        opened.pop()
        name = element.tag.rpartition("}")[2]
        yield (element.text or "") if name in _WORDS else "\n" if name in _ENDS else ""
        if opened:
            opened[-1].remove(element)


def _plain(place: Path, longest: int) -> str:
    with place.open("rb") as file:
        content = file.read(longest * 4)
    try:
        return content.decode("utf-8-sig")[:longest]
    except UnicodeDecodeError:
        best = from_bytes(content[: 1 << 18], cp_isolation=["gb18030", "big5", "utf_16"]).best()
        return content.decode(best.encoding if best else "gb18030", errors="replace")[:longest].replace("\x00", "")
