"""The numbers that rows have had: a trail, a letter or a bookmark names a row by its number for ever, so none is given
to a second row, not after a row was taken away, a table rebuilt, or everything put back from a copy.

PostgreSQL's sequences never go back. SQLite remembers the highest number only of tables marked for it
(`db.NEVER_AGAIN`), and forgets it where a migration builds such a table anew.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection
from sqlalchemy import text as sql


def given(connection: Connection) -> dict[str, int]:
    """The highest number that each table ever gave, as far as the database remembers it."""
    if connection.dialect.name == "postgresql":
        rows = connection.execute(sql(_SEQUENCES)).all()
        return {name: last for name, last in rows if last is not None}
    if connection.scalar(sql("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")) is None:
        return {}
    return {row.name: row.seq for row in connection.execute(sql("SELECT name, seq FROM sqlite_sequence"))}


def go_on_after(connection: Connection, highest: Mapping[str, int]) -> None:
    """Let no table give a number again up to the one it is said to have given; what it remembers itself is kept."""
    known = given(connection)
    rises = {name: number for name, number in highest.items() if number > known.get(name, 0)}
    if connection.dialect.name == "postgresql":
        for name, sequence in connection.execute(sql(_OF_TABLES)):
            if name in rises:
                connection.execute(sql("SELECT setval(:one, :last)"), {"one": sequence, "last": rises[name]})
        return
    for name in connection.scalars(sql(_MARKED)).all():
        if name in rises:
            connection.execute(sql("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": name})
            words = "INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"
            connection.execute(sql(words), {"name": name, "last": rises[name]})


_OWNED = """
FROM pg_class s
JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
JOIN pg_class t ON t.oid = d.refobjid
WHERE s.relkind = 'S' AND d.deptype IN ('a', 'i') AND t.relnamespace = current_schema()::regnamespace
"""
_OF_TABLES = f"SELECT t.relname, s.oid::regclass::text {_OWNED}"
_SEQUENCES = f"SELECT t.relname, pg_sequence_last_value(s.oid) {_OWNED}"
_MARKED = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'"
