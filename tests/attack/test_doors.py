"""Attacks on the doors: another's link, session and second factor; sessions planted or replayed; roles that change
while signed in; headers of a gateway that is not there; tickets for another service."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.conftest import CHEAP, code_of, give_factor, give_password, sign_in, signed_in, user_of
from tests.cast import Cast
from tracker.accounts import actions, passwords, queries
from tracker.accounts.models import Holding, UserSession
from tracker.accounts.passwords import token_hash
from tracker.core import clock, logs
from tracker.core.access import Role
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages import wire

Client = Callable[[str], FlaskClient]
EVERYBODY = ("liaison", "leader", "other_liaison", "officer", "head", "chair", "sysadmin", "secadmin", "auditor")


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_hasher", CHEAP)


@pytest.fixture
def browser(app: Flask, cast: Cast) -> FlaskClient:
    give_password("wangmin")
    return app.test_client()


def cookie_of(browser: FlaskClient) -> str:
    found = browser.get_cookie("gangmu")
    return found.value if found is not None else ""


@pytest.mark.parametrize("who", [one for one in EVERYBODY if one != "liaison"])
def test_nobody_ends_or_uses_anothers_session(client: Client, cast: Cast, who: str) -> None:
    victim = db.session.scalars(
        select(UserSession).where(UserSession.user_id == db.session.get_one(Holding, cast.holdings["liaison"]).user_id)
    ).first()
    assert victim is not None
    number = victim.id
    client(who).post(f"/account/sessions/{number}/end")
    client(who).post("/account/sessions/end-others")
    db.session.expire_all()
    assert db.session.get_one(UserSession, number).ended_at is None
    assert client("liaison").get("/account").status_code == 200


@pytest.mark.parametrize("who", ["liaison", "leader", "chair", "auditor", "lower_officer"])
def test_nobody_makes_links_or_resets_factors_who_keeps_no_accounts(client: Client, cast: Cast, who: str) -> None:
    holding, user = cast.holdings["other_liaison"], db.session.get_one(Holding, cast.holdings["other_liaison"]).user_id
    for address in (
        f"/unit-holdings/{holding}/link", f"/unit-holdings/{holding}/sign-in-link", f"/users/{user}/link",
        f"/users/{user}/factor", f"/users/{user}/link-order", f"/leavers/{user}",
    ):  # fmt: skip
        assert client(who).post(address, data={"reason": "要"}).status_code in {403, 404}, address


def test_a_link_opened_by_somebody_signed_in_leads_to_its_own_person_only(client: Client, cast: Cast) -> None:
    holding = db.session.get_one(Holding, cast.holdings["other_liaison"])
    key = actions.give_sign_in_link(cast.actor("officer"), holding) or ""
    other, name = client("liaison"), holding.user.name
    other.post(f"/enter/{key}")
    page = other.get("/account").text
    assert name in page
    assert "王敏" not in page


def test_the_half_way_key_of_another_browser_opens_nothing(app: Flask, browser: FlaskClient) -> None:
    """Who knows the code and not the password has no half-way key, and a key made up is none."""
    seed = give_factor("wangmin")
    stranger = app.test_client()
    with stranger.session_transaction() as kept:
        kept["second_step"] = "made-up"
    assert stranger.post("/sign-in/code", data={"code": code_of(seed)}).location.startswith("/sign-in")
    assert not signed_in(stranger)


def test_a_half_way_key_dies_with_the_sign_in_it_was_made_for(app: Flask, browser: FlaskClient) -> None:
    seed = give_factor("wangmin")
    sign_in(browser)
    copied = cookie_of(browser)
    assert browser.post("/sign-in/code", data={"code": code_of(seed)}).location == "/"
    thief = app.test_client()
    thief.set_cookie("gangmu", copied)
    thief.post("/sign-in/code", data={"code": code_of(seed, 1)})
    assert not signed_in(thief)


def test_a_code_of_anothers_telephone_opens_nothing(browser: FlaskClient) -> None:
    give_factor("wangmin")
    other = give_factor("sunli")
    sign_in(browser)
    assert "不正确" in browser.post("/sign-in/code", data={"code": code_of(other)}).text
    assert not signed_in(browser)


def test_a_planted_session_is_not_carried_over(app: Flask, browser: FlaskClient) -> None:
    """Fixation: what the attacker put into the victim's browser before is worth nothing after."""
    give_password("sunli")
    attacker = app.test_client()
    sign_in(attacker, "sunli")
    planted = cookie_of(attacker)
    browser.set_cookie("gangmu", planted)
    sign_in(browser)
    assert cookie_of(browser) != planted
    assert "王敏" in browser.get("/account").text
    assert "王敏" not in attacker.get("/account").text
    assert "孙立" in attacker.get("/account").text


def test_a_cookie_kept_from_before_signing_out_opens_nothing(app: Flask, browser: FlaskClient) -> None:
    sign_in(browser)
    kept = cookie_of(browser)
    browser.post("/sign-out")
    browser.set_cookie("gangmu", kept)
    assert not signed_in(browser)


def test_a_token_from_the_database_is_no_cookie(app: Flask, browser: FlaskClient) -> None:
    """Who reads the table of sessions has hashes only."""
    sign_in(browser)
    session = db.session.scalars(select(UserSession).order_by(UserSession.id.desc())).first()
    assert session is not None
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie["_user_id"] = session.token_hash
    assert not signed_in(thief)
    assert session.token_hash != token_hash(session.token_hash)


