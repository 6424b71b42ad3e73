"""The rungs of a deadline over the working days of early 2026 (Spring Festival 15 to 23 February)."""

from __future__ import annotations

from datetime import date

from tracker.core.calendar import WorkCalendar
from tracker.reminders.rungs import Rung, latest, next_day, rungs

DAYS = WorkCalendar()
DUE = date(2026, 1, 15)  # a Thursday
LADDER = rungs(DAYS, DUE, (-10, -3, 1))


def test_rungs_count_working_days_over_weekends_and_make_up_days() -> None:
    assert [rung.day for rung in LADDER] == [date(2025, 12, 31), date(2026, 1, 12), date(2026, 1, 16)]


def test_a_due_date_on_a_day_off_counts_from_the_working_day_before_it() -> None:
    assert [rung.day for rung in rungs(DAYS, date(2026, 1, 18), (-1, 0, 1))] == [
        date(2026, 1, 15),
        date(2026, 1, 16),
        date(2026, 1, 19),
    ]


def test_only_the_latest_of_several_missed_rungs_is_said() -> None:
    assert latest(LADDER, date(2026, 1, 14), None) == Rung(-3, date(2026, 1, 12))


def test_a_rung_is_not_said_again() -> None:
    assert latest(LADDER, date(2026, 1, 14), -3) is None
    assert latest(LADDER, date(2025, 12, 1), None) is None


def test_the_next_rung_is_the_first_one_after_the_day_and_past_the_last_there_is_none() -> None:
    assert next_day(LADDER, date(2025, 12, 31), None) == date(2026, 1, 12)
    assert next_day(LADDER, date(2026, 1, 1), -3) == date(2026, 1, 16)
    assert next_day(LADDER, date(2026, 1, 16), None) is None
