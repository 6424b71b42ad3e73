"""When people may be written to: on working days, from 8:30 to 17:30 in Shanghai."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from tracker.core import clock
from tracker.core.calendar import WorkCalendar

OPENS = time(8, 30)
CLOSES = time(17, 30)


def is_working_time(days: WorkCalendar, moment: datetime) -> bool:
    """Whether nobody is disturbed by mail at this moment."""
    local = clock.shanghai(moment)
    return days.is_workday(local.date()) and OPENS <= local.time() < CLOSES


def next_working_time(days: WorkCalendar, moment: datetime) -> datetime:
    """The moment itself within working hours, else the next opening."""
    if is_working_time(days, moment):
        return moment
    local = clock.shanghai(moment)
    day = local.date()
    if local.time() >= CLOSES:
        day += timedelta(days=1)
    return datetime.combine(days.next_workday(day), OPENS, tzinfo=clock.SHANGHAI)


def next_opening(days: WorkCalendar, moment: datetime) -> datetime:
    """The opening of the first working day after the moment's own day."""
    day = days.next_workday(clock.shanghai_date(moment) + timedelta(days=1))
    return datetime.combine(day, OPENS, tzinfo=clock.SHANGHAI)
