"""更正: what an issued circular counted and was put right since is marked on it, and counted right by the one after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.reports import (
    make_accepted_report,
    make_open_round,
    make_planned_round,
    make_submitted_report,
    report_of,
)
from tests.makers.tasks import tasks_of
from tests.supervision.letters import make_overdue
from tests.supervision.test_circular_figures import draft, issue, the_round
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.reports import actions as reports
from tracker.reports.models import Entry, EntryState, Report
from tracker.supervision import actions
from tracker.supervision.models import Circular, Light
from tracker.supervision.queries import circulars as queries
from tracker.supervision.queries import doubts, figures
from tracker.supervision.queries.doubts import Doubt
from tracker.tasks import actions as tasks

Client = Callable[[str], FlaskClient]
DAY, AFTER = date(2026, 1, 21), date(2026, 1, 26)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-26T10:00:00+08:00")


def make_issued(cast: Cast) -> Circular:
    """About a round with one accepted report."""
    make_accepted_report(cast, make_open_round(cast), cast.unit("市教育局"), on=date(2025, 12, 21))
    return issue(cast, draft(cast, DAY), on=DAY)


def send_back(cast: Cast) -> Report:
    report = report_of(the_round(), cast.unit("市教育局"))
    reports.send_for_correction(cast.actor("head", on=AFTER), report, "一项数据有误。", date(2026, 2, 5))
    return report


def put_right(cast: Cast, report: Report) -> None:
    """One row says 进展较慢 now, signed and accepted anew."""
    liaison = cast.actor("liaison", on=AFTER)
    entry = db.session.scalars(select(Entry).where(Entry.report_id == report.id).order_by(Entry.id)).first()
    assert entry is not None
    reports.save_entry(liaison, report, entry, EntryState.SLOW, note="更正后的进展。")
    reports.submit_on_paper(liaison, report, "赵强")
    reports.accept(cast.actor("second_officer", on=AFTER), report)


def test_a_circular_is_marked_when_a_report_it_counted_is_corrected_and_never_before(
    cast: Cast, client: Client
) -> None:
    number = make_issued(cast).id
    assert doubts.doubted(db.session.get_one(Circular, number)) == []
    assert "有更正" not in client("officer").get("/circulars").get_data(as_text=True).split("</form>")[-1]
    report = send_back(cast)
    assert [one.doubt for one in doubts.doubted(db.session.get_one(Circular, number))] == [Doubt.CORRECTING]
    put_right(cast, report)
    assert [one.doubt for one in doubts.doubted(db.session.get_one(Circular, number))] == [Doubt.CORRECTED]
    assert "引用的1份报告有更正" in client("officer").get("/circulars").get_data(as_text=True)
    page = client("officer").get(f"/circulars/{number}").get_data(as_text=True)
    assert "引用的报告有更正" in page
    assert "起草更正通报" in page
    assert f'href="/reports/{report.id}"' in page
    assert "引用的报告有更正" not in client("liaison").get(f"/circulars/{number}").get_data(as_text=True)


def test_an_ordinary_return_before_acceptance_corrects_nothing(cast: Cast) -> None:
    report = make_submitted_report(cast, make_open_round(cast), cast.unit("市教育局"), on=date(2025, 12, 21))
    circular = issue(cast, draft(cast, DAY), on=DAY)
    reports.return_report(cast.actor("officer", on=AFTER), report, "请补充。")
    assert doubts.doubted(circular) == []


def test_the_correcting_circular_counts_what_was_put_right_at_the_same_cut_off(cast: Cast) -> None:
    wrong = make_issued(cast)
    before = dict(wrong.figures["assignments"])
    put_right(cast, send_back(cast))
    fresh = actions.correct_circular(cast.actor("officer", on=AFTER), wrong)
    assert fresh.cut_off_on == DAY
    assert fresh.figures["assignments"]["attention"] == before["attention"] + 1
    assert wrong.figures["assignments"] == before
    with pytest.raises(RuleError, match="已有更正通报"):
        actions.correct_circular(cast.actor("officer", on=AFTER), wrong)
    issue(cast, fresh, on=AFTER)
    assert doubts.doubted(fresh) == []


def test_a_day_recognised_later_marks_the_circular_and_the_correction_counts_it(cast: Cast) -> None:
    make_submitted_report(cast, make_open_round(cast), cast.unit("市教育局"), on=date(2026, 1, 19))
    wrong = issue(cast, draft(cast, DAY), on=DAY)
    assert wrong.figures["reports"]["late"] == 1
    report = report_of(the_round(), cast.unit("市教育局"))
    reports.recognise(cast.actor("head", on=AFTER), report, date(2026, 1, 14), "纸质件已收到。")
    assert [one.doubt for one in doubts.doubted(wrong)] == [Doubt.RECOGNISED]
    assert draft(cast, AFTER).figures["reports"]["late"] == 0
    fresh = actions.correct_circular(cast.actor("officer", on=AFTER), wrong)
    assert (fresh.figures["reports"]["on_time"], fresh.figures["reports"]["late"]) == (1, 0)


def test_what_came_by_other_ways_before_the_cut_off_is_no_longer_missing_in_the_correction(cast: Cast) -> None:
    make_submitted_report(cast, make_open_round(cast), cast.unit("市教育局"), on=date(2026, 1, 26))
    wrong = issue(cast, draft(cast, DAY), on=DAY)
    assert wrong.figures["reports"]["missing"] == 3, "its electronic text came after the cut-off"
    report = report_of(the_round(), cast.unit("市教育局"))
    reports.recognise(cast.actor("head", on=AFTER), report, date(2026, 1, 14), "纸质件已收到。")
    fresh = actions.correct_circular(cast.actor("officer", on=AFTER), wrong)
    assert (fresh.figures["reports"]["on_time"], fresh.figures["reports"]["missing"]) == (1, 2)


def test_days_given_after_the_cut_off_change_nothing_before_it(cast: Cast) -> None:
    make_open_round(cast)
    officer = cast.actor("officer", on=AFTER)
    assert draft(cast, DAY).figures["reports"]["missing"] == 3
    reports.extend(officer, report_of(the_round(), cast.unit("市妇联")), date(2026, 2, 20), "同意")
    then = actions.draft_circular(officer, the_round(), cut_off_on=DAY).figures
    now = actions.draft_circular(officer, the_round(), cut_off_on=AFTER).figures
    assert (then["reports"]["missing"], now["reports"]["missing"]) == (3, 2)


def test_a_day_planned_otherwise_before_the_round_opened_counts_nowhere(cast: Cast) -> None:
    round_ = make_planned_round(cast)
    planner = cast.actor("head", on=date(2025, 11, 24))
    planned = reports.RoundFacts(
        year=2025, title=round_.title, opens_on=round_.opens_on, due_on=round_.due_on, locks_on=round_.locks_on,
        guidance="", plan_ids=tuple(one.id for one in round_.plans),
    )  # fmt: skip
    reports.extend_round(planner, round_, date(2026, 2, 10), "材料较多")
    reports.revise_round(planner, round_, planned)
    reports.open_round(cast.actor("officer", on=date(2025, 12, 1)), round_)
    then = actions.draft_circular(cast.actor("officer", on=AFTER), round_, cut_off_on=DAY).figures
    assert then["reports"]["missing"] == 3


def test_a_tasks_day_moved_after_the_cut_off_leaves_it_overdue_there(cast: Cast) -> None:
    plan = make_overdue(cast)
    task = next(one for one in tasks_of(plan) if one.due_on == date(2025, 11, 30))
    tasks.amend_task(
        cast.actor("head", on=AFTER), task, reason="同意延后。", title=task.title, content=task.content,
        outcome=task.outcome, shape=task.shape, is_yearly=False, due_on=date(2026, 11, 30),
    )  # fmt: skip
    officer = cast.actor("officer", on=AFTER)
    then = actions.draft_circular(officer, the_round(), cut_off_on=DAY).figures
    now = actions.draft_circular(officer, the_round(), cut_off_on=AFTER).figures
    assert (then["assignments"]["overdue"], now["assignments"]["overdue"]) == (2, 0)
    row = figures.rows_behind(then, lights=[Light.OVERDUE.value])[0]
    assert row["due_on"] == "2025-11-30"
    assert "2025年11月30日" in row["why"]


def test_what_is_due_in_the_period_is_counted_apart_and_leads_to_its_rows(cast: Cast, client: Client) -> None:
    make_overdue(cast)
    officer = cast.actor("officer", on=AFTER)
    year, winter = (date(2025, 1, 1), date(2025, 12, 31)), (date(2025, 12, 1), date(2026, 1, 31))
    whole = actions.draft_circular(officer, the_round(), cut_off_on=DAY, period=year)
    short = actions.draft_circular(officer, the_round(), cut_off_on=DAY, period=winter)
    assert (whole.figures["assignments"]["due"], short.figures["assignments"]["due"]) == (2, 0)
    assert "本期应办结2项，已办结0项，逾期2项" in whole.overall
    assert short.title == "关于2025年12月1日至2026年1月31日规划实施情况的通报"
    page = client("officer").get(f"/circulars/{whole.id}/figures?due=1").get_data(as_text=True)
    assert "共2项" in page
    with pytest.raises(RuleError, match="结束日期早于开始日期"):
        actions.draft_circular(officer, the_round(), cut_off_on=DAY, period=year[::-1])


def test_the_list_is_filtered_sorted_and_exported(cast: Cast, client: Client) -> None:
    number = make_issued(cast).number
    draft(cast, DAY)
    officer = client("officer")
    assert number is not None
    found = officer.get("/circulars?state=issued&sort=-issued_on").get_data(as_text=True)
    assert "共 1 份" in found
    assert number in found
    assert "没有符合条件的通报" in officer.get("/circulars?q=没有这样的标题").get_data(as_text=True)
    assert "共 2 份" in officer.get("/circulars?year=2025").get_data(as_text=True)
    assert officer.get("/circulars/export?state=issued").mimetype.endswith("sheet")
    assert "共 1 份" in client("liaison").get("/circulars?state=draft").get_data(as_text=True), "never a draft"
    rows = queries.ordered(queries.listed(cast.actor("officer", on=AFTER)), "-number")
    assert len(db.session.scalars(rows).all()) == 2


def test_words_typed_while_the_head_signed_come_back(cast: Cast, client: Client) -> None:
    make_open_round(cast)
    number = draft(cast, DAY).id
    circular = db.session.get_one(Circular, number)
    typed = {name: getattr(circular, name) for name in actions.EDITABLE} | {"version": circular.version}
    actions.sign(cast.actor("head", on=DAY), circular)
    page = client("officer").post(f"/circulars/{number}", data=typed | {"demands": "新写的要求。"})
    assert "没有提交成功" in page.get_data(as_text=True)
    assert "新写的要求。" in page.get_data(as_text=True)
    assert "不能修改" in page.get_data(as_text=True)
    refused = client("officer").post(f"/circulars/{number}/recount", data={"cut_off_on": "2026-01-21"})
    assert refused.status_code == 403


def test_days_that_do_not_fit_come_back_at_their_form(cast: Cast, client: Client) -> None:
    make_open_round(cast)
    number = draft(cast, DAY).id
    days = {"cut_off_on": "2027-01-01", "period_from": "2025-01-01", "period_to": "2025-12-31"}
    page = client("officer").post(f"/circulars/{number}/recount", data=days).get_data(as_text=True)
    assert "数据截止日期不能晚于今天" in page
    assert 'value="2027-01-01"' in page
