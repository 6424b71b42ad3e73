"""How wide the columns of a table are, the same in the PDF and its DOCX twin.

The weights say how the width is shared. What is short (a date, a unit's name, 逾期3个工作日) should not be broken, so a
column takes what its short words need from columns that hold running text, and these give no more than they can spare.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from tracker.documents.tables import Table, cell_text

_SHORT = 12.0
"""Ems: what is longer is running text and may break."""
_LATIN = 0.56
"""Ems of a figure or a Latin letter, by the widest face."""
_SPARED = 0.6
"""Of its share, what a column of running text keeps at least."""
_LEAST = 2.0


def column_widths(table: Table, width: float, size: float, padding: float) -> list[float]:
    """The widths of ``table``'s columns in points; they add up to ``width``."""
    weights = [column.weight for column in table.columns]
    shares = [width * weight / sum(weights) for weight in weights]
    sides = 2 * padding + 0.5
    least = [_LEAST * size + sides] * len(shares)
    heads = [max(least[n], _widest([column.head]) * size + sides) for n, column in enumerate(table.columns)]
    wholes = [
        max(heads[n], _widest(texts) * size + sides, share * _SPARED if _runs_on(texts) else 0.0)
        for n, (texts, share) in enumerate(zip(_texts(table), shares, strict=True))
    ]
    for needed in (wholes, heads, least):
        if sum(needed) <= width:
            return _raised(shares, needed, width)
    return shares


def _raised(shares: list[float], needed: list[float], width: float) -> list[float]:
    """Columns below their need are raised to it; the others share the rest as before, until none is below."""
    raised: set[int] = set()
    widths = shares
    while short := {n for n, given in enumerate(widths) if n not in raised and given < needed[n]}:
        raised |= short
        rest = sum(shares[n] for n in range(len(shares)) if n not in raised)
        spare = width - sum(needed[n] for n in raised)
        widths = [needed[n] if n in raised else spare * share / rest for n, share in enumerate(shares)]
    return widths


def _texts(table: Table) -> list[set[str]]:
    """What stands in each column, every text once."""
    return [{cell_text(row[n]) for row in table.rows} for n in range(len(table.columns))]


def _widest(texts: Iterable[str]) -> float:
    """Ems of the widest line that should stay whole."""
    return max((ems for text in texts if text for ems in map(_ems, text.split("\n")) if ems <= _SHORT), default=0.0)


def _runs_on(texts: Iterable[str]) -> bool:
    return any(len(text) > _SHORT and any(_ems(line) > _SHORT for line in text.split("\n")) for text in texts)


@lru_cache(maxsize=16384)
def _ems(text: str) -> float:
    return sum(1.0 if char > "\u2000" or char == "·" else _LATIN for char in text)
