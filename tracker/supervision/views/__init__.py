"""The doors of the room."""

from flask import Blueprint

bp = Blueprint("supervision", __name__)

from tracker.supervision.views import briefings, circulars, lights, notice_pages, notices  # noqa: E402 - they hang their routes on the blueprint

__all__ = ["bp", "briefings", "circulars", "lights", "notice_pages", "notices"]
