"""The office's calendar: a day set by hand, a year's notice pasted in, a warning while a year is only guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO

import docx
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.cast import Cast
from tests.reminders.test_remind import watch
from tracker.committees.models import Committee
from tracker.core import calendar
from tracker.core.audit import AuditEntry
from tracker.core.calendar import CalendarDay
from tracker.core.commands import command
from tracker.core.db import db
from tracker.reminders.models import Watch

Clients = Callable[[str], FlaskClient]

NOTICE = """关于2027年部分节假日安排的通知
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月14日（周日）上班。
三、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。10月9日（周六）上班。"""


@pytest.fixture(autouse=True)
def _calendar_read_anew(cast: Cast) -> Iterator[None]:
    calendar.forget()
    yield
    calendar.forget()


@command
def stand_alone(committee_id: int) -> None:
    """An installation of one committee, with nobody above it."""
    db.session.execute(update(Committee).where(Committee.id == committee_id).values(parent_id=None))


def test_an_unpublished_year_says_that_it_is_guessed(client: Clients) -> None:
    assert "2027年放假安排尚未公布，按法定节假日推算" in client("upper_officer").get("/calendar?year=2027").text
    assert "尚未公布" not in client("upper_officer").get("/calendar?year=2026").text


def test_the_year_shows_days_off_and_make_up_days(client: Clients) -> None:
    page = client("upper_officer").get("/calendar?year=2026").text
    assert "2月14日，调休上班" in page
    assert "10月7日，休" in page
    assert page.count("<caption") == 12


@pytest.mark.parametrize("year", ["1", "99999", "-3", "abc"])
def test_a_year_that_makes_no_sense_is_no_crash(client: Clients, year: str) -> None:
    assert client("upper_officer").get(f"/calendar?year={year}").status_code == 200


def test_a_day_is_set_and_taken_back(client: Clients, cast: Cast) -> None:
    officer, day = client("upper_officer"), date(2026, 3, 3)
    assert officer.get("/calendar/2026-03-03").status_code == 200
    officer.post("/calendar/2026-03-03", data={"kind": "off", "note": "本市公休"})
    assert not calendar.current().is_workday(day)
    assert "本市公休" in officer.get("/calendar?year=2026").text
    officer.post("/calendar/2026-03-03/clear")
    assert calendar.current().is_workday(day)
    said = db.session.scalars(select(AuditEntry.sentence).where(AuditEntry.event.startswith("calendar."))).all()
    assert said == ["工作日历：2026年3月3日定为休息日（本市公休）", "工作日历：取消对2026年3月3日的设置"]


def test_setting_a_day_twice_keeps_one_row(client: Clients) -> None:
    officer = client("upper_officer")
    officer.post("/calendar/2026-03-03", data={"kind": "off"})
    officer.post("/calendar/2026-03-03", data={"kind": "work"})
    rows = db.session.scalars(select(CalendarDay)).all()
    assert [(row.day, row.is_workday) for row in rows] == [(date(2026, 3, 3), True)]


@pytest.mark.parametrize("day", ["2026-02-30", "0001-01-01", "morgen", "2026-13-01"])
def test_a_day_that_does_not_exist_is_not_found(client: Clients, day: str) -> None:
    assert client("upper_officer").get(f"/calendar/{day}").status_code == 404


def test_the_notice_is_shown_before_it_is_entered(client: Clients) -> None:
    page = client("upper_officer").post("/calendar/notice", data={"year": "2027", "text": NOTICE}).text
    assert "17天放假，2天调休上班" in page
    assert "2027年2月14日 周日" in page
    assert db.session.scalars(select(CalendarDay)).all() == []


def test_the_entered_notice_makes_the_year_known(client: Clients) -> None:
    officer = client("upper_officer")
    answer = officer.post("/calendar/notice", data={"year": "2027", "text": NOTICE, "step": "adopt"})
    assert answer.location == "/calendar?year=2027"
    work = calendar.current()
    assert work.is_published(2027)
    assert work.is_workday(date(2027, 2, 14))
    assert not work.is_workday(date(2027, 2, 11))
    assert "尚未公布" not in officer.get("/calendar?year=2027").text


def test_a_day_that_was_guessed_wrongly_is_put_right(client: Clients) -> None:
    guessed = date(2027, 5, 3)
    assert not calendar.current().is_workday(guessed)
    client("upper_officer").post("/calendar/notice", data={"year": "2027", "text": NOTICE, "step": "adopt"})
    assert calendar.current().is_workday(guessed)


def test_the_same_notice_twice_changes_nothing(client: Clients) -> None:
    for _ in range(2):
        client("upper_officer").post("/calendar/notice", data={"year": "2027", "text": NOTICE, "step": "adopt"})
    adopted = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "calendar.adopt")).all()
    assert len(adopted) == 1


def test_a_notice_of_another_year_is_doubted(client: Clients) -> None:
    page = client("upper_officer").post("/calendar/notice", data={"year": "2028", "text": NOTICE}).text
    assert "通知标题写的是2027年，您选的是2028年" in page


def test_a_text_that_is_no_notice_says_so_and_keeps_what_was_typed(client: Clients) -> None:
    page = (
        client("upper_officer")
        .post("/calendar/notice", data={"year": "2027", "text": "今天天气很好", "step": "adopt"})
        .text
    )
    assert "没有读到放假日期" in page
    assert "今天天气很好" in page


@pytest.mark.parametrize("who", ["liaison", "officer", "lower_officer", "sysadmin", "chair", "auditor", "secadmin"])
def test_others_look_and_do_not_touch(client: Clients, who: str) -> None:
    browser = client(who)
    page = browser.get("/calendar")
    assert page.status_code == 200
    assert "录入放假通知" not in page.text
    assert ("由最上一级的办公室设置" in page.text) is (who.endswith("officer") or who == "sysadmin")
    assert browser.get("/calendar/2026-03-03").status_code == 403
    assert browser.post("/calendar/notice", data={"year": "2027", "text": NOTICE, "step": "adopt"}).status_code == 403


def test_what_a_notice_moves_is_shown_before_it_is_entered(client: Clients, cast: Cast) -> None:
    """Spring Festival of 2027 begins on Friday 5 February: a rung that the guess had put elsewhere moves."""
    stand_alone(cast.committee_id)
    watch(cast, due_on=date(2027, 2, 12), on=date(2026, 12, 1))
    watch(cast, "市卫生健康委", number=8, due_on=date(2027, 2, 11), on=date(2026, 12, 1))
    page = client("officer").post("/calendar/notice", data={"year": "2027", "text": NOTICE}).text
    assert "的下次提醒将改期" in page
    assert "市教育局，报送2025年年度报告：2027年1月" in page
    assert "1项在办期限将落在休息日" in page
    assert "市卫生健康委，报送2025年年度报告：2027年2月11日，之前最后一个工作日是2027年2月4日" in page
    before = db.session.scalars(select(Watch.next_on).order_by(Watch.id)).all()
    adopt = {"year": "2027", "text": NOTICE, "step": "adopt"}
    after = client("officer").post("/calendar/notice", data=adopt, follow_redirects=True).text
    assert "项在办期限的下次提醒已改期。1项在办期限已落在休息日" in after
    db.session.expire_all()
    assert db.session.scalars(select(Watch.next_on).order_by(Watch.id)).all() != before


def test_the_notice_may_be_uploaded_as_a_file(client: Clients) -> None:
    paper = docx.Document()
    for line in NOTICE.splitlines():
        paper.add_paragraph(line)
    stream = BytesIO()
    paper.save(stream)
    stream.seek(0)
    data = {"year": "2027", "document": (stream, "通知.docx")}
    page = client("upper_officer").post("/calendar/notice", data=data, content_type="multipart/form-data").text
    assert "17天放假，2天调休上班" in page
    bad = {"year": "2027", "document": (BytesIO(b"\x89PNG\r\n\x1a\n123"), "通知.png")}
    page = client("upper_officer").post("/calendar/notice", data=bad, content_type="multipart/form-data").text
    assert "这是一张图片" in page


def test_an_empty_form_asks_for_the_notice(client: Clients) -> None:
    assert (
        "请粘贴通知内容，或者选择通知的文件"
        in client("upper_officer").post("/calendar/notice", data={"year": "2027"}).text
    )
