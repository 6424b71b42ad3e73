"""Random sequences of every action by every role, in the short form; the long one is tests/proof/sequences.py."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.cast import Cast
from tests.proof.sequences import prove
from tests.undone import undone
from tracker.reports.models import RoundKind


@pytest.fixture(name="cast_at_home")
def fixture_cast_at_home(_built: Cast) -> Cast:
    """The cast, outside any transaction: every sequence opens and undoes its own."""
    return _built


@pytest.mark.parametrize(
    ("kind", "runs", "done"),
    [
        (RoundKind.ANNUAL, 4, {"write", "send", "sign"}),
        (RoundKind.HALF_YEAR, 5, {"write", "send"}),
        (RoundKind.SPECIAL, 5, {"write", "unsigned"}),
    ],
)
def test_no_sequence_of_acts_leads_to_an_illegal_state_or_loses_a_word(
    app: Flask, cast_at_home: Cast, monkeypatch: pytest.MonkeyPatch, kind: RoundKind, runs: int, done: set[str]
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-02T09:00")
    with undone(app) as connection:
        tally = prove(cast_at_home, connection, runs=runs, steps=14, kind=kind, fixed=True)
    assert tally.runs >= runs
    assert tally.versions
    assert done <= set(tally.done)
    assert sum(tally.refused.values())
