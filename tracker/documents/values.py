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


def chinese_weekday(day: Date) -> str:
    """星期五: papers write it in full where pages say 周五."""
    return f"星期{'一二三四五六日'[day.weekday()]}"
