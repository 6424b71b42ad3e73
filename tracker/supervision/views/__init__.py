"""The doors of the room."""

from flask import Blueprint

bp = Blueprint("supervision", __name__)

from tracker.supervision.views import (  # noqa: E402 - they hang their routes on the blueprint
    briefings,
    checks,
    circular_lists,
    circulars,
    drafts,
    extensions,
    instructions,
    lights,
    matters,
    notice_pages,
    notices,
    signing,
    substitutes,
    verifying,
    year,
)

__all__ = [
    "bp",
    "briefings",
    "checks",
    "circular_lists",
    "circulars",
    "drafts",
    "extensions",
    "instructions",
    "lights",
    "matters",
    "notice_pages",
    "notices",
    "signing",
    "substitutes",
    "verifying",
    "year",
]