def test_authority_that_ends_ends_at_the_next_click(client: Client, cast: Cast) -> None:
    holding = db.session.get_one(Holding, cast.holdings["officer"])
    secadmin = cast.actor("secadmin")
    actions.put_in_charge(secadmin, holding, until=clock.today())
    assert actor_is_head(holding)
    actions.put_in_charge(secadmin, holding, until=None)
    assert not actor_is_head(holding)


def actor_is_head(holding: Holding) -> bool:
    """As each request asks it."""
    return queries.actor_for(holding, clock.now()).is_head


def test_a_role_taken_away_is_gone_at_the_next_click(client: Client, cast: Cast) -> None:
    officer = client("officer")
    assert officer.get("/rounds").status_code == 200
    holding = db.session.get_one(Holding, cast.holdings["officer"])
    actions.end_holding(cast.actor("secadmin"), holding, last_day=clock.today() - timedelta(days=1))
    assert officer.get("/rounds").status_code in {302, 403}
    assert officer.post("/units/new", data={"full_name": "某局"}).status_code in {302, 401, 403}


def test_a_role_given_while_signed_in_is_not_acted_from_until_it_is_chosen(client: Client, cast: Cast) -> None:
    liaison = client("liaison")
    person = db.session.get_one(Holding, cast.holdings["liaison"]).user
    actions.grant(
        cast.actor("secadmin"), person, committee=cast.committee, role=Role.OFFICER, starts_on=clock.today()
    )  # fmt: skip
    assert liaison.get("/roster/import").status_code == 403


@pytest.mark.parametrize(
    "header",
    ["X-Remote-User", "Remote-User", "X-Forwarded-User", "X-Authenticated-User", "REMOTE_USER", "X-SSO-User"],
)
def test_without_a_gateway_no_header_names_anybody(browser: FlaskClient, header: str) -> None:
    browser.get("/sign-in", headers={header: "wangmin"}, environ_overrides={"REMOTE_USER": "wangmin"})
    assert not signed_in(browser)


def test_without_a_proxy_nobody_writes_his_own_address(
    browser: FlaskClient, client: Client, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = {"X-Forwarded-For": "10.1.2.3", "X-Real-IP": "10.1.2.3", "Forwarded": "for=10.1.2.3"}
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], admin_networks=("10.1.0.0/16",)))
    assert client("sysadmin").get("/users", headers=forged).status_code == 403
    browser.post("/sign-in", data={"login": "wangmin", "password": "Qinghe-2026"}, headers=forged)
    session = db.session.scalars(select(UserSession).order_by(UserSession.id.desc())).first()
    assert session is not None
    assert session.address == "127.0.0.1"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_no_door_leads_to_another_site(
    app: Flask, browser: FlaskClient, cast: Cast, client: Client, target: str
) -> None:
    seed = give_factor("wangmin")
    sign_in(browser, next=target)
    assert browser.post("/sign-in/code", data={"code": code_of(seed)}, query_string={"next": target}).location == "/"
    number = cast.holdings["liaison"]
    answer = client("liaison").post("/account/post", data={"post": number, "next": target})
    assert answer.location == "/"


def test_a_sign_in_link_is_dead_once_its_post_ended_or_its_day_is_over(cast: Cast) -> None:
    holding = db.session.get_one(Holding, cast.holdings["liaison"])
    key = actions.give_sign_in_link(cast.actor("officer"), holding) or ""
    with time_machine.travel(clock.now() + timedelta(hours=24, minutes=1)), pytest.raises(RuleError):
        actions.use_sign_in_link(key, at=clock.now())
    actions.end_holding(cast.actor("officer"), holding, last_day=clock.today() - timedelta(days=1))
    with pytest.raises(RuleError):
        actions.use_sign_in_link(key, at=clock.now())
    assert user_of("wangmin").is_active


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "fe80::1",
        "100.100.100.200", "::ffff:100.100.100.200", "fd00:ec2::254", "0.0.0.0", "::", "224.0.0.1",
    ],
)  # fmt: skip
def test_no_gateway_is_where_clouds_keep_their_keys(address: str) -> None:
    assert wire.is_barred(address)
    assert not wire.is_barred("10.1.2.3")
    assert not wire.is_barred("fd12:3456::1")


def test_nobody_writes_a_line_into_the_log(app: Flask, tmp_path: Path) -> None:
    root, before = logging.getLogger(), list(logging.getLogger().handlers)
    levels = root.level, logging.getLogger("tracker").level
    try:
        logs.begin(replace(app.config["SETTINGS"], log_dir=tmp_path), "web")
        sent = "/x\n2026-01-01 00:00:00 WARNING forged\r\x1b[2J\u2028more"
        logging.getLogger("tracker.slow").warning("slow request GET %s", sent)
        try:
            raise ValueError("a stack keeps its lines")
        except ValueError:
            logging.getLogger("tracker.slow").exception("failed")
    finally:
        for one in root.handlers:
            one.close()
        root.handlers = before
        root.setLevel(levels[0])
        logging.getLogger("tracker").setLevel(levels[1])
    said = (tmp_path / "web.log").read_text(encoding="utf-8")
    lines = said.splitlines()
    assert "forged" in lines[0]
    assert not any(one.startswith("2026-01-01 00:00:00 WARNING forged") for one in lines)
    assert "\x1b" not in said
    assert "Traceback (most recent call last):" in lines
