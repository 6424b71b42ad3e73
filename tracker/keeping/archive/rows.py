"""The rows of a database in a form that no database owns: one JSON list a row, in the order of the key.

Tables are read as they stand in the database and not as the models have them, so that a database that still waits for
its upgrade can be copied. The same rows give the same lines on SQLite and PostgreSQL: that is how they are compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    DateTime,
    Engine,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    cast,
    func,
    inspect,
    select,
)
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from tracker.core import numbers
from tracker.core.errors import RuleError

APART = frozenset({"alembic_version"})
"""How far the structure is stands in the head of an archive."""
BATCH = 2000


@dataclass
class Tally:
    """How many rows a table has, and one hash over all of them."""

    rows: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    def add(self, line: bytes) -> None:
        self.rows += 1
        self._digest.update(line)

    def said(self) -> dict[str, Any]:
        return {"rows": self.rows, "sha256": self._digest.hexdigest()}


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment of the database, however long it reads, while others go on writing."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def tables_of(connection: Connection) -> dict[str, Table]:
    """The tables there are, by name, as the database itself describes them: columns and keys, no more is needed."""
    looked = inspect(connection)
    columns, keys = looked.get_multi_columns(), looked.get_multi_pk_constraint()
    return {
        place[1]: _table(place[1], columns[place], set(keys[place]["constrained_columns"]))
        for place in sorted(columns, key=lambda place: place[1])
        if place[1] not in APART
    }


def _table(name: str, columns: list[Any], key: set[str]) -> Table:
    made = [Column(column["name"], column["type"], primary_key=column["name"] in key) for column in columns]
    return Table(name, MetaData(), *made)


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Every row of a table as one line of JSON, in the order of its key, few at a time in memory."""
    rows = connection.execute(_all_rows(table, connection.dialect.name), execution_options={"yield_per": BATCH})
    for row in rows:
        yield json.dumps([_plain(value) for value in row], ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def tally(connection: Connection, table: Table) -> Tally:
    """Count a table and hash it."""
    counted = Tally()
    for line in lines(connection, table):
        counted.add(line)
    return counted


class Loader:
    """Rows into empty tables, all in the transaction of the connection. References are checked when it is over."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = tables_of(connection)
        self._references: list[tuple[str, str, str]] = []

    def prepare(self) -> None:
        """Empty what migrations filled, and let the tables be filled in any order."""
        if self._connection.dialect.name == "postgresql":
            self._references = [tuple(row) for row in self._connection.execute(sql(_REFERENCES))]
            for owner, name, _ in self._references:
                self._connection.exec_driver_sql(f"ALTER TABLE {owner} DROP CONSTRAINT {name}")
        else:
            self._connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        for table in self._tables.values():
            if self._connection.scalar(select(1).select_from(table).limit(1)):
                self._connection.execute(table.delete())

    def load(self, name: str, columns: list[str], rows: list[list[Any]]) -> None:
        """Write rows of a table. Raises RuleError for a table or column that is not there, or a value that no column
        takes."""
        table = self._tables.get(name)
        if table is None or not set(columns) <= set(table.columns.keys()):
            raise RuleError(f"备份中的表“{name}”与程序的结构不符，没有恢复。")
        try:
            if self._connection.dialect.name == "postgresql":
                _copy_in(self._connection, table, columns, rows)
            else:
                _insert(self._connection, table, columns, rows)
        except DBAPIError as error:
            raise RuleError(f"表“{name}”写入失败，没有恢复：{error.orig}") from error

    def finish(self) -> None:
        """Check every reference, and let numbers go on after the highest."""
        if self._connection.dialect.name != "postgresql":
            broken = self._connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuleError(f"表“{broken[0][0]}”中有指向不存在内容的行，没有恢复。")
            return
        for owner, name, words in self._references:
            self._connection.exec_driver_sql(f"ALTER TABLE {owner} ADD CONSTRAINT {name} {words}")
        numbers.go_on_after(self._connection, self._highest())

    def _highest(self) -> dict[str, int]:
        """The highest number that stands in each table."""
        keys = {name: list(table.primary_key) for name, table in self._tables.items()}
        highest = {
            name: self._connection.scalar(select(func.max(key[0])))
            for name, key in keys.items()
            if len(key) == 1 and isinstance(key[0].type, Integer)
        }
        return {name: number for name, number in highest.items() if number is not None}


_REFERENCES = """
SELECT quote_ident(c.relname), quote_ident(k.conname), pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace ORDER BY 1, 2
"""


def _all_rows(table: Table, dialect: str) -> Select[Any]:
    """Texts in the order of their bytes, as SQLite sorts them: other databases sort words by language."""
    columns = [cast(column, Text) if isinstance(column.type, JSON) else column for column in table.columns]
    order: list[Any] = [
        column.collate("C") if isinstance(column.type, String) and dialect == "postgresql" else column
        for column in table.primary_key or table.columns
    ]
    return select(*columns).order_by(*order)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="microseconds")
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"no column of ours holds {type(value).__name__}")


def _copy_in(connection: Connection, table: Table, columns: list[str], rows: list[list[Any]]) -> None:
    driver: Any = connection.connection.driver_connection
    quote = connection.dialect.identifier_preparer.quote
    words = f"COPY {quote(table.name)} ({', '.join(map(quote, columns))}) FROM STDIN"
    try:
        with driver.cursor() as cursor, cursor.copy(words) as copy:
            for row in rows:
                copy.write_row(row)
    except _driver_errors(connection) as error:
        raise RuleError(f"表“{table.name}”写入失败，没有恢复：{str(error).splitlines()[0]}") from error


def _driver_errors(connection: Connection) -> type[Exception]:
    """What the database's own driver raises."""
    module: Any = connection.dialect.dbapi
    errors: type[Exception] = module.Error
    return errors


def _insert(connection: Connection, table: Table, columns: list[str], rows: list[list[Any]]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    stored = [_as_stored(table.columns[column]) for column in columns]
    marks = ", ".join("?" * len(columns))
    words = f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, columns))}) VALUES ({marks})"
    values = [tuple(form(value) for form, value in zip(stored, row, strict=True)) for row in rows]
    if values:
        connection.exec_driver_sql(words, values)


def _as_stored(column: Column[Any]) -> Callable[[Any], Any]:
    return _sqlite_moment if isinstance(column.type, DateTime) else lambda value: value


def _sqlite_moment(value: str | None) -> str | None:
    if value is None:
        return None
    return datetime.fromisoformat(value).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
