"""The inbox, the office's pages, the administrator's page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from flask import current_app
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import event, func, select, update
from sqlalchemy.engine import Engine

from tests.cast import Cast
from tests.makers.reports import make_open_round, report_of
from tests.makers.tasks import make_consultation
from tests.messages.test_actions import say
from tests.reminders.test_remind import TEN_BEFORE, watch
from tracker.accounts.models import Holding
from tracker.core import clock, jobs
from tracker.core.commands import command
from tracker.core.db import db
from tracker.messages.actions import tell
from tracker.messages.models import Delivery, DeliveryState, Message
from tracker.reminders.actions import settle
from tracker.reminders.jobs import remind
from tracker.reminders.models import Watch

Client = Callable[[str], FlaskClient]


@contextmanager
def queries() -> Iterator[list[str]]:
    """The statements that the block sends."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def newest() -> Message:
    db.session.expire_all()
    message = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert message is not None
    return message


def test_the_inbox_shows_own_messages_only_and_the_unread_first(cast: Cast, client: Client) -> None:
    say(cast, "liaison", "other_liaison")
    assert "请补充完善" in client("liaison").get("/inbox").text
    assert "没有消息" in client("leader").get("/inbox").text


def test_opening_a_message_marks_it_read_and_leads_to_where_it_is_acted_on(cast: Cast, client: Client) -> None:
    say(cast, "liaison")
    answer = client("liaison").post(f"/inbox/{newest().id}/open")
    assert answer.status_code == 302
    assert answer.location == "/reports/1"
    assert newest().read_at is not None
    assert "没有未读消息" in client("liaison").get("/inbox?show=unread").text


def test_who_opens_the_page_that_a_message_leads_to_has_read_it(cast: Cast, client: Client) -> None:
    """From the desk, a list or a bookmark: nothing that was looked at stays unread."""
    tell_of(cast, "/tasks?plan=1", "/tasks", "/tasksheet", "/plans")
    client("leader").get("/tasks")
    client("liaison").get("/tasks", headers={"X-Background": "1"})
    assert unread_paths(cast) == {"/tasks?plan=1", "/tasks", "/tasksheet", "/plans"}
    client("liaison").get("/tasks?plan=3")
    assert unread_paths(cast) == {"/tasksheet", "/plans"}


def tell_of(cast: Cast, *paths: str) -> None:
    for number, path in enumerate(paths):
        tell(
            [db.session.get_one(Holding, cast.holdings["liaison"]).user], committee_id=cast.committee_id, kind="x",
            subject_type="Thing", subject_id=number, occasion="1", title="题", body="文", path=path, at=clock.now(),
        )  # fmt: skip


def unread_paths(cast: Cast) -> set[str]:
    db.session.expire_all()
    return set(db.session.scalars(select(Message.path).where(Message.read_at.is_(None))))


def test_nobody_opens_somebody_elses_message(cast: Cast, client: Client) -> None:
    say(cast, "liaison")
    assert client("other_liaison").post(f"/inbox/{newest().id}/open").status_code == 404
    assert newest().read_at is None


def test_all_can_be_marked_read_at_once(cast: Cast, client: Client) -> None:
    for number in (1, 2, 3):
        say(cast, "liaison", subject_id=number)
    assert "已将3条消息标为已读" in client("liaison").post("/inbox/read", follow_redirects=True).text


def test_the_inbox_is_searched_without_wildcards(cast: Cast, client: Client) -> None:
    say(cast, "liaison")
    assert "请补充完善" in client("liaison").get("/inbox?q=补充").text
    assert "没有消息" in client("liaison").get("/inbox?q=%25").text


@pytest.mark.parametrize("path", ["/reminders", "/reminders/calendar", "/reminders/sent", "/reminders/sent/export"])
def test_the_pages_about_chasing_are_the_offices(cast: Cast, client: Client, path: str) -> None:
    watch(cast)
    assert client("officer").get(path).status_code == 200
    assert client("head").get(path).status_code == 200
    for who in ("liaison", "chair", "sysadmin", "auditor"):
        assert client(who).get(path).status_code == 403, who


def test_another_committee_sees_nothing_of_it(cast: Cast, client: Client) -> None:
    number = watch(cast)
    remind(TEN_BEFORE)
    assert "没有在办的期限" in client("upper_officer").get("/reminders").text
    assert "没有符合条件的记录" in client("upper_officer").get("/reminders/sent").text
    assert client("upper_officer").get(f"/reminders/{number}/nudge").status_code == 404


