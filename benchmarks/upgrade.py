"""How long an upgrade takes where there are a million rows of reports: the automatic copy, then each migration.

    python -m benchmarks.upgrade [--committees 116] [--years 10] [--databases sqlite postgresql] [--since 0011]
                                 [--keep FOLDER] [--kept-is REVISION]

The large database is built by seed/bulk.py and kept. A copy of it is brought down to the older revision (not timed)
and upgraded again as `tracker migrate` does it. `--kept-is` says of which revision a kept database is, where it was
built before the migrations that are to be measured: then nothing is brought down.
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import flask_migrate
import psycopg
from sqlalchemy import make_url, text

from benchmarks._house import House, house
from tracker.config import Settings
from tracker.core import structure
from tracker.core.db import db
from tracker.keeping import copying, schema

COUNTED = ("entries", "assignments", "reports", "audit_entries", "messages")


def timed(what: str, act: Callable[[], object]) -> float:
    """The seconds of an act, and those of them in which this process worked: the machine may have other work."""
    began, worked = time.perf_counter(), time.process_time()
    act()
    took = time.perf_counter() - began
    print(f"  {what:<20}{took:8.1f} s  {time.process_time() - worked:8.1f} s of its own", flush=True)
    return took


def measure(kept: House, since: str, kept_is: str | None) -> None:
    print(f"{kept.name}: from {since} to {structure.known_revisions()[0]}", flush=True)
    with _copied(kept) as settings, schema.bare_app(settings).app_context():
        flask_migrate.stamp(revision=kept_is or "head")
        if structure.revision() != since:
            timed("(brought down)", lambda: flask_migrate.downgrade(revision=since))
        print("  rows:", ", ".join(f"{name} {_rows(name):,}" for name in COUNTED))
        whole = timed("automatic copy", lambda: _copy(settings))
        newer = [one for one in reversed(structure.known_revisions()) if one > since]
        steps = {one: timed(one, lambda one=one: schema.upgrade_to(one)) for one in newer}  # type: ignore[misc]
        db.session.remove()
        db.engine.dispose()
    print(f"  upgrade {sum(steps.values()):.0f} s, with the copy {whole + sum(steps.values()):.0f} s")


def _copy(settings: Settings) -> None:
    if schema.sqlite_file() is None:
        copying.copy_before_upgrade(settings)
    else:
        schema.copy_before_upgrade(settings)


def _rows(name: str) -> int:
    with db.engine.connect() as connection:
        return int(connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0)


@contextmanager
def _copied(kept: House) -> Iterator[Settings]:
    """The kept database stays as it is for the next run."""
    with tempfile.TemporaryDirectory(dir=kept.folder.parent) as name:
        folder = Path(name)
        if kept.database == "sqlite":
            shutil.copyfile(kept.folder / "gangmu.sqlite3", folder / "gangmu.sqlite3")
            yield replace(kept.settings, instance=folder, database_url=f"sqlite:///{folder / 'gangmu.sqlite3'}")
            return
        url = make_url(kept.url)
        copy = f"{url.database}_upgrade"
        address = url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)".encode())
            connection.execute(f"CREATE DATABASE {copy} TEMPLATE {url.database}".encode())
            yield replace(
                kept.settings, instance=folder,
                database_url=url.set(database=copy).render_as_string(hide_password=False),
            )  # fmt: skip
            connection.execute(f"DROP DATABASE {copy} WITH (FORCE)".encode())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--committees", type=int, default=116)
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--since", default="0011")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "gangmu-bench")
    parser.add_argument("--kept-is")
    wanted = parser.parse_args()
    os.umask(0o077)
    logging.disable(logging.INFO)
    for database in wanted.databases:
        measure(house(wanted.keep, database, wanted.committees, wanted.years), wanted.since, wanted.kept_is)


if __name__ == "__main__":
    main()
