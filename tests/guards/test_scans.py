"""What a page asks of tables that grow with all years is found by index. (These are SQLite's own plans;
`benchmarks/scans.py` walks all pages of a large installation.)"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event, insert, text

from tests.cast import Cast
from tracker.accounts import queries as accounts
from tracker.accounts.models import Holding
from tracker.core import clock
from tracker.core.db import Base, db
from tracker.messages import queries as messages
from tracker.messages.models import Channel, Delivery, DeliveryState

ENDED = (DeliveryState.SENT, DeliveryState.UNSENT, DeliveryState.DROPPED)


@pytest.fixture(scope="module")
def large() -> Iterator[Connection]:
    """Many sendings of many years, many holdings and hardly a deputy, and a database that knows so."""
    now = clock.now()
    sent = [
        {
            "key": str(n), "channel": Channel.MAIL, "day": now.date(), "state": ENDED[n % 3], "sent_at": now,
            "next_try_at": now - timedelta(hours=n), "any_time": False, "attempts": 1, "failures": 0,
        }
        for n in range(4000)
    ]  # fmt: skip
    held = [{"post_id": n // 2, "user_id": n, "starts_on": now.date()} for n in range(4000)]
    with create_engine("sqlite://").connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        Base.metadata.create_all(connection)
        connection.execute(insert(Delivery), sent)
        connection.execute(insert(Holding), held)
        connection.execute(text("ANALYZE"))
        yield connection


QUESTIONS: list[Callable[[], Any]] = [
    lambda: messages.backlog(clock.now()),
    messages.why_retrying,
    lambda: messages.ended_lately(clock.now()),
    messages.last_sent,
    lambda: accounts.deputies_of(1, clock.today()),
]


@pytest.mark.parametrize("ask", QUESTIONS)
def test_nothing_looks_over_all_sendings_or_all_holdings(cast: Cast, large: Connection, ask: Callable[[], Any]) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the plans of SQLite are asked")
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        sent.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    ask()
    event.remove(db.engine, "before_cursor_execute", note)
    steps = [
        row[-1]
        for statement, values in sent
        for row in large.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        if row[-1].startswith(("SCAN", "SEARCH"))
    ]
    assert steps
    assert [step for step in steps if step.startswith("SCAN") or " USING " not in step] == []
