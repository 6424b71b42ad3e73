"""三员: three persons in profile djbh, management from configured networks, TLS (S9, S15, S16, S25)."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.conftest import give_factor, user_of
from tests.cast import Cast
from tracker import create_app
from tracker.accounts import actions
from tracker.accounts.models import User
from tracker.accounts.sso import is_within
from tracker.config import Settings, from_environment
from tracker.core import clock
from tracker.core.access import Role
from tracker.core.db import db
from tracker.core.errors import RuleError

Client = Callable[[str], FlaskClient]


def both(cast: Cast) -> None:
    actor = cast.actor("secadmin")
    actions.grant(actor, user_of("xitong"), committee=cast.committee, role=Role.SECADMIN, starts_on=actor.on)


def test_in_basic_one_person_keeps_system_and_security(cast: Cast) -> None:
    both(cast)


def test_in_djbh_nobody_holds_two_of_the_three(cast: Cast, settings: Callable[..., None]) -> None:
    settings(admin_profile="djbh")
    with pytest.raises(RuleError, match="应由三个人分别担任"):
        both(cast)


def test_whoever_held_two_before_the_profile_was_chosen_is_named(
    cast: Cast, client: Client, settings: Callable[..., None]
) -> None:
    both(cast)
    assert "同时担任两个管理岗位" not in client("secadmin").get("/users").text
    settings(admin_profile="djbh")
    give_factor("anquan")
    assert "系统员同时担任两个管理岗位" in client("secadmin").get("/users").text


def test_nobody_keeps_the_trail_and_anything_else(cast: Cast) -> None:
    actor = cast.actor("secadmin")
    with pytest.raises(RuleError, match="审计管理员不能由"):
        actions.grant(actor, user_of("shenji"), committee=cast.committee, role=Role.SYSADMIN, starts_on=actor.on)


@pytest.fixture
def fresh(tmp_path: Path) -> Flask:
    url = f"sqlite:///{tmp_path / 'fresh.sqlite3'}"
    app = create_app(Settings(instance=tmp_path, database_url=url, secret_key="test", admin_profile="djbh"))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


def test_in_djbh_three_persons_are_named_at_the_installation(fresh: Flask) -> None:
    with fresh.app_context():
        db.create_all()
        key = actions.prepare_installation(clock.now())
        client, form = fresh.test_client(), {
            "level": "prefecture", "area_name": "云川市", "area_code": "870100", "login": "haozc", "name": "郝志超",
            "new": "Liushui-78", "again": "Liushui-78", "secadmin_name": "冯小宁", "secadmin_login": "fengxn",
            "auditor_name": "诸葛明",
        }  # fmt: skip
        assert "安全管理员和审计管理员" in client.post(f"/setup/{key}", data=form).text, "the third is missing"
        page = client.post(f"/setup/{key}", data={**form, "auditor_login": "zhugem"}).text
        held = {user.login: [one.post.role for one in user.holdings] for user in db.session.query(User)}
        assert held == {"haozc": [Role.SYSADMIN], "fengxn": [Role.SECADMIN], "zhugem": [Role.AUDITOR]}
        keys = re.findall(r"/invitation/([\w-]+)", page)
        assert len(set(keys)) == 2
        assert all(client.get(f"/invitation/{one}").status_code == 200 for one in keys)
        assert client.get(f"/setup/{key}").status_code == 410
        db.session.remove()
        db.engine.dispose()


def test_administrators_work_from_their_networks_only(client: Client, settings: Callable[..., None]) -> None:
    settings(admin_networks=("10.1.0.0/16",))
    sysadmin = client("sysadmin")
    answer = sysadmin.get("/users")
    assert answer.status_code == 403
    assert "指定的网络" in answer.text
    assert sysadmin.get("/users", environ_base={"REMOTE_ADDR": "10.1.2.3"}).status_code == 200
    assert sysadmin.get("/account/post").status_code == 200, "the way to another post stays open"
    assert sysadmin.post("/sign-out").status_code == 302
    assert client("officer").get("/units").status_code == 200
    assert client("stranger").get("/setup/no-such-key").status_code == 403


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("10.1.2.3", True),
        ("::ffff:10.1.2.3", True),
        ("10.2.2.3", False),
        ("fe80::1", False),
        ("", False),
        (None, False),
    ],
)
def test_an_address_lies_in_a_network_or_not(address: str | None, inside: bool) -> None:
    assert is_within(address, ("10.1.0.0/16", "192.168.3.7")) is inside


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"TRACKER_ADMIN_NETWORKS": "10.1.2.3/16"}, "不是网络地址"),
        ({"TRACKER_ADMIN_PROFILE": "none"}, "TRACKER_ADMIN_PROFILE"),
        ({"TRACKER_GATEWAY_HEADER": "X-User"}, "任何人都能冒用"),
        ({"TRACKER_OIDC_ISSUER": "https://sso.example.org"}, "应同时设置"),
        ({"TRACKER_CAS_URL": "file:///etc/passwd"}, "https://"),
    ],
)
def test_a_setting_that_makes_no_sense_stops_the_start(tmp_path: Path, words: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        from_environment({"TRACKER_INSTANCE": str(tmp_path), **words})


def test_plain_http_through_the_proxy_is_led_to_tls(client: Client, settings: Callable[..., None]) -> None:
    settings(base_url="https://gm.example.org/wc", trusted_proxies=1)
    stranger, plain = client("stranger"), {"X-Forwarded-Proto": "http"}
    answer = stranger.get("/sign-in?next=/inbox", headers=plain)
    assert (answer.status_code, answer.location) == (308, "https://gm.example.org/wc/sign-in?next=/inbox")
    assert stranger.post("/sign-in", headers=plain, data={"login": "a", "password": "b"}).status_code == 403
    assert stranger.get("/healthz").status_code == 200
    secure = stranger.get("/sign-in", base_url="https://localhost", headers={"X-Forwarded-Proto": "https"})
    assert secure.headers["Strict-Transport-Security"] == "max-age=31536000"
