"""What a wake survives: a database that is away, a job that breaks, a word to stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import OperationalError

from tests.cast import Cast
from tests.messages.test_actions import MORNING, say
from tests.messages.test_dispatch import sink  # noqa: F401 - a fixture
from tests.postgres import fresh_database
from tracker import rooms
from tracker.app import create_app
from tracker.config import Settings
from tracker.core import jobs
from tracker.core.db import db
from tracker.core.jobs import Job, JobRun, RunState, SchedulerBeat
from tracker.messages.models import Delivery, DeliveryState
from tracker.scheduler import Scheduler, Steadily

Stand = Callable[[datetime], None]


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch) -> Stand:
    return lambda moment: monkeypatch.setenv("TRACKER_CLOCK", moment.isoformat())


def test_a_database_that_goes_away_is_said_once_and_so_is_its_return(
    app: Flask, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "tracker.scheduler")
    answers = [OperationalError("SELECT 1", {}, Exception("server closed the connection"))] * 3 + [None] * 2

    def wake() -> None:
        answer = answers.pop(0)
        if answer is not None:
            raise answer

    guarded = Scheduler(app)._guarded(wake)
    for _ in range(5):
        guarded()
    assert [record.message.split("，")[0] for record in caplog.records] == ["数据库无法使用", "数据库已恢复"]


def test_a_wake_that_only_reads_does_not_say_that_the_database_is_back(
    app: Flask, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    """A SQLite file that somebody holds is read and not written: that is no coming and going at every look."""
    caplog.set_level(logging.INFO, "tracker.scheduler")
    away = [True]

    def writes() -> None:
        if away[0]:
            raise OperationalError("INSERT", {}, Exception("database is locked"))

    def reads() -> None:
        """Goes well."""

    scheduler = Scheduler(app)
    wakes = [scheduler._guarded(wake) for wake in (writes, reads)]
    for _ in range(3):
        for wake in wakes:
            wake()
    assert [record.message.split("，")[0] for record in caplog.records] == ["数据库无法使用"]
    away[0] = False
    wakes[0]()
    assert caplog.records[-1].message == "数据库已恢复"


def test_a_wake_that_breaks_does_not_end_the_process(app: Flask, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    def breaks() -> None:
        raise ZeroDivisionError

    guarded = Scheduler(app)._guarded(breaks)
    guarded()
    guarded()
    assert caplog.text.count("breaks failed") == 2


def test_a_morning_runs_every_job_and_shows_a_sign_of_life(app: Flask, cast: Cast, stand: Stand) -> None:
    stand(MORNING)
    scheduler = Scheduler(app)
    scheduler.beat()
    scheduler.run_jobs()
    assert jobs.living_schedulers(MORNING) == 1
    runs = db.session.scalars(select(JobRun)).all()
    assert {run.job for run in runs} >= {"remind", "recompute_reminders"}
    assert {run.outcome for run in runs if run.job in {"remind", "recompute_reminders"}} == {RunState.DONE}


def test_the_log_says_of_a_job_that_broke_that_it_is_not_done(
    app: Flask, cast: Cast, stand: Stand, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(on: date) -> int:
        raise ZeroDivisionError

    eight = {"hour": "8", "minute": "0"}
    monkeypatch.setattr(
        rooms, "JOBS", (Job("breaks", "坏了的", breaks, eight), Job("goes", "好的", lambda _: 1, eight))
    )
    caplog.set_level(logging.INFO, "tracker.scheduler")
    stand(MORNING)
    Scheduler(app).run_jobs()
    assert [record.message for record in caplog.records if record.name == "tracker.scheduler"] == [
        "没有完成，稍后再试：坏了的",
        "已执行：好的",
    ]


@pytest.mark.postgres
def test_two_that_slept_for_a_day_do_not_wait_for_each_other_when_they_wake(tmp_path: Path) -> None:
    """Each finds the other's sign of life stale while the other renews it: one that waits there waits for ever, or
    until the database breaks one of them off."""
    url = fresh_database("beats")
    neighbour = create_engine(url)
    with neighbour.begin() as connection:
        connection.execute(text("ALTER DATABASE beats SET lock_timeout = '2s'"))
    app = create_app(Settings(instance=tmp_path, database_url=url, secret_key="test"))
    with app.app_context():
        db.metadata.tables["scheduler_beats"].create(db.engine)
        later = MORNING + timedelta(days=2)
        jobs.beat(MORNING, MORNING)
        with neighbour.begin() as connection:
            fields = "started_at, seen_at"
            connection.execute(
                text(f"INSERT INTO scheduler_beats (owner, {fields}) SELECT 'other', {fields} FROM scheduler_beats")
            )
        with neighbour.connect() as connection:
            connection.execute(text("UPDATE scheduler_beats SET started_at = started_at WHERE owner = 'other'"))
            jobs.beat(later, MORNING)
            connection.rollback()
        assert db.session.scalar(select(func.count()).select_from(SchedulerBeat)) == 2, "it was at work"
        db.session.rollback()
        jobs.beat(later, MORNING)
        assert db.session.scalars(select(SchedulerBeat.owner)).all() == [jobs.owner_name()], "now it is forgotten"
        db.session.remove()
        db.engine.dispose()
    neighbour.dispose()


@pytest.mark.usefixtures("sink")
def test_mail_leaves_until_nothing_is_due_and_stops_when_told(app: Flask, cast: Cast, stand: Stand) -> None:
    for number in range(25):
        say(cast, "liaison", subject_type="Thing", subject_id=number, is_urgent=True)
    stand(MORNING + timedelta(minutes=1))
    stopped = Scheduler(app)
    stopped._stop.set()
    stopped.send_mail()
    assert states() == {DeliveryState.WAITING}
    Scheduler(app).send_mail()
    assert states() == {DeliveryState.SENT}


def test_a_clock_that_leaps_forwards_owes_one_wake_and_not_a_million(app: Flask) -> None:
    now = MORNING + timedelta(days=365 * 50)
    assert Steadily(2.0).get_next_fire_time(MORNING, now) == now + timedelta(seconds=2)


def test_wakes_that_a_clock_set_back_would_let_sleep_for_a_day_are_roused(app: Flask) -> None:
    """APScheduler waits for a moment of the wall clock; the state after it was set back is a next wake a day away."""
    scheduler = Scheduler(app, every=20.0)
    waker = scheduler.waker()
    waker.start(paused=True)
    try:
        for job in waker.get_jobs():
            job.modify(next_run_time=job.next_run_time + timedelta(days=1))
        far = {job.id: job.next_run_time for job in waker.get_jobs()}
        scheduler.rouse(waker)
        assert {job.id: job.next_run_time for job in waker.get_jobs()} == far, (
            "it may have been asleep for a moment only"
        )
        scheduler._woke = dict.fromkeys(far, time.monotonic() - 100)
        scheduler._at_work = {"run_jobs"}
        scheduler.rouse(waker)
        soon = {job.id for job in waker.get_jobs() if far[job.id] - job.next_run_time > timedelta(hours=23)}
        assert soon == set(far) - {"run_jobs"}, "who is at work has not overslept"
    finally:
        waker.shutdown()


def states() -> set[DeliveryState]:
    db.session.expire_all()
    return set(db.session.scalars(select(Delivery.state)))
