"""A small world for schedulers: a database, a mail server that fails, a clock that several processes share."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import Row, func, select

from tests.messages.sink import Sink
from tracker import rooms
from tracker.app import create_app
from tracker.config import Settings
from tracker.core import calendar, clock
from tracker.core.db import db
from tracker.core.jobs import JobRun, RunState, SchedulerBeat
from tracker.messages.hours import USUAL
from tracker.messages.mail import message_id
from tracker.messages.models import Delivery, DeliveryState

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]
REMINDING = ("recompute_reminders", "remind")
DAILY = tuple(job.name for job in rooms.JOBS if job.name not in {"back_up", "try_restoring"})
"""All that a year's days ask for, but for the copies: hundreds of them take hours and have proofs of their own."""
IN_FLIGHT = (DeliveryState.WAITING, DeliveryState.SENDING)


class World:
    """Everything that the scheduler processes share, and the hand that moves time and kills."""

    def __init__(
        self, folder: Path, database_url: str, *, failing: float = 1 / 3, seed: int = 1, patience: int | None = None,
        jobs: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """`patience`: for how many milliseconds its schedulers wait for SQLite's write lock, if not as usual; `jobs`:
        which of the house's jobs they run, if not all of them (copies and drills take their time)."""
        self.folder = folder
        self.sink = Sink(failing=failing, slow=0.1, seed=seed)
        self.chance = random.Random(seed)
        self.kills = 0
        self.quota = 0
        """How many may have been killed by now: the killing keeps pace with the story."""
        self.in_flight: Counter[str] = Counter()
        """The letters, by number, that a killed scheduler had in its hands."""
        self._url = database_url
        self._orders = {"PROOF_JOBS": ",".join(jobs)} | ({"PROOF_PATIENCE": str(patience)} if patience else {})
        self._clock = folder / "clock"
        self._living: list[int] = []
        self._lock = threading.Lock()
        self._hands = threading.Lock()
        """Held by who kills, and by who lets them all go to sleep."""

    def __enter__(self) -> World:
        self.sink.__enter__()
        self.app = self._make_app()
        with self.app.app_context():
            db.drop_all()
            db.create_all()
        self.at(datetime(2026, 1, 1, 0, 0, tzinfo=clock.SHANGHAI))
        os.environ["TRACKER_CLOCK"] = f"@{self._clock}"
        with (self.folder / "schedulers.log").open("ab") as log:
            self._nursery = subprocess.Popen(
                [sys.executable, "-m", "tests.proof.nursery"], cwd=ROOT, env=self._environment(),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_all(signal.SIGKILL)
        assert self._nursery.stdin is not None
        self._nursery.stdin.close()
        self._nursery.wait(timeout=120)
        os.environ.pop("TRACKER_CLOCK", None)
        with self.app.app_context():
            db.engine.dispose()
        self.sink.__exit__()

    # --- processes ------------------------------------------------------------------------------------------------

    def start(self, *, every: float = 0.3) -> int:
        """One more scheduler; returns its process id."""
        with self._lock:
            assert self._nursery.stdin is not None
            assert self._nursery.stdout is not None
            self._nursery.stdin.write(f"start {every}\n")
            self._nursery.stdin.flush()
            pid = int(self._nursery.stdout.readline())
            self._living.append(pid)
            return pid

    def kill_one(self) -> None:
        """kill -9 of a scheduler, by chance one with work in its hands; another takes its place."""
        with self._hands:
            working = self._working() if self.chance.random() < 0.7 else []
            with self._lock:
                victim = self.chance.choice([pid for pid in working if pid in self._living] or self._living)
                self._living.remove(victim)
                os.kill(victim, signal.SIGKILL)
                self.in_flight.update(self._letters_of(victim))  # nobody moves the clock past their leases meanwhile
                self.kills += 1
            self.start()

    def sleep_until(self, moment: datetime) -> None:
        """Leave days out: every scheduler ends in order, and as many begin when the moment has come. One that had read
        the clock before and looks for letters after would take the leases of that day for those of a wrong clock."""
        with self._hands:
            living = len(self._living)
            self.stop_all()
            self.at(moment)
            for _ in range(living):
                self.start()

    def stop_all(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End every scheduler and wait until it is gone."""
        with self._lock:
            leaving, self._living = self._living, []
        for pid in leaving:
            if is_alive(pid):
                os.kill(pid, how)
        until(lambda: not any(is_alive(pid) for pid in leaving), "the schedulers stop")

    def birth(self, schedulers: int) -> float:
        """Seconds from now until so many schedulers have shown a sign of life: on a busy machine they are killed no
        faster than they are born, else nobody would ever come to work."""
        began = time.monotonic()
        until(lambda: self.count(SchedulerBeat) >= schedulers, "the schedulers live")
        return time.monotonic() - began

    def until_killed(self, kills: int) -> None:
        """Let the killing keep pace with the story."""
        until(lambda: self.kills >= kills, f"{kills} schedulers were killed", seconds=600)

    @contextmanager
    def killing(self, kills: int, pause: float = 0.4) -> Iterator[None]:
        """Meanwhile kill schedulers at random moments, up to `kills` in all."""
        over = threading.Event()

        def reap() -> None:
            while not over.wait(self.chance.uniform(0, 2 * pause)):
                if self.kills < min(self.quota, kills):
                    self.kill_one()

        hand = threading.Thread(target=reap)
        hand.start()
        try:
            yield
        finally:
            over.set()
            hand.join()

    # --- time -----------------------------------------------------------------------------------------------------

    def at(self, moment: datetime) -> None:
        """Move every process to this moment."""
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(moment.isoformat(), encoding="ascii")
        os.replace(fresh, self._clock)

    def settle_jobs(self, slot: datetime) -> None:
        """Let the planned time come and wait until its job is done; past a dead runner's lease when there is one, but
        under nobody's hands: the lease of a letter that somebody is sending, or is about to take, runs by the same
        clock."""
        self.at(slot + timedelta(minutes=1))

        def is_done() -> bool:
            run = self._ask(
                lambda: db.session.scalar(select(JobRun).where(JobRun.job == "remind", JobRun.slot == slot))
            )
            if run is None or run.outcome is RunState.DONE:
                return run is not None
            now = clock.now()
            if (run.outcome is RunState.FAILED or not self._is_mine(run.owner)) and not self._is_mailing(now):
                self.at(max(now, run.lease_until + timedelta(seconds=1)))
            return False

        until(is_done, f"the reminders of {slot:%Y-%m-%d} are done")

    def settle_mail(self, moment: datetime, latest: datetime) -> None:
        """Let the moment come and wait until nothing is due; past retries and dead senders' leases, up to `latest`.
        At an hour at which no letter may leave, a retry of the eve among them, nothing is waited for."""
        self.at(max(moment, clock.now()))

        def is_done() -> bool:
            now = clock.now()
            if not self._is_open(now):
                return True
            if self._is_mailing(now):
                return False
            moments = [
                row.next_try_at if row.state is DeliveryState.WAITING else row.lease_until for row in self._letters()
            ]
            coming = min(moments, default=latest + timedelta(days=1))
            if coming >= latest:
                return True
            self.at(max(now, coming + timedelta(seconds=1)))
            return False

        until(is_done, f"the mail of {moment:%Y-%m-%d} has left")

    # --- looking --------------------------------------------------------------------------------------------------

    def count(self, table: type, *which: object) -> int:
        return self._ask(lambda: db.session.scalar(select(func.count()).select_from(table).where(*which)) or 0)  # type: ignore[arg-type]

    def number_of(self, key: str) -> str:
        """The Message-ID of the sending with this key."""
        settings: Settings = self.app.config["SETTINGS"]
        return message_id(key, settings.base_url, "localhost")

    def _working(self) -> list[int]:
        """Schedulers that hold a sending or a job right now; waits a moment for one."""
        rows = select(Delivery.lease_owner).where(Delivery.state == DeliveryState.SENDING)
        rows = rows.union(select(JobRun.owner).where(JobRun.outcome == RunState.RUNNING))
        for _ in range(20):
            owners = self._ask(lambda: db.session.scalars(rows).all())
            if owners:
                return [_pid(owner) for owner in owners if owner]
            time.sleep(0.02)
        return []

    def _letters_of(self, victim: int) -> list[str]:
        """The numbers of the letters that this process has taken up."""
        rows = select(Delivery.key, Delivery.lease_owner).where(Delivery.state == DeliveryState.SENDING)
        taken = self._ask(lambda: db.session.execute(rows).all())
        return [self.number_of(row.key) for row in taken if _pid(row.lease_owner) == victim]

    def _ask(self, question: Callable[[], T]) -> T:
        with self.app.app_context():
            return question()

    def _letters(self) -> Sequence[Row[Any]]:
        """What has not come to its end."""
        columns = (Delivery.state, Delivery.next_try_at, Delivery.lease_until, Delivery.lease_owner)
        rows = select(*columns).where(Delivery.state.in_(IN_FLIGHT))
        return self._ask(lambda: db.session.execute(rows).all())

    def _is_open(self, now: datetime) -> bool:
        """Whether letters may leave at this hour."""
        return self._ask(lambda: USUAL.is_open(calendar.current(), now))

    def _is_mailing(self, now: datetime) -> bool:
        """Whether a living scheduler has a letter in its hands, or there is one for it to take."""
        is_open = self._is_open(now)
        return any(
            is_open and row.next_try_at <= now if row.state is DeliveryState.WAITING else self._is_mine(row.lease_owner)
            for row in self._letters()
        )

    def _is_mine(self, owner: str | None) -> bool:
        """Whether the owner of a lease is a living scheduler of this world."""
        with self._lock:
            return owner is not None and _pid(owner) in self._living

    def _make_app(self) -> Flask:
        settings = Settings(
            instance=self.folder, database_url=self._url, secret_key="proof", smtp_host="127.0.0.1",
            smtp_port=self.sink.port,
        )  # fmt: skip
        return create_app(settings)

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            **self._orders,
            "PYTHONPATH": str(ROOT),
            "TRACKER_INSTANCE": str(self.folder),
            "TRACKER_DATABASE_URL": self._url,
            "TRACKER_SECRET_KEY": "proof",
            "TRACKER_CLOCK": f"@{self._clock}",
            "TRACKER_SMTP_HOST": "127.0.0.1",
            "TRACKER_SMTP_PORT": str(self.sink.port),
        }


def _pid(owner: str) -> int:
    return int(owner.split(":")[1])


def until(condition: Callable[[], bool], what: str, seconds: float = 300) -> None:
    """Wait for other processes. Fails with a sentence when it does not come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s in vain until {what}"
        time.sleep(0.03)


def is_alive(pid: int) -> bool:
    """Whether the process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
