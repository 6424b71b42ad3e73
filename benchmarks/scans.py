"""Which pages read a large table whole, told by SQLite's own plans.

    python -m benchmarks.scans [--committees 116] [--years 10] [--pages 150] [--keep FOLDER]

Everybody's pages are visited in the large installation, link by link, each kind of page once or twice; the plan of
every statement that they send is asked for. What it names grows with all committees and all years, whatever the page
shows. Milliseconds need a quiet machine; a plan does not.
"""

from __future__ import annotations

import argparse
import re
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.exceptions import HTTPException

from benchmarks._house import House, house, signed_in

PEOPLE = ("guanxn", "shenrx", "xiajz", "weizx", "luojx", "haozc", "fengxn", "zhugemx")
LARGE = 3_000
"""Rows from which on a table is large."""
LINK = re.compile(r'href="(/[^"#]*)')


def walk(app: Flask, client: FlaskClient, most: int) -> Iterator[str]:
    """Addresses that a person comes to from the desk, after each was opened: two of every kind, one with questions."""
    places = app.url_map.bind("localhost")
    waiting, seen, of_kind = ["/"], set[str](), Counter[tuple[str, bool]]()
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        try:
            kind = (places.match(path.partition("?")[0], method="GET")[0], "?" in path)
        except HTTPException:
            continue
        if path in seen or of_kind[kind] >= (1 if kind[1] else 2):
            continue
        seen.add(path)
        of_kind[kind] += 1
        with app.app_context():
            response = client.get(path)
        yield path
        if response.mimetype == "text/html":
            waiting += [link.replace("&amp;", "&") for link in LINK.findall(response.text)]


def scans(one: House, most: int) -> Iterator[tuple[str, str, str, str]]:
    """(person, address, what the plan says, the statement) of every statement that reads a large table whole."""
    plans = sqlite3.connect(one.folder / "gangmu.sqlite3")
    large = {
        name
        for (name,) in plans.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if _is_large(plans, name)
    }
    few = {name for (name,) in plans.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE INDEX% WHERE %'")}
    """Indexes of a few rows of a table: to read one of these whole is what it is for."""
    sent: list[tuple[str, Any]] = []
    asked: set[str] = set()

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        sent.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    with one.opened() as app:
        for login in PEOPLE:
            client, _ = signed_in(app, login)
            for path in walk(app, client, most):
                for statement, values in sent:
                    if statement in asked or not statement.startswith(("SELECT", "WITH")):
                        continue
                    asked.add(statement)
                    for *_, step in plans.execute(f"EXPLAIN QUERY PLAN {statement}", values):
                        words = step.split()
                        if words[0] == "SCAN" and words[1] in large and words[-1] not in few:
                            yield login, path, step, statement
                sent.clear()
    event.remove(Engine, "before_cursor_execute", note)


def _is_large(plans: sqlite3.Connection, table: str) -> bool:
    (rows,) = plans.execute(f'SELECT count(*) FROM (SELECT 1 FROM "{table}" LIMIT {LARGE + 1})').fetchone()
    return bool(rows > LARGE)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--committees", type=int, default=116)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--pages", type=int, default=150)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "gangmu-bench")
    wanted = parser.parse_args()
    found = 0
    for login, path, step, statement in scans(
        house(wanted.keep, "sqlite", wanted.committees, wanted.years), wanted.pages
    ):
        found += 1
        print(f"{login} {path}: {step}\n    … {' '.join(statement.split())[-200:]}", flush=True)
    print(f"{found} statements read a large table whole")


if __name__ == "__main__":
    main()
