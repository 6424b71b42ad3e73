"""A brake on floods: how often one account or address sent something lately, counted by all processes of a machine.

The counts live in one file of the data folder, mapped into each process, like the figures: a row in the database for
every form that is sent would cost more than the flood.
"""

from __future__ import annotations

import hashlib
import mmap
import os
import struct
import threading
import time
from pathlib import Path

from flask import Flask, abort, current_app, request

from tracker.config import Settings

SLOT = struct.Struct("8sqII")
"""Who (a hash), which minute, how often in it, how often in the one before."""
SLOTS = 8192
LONG_AGO = -2
NEIGHBOURS = 8
"""How many slots are looked at for one name; where all are taken, the oldest is given up."""
WINDOW = 60.0
MOST_BEHIND_ONE = 10
"""A whole office may share one address."""


class Brake:
    """Counts per name over the last minute: this minute's, and of the last one the share that is not yet past."""

    def __init__(self, place: Path) -> None:
        self._handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
        if os.fstat(self._handle).st_size < SLOTS * SLOT.size:
            os.ftruncate(self._handle, SLOTS * SLOT.size)
        self._slots = mmap.mmap(self._handle, SLOTS * SLOT.size)
        self._lock = threading.Lock()

    def too_many(self, who: str, most: int) -> bool:
        """Count one more of that name, and say whether it is more than so many within a minute."""
        digest = hashlib.sha256(who.encode()).digest()
        minute, past = divmod(time.monotonic(), WINDOW)
        with self._lock:
            os.lockf(self._handle, os.F_LOCK, 0)
            try:
                now, before = self._add(digest, int(minute))
            finally:
                os.lseek(self._handle, 0, os.SEEK_SET)
                os.lockf(self._handle, os.F_ULOCK, 0)
        return now + before * (1 - past / WINDOW) > most

    def _add(self, digest: bytes, minute: int) -> tuple[int, int]:
        first, name = int.from_bytes(digest[8:12], "big"), digest[:8]
        oldest, oldest_minute = 0, minute + 1
        for step in range(NEIGHBOURS):
            place = (first + step) % SLOTS
            whose, when, now, before = SLOT.unpack_from(self._slots, place * SLOT.size)
            when = when if when <= minute else LONG_AGO  # counted before the machine started anew
            if whose == name:
                return self._write(place, name, minute, *_moved(when, minute, now, before))
            if when < oldest_minute:
                oldest, oldest_minute = place, when
        return self._write(oldest, name, minute, 0, 0)

    def _write(self, place: int, name: bytes, minute: int, now: int, before: int) -> tuple[int, int]:
        SLOT.pack_into(self._slots, place * SLOT.size, name, minute, now + 1, before)
        return now + 1, before


def _moved(when: int, minute: int, now: int, before: int) -> tuple[int, int]:
    """The counts as they stand in this minute."""
    if when == minute:
        return now, before
    return (0, now) if when == minute - 1 else (0, 0)


def init_app(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    settings.instance.mkdir(parents=True, exist_ok=True)
    app.extensions["tracker.brake"] = Brake(settings.instance / "brake")


def hold(kind: str, name: object, times: int = 1) -> None:
    """Refuse what this account or address sends where it sent too much within the last minute."""
    most = current_app.config["SETTINGS"].posts_per_minute * times
    if request.method in {"GET", "HEAD", "OPTIONS"} or not most:
        return
    brake: Brake = current_app.extensions["tracker.brake"]
    if brake.too_many(f"{kind}:{name}", most):
        abort(429)


def hold_asking(kind: str, most: int) -> None:
    """Refuse an address that asks a page without a door more often than this within the last minute."""
    if not current_app.config["SETTINGS"].posts_per_minute:
        return
    brake: Brake = current_app.extensions["tracker.brake"]
    if brake.too_many(f"{kind}:{request.remote_addr}", most):
        abort(429)


def hold_address() -> None:
    """Before anything is asked of the database: what one address sends, signed in or not."""
    hold("address", request.remote_addr, MOST_BEHIND_ONE)


def hold_account(user_id: int | None) -> None:
    """At the door, once it is known who comes: however often somebody signs in, it is the same account."""
    hold("account", user_id)
