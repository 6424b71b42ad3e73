"""How dates, moments and numbers are written for people."""

from __future__ import annotations

import re
from datetime import date, datetime

from flask import Flask
from markupsafe import Markup

from tracker.core import clock
from tracker.core.pages import configured_elsewhere, rooted

WEEKDAYS = "一二三四五六日"


def zh_date(day: date | None) -> str:
    """2026年1月5日, without leading zeros (GB/T 9704)."""
    return f"{day.year}年{day.month}月{day.day}日" if day else "—"


def zh_month_day(day: date | None) -> str:
    return f"{day.month}月{day.day}日" if day else "—"


def zh_weekday(day: date | None) -> str:
    return f"周{WEEKDAYS[day.weekday()]}" if day else ""


def zh_datetime(moment: datetime | None) -> str:
    """2026年11月22日 14:32, in Shanghai."""
    if moment is None:
        return "—"
    local = clock.shanghai(moment)
    return f"{zh_date(local.date())} {local:%H:%M}"


def zh_time(moment: datetime) -> str:
    """14:32, in Shanghai."""
    return f"{clock.shanghai(moment):%H:%M}"


def zh_size(size: int) -> str:
    """A file's size: 312KB, 4.5MB."""
    return f"{max(1, size >> 10)}KB" if size < 1 << 20 else f"{size / (1 << 20):.1f}MB"


def zh_number(value: float | None) -> str:
    """A figure without needless zeros."""
    return "—" if value is None else f"{value:g}"


def zh_figure(value: float | str, unit: str) -> str:
    """A figure with its unit as a sentence has it: 95%, and 12/10万 for twelve of 1/10万."""
    number = f"{value:g}" if isinstance(value, int | float) else value
    return f"{number}{unit.removeprefix('1') if unit.startswith('1/') else unit}"


def zh_head(name: str) -> Markup:
    """A name at the head of a narrow column breaks after 与、和、及 and, where it is long, after four
    characters: not within a word, as a browser would."""
    pieces = [piece for part in re.split(r"(?<=[与和及、])", name) for piece in _fours(part)]
    return Markup("<wbr>").join(pieces)


def _fours(part: str) -> list[str]:
    return [part] if len(part) < 6 else [part[at : at + 4] for at in range(0, len(part), 4)]


def zh_ordinal(number: int) -> str:
    """1 → 一, 12 → 十二, 23 → 二十三 (up to 99)."""
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{digits[tens]}十")
    return head + (digits[ones] if ones or not tens else "")


def init_app(app: Flask) -> None:
    words = (
        zh_date,
        zh_month_day,
        zh_weekday,
        zh_datetime,
        zh_time,
        zh_size,
        zh_number,
        zh_figure,
        zh_head,
        zh_ordinal,
    )
    for function in words:
        app.add_template_filter(function, function.__name__)
    app.add_template_filter(rooted)
    app.add_template_global(configured_elsewhere)
