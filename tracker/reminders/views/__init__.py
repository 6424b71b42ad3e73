"""The inbox, the office's pages about deadlines and messages, and the health of the installation."""

from flask import Blueprint

bp = Blueprint("reminders", __name__)

from tracker.reminders.views import health, inbox, office, papers  # noqa: E402 - they hang their routes on the blueprint

__all__ = ["bp", "health", "inbox", "office", "papers"]
