"""What a database remembers of the numbers it gave can be raised, never lowered."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, text
from sqlalchemy.engine import Connection

from tracker.core import numbers
from tracker.core.db import NEVER_AGAIN


def next_number(connection: Connection, table: Table) -> int:
    key = connection.execute(insert(table).values(words=1)).inserted_primary_key
    assert key is not None
    connection.execute(table.delete())
    return int(key[0])


def test_a_table_built_anew_goes_on_after_the_highest_number_it_ever_gave() -> None:
    tables = MetaData()
    marked = Table("marked", tables, Column("id", Integer, primary_key=True), Column("words", Integer), **NEVER_AGAIN)
    plain = Table("plain", tables, Column("id", Integer, primary_key=True), Column("words", Integer))
    with create_engine("sqlite://").begin() as connection:
        assert numbers.given(connection) == {}
        tables.create_all(connection)
        assert [next_number(connection, marked) for _ in range(3)] == [1, 2, 3]
        before = numbers.given(connection)
        connection.execute(text("DROP TABLE marked"))
        marked.create(connection)
        numbers.go_on_after(connection, {**before, "plain": 8, "gone": 9})
        assert next_number(connection, marked) == 4
        numbers.go_on_after(connection, {"marked": 2})
        assert next_number(connection, marked) == 5
        assert next_number(connection, plain) == 1
