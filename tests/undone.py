"""One outer transaction around whatever is inside, rolled back at the end; every command is a savepoint in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import Connection

from tracker.core.db import db


@contextmanager
def undone(app: Flask) -> Iterator[Connection]:
    """Work in a context of the application, on one connection, and leave nothing behind."""
    with app.app_context():
        engines = db.engines
        engine = engines[None]
        factory = db.session.session_factory
        with engine.connect() as connection:
            outer = connection.begin()
            engines[None] = connection  # type: ignore[assignment]
            factory.configure(join_transaction_mode="create_savepoint")
            try:
                yield connection
            finally:
                db.session.remove()
                factory.configure(join_transaction_mode="conditional_savepoint")
                engines[None] = engine
                outer.rollback()
