"""What the office asks at a place stands there for the unit, in every kind of report and on every page of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.reports import make_open_round, make_submitted_report, report_of, write_report
from tests.makers.rounds import make_half_year_round
from tracker.reports import actions
from tracker.reports.models import EntryState, RemarkPlace, SectionKind

Client = Callable[[str], FlaskClient]


def test_what_is_asked_of_half_a_years_problems_can_be_answered_there(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = make_half_year_round(cast)
    day = round_.opens_on + timedelta(days=2)
    monkeypatch.setenv("TRACKER_CLOCK", f"{day}T15:00")
    report = report_of(round_, cast.unit("市教育局"))
    liaison, officer = cast.actor("liaison", on=day), cast.actor("officer", on=day)
    for text in list(report.area_texts):
        actions.fill_states(liaison, report, text.area_id, EntryState.ON_SCHEDULE)
    actions.save_overview(liaison, report, {SectionKind.PROBLEMS: "资金不足。"})
    actions.submit_on_paper(liaison, report, "赵强")
    asked = actions.add_remark(officer, report, RemarkPlace.OVERVIEW, None, "差多少？")
    actions.return_report(officer, report, "请补充。")
    assert f'id="remark-{asked.id}-answer"' in client("liaison").get(f"/reports/{report.id}").text


def test_a_hint_at_next_years_arrangements_is_read_by_the_unit(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-08T15:00")
    report = make_submitted_report(cast, make_open_round(cast), cast.unit("市教育局"))
    officer = cast.actor("officer", on=date(2026, 1, 8))
    actions.add_remark(officer, report, RemarkPlace.ARRANGEMENT, None, "请写明完成时间。")
    actions.accept(officer, report)
    assert "请写明完成时间。" in client("liaison").get(f"/reports/{report.id}").text


def test_the_office_reads_the_requests_that_were_sent_whatever_the_unit_does_with_them_since(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-08T15:00")
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=date(2026, 1, 7))
    write_report(liaison, report)
    wish = actions.add_request(liaison, report, "请协调校医编制。")
    actions.submit_on_paper(liaison, report, "赵强")
    actions.return_report(cast.actor("officer", on=date(2026, 1, 8)), report, "请补充。")
    actions.remove_line(cast.actor("liaison", on=date(2026, 1, 8)), report, "request", wish.id)
    assert "请协调校医编制。" in client("officer").get(f"/reports/{report.id}/review").text
