"""What leaves by HTTP: a signed notification to a gateway of the place (SMS, 政务消息), a posting into a work group.

The gateway's request is described in docs/部署.md; the robots are spoken to as 企业微信, 钉钉 and 飞书 document it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from tracker.core.errors import RuleError
from tracker.messages import wire
from tracker.messages.models import Channel
from tracker.messages.wire import Away


class Refused(Exception):
    """The other side did not take it; the words say what it answered."""


class Busy(Refused):
    """It takes nothing at the moment, because too much was sent within a minute: the rest is better not tried now."""


@dataclass(frozen=True)
class Robot:
    """How a robot's address looks, and how many bytes it takes in one posting."""

    address: re.Pattern[str]
    example: str
    longest: int


ROBOT_TYPES: Mapping[Channel, Robot] = {
    Channel.WECOM: Robot(
        re.compile(r"https?://[^/?#\s]+/cgi-bin/webhook/send\?key=[A-Za-z0-9_-]+"),
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…", 2048,
    ),
    Channel.DINGTALK: Robot(
        re.compile(r"https?://[^/?#\s]+/robot/send\?access_token=[A-Za-z0-9]+"),
        "https://oapi.dingtalk.com/robot/send?access_token=…", 18000,
    ),
    Channel.FEISHU: Robot(
        re.compile(r"https?://[^/?#\s]+/open-apis/bot/v2/hook/[A-Za-z0-9_-]+/?"),
        "https://open.feishu.cn/open-apis/bot/v2/hook/…", 18000,
    ),
}  # fmt: skip
"""By the path, not by the host: 政务微信 and other private installations take the same."""

MORE = "\n（内容较多，请登录系统查看全部。）"
HINTS: Mapping[int, str] = {
    93000: "地址中的key不对，或者机器人已被移除",
    300005: "地址中的access_token不对，或者机器人已被移除",
    310000: "与机器人的安全设置不符，请核对加签密钥、自定义关键词和IP地址",
    400013: "工作群已经解散",
    400101: "地址中的access_token不对，或者机器人已被移除",
    400102: "机器人已停用",
    400106: "机器人已被移除",
    19001: "地址不对，或者机器人已被移除",
    19021: "签名不对，或者服务器时间不准，请核对签名校验的密钥",
    19022: "本机IP地址不在机器人的白名单中",
    19024: "不含机器人设置的自定义关键词",
}
"""What the commonest refusals mean."""
TOO_OFTEN = {45009, 130101, 410100, 9499, 11232, 99991400}
"""企业微信 and 钉钉 take 20 postings a minute (钉钉 then nothing for ten), 飞书 100 a minute and 5 a second."""
TOO_MANY_REQUESTS = 429


@dataclass(frozen=True)
class Target:
    """Where a channel leads: its address and its secret, both unsealed only for the sending."""

    channel: Channel
    address: str
    secret: str | None


def check_address(channel: Channel, address: str) -> None:
    """Raises RuleError when the address cannot be one of this channel."""
    robot = ROBOT_TYPES.get(channel)
    if robot is not None and not robot.address.fullmatch(address):
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

    Raises Away when nothing answers, Busy when it asks to come later, Refused when it answers anything else but 2xx.
    """
    body = _json({"id": key, "phone": phone, "title": title, "text": text, "url": url})
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "X-Gangmu-Id": key,
        "X-Gangmu-Timestamp": str(at),
        "X-Gangmu-Signature": f"sha256={signature(target.secret or '', at, body)}",
    }
    try:
        answer = wire.post(target.address, body, headers)
    except Away as error:
        raise Away(f"网关无法使用：{error}") from error
    if not 200 <= answer.status < 300:
        words = answer.words[:200]
        kind = Busy if answer.status == TOO_MANY_REQUESTS else Refused
        raise kind(f"网关答复{answer.status}" + (f"：{words}" if words else ""))


def signature(secret: str, at: int, body: bytes) -> str:
    """HMAC-SHA256 over the timestamp, a full stop and the body, in hexadecimal."""
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def post_to_group(target: Target, text: str, at: int) -> None:
    """One posting into a work group, by its robot, signed where it asks for that.

    Raises Refused with what the robot answered, Busy where it takes no more this minute, Away when nothing answers.
    """
    robot = ROBOT_TYPES[target.channel]
    if not robot.address.fullmatch(target.address):
        raise Refused("群机器人的地址不对，请重新设置。")
    address, body = _posting(target, clipped(text, robot.longest), at)
    try:
        answer = wire.post(address, _json(body), {"Content-Type": "application/json; charset=utf-8"})
    except Away as error:
        raise Away(f"群机器人无法使用：{error}") from error
    _judge(answer)


def clipped(text: str, longest: int) -> str:
    """The text, or as many of its whole lines as so many bytes hold: robots refuse what is longer."""
    if len(text.encode()) <= longest:
        return text
    left = longest - len(MORE.encode())
    kept = text.encode()[:left].decode("utf-8", "ignore")
    return (kept.rpartition("\n")[0].rstrip() or kept) + MORE


def _posting(target: Target, text: str, at: int) -> tuple[str, dict[str, Any]]:
    """The address and the body that this kind of robot expects."""
    if target.channel is Channel.FEISHU:
        signed = {"timestamp": str(at), "sign": _feishu_sign(target.secret, at)} if target.secret else {}
        return target.address, {**signed, "msg_type": "text", "content": {"text": text}}
    address = target.address
    if target.channel is Channel.DINGTALK and target.secret:
        moment = at * 1000
        address += f"&timestamp={moment}&sign={quote(_dingtalk_sign(target.secret, moment), safe='')}"
    return address, {"msgtype": "text", "text": {"content": text}}


def _dingtalk_sign(secret: str, moment: int) -> str:
    """加签: the key signs the milliseconds and itself."""
    return _digest(secret.encode(), f"{moment}\n{secret}".encode())


def _feishu_sign(secret: str, at: int) -> str:
    """签名校验: the seconds and the key sign nothing at all."""
    return _digest(f"{at}\n{secret}".encode(), b"")


def _digest(key: bytes, words: bytes) -> str:
    return base64.b64encode(hmac.new(key, words, hashlib.sha256).digest()).decode("ascii")


def _json(words: Mapping[str, Any]) -> bytes:
    return json.dumps(words, ensure_ascii=False).encode()


def _judge(answer: wire.Answer) -> None:
    """The robots answer 200 to everything; whether it was taken stands in the answer, and an answer that does not say
    so (a proxy's page) is none of theirs."""
    said = _read(answer.words)
    code = said.get("errcode", said.get("code", said.get("StatusCode")))
    words = str(said.get("errmsg") or said.get("msg") or "")[:200]
    number = int(code) if str(code).lstrip("-").isdigit() else None
    if answer.status == TOO_MANY_REQUESTS or number in TOO_OFTEN:
        raise Busy(f"群机器人暂不接收（{number or answer.status}）：发送过于频繁")
    if answer.status != 200 or number is None:
        raise Refused(f"群机器人没有接收（{answer.status}）：{words or answer.words[:200]}")
    if number != 0:
        raise Refused(f"群机器人没有接收（{number}）：{HINTS.get(number) or words}")


def _read(words: str) -> Mapping[str, Any]:
    try:
        said = json.loads(words)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
