"""A fresh installation reaches the import of a plan in a browser alone, with no account but those people made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tracker import create_app
from tracker.accounts import actions
from tracker.accounts.models import Holding, User
from tracker.committees.models import Committee, Unit
from tracker.config import Settings
from tracker.core import clock
from tracker.core.db import db
from tracker.trail.queries import verify

ADMIN, OFFICER, LIAISON = "Beishan-19", "Nanhu-2077", "Dongqiao-5"


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(
        Settings(instance=tmp_path, database_url=f"sqlite:///{tmp_path / 'fresh.sqlite3'}", secret_key="test")
    )
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def number(app: Flask, model: type, **named: str) -> int:
    with app.app_context():
        found: int = db.session.scalars(select(model.id).filter_by(**named)).one()  # type: ignore[attr-defined]
        return found


def enter(app: Flask, login: str, password: str) -> FlaskClient:
    browser = app.test_client()
    assert browser.post("/sign-in", data={"login": login, "password": password}).status_code == 302
    return browser


def accept(app: Flask, page: str, password: str) -> None:
    link = re.search(r"/invitation/[\w-]+", page)
    assert link is not None
    answer = app.test_client().post(link[0], data={"new": password, "again": password})
    assert answer.location == "/sign-in"


def switch(app: Flask, browser: FlaskClient, role: str) -> None:
    with app.app_context():
        holding = next(one for one in db.session.scalars(select(Holding)) if one.post.role.value == role)
        chosen = holding.id
    assert browser.post("/account/post", data={"post": chosen}).status_code == 302


def test_from_the_setup_key_to_the_import_page(fresh: Flask) -> None:
    with fresh.app_context():
        key = actions.prepare_installation(clock.now())
    first = {
        "level": "prefecture", "area_name": "云川市", "area_code": "870100", "name": "何管", "login": "heguan",
        "new": ADMIN, "again": ADMIN,
    }  # fmt: skip
    assert fresh.test_client().post(f"/setup/{key}", data=first).location == "/sign-in"
    admin = enter(fresh, "heguan", ADMIN)
    switch(fresh, admin, "sysadmin")

    committee = number(fresh, Committee, area_code="870100")
    slip = admin.post("/users/new", data={"name": "陈静", "committee": committee}).text
    accept(fresh, slip, OFFICER)
    unit = {"full_name": "云川市教育局", "short_name": "市教育局", "system": "government", "is_member": "y"}
    assert admin.post("/units/new", data=unit).status_code == 302
    switch(fresh, admin, "secadmin")
    officer_id = number(fresh, User, login="chenjing")
    grant = {"committee": committee, "role": "officer", "starts_on": clock.today().isoformat()}
    assert admin.post(f"/users/{officer_id}/posts/new", data=grant).status_code == 302
    assert admin.get("/plans").status_code == 403

    officer = enter(fresh, "chenjing", OFFICER)
    unit_id = number(fresh, Unit, short_name="市教育局")
    slip = officer.post(f"/units/{unit_id}/posts/liaison/successor", data={"name": "王敏"}).text
    accept(fresh, slip, LIAISON)
    for page in ("/", "/units", "/roster", "/settings", "/calendar", "/trail", "/plans", "/plans/import"):
        assert officer.get(page).status_code == 200, page
    assert enter(fresh, "wangmin", LIAISON).get("/").status_code == 200
    with fresh.app_context():
        assert verify() == []


@pytest.mark.parametrize("page", ["/", "/units", "/users", "/plans", "/trail", "/account", "/settings"])
def test_nothing_is_open_before_the_setup(fresh: Flask, page: str) -> None:
    assert fresh.test_client().get(page).location.startswith("/sign-in")
