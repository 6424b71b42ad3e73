"""What pages cost in a small and in a large installation, on both databases.

    python -m benchmarks.pages [--committees 116] [--years 10] [--databases sqlite postgresql] [--keep FOLDER]

The same pages of the same committee, once alone with one finished year, once among 115 others with ten: queries,
milliseconds (medians of many visits, both installations in turns), the share of them spent in the database, and at the
end how many requests a second two workers answer to eight clients. The large databases take minutes to build and are
kept for the next run.
"""

from __future__ import annotations

import argparse
import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, text

from benchmarks._house import SECRET, House, house, signed_in
from tracker.core.db import db

VISITS, WARM_UP = 15, 3
CLIENTS, SECONDS = 8, 6.0
WARM_SECONDS = 4.0
"""A worker compiles its templates with the first pages it shows: that is not what is measured."""
ROWS_OF_A_UNIT = 60


@dataclass
class Meter:
    """Statements and the time spent in them. SQLite works while rows are fetched, so its share is a lower bound."""

    queries: int = 0
    seconds: float = 0.0
    began: float = field(default=0.0, repr=False)

    def before(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.queries += not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA"))
        self.began = time.perf_counter()

    def after(self, *_: Any) -> None:
        self.seconds += time.perf_counter() - self.began


@contextmanager
def metered() -> Iterator[Meter]:
    meter = Meter()
    event.listen(Engine, "before_cursor_execute", meter.before)
    event.listen(Engine, "after_cursor_execute", meter.after)
    try:
        yield meter
    finally:
        event.remove(Engine, "before_cursor_execute", meter.before)
        event.remove(Engine, "after_cursor_execute", meter.after)


@dataclass
class Page:
    """One page of one installation and what its visits cost."""

    name: str
    path: str
    client: FlaskClient
    cookie: str
    times: list[float] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    queries: int = 0

    def visit(self, *, counts: bool) -> None:
        with metered() as meter:
            began = time.perf_counter()
            response = self.client.get(self.path)
            took = time.perf_counter() - began
        if response.status_code != 200:
            raise SystemExit(f"{self.path}: {response.status_code}")
        if counts:
            self.times.append(took)
            self.shares.append(meter.seconds / took)
            self.queries = meter.queries

    @property
    def seconds(self) -> float:
        return statistics.median(self.times)


def pages_of(app: Flask) -> list[Page]:
    """The unit whose rows are nearest to sixty, its report, and the office's pages of the same round."""
    unit_id, report_id, rows = db.session.execute(
        text(
            "SELECT r.unit_id, r.id, count(*) FROM reports r JOIN entries e ON e.report_id = r.id"
            " JOIN rounds o ON o.id = r.round_id JOIN committees c ON c.id = o.committee_id"
            " WHERE o.kind = 'annual' AND o.state = 'open' AND c.level = 'prefecture' AND r.state <> 'exempted'"
            " GROUP BY r.unit_id, r.id ORDER BY abs(count(*) - :rows), r.id LIMIT 1"
        ),
        {"rows": ROWS_OF_A_UNIT},
    ).one()
    round_id, submitted = db.session.execute(
        text(
            "SELECT r.round_id, r.id FROM reports r JOIN entries e ON e.report_id = r.id"
            " WHERE r.round_id = (SELECT round_id FROM reports WHERE id = :report) AND r.state = 'submitted'"
            " GROUP BY r.round_id, r.id ORDER BY count(*) DESC, r.id LIMIT 1"
        ),
        {"report": report_id},
    ).one()
    login = db.session.scalar(
        text(
            "SELECT u.login FROM users u JOIN holdings h ON h.user_id = u.id JOIN posts p ON p.id = h.post_id"
            " WHERE p.unit_id = :unit AND p.role = 'liaison' AND h.ends_on IS NULL"
        ),
        {"unit": unit_id},
    )
    liaison, officer = signed_in(app, str(login)), signed_in(app, "guanxn")
    return [
        Page(f"report sheet ({rows} rows)", f"/reports/{report_id}", *liaison),
        Page("desk of the unit", "/", *liaison),
        Page("grid of the round", f"/rounds/{round_id}", *officer),
        Page("review of a report", f"/reports/{submitted}/review", *officer),
        Page("desk of the office", "/", *officer),
        Page("lights", "/lights", *officer),
        Page("list of lights", "/lights?view=list", *officer),
        Page("register of notices", "/notices", *officer),
    ]


def compare(small: House, large: House) -> None:
    """Both installations in turns, so that another load on the machine meets both."""
    with ExitStack() as stack:
        sets = []
        for one in (small, large):
            app = stack.enter_context(one.opened())
            sets.append((app, pages_of(app)))
        print(f"{'':<26}{'queries':>16}{'milliseconds':>18}{'ratio':>8}{'in the database':>20}")
        for here, there in zip(sets[0][1], sets[1][1], strict=True):
            for number in range(WARM_UP + VISITS):
                for (app, _), page in zip(sets, (here, there), strict=True):
                    with app.app_context():
                        page.visit(counts=number >= WARM_UP)
            print(
                f"{here.name:<26}{here.queries:>8}{there.queries:>8}"
                f"{here.seconds * 1000:>9.1f}{there.seconds * 1000:>9.1f}{there.seconds / here.seconds:>8.2f}"
                f"{statistics.median(here.shares):>10.0%}{statistics.median(there.shares):>10.0%}"
            )
        sheet, desk = sets[1][1][0], sets[1][1][1]
    for page in (desk, sheet):
        print(
            f"{large.name}, {page.name}: {requests_per_second(large, page):.0f} requests per second, {CLIENTS} clients"
        )


def requests_per_second(one: House, page: Page) -> float:
    """Two real workers of eight threads each; the clients share the machine with them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    keys = one.folder / "field_keys"
    keys.write_text(SECRET)
    environment = {
        **os.environ, "TRACKER_INSTANCE": str(one.folder), "TRACKER_DATABASE_URL": one.url,
        "TRACKER_SECRET_KEY": SECRET, "TRACKER_FIELD_KEYS_FILE": str(keys), "TRACKER_DEMO": "1",
    }  # fmt: skip
    command = [
        sys.executable, "-m", "gunicorn", "--no-control-socket", "-k", "gthread", "--workers", "2", "--threads", "8",
        "-b", f"127.0.0.1:{port}", "--log-level", "error", "tracker:create_app()",
    ]  # fmt: skip
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _await(port)
        _all_ask(port, page, WARM_SECONDS)
        return _all_ask(port, page, SECONDS) / SECONDS
    finally:
        server.terminate()
        server.wait()


def _all_ask(port: int, page: Page, seconds: float) -> int:
    """Every client asks one request after the other for so long; answers how many were answered."""
    counts = [0] * CLIENTS
    until = time.perf_counter() + seconds
    clients = [threading.Thread(target=_ask, args=(port, page, until, counts, number)) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return sum(counts)


def _ask(port: int, page: Page, until: float, counts: list[int], number: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while time.perf_counter() < until:
        connection.request("GET", page.path, headers={"Cookie": page.cookie})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise SystemExit(f"{page.path}: {response.status}")
        counts[number] += 1


def _await(port: int) -> None:
    for _ in range(100):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the server did not start")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--committees", type=int, default=116)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "gangmu-bench")
    asked = parser.parse_args()
    for database in asked.databases:
        small = house(asked.keep, database, 1, 1)
        large = house(asked.keep, database, asked.committees, asked.years)
        print(f"\n{small.name} | {large.name} (committees × finished years)")
        compare(small, large)


if __name__ == "__main__":
    main()
