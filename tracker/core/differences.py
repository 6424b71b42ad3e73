"""What changed from one text to another, in words."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

Piece = tuple[str, str]
"""(same | added | gone, text)"""

_TOKEN = re.compile(r"\d+(?:\.\d+)?%?|[A-Za-z]+|.", re.DOTALL)


def differences(before: str, now: str) -> list[Piece]:
    """The new text with what was added and what is gone. Figures are compared whole: 12 → 120 is another number.

    Neighbouring changes are drawn together, so that a rewritten sentence reads as one and not as confetti.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(now)
    pieces: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            _push(pieces, "same", "".join(new[c:d]))
            continue
        _push(pieces, "gone", "".join(old[a:b]))
        _push(pieces, "added", "".join(new[c:d]))
    return _drawn_together(pieces)


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
