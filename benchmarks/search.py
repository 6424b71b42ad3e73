"""How long a search takes among 50,000 entries, on both databases: `python -m benchmarks.search [--rows N]`.

Words as people type them: one character, two, a rare one, two words, one that is nowhere. Timed as the page does it:
count, one page, excerpts; as the office and as a unit that sees a sixth of it.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from sqlalchemy import func, insert, select

from tests import cast as casting
from tests.makers.reports import make_open_round
from tests.postgres import fresh_database
from tracker import create_app
from tracker.config import Settings
from tracker.core import clock
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.search import actions, queries, words
from tracker.search.models import SearchEntry, SearchKind
from tracker.search.queries import SearchFilter
from tracker.tasks.models import Assignment, AssignmentRole, AssignmentState, Task, TaskState

QUERIES = ("妇", "妇女", "托育", "台账第4321号", "妇女 健康", "没有这个词")
SUBJECTS = ("妇女健康", "儿童教育", "托育服务", "家庭建设", "法律保护", "社会保障")
AIM = 0.5


def fill(cast: casting.Cast, count: int) -> None:
    """Tasks with entries of some 300 characters each, every sixth with a part for 市教育局."""
    make_open_round(cast)
    first = (db.session.scalar(select(func.max(Task.id))) or 0) + 1
    known = {**_sample(), "state": TaskState.ISSUED, "version": 1}
    rows, parts, entries = [], [], []
    for number in range(first, first + count):
        subject = SUBJECTS[number % len(SUBJECTS)]
        title = f"{subject}工作第{number}项"
        text = f"推进{subject}，完善制度，按季度调度，建立台账第{number}号。" * 9
        rows.append({**known, "id": number, "position": number, "title": title, "content": text})
        if number % 6 == 0:
            parts.append(
                {"task_id": number, "unit_id": cast.units["市教育局"], "role": AssignmentRole.LEAD, "position": 1,
                 "state": AssignmentState.ISSUED, "state_since": clock.now(), "issued_on": date(2021, 10, 8),
                 "basis": "", "version": 1}
            )  # fmt: skip
        head = words.normalised(title)
        entries.append(
            {"kind": SearchKind.TASK, "subject_id": number, "version": 1, "committee_id": cast.committee_id,
             "first_year": 2021, "last_year": 2030, "title": title, "place": "规划", "path": f"/tasks/{number}",
             "text": text, "search_text": f"{head}\n规划\n{words.normalised(text)}", "title_length": len(head)}
        )  # fmt: skip
    for table, values in ((Task, rows), (Assignment, parts), (SearchEntry, entries)):
        for start in range(0, len(values), 5000):
            db.session.execute(insert(table), values[start : start + 5000])
    db.session.commit()
    actions.follow(clock.now())
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def _sample() -> dict[str, object]:
    """Every column of some task but those that tell tasks apart."""
    task = db.session.scalars(select(Task).limit(1)).one()
    own = {"id", "position", "title", "content", "version"}
    return {column.key: getattr(task, column.key) for column in Task.__table__.columns if column.key not in own}


def one_search(actor: Actor, query: str) -> tuple[float, int]:
    begun = time.perf_counter()
    wanted = SearchFilter(query)
    rows = queries.search(actor, wanted)
    total = db.session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0
    for entry in db.session.scalars(rows.limit(20)):
        words.excerpt(entry.text, wanted.terms)
    db.session.rollback()
    return time.perf_counter() - begun, total


def measure(name: str, url: str, count: int, repeat: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        url = url or f"sqlite:///{folder}/search.sqlite3"
        app = create_app(Settings(instance=Path(folder), database_url=url, secret_key="bench"))
        with app.app_context():
            db.create_all()
            cast = casting.build()
            fill(cast, count)
            worst = 0.0
            for who in ("officer", "liaison"):
                for query in QUERIES:
                    times = [one_search(cast.actor(who), query) for _ in range(repeat)]
                    middle = statistics.median(took for took, _ in times)
                    worst = max(worst, middle)
                    print(f"{name:<12}{who:<10}{query:<14}{times[0][1]:>8} hits {middle * 1000:8.0f} ms")
            db.session.remove()
            db.engine.dispose()
    verdict = "met" if worst <= AIM else "MISSED"
    print(f"{name}: worst {worst * 1000:.0f} ms among {count} entries, aim {AIM * 1000:.0f} ms: {verdict}")
    return worst <= AIM


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    met = [
        measure("SQLite", "", options.rows, options.repeat),
        measure("PostgreSQL", fresh_database("search_bench"), options.rows, options.repeat),
    ]
    if not all(met):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
