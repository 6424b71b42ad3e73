"""The rungs of a deadline: pure arithmetic over working days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.core.calendar import WorkCalendar


@dataclass(frozen=True)
class Rung:
    """One reminder of a deadline: `offset` working days from it (negative: before), falling on `day`."""

    offset: int
    day: date


def rungs(days: WorkCalendar, due_on: date, offsets: Iterable[int]) -> list[Rung]:
    """The rungs of a due date in order. A due date on a day off counts from the working day before it."""
    anchor = days.last_workday(due_on)
    return [Rung(offset, days.add_workdays(anchor, offset)) for offset in sorted(set(offsets))]


def next_day(ladder: Iterable[Rung], after: date, said: int | None) -> date | None:
    """The day of the first rung after a day that was not said yet; None past the last."""
    return next((rung.day for rung in ladder if rung.day > after and (said is None or rung.offset > said)), None)


def latest(ladder: Iterable[Rung], on: date, said: int | None) -> Rung | None:
    """The one rung to say on a day: the latest that has come. What was missed before it is not said as a burst."""
    come = [rung for rung in ladder if rung.day <= on]
    if not come or (said is not None and come[-1].offset <= said):
        return None
    return come[-1]
