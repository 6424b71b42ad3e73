"""The State Council's yearly notice on days off, read from its text.

“10月1日至7日放假调休，共7天。9月20日（周日）、10月10日（周六）上班。” What the text says about itself (the count, the
weekday) is checked; what does not fit becomes a doubt for a person to look at, never a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
WEEKDAYS = "一二三四五六日"
FESTIVAL = r"(?:元旦|春节|清明节?|劳动节|端午节?|中秋节?|国庆节?)"
FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
HEADING = re.compile(rf"({FESTIVAL}(?:[、和]{FESTIVAL}){{0,6}})\s*:")
DAY = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^()]{0,20})\))?")
TITLE = re.compile(r"(\d{4})年(?:部分)?节假日")


@dataclass(frozen=True)
class Span:
    """Days in a row that a notice treats alike."""

    first: date
    last: date
    is_workday: bool
    name: str

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass
class Arrangement:
    """What a notice arranges: days off and make-up workdays, each with its festival, and what does not fit."""

    year: int
    off: dict[date, str] = field(default_factory=dict)
    worked: dict[date, str] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)

    def is_workday(self, day: date) -> bool:
        """The year as this notice alone makes it."""
        if day in self.worked:
            return True
        return day.weekday() < 5 and day not in self.off

    def named(self) -> dict[date, tuple[bool, str]]:
        """Every day that the notice names, in order: (is a workday, the festival)."""
        days = {day: (False, name) for day, name in self.off.items()}
        days |= {day: (True, f"{name}调休上班") for day, name in self.worked.items()}
        return dict(sorted(days.items()))


def spans_of(named: Mapping[date, tuple[bool, str]]) -> list[Span]:
    """The same days as one reads them in the notice: 2月5日至11日, one line."""
    found: list[Span] = []
    for day, (is_workday, name) in named.items():
        before = found[-1] if found else None
        if before and (before.is_workday, before.name, before.last + ONE_DAY) == (is_workday, name, day):
            found[-1] = replace(before, last=day)
        else:
            found.append(Span(day, day, is_workday, name))
    return found


def year_of(text: str) -> int | None:
    """The year in the notice's title, which is often set on two lines."""
    match = TITLE.search(_flat(text))
    return int(match[1]) if match else None


def read_arrangement(text: str, year: int) -> Arrangement:
    """Read a notice for a year. Never raises: a text that is no notice gives no days and a doubt."""
    found = Arrangement(year)
    flat = _flat(text)
    headings = list(HEADING.finditer(flat))
    for number, heading in enumerate(headings):
        end = headings[number + 1].start() if number + 1 < len(headings) else len(flat)
        for sentence in re.split(r"[。;]", flat[heading.end() : end]):
            _read_sentence(found, heading[1], sentence)
    if not found.off:
        found.doubts.append("没有读到放假日期。请粘贴通知中“一、元旦：……”到“……国庆节：……”的全部内容。")
    elif missing := _missing(found):
        found.doubts.append(
            f"没有读到{'、'.join(missing)}的放假日期，写入后那些日子按平常计算。请核对通知内容是否完整。"
        )
    for day in sorted(set(found.off) & set(found.worked)):
        found.doubts.append(f"{_said(day)}既列为放假，又列为上班。")
    return found


def _missing(found: Arrangement) -> list[str]:
    """The festivals that the notice gives no day off for: half a notice would make working days of theirs."""
    named = "、".join(set(found.off.values()))
    return [festival for festival in FESTIVALS if festival.removesuffix("节") not in named]


def _read_sentence(found: Arrangement, festival: str, sentence: str) -> None:
    if "上班" in sentence:
        for day in _days_in(found, sentence):
            found.worked[day] = festival
            if day.weekday() < 5:
                found.doubts.append(f"{_said(day)}本来就是工作日，通知却写为调休上班。")
    elif "放假" in sentence:
        days = _days_in(found, sentence)
        found.off.update(dict.fromkeys(days, festival))
        count = re.search(r"共(\d{1,3})天", sentence)
        if count and int(count[1]) != len(days):
            found.doubts.append(f"{festival}写为共{count[1]}天，按日期数是{len(days)}天。")


def _days_in(found: Arrangement, sentence: str) -> list[date]:
    days: list[date] = []
    month, end = 0, 0
    for match in DAY.finditer(sentence):
        month = int(match[2] or month)
        try:
            day = date(int(match[1] or found.year), month, int(match[3]))
        except ValueError:
            found.doubts.append(f"没有“{match[0]}”这一天。")
            continue
        if abs(day.year - found.year) > 1:
            found.doubts.append(f"“{match[0]}”离{found.year}年太远，没有采用。")
            continue
        _check_weekday(found, day, match[4] or "")
        if days and sentence[end : match.start()] in {"至", "到", "-", "—", "~"}:
            first, length = days[-1], min((day - days[-1]).days, 31)
            days += [first + ONE_DAY * number for number in range(1, length + 1)]
        else:
            days.append(day)
        end = match.end()
    return days


def _check_weekday(found: Arrangement, day: date, remark: str) -> None:
    match = re.search(r"(?:周|星期)([一二三四五六日天])", remark)
    if match and WEEKDAYS.index(match[1].replace("天", "日")) != day.weekday():
        found.doubts.append(f"{_said(day)}是周{WEEKDAYS[day.weekday()]}，通知写为{match[0]}。")


def _flat(text: str) -> str:
    """The text as one line without gaps, in plain figures and brackets."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
