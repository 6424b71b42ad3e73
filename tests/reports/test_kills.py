"""kill -9 of the web under working liaisons, small; `make proof` kills two hundred times."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres import fresh_database
from tests.proof.kills import Counts, prove


def check(counts: Counts) -> None:
    assert counts.faults == []
    assert counts.kills == 3
    assert counts.done["save"] > 4
    assert counts.cut.total(), "somebody must have been cut off for this to prove anything"


@pytest.mark.process
def test_what_was_acknowledged_stands_after_the_web_was_killed(tmp_path: Path) -> None:
    check(prove(tmp_path, f"sqlite:///{tmp_path / 'kills.sqlite3'}", liaisons=4, kills=3))


@pytest.mark.process
@pytest.mark.postgres
def test_so_it_does_on_postgresql(tmp_path: Path) -> None:
    check(prove(tmp_path, fresh_database("kills"), liaisons=4, kills=3))
