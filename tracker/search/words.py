"""Words as they are compared: full-width like half-width, large like small, with no space between."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_TERMS = 5
LONGEST = 60
BEFORE, AFTER = 24, 96
"""How many characters an excerpt shows on either side of what was found."""


def normalised(text: str) -> str:
    """NFKC, lower case, without any space: 妇 女, ２０２６ and GDP are found as 妇女, 2026 and gdp."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def terms(query: str) -> list[str]:
    """The words of a query, all of which must be there."""
    found = [normalised(word) for word in query[:LONGEST].split()]
    return list(dict.fromkeys(word for word in found if word))[:MOST_TERMS]


@dataclass(frozen=True)
class Piece:
    """A part of a text; `is_found` when it is what was asked for."""

    text: str
    is_found: bool


def marked(text: str, wanted: list[str]) -> list[Piece]:
    """A text in pieces, those that were asked for marked."""
    pattern = _pattern(wanted)
    pieces, end = [], 0
    for found in pattern.finditer(text) if pattern else ():
        if found.start() > end:
            pieces.append(Piece(text[end : found.start()], False))
        pieces.append(Piece(found[0], True))
        end = found.end()
    if end < len(text):
        pieces.append(Piece(text[end:], False))
    return pieces


def excerpt(text: str, wanted: list[str]) -> list[Piece]:
    """The surroundings of the first word that was found in a text; its beginning when none was."""
    pattern = _pattern(wanted)
    found = pattern.search(text) if pattern else None
    start = max(0, found.start() - BEFORE) if found else 0
    end = min(len(text), (found.end() if found else 0) + AFTER)
    words = " ".join(text[start:end].split())
    pieces = marked(words, wanted)
    if start:
        pieces.insert(0, Piece("…", False))
    return [*pieces, Piece("…", False)] if end < len(text) else pieces


def _pattern(wanted: list[str]) -> re.Pattern[str] | None:
    """What a normalised word may look like in a text as written: with spaces between, in large letters."""
    words = [r"\s*".join(_written(char) for char in word) for word in sorted(wanted, key=len, reverse=True)]
    return re.compile("|".join(words), re.IGNORECASE) if words else None


def _written(char: str) -> str:
    """A character, or its full-width form."""
    wide = chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else ""
    return f"[{re.escape(char)}{wide}]" if wide else re.escape(char)
