"""One reader of the wall clock, in Shanghai, that tests and trials can lead elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine

from tracker.core import clock


def test_the_day_changes_at_midnight_in_shanghai() -> None:
    with time_machine.travel(datetime(2026, 1, 15, 15, 59, tzinfo=UTC), tick=False):
        assert clock.today() == date(2026, 1, 15)
    with time_machine.travel(datetime(2026, 1, 15, 16, 0, tzinfo=UTC), tick=False):
        assert clock.today() == date(2026, 1, 16)


def test_the_setting_stops_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2027-03-01T08:30:00")
    assert clock.now() == datetime(2027, 3, 1, 0, 30, tzinfo=UTC)
    assert clock.today() == date(2027, 3, 1)


def test_a_zone_in_the_setting_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2027-03-01T20:00:00+00:00")
    assert clock.today() == date(2027, 3, 2)


def test_a_file_leads_several_processes_through_a_year(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = tmp_path / "clock"
    monkeypatch.setenv("TRACKER_CLOCK", f"@{place}")
    for text, day in (("2027-01-15T08:00:00\n", date(2027, 1, 15)), ("2027-01-16T08:00:00", date(2027, 1, 16))):
        place.write_text(text, encoding="ascii")
        assert clock.today() == day


def test_a_moment_without_a_zone_has_no_day() -> None:
    with pytest.raises(ValueError, match="naive"):
        clock.shanghai(datetime(2026, 1, 1))
