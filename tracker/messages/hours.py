"""When people may be written to: on working days, from 8:30 to 17:30 in Shanghai, unless a committee set otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tracker.core import clock
from tracker.core.calendar import WorkCalendar


@dataclass(frozen=True)
class Hours:
    """The hours in which one committee lets mail and the other channels leave. The inbox knows no hours."""

    is_limited: bool = True
    opens: time = time(8, 30)
    closes: time = time(17, 30)
    on_days_off: bool = False
    urgent_any_time: bool = False

    def is_open(self, days: WorkCalendar, moment: datetime) -> bool:
        """Whether nobody is disturbed at this moment."""
        local = clock.shanghai(moment)
        if not self.on_days_off and not days.is_workday(local.date()):
            return False
        return not self.is_limited or self.opens <= local.time() < self.closes

    def next_open(self, days: WorkCalendar, moment: datetime) -> datetime:
        """The moment itself within the hours, else the next opening."""
        if self.is_open(days, moment):
            return moment
        local = clock.shanghai(moment)
        is_over = self.is_limited and local.time() >= self.closes
        return self._opening(days, local.date() + timedelta(days=1) if is_over else local.date())

    def next_day(self, days: WorkCalendar, moment: datetime) -> datetime:
        """The opening of the first day on which mail leaves after the moment's own day."""
        return self._opening(days, clock.shanghai_date(moment) + timedelta(days=1))

    def _opening(self, days: WorkCalendar, day: date) -> datetime:
        first = day if self.on_days_off else days.next_workday(day)
        return datetime.combine(first, self.opens if self.is_limited else time(0), tzinfo=clock.SHANGHAI)

    def __str__(self) -> str:
        day = "每天" if self.on_days_off else "工作日"
        return f"{day}{self.opens:%H:%M}至{self.closes:%H:%M}" if self.is_limited else f"{day}全天"


USUAL = Hours()
