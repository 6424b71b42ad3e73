"""What leaves by HTTP: a signed notification to a gateway of the place (SMS, 政务消息), a posting into a work group.

The gateway's request is described in docs/部署.md. The robots' payloads are apprise's, imported only when a committee
has set one up.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from http.client import HTTPException
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from tracker.core.errors import RuleError
from tracker.messages.models import Channel

PATIENCE = 10
"""Seconds that a gateway or robot may take; a whole batch stays far below the lease."""
LONGEST_ANSWER = 4096


class Refused(Exception):
    """The other side did not take it; the words say what it answered."""


class Away(Exception):
    """The other side could not be reached at all: no use in trying it with the rest of the batch."""


@dataclass(frozen=True)
class Robot:
    """How a robot's web address is taken apart, and which class of apprise speaks to it."""

    module: str
    plugin: str
    argument: str
    key: re.Pattern[str]
    example: str


ROBOT_TYPES: Mapping[Channel, Robot] = {
    Channel.WECOM: Robot(
        "apprise.plugins.wecombot", "NotifyWeComBot", "key",
        re.compile(r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send\?key=([A-Za-z0-9_-]+)"),
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…",
    ),
    Channel.DINGTALK: Robot(
        "apprise.plugins.dingtalk", "NotifyDingTalk", "token",
        re.compile(r"https://oapi\.dingtalk\.com/robot/send\?access_token=([A-Za-z0-9]+)"),
        "https://oapi.dingtalk.com/robot/send?access_token=…",
    ),
    Channel.FEISHU: Robot(
        "apprise.plugins.feishu", "NotifyFeishu", "token",
        re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([A-Za-z0-9_-]+)/?"),
        "https://open.feishu.cn/open-apis/bot/v2/hook/…",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Target:
    """Where a channel leads: its address and its secret, both unsealed only for the sending."""

    channel: Channel
    address: str
    secret: str | None


def check_address(channel: Channel, address: str) -> None:
    """Raises RuleError when the address cannot be one of this channel."""
    robot = ROBOT_TYPES.get(channel)
    if robot is not None and not robot.key.fullmatch(address):
        raise RuleError(f"地址应从群机器人的设置中复制，形如 {robot.example}", field="address")
    if not address.startswith(("http://", "https://")) or not _can_be_asked(address):
        raise RuleError("地址应以 http:// 或 https:// 开头，其中没有空格、汉字和用户名。", field="address")


def _can_be_asked(address: str) -> bool:
    """Whether an HTTP request can be made of it; one that cannot would show its key in the library's complaint."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:
        return False
    return address.isascii() and " " not in address and parts.username is None and bool(host) and port != 0


def notify_gateway(target: Target, key: str, phone: str, title: str, text: str, url: str, at: int) -> None:
    """One notification to one person, signed; the same key comes with every repetition, so that it can be dropped.

    Raises Away when nothing answers, Refused when it answers anything but 2xx.
    """
    body = json.dumps(
        {"id": key, "phone": phone, "title": title, "text": text, "url": url}, ensure_ascii=False
    ).encode()  # fmt: skip
    request = urllib.request.Request(
        target.address,
        data=body,
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "X-Gangmu-Id": key,
            "X-Gangmu-Timestamp": str(at),
            "X-Gangmu-Signature": f"sha256={signature(target.secret or '', at, body)}",
        },
    )
    try:
        with _OPENER.open(request, timeout=PATIENCE) as answer:
            answer.read(LONGEST_ANSWER)
    except urllib.error.HTTPError as error:
        words = error.read(LONGEST_ANSWER).decode("utf-8", "replace").strip()[:200]
        raise Refused(f"网关答复{error.code}" + (f"：{words}" if words else "")) from error
    except OSError as error:
        raise Away(f"网关无法使用：{getattr(error, 'reason', error)}") from error
    except (HTTPException, ValueError) as error:  # such complaints may quote the address, which is a secret
        raise Away(f"网关无法使用：{type(error).__name__}") from error


def signature(secret: str, at: int, body: bytes) -> str:
    """HMAC-SHA256 over the timestamp, a full stop and the body, in hexadecimal."""
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def post_to_group(target: Target, text: str) -> None:
    """One posting into a work group, by its robot. Raises Refused with what the robot answered."""
    robot = ROBOT_TYPES[target.channel]
    found = robot.key.fullmatch(target.address)
    if found is None:
        raise Refused("群机器人的地址不对，请重新设置。")
    try:
        module: Any = import_module(robot.module)
    except ImportError as error:
        raise Refused("没有安装群机器人组件，请系统管理员安装扩展 im。") from error
    if not isinstance(module.requests, _Listening):
        module.requests = _Listening(module.requests)
    arguments: dict[str, Any] = {robot.argument: found[1]}
    if target.channel is Channel.DINGTALK and target.secret:
        arguments["secret"] = target.secret
    _heard.set("")
    taken = getattr(module, robot.plugin)(**arguments).notify(body=text)
    answer = _heard.get()
    if not taken:
        raise Refused(f"群机器人没有接收：{answer[:200] or '无法连接'}")
    _judge(answer)


def _judge(answer: str) -> None:
    """The robots answer 200 to everything; whether it was taken stands in the answer."""
    try:
        said = json.loads(answer or "{}")
    except ValueError:
        return
    if not isinstance(said, dict):
        return
    code = said.get("errcode", said.get("code", said.get("StatusCode", 0)))
    if code:
        raise Refused(f"群机器人没有接收（{code}）：{said.get('errmsg') or said.get('msg') or ''}")


_heard: ContextVar[str] = ContextVar("heard", default="")


class _Listening:
    """Stands where a plugin of apprise has `requests` and keeps what was answered: apprise counts every HTTP 200 as
    sent, while the robots say in its body that a key is wrong or a keyword is missing."""

    def __init__(self, library: Any) -> None:
        self._library = library

    def post(self, *arguments: Any, **named: Any) -> Any:
        answer = self._library.post(*arguments, **named)
        _heard.set(answer.text[:LONGEST_ANSWER])
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)


class _NoDetour(urllib.request.HTTPRedirectHandler):
    """A signed request is never handed on to another address."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoDetour)
