"""How migrations meet the database. Logging is left alone: Alembic's own set-up would silence the application's."""

from __future__ import annotations

from typing import Any

from alembic import context
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import Connection

from tracker.core import numbers
from tracker.core.db import UtcDateTime, db, write_intent


def run() -> None:
    """Run inside one transaction on either database; a migration that fails leaves nothing behind.

    SQLite rebuilds a table to alter it. With foreign keys on, dropping the old table would delete the rows that point
    at it, so they are off meanwhile and checked at the end; and the new table would forget the numbers it gave.
    """
    with db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            _foreign_keys(connection, "OFF")
        try:
            context.configure(
                connection=connection,
                target_metadata=db.metadata,
                transactional_ddl=True,
                render_item=_render_item,
                process_revision_directives=_number,
                **{
                    name: value
                    for name, value in current_app.extensions["migrate"].configure_args.items()
                    if name != "process_revision_directives"
                },
            )
            with write_intent(), context.begin_transaction():
                highest = numbers.given(connection)
                context.run_migrations()
                if is_sqlite:
                    _check_foreign_keys(connection)
                    numbers.go_on_after(connection, highest)
        finally:
            connection.rollback()
            if is_sqlite:
                _foreign_keys(connection, "ON")


def _foreign_keys(connection: Connection, switch: str) -> None:
    """Said to the driver itself: inside a transaction, which SQLAlchemy would begin, the word has no effect."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys={switch}")


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"rows point at nothing after the migration: {broken[:10]}")


def _render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """A migration does not import the application: our moment is a plain timestamp with time zone."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def _number(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """0001, 0002 …: the order is read from the name. A migration that changes nothing is not written."""
    if not directives:
        return
    script = directives[0]
    is_written = getattr(context.config.cmd_opts, "autogenerate", False)  # `db check` only looks
    if is_written and script.upgrade_ops is not None and script.upgrade_ops.is_empty():
        directives[:] = []
        return
    before = list(ScriptDirectory.from_config(context.config).walk_revisions())
    script.rev_id = f"{len(before) + 1:04d}"


if context.is_offline_mode():
    raise RuntimeError("migrations need a database to run on")
run()
