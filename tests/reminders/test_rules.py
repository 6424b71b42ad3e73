"""The rules: one choice for the fuller ladder, steps and words of one kind, pauses; all shown before it counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.reminders.test_remind import DAY_AFTER, DUE, OPENED, TEN_BEFORE, THREE_BEFORE, said, watch
from tracker.core import clock
from tracker.core.audit import AuditEntry
from tracker.core.calendar import WorkCalendar
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Message
from tracker.reminders import actions, queries
from tracker.reminders.jobs import remind
from tracker.reminders.kinds import KINDS, OFFICE_POSTS, Act, Level, Step, To
from tracker.reminders.models import Watch
from tracker.reminders.queries.rules import all_rules, rules_of

Client = Callable[[str], FlaskClient]
DAYS = WorkCalendar()


@pytest.fixture
def on_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    return lambda day: monkeypatch.setenv("TRACKER_CLOCK", f"{day}T10:00:00")


def set_rule(cast: Cast, *steps: Step, kind: str = "report.due", words: dict[str, str] | None = None) -> None:
    actions.change_rule(
        cast.actor("officer", on=OPENED), kind, is_on=True, steps=steps, words=words or {}, seen=None
    )  # fmt: skip


def test_the_fuller_ladder_is_one_choice_and_ends_with_what_the_office_may_do(cast: Cast) -> None:
    number = watch(cast)
    actions.choose_ladder(cast.actor("officer", on=OPENED), fuller=True)
    assert db.session.get_one(Watch, number).next_on == DAYS.add_workdays(DUE, -20)
    for offset in (-20, -10, -5, -3, -1, 1, 3, 7, 10, 15):
        remind(DAYS.add_workdays(DUE, offset))
    kinds = list(dict.fromkeys(kind for kind, _ in said()))
    assert kinds == [f"report.due.{one:+d}" for one in (-20, -10, -5, -3, -1, 1, 3, 7, 10, 15)]
    slip, notice = (
        [name for kind, name in said() if kind == f"report.due.+{at}"] for at in (10, 15)
    )  # fmt: skip
    assert set(slip) == set(notice) == {"陈静", "周洁", "林华"}
    last = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert last is not None
    assert last.title == "提示：市教育局报送2025年年度报告已逾期15个工作日，建议发函督办"
    assert last.path == "/notices/propose"
    assert queries.still_due(last)
    actions.choose_ladder(cast.actor("officer", on=OPENED), fuller=False)
    assert rules_of([cast.committee_id])[cast.committee_id, "report.due"].offsets == (-10, -3, 1)


def test_a_rule_says_whom_and_how_loudly_in_the_offices_own_words(cast: Cast) -> None:
    watch(cast)
    set_rule(
        cast, Step(-3, (To.LEADER, To.HEAD), Level.URGENT),
        words={"before": "请关注：{单位}{事项}\n{截止日期}，还有{工作日数}个工作日。"},
    )  # fmt: skip
    assert remind(TEN_BEFORE) == 0
    assert remind(THREE_BEFORE) == 2
    assert said() == [("report.due.-3", "赵强"), ("report.due.-3", "林华")]
    [one, two] = db.session.scalars(select(Message).order_by(Message.id)).all()
    assert (one.title, one.body) == ("请关注：市教育局报送2025年年度报告", "2026年1月15日（周四），还有3个工作日。")
    assert one.is_urgent
    assert two.unit_id is None, "the office hears of it as the office"
    assert queries.recipient_stays(two, THREE_BEFORE)


@pytest.mark.parametrize(
    ("kind", "steps", "sentence"),
    [
        ("report.due", [Step(-3, ())], "没有选择对象"),
        ("report.due", [Step(-3, (To.LIAISON,)), Step(-3, (To.LEADER,))], "同一天只能有一步"),
        ("report.due", [Step(-3, (To.GROUP,))], "请同时选择联络员"),
        ("report.due", [Step(-3, OFFICE_POSTS, act=Act.SLIP)], "应在逾期之后"),
        ("report.due", [Step(9, (To.LIAISON,), act=Act.SLIP)], "请选择办公室的岗位"),
        ("report.due", [Step(99, (To.LIAISON,))], "60个工作日之内"),
        ("review.waiting", [Step(1, (To.LIAISON,))], "只能提醒办公室"),
        ("report.due", [Step(number, (To.LIAISON,)) for number in range(13)], "最多12步"),
    ],
)
def test_steps_that_make_no_ladder_are_refused_in_a_sentence(
    cast: Cast, kind: str, steps: list[Step], sentence: str
) -> None:
    with pytest.raises(RuleError, match=sentence):
        set_rule(cast, *steps, kind=kind)


def test_a_place_that_cannot_be_filled_is_pointed_out(cast: Cast) -> None:
    with pytest.raises(RuleError, match=r"\{姓名\}"):
        set_rule(cast, Step(-3, (To.LIAISON,)), words={"before": "{姓名}您好"})


def test_a_pause_says_nothing_and_what_fell_into_it_is_not_made_up_for(cast: Cast) -> None:
    number = watch(cast)
    officer = cast.actor("officer", on=OPENED)
    actions.pause_rule(officer, "report.due", until=THREE_BEFORE, reason="系统割接")
    assert db.session.get_one(Watch, number).next_on == DAY_AFTER
    assert [remind(TEN_BEFORE), remind(THREE_BEFORE)] == [0, 0]
    assert remind(DAY_AFTER) == 2
    actions.resume_rule(officer, "report.due")
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "reminder.rule")).all()
    assert [entry.reason for entry in entries] == ["系统割接", None]


def test_a_rule_switched_off_or_reset_is_followed_at_once(cast: Cast) -> None:
    number = watch(cast)
    officer = cast.actor("officer", on=OPENED)
    actions.change_rule(officer, "report.due", is_on=False, steps=[], words={}, seen=None)
    assert db.session.get_one(Watch, number).next_on is None
    actions.reset_rule(officer, "report.due")
    assert db.session.get_one(Watch, number).next_on == TEN_BEFORE


def test_the_page_shows_each_step_on_a_real_case_before_it_is_saved(
    cast: Cast, client: Client, on_day: Callable[[date], None]
) -> None:
    on_day(OPENED)
    watch(cast)
    officer = client("officer")
    page = officer.get("/reminders/rules/report.due").text
    assert "按实际事项：市教育局，报送2025年年度报告" in page
    assert "2025年12月31日 周三" in page
    form = {
        "is_on": "y", "steps-0-side": "before", "steps-0-days": "5",
        "steps-0-to": ["liaison", "unit_leader"], "steps-0-level": "urgent",
        "steps-0-act": "say", "before": "请抓紧：{事项}\n谢谢。", "day": "今天\n截止", "after": "已过\n{工作日数}",
    }  # fmt: skip
    shown = officer.post("/reminders/rules/report.due", data={**form, "step": "preview"}).text
    assert "请抓紧：报送2025年年度报告" in shown
    assert "王敏、赵强" in shown
    assert all_rules(cast.committee_id)[1].offsets == (-10, -3, 1), "nothing was saved"
    wrong = {**form, "before": "请抓紧：{名称}", "step": "preview"}
    assert "用语中的“{名称}”无法替换" in officer.post("/reminders/rules/report.due", data=wrong).text
    assert officer.post("/reminders/rules/report.due", data=form).status_code == 302
    [rule] = [one for one in all_rules(cast.committee_id) if one.kind == "report.due"]
    assert rule.steps == (Step(-5, (To.LIAISON, To.LEADER), Level.URGENT),)
    assert rule.words["before"] == "请抓紧：{事项}\n谢谢。"
    assert "单独设置" in officer.get("/reminders/rules").text


def test_words_left_as_they_are_are_not_kept_as_own(cast: Cast, client: Client) -> None:
    page = client("officer").get("/reminders/rules/review.waiting")
    assert page.status_code == 200
    client("officer").post("/reminders/rules/review.waiting", data={"is_on": "y"})
    assert rules_of([cast.committee_id])[cast.committee_id, "review.waiting"].words == {}


def test_the_calendar_names_day_units_and_posts_and_leaves_out_what_is_paused(cast: Cast) -> None:
    watch(cast)
    paused = watch(cast, "市卫生健康委", number=8)
    officer = cast.actor("officer", on=date(2025, 12, 15))
    actions.pause_watch(officer, db.session.get_one(Watch, paused), until=THREE_BEFORE, reason="机构调整")
    ahead = queries.coming(officer)
    assert [(one.day, one.posts, [unit.short_name for unit in one.units]) for one in ahead] == [
        (TEN_BEFORE, "联络员", ["市教育局"]),
        (THREE_BEFORE, "联络员", ["市教育局"]),
        (DAY_AFTER, "联络员、分管领导", ["市教育局", "市卫生健康委"]),
    ]


def test_every_kind_has_words_for_before_on_and_after_the_day(cast: Cast, client: Client) -> None:
    for kind in KINDS:
        page = client("officer").get(f"/reminders/rules/{kind}")
        assert page.status_code == 200, kind
        assert "{" not in page.text.split("效果")[1].split("暂停自动提醒")[0], kind


def test_a_promise_by_telephone_comes_to_the_desk_on_its_day_and_leaves_when_it_is_kept(
    cast: Cast, client: Client, on_day: Callable[[date], None]
) -> None:
    number = watch(cast)
    on_day(date(2026, 1, 12))
    officer, friday = client("officer"), date(2026, 1, 16)
    form = {"text": "经电话，答应周五报", "follow_up_on": friday.isoformat(), "silent": "y"}
    assert officer.post(f"/reminders/{number}/phone", data=form).status_code == 302
    assert "经电话，答应周五报" in officer.get("/reminders").text
    assert "回访" not in officer.get("/").text
    assert "暂停至2026年1月15日：经电话，答应周五报<" in officer.get(f"/reminders/{number}").text
    assert [remind(THREE_BEFORE), remind(date(2026, 1, 15))] == [0, 0], "nobody is nagged meanwhile"
    on_day(friday)
    assert "回访：市教育局：报送2025年年度报告" in officer.get("/").text
    assert "最近一次电话沟通" in officer.get(f"/reminders/{number}/nudge").text
    actions.settle("report.due", "Report", [7], cast.actor("officer", on=friday).at)
    assert "回访" not in officer.get("/").text
    said_so = db.session.scalars(select(AuditEntry.sentence).where(AuditEntry.event == "reminder.phone")).one()
    assert said_so == "电话联系市教育局：报送2025年年度报告，经电话，答应周五报，2026年1月16日回访"


def test_all_promises_stand_in_one_list_the_newest_first_and_what_is_over_apart(
    cast: Cast, client: Client, on_day: Callable[[date], None]
) -> None:
    numbers = [watch(cast, number=number) for number in range(1, 8)]
    on_day(date(2026, 1, 12))
    officer, friday = client("officer"), date(2026, 1, 16).isoformat()
    for place, number in enumerate(numbers, start=1):
        officer.post(f"/reminders/{number}/phone", data={"text": f"第{place}次答应", "follow_up_on": friday})
    said = officer.get("/reminders/phone").text
    places = [said.index(f"第{place}次答应") for place in range(7, 0, -1)]
    assert places == sorted(places), "the newest first"
    on_day(date(2026, 1, 16))
    desk = officer.get("/").text
    assert "7项电话沟通到了回访日期" in desk
    assert "回访：市教育局" not in desk, "many of them are one line"
    page = officer.post(f"/reminders/{numbers[0]}/followed", data={"back": "list"}, follow_redirects=True).text
    assert "第1次答应" not in page.split("<table")[1]
    actions.settle("report.due", "Report", [2], cast.actor("officer", on=date(2026, 1, 16)).at)
    assert "第2次答应" not in officer.get("/reminders/phone").text
    over = officer.get("/reminders/phone?show=over").text
    assert "第1次答应" in over
    assert "事项已办理" in over
    assert "第2次答应" in officer.get(f"/reminders/phone?matter={numbers[1]}").text
    assert "第3次答应" in officer.get("/reminders/phone?q=第3次").text
    assert "第4次答应" not in officer.get("/reminders/phone?q=第3次").text
    assert "次答应" not in client("upper_officer").get("/reminders/phone").text


def test_the_page_of_a_deadline_tells_what_was_said_to_whom_and_who_chased_last(
    cast: Cast, client: Client, on_day: Callable[[date], None]
) -> None:
    number = watch(cast)
    remind(TEN_BEFORE)
    on_day(date(2026, 1, 5))
    client("officer").post(f"/reminders/{number}/nudge")
    page = client("head").get(f"/reminders/{number}").text
    assert "已提醒2次，最近一次2026年1月5日" in page
    assert "提前10个工作日" in page
    assert "陈静，2026年1月5日 10:00" in page
    assert "最近一次催报" in client("head").get(f"/reminders/{number}/nudge").text


def test_a_pause_that_is_refused_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    officer, past = client("officer"), (clock.today() - timedelta(days=1)).isoformat()
    page = officer.post("/reminders/rules/report.due/pause", data={"until": past, "reason": "系统割接"}).text
    assert "暂停的最后一天不能早于今天。" in page
    assert 'value="系统割接"' in page
    assert "提前10个工作日" in page, "the rule itself stands there as it is"
    page = officer.post("/reminders/rules/report.due/pause", data={"until": "2030-01-01", "reason": ""}).text
    assert 'value="2030-01-01"' in page


def test_that_the_office_is_told_to_write_is_no_reminder_of_the_unit(cast: Cast) -> None:
    number = watch(cast)
    set_rule(cast, Step(1, (To.LIAISON,)), Step(3, OFFICE_POSTS, act=Act.SLIP))
    for day in (DAY_AFTER, DAYS.add_workdays(DUE, 3)):
        remind(day)
    assert "report.due.+3" in {kind for kind, _ in said()}
    row = db.session.get_one(Watch, number)
    assert str(queries.ledger_of_watches([row])[number]) == "已提醒1次，最近一次2026年1月16日"
    assert queries.ledger("Report", [7])[7].times == 1


def test_one_deadline_may_be_left_in_peace_and_taken_up_again(cast: Cast, client: Client) -> None:
    number = watch(cast, due_on=date(2027, 3, 1), on=date(2026, 11, 1))
    day = (date(2027, 2, 20)).isoformat()
    officer = client("officer")
    officer.post(f"/reminders/{number}/pause", data={"until": day, "reason": "机构改革"})
    db.session.expire_all()
    row = db.session.get_one(Watch, number)
    assert row.next_on is not None
    assert row.next_on > date(2027, 2, 20)
    assert "机构改革" in officer.get(f"/reminders/{number}").text
    officer.post(f"/reminders/{number}/resume")
    db.session.expire_all()
    assert db.session.get_one(Watch, number).next_on == DAYS.add_workdays(date(2027, 3, 1), -10)


def test_liaisons_confirm_themselves_with_one_click_and_the_office_sees_who_has_not(cast: Cast, client: Client) -> None:
    asked = client("officer").post("/contacts/ask", follow_redirects=True).text
    assert "已请6个单位核对联络员和电话" in asked
    assert "确认：联络员和联系电话" in client("liaison").get("/").text
    assert client("liaison").post("/contacts/confirm", data={"phone": ""}).status_code == 200
    done = client("liaison").post("/contacts/confirm", data={"phone": "0871-6543210"}, follow_redirects=True).text
    assert "已确认" in done
    assert "联络员和联系电话" not in client("liaison").get("/").text
    page = client("officer").get("/contacts").text
    assert "5个单位尚未确认" in page
    assert "0871-6543210" in page
    again = client("officer").post("/contacts/ask", follow_redirects=True).text
    assert "已请5个单位" in again, "who confirmed lately is left in peace"
    assert client("leader").get("/contacts/confirm").status_code == 403


def test_days_are_counted_from_the_day_it_is_said(cast: Cast) -> None:
    watch(cast)
    remind(TEN_BEFORE + timedelta(days=1))
    assert remind(date(2026, 1, 4)) == 1
    message = db.session.scalars(select(Message)).one()
    assert "还剩9个工作日" in message.title
