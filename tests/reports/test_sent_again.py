"""What comes again without change says why, when somebody asked for a change (promise 7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.reports import make_open_round, make_returned_report, make_submitted_report
from tracker.core.errors import RuleError
from tracker.reports import actions
from tracker.reports.models import SectionKind
from tracker.reports.queries import reports as queries


def test_a_resubmission_without_change_asks_for_one_sentence(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_returned_report(cast, round_, cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=date(2026, 1, 5))
    with pytest.raises(RuleError, match="完全相同"):
        actions.send_for_sign_off(liaison, report)
    actions.save_overview(liaison, report, {SectionKind.UNCHANGED: "数据来源已在原文注明。"})
    actions.send_for_sign_off(liaison, report)
    actions.sign_off(cast.actor("leader", on=date(2026, 1, 5)), report)
    assert queries.versions(report.id)[0].content["unchanged"] == "数据来源已在原文注明。"


def test_words_that_the_unit_took_back_itself_are_sent_again_without_a_word_of_why(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_submitted_report(cast, round_, cast.unit("市教育局"), on=date(2025, 12, 20))
    liaison, leader = (cast.actor(who, on=date(2025, 12, 22)) for who in ("liaison", "leader"))
    actions.take_back(liaison, report)
    actions.send_for_sign_off(liaison, report)
    actions.sign_off(leader, report)
    assert len(queries.versions(report.id)) == 2


def test_what_comes_again_is_held_against_what_was_sent_back_not_against_what_was_taken_back(
    cast: Cast, client: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-05T12:00")
    round_ = make_open_round(cast)
    report = make_returned_report(cast, round_, cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=date(2026, 1, 5))
    before = queries.whole(report.id).section(SectionKind.PROGRESS)

    def send(progress: str) -> None:
        actions.save_overview(liaison, report, {SectionKind.PROGRESS: progress})
        actions.submit_on_paper(liaison, report, "赵强")

    send("补充了数据来源。")
    actions.take_back(liaison, report)
    send("补充了数据来源。")
    assert "与第1次报送相比" in client("officer").get(f"/reports/{report.id}/review").text
    actions.take_back(liaison, report)
    with pytest.raises(RuleError, match="完全相同"):
        send(before)


def test_why_nothing_changed_is_not_said_of_a_report_that_did_change(
    cast: Cast, client: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = make_open_round(cast)
    report = make_returned_report(cast, round_, cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=date(2026, 1, 5))
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-05T10:00")
    assert "未作修改的说明" in client("liaison").get(f"/reports/{report.id}").text
    actions.save_overview(liaison, report, {SectionKind.UNCHANGED: "数据来源已在原文注明。"})
    actions.submit_on_paper(liaison, report, "赵强")
    actions.return_report(cast.actor("officer", on=date(2026, 1, 6)), report, "请再补充。")
    liaison = cast.actor("liaison", on=date(2026, 1, 7))
    actions.save_overview(liaison, report, {SectionKind.PROGRESS: "补充了数据来源。"})
    actions.submit_on_paper(liaison, report, "赵强")
    assert queries.versions(report.id)[0].content["unchanged"] == ""
