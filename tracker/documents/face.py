"""Faces: which typeface sets which character, and how it gets into a PDF.

A ``Face`` is embedded once per document as one Identity-H composite font. Its codes are the face's own glyph numbers,
so a text's code never depends on the document and may be kept; only the glyphs a document used are written into it.
It speaks reportlab's dynamic-font protocol: ``canvas.drawString``, charts and barcodes use it like any other font.

A character a face lacks goes to the first face of its chain that has it. One that none has is printed as 〓 and told.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from reportlab.pdfbase import pdfmetrics

from tracker.documents import embedding
from tracker.documents.blocks import Voice
from tracker.documents.sfnt import TrueType
from tracker.documents.values import DocumentError

GETA = "〓"
_EM = 1000

Run: TypeAlias = "tuple[Face, str]"
"""Characters that one face sets."""


@dataclass(frozen=True, slots=True)
class _Measures:
    """What reportlab asks of ``font.face``."""

    name: str
    ascent: int
    descent: int


class _Codes(dict[int, str]):
    """Character → its code in hexadecimal, for str.translate; what is missing prints as 〓."""

    def __missing__(self, code: int) -> str:
        return self.get(ord(GETA), "0000")


class _Widths(dict[str, int]):
    """Character → its advance; what is missing is one em wide."""

    def __missing__(self, char: str) -> int:
        return _EM


class Face:
    """One typeface in one file, with the faces that stand in for what it lacks."""

    _multiByte = _dynamicFont = 1
    shapable = False

    def __init__(self, name: str, label: str, outlines: TrueType) -> None:
        self.fontName, self.label, self.outlines = name, label, outlines
        self.face = _Measures(outlines.postscript_name, outlines.ascent, outlines.descent)
        glyphs = {code: glyph for code, glyph in outlines.glyph_of.items() if glyph}
        self.glyphs = glyphs
        self.widths = _Widths({chr(code): outlines.advance(glyph) for code, glyph in glyphs.items()})
        self.characters = frozenset(self.widths)
        self.stand_ins: Callable[[], Iterable[Face]] = tuple
        self._codes = _Codes({code: f"{glyph:04X}" for code, glyph in glyphs.items()})
        self._used: WeakKeyDictionary[Any, tuple[str, set[str]]] = WeakKeyDictionary()

    # -------------------------------------------------------------- measuring

    def advances(self, text: str) -> list[int]:
        return list(map(self.widths.__getitem__, text))

    def runs(self, text: str) -> list[Run]:
        """``text`` split where another face of the chain has to step in."""
        if self.characters.issuperset(text):
            return [(self, text)]
        found: list[Run] = []
        for char in text:
            face = self.setter_of(char) or self
            if found and found[-1][0] is face:
                found[-1] = (face, found[-1][1] + char)
            else:
                found.append((face, char))
        return found

    def setter_of(self, char: str) -> Face | None:
        """The first face of the chain that has ``char``."""
        if char in self.characters:
            return self
        return next((face for face in self.stand_ins() if char in face.characters), None)

    # -------------------------------------------------------------- in a document

    def code(self, text: str) -> str:
        """The hexadecimal string that shows ``text`` in this face, in any document."""
        return text.translate(self._codes)

    def used_in(self, document: Any) -> set[str]:
        """The characters of this face ``document`` has used; add to it when showing text."""
        return self._entry(document)[1]

    def resource(self, document: Any) -> str:
        """The name under which the pages of ``document`` know this face."""
        return self._entry(document)[0]

    def _entry(self, document: Any) -> tuple[str, set[str]]:
        entry = self._used.get(document)
        if entry is None:
            entry = self._used[document] = (f"/F{len(document.fontMapping) + 1}", set())
            document.fontMapping[self.fontName] = entry[0]
            document.delayedFonts.append(self)
        return entry

    # -------------------------------------------------------------- reportlab's dynamic-font protocol

    def stringWidth(self, text: str, size: float, encoding: str = "utf-8") -> float:
        return sum(self.advances(text)) * size * 0.001

    def splitString(self, text: str, document: Any, encoding: str = "utf-8") -> list[tuple[int, bytes]]:
        self.used_in(document).update(text)
        return [(0, bytes.fromhex(self.code(text)))]

    def getSubsetInternalName(self, subset: int, document: Any) -> str:
        return self.resource(document)

    def addObjects(self, document: Any) -> None:
        """Write the font into ``document``, cut to what it used."""
        resource, used = self._used.pop(document)
        characters = sorted((used & self.characters) | {GETA} & self.characters)
        glyph_of = {char: self.glyphs[ord(char)] for char in characters}
        embedding.write_font(document, resource, self.outlines, glyph_of)


_SETS = count(1)


class Faces:
    """The faces of one set-up: the bundled ones, a site's own where given, and the chain behind them."""

    def __init__(self, site_folder: Path | None = None) -> None:
        self.site_folder = site_folder
        self._number = next(_SETS)  # reportlab knows a face by its name: those of two sets must not share one
        self._site = dict(_site_files(site_folder)) if site_folder else {}
        self._extra = list(_extra_files(site_folder, self._site.values())) if site_folder else []
        self._faces: dict[Voice, Face] = {}
        self._read_extras: dict[Path, Face] = {}
        self._lock = threading.RLock()

    def __getitem__(self, voice: Voice) -> Face:
        """The face of a role, read when first asked for, once per process."""
        face = self._faces.get(voice)
        if face is None:
            with self._lock:
                face = self._faces.get(voice) or self._load(voice)
        return face

    def _load(self, voice: Voice) -> Face:
        path = self._site.get(voice, BUNDLED / f"{voice.value}.ttf")
        face = Face(f"Gangmu{self._number}-{voice.value}", _label(voice, path), TrueType(path))
        self._faces[voice] = face
        face.stand_ins = partial(self._chain_behind, voice)
        pdfmetrics.registerFont(face)
        return face

    def _chain_behind(self, voice: Voice) -> Iterator[Face]:
        """Whoever may stand in for ``voice``, nearest in looks first; faces are read only as far as needed."""
        for role in (Voice.SONG, Voice.KAI, Voice.BLACK, Voice.BODY):
            if role is not voice:
                yield self[role]
        for number, path in enumerate(self._extra):
            yield self._extra_face(number, path)

    def _extra_face(self, number: int, path: Path) -> Face:
        face = self._read_extras.get(path)
        if face is None:
            with self._lock:
                face = self._read_extras[path] = Face(f"Gangmu{self._number}-extra{number}", path.stem, TrueType(path))
                pdfmetrics.registerFont(face)
        return face


