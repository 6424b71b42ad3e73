"""Passwords and browsers for the tests of accounts."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tracker.accounts import passwords
from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.commands import command
from tracker.core.db import db

PASSWORD = "Qinghe-2026"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASH = CHEAP.hash(PASSWORD)


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same argon2 at a thousandth of its cost."""
    monkeypatch.setattr(passwords, "_hasher", CHEAP)
    monkeypatch.setattr(passwords, "_NOBODY", CHEAP.hash("nobody has this password"))


@command
def give_password(login: str, **columns: object) -> None:
    values = {"password_hash": HASH, "password_set_at": clock.now(), **columns}
    db.session.query(User).filter_by(login=login).update(values)


def sign_in(browser: FlaskClient, login: str = "wangmin", password: str = PASSWORD, **query: str) -> str:
    response = browser.post("/sign-in", data={"login": login, "password": password}, query_string=query)
    return response.location or response.get_data(as_text=True)


def signed_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


@pytest.fixture
def browser(app: Flask, cast: Cast) -> FlaskClient:
    """A browser before 王敏, who has a password."""
    give_password("wangmin")
    return app.test_client()
