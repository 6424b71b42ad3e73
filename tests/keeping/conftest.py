"""Installations of their own, made once: a small committee with files, on either database, and nothing shared."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
from flask import Flask

from tests import cast as casting
from tests.postgres import fresh_database
from tracker import create_app
from tracker.config import Settings
from tracker.core import clock, files
from tracker.core.commands import command
from tracker.core.db import db
from tracker.keeping import schema
from tracker.messages import actions as messages
from tracker.messages.hours import Hours

ON_SERVER = os.environ.get("TEST_DATABASE") == "postgresql"
on_sqlite = pytest.mark.skipif(ON_SERVER, reason="the same on both, proved on SQLite")
Place = Callable[[str], Settings]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Settings:
    """An installation that holds something: three committees, their people, an unbroken trail, sending hours of
    its own, three files."""
    folder = tmp_path_factory.mktemp("filled")
    url = fresh_database(f"filled_{worker_id}") if ON_SERVER else f"sqlite:///{folder / 'gangmu.sqlite3'}"
    settings = Settings(instance=folder, database_url=url, secret_key="test", backup_key_file=None)
    (folder / "secret_key").write_text("the key of this installation", encoding="ascii")
    (folder / "field_keys").write_text("test\n", encoding="ascii")
    app = create_app(settings)
    with app.app_context():
        schema.upgrade_to()
        cast = casting.build()
        messages.change_hours(cast.actor("officer"), Hours(opens=time(9), closes=time(17, 15)))
        for number in range(3):
            keep(f"第{number}份材料".encode() * 200_000)
        db.session.remove()
        db.engine.dispose()
    return settings


@pytest.fixture
def place(tmp_path: Path, worker_id: str) -> Place:
    """`place("name")`: an empty installation on the database under test; `place("sqlite:name")` always on SQLite."""

    def make(name: str) -> Settings:
        kind, _, name = name.rpartition(":")
        folder = tmp_path / name
        folder.mkdir()
        on_server = ON_SERVER if not kind else kind == "postgresql"
        url = fresh_database(f"{name}_{worker_id}") if on_server else f"sqlite:///{folder / 'gangmu.sqlite3'}"
        return Settings(instance=folder, database_url=url, secret_key="test")

    return make


@pytest.fixture
def living(filled: Settings, tmp_path: Path) -> Iterator[Flask]:
    """The filled installation, at work; on SQLite a copy of its own, so that a test may change it."""
    settings = filled
    if not ON_SERVER:
        folder = tmp_path / "living"
        shutil.copytree(filled.instance, folder)
        settings = replace(filled, instance=folder, database_url=f"sqlite:///{folder / 'gangmu.sqlite3'}")
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@command
def keep(content: bytes) -> str:
    blob = files.put_bytes(content)
    files.stored(blob, clock.now())
    return blob.sha256
