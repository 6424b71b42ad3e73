"""One outer transaction around each test, a savepoint per command, rolled back at the end.

`TEST_DATABASE=postgresql` runs the same tests on a real PostgreSQL (TEST_DATABASE_URL, or one started for the session).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import cast as casting
from tests.cast import Cast
from tests.undone import undone
from tracker import create_app
from tracker.config import Settings
from tracker.core.db import db

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that drive a browser or start processes take minutes: they come first, so that no worker waits at the end
    for another that has just begun one."""
    slow = {item.path for item in items if any(item.iter_markers("browser")) or any(item.iter_markers("process"))}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    if os.environ.get("TEST_DATABASE") == "postgresql":
        from tests.postgres import fresh_database  # noqa: PLC0415 - the server package is heavy

        return fresh_database(f"fast_{worker_id}")
    return f"sqlite:///{tmp_path_factory.mktemp('database') / 'fast.sqlite3'}"


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    instance: Path = tmp_path_factory.mktemp("instance")
    app = create_app(Settings(instance=instance, database_url=database_url, secret_key="test"))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = casting.CastClient
    return app


@pytest.fixture(scope="session")
def _built(app: Flask) -> Cast:
    with app.app_context():
        db.drop_all()
        db.create_all()
        return casting.build()


@pytest.fixture
def cast(app: Flask, _built: Cast) -> Iterator[Cast]:
    """The cast, inside a transaction that is rolled back."""
    with undone(app):
        yield _built


@pytest.fixture
def client(app: Flask, cast: Cast) -> Callable[[str], FlaskClient]:
    """`client("officer").get("/")`"""
    return lambda who: casting.client_of(app, cast, who)


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    """The application that takes no form without its token."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all browser tests."""
    from tests.browser import launched  # noqa: PLC0415 - Playwright is heavy, and most runs need none

    with launched() as browser:
        yield browser
