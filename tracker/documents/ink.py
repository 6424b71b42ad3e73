"""From broken lines to the operators a page is made of. Nothing here knows a document's structure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from tracker.documents.face import Face, Run
from tracker.documents.lines import BLANK_AFTER, BLANK_BEFORE

_LEAST = 1e-3  # points nobody sees

_CONTROLS: dict[int, str | None] = dict.fromkeys([*range(0x20), 0x7F, 0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
_CONTROLS.update(dict.fromkeys(range(0xFE00, 0xFE10)))
_CONTROLS |= {0x0A: "\n", 0x09: " ", 0xA0: " ", 0x2028: "\n", 0x2029: "\n"}


def clean(text: str) -> str:
    """Text without what has no shape: control characters, zero-width marks, variation selectors. Line feeds stay."""
    return text.translate(_CONTROLS)


@lru_cache(maxsize=32768)
def number(value: float) -> str:
    """A number as PDF wants it, in thousandths of a point and without idle zeros; kept, for page after page has the
    same places. Adding nought makes one nought of two: they are equal, and what is kept must not depend on which came
    first."""
    return f"{value + 0.0:.3f}".rstrip("0").rstrip(".") or "0"


def rgb(ink: str) -> str:
    """``B3261E`` → the operator that fills with it."""
    return " ".join(number(int(ink[n : n + 2], 16) / 255) for n in (0, 2, 4)) + " rg"


def advances(runs: Sequence[Run]) -> list[int]:
    if len(runs) == 1:
        return runs[0][0].advances(runs[0][1])
    return [width for face, text in runs for width in face.advances(text)]


def cut(runs: Sequence[Run], start: int, end: int) -> list[Run]:
    """The characters [start, end) of ``runs``, without spaces at the end: they hang in the margin."""
    if len(runs) == 1:
        face, text = runs[0]
        return [(face, text[start:end].rstrip(" 　"))]
    pieces: list[Run] = []
    offset = 0
    for face, text in runs:
        piece = text[max(0, start - offset) : max(0, end - offset)]
        if piece:
            pieces.append((face, piece))
        offset += len(text)
    while pieces and not pieces[-1][1].rstrip(" 　"):
        pieces.pop()
    if pieces:
        pieces[-1] = (pieces[-1][0], pieces[-1][1].rstrip(" 　"))
    return pieces


def width_of(runs: Sequence[Run], size: float, tracking: float = 0.0) -> float:
    """How wide ``runs`` are in one line."""
    widths = advances(runs)
    return sum(widths) * size * 0.001 + tracking * max(0, len(widths) - 1)


def show(runs: Sequence[Run], document: Any, slack: float, size: float, tracking: float, base: Face) -> str:
    """The operators that show one line. ``base`` is the face set before it and left set after it.

    Slack is spread as character spacing (Tc); a negative one is taken out of the blank halves of marks (TJ).
    ``document`` may be None where ``runs`` are in ``base`` alone: the result then holds for any document.
    """
    if slack < -_LEAST:
        body = _squeezed(runs, document, slack, size, base)
        if body:
            return f"{number(tracking)} Tc {body}"
        slack = 0.0
    if slack > _LEAST:
        count = sum([len(text) for _, text in runs])
        if count > 1:
            tracking += slack / (count - 1)
    if len(runs) == 1 and runs[0][0] is base:
        return f"{number(tracking)} Tc <{base.code(runs[0][1])}> Tj"
    shown = [(face, f"<{face.code(text)}> Tj") for face, text in runs]
    return f"{number(tracking)} Tc {_in_their_faces(shown, document, size, base)}"


def _in_their_faces(shown: Sequence[tuple[Face, str]], document: Any, size: float, base: Face) -> str:
    parts, current = [], base
    for face, operator in shown:
        if face is not current:
            parts.append(f"{face.resource(document)} {number(size)} Tf")
            current = face
        parts.append(operator)
    if current is not base:
        parts.append(f"{base.resource(document)} {number(size)} Tf")
    return " ".join(parts)


def _squeezed(runs: Sequence[Run], document: Any, slack: float, size: float, base: Face) -> str:
    """The line with ``-slack`` points taken evenly out of its marks, or nothing if they need not give any."""
    first, last = runs[0][1][0], runs[-1][1][-1]
    if last in BLANK_AFTER:  # its right half is blank and may stand outside
        slack = min(0.0, slack + size / 2)
    givers = sum([char in BLANK_AFTER or char in BLANK_BEFORE for _, text in runs for char in text])
    givers -= (last in BLANK_AFTER) + (first in BLANK_BEFORE)
    if slack > -_LEAST or givers < 1:
        return ""
    kern = number(-slack / givers / size * 1000)
    shown = []
    for place, (face, text) in enumerate(runs):
        pieces = _between_kerns(text, is_first=place == 0, is_last=place == len(runs) - 1)
        codes = [kern if piece is None else f"<{face.code(piece)}>" for piece in pieces]
        shown.append((face, f"[{' '.join(codes)}] TJ"))
    return _in_their_faces(shown, document, size, base)


def _between_kerns(text: str, is_first: bool, is_last: bool) -> list[str | None]:
    """``text`` cut where a mark gives room; None stands for the kern."""
    pieces: list[str | None] = []
    start, end = 0, len(text) - 1
    for at, char in enumerate(text):
        if char in BLANK_AFTER and not (is_last and at == end):
            edge = at + 1
        elif char in BLANK_BEFORE and not (is_first and at == 0):
            edge = at
        else:
            continue
        if edge > start:
            pieces.append(text[start:edge])
        pieces.append(None)
        start = edge
    if start <= end:
        pieces.append(text[start:])
    return pieces
