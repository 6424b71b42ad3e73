"""What every page shows around its content: where one may go, who one is, what is unread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from tracker.accounts import queries as accounts
from tracker.core import clock
from tracker.core.access import ADMIN_ROLES, Actor, Role, current_actor
from tracker.core.filters import zh_date, zh_weekday
from tracker.messages.queries import unread_count
from tracker.search.policy import can_search


@dataclass(frozen=True)
class Place:
    """An entry of the left side: where it leads, and which pages count as being there."""

    label: str
    endpoint: str
    holds: tuple[str, ...]
    """Beginnings of endpoints."""


@dataclass(frozen=True)
class Entry:
    """A place as base.html draws it."""

    label: str
    url: str
    active: bool


@dataclass(frozen=True)
class OtherPost:
    """A post to switch to."""

    id: int
    label: str


DESK = Place("工作台", "home.index", ("home.",))
PLANS = Place("规划", "plans.index", ("plans.", "tasks."))
ROUNDS = Place("报送和审核", "reports.rounds", ("reports.",))
SUPERVISION = Place("督查", "supervision.lights", ("supervision.",))
NOTICES = Place(
    "督查", "supervision.notices",
    ("supervision.notice", "supervision.propose", "supervision.matter", "supervision.check", "supervision.light"),
)  # fmt: skip
CIRCULARS = Place("通报", "supervision.circulars", ("supervision.circular", "supervision.verify"))
REMINDERS = Place(
    "催报", "reminders.deadlines",
    ("reminders.deadline", "reminders.coming", "reminders.sent", "reminders.nudge", "reminders.rule", "reminders.hours",
     "reminders.unreached", "reminders.contacts", "reminders.health"),
)  # fmt: skip
HEALTH = Place("运行状况", "reminders.health", ("reminders.health",))
UNITS = Place(
    "单位", "committees.units",
    ("committees.unit", "accounts.roster", "accounts.unit_", "accounts.proposal", "accounts.see_off"),
)  # fmt: skip
SETTINGS = Place(
    "设置", "committees.settings",
    ("committees.settings", "committees.calendar", "committees.notice", "trail.", "reminders.channel"),
)  # fmt: skip
COMMITTEES = Place("下级机构", "committees.committees", ("committees.committee",))
COPIES = Place("备份", "keeping.copies", ("keeping.",))
USERS = Place(
    "账号", "accounts.users",
    ("accounts.user", "accounts.holding", "accounts.reset_factor", "accounts.see_off"),
)  # fmt: skip
TRAIL = Place("操作记录", "trail.index", ("trail.",))
MY_TASKS = Place("任务", "tasks.mine", ("tasks.", "plans."))
MY_REPORTS = Place("我的报告", "reports.mine", ("reports.",))
ROSTER = Place("单位名单", "accounts.roster", ("accounts.roster", "committees.unit"))

OFFICE = (DESK, PLANS, ROUNDS, SUPERVISION, REMINDERS, UNITS, SETTINGS)
UNIT = (DESK, MY_TASKS, MY_REPORTS, NOTICES, CIRCULARS, ROSTER)
PLACES: dict[Role, tuple[Place, ...]] = {
    Role.LIAISON: UNIT,
    Role.UNIT_LEADER: UNIT,
    Role.OFFICER: OFFICE,
    Role.OFFICE_HEAD: OFFICE,
    Role.CHAIR: (DESK, PLANS, ROUNDS, SUPERVISION, ROSTER),
    Role.SYSADMIN: (DESK, USERS, UNITS, COMMITTEES, HEALTH, SETTINGS, COPIES),
    Role.SECADMIN: (DESK, USERS),
    Role.AUDITOR: (DESK, TRAIL),
}
"""At most seven entries, those the post needs and no others (interface.md)."""


def init_app(app: Flask) -> None:
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """The names that base.html expects. Without a database the frame is bare: an error page must still come."""
    try:
        around = _around(current_actor())
    except SQLAlchemyError:
        g.actor = None
        around = _around(None)
    settings, today = current_app.config["SETTINGS"], clock.today()
    return {
        **around,
        "request_id": g.get("request_id"),
        "demo": settings.demo,
        "today_text": f"{zh_date(today)} {zh_weekday(today)}",
        "search_url": _search_address(),
        "help_url": None,
        "home_url": url_for("home.index"),
        "sign_out_url": url_for("accounts.sign_out"),
        "switch_post_url": url_for("accounts.switch_post"),
    }


def _search_address() -> str | None:
    actor = g.get("actor")
    return _address("search.index") if actor is not None and can_search(actor) else None


def _around(actor: Actor | None) -> dict[str, Any]:
    if actor is None:
        site_name = current_app.config["SETTINGS"].site_name
        return {"actor": None, "posts": [], "navigation": [], "inbox_count": 0, "site_name": site_name}
    return {
        "actor": actor,
        "posts": _other_posts(actor),
        "navigation": _navigation(actor),
        "inbox_count": unread_count(actor.user_id),
        "inbox_url": _address("reminders.inbox") if actor.role not in ADMIN_ROLES else None,
        "account_url": _address("accounts.me"),
        "site_name": actor.committee.body_name,
    }


def _navigation(actor: Actor) -> list[Entry]:
    here = request.endpoint or ""
    places = PLACES[actor.role] if actor.role else ()
    return [
        Entry(place.label, url, here.startswith(place.holds))
        for place in places
        if (url := _address(place.endpoint)) is not None
    ]


def _other_posts(actor: Actor) -> list[OtherPost]:
    return [
        OtherPost(holding.id, holding.duty)
        for holding in accounts.current_holdings(actor.user_id or 0, actor.on)
        if holding.post_id != actor.post.id
    ]


def _address(endpoint: str) -> str | None:
    return url_for(endpoint) if endpoint in current_app.view_functions else None
