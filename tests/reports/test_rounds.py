"""Rounds: their dates, who must report, who joins later, closing and locking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.plans import make_plan
from tests.makers.reports import (
    make_accepted_report,
    make_open_round,
    make_planned_round,
    make_returned_report,
    make_submitted_report,
    report_of,
    write_report,
)
from tests.makers.tasks import make_issued_tasks
from tracker.committees.models import CommitteeSettings
from tracker.core.calendar import WorkCalendar
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Message
from tracker.reports import actions, jobs
from tracker.reports.actions import RoundFacts
from tracker.reports.models import Report, ReportState, Round, RoundState
from tracker.reports.queries.reports import whole
from tracker.reports.queries.rounds import reports_of, said_of_day, usual_dates
from tracker.tasks import actions as tasks
from tracker.tasks.models import AssignmentRole, Task

DAYS = WorkCalendar()


def test_a_due_date_on_a_day_off_moves_to_the_last_workday_before_it() -> None:
    dates = usual_dates(CommitteeSettings(), 2022, DAYS)  # 15 January 2023 is a Sunday
    assert dates.due_on == date(2023, 1, 13)
    assert (dates.opens_on, dates.locks_on) == (date(2022, 12, 1), date(2023, 2, 15))


def test_a_committee_may_keep_its_due_date_on_a_day_off() -> None:
    dates = usual_dates(CommitteeSettings(deadline_moves_forward=False), 2022, DAYS)
    assert dates.due_on == date(2023, 1, 15)


def test_the_first_day_after_a_holiday_and_an_unpublished_year_are_warned_about() -> None:
    assert "节后首个工作日" in said_of_day(date(2025, 10, 9), DAYS)
    assert "前一个工作日是2023年1月13日周五" in said_of_day(date(2023, 1, 15), DAYS)
    assert "尚未公布" in said_of_day(date(2029, 1, 15), DAYS)
    assert said_of_day(date(2025, 6, 18), DAYS) == ""


def test_each_unit_with_an_issued_assignment_has_a_report_at_once_and_is_told_once(cast: Cast) -> None:
    round_ = make_open_round(cast)
    reports = reports_of(round_)
    assert [one.unit.short_name for one in reports] == ["市教育局", "市卫生健康委", "市妇联"]
    assert {one.due_on for one in reports} == {round_.due_on}
    told = db.session.scalars(select(Message.recipient_id).where(Message.kind == "report.opened")).all()
    assert len(told) == len(set(told)) == 4


def test_a_report_has_a_row_per_assignment_a_text_per_area_and_the_goals_it_may_speak_to(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = whole(report_of(round_, cast.unit("市教育局")).id)
    assert len(report.entries) == 6
    assert len(report.area_texts) == 2
    assert len(report.goal_statements) == 4
    assert not any(one.is_asked for one in report.goal_statements)


def test_one_year_has_one_annual_round(cast: Cast) -> None:
    make_planned_round(cast)
    with pytest.raises(RuleError, match="已经建立"):
        make_planned_round(cast)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("due_on", {"due_on": date(2025, 11, 30)}),
        ("locks_on", {"locks_on": date(2026, 1, 1)}),
        ("due_on", {"opens_on": date(2025, 1, 1), "due_on": date(2025, 11, 1)}),
        ("plan_ids", {"plan_ids": ()}),
        ("plan_ids", {"year": 2035}),
    ],
)
def test_dates_and_plans_that_make_no_sense_are_refused_at_their_field(
    cast: Cast, field: str, change: dict[str, object]
) -> None:
    plan = make_issued_tasks(cast)
    facts: dict[str, object] = {
        "year": 2025, "title": "2025年年度报告", "opens_on": date(2025, 12, 1), "due_on": date(2026, 1, 15),
        "locks_on": date(2026, 2, 15), "guidance": "", "plan_ids": (plan.id,),
    }  # fmt: skip
    with pytest.raises(RuleError) as caught:
        actions.plan_round(cast.actor("officer", on=date(2025, 11, 20)), RoundFacts(**(facts | change)))  # type: ignore[arg-type]
    assert caught.value.field == field
    assert db.session.scalar(select(Round.id)) is None


def test_a_round_without_issued_tasks_does_not_open(cast: Cast) -> None:
    make_plan(cast)
    round_ = make_planned_round(cast)
    with pytest.raises(RuleError, match="没有单位需要报送"):
        actions.open_round(cast.actor("officer", on=date(2025, 12, 1)), round_)
    assert round_.state is RoundState.PLANNED


def test_a_planned_round_opens_by_itself_on_its_day_and_only_once(cast: Cast) -> None:
    round_ = make_planned_round(cast)
    assert jobs.open_rounds(date(2025, 11, 30)) == 0
    assert jobs.open_rounds(date(2025, 12, 1)) == 3
    assert jobs.open_rounds(date(2025, 12, 2)) == 0
    assert db.session.get_one(Round, round_.id).state is RoundState.OPEN


def test_a_unit_given_a_task_after_the_opening_joins_until_the_due_date(cast: Cast) -> None:
    round_ = make_open_round(cast)
    task = db.session.scalars(select(Task)).first()
    assert task is not None
    head = cast.actor("head", on=date(2025, 12, 8))
    tasks.add_unit(head, task, cast.unit("市民政局"), AssignmentRole.SUPPORT, "补充配合单位")
    assert jobs.join_late(date(2025, 12, 9)) == 1
    assert jobs.join_late(date(2025, 12, 10)) == 0
    assert report_of(round_, cast.unit("市民政局")).due_on == round_.due_on


def test_nobody_joins_after_the_due_date(cast: Cast) -> None:
    round_ = make_open_round(cast)
    task = db.session.scalars(select(Task)).first()
    assert task is not None
    head = cast.actor("head", on=date(2026, 1, 16))
    tasks.add_unit(head, task, cast.unit("市民政局"), AssignmentRole.SUPPORT, "补充配合单位")
    assert jobs.join_late(date(2026, 1, 16)) == 0
    assert len(reports_of(round_)) == 3


def test_a_closed_round_takes_what_was_sent_back_or_extended_and_nothing_else(cast: Cast) -> None:
    round_ = make_open_round(cast)
    returned = make_returned_report(cast, round_, cast.unit("市卫生健康委"), on=date(2026, 1, 14))
    late = report_of(round_, cast.unit("市教育局"))
    actions.close_round(cast.actor("officer", on=date(2026, 1, 20)), round_)
    assert returned.is_writable(date(2026, 1, 21))
    with pytest.raises(RuleError, match="已截止报送"):
        write_report(cast.actor("liaison", on=date(2026, 1, 21)), late)
    actions.extend(cast.actor("head", on=date(2026, 1, 21)), late, date(2026, 1, 23), "经电话同意")
    write_report(cast.actor("liaison", on=date(2026, 1, 22)), late)
    with pytest.raises(RuleError, match="已截止报送"):
        actions.submit_on_paper(cast.actor("liaison", on=date(2026, 1, 26)), late, "赵强")


def test_a_year_is_locked_when_nothing_is_in_motion_and_then_nothing_changes(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_submitted_report(cast, round_, cast.unit("市教育局"))
    officer = cast.actor("officer", on=date(2026, 2, 15))
    with pytest.raises(RuleError, match=r"还有1份报告没有办结（市教育局），不能锁定"):
        actions.lock_round(officer, round_)
    assert jobs.lock_rounds(date(2026, 2, 15)) == 0
    actions.accept(cast.actor("officer", on=date(2026, 2, 14)), report)
    assert jobs.lock_rounds(date(2026, 2, 15)) == 1
    assert round_.state is RoundState.LOCKED
    with pytest.raises(RuleError, match="已锁定"):
        actions.unaccept(officer, report, "有误")
    with pytest.raises(RuleError, match="已锁定"):
        write_report(cast.actor("other_liaison", on=date(2026, 2, 16)), report_of(round_, cast.unit("市卫生健康委")))


def test_an_extension_for_all_leaves_a_later_one_alone(cast: Cast) -> None:
    round_ = make_open_round(cast)
    mine = report_of(round_, cast.unit("市教育局"))
    head = cast.actor("head", on=date(2026, 1, 9))
    actions.extend(head, mine, date(2026, 1, 30), "系统切换")
    assert actions.extend_round(head, round_, date(2026, 1, 23), "数据尚未发布") == 2
    assert (mine.due_on, mine.first_due_on) == (date(2026, 1, 30), date(2026, 1, 15))
    assert (round_.due_on, round_.first_due_on) == (date(2026, 1, 23), date(2026, 1, 15))


def test_an_extension_is_asked_for_granted_or_refused_once(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    liaison, head = cast.actor("liaison", on=date(2026, 1, 9)), cast.actor("head", on=date(2026, 1, 9))
    asked = actions.request_extension(liaison, report, date(2026, 1, 22), "数据尚未发布")
    with pytest.raises(RuleError, match="等待批复"):
        actions.request_extension(liaison, report, date(2026, 1, 23), "再申请")
    actions.grant_extension(head, asked, date(2026, 1, 20), "请尽快")
    assert report.due_on == date(2026, 1, 20)
    with pytest.raises(RuleError, match="不能不同意延期"):
        actions.refuse_extension(head, asked, "不行")


def test_next_years_round_opens_with_this_years_arrangements_as_lines_to_answer(cast: Cast) -> None:
    first = make_open_round(cast, 2024)
    make_accepted_report(cast, first, cast.unit("市教育局"))
    second = make_open_round(cast, 2025)
    report = report_of(second, cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=date(2025, 12, 20))
    with pytest.raises(RuleError) as caught:
        actions.send_for_sign_off(liaison, _started(cast, report))
    assert "上年安排落实情况：“继续抓好各项任务落实”还没有填写落实情况。" in caught.value.sentences  # type: ignore[attr-defined]
    write_report(liaison, report)
    actions.send_for_sign_off(liaison, report)
    actions.sign_off(cast.actor("leader", on=date(2025, 12, 20)), report)
    content = whole(report.id).versions[0].content
    assert content["answers"][0]["text"] == "继续抓好各项任务落实"
    assert content["answers"][0]["outcome"] == "done"


def _started(cast: Cast, report: Report) -> Report:
    actions.save_area_text(
        cast.actor("liaison", on=date(2025, 12, 19)), report, report.area_texts[0].area_id, "开始填写。"
    )
    assert report.state is ReportState.DRAFT
    return report


def test_the_form_keeps_what_was_typed_and_names_each_wrong_date(
    cast: Cast, client: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-11-20T10:00")
    plan = make_issued_tasks(cast)
    form = {
        "year": "2025", "title": "2025年度实施情况报告", "opens_on": "2025-12-32", "due_on": "去年", "locks_on": "",
        "plan_ids": str(plan.id), "guidance": "数据截至11月底。",
    }  # fmt: skip
    page = client("officer").post("/rounds/new", data=form).text
    assert page.count("不是有效的日期") >= 2
    assert "2025年度实施情况报告" in page
    assert "数据截至11月底。" in page
    assert client("officer").get("/rounds/day?date=2025-10-09").json == {
        "text": "周四 · 节后首个工作日，单位可能来不及办理"
    }


def test_last_years_words_may_be_quoted_but_not_left_as_they_were(cast: Cast) -> None:
    make_accepted_report(cast, make_open_round(cast, 2024), cast.unit("市教育局"))
    report = report_of(make_open_round(cast, 2025), cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=date(2025, 12, 20))
    write_report(liaison, report)
    area = whole(report.id).area_texts[0].area
    actions.save_area_text(liaison, report, area.id, f" 市教育局2024年推进{area.name}各项工作。\n")
    with pytest.raises(RuleError, match=f"“{area.name}”与上年内容相同，请按今年情况修改"):
        actions.send_for_sign_off(liaison, report)
    actions.save_area_text(liaison, report, area.id, f"市教育局2024年推进{area.name}各项工作。今年新增3所。")
    actions.send_for_sign_off(liaison, report)
    assert report.state is ReportState.AWAITING_SIGN_OFF