def test_a_deadline_shows_how_often_it_was_reminded_of_and_when_next(cast: Cast, client: Client) -> None:
    watch(cast)
    remind(TEN_BEFORE)
    text = client("officer").get("/reminders").text
    assert "已提醒1次，" in text
    assert "最近一次12月31日" in text
    assert "1月12日 周一" in text


def test_chasing_is_shown_before_it_is_done_and_done_once_a_day(cast: Cast, client: Client) -> None:
    number = watch(cast, due_on=date(2026, 1, 15))
    preview = client("officer").get(f"/reminders/{number}/nudge").text
    assert "将通知市教育局：王敏、赵强" in preview
    assert db.session.scalars(select(Message)).all() == []
    assert "已催报，通知2人" in client("officer").post(f"/reminders/{number}/nudge", follow_redirects=True).text
    assert "今天已经催报过" in client("head").post(f"/reminders/{number}/nudge", follow_redirects=True).text
    assert len(db.session.scalars(select(Message)).all()) == 2
    assert "发出催报</button>" not in client("head").get(f"/reminders/{number}/nudge").text
    assert "今天已催报" in client("head").get("/reminders").text
    assert "陈静于" in client("officer").get("/reminders").text


def test_the_page_of_a_subject_tells_the_office_how_often_it_was_reminded_of(cast: Cast, client: Client) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    remind(TEN_BEFORE)
    number = db.session.scalars(select(Watch.id).where(Watch.subject_id == report.id, Watch.kind == "report.due")).one()
    page = client("officer").get(f"{report.path}/review").text
    assert "报送2025年年度报告：已提醒1次，最近一次2025年12月31日" in page
    assert f"/reminders/{number}" in page
    client("officer").post(f"/reminders/{number}/nudge")
    assert "，陈静于" in client("head").get(f"{report.path}/review").text
    for who in ("liaison", "chair"):
        assert "已提醒" not in client(who).get(report.path).text, who


def test_a_consultation_tells_of_each_unit_how_often_it_was_reminded(cast: Cast, client: Client) -> None:
    consultation = make_consultation(cast)
    remind(date(2021, 9, 23))
    page = client("officer").get(f"/consultations/{consultation.id}").text
    assert page.count("已提醒1次，最近一次2021年9月23日") == 2


def test_what_the_office_owes_itself_is_not_chased(cast: Cast, client: Client) -> None:
    number = watch(cast, None)
    assert client("officer").get(f"/reminders/{number}/nudge").status_code == 403


def test_failures_stand_on_the_desk_and_are_filtered_by_the_address(cast: Cast, client: Client) -> None:
    @command
    def give_up() -> None:
        db.session.execute(update(Delivery).values(state=DeliveryState.GIVEN_UP, trouble="550 no such user"))

    watch(cast)
    remind(TEN_BEFORE)
    assert "没有符合条件的记录" in client("officer").get("/reminders/sent?mail=given_up").text
    give_up()
    page = client("officer").get("/reminders/sent?mail=given_up&read=no&q=王敏").text
    assert "550 no such user" in page
    assert "1封邮件未能送达" in client("officer").get("/").text
    book = load_workbook(BytesIO(client("officer").get("/reminders/sent/export?mail=given_up").data))
    words = [str(cell) for row in book.active.iter_rows(values_only=True) for cell in row if cell]  # type: ignore[union-attr]
    assert "王敏" in words
    assert "发送失败" in words
    assert any("发送：发送失败" in word for word in words)


