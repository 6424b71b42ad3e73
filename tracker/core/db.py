"""The database: one declarative base, one session, and the columns whose defaults would lose data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, Enum, Integer, MetaData, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


class Row(Base):
    """A table with a number of its own."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)


NEVER_AGAIN = {"sqlite_autoincrement": True}
"""For tables whose rows are named elsewhere by their number: SQLite gives the number of the last row, once it was taken
away, to the next, and a trail, a letter or an old page would then speak of two things. Audited rows have it by
themselves; a row that an address names and that nobody audits says so. (PostgreSQL gives no number twice.)"""


class Versioned:
    """A row that people edit: the second of two writers loses with a sentence instead of overwriting silently."""

    version: Mapped[int] = mapped_column(Integer)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Labelled(StrEnum):
    """An enum whose members carry the words and the tone that a page shows.

    `tone` is one of done, ok, warn, late, wait, info, excused, later, begun, slow; the page turns it into shape, word
    and colour.
    """

    label: str
    tone: str

    def __new__(cls, value: str, label: str = "", tone: str = "info") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.tone = tone
        return member


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC. SQLite would give it back naive; a naive one is refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def choice(enum: type[StrEnum], name: str | None = None) -> Enum:
    """A column of an enum's values with a CHECK: without it a bogus value is stored and every later read raises.

    `name` tells the CHECKs apart where a table has two columns of one enum.
    """
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name or _snake(enum.__name__),
        values_callable=lambda members: [member.value for member in members],
    )


def insert_once(model: type[Base], **values: Any) -> Any:
    """INSERT … ON CONFLICT DO NOTHING in the dialect of the database; ask `returning()` to learn whether it was new."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    return insert(model).values(values).on_conflict_do_nothing()


def is_double(error: IntegrityError) -> bool:
    """Whether a row was refused because there is one like it, and not for a rule that the code itself broke."""
    name, state = getattr(error.orig, "sqlite_errorname", ""), getattr(error.orig, "sqlstate", "")
    return name in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"} or state == "23505"


def _snake(name: str) -> str:
    return "".join(f"_{char.lower()}" if char.isupper() and i else char.lower() for i, char in enumerate(name))


# --- SQLite: the defaults lose updates, so the transaction's kind is said when it begins ---------------------------

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_hurried: ContextVar[bool] = ContextVar("hurried", default=False)
PATIENCE, HASTE = 10_000, 250
"""How many milliseconds a writer waits for the one before."""


@contextmanager
def write_intent() -> Iterator[None]:
    """Transactions begun inside take SQLite's write lock at once; a later upgrade would fail under load."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def impatient() -> Iterator[None]:
    """Transactions begun inside wait but briefly for SQLite's write lock: for what may as well be left undone."""
    token = _hurried.set(True)
    try:
        yield
    finally:
        _hurried.reset(token)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    if not _is_sqlite(connection):
        return
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={PATIENCE}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Any) -> None:
    if connection.dialect.name != "sqlite":
        return
    if not _hurried.get():
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout={HASTE}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={PATIENCE}")


def _is_sqlite(connection: Any) -> bool:
    return type(connection).__module__.startswith("sqlite3")
