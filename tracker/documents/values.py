"""What every block shares: its error, tuples for lists, dates in words."""

from __future__ import annotations

from dataclasses import fields
from datetime import date as Date


class DocumentError(ValueError):
    """A document was put together in a way no form allows; the words say what to change."""


def keep_tuples(value: object) -> None:
    """Turn every list a caller gave into a tuple: a frozen block must not change after it was checked."""
    for item in fields(value):  # type: ignore[arg-type]
        given = getattr(value, item.name)
        if isinstance(given, list):
            object.__setattr__(value, item.name, tuple(given))


def chinese_date(day: Date) -> str:
    """成文日期: Arabic, full year, no leading zero (GB/T 9704 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"
