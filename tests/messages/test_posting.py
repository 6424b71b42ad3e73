"""Robots that check the signature as their makers document it, and a wire that is kept on a short lead."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.messages.gateways import Gateway
from tracker.messages import posting, wire
from tracker.messages.models import Channel
from tracker.messages.posting import Away, Refused, Target, post_to_group

KEY = "SECf00d/+="
NOW = 1_772_589_600
PLACES = {
    Channel.WECOM: "/cgi-bin/webhook/send?key=693a-4bc4",
    Channel.DINGTALK: "/robot/send?access_token=0123456789abcdef",
    Channel.FEISHU: "/open-apis/bot/v2/hook/0123-abcd",
}


def base64_of(key: bytes, words: bytes) -> str:
    return base64.b64encode(hmac.new(key, words, hashlib.sha256).digest()).decode()


def dingtalk(path: str, _body: bytes) -> str:
    """钉钉: sign = Base64(HMAC-SHA256(key=secret, "毫秒\\nsecret")), once URL-encoded, not older than an hour."""
    given = parse_qs(urlsplit(path).query)
    moment = given.get("timestamp", ["0"])[0]
    fits = given.get("sign") == [base64_of(KEY.encode(), f"{moment}\n{KEY}".encode())]
    in_time = abs(int(moment) / 1000 - NOW) < 3600
    return '{"errcode":0,"errmsg":"ok"}' if fits and in_time else '{"errcode":310000,"errmsg":"sign not match"}'


def feishu(_path: str, body: bytes) -> str:
    """飞书: sign = Base64(HMAC-SHA256(key="秒\\nsecret", "")), both in the body, not older than an hour."""
    said = json.loads(body)
    moment = said.get("timestamp", "0")
    fits = said.get("sign") == base64_of(f"{moment}\n{KEY}".encode(), b"")
    in_time = abs(int(moment) - NOW) < 3600
    return '{"code":0,"msg":"success"}' if fits and in_time else '{"code":19021,"msg":"sign match fail"}'


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway() as server:
        yield server


def target(gateway: Gateway, channel: Channel, secret: str | None = None) -> Target:
    return Target(channel, gateway.at(PLACES[channel]), secret)


@pytest.mark.parametrize(("channel", "judge"), [(Channel.DINGTALK, dingtalk), (Channel.FEISHU, feishu)])
def test_a_robot_that_checks_signatures_takes_ours_and_no_other(
    gateway: Gateway, channel: Channel, judge: Callable[[str, bytes], str]
) -> None:
    gateway.judge = judge
    post_to_group(target(gateway, channel, KEY), "请于1月15日前报送", NOW)
    assert "请于1月15日前报送" in gateway.posts[-1][2].decode()
    for secret, at in ((None, NOW), ("SECother", NOW), (KEY, NOW - 7200)):
        with pytest.raises(Refused, match=r"310000|19021"):
            post_to_group(target(gateway, channel, secret), "请于1月15日前报送", at)


def test_each_robot_gets_the_body_that_its_maker_documents(gateway: Gateway) -> None:
    for channel in PLACES:
        post_to_group(target(gateway, channel), "一\n二", NOW)
    text = {"msgtype": "text", "text": {"content": "一\n二"}}
    assert [gateway.body(place) for place in range(3)] == [
        text, text, {"msg_type": "text", "content": {"text": "一\n二"}},
    ]  # fmt: skip
    assert [path for path, _, _ in gateway.posts] == list(PLACES.values())


def test_a_posting_too_long_for_the_robot_ends_with_a_whole_line_and_a_word(gateway: Gateway) -> None:
    lines = [f"{number}．请报送2025年年度报告" for number in range(200)]
    post_to_group(target(gateway, Channel.WECOM), "\n".join(lines), NOW)
    said = gateway.body()["text"]["content"]
    assert len(said.encode()) <= 2048
    *kept, last = said.split("\n")
    assert kept == lines[: len(kept)]
    assert last == "（内容较多，请登录系统查看全部。）"
    assert posting.clipped("字" * 2000, 2048).endswith("（内容较多，请登录系统查看全部。）"), "also without a line"


def say(gateway: Gateway, channel: Channel) -> None:
    if channel is Channel.GATEWAY:
        posting.notify_gateway(Target(channel, gateway.url, "k"), "1", "138", "题", "文", "/", NOW)
    else:
        post_to_group(target(gateway, channel), "文", NOW)


@pytest.mark.parametrize("channel", [Channel.WECOM, Channel.GATEWAY])
def test_nothing_is_handed_on_to_another_address(gateway: Gateway, channel: Channel) -> None:
    gateway.answers = [(302, gateway.at("/elsewhere"))]
    with pytest.raises(Refused, match="302"):
        say(gateway, channel)
    assert len(gateway.posts) == 1


def test_only_the_beginning_of_an_answer_is_read(gateway: Gateway) -> None:
    gateway.answers = [(200, "字" * 2_000_000)]
    assert len(wire.post(gateway.url, b"{}", {}).words.encode()) <= wire.LONGEST_ANSWER + 2


@contextmanager
def dripping(first: bytes) -> Iterator[str]:
    """A server that takes the request, says the first words, and then one byte now and then for ever."""
    over = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        near, _ = listener.accept()
        with near:
            near.recv(65536)
            near.sendall(first)
            try:
                while not over.wait(0.02):
                    near.sendall(b"x")
            except OSError:
                return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        over.set()
        listener.close()
        thread.join()


@pytest.mark.parametrize("first", [b"HTTP/1.1 200 OK\r\nX-Long: ", b"HTTP/1.1 200 OK\r\n\r\n"], ids=["head", "body"])
def test_a_server_that_drips_is_left_in_time(monkeypatch: pytest.MonkeyPatch, first: bytes) -> None:
    monkeypatch.setattr(wire, "PATIENCE", 0.3)
    with dripping(first) as address, pytest.raises(Away, match="没有及时答复"):
        wire.post(address, b"{}", {})


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest",
        "http://[::ffff:169.254.169.254]/",
        "http://[fe80::1%25lo]/",
        "file:///etc/passwd",
    ],
)
def test_where_no_gateway_stands_nothing_is_asked(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(place: tuple[str, int], *_: object, **__: object) -> socket.socket:
        near, far = socket.socketpair()
        far.close()
        return _Elsewhere(near, place)

    monkeypatch.setattr("http.client.socket.create_connection", connect)
    with pytest.raises(Away, match=r"不允许的地址|不是 http"):
        wire.post(address, b"{}", {})


class _Elsewhere(socket.socket):
    """A connection that says it leads to the place that was asked for."""

    def __init__(self, near: socket.socket, place: tuple[str, int]) -> None:
        super().__init__(fileno=near.detach())
        self._place = place

    def getpeername(self) -> tuple[str, int]:
        return self._place

    def setsockopt(self, *_: object) -> None:
        """Not a TCP connection."""


def test_neither_an_address_nor_a_key_is_ever_logged_or_said(
    gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway.answers = [(500, "oops"), (200, '{"errcode":310000,"errmsg":"sign not match"}')]
    said = ""
    for place in (PLACES[Channel.DINGTALK], PLACES[Channel.DINGTALK]):
        with pytest.raises(Refused) as error:
            post_to_group(Target(Channel.DINGTALK, gateway.at(place), KEY), "文", NOW)
        said += str(error.value)
    with pytest.raises(Away) as gone:
        post_to_group(Target(Channel.DINGTALK, f"http://127.0.0.1:9{PLACES[Channel.DINGTALK]}", KEY), "文", NOW)
    said += str(gone.value)
    for secret in ("0123456789abcdef", KEY):
        assert secret not in caplog.text
        assert secret not in said


@pytest.mark.parametrize(
    ("channel", "status", "words"),
    [
        (Channel.WECOM, 200, '{"errcode":45009,"errmsg":"api freq out of limit"}'),
        (Channel.DINGTALK, 200, '{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}'),
        (Channel.FEISHU, 200, '{"code":11232,"msg":"frequency limited psm"}'),
        (Channel.FEISHU, 429, '{"code":99991400,"msg":"request trigger frequency limit"}'),
        (Channel.GATEWAY, 429, "slow down"),
    ],
)
def test_who_takes_no_more_this_minute_says_so_in_its_own_way(
    gateway: Gateway, channel: Channel, status: int, words: str
) -> None:
    gateway.answers = [(status, words)]
    with pytest.raises(posting.Busy, match=r"发送过于频繁|429"):
        say(gateway, channel)


@pytest.mark.parametrize("words", ["<html>请先登录上网认证</html>", "", "[]", "{}", '{"errcode":"busy"}'])
def test_a_good_status_without_a_robots_word_is_no_taking(gateway: Gateway, words: str) -> None:
    """A proxy's page answers 200 as well; then nobody in the group has read anything."""
    gateway.answers = [(200, words)]
    with pytest.raises(Refused, match="没有接收"):
        say(gateway, Channel.WECOM)
