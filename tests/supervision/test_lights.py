"""Lights: one rule, one reason, and what an officer makes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.plans import make_plan
from tests.makers.reports import (
    make_accepted_report,
    make_open_round,
    make_returned_report,
    make_submitted_report,
    report_of,
    write_report,
)
from tests.makers.tasks import make_assigned_tasks, make_issued_tasks, tasks_of
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.plans.models import Plan
from tracker.reports import actions as reports
from tracker.reports.models import EntryState, Round
from tracker.supervision import actions
from tracker.supervision.models import Light, Reason
from tracker.supervision.queries import lights as queries
from tracker.tasks import actions as tasks
from tracker.tasks.models import Assignment, Outcome, Shape

OPENS = date(2025, 12, 1)
DAY = date(2025, 12, 30)


def one_off(cast: Cast, due_on: date) -> Plan:
    """An issued table whose first task, led by 市教育局, is done once by a day."""
    plan = make_assigned_tasks(cast, make_plan(cast))
    task = tasks_of(plan)[0]
    tasks.edit_task(
        cast.actor("officer", on=date(2021, 9, 8)), task, title=task.title, content=task.content,
        outcome=Outcome.DOCUMENT, shape=Shape.LED, is_yearly=False, due_on=due_on,
    )  # fmt: skip
    tasks.issue(cast.actor("head", on=date(2021, 10, 8)), plan)
    return plan


def judged(cast: Cast, unit: str, on: date, round_: Round | None = None) -> list[queries.LightRow]:
    actor = cast.actor("officer", on=on)
    round_ = round_ or queries.round_in_force(actor.committee_id, on)
    rows = queries.only_duties(queries.lights(actor, round_, on, due_soon_days=30))
    rows = rows.where(Assignment.unit_id == cast.unit(unit).id)
    return queries.read(db.session.execute(queries.in_order(rows)).all())


def reasons(cast: Cast, unit: str, on: date) -> set[Reason]:
    return {row.reason for row in judged(cast, unit, on)}


def test_each_light_has_a_mark_of_its_own() -> None:
    assert len({light.tone for light in Light}) == len(Light)


def test_without_a_round_nothing_is_due(cast: Cast) -> None:
    one_off(cast, date(2026, 6, 30))
    assert reasons(cast, "市教育局", date(2022, 3, 1)) == {Reason.NOT_DUE}


def test_a_report_not_yet_filed_leaves_its_rows_awaited(cast: Cast) -> None:
    make_open_round(cast)
    assert reasons(cast, "市教育局", DAY) == {Reason.AWAITED}


def test_what_a_unit_is_still_writing_is_not_shown(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=DAY)
    reports.save_entry(liaison, report, report.entries[0], EntryState.SLOW, note="还没有想好怎么说")
    assert all("还没有想好" not in row.why for row in judged(cast, "市教育局", DAY))
    assert reasons(cast, "市教育局", DAY) == {Reason.AWAITED}


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (EntryState.ON_SCHEDULE, Reason.ON_SCHEDULE),
        (EntryState.CONTINUOUS, Reason.CONTINUOUS),
        (EntryState.COMPLETED, Reason.REPORTED_DONE),
    ],
)
def test_a_filed_state_becomes_the_reason(cast: Cast, state: EntryState, reason: Reason) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=DAY)
    write_report(liaison, report, state=state)
    reports.send_for_sign_off(liaison, report)
    reports.sign_off(cast.actor("leader", on=DAY), report)
    assert reasons(cast, "市教育局", DAY) == {reason}


def test_a_one_off_task_past_its_day_is_overdue_even_when_reported_on_schedule(cast: Cast) -> None:
    plan = one_off(cast, date(2025, 11, 30))
    round_ = make_open_round(cast, plan=plan)
    make_submitted_report(cast, round_, cast.unit("市教育局"))
    rows = {row.task.position: row for row in judged(cast, "市教育局", DAY)}
    assert rows[1].reason is Reason.PAST_DUE
    assert "2025年11月30日" in rows[1].why
    assert rows[2].reason is Reason.ON_SCHEDULE


def test_a_one_off_task_is_watched_thirty_days_before_its_day(cast: Cast) -> None:
    one_off(cast, date(2026, 6, 30))
    assert Reason.DUE_SOON not in reasons(cast, "市教育局", date(2026, 5, 30))
    assert Reason.DUE_SOON in reasons(cast, "市教育局", date(2026, 5, 31))


def test_an_accepted_completion_closes_a_one_off_task_for_good(cast: Cast) -> None:
    plan = one_off(cast, date(2026, 6, 30))
    round_ = make_open_round(cast, plan=plan)
    report = report_of(round_, cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=DAY)
    write_report(liaison, report, state=EntryState.COMPLETED)
    reports.send_for_sign_off(liaison, report)
    reports.sign_off(cast.actor("leader", on=DAY), report)
    reports.accept(cast.actor("officer", on=DAY), report)
    assert Reason.TASK_COMPLETED in reasons(cast, "市教育局", date(2027, 3, 1))


def test_an_exempted_unit_is_green(cast: Cast) -> None:
    round_ = make_open_round(cast)
    reports.exempt(cast.actor("officer", on=DAY), report_of(round_, cast.unit("市教育局")), "机构改革期间免报。")
    assert {row.light for row in judged(cast, "市教育局", DAY)} == {Light.EXEMPT}


def test_a_returned_report_past_its_day_needs_attention(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_submitted_report(cast, round_, cast.unit("市教育局"), on=date(2025, 12, 10))
    officer = cast.actor("officer", on=date(2025, 12, 11))
    reports.return_report(officer, report, "请补充数据。", date(2025, 12, 18))
    assert reasons(cast, "市教育局", date(2025, 12, 18)) == {Reason.ON_SCHEDULE}
    assert reasons(cast, "市教育局", date(2025, 12, 19)) == {Reason.NOT_RECTIFIED}


def test_a_missing_report_is_one_mark_on_the_unit(cast: Cast) -> None:
    round_ = make_open_round(cast)
    make_submitted_report(cast, round_, cast.unit("市教育局"))
    actor = cast.actor("officer", on=date(2026, 1, 16))
    grid = queries.grid(actor, round_, actor.on, due_soon_days=30)
    assert cast.unit("市卫生健康委").id in grid.late_units
    assert cast.unit("市教育局").id not in grid.late_units
    assert grid.of_unit(cast.unit("市卫生健康委").id).worst is Light.AWAITED


def test_a_support_unit_colours_nothing(cast: Cast) -> None:
    round_ = make_open_round(cast)
    grid = queries.grid(cast.actor("officer", on=DAY), round_, DAY, due_soon_days=30)
    assert cast.unit("市妇联").id not in {unit.id for unit in grid.units}


def test_an_officers_own_light_stands_beside_the_rules_until_withdrawn(cast: Cast) -> None:
    make_open_round(cast)
    assignment = judged(cast, "市教育局", DAY)[0].assignment
    actions.change_light(cast.actor("officer", on=DAY), assignment, Light.OVERDUE, "现场查看未开展。")
    row = judged(cast, "市教育局", DAY)[0]
    assert row.light is Light.OVERDUE
    assert row.why == "人工调整：现场查看未开展。（系统判断：本次报告尚未报送）"
    actions.change_light(cast.actor("second_officer", on=DAY), row.assignment, Light.NORMAL, "已补充开展。")
    assert judged(cast, "市教育局", DAY)[0].light is Light.NORMAL
    actions.withdraw_light(cast.actor("officer", on=DAY), row.assignment)
    assert judged(cast, "市教育局", DAY)[0].light is Light.AWAITED


def test_a_light_is_not_changed_without_a_reason(cast: Cast) -> None:
    make_open_round(cast)
    assignment = judged(cast, "市教育局", DAY)[0].assignment
    with pytest.raises(RuleError, match="说明理由"):
        actions.change_light(cast.actor("officer", on=DAY), assignment, Light.OVERDUE, " ")


def test_the_filter_by_light_counts_changes_by_hand(cast: Cast) -> None:
    round_ = make_open_round(cast)
    assignment = judged(cast, "市教育局", DAY)[0].assignment
    actor = cast.actor("officer", on=DAY)
    actions.change_light(actor, assignment, Light.OVERDUE, "现场查看未开展。")
    rows = queries.lights(actor, round_, DAY, due_soon_days=30)
    assert [
        row.assignment.id for row in queries.read(db.session.execute(queries.under(rows, Light.OVERDUE)).all())
    ] == [assignment.id]
    awaited = queries.read(db.session.execute(queries.under(rows, Light.AWAITED)).all())
    assert assignment.id not in {row.assignment.id for row in awaited}


def test_the_list_exports_what_is_filtered(cast: Cast, client: Callable[[str], FlaskClient]) -> None:
    round_ = make_open_round(cast)
    make_accepted_report(cast, round_, cast.unit("市教育局"))
    unit_id = cast.unit("市教育局").id
    answer = client("officer").get(f"/lights/export?unit={unit_id}")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    texts = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("单位：市教育局" in str(value) for row in texts[:4] for value in row)
    assert {row[3] for row in texts if row[0] in {1, 2, 3}} == {"市教育局"}


def test_a_unit_sees_its_own_rows_only(cast: Cast, client: Callable[[str], FlaskClient]) -> None:
    make_open_round(cast)
    page = client("liaison").get("/lights").get_data(as_text=True)
    assert "市教育局（" in page
    assert "市卫生健康委（" not in page


def test_a_unit_cannot_change_a_light(cast: Cast, client: Callable[[str], FlaskClient]) -> None:
    make_open_round(cast)
    own = judged(cast, "市教育局", DAY)[0].assignment.id
    other = judged(cast, "市卫生健康委", DAY)[0].assignment.id
    assert client("liaison").post(f"/lights/{own}", data={"light": "done", "reason": "好"}).status_code == 403
    assert client("liaison").get(f"/lights/{other}").status_code == 404


def test_what_a_round_did_not_ask_is_never_green(cast: Cast) -> None:
    round_ = make_open_round(cast)
    make_submitted_report(cast, round_, cast.unit("市教育局"))
    later = make_issued_tasks(cast, make_plan(cast, kind="children"), on=DAY)
    rows = [row for row in judged(cast, "市教育局", DAY, round_) if row.task.plan_id == later.id]
    assert rows
    assert {(row.reason, row.light) for row in rows} == {(Reason.NOT_ASKED, Light.NOT_DUE)}


def test_the_unit_explains_beside_its_light_and_the_office_reads_it(
    cast: Cast, client: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-30T10:00:00+08:00")
    make_open_round(cast)
    own = judged(cast, "市教育局", DAY)[0].assignment.id
    other = judged(cast, "市卫生健康委", DAY)[0].assignment.id
    assert client("liaison").post(f"/lights/{own}/note", data={"text": "资金已下达，月底开工。"}).status_code == 302
    assert client("liaison").post(f"/lights/{other}/note", data={"text": "资金"}).status_code == 404
    assert client("officer").post(f"/lights/{own}/note", data={"text": "资金"}).status_code == 403
    assert "资金已下达，月底开工。" in client("officer").get("/lights?view=list").get_data(as_text=True)
    assert "资金已下达，月底开工。" in client("head").get(f"/lights/{own}").get_data(as_text=True)
    assert "资金已下达" not in client("officer").get("/lights?view=list&on=2025-12-29").get_data(as_text=True)


# --- as of a past day -------------------------------------------------------------------------------------------------


def as_of(cast: Cast, day: date, unit: str = "市教育局") -> set[Reason]:
    """The reasons as they were at the end of a day, asked half a year later."""
    actor = cast.actor("officer", on=date(2026, 6, 30))
    round_ = queries.round_in_force(actor.committee_id, day)
    rows = queries.only_duties(queries.lights(actor, round_, day, due_soon_days=30))
    rows = rows.where(Assignment.unit_id == cast.unit(unit).id)
    return {row.reason for row in queries.read(db.session.execute(queries.in_order(rows)).all())}


def test_a_past_day_shows_what_stood_then_and_not_what_came_later(cast: Cast) -> None:
    make_returned_report(cast, make_open_round(cast), cast.unit("市教育局"), on=date(2025, 12, 21))
    assert as_of(cast, date(2025, 12, 20)) == {Reason.AWAITED}
    assert as_of(cast, date(2025, 12, 21)) == {Reason.ON_SCHEDULE}
    assert as_of(cast, date(2025, 12, 22)) == {Reason.ON_SCHEDULE}
    assert as_of(cast, date(2026, 3, 1)) == {Reason.NOT_RECTIFIED}


def test_an_exemption_taken_back_still_shows_on_the_days_it_held(cast: Cast) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    reports.exempt(cast.actor("head", on=date(2025, 12, 10)), report, "机构调整。")
    reports.unexempt(cast.actor("head", on=date(2025, 12, 20)), report, "本年有任务。")
    assert as_of(cast, date(2025, 12, 9)) == {Reason.AWAITED}
    assert as_of(cast, date(2025, 12, 15)) == {Reason.EXEMPTED}
    assert as_of(cast, date(2025, 12, 20)) == {Reason.AWAITED}


def test_a_change_by_hand_counts_from_its_day_to_its_withdrawal(cast: Cast) -> None:
    make_open_round(cast)
    mine = judged(cast, "市教育局", DAY)[0].assignment
    actions.change_light(cast.actor("officer", on=date(2025, 12, 10)), mine, Light.ATTENTION, "进度偏慢。")
    actions.withdraw_light(cast.actor("second_officer", on=date(2025, 12, 20)), mine)

    def light_on(day: date) -> Light:
        actor = cast.actor("officer", on=date(2026, 6, 30))
        rows = queries.lights(actor, queries.round_in_force(actor.committee_id, day), day, due_soon_days=30)
        return queries.read(db.session.execute(rows.where(Assignment.id == mine.id)).all())[0].light

    assert [light_on(date(2025, 12, day)) for day in (9, 10, 19, 20)] == [
        Light.AWAITED, Light.ATTENTION, Light.ATTENTION, Light.AWAITED,
    ]  # fmt: skip


def test_a_part_taken_away_later_still_had_its_light_and_a_later_completion_none(cast: Cast) -> None:
    plan = one_off(cast, date(2026, 3, 31))
    lead = tasks_of(plan)[0].lead
    assert lead is not None
    tasks.move(cast.actor("head", on=date(2026, 2, 10)), lead, cast.unit("市民政局"), "职责调整。")
    assert Reason.NOT_DUE in as_of(cast, date(2026, 2, 9))
    assert Reason.DUE_SOON not in as_of(cast, date(2026, 3, 10))
    assert as_of(cast, date(2026, 3, 10), "市民政局") == {Reason.DUE_SOON}
    assert as_of(cast, date(2026, 2, 9), "市民政局") == set()


@pytest.mark.parametrize("state", [EntryState.COMPLETED, EntryState.NO_TASK, EntryState.CONTINUOUS])
def test_the_replay_of_a_day_agrees_with_what_was_judged_on_it(cast: Cast, state: EntryState) -> None:
    round_ = make_open_round(cast, plan=one_off(cast, date(2026, 1, 20)))
    report = report_of(round_, cast.unit("市教育局"))
    write_report(cast.actor("liaison", on=DAY), report, state=state)
    reports.send_for_sign_off(cast.actor("liaison", on=DAY), report)
    reports.sign_off(cast.actor("leader", on=DAY), report)
    for unit in ("市教育局", "市卫生健康委"):
        assert as_of(cast, DAY, unit) == reasons(cast, unit, DAY)


def test_the_page_of_a_past_day_says_so_and_offers_no_change(
    cast: Cast, client: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-06-30T10:00:00+08:00")
    make_submitted_report(cast, make_open_round(cast), cast.unit("市教育局"), on=date(2025, 12, 21))
    grid = client("officer").get("/lights?on=2025-12-20").get_data(as_text=True)
    assert "2025年12月20日的情况" in grid
    listed = client("officer").get("/lights?view=list&on=2025-12-20").get_data(as_text=True)
    assert "本次报告尚未报送" in listed
    assert "拟办提示函" not in listed
    ahead = client("officer").get("/lights?view=list&on=2027-01-01").get_data(as_text=True)
    assert "2027年1月1日的情况" not in ahead
