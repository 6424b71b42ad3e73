"""Gateways and robots, against real servers on this machine; hours, failures and what comes of them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.cast import Cast
from tests.messages.gateways import Gateway
from tests.messages.sink import Sink
from tests.messages.test_actions import MORNING, NIGHT, deliveries, person, say
from tests.messages.test_dispatch import LATER, always, sink  # noqa: F401 - a fixture
from tests.reminders.test_remind import TEN_BEFORE, watch
from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.audit import AuditEntry
from tracker.core.calendar import WorkCalendar
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.sealing import BrokenSeal, seal, unseal
from tracker.messages import actions, hours
from tracker.messages.actions import OutletFacts
from tracker.messages.dispatch import RETRY_AFTER, dispatch
from tracker.messages.hours import Hours
from tracker.messages.models import Channel, Delivery, DeliveryState, Message, Outlet
from tracker.reminders import actions as reminders
from tracker.reminders.jobs import remind
from tracker.reminders.kinds import Step, To
from tracker.reminders.queries import still_due
from tracker.rooms import unit_names

Client = Callable[[str], FlaskClient]
PLACES = {
    Channel.WECOM: "/cgi-bin/webhook/send?key=693a91f6-7xxx-4bc4",
    Channel.DINGTALK: "/robot/send?access_token=0123456789abcdef",
    Channel.FEISHU: "/open-apis/bot/v2/hook/0123-abcd",
}


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as server:
        yield server


def set_up(cast: Cast, channel: Channel, address: str, secret: str = "", *, urgent_only: bool = False) -> Outlet:
    facts = OutletFacts("工作群", address, secret, is_on=True, urgent_only=urgent_only)
    return actions.add_outlet(cast.actor("sysadmin", at=MORNING), channel, facts)


def pump(now: datetime) -> int:
    taken = dispatch(now, always, unit_names=unit_names)
    db.session.expire_all()
    return taken


@command
def give_phone(cast: Cast, who: str = "liaison") -> None:
    db.session.execute(update(User).where(User.id == person(cast, who).id).values(phone="13800001234"))
    db.session.expire_all()


def by_gateway() -> list[Delivery]:
    return [one for one in deliveries() if one.channel is not Channel.MAIL]


def test_a_gateway_gets_a_signed_notification_that_can_be_checked(cast: Cast, gateway: Gateway) -> None:
    set_up(cast, Channel.GATEWAY, gateway.url, "shared key")
    give_phone(cast)
    say(cast, "liaison", is_urgent=True)
    pump(MORNING)
    _, headers, body = gateway.posts[0]
    said = gateway.body()
    assert (said["phone"], said["title"]) == ("13800001234", "请补充完善")
    assert said["url"] == "http://127.0.0.1:8000/reports/1"
    assert "两处意见" in said["text"]
    words = f"{headers['X-Gangmu-Timestamp']}.".encode() + body
    assert headers["X-Gangmu-Signature"] == "sha256=" + hmac.new(b"shared key", words, hashlib.sha256).hexdigest()
    assert headers["X-Gangmu-Id"] == said["id"] == by_gateway()[0].key
    assert by_gateway()[0].state is DeliveryState.SENT


def test_a_refusing_gateway_is_tried_again_under_the_same_id_and_given_up_visibly(
    cast: Cast, gateway: Gateway, client: Client
) -> None:
    set_up(cast, Channel.GATEWAY, gateway.url, "k")
    give_phone(cast)
    say(cast, "liaison", is_urgent=True, unit_id=cast.units["市教育局"])
    gateway.answers = [(503, "busy")] * (len(RETRY_AFTER) + 1)
    moment = MORNING
    for _ in range(len(RETRY_AFTER) + 1):
        pump(moment)
        moment = hours.USUAL.next_open(WorkCalendar(), max(by_gateway()[0].next_try_at, moment))
    assert by_gateway()[0].state is DeliveryState.GIVEN_UP
    assert by_gateway()[0].trouble == "网关答复503：busy"
    assert len({headers["X-Gangmu-Id"] for _, headers, _ in gateway.posts}) == 1
    page = client("officer").get("/reminders/unreached").text
    assert "网关答复503：busy" in page
    assert '<td data-label="单位">市教育局</td>' in page, "whom to call is known by the unit"
    client("officer").post(f"/reminders/deliveries/{by_gateway()[0].id}/again")
    db.session.expire_all()
    assert by_gateway()[0].state is DeliveryState.WAITING
    assert "没有未送达的" in client("officer").get("/reminders/unreached").text
    pump(moment + timedelta(days=4000))
    assert by_gateway()[0].state in {DeliveryState.SENT, DeliveryState.WAITING}


def test_a_signed_request_is_never_handed_on_to_another_address(cast: Cast, gateway: Gateway) -> None:
    set_up(cast, Channel.GATEWAY, gateway.url, "k")
    give_phone(cast)
    say(cast, "liaison", is_urgent=True)
    gateway.answers = [(302, gateway.url + "/elsewhere")]
    pump(MORNING)
    assert len(gateway.posts) == 1
    assert "302" in (by_gateway()[0].trouble or "")


def test_a_dead_gateway_keeps_the_mail_not_back(cast: Cast, sink: Sink) -> None:  # noqa: F811
    set_up(cast, Channel.GATEWAY, "http://127.0.0.1:9/", "k")
    give_phone(cast)
    give_phone(cast, "leader")
    say(cast, "liaison", "leader", is_urgent=True)
    assert pump(MORNING) == 4
    assert len(sink.mails) == 2
    assert {one.state for one in by_gateway()} == {DeliveryState.WAITING}
    assert all("无法使用" in (one.trouble or "") for one in by_gateway())


def test_a_gateway_that_takes_five_a_minute_gets_everything_once_and_nothing_is_given_up(
    cast: Cast, gateway: Gateway
) -> None:
    """As SMS platforms do: beyond their measure they answer 429, for whatever is asked of them in that minute."""
    set_up(cast, Channel.GATEWAY, gateway.url, "k")
    give_phone(cast)
    for number in range(12):
        say(cast, "liaison", subject_id=number, is_urgent=True)
    taken: list[str] = []
    minutes = 0
    while any(one.state is DeliveryState.WAITING for one in by_gateway()):
        moment = MORNING + timedelta(minutes=minutes)
        asked, minutes = len(gateway.posts), minutes + 1
        assert minutes < 30, "it never comes to an end"
        gateway.answers = [(200, "")] * 5 + [(429, "slow down")] * 20
        while pump(moment):
            pass
        taken += [headers["X-Gangmu-Id"] for _, headers, _ in gateway.posts[asked : asked + 5]]
        assert len(gateway.posts) - asked <= 5 + 1, "who says so is not asked on and on"
    assert {one.state for one in by_gateway()} == {DeliveryState.SENT}
    assert len(taken) == len(set(taken)) == 12


def test_a_gateway_for_urgent_matters_carries_only_those_and_nobody_without_a_telephone(
    cast: Cast, gateway: Gateway
) -> None:
    set_up(cast, Channel.GATEWAY, gateway.url, "k", urgent_only=True)
    give_phone(cast)
    say(cast, "liaison", "leader")
    assert by_gateway() == []
    say(cast, "liaison", "leader", subject_id=2, is_urgent=True)
    assert [(one.state, one.trouble) for one in by_gateway()] == [
        (DeliveryState.WAITING, None),
        (DeliveryState.UNSENT, "没有联系电话"),
    ]
    assert "13800001234" not in (by_gateway()[0].address or "")


@pytest.mark.parametrize("channel", list(PLACES))
def test_a_robot_posts_the_rung_with_the_units_that_still_owe_it(
    cast: Cast, gateway: Gateway, channel: Channel
) -> None:
    set_up(cast, channel, gateway.at(PLACES[channel]), "SECkey" if channel is Channel.DINGTALK else "")
    steps = [Step(-10, (To.LIAISON, To.GROUP))]
    officer = cast.actor("officer", on=TEN_BEFORE)
    reminders.change_rule(officer, "report.due", is_on=True, steps=steps, words={}, seen=None)
    watch(cast, number=1)
    watch(cast, "市卫生健康委", number=2)
    remind(TEN_BEFORE)
    assert len(by_gateway()) == 1, "one posting a day"
    reminders.settle("report.due", "Report", [2], officer.at)
    dispatch(at_nine(TEN_BEFORE), still_due, unit_names=unit_names)
    words = str(gateway.body())
    assert "提示：请于1月15日前报送2025年年度报告，还剩10个工作日" in words
    assert "市教育局" in words
    assert "市卫生健康委" not in words, "it was submitted meanwhile"


def at_nine(day: object) -> datetime:
    return datetime.combine(day, time(9), tzinfo=clock.SHANGHAI)  # type: ignore[arg-type]


@pytest.mark.parametrize("channel", list(PLACES))
def test_a_robot_that_says_no_in_a_good_answer_has_not_taken_it(
    cast: Cast, gateway: Gateway, channel: Channel, client: Client
) -> None:
    outlet = set_up(cast, channel, gateway.at(PLACES[channel]))
    gateway.answers = [(200, '{"errcode":310000,"code":19024,"errmsg":"keywords not in content","msg":"Key Words"}')]
    page = client("sysadmin").post(f"/settings/channels/{outlet.id}/test", follow_redirects=True).text
    assert "测试没有成功：群机器人没有接收" in page
    page = client("sysadmin").post(f"/settings/channels/{outlet.id}/test", follow_redirects=True).text
    assert "测试已发出" in page
    assert "这是一条测试消息" in str(gateway.body())


def test_what_is_urgent_and_meant_for_one_unit_never_goes_to_a_group(cast: Cast, gateway: Gateway) -> None:
    set_up(cast, Channel.WECOM, gateway.at(PLACES[Channel.WECOM]))
    say(cast, "liaison", is_urgent=True)
    say(cast, "liaison", subject_id=2)
    assert by_gateway() == []


def test_keys_are_sealed_and_never_shown_again(cast: Cast, gateway: Gateway, client: Client) -> None:
    outlet = set_up(cast, Channel.DINGTALK, gateway.at(PLACES[Channel.DINGTALK]), "SEC0123")
    assert unseal(outlet.sealed_secret or "") == "SEC0123"
    for page in ("/settings/channels", f"/settings/channels/{outlet.id}"):
        text = client("sysadmin").get(page).text
        assert "0123456789abcdef" not in text
        assert "SEC0123" not in text
    kept = outlet.sealed_address
    client("sysadmin").post(
        f"/settings/channels/{outlet.id}", data={"name": "新名称", "is_on": "y", "version": outlet.version}
    )  # fmt: skip
    db.session.expire_all()
    assert (outlet.name, outlet.sealed_address) == ("新名称", kept)
    said = db.session.scalars(select(AuditEntry).where(AuditEntry.event.startswith("outlet."))).all()
    assert len(said) == 2
    assert all("0123456789abcdef" not in f"{one.sentence}{one.changes}" for one in said)


def test_sealed_words_that_were_touched_are_not_believed(cast: Cast) -> None:
    words = seal("SEC0123")
    assert words != seal("SEC0123")
    with pytest.raises(BrokenSeal):
        unseal(words[:-6] + ("AAAAAA" if not words.endswith("AAAAAA") else "BBBBBB"))


@pytest.mark.parametrize(
    ("channel", "address", "sentence"),
    [
        (Channel.WECOM, "https://example.org/send?key=1", "群机器人的设置中复制"),
        (Channel.GATEWAY, "ftp://example.org/", "http:// 或 https://"),
        (Channel.GATEWAY, "http://127.0.0.1/", "必须设置签名密钥"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused(cast: Cast, channel: Channel, address: str, sentence: str) -> None:
    with pytest.raises(RuleError, match=sentence):
        set_up(cast, channel, address)


def test_a_committees_own_hours_hold_for_its_own_people(cast: Cast, sink: Sink) -> None:  # noqa: F811
    officer = cast.actor("officer", at=MORNING)
    actions.change_hours(officer, Hours(opens=time(10), closes=time(11)))
    say(cast, "liaison")
    assert deliveries()[0].next_try_at == MORNING.replace(hour=10)
    assert pump(LATER) == 0
    assert pump(MORNING.replace(hour=10, minute=5)) == 1
    actions.change_hours(officer, Hours(is_limited=False, on_days_off=True))
    say(cast, "liaison", at=NIGHT, subject_id=2)
    assert pump(NIGHT + timedelta(minutes=11)) == 1


def test_what_is_urgent_may_leave_at_any_hour_where_the_committee_says_so(cast: Cast, sink: Sink) -> None:  # noqa: F811
    actions.change_hours(cast.actor("officer", at=MORNING), replace(hours.USUAL, urgent_any_time=True))
    say(cast, "liaison", at=NIGHT)
    say(cast, "liaison", at=NIGHT, subject_id=2, is_urgent=True)
    assert pump(NIGHT) == 1
    assert [one.state for one in deliveries()] == [DeliveryState.WAITING, DeliveryState.SENT]


def test_what_nobody_read_is_sent_once_more_and_once_a_day(
    app: Flask, cast: Cast, sink: Sink, client: Client, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-05T10:00:00")
    watch(cast)
    remind(TEN_BEFORE)
    assert "报送2025年年度报告" in client("officer").get("/reminders/unreached?show=unread").text
    number = db.session.scalars(select(Message.id)).one()
    again = client("officer").post(f"/reminders/messages/{number}/again", follow_redirects=True).text
    assert "已再次发送" in again
    assert "今天已经再次发送过" in client("officer").post(
        f"/reminders/messages/{number}/again", follow_redirects=True
    ).text  # fmt: skip
    client("liaison").post("/inbox/read")
    assert "没有长时间未读的消息" in client("officer").get("/reminders/unreached?show=unread").text


def test_what_is_done_is_no_longer_said_to_be_unread(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sent the report without opening the reminder is not to be called about the reminder."""
    watch(cast)
    remind(TEN_BEFORE)
    actions.tell(
        [person(cast, "liaison")], committee_id=cast.committee_id, unit_id=cast.units["市教育局"],
        kind="report.returned", subject_type="Report", subject_id=7, occasion="1", title="请补充完善", body="两处。",
        path="/reports/7", at=at_nine(TEN_BEFORE),
    )  # fmt: skip
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-07T10:00:00")
    page = client("officer").get("/reminders/unreached?show=unread").text
    assert "报送2025年年度报告" in page
    assert "请补充完善" in page
    reminders.settle("report.due", "Report", [7], clock.now())
    assert "没有长时间未读的消息" in client("officer").get("/reminders/unreached?show=unread").text
