"""What every page shows around its content."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g

from tracker.core import clock
from tracker.core.access import current_actor
from tracker.core.filters import zh_date, zh_weekday


def init_app(app: Flask) -> None:
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """The names that base.html expects."""
    settings = current_app.config["SETTINGS"]
    today = clock.today()
    actor = current_actor()
    return {
        "actor": actor,
        "posts": [],
        "navigation": [],
        "inbox_count": 0,
        "search_url": None,
        "site_name": actor.committee.body_name if actor else settings.site_name,
        "request_id": g.get("request_id"),
        "demo": settings.demo,
        "today_text": f"{zh_date(today)} {zh_weekday(today)}",
    }
