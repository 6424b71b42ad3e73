"""A changed calendar or offset moves what was counted in working days (promise 5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import select

from tests.cast import Cast
from tests.makers.reports import make_open_round
from tracker.committees import actions
from tracker.core.db import db
from tracker.reminders.models import Watch


def next_days() -> set[date | None]:
    return set(db.session.scalars(select(Watch.next_on).where(Watch.kind == "report.due")))


def test_a_new_day_off_moves_the_stored_reminders(cast: Cast) -> None:
    make_open_round(cast)  # due on Thursday, 15 January 2026: ten workdays before is Wednesday, 31 December
    assert next_days() == {date(2025, 12, 31)}
    actions.set_day(cast.actor("officer", on=date(2025, 12, 2)), date(2026, 1, 7), is_workday=False, note="停电")
    assert next_days() == {date(2025, 12, 30)}
    actions.clear_day(cast.actor("officer", on=date(2025, 12, 2)), date(2026, 1, 7))
    assert next_days() == {date(2025, 12, 31)}


def test_new_offsets_move_the_stored_reminders_of_that_committee(cast: Cast) -> None:
    make_open_round(cast)
    committee = cast.committee
    actions.change_settings(
        cast.actor("officer", on=date(2025, 12, 2)), committee, replace(committee.settings, reminder_offsets=(-5, 1))
    )
    assert next_days() == {date(2026, 1, 8)}
