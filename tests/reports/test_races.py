"""Two people at the same report in the same moment, each in a session of their own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from tests import cast as casting
from tests.cast import Cast
from tests.makers.reports import make_open_round, report_of, write_report
from tracker import create_app
from tracker.config import Settings
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.reports import actions
from tracker.reports.actions import signing
from tracker.reports.actions.filling import Edit
from tracker.reports.models import Report, ReportState
from tracker.reports.queries import reports as queries

ON = date(2025, 12, 10)
Act = Callable[[Report], object]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[tuple[Flask, Cast, int]]:
    """A town of its own with one fresh report, in a file or on PostgreSQL when the suite runs there."""
    url = f"sqlite:///{tmp_path / 'races.sqlite3'}"
    if os.environ.get("TEST_DATABASE") == "postgresql":
        from tests.postgres import fresh_database  # noqa: PLC0415 - the server package is heavy

        url = fresh_database("races")
    app = create_app(Settings(instance=tmp_path, database_url=url, secret_key="test"))
    with app.app_context():
        db.create_all()
        cast = casting.build()
        number = report_of(make_open_round(cast), cast.unit("市教育局")).id
        db.session.remove()
        yield app, cast, number
        db.session.remove()
        db.engine.dispose()


def _at_once(app: Flask, number: int, acts: list[Act]) -> list[str]:
    """Everybody has the page open and presses at the same moment; returns what was refused."""
    start, refused = threading.Barrier(len(acts)), []

    def run(act: Act) -> None:
        with app.app_context():
            report = db.session.get_one(Report, number)
            start.wait(timeout=30)
            try:
                act(report)
            except RuleError as error:
                refused.append(error.sentence)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return refused


def test_two_people_begin_a_fresh_report_at_two_places(town: tuple[Flask, Cast, int]) -> None:
    app, cast, number = town
    liaison, leader = cast.actor("liaison", on=ON), cast.actor("leader", on=ON)
    db.session.remove()
    acts: list[Act] = [
        lambda report: actions.save_piece(liaison, report, Edit("section:progress", {"text": "甲写的一段"}, 1)),
        lambda report: actions.save_piece(leader, report, Edit("section:practice", {"text": "乙写的一段"}, 1)),
    ]
    assert _at_once(app, number, acts) == []
    whole = queries.whole(number)
    assert {one.text for one in whole.sections if one.text} == {"甲写的一段", "乙写的一段"}
    assert set(whole.hand_ids) == {liaison.user_id, leader.user_id}


def test_a_line_added_three_times_in_one_moment_is_one_line(town: tuple[Flask, Cast, int]) -> None:
    app, cast, number = town
    liaison = cast.actor("liaison", on=ON)
    db.session.remove()
    assert _at_once(app, number, [lambda report: actions.add_arrangement(liaison, report, "新建一处驿站")] * 3) == []
    assert [one.text for one in queries.whole(number).arrangements] == ["新建一处驿站"]


def test_no_word_slips_in_while_the_report_is_being_sent(
    town: tuple[Flask, Cast, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes after the text was frozen and before the submission has ended: it is refused."""
    app, cast, number = town
    liaison = cast.actor("liaison", on=ON)
    write_report(liaison, db.session.get_one(Report, number))
    db.session.remove()
    frozen, written = threading.Event(), threading.Event()
    freeze = signing.versions.freeze

    def slow_freeze(*args: object, **kwargs: object) -> object:
        made = freeze(*args, **kwargs)  # type: ignore[arg-type]
        frozen.set()
        written.wait(timeout=0.5)  # longer than a write takes that nothing holds back
        return made

    monkeypatch.setattr(signing.versions, "freeze", slow_freeze)

    def write(report: Report) -> None:
        frozen.wait(timeout=30)
        try:
            actions.save_piece(liaison, report, Edit("section:progress", {"text": "迟来的一句"}))
        finally:
            written.set()

    refused = _at_once(app, number, [lambda report: actions.submit_on_paper(liaison, report, "赵强"), write])
    assert len(refused) == 1
    whole = queries.whole(number)
    assert whole.state is ReportState.SUBMITTED
    assert "迟来的一句" not in {one.text for one in whole.sections}
