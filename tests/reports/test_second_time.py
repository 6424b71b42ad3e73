"""What was done, undone and done again: it is said again, it can be done again, and what rested on it falls."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import func, select

from tests.cast import Cast
from tests.makers.reports import (
    make_accepted_report,
    make_open_round,
    make_scan,
    make_submitted_report,
    report_of,
    write_report,
)
from tracker.core import clock
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Message
from tracker.reports import actions, jobs, policy
from tracker.reports.models import Entry, Evidence, GoalStatus, Report, ReportState, RoundState, SectionKind
from tracker.rooms import still_due
from tracker.tasks import actions as tasks


def at(cast: Cast, who: str, day: int, hour: int = 9) -> Actor:
    return cast.actor(who, at=datetime(2026, 1, day, hour, tzinfo=clock.SHANGHAI))


def told(kind: str) -> int:
    return db.session.scalar(select(func.count(Message.id.distinct())).where(Message.kind == f"report.{kind}")) or 0


def test_an_acceptance_and_an_exemption_are_said_again_when_they_are_given_again(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_accepted_report(cast, round_, cast.unit("市教育局"), on=date(2025, 12, 20))
    once = told("accepted")
    actions.unaccept(at(cast, "officer", 5), report, "漏看附件")
    actions.accept(at(cast, "officer", 5, 10), report)
    assert told("accepted") == 2 * once > 0
    other = report_of(round_, cast.unit("市卫生健康委"))
    for hour in (9, 11):
        actions.exempt(at(cast, "officer", 6, hour), other, "本年无任务")
        actions.unexempt(at(cast, "officer", 6, hour + 1), other, "有任务")
    assert told("exempted") == told("unexempted") == 4


def test_who_must_put_a_report_right_after_all_hears_it_by_mail_too(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_submitted_report(cast, round_, cast.unit("市教育局"))
    actions.return_report(at(cast, "officer", 5), report, "请补充。")
    actions.exempt(at(cast, "officer", 6), report, "机构改革")
    actions.unexempt(at(cast, "officer", 7), report, "仍有任务")
    assert report.state is ReportState.RETURNED
    said = db.session.scalars(select(Message).where(Message.kind == "report.unexempted")).first()
    assert said is not None
    assert still_due(said)


def test_nobody_takes_back_from_a_closed_round_what_could_not_be_sent_again(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_submitted_report(cast, round_, cast.unit("市教育局"))
    actions.close_round(at(cast, "officer", 16), round_)
    liaison = at(cast, "liaison", 19)
    assert not policy.can_take_back(liaison, report)
    with pytest.raises(RuleError, match="撤回后不能再报送"):
        actions.take_back(liaison, report)
    actions.return_report(at(cast, "officer", 20), report, "请补充。")
    actions.save_overview(at(cast, "liaison", 21), report, {SectionKind.PROGRESS: "补充。"})
    actions.submit_on_paper(at(cast, "liaison", 21), report, "赵强")
    actions.take_back(at(cast, "liaison", 22), report)
    actions.submit_on_paper(at(cast, "liaison", 22), report, "赵强")
    assert report.state is ReportState.SUBMITTED


def test_a_round_is_not_locked_while_somebody_has_a_later_day(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    actions.extend(at(cast, "head", 14), report, date(2026, 2, 27), "数据晚出")
    assert jobs.lock_rounds(date(2026, 2, 16)) == 0
    write_report(cast.actor("liaison", on=date(2026, 2, 20)), report)
    actions.submit_on_paper(cast.actor("liaison", on=date(2026, 2, 20)), report, "赵强")
    actions.accept(cast.actor("officer", on=date(2026, 2, 21)), report)
    assert jobs.lock_rounds(date(2026, 2, 28)) == 1
    assert round_.state is RoundState.LOCKED


def test_what_the_office_confirmed_of_a_goal_falls_when_the_unit_says_something_else(cast: Cast) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    officer, liaison = at(cast, "officer", 5), at(cast, "liaison", 6)
    one = report.goal_statements[0]
    write_report(liaison, report)
    actions.save_goal(liaison, report, one.goal_id, GoalStatus.REACHED, "统计公报")
    actions.submit_on_paper(liaison, report, "赵强")
    actions.confirm_goal(officer, one, GoalStatus.REACHED)
    actions.return_report(officer, report, "请核对数据。")
    actions.save_goal(liaison, report, one.goal_id, GoalStatus.REACHED, "统计年鉴")
    assert one.confirmed is GoalStatus.REACHED
    with pytest.raises(RuleError, match="重新报送后再认定"):
        actions.confirm_goal(officer, one, GoalStatus.EXPECTED)
    actions.save_goal(liaison, report, one.goal_id, GoalStatus.DIFFICULT, "学位不足")
    assert one.confirmed is None


def test_a_file_behind_a_row_stays_when_its_task_goes_elsewhere(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    entry = next(one for one in report.entries if one.is_required())
    actions.attach(at(cast, "liaison", 5), report, make_scan(), "方案.pdf", entry_id=entry.id)
    tasks.move(at(cast, "head", 6), entry.assignment, cast.unit("市民政局"), "职责调整")
    jobs.join_late(date(2026, 1, 7))
    db.session.expire_all()
    assert db.session.get(Entry, entry.id) is not None
    assert db.session.scalar(select(Evidence.entry_id).where(Evidence.report_id == report.id)) == entry.id


def test_a_recognition_that_nobody_made_cannot_be_taken_back(cast: Cast) -> None:
    report: Report = make_submitted_report(cast, make_open_round(cast), cast.unit("市教育局"), on=date(2026, 1, 20))
    with pytest.raises(RuleError, match="请填写认定的报送日期"):
        actions.recognise(at(cast, "head", 21), report, None, "误报")
