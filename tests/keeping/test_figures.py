"""What a monitor reads, what the log says of slow work, and what happens to whoever sends too much."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests.cast import Cast, client_of
from tracker import create_app
from tracker.accounts import actions as accounts
from tracker.accounts.models import UserSession
from tracker.accounts.sessions import token_hash
from tracker.config import Settings
from tracker.core import brake, clock
from tracker.core.brake import Brake
from tracker.core.db import db


def test_the_figures_are_for_the_addresses_and_the_token_of_the_settings(app: Flask, cast: Cast) -> None:
    near, far = {"REMOTE_ADDR": "127.0.0.1"}, {"REMOTE_ADDR": "10.9.8.7"}
    client = app.test_client()
    assert client.get("/metrics", environ_overrides=near).status_code == 200
    assert client.get("/metrics", environ_overrides=far).status_code == 404
    was = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(was, metrics_token="a token")
    try:
        right, wrong = {"Authorization": "Bearer a token"}, {"Authorization": "Bearer another"}
        assert client.get("/metrics", environ_overrides=far, headers=right).status_code == 200
        assert client.get("/metrics", environ_overrides=far, headers=wrong).status_code == 404
        assert client.get("/metrics", environ_overrides=far).status_code == 404
    finally:
        app.config["SETTINGS"] = was


def figures(app: Flask) -> dict[str, float]:
    said = app.test_client().get("/metrics").text
    return {name: float(value) for name, value in re.findall(r"^([a-z_]+(?:\{[^}]*\})?) (\S+)$", said, re.M)}


def test_requests_are_counted_by_kind_status_and_time(app: Flask, cast: Cast) -> None:
    before = figures(app)
    client_of(app, cast, "officer").get("/plans")
    app.test_client().get("/nowhere")
    after = figures(app)
    grown = {name for name, value in after.items() if value > before[name]}
    assert 'gangmu_answers_total{status="2xx"}' in grown
    assert 'gangmu_answers_total{status="4xx"}' in grown
    assert (
        after['gangmu_request_seconds_count{method="read"}']
        == after['gangmu_request_seconds_bucket{method="read",le="+Inf"}']
    )
    assert after["gangmu_database_up"] == 1
    assert after["gangmu_copy_age_seconds"] == -1
    assert {"gangmu_mail_overdue", "gangmu_job_failures", "gangmu_works_open", "gangmu_schedulers"} <= set(after)


def test_slow_work_stands_in_the_log_with_the_number_of_the_request(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], slow_ms=0))
    with caplog.at_level(logging.WARNING, "tracker.slow"):
        client_of(app, cast, "officer").get("/plans", headers={"X-Request-ID": "abcdef0123456789"})
    said = [record.getMessage() for record in caplog.records]
    assert any(line.startswith("slow request abcdef0123456789 GET /plans: ") for line in said)
    queries = [line for line in said if line.startswith("slow query abcdef0123456789: ")]
    assert queries
    assert not any(cast.tokens["officer"] in line for line in queries), "values are never written down"


def test_whoever_sends_too_much_waits_and_nobody_else(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], posts_per_minute=3))
    officer, head = client_of(app, cast, "officer"), client_of(app, cast, "head")
    answers = [officer.post("/inbox/read").status_code for _ in range(5)]
    assert answers == [302, 302, 302, 429, 429]
    assert head.post("/inbox/read").status_code == 302
    assert officer.get("/inbox").status_code == 200, "reading goes on"
    strangers = [
        app.test_client().post("/sign-in", environ_overrides={"REMOTE_ADDR": "10.1.1.1"}).status_code for _ in range(31)
    ]
    assert strangers[-1] == 429


def test_a_flood_is_counted_by_all_processes_together_and_is_over_after_a_minute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = Brake(tmp_path / "brake"), Brake(tmp_path / "brake")
    moment = 6000.0
    monkeypatch.setattr(brake.time, "monotonic", lambda: moment)
    sent = [one.too_many("account:1", 4) for one in (first, second, first, second, first)]
    assert sent == [False, False, False, False, True]
    assert not second.too_many("account:2", 4)
    moment += 30
    assert first.too_many("account:1", 4), "half a minute later it still counts"
    moment += 75
    assert not second.too_many("account:1", 4)
    moment = 90.0
    assert not first.too_many("account:1", 1), "the machine was started anew"


def test_ten_thousand_addresses_do_not_fill_the_brake(tmp_path: Path) -> None:
    counted = Brake(tmp_path / "brake")
    assert not any(counted.too_many(f"address:{number}", 1) for number in range(10_000))
    assert counted.too_many("address:9999", 1)


def test_the_limit_is_the_accounts_whatever_session_it_comes_from(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], posts_per_minute=3))
    monkeypatch.setitem(app.extensions, "tracker.brake", Brake(Path(app.config["SETTINGS"].instance) / "brake-anew"))
    officer = client_of(app, cast, "officer")
    token = token_hash("another sitting of the same person")
    holding = db.session.scalars(select(UserSession)).all()
    mine = next(one for one in holding if one.user_id == cast.actor("officer").user_id)
    accounts.start_session(mine.user, mine.holding, token_hash=token, at=clock.now())
    again = app.test_client()
    with again.session_transaction() as cookie:
        cookie["_user_id"] = "another sitting of the same person"
    answers = [one.post("/inbox/read").status_code for one in (officer, again, officer, again)]
    assert answers == [302, 302, 302, 429]


def test_two_processes_count_into_the_same_figures(tmp_path: Path) -> None:
    settings = Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path / 'x.sqlite3'}", secret_key="test")
    first, second = create_app(settings), create_app(settings)
    for app in (first, second, second):
        app.test_client().get("/healthz")
    with first.app_context():
        assert db.session.execute(text("SELECT 1")).scalar() == 1
        db.session.remove()
    assert figures(first)['gangmu_answers_total{status="5xx"}'] == 3
