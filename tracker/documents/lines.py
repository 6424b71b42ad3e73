"""Breaking text into lines by the rules of Chinese print (GB/T 15834-2011, 5.1). Pure functions on strings and widths.

A line never begins with a closing mark and never ends with an opening one; numbers stay with their units, a document
number such as 〔2021〕18号 stays with itself, Latin words and figures are not cut, —— and …… stay whole. Both edges are
made flush in two ways: a line that would have to end one or two characters late is squeezed where full-width marks have
blank halves, every other one is stretched evenly.

The method: widths are summed once, the last character that fits is found by bisection, and only the two characters
around the break are looked at. Its cost is linear with a small constant: some two million characters a second.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeAlias

Line: TypeAlias = tuple[int, int, float]
"""(start, end, slack): text[start:end] is set with ``slack`` points to spread over it, or to take out if negative."""

NO_START = frozenset("，。、；：？！,.;:?!）)》〉」』】〕］]}｝”’·～~-–％%‰℃°′″/ 　")
NO_END = frozenset("（(《〈「『【〔［[{｛“‘￥¥$№§#@")
BLANK_AFTER = frozenset("，。、；：）》〉」』】〕”’")  # full-width marks whose right half is blank
BLANK_BEFORE = frozenset("（《〈「『【〔“‘")  # … and whose left half is blank
_DOUBLED = frozenset("—…")  # 破折号 and 省略号 are two characters and one mark
_LATIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.,:;/%+-_=&@#~'\"≥≤")
_DIGITS = frozenset("0123456789")
_UNITS = frozenset("万亿千百十元年月日号期个人项件家所岁倍页次名户条类级时分米米份张册处例套台辆公%‰℃")
_SPACES = frozenset(" 　")

_MOST_PULLED_IN = 2
_STRETCHABLE = 8  # characters a line must keep to be stretched by one more without looking loose
_SHORTEST = 0.5  # a line stepped back below this share of its measure is cut where it is full instead


def may_break(text: str, at: int) -> bool:
    """May a line end before ``text[at]``?"""
    before, after = text[at - 1], text[at]
    if before in NO_END:
        return False
    if after in NO_START:
        return False
    if after in _LATIN:
        return before not in _LATIN and not (before == "〕" and after in _DIGITS)
    if before in _DIGITS and after in _UNITS:
        return False
    if before == after and before in _DOUBLED:
        return _run_length(text, at) % 2 == 0
    return True


def _run_length(text: str, end: int) -> int:
    """How many times the character before ``end`` stands there in a row."""
    start = end
    while start > 0 and text[start - 1] == text[end - 1]:
        start -= 1
    return end - start


def break_text(
    text: str,
    widths: Sequence[float],
    size: float,
    measure: float,
    first_measure: float | None = None,
    tracking: float = 0.0,
) -> list[Line]:
    """Break ``text`` into lines of ``measure`` points.

    ``widths`` are the characters' advances in thousandths of ``size``; ``tracking`` points are added after each
    character but a line's last. Every character belongs to exactly one line. The last line has slack 0 unless squeezed.
    """
    length = len(text)
    if not length:
        return [(0, 0, 0.0)]
    scale = size * 0.001
    edges = [0.0, *accumulate([width * scale + tracking for width in widths])]
    lines: list[Line] = []
    start, room = 0, measure if first_measure is None else first_measure
    while start < length:
        limit = edges[start] + room - tracking + 1e-6
        full = max(bisect_right(edges, limit, start + 1) - 1, start + 1)
        if full >= length:
            if lines and _is_lone(text[start:]):
                _give_company(text, edges, lines, start - 1)
                start = lines[-1][1]
            lines.append((start, length, 0.0))
            break
        end = full
        if not may_break(text, end):
            squeezed = _squeezed_end(text, edges, start, full, limit, size * 0.5)
            if squeezed:
                lines.append((start, squeezed, _slack(text, edges, start, squeezed, limit)))
                start, room = squeezed, measure
                continue
            end = _stepped_back_end(text, edges, start, full, room)
        lines.append((start, end, _slack(text, edges, start, end, limit)))
        start, room = end, measure
    return lines


def _is_lone(rest: str) -> bool:
    """One character, with or without a mark after it: 孤字 does not make a line."""
    return len(rest) == 1 or (len(rest) == 2 and rest[1] in NO_START)


def _give_company(text: str, edges: list[float], lines: list[Line], at: int) -> None:
    """Break the last line of ``lines`` one character earlier, if it may end there and stays a full line."""
    start, end, slack = lines[-1]
    if slack >= 0 and at - start > _STRETCHABLE and text[at] not in _SPACES and may_break(text, at):
        lines[-1] = (start, at, _slack(text, edges, start, at, slack + edges[end]))


def _squeezed_end(text: str, edges: list[float], start: int, full: int, limit: float, half: float) -> int:
    """Where the line may end if its marks give up their blank halves, or 0. Blanks at the very end take no room."""
    length = len(text)
    for end in range(full + 1, min(full + _MOST_PULLED_IN, length) + 1):
        if end < length and not may_break(text, end):
            continue
        seen = text[start:end].rstrip(" 　")
        over = edges[start + len(seen)] - limit
        marks = sum([char in BLANK_AFTER or char in BLANK_BEFORE for char in seen]) - (text[start] in BLANK_BEFORE)
        if over <= half * marks:
            return end
    return 0


def _stepped_back_end(text: str, edges: list[float], start: int, full: int, room: float) -> int:
    """The last allowed break before ``full``; ``full`` itself where nothing in this line's latter half allows one."""
    end = full - 1
    while end > start and not may_break(text, end):
        end -= 1
    if end <= start or edges[end] - edges[start] < room * _SHORTEST:
        return full
    return end


def _slack(text: str, edges: list[float], start: int, end: int, limit: float) -> float:
    """Points left on the line; spaces at its end hang in the margin and count as nothing."""
    last = end
    while last > start + 1 and text[last - 1] in _SPACES:
        last -= 1
    return limit - edges[last]
