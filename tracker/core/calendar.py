"""Working days in mainland China, with make-up days (调休).

`CalendarDay` rows, which the office can edit, come first; then the `holidays` package; a year whose arrangement the
State Council has not published yet is computed from statutory days, and `is_published(year)` says so. Never a crash.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

import holidays
from blinker import signal
from flask import g
from sqlalchemy import Boolean, Date, String, select
from sqlalchemy.orm import Mapped, mapped_column

from tracker.core.audit import Audited
from tracker.core.db import Row, db

ONE_DAY = timedelta(days=1)

recount = signal("recount-workdays")
"""The office changed a day or an offset: whoever stored a day counted in working days counts anew (promise 5). Sent
inside the command, with `on` and `committee_id` (None: everybody's). rooms.py says who listens."""


class CalendarDay(Audited, Row):
    """One day on which the office's calendar differs from, or confirms, the package."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(Date, unique=True)
    is_workday: Mapped[bool] = mapped_column(Boolean)
    note: Mapped[str] = mapped_column(String(100), default="")

    def audit_label(self) -> str:
        return f"{self.day:%Y}年{self.day.month}月{self.day.day}日"


foresee = signal("foresee-workdays")
"""Before days are adopted: whoever stored a day counted in working days says what would move. Sent with `actor` and
`days`, the calendar as it would be; each listener answers with a list of `Foreseen`."""


@dataclass(frozen=True)
class Foreseen:
    """What would move, or what deserves a look: a heading and one sentence each."""

    title: str
    lines: list[str]


@dataclass(frozen=True)
class WorkCalendar:
    """Pure arithmetic over working days; `overrides` are the office's own days."""

    overrides: Mapping[date, bool] = field(default_factory=dict)

    def with_days(self, days: Mapping[date, bool]) -> WorkCalendar:
        """This calendar as it would be with further days of the office's own."""
        return WorkCalendar({**self.overrides, **days})

    def is_workday(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        return _package_says_workday(day)

    def is_published(self, year: int) -> bool:
        """Whether the year's make-up days are known, from the package or from the office's own rows."""
        return _package_knows(year) or self.has_make_up_day(year)

    def has_make_up_day(self, year: int) -> bool:
        """Whether the office's own rows name a make-up workday of the year."""
        return any(day.year == year and worked for day, worked in self.overrides.items())

    def add_workdays(self, day: date, count: int) -> date:
        """The working day `count` working days after (before, when negative) `day`; 0 gives the day itself."""
        step = ONE_DAY if count > 0 else -ONE_DAY
        left = abs(count)
        while left:
            day += step
            if self.is_workday(day):
                left -= 1
        return day

    def workdays_until(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` lies before."""
        if end < start:
            return -self.workdays_until(end, start)
        return sum(self.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def last_workday(self, day: date) -> date:
        """`day`, or the last working day before it: deadlines on a day off move forward (expectations)."""
        while not self.is_workday(day):
            day -= ONE_DAY
        return day

    def next_workday(self, day: date) -> date:
        """`day`, or the first working day after it."""
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def is_first_after_holiday(self, day: date) -> bool:
        """Whether the working day follows three or more days off: a poor due date."""
        return self.is_workday(day) and not any(self.is_workday(day - timedelta(days=n)) for n in (1, 2, 3))


def current() -> WorkCalendar:
    """The calendar with the office's own days, read once per request or job."""
    if "calendar" not in g:
        rows = db.session.execute(select(CalendarDay.day, CalendarDay.is_workday))
        g.calendar = WorkCalendar({row.day: row.is_workday for row in rows})
    calendar: WorkCalendar = g.calendar
    return calendar


def holiday_name(day: date) -> str | None:
    """What the package calls a day off, in Chinese where it can: 春节, 国庆节."""
    return _china(day.year).get(day)


def forget() -> None:
    """The office changed a day: read anew at the next question."""
    g.pop("calendar", None)


@lru_cache(maxsize=64)
def _china(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year, expand=False, language="zh_CN")


def _package_knows(year: int) -> bool:
    return any(day.year == year for day in _china(year).weekend_workdays)


@lru_cache(maxsize=4096)
def _package_says_workday(day: date) -> bool:
    china = _china(day.year)
    if day in china.weekend_workdays:
        return True
    return day.weekday() < 5 and day not in china
