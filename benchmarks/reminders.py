"""What a morning's reminder run costs when nothing is due and when 5,000 deadlines are, on both databases.

    python -m benchmarks.reminders [--committees 116] [--units 40] [--watches 100000] [--due 5000] [--databases …]

Among as many watched deadlines as a large installation has, the run reads one indexed column: the aim is that the empty
run costs under 1 % of the full one. The rows are written directly, the run is the job's own.
"""

from __future__ import annotations

import argparse
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select, text, update

from tests.postgres import fresh_database
from tracker import create_app
from tracker.accounts.models import Holding, Post, User
from tracker.committees.models import Committee, Level, System, Unit
from tracker.config import Settings
from tracker.core import calendar
from tracker.core.access import Role
from tracker.core.db import Base, db, write_intent
from tracker.messages.models import Delivery, Message
from tracker.reminders.jobs import remind
from tracker.reminders.models import Watch

TODAY = date(2026, 3, 4)
SINCE = date(2021, 1, 1)
MADE = datetime(2021, 1, 1, tzinfo=UTC)
EMPTY_RUNS = 20
SLICE = 5000


@dataclass(frozen=True)
class Size:
    committees: int
    units: int
    watches: int
    due: int


@dataclass(frozen=True)
class Figures:
    database: str
    empty: float
    full: float
    messages: int

    def __str__(self) -> str:
        return (
            f"{self.database:<11} empty run {self.empty * 1000:8.2f} ms   full run {self.full:7.2f} s   "
            f"{self.messages} messages, {self.messages / self.full:7.0f} a second   "
            f"empty/full {self.empty / self.full:.3%}"
        )


def fill(size: Size) -> None:
    """Committees with units, two people each, and watched deadlines of which none is due."""
    with _writing():
        for number in range(1, size.committees + 1):
            _committee(number, size.units)
        rows = []
        total = size.committees * size.units
        for number in range(size.watches):
            unit = number % total
            due_on = TODAY + timedelta(days=40 + number % 200)
            rows.append({
                "committee_id": unit // size.units + 1, "unit_id": unit + 1, "kind": "report.due",
                "subject_type": "Report", "subject_id": number + 1, "title": "报送2025年年度报告",
                "path": f"/reports/{number + 1}", "due_on": due_on, "next_on": due_on - timedelta(days=14),
                "pause_reason": "",
            })  # fmt: skip
        _put(Watch, rows)


def make_due(due: int) -> None:
    """So many deadlines, spread over all committees, are three working days away."""
    with _writing():
        step = max(1, (db.session.scalar(select(func.count()).select_from(Watch)) or 0) // due)
        db.session.execute(
            update(Watch)
            .where(Watch.id % step == 0, Watch.id <= step * due)
            .values(due_on=calendar.WorkCalendar().add_workdays(TODAY, 3), next_on=TODAY)
        )
    with _writing():
        db.session.execute(text("ANALYZE"))


def measure(name: str, url: str, folder: Path, size: Size) -> Figures:
    app = create_app(Settings(instance=folder, database_url=url, secret_key="bench", smtp_host="127.0.0.1"))
    with app.app_context():
        db.create_all()
        fill(size)
        empty = []
        for _ in range(EMPTY_RUNS):
            began = time.perf_counter()
            assert remind(TODAY) == 0
            empty.append(time.perf_counter() - began)
        make_due(size.due)
        began = time.perf_counter()
        told = remind(TODAY)
        full = time.perf_counter() - began
        assert told == db.session.scalar(select(func.count()).select_from(Message)) == size.due
        assert db.session.scalar(select(func.count()).select_from(Delivery))
        db.session.remove()
        db.engine.dispose()
    return Figures(name, statistics.median(empty), full, told)


def _committee(number: int, units: int) -> None:
    _put(Committee, [{
        "id": number, "body_name": f"第{number}市妇女儿童工作委员会", "short_name": "市妇儿工委",
        "office_name": "办公室", "office_short_name": "市妇儿工委办", "letterhead": "妇女儿童工作委员会",
        "number_prefix": "妇儿工委", "chair_title": "主任", "area_name": f"第{number}市", "area_code": f"{number:06d}",
        "level": Level.PREFECTURE, "path": f"/{number}/", "stored_settings": {}, "version": 1,
    }])  # fmt: skip
    firsts = range((number - 1) * units + 1, number * units + 1)
    _put(Unit, [{
        "id": unit, "committee_id": number, "full_name": f"第{unit}局", "short_name": f"{unit}局",
        "system": System.GOVERNMENT, "position": unit, "is_member": True, "is_office": False, "initials": "",
        "duties": [], "version": 1,
    } for unit in firsts])  # fmt: skip
    people = [(unit * 2 + side, unit, role) for unit in firsts for side, role in
              ((0, Role.LIAISON), (1, Role.UNIT_LEADER))]  # fmt: skip
    _put(User, [{
        "id": one, "committee_id": number, "login": f"u{one}", "name": "王敏", "email": f"u{one}@example.org",
        "must_change_password": False, "is_active": True, "created_at": MADE, "version": 1,
    } for one, _, _ in people])  # fmt: skip
    _put(Post, [{"id": one, "committee_id": number, "unit_id": unit, "role": role, "title": ""}
                for one, unit, role in people])  # fmt: skip
    _put(Holding, [{"post_id": one, "user_id": one, "starts_on": SINCE} for one, _, _ in people])


def _put(table: type[Base], rows: list[dict[str, object]]) -> None:
    for start in range(0, len(rows), SLICE):
        db.session.execute(insert(table), rows[start : start + SLICE])


@contextmanager
def _writing() -> Iterator[None]:
    with write_intent(), db.session.begin():
        yield


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--committees", type=int, default=116)
    parser.add_argument("--units", type=int, default=40)
    parser.add_argument("--watches", type=int, default=100_000)
    parser.add_argument("--due", type=int, default=5_000)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    os.environ["TRACKER_CLOCK"] = f"{TODAY}T08:00:00"
    size = Size(options.committees, options.units, options.watches, options.due)
    with tempfile.TemporaryDirectory(prefix="gangmu-bench-") as name:
        for database in options.databases:
            url = fresh_database("bench_reminders") if database == "postgresql" else f"sqlite:///{name}/bench.sqlite3"
            print(measure(database, url, Path(name), size), flush=True)


if __name__ == "__main__":
    main()
