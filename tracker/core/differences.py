"""What changed from one text to another, in words."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

Piece = tuple[str, str]
"""(same | added | gone, text)"""

_TOKEN = re.compile(r"\d+(?:\.\d+)?%?|[A-Za-z]+|.", re.DOTALL)
_SENTENCE = re.compile(r"[^。；\n]+[。；\n]?|[。；\n]")
MOST_PAIRS = 1_000_000
"""Of like pieces, one from either text: so many are looked at in half a second. A report's longest part has fewer,
unless somebody wrote the same character ten thousand times."""


def differences(before: str, now: str) -> list[Piece]:
    """The new text with what was added and what is gone. Figures are compared whole: 12 → 120 is another number.

    Neighbouring changes are drawn together, so that a rewritten sentence reads as one and not as confetti. What is too
    long or too monotonous for that is compared by sentences, and in the end as a whole.
    """
    old, new = _cut(before, now)
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            _push(pieces, "same", "".join(new[c:d]))
            continue
        _push(pieces, "gone", "".join(old[a:b]))
        _push(pieces, "added", "".join(new[c:d]))
    return _drawn_together(pieces)


def _cut(before: str, now: str) -> tuple[list[str], list[str]]:
    for piece in (_TOKEN, _SENTENCE):
        old, new = piece.findall(before), piece.findall(now)
        often = Counter(new)
        if sum(count * often[text] for text, count in Counter(old).items()) <= MOST_PAIRS:
            return old, new
    return [before], [now]


def _push(pieces: list[Piece], kind: str, text: str) -> None:
    if text:
        pieces.append((kind, text))


def _drawn_together(pieces: list[Piece]) -> list[Piece]:
    """A single kept character between two changes belongs to the change."""
    drawn: list[Piece] = []
    gone = added = ""
    for place, (kind, text) in enumerate(pieces):
        inner = kind == "same" and len(text) == 1 and 0 < place < len(pieces) - 1 and bool(gone or added)
        if kind == "gone":
            gone += text
        elif kind == "added":
            added += text
        elif inner:
            gone, added = gone + text, added + text
        else:
            _push(drawn, "gone", gone)
            _push(drawn, "added", added)
            gone = added = ""
            drawn.append((kind, text))
    _push(drawn, "gone", gone)
    _push(drawn, "added", added)
    return drawn
