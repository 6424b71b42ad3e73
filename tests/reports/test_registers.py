"""The office's registers: requests of all years, goals confirmed together; exports hold exactly what is filtered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.reports import make_accepted_report, make_open_round, report_of, write_report
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Message
from tracker.reports import actions
from tracker.reports.actions.filling import save_goal
from tracker.reports.models import GoalStatus, Report, Request, Round
from tracker.reports.queries import requests, waiting_for
from tracker.reports.queries.review import goals_of

Client = Callable[[str], FlaskClient]
SENT, NEXT = date(2025, 12, 20), date(2025, 12, 23)


def rows_of(client: FlaskClient, path: str) -> list[tuple[object, ...]]:
    sheet = openpyxl.load_workbook(BytesIO(client.get(path).data)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def send(cast: Cast, round_: Round, unit: str, *, asks: str = "", goals: tuple[GoalStatus, ...] = ()) -> Report:
    """A submitted report with a request and what it says of its first goals."""
    people = {"市教育局": ("liaison", "leader"), "市卫生健康委": ("other_liaison", "other_leader")}[unit]
    day = round_.opens_on.replace(day=20)
    liaison, leader = (cast.actor(who, on=day) for who in people)
    report = report_of(round_, cast.unit(unit))
    write_report(liaison, report)
    if asks:
        actions.add_request(liaison, report, asks)
    for statement, status in zip(list(report.goal_statements), goals, strict=False):
        save_goal(liaison, report, statement.goal_id, status, "部门年报")
    actions.send_for_sign_off(liaison, report)
    actions.sign_off(leader, report)
    return report


# --- 提请协调事项 -----------------------------------------------------------------------------------------------


@pytest.fixture
def asked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Round:
    """Two years: one request answered, two waiting."""
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-23T10:00")
    last, round_ = make_open_round(cast, 2024), make_open_round(cast, 2025)
    send(cast, last, "市教育局", asks="请协调教师编制。")
    actions.answer_request(
        cast.actor("officer", on=NEXT), db.session.scalars(select(Request)).one(), "已会同编办研究。"
    )
    send(cast, round_, "市教育局", asks="请协调场地。")
    send(cast, round_, "市卫生健康委", asks="请协调筛查经费。")
    return round_


def test_two_who_answer_one_request_are_shown_both_answers(cast: Cast, asked: Round, client: Client) -> None:
    wish = db.session.scalars(select(Request).where(Request.answer == "").order_by(Request.id)).first()
    assert wish is not None
    path, seen = f"/requests/{wish.id}/answer", wish.version
    for _ in range(2):  # the form sent twice is one answer
        first = client("officer").post(path, data={"answer": "先写的答复。", "version": seen})
        assert first.status_code == 302
    page = client("second_officer").post(path, data={"answer": "后写的答复。", "version": seen}).text
    assert "先写的答复。" in page
    assert "后写的答复。" in page
    assert db.session.get_one(Request, wish.id).answer == "先写的答复。"


def test_requests_of_all_years_are_filtered_sorted_and_taken_out_as_they_are_shown(
    cast: Cast, asked: Round, client: Client
) -> None:
    officer, unit = client("officer"), cast.units["市教育局"]
    page = officer.get("/requests").text
    assert page.index("请协调场地") < page.index("请协调教师编制"), "what waits comes first"
    assert "请协调筛查经费" not in officer.get(f"/requests?unit={unit}").text
    assert "请协调场地" not in officer.get("/requests?year=2024").text
    answered = rows_of(officer, f"/requests.xlsx?state=answered&unit={unit}&year=2024")
    said = [str(cell) for row in answered for cell in row if cell]
    assert any("年度：2024年；单位：市教育局；状态：已答复" in cell for cell in said)
    assert any("2025年12月23日" in cell for cell in said)
    assert "已会同编办研究。" in said
    assert not any("场地" in cell for cell in said)
    by_unit = [row[3] for row in rows_of(officer, "/requests.xlsx?sort=-unit") if row[0] in {1, 2, 3}]
    assert by_unit == ["请协调筛查经费。", "请协调场地。", "请协调教师编制。"]
    in_round = rows_of(officer, f"/rounds/{asked.id}/requests.xlsx?state=open")
    assert sum(row[0] in {1, 2, 3} for row in in_round) == 2


def test_a_unit_sees_its_own_requests_with_their_answers_and_no_others(asked: Round, client: Client) -> None:
    mine = client("liaison").get("/requests").text
    assert "已会同编办研究" in mine
    assert "筛查经费" not in mine
    assert "筛查经费" not in str(rows_of(client("liaison"), f"/requests.xlsx?unit={asked.id}"))


def test_requests_wait_on_the_offices_desk_until_each_is_answered_and_the_unit_is_told(
    cast: Cast, asked: Round, client: Client
) -> None:
    def on_desk() -> list[str]:
        return [one.subject for one in waiting_for(cast.actor("officer", on=NEXT)) if one.verb == "答复"]

    assert on_desk() == ["2项提请协调事项"]
    for wish in requests.unanswered_of(asked):
        answer = client("officer").post(f"/requests/{wish.id}/answer", data={"answer": "已协调。"})
        assert answer.location.endswith(f"#request-{wish.id}")
    assert on_desk() == []
    told = db.session.scalars(select(Message.recipient_id).where(Message.kind == "report.request_answered")).all()
    assert len(told) == 6, "liaison and leader of each unit, of each answer"
    assert "已协调。" in client("liaison").get("/requests").text


def test_a_request_that_went_back_to_its_unit_is_not_answered_from_an_old_page(cast: Cast, asked: Round) -> None:
    wish = requests.unanswered_of(asked)[0]
    actions.return_report(cast.actor("officer", on=NEXT), wish.report, "请补充。")
    with pytest.raises(RuleError, match="重新报送后再答复"):
        actions.answer_request(cast.actor("second_officer", on=NEXT), wish, "已协调。")


# --- goals ------------------------------------------------------------------------------------------------------------


def test_goals_on_which_the_units_agree_are_confirmed_together_and_the_others_left(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-23T10:00")
    round_ = make_open_round(cast)
    send(cast, round_, "市教育局", goals=(GoalStatus.REACHED, GoalStatus.DIFFICULT))
    send(cast, round_, "市卫生健康委", goals=(GoalStatus.EXPECTED, GoalStatus.DIFFICULT))
    contradicted, agreed, *silent = goals_of(round_)
    assert contradicted.is_unsettled
    assert not agreed.is_contradicted
    assert all(not one.statements for one in silent)
    everything = [one.id for row in (contradicted, agreed) for one in row.statements]
    page = client("officer").post(f"/rounds/{round_.id}/goals/confirm", data={"ids": everything}, follow_redirects=True)
    assert "已按单位填报认定2项。另有2项" in page.text
    contradicted, agreed, *_ = goals_of(round_)
    assert agreed.settled is GoalStatus.DIFFICULT
    assert {one.confirmed for one in contradicted.statements} == {None}
    for one in contradicted.statements:
        actions.confirm_goal(cast.actor("officer", on=NEXT), one, GoalStatus.EXPECTED)
    assert goals_of(round_)[0].settled is GoalStatus.EXPECTED
    assert not goals_of(round_)[0].is_unsettled
    rows = rows_of(client("officer"), f"/rounds/{round_.id}/goals.xlsx?show=difficult&unit={cast.units['市教育局']}")
    said = str(rows)
    assert "单位：市教育局；显示：达标困难" in said
    assert sum("达标困难" in row for row in rows) == 2


# --- the rest ---------------------------------------------------------------------------------------------------------


def test_every_list_of_a_round_goes_out_with_its_filter_and_the_day_on_it(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-20T10:00")
    round_ = make_open_round(cast)
    make_accepted_report(cast, round_, cast.unit("市教育局"))
    officer, here = client("officer"), f"/rounds/{round_.id}"
    wanted = {
        "/rounds.xlsx?kind=annual&year=2025": "种类：年度；年度：2025年",
        f"{here}/grid.xlsx?state=accepted&unit=sjyj": "状态：审核通过；单位：sjyj",
        f"{here}/goals.xlsx?show=silent": "显示：没有单位填报",
        f"{here}/requests.xlsx?state=open": "状态：待答复",
        f"{here}/missing.xlsx": "孙立",
        f"{here}/queue.xlsx": "待审核报告",
        f"{here}/compilations.xlsx": "来源有变化",
    }  # fmt: skip
    for path, words in wanted.items():
        said = str(rows_of(officer, path))
        assert words in said, path
        assert "2026年1月20日" in said, path


def test_a_report_is_read_against_any_earlier_submission(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-26T10:00")
    round_ = make_open_round(cast)
    report = send(cast, round_, "市教育局")
    area = report.area_texts[0].area_id
    for day, words in ((23, "第二稿。"), (24, "第三稿。")):
        on = date(2025, 12, day)
        actions.return_report(cast.actor("officer", on=on), report, "请补充。")
        actions.save_area_text(cast.actor("liaison", on=on), report, area, words)
        actions.send_for_sign_off(cast.actor("liaison", on=on), report)
        actions.sign_off(cast.actor("leader", on=on), report)
    officer = client("officer")
    last, first = (officer.get(f"/reports/{report.id}/review{more}").text for more in ("", "?before=1"))
    assert "与第2次报送相比" in last
    assert "<del>二</del>" in last
    assert "与第1次报送相比" in first
    assert "<del>二</del>" not in first
