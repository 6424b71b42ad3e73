"""Migrations and models say the same, and every migration goes up, down and up again with rows in the tables."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, text

from tests import cast as casting
from tracker import create_app
from tracker.config import Settings
from tracker.core.db import db
from tracker.core.web import resource_dir


@pytest.fixture
def empty(tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    """The application over a database with nothing in it."""
    url = f"sqlite:///{tmp_path / 'migrations.sqlite3'}"
    if os.environ.get("TEST_DATABASE") == "postgresql":
        from tests.postgres import fresh_database  # noqa: PLC0415 - the server package is heavy

        url = fresh_database(f"migrations_{worker_id}")
    app = create_app(Settings(instance=tmp_path, database_url=url, secret_key="test"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def is_ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
    """Tests of the floor bring tables of their own (test_…) into the same metadata."""
    return not (kind == "table" and (name or "").startswith("test_"))


def differences() -> list[object]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": is_ours})
        return list(compare_metadata(context, db.metadata))


def revisions() -> list[str]:
    script = ScriptDirectory(str(resource_dir("migrations")))
    return [revision.revision for revision in reversed(list(script.walk_revisions()))]


def test_the_models_equal_the_last_migration(empty: Flask) -> None:
    flask_migrate.upgrade()
    assert differences() == []


def test_every_migration_goes_down_and_up_again_with_rows(empty: Flask) -> None:
    flask_migrate.upgrade()
    casting.build()
    db.session.remove()
    for _ in revisions():
        flask_migrate.downgrade(revision="-1")
    tables = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    assert tables == set()
    flask_migrate.upgrade()
    assert differences() == []


def test_the_checks_of_the_models_stand_in_the_database(empty: Flask) -> None:
    """Autogeneration does not compare CHECKs, so one that was forgotten in a migration would go unseen."""
    flask_migrate.upgrade()
    wanted = {
        constraint.name
        for table in db.metadata.tables.values()
        if is_ours(table, table.name, "table")
        for constraint in table.constraints
        if constraint.__class__.__name__ == "CheckConstraint"
    }
    found = {
        check["name"]
        for table in inspect(db.engine).get_table_names()
        for check in inspect(db.engine).get_check_constraints(table)
    }
    assert {str(name) for name in wanted} <= {str(name) for name in found}


def test_the_numbers_that_sqlite_must_not_give_again_are_not_given_again(empty: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL gives no number twice")
    flask_migrate.upgrade()
    once = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
    wanted = {
        name
        for name, table in db.metadata.tables.items()
        if table.dialect_options["sqlite"]["autoincrement"] and is_ours(table, name, "table")
    }
    assert set(db.session.execute(text(once)).scalars()) == wanted


def test_rows_and_all_around_them_outlast_the_making_of_numbers_that_are_not_given_again(empty: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL gives no number twice")
    flask_migrate.upgrade(revision="0021")
    words = "INSERT INTO calendar_days (id, day, is_workday, note) VALUES (7, '2026-10-01', 0, '国庆')"
    db.session.execute(text(words))
    db.session.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES ('calendar_days', 9)"))
    db.session.commit()
    before = structure()
    flask_migrate.upgrade(revision="0022")
    after = structure()
    assert [one.replace(MARK, "") for one in after] == [one.replace(MARK, "") for one in before]
    assert sum(MARK in one for one in after) > 70
    assert db.session.execute(text("SELECT note FROM calendar_days")).scalars().all() == ["国庆"]
    db.session.execute(text(words.replace("id, ", "").replace("7, ", "").replace("10-01", "10-02")))
    assert db.session.scalar(text("SELECT max(id) FROM calendar_days")) == 10, "9 was given once"
    db.session.rollback()
    flask_migrate.downgrade(revision="0021")
    assert structure() == before


MARK = " AUTOINCREMENT"


def structure() -> list[str]:
    """Every table, index and trigger in its own words, without the quotes that a renaming sets."""
    made = db.session.execute(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type, name")).scalars()
    words = [" ".join(one.replace('"', "").split()).replace("( ", "(", 1) for one in made]
    db.session.rollback()
    return words


def test_the_migrations_stand_in_one_line(empty: Flask) -> None:
    assert revisions() == [f"{number:04d}" for number in range(1, len(revisions()) + 1)]
    flask_migrate.upgrade()
    assert db.session.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == revisions()[-1:]
