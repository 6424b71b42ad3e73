"""The scheduler: its own process. APScheduler only wakes it; who does what is decided by slots and leases.

Any number may run beside each other, be killed and come back. While the database is away it waits and goes on; a clock
that is set forwards or backwards moves its wakes along.
"""

from __future__ import annotations

import argparse
import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from tracker import rooms
from tracker.app import create_app
from tracker.config import from_environment
from tracker.core import clock, jobs, logs, structure, works
from tracker.core.jobs import RunState
from tracker.core.structure import Standing
from tracker.messages.dispatch import dispatch

log = logging.getLogger("tracker.scheduler")

EVERY = 20.0
"""Seconds between two looks."""
EVERY_WORK = 2.0
"""The same for what somebody ordered and waits for."""
OVERSLEPT = 3
"""So many times as long as it should have slept."""


class Steadily(BaseTrigger):  # type: ignore[misc]
    """Every so many seconds from whenever the last wake was: a clock that leaps forwards by years owes no wakes, where
    APScheduler's own interval would count them all up."""

    def __init__(self, seconds: float) -> None:
        self.every = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        return now if previous_fire_time is None else now + self.every


class Scheduler:
    """Five wakes beside each other, so that a long job keeps neither the mail nor the sign of life back."""

    def __init__(self, app: Flask, *, every: float = EVERY) -> None:
        self._app = app
        self._every = every
        self._stop = threading.Event()
        self._started_at = clock.now()
        self._without: set[str] = set()
        """The wakes that the database refused at their last coming: reading may go where writing does not."""
        self._woke: dict[str, float] = {}
        """When each wake last came, by a clock that nobody sets."""
        self._at_work: set[str] = set()
        self._telling = threading.Lock()

    def run(self) -> None:
        """Wake until told to stop by SIGTERM or SIGINT; what is under way is brought to its end first."""
        signal.signal(signal.SIGTERM, self._asked_to_stop)
        signal.signal(signal.SIGINT, self._asked_to_stop)
        waker = self.waker()
        waker.start()
        log.info("定时任务已启动")
        while not self._stop.wait(self._every):
            self.rouse(waker)
        waker.shutdown(wait=True)
        self._guarded(jobs.leave)()
        log.info("定时任务已停止")

    def waker(self) -> BackgroundScheduler:
        """APScheduler with the five wakes, each at once and then steadily; not yet started."""
        waker = BackgroundScheduler(
            timezone=clock.SHANGHAI,
            executors={"default": ThreadPoolExecutor(5)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        wakes = dict.fromkeys((self.beat, self.run_jobs, self.send_mail, self.look_round), self._every)
        for wake, every in {**wakes, self.do_works: min(self._every, EVERY_WORK)}.items():
            waker.add_job(self._guarded(wake), Steadily(every), id=wake.__name__)
        return waker

    def rouse(self, waker: BackgroundScheduler) -> None:
        """A wake that overslept is set anew: APScheduler waits for a moment of the wall clock, and a clock that was set
        back by a day would let it sleep for a day."""
        now = time.monotonic()
        for job in waker.get_jobs():
            if job.id not in self._at_work and now - self._woke.setdefault(job.id, now) > OVERSLEPT * self._every:
                self._woke[job.id] = now
                job.reschedule(Steadily(job.trigger.every.total_seconds()))

    def beat(self) -> None:
        jobs.beat(clock.now(), self._started_at)

    def run_jobs(self) -> None:
        """Run every job whose planned time has come and which nobody else has."""
        jobs.write_ends()
        for job in rooms.JOBS:
            if self._stop.is_set():
                return
            outcome = jobs.run_due(job, clock.now())
            if outcome is RunState.DONE:
                log.info("已执行：%s", job.title)
            elif outcome is RunState.FAILED:
                log.warning("没有完成，稍后再试：%s", job.title)

    def send_mail(self) -> None:
        """Send batch after batch until nothing is due."""
        while not self._stop.is_set() and dispatch(clock.now(), rooms.still_due, unit_names=rooms.unit_names):
            pass

    def look_round(self) -> None:
        """What rooms do at each look."""
        for room in rooms.ROOMS:
            if room.wake is not None and not self._stop.is_set():
                room.wake(clock.now())

    def do_works(self) -> None:
        """Make what people ordered, the oldest first."""
        while not self._stop.is_set() and works.perform_next(rooms.WORKS, clock.now()):
            pass

    def _guarded(self, wake: Callable[[], None]) -> Callable[[], None]:
        """One wake: never beside itself, in a context of its own, and no error ends the process."""
        lock = threading.Lock()

        def alone() -> None:
            if not lock.acquire(blocking=False):
                return
            name = wake.__name__
            self._woke[name] = time.monotonic()
            self._at_work.add(name)
            try:
                with self._app.app_context():
                    if not self._must_wait():
                        wake()
                self._database_is_back(name)
            except SQLAlchemyError as error:
                self._database_is_away(name, error)
            except Exception:  # whatever it is, the next wake tries again
                log.exception("%s failed", wake.__name__)
            finally:
                self._at_work.discard(name)
                lock.release()

        return alone

    def _must_wait(self) -> bool:
        """Nothing is done on a database of another version; the log has said so."""
        watch: structure.Watch | None = self._app.extensions.get("tracker.structure")
        return watch is not None and watch.look() is not Standing.CURRENT

    def _database_is_away(self, wake: str, why: SQLAlchemyError) -> None:
        """Say once that the database went away, and, when nobody misses it any more, once that it came back."""
        with self._telling:
            if not self._without:
                log.warning("数据库无法使用，稍后再试：%s", str(why).splitlines()[0])
            self._without.add(wake)

    def _database_is_back(self, wake: str) -> None:
        with self._telling:
            if wake in self._without:
                self._without.discard(wake)
                if not self._without:
                    log.info("数据库已恢复")

    def _asked_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stop.set()


def main(arguments: list[str] | None = None) -> None:
    """`python -m tracker.scheduler [--every SECONDS]`"""
    parser = argparse.ArgumentParser(prog="tracker scheduler", description="定时任务进程")
    parser.add_argument("--every", type=float, default=EVERY, help="每隔多少秒查看一次")
    options = parser.parse_args(arguments)
    settings = from_environment()
    logs.begin(settings, "scheduler")
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns at each look while a long job runs
    app = create_app(settings)
    structure.watch(app)
    Scheduler(app, every=options.every).run()


if __name__ == "__main__":
    main()
