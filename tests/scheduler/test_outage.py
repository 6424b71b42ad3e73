"""A real scheduler whose database is gone for five minutes goes on when it is back, and catches up what fell due."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.postgres import Server
from tests.proof.world import REMINDING, World, is_alive, until
from tracker.core import clock, jobs
from tracker.core.db import db
from tracker.core.jobs import JobRun, RunState

MORNING = datetime(2026, 3, 4, 7, 58, tzinfo=clock.SHANGHAI)


@contextmanager
def stopped(server: Server) -> Iterator[None]:
    """An administrator stops PostgreSQL, and starts it again at the end."""
    server.stop()
    yield
    server.start()


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Somebody (a copying program, a tool left open) holds SQLite's file, and lets go of it at the end."""
    with closing(sqlite3.connect(file, isolation_level=None, timeout=60)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


@pytest.mark.process
@pytest.mark.postgres
def test_a_postgresql_stopped_for_five_minutes_is_waited_for_and_then_made_up(tmp_path: Path) -> None:
    with Server() as server, World(tmp_path, server.fresh_database("outage"), failing=0.0, jobs=REMINDING) as world:
        prove(world, tmp_path / "schedulers.log", lambda: stopped(server))


@pytest.mark.process
def test_a_sqlite_file_locked_for_five_minutes_is_waited_for_and_then_made_up(tmp_path: Path) -> None:
    file = tmp_path / "outage.sqlite3"
    with World(tmp_path, f"sqlite:///{file}", failing=0.0, patience=50, jobs=REMINDING) as world:
        prove(world, tmp_path / "schedulers.log", lambda: locked(file))


def prove(world: World, log: Path, outage: Callable[[], AbstractContextManager[None]]) -> None:
    """The scheduler lives, says once that the database is away, and does once what fell due in the meantime."""
    world.at(MORNING)
    pid = world.start()
    until(lambda: lives(world), "the scheduler lives")
    until(lambda: outcomes(world, since=MORNING - timedelta(days=1)) == [RunState.DONE], "yesterday's are made up")
    assert outcomes(world) == []
    before = gone(log)
    with outage():
        for minutes in (1, 3, 5):
            world.at(MORNING + timedelta(minutes=minutes))
            until(lambda: gone(log) > back(log), "it says that the database is away")
        assert gone(log) <= before + 1, "it says so when it goes, not at every look"
    until(lambda: outcomes(world) == [RunState.DONE], "what fell due meanwhile is done")
    until(lambda: gone(log) == back(log), "it says that the database is back")
    assert is_alive(pid)
    until(lambda: lives(world), "it shows a sign of life again, by a wake of its own")
    assert outcomes(world) == [RunState.DONE], "once"


def gone(log: Path) -> int:
    """How often it said that the database is away; on a busy machine its own wakes may make each other wait, too."""
    return log.read_text(encoding="utf-8").count("数据库无法使用")


def back(log: Path) -> int:
    return log.read_text(encoding="utf-8").count("数据库已恢复")


def outcomes(world: World, *, since: datetime = MORNING) -> list[RunState]:
    """How the morning's reminders went, run by run. Those of the day before, made up at the start, are waited for: an
    outage in their midst would hold them by their lease, and the clock here stands still."""
    with world.app.app_context():
        return list(db.session.scalars(select(JobRun.outcome).where(JobRun.job == "remind", JobRun.slot >= since)))


def lives(world: World) -> bool:
    with world.app.app_context():
        return jobs.living_schedulers(clock.now()) > 0
