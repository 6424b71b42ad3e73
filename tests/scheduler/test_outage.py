"""A real scheduler whose PostgreSQL is gone for five minutes goes on when it is back, and catches up what fell due."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.postgres import fresh_database
from tests.proof.world import World, is_alive, until
from tests.scheduler.cable import Cable
from tracker.core import clock, jobs
from tracker.core.db import db
from tracker.core.jobs import JobRun, RunState

MORNING = datetime(2026, 3, 4, 7, 58, tzinfo=clock.SHANGHAI)


def reminded(world: World) -> bool:
    with world.app.app_context():
        rows = select(JobRun.outcome).where(JobRun.job == "remind", JobRun.slot >= MORNING)
        return db.session.scalar(rows) is RunState.DONE


def lives(world: World) -> bool:
    with world.app.app_context():
        return jobs.living_schedulers(clock.now()) > 0


@pytest.mark.process
@pytest.mark.postgres
def test_a_database_gone_for_five_minutes_is_waited_for_and_then_made_up(tmp_path: Path) -> None:
    cable = Cable(fresh_database("outage"))
    with World(tmp_path, cable.url, failing=0.0) as world:
        world.at(MORNING)
        pid = world.start()
        until(lambda: lives(world), "the scheduler lives")
        assert not reminded(world)
        cable.pull()
        log = tmp_path / "schedulers.log"
        for minutes in (1, 3, 5):
            world.at(MORNING + timedelta(minutes=minutes))
            until(lambda: "数据库无法使用" in log.read_text(encoding="utf-8"), "it says that the database is away")
        assert is_alive(pid)
        cable.put_in()
        until(lambda: reminded(world), "what fell due meanwhile is done")
        until(lambda: "数据库已恢复" in log.read_text(encoding="utf-8"), "it says that the database is back")
        assert log.read_text(encoding="utf-8").count("数据库无法使用") < 5, (
            "each kind of wake says it once, not at every look"
        )
        assert is_alive(pid)
        assert lives(world)
