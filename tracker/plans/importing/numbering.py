"""The numbers that Word counts by itself: they are not in the text, so they are counted again here."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HAN_FORMATS = (
    "chineseCounting chineseCountingThousand ideographDigital japaneseCounting ideographTraditional taiwaneseCounting "
    "taiwaneseCountingThousand koreanDigital2 chineseLegalSimplified"
)
_HAN = frozenset(_HAN_FORMATS.split())
_DIGITS = "零一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def figure_of(text: str | None, usual: int) -> int:
    """A number as the file gives it, where it is one that such a file can mean; else the usual."""
    return int(text) if text and len(text) <= 9 and text.isascii() and text.isdigit() else usual


class _Level:
    def __init__(self, element: Element) -> None:
        self.format = _value(element, "numFmt", "decimal")
        self.pattern = _value(element, "lvlText", "")
        self.start = figure_of(_value(element, "start", "1"), 1)
        self.restart_at = _value(element, "lvlRestart", "")


class Numbering:
    """Counts the items of every list of a document."""

    def __init__(self, root: Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        if root is not None:
            self._read(root)

    def _read(self, root: Element) -> None:
        for abstract in root.iter(f"{W}abstractNum"):
            levels = {figure_of(level.get(f"{W}ilvl"), 0): _Level(level) for level in abstract.iter(f"{W}lvl")}
            self._levels[abstract.get(f"{W}abstractNumId", "")] = levels
        for number in root.findall(f"{W}num"):
            ident = number.get(f"{W}numId", "")
            self._abstract[ident] = _value(number, "abstractNumId", "")
            for override in number.iter(f"{W}lvlOverride"):
                start = figure_of(_value(override, "startOverride", ""), -1)
                if start >= 0:
                    self._starts[ident, figure_of(override.get(f"{W}ilvl"), 0)] = start

    def next_for(self, place: tuple[str, int] | None) -> str:
        """The number that stands before a paragraph, such as "（二）" or "3."; nothing for bullets and plain text."""
        if place is None or place[0] == "0":
            return ""
        ident, depth = place
        abstract = self._abstract.get(ident, "")
        levels = self._levels.get(abstract, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(abstract, {})
        if (ident, depth) in self._starts and f"{ident}/{depth}" not in self._begun:
            counts[depth] = self._starts[ident, depth] - 1
        self._begun.add(f"{ident}/{depth}")
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [key for key in counts if key > depth]:
            if levels[deeper].restart_at != "0":
                del counts[deeper]
        if level.format in ("bullet", "none"):
            return ""
        return self._printed(level, levels, counts)

    def _printed(self, level: _Level, levels: dict[int, _Level], counts: dict[int, int]) -> str:
        def figure(match: re.Match[str]) -> str:
            depth = int(match.group(1)) - 1
            above = levels.get(depth)
            if above is None:
                return ""
            return _figure(counts.get(depth, above.start), above.format)

        return re.sub(r"%(\d)", figure, level.pattern)


def _figure(value: int, style: str) -> str:
    if style in _HAN:
        return _han(value)
    if style.startswith("decimalEnclosedCircle") and 1 <= value <= len(_CIRCLED):
        return _CIRCLED[value - 1]
    if style in ("lowerLetter", "upperLetter") and 1 <= value <= 26:
        letter = chr(ord("a") + value - 1)
        return letter if style == "lowerLetter" else letter.upper()
    return str(value)


def _han(value: int) -> str:
    if not 1 <= value <= 99:
        return str(value)
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


def _value(element: Element, name: str, default: str) -> str:
    found = element.find(f"{W}{name}")
    return default if found is None else found.get(f"{W}val", default)
