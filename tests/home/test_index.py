"""The 工作台: what is asked of me, most urgent first."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

import pytest
import time_machine
from flask import Flask, url_for
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.reports import make_open_round, make_submitted_report
from tests.makers.tasks import make_consultation
from tracker.core import clock
from tracker.home import queries


@pytest.fixture
def january() -> object:
    with time_machine.travel(datetime(2026, 1, 12, 10, 0, tzinfo=clock.SHANGHAI), tick=False) as traveller:
        yield traveller


def test_nothing_waiting_is_said_kindly(cast: Cast, client: Callable[[str], FlaskClient]) -> None:
    assert "没有待办事项" in client("liaison").get("/").get_data(as_text=True)


def test_what_is_due_first_comes_first(cast: Cast) -> None:
    make_open_round(cast)
    actor = cast.actor("liaison", on=date(2026, 1, 12))
    waiting = queries.waiting_for(actor)
    assert [item.due_on for item in waiting] == sorted(item.due_on for item in waiting if item.due_on)
    assert waiting


def test_each_person_is_asked_for_their_own_part(cast: Cast) -> None:
    round_ = make_open_round(cast)
    make_submitted_report(cast, round_, cast.unit("市教育局"))
    on = date(2026, 1, 12)
    assert [item.verb for item in queries.waiting_for(cast.actor("officer", on=on))] == ["审核"]
    assert not any(item.subject.startswith("2025年") for item in queries.waiting_for(cast.actor("liaison", on=on)))
    assert queries.waiting_for(cast.actor("other_liaison", on=on))


def test_a_consultation_waits_for_the_units_that_are_asked(cast: Cast) -> None:
    make_consultation(cast)
    on = date(2021, 9, 14)
    assert queries.waiting_for(cast.actor("liaison", on=on))
    assert not queries.waiting_for(cast.actor("lower_officer", on=on))


@pytest.mark.usefixtures("january")
def test_administrators_are_asked_for_nothing_of_the_business(app: Flask, cast: Cast) -> None:
    make_open_round(cast)
    asked = {}
    with app.test_request_context():
        for who in ("sysadmin", "secadmin", "auditor"):
            asked[who] = [item.url for item in queries.waiting_for(cast.actor(who))]
        assert asked == {"sysadmin": [url_for("reminders.health")], "secadmin": [], "auditor": []}


@pytest.mark.usefixtures("january")
def test_behind_a_prefix_every_way_keeps_it(cast: Cast, client: Callable[[str], FlaskClient]) -> None:
    """A site may put the house at /gangmu/ of a machine it shares."""
    make_open_round(cast)
    root = "http://localhost/gangmu"
    desk = client("liaison").get("/", base_url=root).text
    assert 'href="/gangmu/reports/' in desk
    assert not re.findall(r'(?:href|action|src)="(/(?!gangmu/)[^"]*)"', desk)
    lost = client("liaison").get("/nowhere", base_url=root).text
    assert not re.findall(r'(?:href|action|src)="(/(?!gangmu/)[^"]*)"', lost)
    led = client("stranger").get("/tasks?q=a", base_url=root).location
    assert led == "/gangmu/sign-in?next=/gangmu/tasks?q%3Da"
