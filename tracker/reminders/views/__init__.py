"""The inbox, the office's pages about deadlines, rules and messages, the channels, the health of the installation."""

from flask import Blueprint

bp = Blueprint("reminders", __name__)

from tracker.reminders.views import (  # noqa: E402 - they hang their routes on the blueprint
    channels,
    contacts,
    deadline,
    health,
    here,
    inbox,
    office,
    papers,
    phone,
    rules,
    unreached,
)

__all__ = [
    "bp",
    "channels",
    "contacts",
    "deadline",
    "health",
    "here",
    "inbox",
    "office",
    "papers",
    "phone",
    "rules",
    "unreached",
]
