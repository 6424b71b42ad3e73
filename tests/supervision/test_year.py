"""The screen of the year: four pictures with their tables; and what came of instructions, on the chair's page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.reports import make_accepted_report, make_open_round
from tests.makers.tasks import make_issued_tasks
from tests.supervision.test_matters import make_instruction
from tracker.core.access import Actor
from tracker.supervision.documents import briefings as papers
from tracker.supervision.models import Light
from tracker.supervision.queries import briefings, lights
from tracker.supervision.queries.year import year_of

Client = Callable[[str], FlaskClient]
DAY = date(2026, 1, 21)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-21T10:00:00+08:00")


def test_the_screen_counts_the_round_the_months_and_the_reviews(cast: Cast, client: Client) -> None:
    make_accepted_report(cast, make_open_round(cast), cast.unit("市教育局"), on=date(2025, 12, 22))
    officer: Actor = cast.actor("officer", on=DAY)
    year = year_of(officer, lights.round_in_force(officer.committee_id, officer.on))
    assert year.progress[0] == (date(2025, 12, 1), 0)
    assert year.progress[-1] == (DAY, 1)
    by_day = dict(year.lights)
    assert by_day[date(2025, 11, 30)][Light.NORMAL] == 0
    assert by_day[date(2025, 12, 31)][Light.NORMAL] == by_day[DAY][Light.NORMAL] > 0
    assert year.review == {"3个工作日以内": 1}
    page = client("officer").get("/year").get_data(as_text=True)
    assert "个单位中，1个已报送" in page
    wide, narrow = (client("officer").get(f"/year/chart-1.svg{asked}").data for asked in ("", "?narrow=1"))
    assert (b'width="640"' in wide, b'width="320"' in narrow) == (True, True)
    assert 'srcset="/year/chart-1.svg?narrow=1"' in page
    assert client("liaison").get("/year").status_code == 403


def test_an_earlier_year_is_seen_as_it_ended(cast: Cast, client: Client) -> None:
    plan = make_issued_tasks(cast)
    last = make_open_round(cast, 2024, plan=plan)
    make_accepted_report(cast, last, cast.unit("市教育局"), on=date(2024, 12, 23))
    make_open_round(cast, plan=plan)
    officer: Actor = cast.actor("officer", on=DAY)
    year = year_of(officer, last)
    assert (year.on, year.progress[-1][1], year.review) == (last.locks_on, 1, {"3个工作日以内": 1})
    assert year.lights[-1][1][Light.NORMAL] > 0, "judged by its own reports"
    page = client("officer").get(f"/year?round={last.id}").text
    assert "2024年年度报告：应报送的" in page
    assert f"/year/chart-1.svg?round={last.id}" in page


def test_the_page_for_the_chair_says_what_came_of_the_instructions(cast: Cast, client: Client) -> None:
    make_open_round(cast)
    make_instruction(cast, "市教育局")
    facts = briefings.facts(cast.actor("officer", on=DAY))
    assert papers.instructions(facts, 3) == "“加快儿童之家建设”（1月21日）办理中，1项尚未销号。"
    _, made, _ = papers.fitted(facts, cast.committee.body())
    assert made.pages == 1
    assert "加快儿童之家建设" in client("chair").get("/briefing").get_data(as_text=True)
