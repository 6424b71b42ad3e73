"""The database made, copied and brought up to date: by one process at a time, never by a worker."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from sqlalchemy import inspect, text

from tracker.config import Settings
from tracker.core import clock
from tracker.core.db import db

LOCK_NUMBER = 7_261_203
COPIES_KEPT = 5


@contextmanager
def alone(app: Flask) -> Iterator[None]:
    """Nobody else migrates or installs meanwhile: an advisory lock on PostgreSQL, a locked file beside SQLite."""
    settings: Settings = app.config["SETTINGS"]
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": LOCK_NUMBER})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": LOCK_NUMBER})
    else:
        with (settings.instance / "migrate.lock").open("w", encoding="ascii") as place:
            fcntl.flock(place, fcntl.LOCK_EX)
            yield


def is_current() -> bool:
    """Whether the database stands where the migrations lead."""
    script = ScriptDirectory.from_config(_config())
    with db.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == set(script.get_heads())


def upgrade(app: Flask) -> Path | None:
    """Bring the database up to date; returns the copy that was made before, if any. Call inside `alone`."""
    copy = copy_before_upgrade(app.config["SETTINGS"])
    flask_migrate.upgrade()
    return copy


def copy_before_upgrade(settings: Settings) -> Path | None:
    """A copy of a SQLite database that holds something: its DDL cannot be taken back. The last five are kept."""
    file = sqlite_file()
    if file is None or not inspect(db.engine).get_table_names():
        return None
    folder = settings.instance / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"gangmu-{clock.shanghai(clock.now()):%Y%m%d-%H%M%S}.sqlite3"
    target.unlink(missing_ok=True)
    connection = sqlite3.connect(file)
    try:
        connection.execute("VACUUM INTO ?", (str(target),))
    finally:
        connection.close()
    target.chmod(0o600)
    for old in sorted(folder.glob("gangmu-*.sqlite3"))[:-COPIES_KEPT]:
        old.unlink()
    return target


def sqlite_file() -> Path | None:
    """The file of a SQLite database; None for a server."""
    url = db.engine.url
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database)


def _config() -> Config:
    config: Config = current_app.extensions["migrate"].migrate.get_config()
    return config
