"""Reading a TrueType file and cutting it to the glyphs a document used. Only what a PDF needs."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tracker.documents.values import DocumentError

_HINTING = ("cvt ", "fpgm", "prep")  # a site's own faces may be hinted; ours are not
_ARGS_ARE_WORDS, _HAS_SCALE, _MORE, _HAS_XY_SCALE, _HAS_2X2 = 0x1, 0x8, 0x20, 0x40, 0x80


class _Piece(NamedTuple):
    """A glyph as it goes into a cut file."""

    outline: bytes
    """Padded to four bytes."""
    parts: tuple[tuple[int, int], ...]
    """(place of the number in the outline, glyph number) of what a composite one is made of."""
    metrics: bytes


class TrueType:
    """One face of a .ttf or .ttc file: its characters, advances and outlines."""

    def __init__(self, path: Path, index: int = 0) -> None:
        self.path = path
        self._bytes = path.read_bytes()
        self._tables = self._directory(index)
        if "glyf" not in self._tables:
            raise DocumentError(f"字体文件{path.name}不是TrueType轮廓（glyf），不能嵌入PDF")
        head, hhea = self.table("head"), self.table("hhea")
        self.units_per_em: int = struct.unpack_from(">H", head, 18)[0]
        self.bbox: tuple[int, ...] = tuple(map(self._per_mille, struct.unpack_from(">4h", head, 36)))
        self.ascent, self.descent = map(self._per_mille, struct.unpack_from(">2h", hhea, 4))
        self.glyph_count: int = struct.unpack_from(">H", self.table("maxp"), 4)[0]
        self._metrics = self._horizontal_metrics(struct.unpack_from(">H", hhea, 34)[0])
        self._offsets = self._glyph_offsets(struct.unpack_from(">h", head, 50)[0])
        start, length = self._tables["glyf"]
        self._outlines = memoryview(self._bytes)[start : start + length]  # most of the file: not copied
        self.glyph_of: dict[int, int] = self._character_map()
        self._pieces: dict[int, _Piece] = {}
        self.family, self.postscript_name = self._name(1), self._name(6) or path.stem

    def _per_mille(self, value: int) -> int:
        return value * 1000 // self.units_per_em

    # -------------------------------------------------------------- tables

    def _directory(self, index: int) -> dict[str, tuple[int, int]]:
        start = 0
        if self._bytes[:4] == b"ttcf":
            start = struct.unpack_from(">L", self._bytes, 12 + 4 * index)[0]
        count = struct.unpack_from(">H", self._bytes, start + 4)[0]
        entries = (struct.unpack_from(">4sLLL", self._bytes, start + 12 + 16 * n) for n in range(count))
        return {tag.decode("latin-1"): (offset, length) for tag, _, offset, length in entries}

    def table(self, tag: str) -> bytes:
        offset, length = self._tables[tag]
        return self._bytes[offset : offset + length]

    def _horizontal_metrics(self, long_count: int) -> list[tuple[int, int]]:
        data = self.table("hmtx")
        pairs = list(struct.iter_unpack(">Hh", data[: 4 * long_count]))
        bearings = struct.unpack_from(f">{self.glyph_count - long_count}h", data, 4 * long_count)
        return [*pairs, *((pairs[-1][0], bearing) for bearing in bearings)]

    def _glyph_offsets(self, is_long: int) -> Sequence[int]:
        data, count = self.table("loca"), self.glyph_count + 1
        if is_long:
            return struct.unpack_from(f">{count}L", data)
        return [2 * half for half in struct.unpack_from(f">{count}H", data)]

    def _character_map(self) -> dict[int, int]:
        data = self.table("cmap")
        count = struct.unpack_from(">H", data, 2)[0]
        offsets = [struct.unpack_from(">HHL", data, 4 + 8 * n)[2] for n in range(count)]
        by_format = {struct.unpack_from(">H", data, offset)[0]: offset for offset in offsets}
        if 12 in by_format:
            return _read_format_12(data, by_format[12])
        if 4 in by_format:
            return _read_format_4(data, by_format[4])
        raise DocumentError(f"字体文件{self.path.name}没有Unicode字符表")

    def _name(self, number: int) -> str:
        data = self.table("name")
        _, count, strings = struct.unpack_from(">3H", data)
        for position in range(count):
            platform, _, _, name, length, offset = struct.unpack_from(">6H", data, 6 + 12 * position)
            if name == number and platform == 3:
                return data[strings + offset : strings + offset + length].decode("utf-16-be", "replace")
        return ""

    # -------------------------------------------------------------- glyphs

    def advance(self, glyph: int) -> int:
        """The glyph's width in thousandths of an em."""
        return self._per_mille(self._metrics[glyph][0])

    def with_components(self, glyphs: Sequence[int]) -> list[int]:
        """``glyphs`` in order, and after them the parts that composite ones are made of."""
        found, seen = list(glyphs), set(glyphs)
        for glyph in found:
            for _, part in self._piece(glyph).parts:
                if part not in seen:
                    seen.add(part)
                    found.append(part)
        return found

    def _piece(self, glyph: int) -> _Piece:
        """What a file with this glyph takes over, read once: papers of one office use the same few thousand."""
        piece = self._pieces.get(glyph)
        if piece is None:
            data = self._outline(glyph)
            parts, metrics = tuple(self._components(glyph)), struct.pack(">Hh", *self._metrics[glyph])
            piece = self._pieces[glyph] = _Piece(data + b"\0" * (-len(data) % 4), parts, metrics)
        return piece

    def _outline(self, glyph: int) -> bytes:
        return bytes(self._outlines[self._offsets[glyph] : self._offsets[glyph + 1]])

    def _components(self, glyph: int) -> Iterator[tuple[int, int]]:
        """(place of the glyph number in the outline, glyph number) of every part of a composite glyph."""
        data = self._outline(glyph)
        if len(data) < 10 or data[0] < 0x80:  # contour count ≥ 0: a simple glyph
            return
        at, flags = 10, _MORE
        while flags & _MORE:
            flags, part = struct.unpack_from(">HH", data, at)
            yield at + 2, part
            at += 8 if flags & _ARGS_ARE_WORDS else 6
            at += 2 if flags & _HAS_SCALE else 4 if flags & _HAS_XY_SCALE else 8 if flags & _HAS_2X2 else 0

    def subset(self, glyphs: Sequence[int]) -> bytes:
        """A TrueType file with only ``glyphs``, numbered anew in this order."""
        renumbered = {glyph: number for number, glyph in enumerate(glyphs)}
        outlines, offsets, position = [], [0], 0
        pieces = [self._piece(glyph) for glyph in glyphs]
        for data, parts, _ in pieces:
            if parts:
                changed = bytearray(data)
                for at, part in parts:
                    struct.pack_into(">H", changed, at, renumbered[part])
                data = bytes(changed)
            outlines.append(data)
            position += len(data)
            offsets.append(position)
        head, hhea, maxp = (bytearray(self.table(tag)) for tag in ("head", "hhea", "maxp"))
        struct.pack_into(">L", head, 8, 0)  # checkSumAdjustment
        struct.pack_into(">h", head, 50, 1)  # long offsets
        struct.pack_into(">H", hhea, 34, len(glyphs))
        struct.pack_into(">H", maxp, 4, len(glyphs))
        tables = {
            "head": bytes(head),
            "hhea": bytes(hhea),
            "maxp": bytes(maxp),
            "hmtx": b"".join([metrics for _, _, metrics in pieces]),
            "loca": struct.pack(f">{len(offsets)}L", *offsets),
            "glyf": b"".join(outlines),
        }
        tables |= {tag: self.table(tag) for tag in _HINTING if tag in self._tables}
        return _assemble(tables)


