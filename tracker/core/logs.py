"""Where the processes that serve write what happened: to stderr, which systemd keeps, or to files of a folder.

A file that was moved away (logrotate) is noticed and begun anew by itself; several processes append to the same one.
"""

from __future__ import annotations

import logging
from logging.handlers import WatchedFileHandler

from flask import g, has_request_context

from tracker.config import Settings

FORMAT = "%(asctime)s %(levelname)s %(name)s %(request)s%(message)s"


class _NamesRequest(logging.Filter):
    """Put the request's number before what was said in its course."""

    def filter(self, record: logging.LogRecord) -> bool:
        number = g.get("request_id") if has_request_context() else None
        record.request = f"[{number}] " if number else ""
        return True


CONTROLS = {number: f"\\x{number:02x}" for number in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)} | {10: "\\n"}


class _OneLine(logging.Formatter):
    """What somebody sent (an address, a name) begins no line of its own and moves no cursor of who reads the log. Only
    the stack of an error, which the program itself writes, has lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return super().formatMessage(record).translate(CONTROLS)


def begin(settings: Settings, name: str) -> None:
    """Let this process write its log. Raises ValueError with a sentence for a folder that cannot be written to."""
    root = logging.getLogger()
    handler = _handler(settings, name)
    handler.setFormatter(_OneLine(FORMAT))
    handler.addFilter(_NamesRequest())
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("tracker").setLevel(logging.INFO)


def _handler(settings: Settings, name: str) -> logging.Handler:
    if settings.log_dir is None:
        return logging.StreamHandler()
    try:
        settings.log_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return WatchedFileHandler(settings.log_dir / f"{name}.log", encoding="utf-8")
    except OSError as error:
        raise ValueError(f"日志目录 {settings.log_dir} 不能写入：{error.strerror}。") from error
