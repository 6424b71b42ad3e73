"""The program's own role on PostgreSQL works with everything and only reads and adds to the trail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests import cast as casting
from tests.postgres import fresh_database
from tracker import create_app
from tracker.cli.grants import statements_for
from tracker.config import Settings
from tracker.core.db import db
from tracker.core.errors import RuleError

ROLE = "gangmu_program"


@pytest.fixture
def house(tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    app = create_app(Settings(instance=tmp_path, database_url=fresh_database(f"grants_{worker_id}"), secret_key="test"))
    with app.app_context():
        flask_migrate.upgrade()
        casting.build()
        db.session.commit()
        with db.engine.begin() as connection:
            connection.execute(text(f"DROP ROLE IF EXISTS {ROLE}"))
            connection.execute(text(f"CREATE ROLE {ROLE}"))
            for statement in statements_for(ROLE):
                connection.execute(text(statement))
        yield app
        db.session.remove()
        with db.engine.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {ROLE}"))
            connection.execute(text(f"DROP ROLE {ROLE}"))
        db.engine.dispose()


def as_program(statement: str) -> object:
    """What the program's role gets to that, in a transaction of its own."""
    with db.engine.begin() as connection:
        connection.execute(text(f"SET LOCAL ROLE {ROLE}"))
        found = connection.execute(text(statement))
        return found.scalar() if found.returns_rows else None


def test_the_role_works_with_the_data_and_only_adds_to_the_trail(house: Flask) -> None:
    as_program("UPDATE units SET position = position")
    assert as_program("SELECT count(*) FROM audit_entries")
    for crime in ("UPDATE audit_entries SET sentence = ''", "DELETE FROM audit_entries", "TRUNCATE audit_entries"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            as_program(crime)


def test_a_name_that_is_no_role_is_refused() -> None:
    with pytest.raises(RuleError):
        statements_for("gangmu; DROP TABLE users")
