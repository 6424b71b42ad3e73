"""Passwords and browsers for the tests of accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tracker.accounts import passwords
from tracker.accounts.codes import new_seed
from tracker.accounts.models import SecondFactor, User
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


@pytest.fixture
def settings(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`settings(admin_profile="djbh")` for the length of a test."""

    def change(**words: Any) -> None:
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], **words))

    return change


def user_of(login: str) -> User:
    return db.session.query(User).filter_by(login=login).one()


@command
def give_factor(login: str) -> str:
    """A second factor in use; returns the seed that the telephone knows."""
    seed = new_seed()
    db.session.add(SecondFactor(user_id=user_of(login).id, seed=seed, set_up_at=clock.now(), last_step=0))
    return seed


def code_of(seed: str, steps: int = 0) -> str:
    """What the telephone shows now, or some half minutes later."""
    return pyotp.TOTP(seed).at(clock.now() + timedelta(seconds=30 * steps))
