"""The door: out of sight is 404, in sight but not allowed is 403, a stranger signs in first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tracker.accounts.models import UserSession
from tracker.core import clock
from tracker.core.access import Role
from tracker.core.commands import command
from tracker.core.db import db

Clients = Callable[[str], FlaskClient]


def test_out_of_sight_is_not_found(client: Clients, cast: Cast) -> None:
    assert client("upper_officer").get(f"/units/{cast.units['市教育局']}/edit").status_code == 404


def test_in_sight_but_not_allowed_is_forbidden(client: Clients, cast: Cast) -> None:
    assert client("liaison").get(f"/units/{cast.units['市教育局']}/edit").status_code == 403


def test_seen_and_allowed_opens(client: Clients, cast: Cast) -> None:
    assert client("officer").get(f"/units/{cast.units['市教育局']}/edit").status_code == 200


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999", "-1", "abc", "1.5"])
def test_a_number_that_is_nobodys_is_not_found(client: Clients, number: str) -> None:
    assert client("officer").get(f"/units/{number}").status_code == 404


def test_a_stranger_is_led_to_sign_in_and_back(client: Clients, cast: Cast) -> None:
    answer = client("stranger").get("/units?system=party&q=a b")
    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/units?system%3Dparty%26q%3Da+b")


def test_a_strangers_form_leads_to_the_sign_in_page_only(client: Clients, cast: Cast) -> None:
    answer = client("stranger").post(f"/units/{cast.units['市教育局']}/move", data={"to": "up"})
    assert answer.location == "/sign-in"


def test_a_strangers_script_is_told_401_in_words(client: Clients) -> None:
    answer = client("stranger").get("/units", headers={"X-Background": "1"})
    assert answer.status_code == 401
    assert "重新登录" in answer.get_json()["message"]


@command
def age(cast: Cast, *, idle: timedelta = timedelta(0), old: timedelta = timedelta(0)) -> None:
    session = db.session.query(UserSession).filter_by(holding_id=cast.holdings["liaison"]).one()
    session.seen_at = clock.now() - idle
    session.started_at = clock.now() - old


def test_a_session_idle_for_thirty_minutes_is_closed(client: Clients, cast: Cast) -> None:
    age(cast, idle=timedelta(minutes=29))
    assert client("liaison").get("/units").status_code == 200
    age(cast, idle=timedelta(minutes=31))
    assert client("liaison").get("/units").status_code == 302


def test_a_session_lives_twelve_hours_at_most(client: Clients, cast: Cast) -> None:
    age(cast, old=timedelta(hours=12, minutes=1))
    assert client("liaison").get("/units").status_code == 302


def test_a_page_extends_the_idle_time_and_polling_does_not(client: Clients, cast: Cast) -> None:
    age(cast, idle=timedelta(minutes=20))
    client("liaison").get("/units", headers={"X-Background": "1"})
    assert seen_ago(cast) > timedelta(minutes=19)
    client("liaison").get("/units")
    assert seen_ago(cast) < timedelta(minutes=1)


def seen_ago(cast: Cast) -> timedelta:
    session = db.session.query(UserSession).filter_by(holding_id=cast.holdings["liaison"]).one()
    return clock.now() - session.seen_at


def test_an_actor_is_named_by_post(cast: Cast) -> None:
    assert cast.actor("liaison").named() == "王敏（市教育局联络员）"
    assert cast.system(clock.today()).named() == "定时任务"


def test_the_head_and_an_officer_in_charge_hold_the_authority(cast: Cast) -> None:
    officer = cast.actor("officer")
    assert cast.actor("head").is_head
    assert not officer.is_head
    assert replace(officer, post=replace(officer.post, in_charge=True)).is_head
    liaison = cast.actor("liaison")
    assert not replace(liaison, post=replace(liaison.post, in_charge=True)).is_head


@pytest.mark.parametrize(("who", "sees"), [("officer", True), ("chair", True), ("liaison", False), ("sysadmin", False)])
def test_office_and_chair_see_the_committee_as_a_whole(cast: Cast, who: str, sees: bool) -> None:
    assert cast.actor(who).sees_committee is sees


def test_every_role_has_its_word() -> None:
    assert len({role.label for role in Role}) == len(Role)


def test_an_error_page_shows_a_request_id_and_nothing_of_the_inside(client: Clients) -> None:
    answer = client("officer").get("/no-such-page?secret=1")
    assert answer.status_code == 404
    assert answer.headers["X-Request-ID"] in answer.text
    assert "Traceback" not in answer.text
    assert "secret" not in answer.text


def test_every_answer_carries_the_safe_headers(client: Clients) -> None:
    headers = client("stranger").get("/sign-in").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-store"


def test_a_form_without_its_token_is_refused(app: Flask, client: Clients, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answer = client("officer").post(f"/units/{cast.units['市教育局']}/move", data={"to": "up"})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert answer.status_code == 400
    assert "安全校验已过期" in answer.text