# ------------------------------------------------------------------ files

BUNDLED = Path(__file__).parent / "fonts"
_ORIGINS = {
    Voice.BODY: "仿宋（FandolFang）",
    Voice.SONG: "宋体（Noto Serif SC）",
    Voice.TITLE: "小标宋（Noto Serif SC Bold）",
    Voice.BLACK: "黑体（Noto Sans SC Medium）",
    Voice.KAI: "楷体（WenKai）",
}
_SITE_NAMES = {
    Voice.BODY: ("fang", "仿宋_gb2312", "仿宋", "simfang", "fangsong", "方正仿宋简体", "方正仿宋_gbk"),
    Voice.SONG: ("song", "宋体", "simsun", "方正书宋简体"),
    Voice.TITLE: ("biao", "方正小标宋简体", "方正小标宋_gbk", "小标宋", "fzxbsjw", "fzxbsk"),
    Voice.BLACK: ("hei", "黑体", "simhei", "方正黑体简体", "方正黑体_gbk"),
    Voice.KAI: ("kai", "楷体_gb2312", "楷体", "simkai", "kaiti", "方正楷体简体", "方正楷体_gbk"),
}
_SUFFIXES = (".ttf", ".ttc")


def _label(voice: Voice, path: Path) -> str:
    return _ORIGINS[voice] if path.parent == BUNDLED else f"{_ORIGINS[voice].split('（')[0]}（{path.name}）"


def _font_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)


def _site_files(folder: Path) -> Iterator[tuple[Voice, Path]]:
    if not folder.is_dir():
        raise DocumentError(f"字体目录{folder}不存在")
    by_stem = {path.stem.lower(): path for path in _font_files(folder)}
    for voice, names in _SITE_NAMES.items():
        path = next((by_stem[name] for name in names if name in by_stem), None)
        if path:
            yield voice, path


def _extra_files(folder: Path, taken: Iterable[Path]) -> Iterator[Path]:
    used = set(taken)
    return (path for path in _font_files(folder) if path not in used)


_current = Faces()


def configure(fonts_dir: Path | None) -> Faces:
    """Use a site's own licensed faces (settings: TRACKER_FONTS_DIR) from now on; ``None`` returns to the bundled ones.

    A file named like a face of the standard (仿宋_GB2312.ttf, 方正小标宋简体.ttf, simhei.ttf …) or like a role (fang,
    song, biao, hei, kai) takes that role; every other TrueType file in the folder joins the end of the chain.
    """
    global _current
    if fonts_dir != _current.site_folder:  # read anew only where they are others
        _current = Faces(fonts_dir)
    return _current


def current() -> Faces:
    return _current
