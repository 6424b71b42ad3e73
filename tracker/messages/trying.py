"""测试发送: one trial on a channel, now, outside the outbox, and what came of it in one sentence."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from tracker.config import Settings
from tracker.core.db import db
from tracker.messages import mail, posting
from tracker.messages.dispatch import group_words, target_of
from tracker.messages.models import Outlet
from tracker.messages.wire import Away

TITLE = "测试"
TEXT = "这是一条测试消息，收到即说明发送渠道可以使用。"


def try_outlet(outlet: Outlet, phone: str | None, at: datetime) -> str | None:
    """Post a trial; returns why it failed, or None. No transaction is held meanwhile."""
    settings: Settings = current_app.config["SETTINGS"]
    number, is_group = outlet.id, outlet.is_group
    item = mail.Item(TEXT, "", settings.base_url)
    try:
        target = target_of(outlet)
        db.session.rollback()
        if is_group:
            posting.post_to_group(target, group_words([item], {}, settings), int(at.timestamp()))
        else:
            posting.notify_gateway(
                target, f"test:{number}:{int(at.timestamp())}", phone or "", TITLE, TEXT, settings.base_url,
                int(at.timestamp()),
            )  # fmt: skip
    except (posting.Refused, Away) as error:
        return str(error)
    return None


def try_mail(address: str | None, at: datetime) -> str | None:
    """A trial letter; returns why it failed, or None."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.smtp_host:
        return "没有配置邮件服务器"
    if not address:
        return "您的账号没有登记电子邮箱，请先在“我的账号”中填写"
    db.session.rollback()
    letter = mail.compose(
        f"test:{int(at.timestamp())}", address, [mail.Item(TITLE, TEXT, settings.base_url)], settings, at
    )  # fmt: skip
    try:
        with mail.Postbox(settings) as postbox:
            postbox.send(letter)
    except (mail.Unreachable, mail.NotTaken) as error:
        return str(error)
    return None