@pytest.mark.parametrize("path", ["/inbox", "/reminders", "/reminders/sent", "/reminders/calendar"])
def test_a_list_costs_the_same_queries_with_one_row_and_with_fifty(
    cast: Cast, client: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-05T10:00:00")
    who = client("officer")
    watch(cast, number=1)
    remind(TEN_BEFORE)
    say(cast, "officer", subject_id=1)
    who.get(path)
    with queries() as few:
        who.get(path)
    for number in range(2, 52):
        watch(cast, list(cast.units)[number % 6], number=number)
        say(cast, "officer", subject_id=number)
    remind(TEN_BEFORE)
    with queries() as many:
        who.get(path)
    assert len(few) == len(many)


def test_the_health_page_is_the_system_administrators_and_the_offices(cast: Cast, client: Client) -> None:
    text = client("sysadmin").get("/health").text
    assert "定时任务进程没有运行" in text
    assert "按期提醒" in text
    assert "定时任务进程没有运行" in client("officer").get("/health").text
    assert client("liaison").get("/health").status_code == 403
    assert "定时任务进程没有运行" in client("sysadmin").get("/").text


def test_the_office_is_told_where_it_reads_dates_that_nothing_runs(cast: Cast, client: Client) -> None:
    for path in ("/reminders", "/reminders/calendar"):
        assert "定时任务没有运行" in client("officer").get(path).text
    jobs.beat(clock.now(), clock.now())
    for path in ("/reminders", "/reminders/calendar"):
        assert "定时任务没有运行" not in client("officer").get(path).text


def test_a_monitor_learns_whether_database_and_scheduler_are_there(cast: Cast, client: Client) -> None:
    assert says(client) == {"database": True, "scheduler": False}
    now: datetime = clock.now()
    jobs.beat(now, now)
    assert says(client) == {"database": True, "scheduler": True}


def test_a_monitor_learns_what_ran_what_waits_and_what_failed(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(on: date) -> int:
        raise RuntimeError("the paper is out\n[parameters: ('王敏', '13800001234')]")

    @command
    def wait_and_give_up() -> None:
        db.session.execute(update(Delivery).values(state=DeliveryState.WAITING))
        latest = select(func.max(Delivery.id)).scalar_subquery()
        later = datetime(2026, 3, 4, 10, 5, tzinfo=clock.SHANGHAI)
        trouble = {"failures": 1, "next_try_at": later, "trouble": "邮件服务器 mail.example.org:25 无法使用：refused"}
        db.session.execute(update(Delivery).where(Delivery.id == latest).values(**trouble))
        first = select(Delivery.id).order_by(Delivery.id).limit(1).scalar_subquery()
        db.session.execute(update(Delivery).where(Delivery.id == first).values(state=DeliveryState.GIVEN_UP))

    monkeypatch.setenv("TRACKER_CLOCK", "2026-03-04T08:00:30+08:00")
    job = next(one for one in current_app.extensions["tracker.jobs"] if one.name == "remind")
    jobs.run_due(replace(job, run=breaks), clock.now())
    say(cast, "liaison", "leader", "officer")
    wait_and_give_up()
    monkeypatch.setenv("TRACKER_CLOCK", "2026-03-04T10:00:00+08:00")
    told = client("stranger").get("/healthz").json
    assert told is not None
    sendings = [told[f"{name}_sendings"] for name in ("late", "retrying", "failed")]
    assert (told["failed_jobs"], sendings) == (["remind"], [1, 1, 1])
    figures = dict(line.split() for line in client("stranger").get("/metrics").text.splitlines() if line[0] != "#")
    assert [figures[f"gangmu_mail_{name}"] for name in ("overdue", "retrying", "given_up")] == ["1", "1", "1"]
    assert told["last_run"] == "2026-03-04T08:00:30+08:00"
    assert told["next_run"] > "2026-03-04T10:00:00+08:00"
    page = client("sysadmin").get("/health").text
    assert "RuntimeError: the paper is out" in page
    assert "稍后重试" in page
    assert "出错" in page
    assert "13800001234" not in page, "a database's error quotes the row: that is business"
    assert "1条发送没有成功，正在重试" in page
    assert "mail.example.org:25 无法使用" in page


def test_a_clock_that_was_ahead_is_said_and_proves_nobody_alive(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-03-04T10:00:00+08:00")
    assert "服务器时间" not in client("sysadmin").get("/health").text
    ahead = clock.now() + timedelta(days=300)
    jobs.beat(ahead, ahead)
    told = client("stranger").get("/healthz").json
    assert told is not None
    assert (told["scheduler"], told["clock"]) == (False, False)
    assert "服务器时间比以前的记录早" in client("sysadmin").get("/health").text


def says(client: Client) -> dict[str, bool]:
    answer = client("stranger").get("/healthz")
    assert answer.status_code == 200
    assert answer.json is not None
    return {name: answer.json[name] for name in ("database", "scheduler")}


def test_what_was_handed_in_during_the_call_is_said_so_and_the_note_is_kept(cast: Cast, client: Client) -> None:
    number = watch(cast)
    officer = client("officer")
    assert officer.get(f"/reminders/{number}").status_code == 200
    settle("report.due", "Report", [7], clock.now())
    form = {
        "text": "经电话，说马上报。",
        "follow_up_on": (clock.today() + timedelta(days=2)).isoformat(),
        "silent": "y",
    }
    answer = officer.post(f"/reminders/{number}/phone", data=form, follow_redirects=True)
    assert "这件事已经办理，电话已记下。" in answer.text
    assert "经电话，说马上报。" in answer.text
    assert "已回访" not in officer.get("/reminders/phone").text, "nobody has to ask again"
    for method, place in (("get", ""), ("get", "/nudge"), ("post", "/nudge"), ("post", "/pause")):
        gone = getattr(officer, method)(f"/reminders/{number}{place}")
        assert (gone.status_code, gone.location) == (302, "/reports/7")
    assert client("liaison").get(f"/reminders/{number}").status_code == 403
