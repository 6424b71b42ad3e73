"""The database made, copied and brought up to date: by one process at a time, never by a worker."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
from flask import Flask
from sqlalchemy import inspect, text

from tracker.config import Settings
from tracker.core import clock, structure, web
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.trail.actions import take_as_unstamped

LOCK_NUMBER = 7_261_203
COPIES_KEPT = 5
STAMPED_SINCE = "0017"
"""The migration that brought stamps: a database that passes it says what is from before."""


@contextmanager
def alone(app: Flask) -> Iterator[None]:
    """Nobody else migrates, installs or restores meanwhile: an advisory lock on PostgreSQL, a file beside SQLite."""
    settings: Settings = app.config["SETTINGS"]
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": LOCK_NUMBER})
            try:
                yield
            finally:
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": LOCK_NUMBER})
    else:
        with (settings.instance / "migrate.lock").open("w", encoding="ascii") as place:
            fcntl.flock(place, fcntl.LOCK_EX)
            yield


def bare_app(settings: Settings) -> Flask:
    """An application with a database and its migrations and nothing else: for a place that is not served."""
    app = Flask("tracker")
    app.config.update(settings.flask())
    db.init_app(app)
    flask_migrate.Migrate().init_app(
        app, db, directory=str(web.resource_dir("migrations")), render_as_batch=True, compare_type=True
    )
    return app


def is_current() -> bool:
    """Whether the database stands where the migrations lead."""
    return structure.revision() == structure.known_revisions()[0]


def revision() -> str | None:
    """How far the database was brought; None where there is none yet."""
    return structure.revision()


def knows(revision: str) -> bool:
    """Whether this program has the migration: a database of a newer program has others."""
    return revision in structure.known_revisions()


def upgrade_to(revision: str = "head") -> None:
    """Bring the database up to a revision. Raises RuleError where that fails; call inside `alone`."""
    before = structure.revision()
    try:
        flask_migrate.upgrade(revision=revision)
    except SystemExit as error:  # how Flask-Migrate says that Alembic refused
        raise RuleError("数据库结构没有升级成功，请查看上面的出错信息。") from error
    if before is not None and before < STAMPED_SINCE <= (structure.revision() or ""):
        take_as_unstamped()


def is_empty() -> bool:
    """Whether there is no table at all."""
    return not inspect(db.engine).get_table_names()


def copy_before_upgrade(settings: Settings) -> Path | None:
    """A copy of a SQLite database that holds something: its DDL cannot be taken back. The last five are kept."""
    file = sqlite_file()
    if file is None or is_empty():
        return None
    folder = settings.copies_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise RuleError(f"备份目录 {folder} 无法建立：{error.strerror}，没有升级。") from error
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


def target_name() -> str:
    """The database by the name that its administrator gave it: gangmu, gangmu.sqlite3."""
    file = sqlite_file()
    return file.name if file is not None else db.engine.url.database or ""