def _assemble(tables: dict[str, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    directory = struct.pack(">LHHHH", 0x00010000, count, 16 << power, power, 16 * count - (16 << power))
    offset, bodies = 12 + 16 * count, []
    for tag in sorted(tables):
        padded = tables[tag] + b"\0" * (-len(tables[tag]) % 4)
        directory += struct.pack(">4sLLL", tag.encode("latin-1"), _checksum(padded), offset, len(tables[tag]))
        bodies.append(padded)
        offset += len(padded)
    return directory + b"".join(bodies)


def _checksum(padded: bytes) -> int:
    words = array("I", padded)
    words.byteswap()
    return sum(words) & 0xFFFFFFFF


def _read_format_12(data: bytes, offset: int) -> dict[int, int]:
    groups = struct.unpack_from(">L", data, offset + 12)[0]
    found: dict[int, int] = {}
    for first, last, glyph in struct.iter_unpack(">LLL", data[offset + 16 : offset + 16 + 12 * groups]):
        found.update(zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True))
    return found


def _read_format_4(data: bytes, offset: int) -> dict[int, int]:
    count = struct.unpack_from(">H", data, offset + 6)[0] // 2
    at = offset + 14
    ends = struct.unpack_from(f">{count}H", data, at)
    starts = struct.unpack_from(f">{count}H", data, at + 2 * count + 2)
    deltas = struct.unpack_from(f">{count}h", data, at + 4 * count + 2)
    ranges_at = at + 6 * count + 2
    ranges = struct.unpack_from(f">{count}H", data, ranges_at)
    found: dict[int, int] = {}
    for n, (start, end, delta, shift) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if shift:
                place = ranges_at + 2 * n + shift + 2 * (code - start)
                glyph = struct.unpack_from(">H", data, place)[0]
                if not glyph:
                    continue
            found[code] = (glyph + delta) & 0xFFFF
    return {code: glyph for code, glyph in found.items() if glyph}
