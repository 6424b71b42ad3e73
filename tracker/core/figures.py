"""Figures for a monitor, in the text form that Prometheus reads; slow work named in the log.

The counters live in one file of the data folder that all processes share, so that any of them answers for all. No
library: prometheus-client needs a folder of files per process and its own clean-up for what a few lines do here.
"""

from __future__ import annotations

import hmac
import logging
import mmap
import os
import struct
import threading
import time
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request
from sqlalchemy import Engine, event

from tracker.config import Settings
from tracker.core import brake

log = logging.getLogger("tracker.slow")

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
CLASSES = ("2xx", "3xx", "4xx", "5xx")
CELLS = 2 * (len(BUCKETS) + 1) + 2 * 2 + len(CLASSES) + 2
"""Per method group: buckets and a sum and a count; answers by class; slow requests and queries."""
READS = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_STATEMENT = 300


class Counters:
    """Numbers that several processes add to: one file, mapped into each, a lock on it around each addition."""

    def __init__(self, place: Path) -> None:
        self._handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
        if os.fstat(self._handle).st_size < CELLS * 8:
            os.ftruncate(self._handle, CELLS * 8)
        self._cells = mmap.mmap(self._handle, CELLS * 8)
        self._lock = threading.Lock()

    def add(self, *changes: tuple[int, float]) -> None:
        with self._lock:
            os.lockf(self._handle, os.F_LOCK, 0)
            try:
                for cell, amount in changes:
                    (now,) = struct.unpack_from("d", self._cells, cell * 8)
                    struct.pack_into("d", self._cells, cell * 8, now + amount)
            finally:
                os.lseek(self._handle, 0, os.SEEK_SET)
                os.lockf(self._handle, os.F_ULOCK, 0)

    def read(self) -> tuple[float, ...]:
        return struct.unpack_from(f"{CELLS}d", self._cells, 0)


def init_app(app: Flask) -> None:
    """Count and time every request; note what is slow; slow down what sends too much from one address."""
    settings: Settings = app.config["SETTINGS"]
    settings.instance.mkdir(parents=True, exist_ok=True)
    counters = Counters(settings.instance / "figures")
    brake.init_app(app)
    app.extensions["tracker.counters"] = counters

    def begin() -> None:
        g.began = time.perf_counter()
        brake.hold_address()

    def end(response: Response) -> Response:
        took = time.perf_counter() - g.get("began", time.perf_counter())
        counters.add(*_of_request(request.method in READS, took, response.status_code))
        if took * 1000 >= app.config["SETTINGS"].slow_ms:
            log.warning("slow request %s %s %s: %d ms", g.get("request_id"), request.method, request.path, took * 1000)
            counters.add((CELLS - 2, 1.0))
        return response

    app.before_request(begin)
    app.after_request(end)


def is_trusted(settings: Settings) -> bool:
    """Whether the figures may be read from where the request comes: an address of the settings, or with the token."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.metrics_token and hmac.compare_digest(given.encode(), settings.metrics_token.encode()):
        return True
    try:
        return str(ip_address(request.remote_addr or "")) in settings.metrics_from
    except ValueError:
        return False


def written(counters: Counters, more: dict[str, tuple[str, str, float]]) -> str:
    """All figures as text; `more` is name → (kind, meaning, value)."""
    cells, lines = counters.read(), []
    name = "gangmu_request_seconds"
    lines += [f"# HELP {name} How long requests took.", f"# TYPE {name} histogram"]
    width = len(BUCKETS) + 1
    for group, method in enumerate(("read", "write")):
        total = 0.0
        for number, bound in enumerate((*map(str, BUCKETS), "+Inf")):
            total += cells[group * width + number]
            lines.append(f'{name}_bucket{{method="{method}",le="{bound}"}} {total:g}')
        base = 2 * width + 2 * group
        lines.append(f'{name}_sum{{method="{method}"}} {cells[base]:.6g}')
        lines.append(f'{name}_count{{method="{method}"}} {cells[base + 1]:g}')
    base = 2 * width + 4
    lines += ["# HELP gangmu_answers_total Answers by status.", "# TYPE gangmu_answers_total counter"]
    lines += [f'gangmu_answers_total{{status="{one}"}} {cells[base + n]:g}' for n, one in enumerate(CLASSES)]
    slow = {"gangmu_slow_requests_total": ("counter", "Requests that were slow.", cells[-2]),
            "gangmu_slow_queries_total": ("counter", "Queries that were slow.", cells[-1])}  # fmt: skip
    for key, (kind, meaning, value) in {**slow, **more}.items():
        lines += [f"# HELP {key} {meaning}", f"# TYPE {key} {kind}", f"{key} {value:g}"]
    return "\n".join(lines) + "\n"


def _of_request(is_read: bool, took: float, status: int) -> list[tuple[int, float]]:
    width, group = len(BUCKETS) + 1, 0 if is_read else 1
    bucket = next((number for number, bound in enumerate(BUCKETS) if took <= bound), width - 1)
    changes = [(group * width + bucket, 1.0), (2 * width + 2 * group, took), (2 * width + 2 * group + 1, 1.0)]
    if 2 <= status // 100 <= 5:
        changes.append((2 * width + 4 + status // 100 - 2, 1.0))
    return changes


@event.listens_for(Engine, "before_cursor_execute")
def _query_begins(connection: Any, *_: Any) -> None:
    connection.info["began"] = time.perf_counter()


@event.listens_for(Engine, "after_cursor_execute")
def _query_ends(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
    """A slow statement is noted without its values: those may be personal."""
    took = time.perf_counter() - connection.info.pop("began", time.perf_counter())
    if not has_request_context() or took * 1000 < current_app.config["SETTINGS"].slow_ms:
        return
    words = " ".join(statement.split())[:LONGEST_STATEMENT]
    log.warning("slow query %s: %d ms: %s", g.get("request_id"), took * 1000, words)
    if "tracker.counters" in current_app.extensions:
        current_app.extensions["tracker.counters"].add((CELLS - 1, 1.0))
