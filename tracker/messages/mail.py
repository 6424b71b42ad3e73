"""Mail: one letter per sending, by SMTP, with a Message-ID that a repetition carries again."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from tracker.config import Settings
from tracker.core import clock
from tracker.messages import wording

WITHOUT = "未配置邮件服务器"
PATIENCE = 20
"""Seconds that a mail server may take for one answer; a whole batch stays far below the lease."""


class Unreachable(Exception):
    """The mail server could not be reached at all: no use in trying it with the rest of the batch."""


class NotTaken(Exception):
    """The server did not take this letter; the words say what it answered."""


@dataclass(frozen=True)
class Item:
    """One message as a letter tells it; `url` is the whole address."""

    title: str
    body: str
    url: str


def compose(key: str, address: str, items: Sequence[Item], settings: Settings, at: datetime) -> EmailMessage:
    """One letter for one or several messages. The same key gives the same Message-ID, so servers drop a repetition."""
    title, body = in_words(items, settings)
    _, sender = parseaddr(settings.mail_from)
    domain = sender.rpartition("@")[2] or "localhost"
    mail = EmailMessage()
    mail["Subject"] = f"【{settings.site_name}】{title}"
    mail["From"] = Address(settings.site_name, addr_spec=sender)
    mail["To"] = Address(addr_spec=address)
    mail["Date"] = format_datetime(clock.shanghai(at))
    mail["Message-ID"] = message_id(key, settings.base_url, domain)
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Id"] = f"<messages.gangmu.{domain}>"
    mail.set_content(body + "\n", charset="utf-8")
    return mail


def in_words(items: Sequence[Item], settings: Settings) -> tuple[str, str]:
    """Subject and text of one message, or of a digest of several."""
    name = "one" if len(items) == 1 else "digest"
    return wording.render(f"messages/{name}", items=items, site_name=settings.site_name, base_url=settings.base_url)


def message_id(key: str, site: str, domain: str) -> str:
    """Stable for a sending of this site, different for every other."""
    return f"<gangmu.{hashlib.sha256(f'{site} {key}'.encode()).hexdigest()[:32]}@{domain}>"


class Postbox:
    """A connection to the mail server, opened at the first letter and kept for the batch."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Postbox:
        return self

    def __exit__(self, *_: object) -> None:
        self._leave()

    def send(self, mail: EmailMessage) -> None:
        """Hand one letter over. Raises Unreachable when there is no server, NotTaken when it refuses the letter."""
        if self._server is None:
            self._server = self._open()
        try:
            self._server.send_message(mail)
        except (smtplib.SMTPException, OSError) as error:
            self._leave()  # after a failure the conversation is not to be trusted
            raise NotTaken(_said(error)) from error

    def _open(self) -> smtplib.SMTP:
        settings = self._settings
        host = settings.smtp_host or ""
        try:
            if settings.smtp_security == "ssl":
                context = ssl.create_default_context()
                server: smtplib.SMTP = smtplib.SMTP_SSL(host, settings.smtp_port, timeout=PATIENCE, context=context)
            else:
                server = smtplib.SMTP(host, settings.smtp_port, timeout=PATIENCE)
            if settings.smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password or "")
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(f"邮件服务器 {host}:{settings.smtp_port} 无法使用：{error}") from error
        return server

    def _leave(self) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        try:
            server.quit()
        except (smtplib.SMTPException, OSError):
            server.close()


def _said(error: Exception) -> str:
    """What the server answered, in one line that an office understands."""
    answer: tuple[int, bytes | str] | None = None
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answer = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        answer = (error.smtp_code, error.smtp_error)
    if answer is None:
        return f"邮件没有发出：{error}"
    words = answer[1].decode("utf-8", "replace") if isinstance(answer[1], bytes) else answer[1]
    return f"邮件服务器没有接收（{answer[0]}）：{words[:200]}"
