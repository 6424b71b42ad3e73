"""The frame of every page: the way for the post, what is unread, and a bare one when there is no database."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from tests.cast import Cast
from tests.committees.test_units import queries_of
from tracker.core import clock
from tracker.core.access import Role
from tracker.core.commands import command
from tracker.core.db import db
from tracker.home import frame
from tracker.messages.models import Message

Clients = Callable[[str], FlaskClient]

WAYS = {
    "liaison": ["工作台", "任务", "我的报告", "督查", "通报", "单位名单"],
    "leader": ["工作台", "任务", "我的报告", "督查", "通报", "单位名单"],
    "officer": ["工作台", "规划", "报送和审核", "督查", "催报", "单位", "设置"],
    "head": ["工作台", "规划", "报送和审核", "督查", "催报", "单位", "设置"],
    "chair": ["工作台", "规划", "报送和审核", "督查", "单位名单"],
    "sysadmin": ["工作台", "账号", "单位", "下级机构", "运行状况", "设置", "备份"],
    "secadmin": ["工作台", "账号"],
    "auditor": ["工作台", "操作记录"],
}


def ways(page: str) -> list[tuple[str, str]]:
    side = page[page.index('<nav class="side"') : page.index("</nav>", page.index('<nav class="side"'))]
    return re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', side)


@pytest.mark.parametrize("who", sorted(WAYS))
def test_each_post_sees_the_entries_it_needs(client: Clients, who: str) -> None:
    assert [label for _, label in ways(client(who).get("/account").text)] == WAYS[who]


@pytest.mark.parametrize("who", sorted(WAYS))
def test_every_entry_opens_for_whom_it_is_shown(client: Clients, who: str) -> None:
    browser = client(who)
    for url, label in ways(browser.get("/account").text):
        assert browser.get(url).status_code == 200, label


def test_every_role_has_its_way_and_none_has_more_than_seven_entries() -> None:
    assert set(frame.PLACES) == set(Role)
    assert all(len(places) <= 7 for places in frame.PLACES.values())


def test_the_page_one_is_on_is_marked(client: Clients) -> None:
    page = client("officer").get("/calendar").text
    assert re.findall(r'aria-current="page">([^<]+)</a></li>', page[: page.index("<main")]) == ["设置"]


@command
def tell(cast: Cast, count: int) -> None:
    recipient = cast.actor("liaison").user_id
    for number in range(count):
        db.session.add(
            Message(
                kind="report.due",
                subject_type="Test",
                subject_id=number,
                recipient_id=recipient,
                occasion="1",
                title="请报送",
                body="请报送",
                path="/",
                queued_at=clock.now(),
                read_at=None if number else clock.now(),
            )
        )


def test_unread_messages_are_counted(client: Clients, cast: Cast) -> None:
    tell(cast, 4)
    assert re.search(r'class="count">3<', client("liaison").get("/account").text)
    assert 'class="count"' not in client("officer").get("/account").text


def test_the_frame_costs_the_same_with_many_messages(client: Clients, cast: Cast) -> None:
    few = queries_of(client, "/account/contact", "liaison")
    tell(cast, 60)
    assert queries_of(client, "/account/contact", "liaison") == few


def test_a_stranger_gets_no_side_and_no_bell(client: Clients) -> None:
    page = client("stranger").get("/sign-in").text
    assert '<nav class="side"' not in page
    assert "消息" not in page


def test_without_a_database_an_error_page_still_comes(
    client: Clients, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    browser = client("officer")
    monkeypatch.setattr(frame, "unread_count", away)
    answer = browser.get("/no-such-page")
    assert answer.status_code == 404
    assert "没有找到" in answer.text
