"""Real schedulers through a simulated year, small; `make proof` runs it at full size."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres import fresh_database
from tests.proof.year import Counts, prove


def check(counts: Counts) -> None:
    assert counts.faults == []
    assert counts.kills >= 3, "somebody must have been killed for this to prove anything"
    assert counts.refused > 0
    assert counts.gathered > 0
    assert counts.dropped > 0, "something must have been submitted, given longer or left between queue and mail"
    assert counts.messages > 20


@pytest.mark.process
def test_two_schedulers_killed_on_the_way_say_everything_once(tmp_path: Path) -> None:
    check(prove(tmp_path, f"sqlite:///{tmp_path / 'year.sqlite3'}", units=4, kills=5, schedulers=2))


@pytest.mark.process
@pytest.mark.postgres
def test_so_they_do_on_postgresql(tmp_path: Path) -> None:
    check(prove(tmp_path, fresh_database("processes"), units=4, kills=5, schedulers=2))
