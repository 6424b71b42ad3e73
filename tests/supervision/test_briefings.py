"""The chair's page: one A4 from today's facts, and what came of the last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select

from tests.cast import Cast
from tests.counting import counted
from tests.makers.reports import make_open_round, make_submitted_report, report_of, write_report
from tests.makers.tasks import tasks_of
from tests.supervision.letters import DAY, make_overdue
from tests.supervision.test_lights import judged
from tracker.core import files
from tracker.core.db import db
from tracker.reports import actions as reports
from tracker.reports.models import GoalStatus
from tracker.supervision import actions
from tracker.supervision.documents import briefings as documents
from tracker.supervision.models import Briefing, Light
from tracker.supervision.queries import briefings as queries
from tracker.supervision.queries.lights import round_in_force

Client = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-21T10:00:00+08:00")


def matter(number: int) -> dict[str, Any]:
    return {
        "kind": "task", "id": number, "state": "逾期", "units": "市教育局、市卫生健康委、市民政局",
        "subject": f"第{number}项任务：健全部门会商机制，形成分工明确、衔接顺畅的工作格局，按期完成各项建设内容",
        "why": "办结期限已过，尚未办结（期限2025年11月30日；正在商有关部门研究资金安排）",
    }  # fmt: skip


def crowded(count: int) -> dict[str, Any]:
    return {
        "on": "2026-01-21", "round": "2025年年度报告", "due_on": "2026-01-15",
        "reports": {"accepted": 10, "submitted": 8, "returned": 3, "writing": 9, "not_started": 8, "expected": 38,
                    "sent": 21, "exempted": 2},
        "lights": {"overdue": count, "attention": 9, "normal": 60, "done": 4, "exempt": 2, "awaited": 20, "not_due": 3},
        "matters": [matter(number) for number in range(1, count + 1)],
        "last": {"made_on": "2025-11-20", "total": 5, "solved": ["一件事项", "另一件事项", "再一件事项"]},
    }  # fmt: skip


def text_of(content: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)


@pytest.mark.parametrize("count", [0, 1, 5, 12, 80])
def test_the_page_is_one_page_however_much_there_is(cast: Cast, count: int) -> None:
    _, made, shown = documents.fitted(crowded(count), cast.committee.body())
    assert made.pages == 1
    assert min(count, 3) <= shown <= count
    said = text_of(made.content)
    assert (f"等{count}项" in said) == (count > shown)
    assert "领导批示" in said


def test_the_page_says_what_came_of_the_last(cast: Cast) -> None:
    said = documents.came_of(crowded(1))
    assert said == "2025年11月20日所列5项中，“一件事项”、“另一件事项”等3项已解决，2项仍在办理。"


def test_goals_in_doubt_overdue_tasks_and_requests_need_a_decision(cast: Cast) -> None:
    plan = make_overdue(cast)
    round_ = round_in_force(cast.committee_id, DAY)
    assert round_ is not None
    report = report_of(round_, cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=DAY)
    write_report(liaison, report)
    goal = plan.areas[0].goals[0]
    reports.save_goal(liaison, report, goal.id, GoalStatus.DIFFICULT, "教师编制不足。")
    reports.add_request(liaison, report, "请协调解决农村学校心理教师编制。")
    assert {one["kind"] for one in queries.facts(cast.actor("officer", on=DAY))["matters"]} == {"task"}
    reports.submit_on_paper(liaison, report, "赵强")
    found = queries.facts(cast.actor("officer", on=DAY))["matters"]
    assert [(one["kind"], one["state"]) for one in found] == [
        ("goal", "达标困难"), ("task", "逾期"), ("request", "提请协调"),
    ]  # fmt: skip
    assert found[0]["why"] == "教师编制不足。"


def test_every_expected_report_stands_in_one_part(cast: Cast) -> None:
    round_ = make_open_round(cast)
    make_submitted_report(cast, round_, cast.unit("市教育局"))
    reports.exempt(cast.actor("officer", on=DAY), report_of(round_, cast.unit("市妇联")), "免报。")
    counted_ = queries.facts(cast.actor("officer", on=DAY))["reports"]
    assert (counted_["expected"], counted_["sent"], counted_["exempted"]) == (2, 1, 1)
    assert sum(counted_[name] for name, _, _ in queries.STATES) == 2


def test_one_click_keeps_the_page_and_a_second_the_same(cast: Cast, client: Client) -> None:
    make_overdue(cast)
    for _ in range(2):
        assert client("chair").post("/briefing").status_code == 302
    briefing = db.session.scalars(select(Briefing)).one()
    content = files.read(briefing.pdf)
    assert client("officer").get(f"/briefings/{briefing.id}/file.pdf").data == content
    assert "应报送的3个单位中，0个已报送" in text_of(content)
    for who in ("liaison", "lower_officer", "sysadmin"):
        assert client(who).get(f"/briefings/{briefing.id}/file.pdf").status_code == 404


def test_the_next_page_answers_for_the_last(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make_overdue(cast)
    client("officer").post("/briefing")
    late = next(task for task in tasks_of(plan) if task.due_on == date(2025, 11, 30))
    for one in late.living:
        actions.change_light(cast.actor("officer", on=DAY), one, Light.DONE, "文件已印发。")
    monkeypatch.setenv("TRACKER_CLOCK", "2026-02-20T10:00:00+08:00")
    page = client("chair").get("/briefing").get_data(as_text=True)
    assert "2026年1月21日所列1项中" in page
    assert "1项已解决，无遗留事项" in page


def test_only_office_and_chair_are_briefed(cast: Cast, client: Client) -> None:
    for path in ("/briefing", "/briefing/preview.pdf", "/briefing/chart.svg"):
        assert client("chair").get(path).status_code == 200
        assert client("liaison").get(path).status_code == 403
    assert client("auditor").post("/briefing").status_code == 403


def test_the_page_asks_as_often_for_one_row_as_for_many(cast: Cast, client: Client) -> None:
    round_ = make_open_round(cast)
    officer = client("officer")
    officer.get("/briefing")
    with counted() as once:
        officer.get("/briefing")
    for unit in ("市教育局", "市卫生健康委"):
        report = make_submitted_report(cast, round_, cast.unit(unit))
        assert report.goal_statements is not None
    with counted() as often:
        officer.get("/briefing")
    assert len(often) == len(once)
    assert db.session.scalar(select(func.count()).select_from(Briefing)) == 0


def test_a_page_with_a_character_that_no_face_has_is_not_made(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = crowded(1)
    facts["matters"][0]["subject"] = "请\U0002a6a5同志办理的任务"
    monkeypatch.setattr(queries, "facts", lambda actor: facts)
    page = client("officer").post("/briefing", follow_redirects=True).get_data(as_text=True)
    assert "没有可用字形" in page
    assert db.session.scalar(select(func.count()).select_from(Briefing)) == 0


def test_the_newest_page_waits_for_the_chair_until_it_was_opened_and_stays_within_reach(
    cast: Cast, client: Client
) -> None:
    make_overdue(cast)
    client("officer").post("/briefing")
    number = db.session.scalars(select(Briefing.id)).one()
    address = f"/briefings/{number}/file.pdf"
    desk = client("chair").get("/").get_data(as_text=True)
    assert "阅看" in desk
    assert address not in client("officer").get("/").get_data(as_text=True)
    client("chair").get(address)
    desk = client("chair").get("/").get_data(as_text=True)
    assert "阅看" not in desk
    assert address in desk, "the newest page is always within reach"
    row = judged(cast, "市教育局", DAY)[0]
    actions.change_light(cast.actor("officer", on=DAY), row.assignment, Light.NORMAL, "已补齐。")
    client("officer").post("/briefing")  # a second one of the same day
    assert "阅看" in client("chair").get("/").get_data(as_text=True)
    client("chair").get(f"/briefings/{number + 1}/file.pdf")
    assert "阅看" not in client("chair").get("/").get_data(as_text=True)
