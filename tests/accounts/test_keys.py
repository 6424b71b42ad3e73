"""One-time links: a first password, a forgotten one, and the very first installation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.conftest import give_password, sign_in, signed_in
from tests.cast import Cast
from tracker import create_app
from tracker.accounts import actions
from tracker.accounts.models import OneTimeToken, User
from tracker.committees.models import Committee
from tracker.config import Settings
from tracker.core import clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import RuleError

NEW = {"new": "Liushui-78", "again": "Liushui-78"}


@pytest.fixture
def key(cast: Cast) -> str:
    """A link for 王敏."""
    return actions.give_key(cast.actor("sysadmin"), db.session.scalars(select(User).filter_by(login="wangmin")).one())


def test_the_link_sets_a_password_once(browser: FlaskClient, key: str) -> None:
    page = browser.get(f"/invitation/{key}").get_data(as_text=True)
    assert "王敏" in page
    assert browser.post(f"/invitation/{key}", data=NEW).location == "/sign-in"
    assert sign_in(browser, password="Liushui-78") == "/"
    assert browser.get(f"/invitation/{key}").status_code == 410
    assert browser.post(f"/invitation/{key}", data=NEW).status_code == 410


def test_looking_at_the_link_does_not_use_it_up(browser: FlaskClient, key: str) -> None:
    for _ in range(3):
        assert browser.get(f"/invitation/{key}").status_code == 200


def test_a_weak_password_is_refused_and_the_link_lives_on(browser: FlaskClient, key: str) -> None:
    assert "至少3种" in browser.post(f"/invitation/{key}", data={"new": "liushui7", "again": "liushui7"}).text
    assert browser.post(f"/invitation/{key}", data=NEW).status_code == 302


def test_the_link_dies_after_a_day(browser: FlaskClient, key: str) -> None:
    with time_machine.travel(clock.now() + timedelta(hours=24, minutes=1)):
        assert browser.get(f"/invitation/{key}").status_code == 410


def test_a_new_link_kills_the_one_before(browser: FlaskClient, cast: Cast, key: str) -> None:
    user = db.session.scalars(select(User).filter_by(login="wangmin")).one()
    second = actions.give_key(cast.actor("sysadmin"), user)
    assert browser.get(f"/invitation/{key}").status_code == 410
    assert browser.get(f"/invitation/{second}").status_code == 200


def test_using_the_link_ends_every_session(browser: FlaskClient, app: Flask, key: str) -> None:
    sign_in(browser)
    app.test_client().post(f"/invitation/{key}", data=NEW)
    assert not signed_in(browser)


def test_changing_the_password_kills_a_link_that_was_waiting(browser: FlaskClient, key: str) -> None:
    sign_in(browser)
    browser.post("/account/password", data={"current": "Qinghe-2026", **NEW})
    assert browser.get(f"/invitation/{key}").status_code == 410


def test_a_made_up_link_says_the_same_as_a_dead_one(browser: FlaskClient, key: str) -> None:
    made_up = browser.get("/invitation/no-such-key")
    assert made_up.status_code == 410
    assert "已经用过或已过期" in made_up.text


def test_the_key_is_stored_as_a_hash_only(key: str) -> None:
    stored = [token.token_hash for token in db.session.scalars(select(OneTimeToken))]
    assert key not in stored
    assert key not in " ".join(str(entry.changes) + entry.sentence for entry in db.session.scalars(select(AuditEntry)))


def test_a_disabled_person_gets_no_link(cast: Cast) -> None:
    give_password("wangmin", is_active=False)
    with pytest.raises(RuleError, match="账号已停用"):
        actions.give_key(cast.actor("sysadmin"), db.session.scalars(select(User).filter_by(login="wangmin")).one())


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Flask]:
    """A machine on which nothing was ever installed."""
    settings = Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path / 'fresh.sqlite3'}", secret_key="test")
    app = create_app(settings)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


FIRST = {
    "level": "prefecture",
    "area_name": "云川市",
    "area_code": "870100",
    "name": "何管",
    "login": "heguan",
    **NEW,
}


def prepared(app: Flask) -> str:
    with app.app_context():
        return actions.prepare_installation(clock.now())


def within(app: Flask, question: Callable[[], object]) -> object:
    with app.app_context():
        return question()


def test_the_setup_page_makes_the_committee_and_its_administrator(fresh: Flask) -> None:
    key, browser = prepared(fresh), fresh.test_client()
    assert browser.get(f"/setup/{key}").status_code == 200
    assert browser.post(f"/setup/{key}", data=FIRST).location == "/sign-in"
    assert browser.post("/sign-in", data={"login": "heguan", "password": NEW["new"]}).location == "/account/post"
    page = browser.get("/account/post").text
    assert "市妇儿工委系统管理员" in page
    assert "市妇儿工委安全管理员" in page
    committee = within(fresh, lambda: db.session.scalars(select(Committee)).one())
    assert isinstance(committee, Committee)
    assert committee.office_name == "云川市妇女儿童工作委员会办公室"
    assert committee.number_prefix == "云妇儿工委"


def test_the_setup_page_works_once(fresh: Flask) -> None:
    key, browser = prepared(fresh), fresh.test_client()
    browser.post(f"/setup/{key}", data=FIRST)
    assert browser.get(f"/setup/{key}").status_code == 410
    assert browser.post(f"/setup/{key}", data={**FIRST, "login": "second"}).status_code == 410
    with fresh.app_context(), pytest.raises(RuleError, match="已有账号"):
        actions.prepare_installation(clock.now())


def test_only_the_latest_setup_key_opens(fresh: Flask) -> None:
    first, second = prepared(fresh), prepared(fresh)
    assert fresh.test_client().get(f"/setup/{first}").status_code == 410
    assert fresh.test_client().get(f"/setup/{second}").status_code == 200


def test_wrong_entries_are_named_and_nothing_is_made(fresh: Flask) -> None:
    key, browser = prepared(fresh), fresh.test_client()
    page = browser.post(f"/setup/{key}", data={**FIRST, "area_code": "87", "login": "9", "new": "x"}).text
    assert "6位数字" in page
    assert "以字母开头" in page
    assert 'value="云川市"' in page
    assert within(fresh, lambda: db.session.scalar(select(User.id))) is None
    assert browser.get(f"/setup/{key}").status_code == 200


def test_no_account_exists_before_the_setup(fresh: Flask) -> None:
    assert within(fresh, lambda: db.session.scalar(select(User.id))) is None
    assert (
        "登录名或密码不正确" in fresh.test_client().post("/sign-in", data={"login": "admin", "password": "admin"}).text
    )


def test_a_setup_key_is_no_invitation(fresh: Flask) -> None:
    assert fresh.test_client().get(f"/invitation/{prepared(fresh)}").status_code == 410
