"""Writing a face into a PDF as one composite font, cut to the glyphs used (PDF 1.4, 5.6; ISO 19005-1, 6.3)."""

from __future__ import annotations

import hashlib
import struct
from array import array
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from reportlab.pdfbase.pdfdoc import BasicFonts, PDFName, PDFObject

from tracker.documents.objects import OUTLINES, Ready, Stream, place
from tracker.documents.sfnt import TrueType

_FULL_WIDTH = 1000
_SYMBOLIC = 4
_STEM = 80
_BLOCK = 100  # entries in one bfchar section, the most the CMap format allows


def write_font(document: Any, resource: str, outlines: TrueType, glyph_of: dict[str, int]) -> None:
    """Add the font ``resource`` names (/F1) to ``document``, holding the glyphs of ``glyph_of``."""
    glyphs = sorted(outlines.with_components(sorted({0, *glyph_of.values()})))
    base_name = PDFName(f"{_subset_tag(glyphs)}+{outlines.postscript_name}")
    font_file = outlines.subset(glyphs)

    def placed(item: PDFObject) -> str:
        return place(document, item)

    descriptor = Ready(
        f"<</Type/FontDescriptor/FontName {base_name}/Flags {_SYMBOLIC}/FontBBox[{' '.join(map(str, outlines.bbox))}]"
        f"/ItalicAngle 0/Ascent {outlines.ascent}/Descent {outlines.descent}/CapHeight {outlines.ascent}"
        f"/StemV {_STEM}/FontFile2 {placed(Stream(font_file, OUTLINES, Length1=len(font_file)))}"
        f"/CIDSet {placed(Stream(_cid_set(glyphs)))}>>"
    )
    descendant = Ready(
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont {base_name}"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        f"/DW {_FULL_WIDTH}/W{_widths(outlines, glyphs)}/FontDescriptor {placed(descriptor)}"
        f"/CIDToGIDMap {placed(Stream(_glyph_map(glyphs)))}>>"
    )
    font = Ready(
        f"<</Type/Font/Subtype/Type0/BaseFont {base_name}/Encoding/Identity-H"
        f"/DescendantFonts[{placed(descendant)}]/ToUnicode {placed(Stream(_to_unicode(glyph_of)))}>>"
    )
    document.idToObject[BasicFonts].dict[resource[1:]] = document.Reference(font)


def _subset_tag(glyphs: Sequence[int]) -> str:
    """Six letters that tell one subset from another, the same for the same glyphs."""
    digest = hashlib.sha256(struct.pack(f">{len(glyphs)}H", *glyphs)).digest()
    return "".join(chr(ord("A") + byte % 26) for byte in digest[:6])


def _glyph_map(glyphs: Sequence[int]) -> bytes:
    """Code (the face's glyph number) → glyph number in the embedded file."""
    numbers = array("H", bytes(2 * (glyphs[-1] + 1)))
    for number, glyph in enumerate(glyphs):
        numbers[glyph] = number
    numbers.byteswap()
    return numbers.tobytes()


def _cid_set(glyphs: Iterable[int]) -> bytes:
    """One bit for each code present; PDF/A-1 asks for it."""
    bits = bytearray(max(glyphs) // 8 + 1)
    for glyph in glyphs:
        bits[glyph >> 3] |= 0x80 >> (glyph & 7)
    return bytes(bits)


def _widths(outlines: TrueType, glyphs: Sequence[int]) -> str:
    """The W array: runs of neighbouring codes whose width is not one em."""
    narrow = [(glyph, outlines.advance(glyph)) for glyph in glyphs if outlines.advance(glyph) != _FULL_WIDTH]
    parts = []
    for _, run in groupby(enumerate(narrow), key=lambda item: item[1][0] - item[0]):
        pairs = [pair for _, pair in run]
        parts.append(f"{pairs[0][0]} [{' '.join(str(width) for _, width in pairs)}]")
    return f"[{' '.join(parts)}]"


def _to_unicode(glyph_of: dict[str, int]) -> bytes:
    """Which character a code stands for, so that text can be searched and copied; astral ones as surrogate pairs."""
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ]
    char_of: dict[int, str] = {}
    for char, glyph in sorted(glyph_of.items()):
        char_of.setdefault(glyph, char)
    entries = [f"<{glyph:04X}> <{char.encode('utf-16-be').hex()}>" for glyph, char in sorted(char_of.items())]
    for first in range(0, len(entries), _BLOCK):
        block = entries[first : first + _BLOCK]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines).encode("ascii")
