"""Whether the database and the program belong together: how far its structure was brought, how far ours leads.

Who serves looks now and then. While the two differ nothing is read or written: pages say that the system is being
upgraded, the log and /healthz say what the administrator has to do.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import cache

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError

from tracker.core import web
from tracker.core.db import Labelled, db

log = logging.getLogger(__name__)
EVERY = 30.0
"""Seconds between two looks while all is well."""
EVERY_WHILE_WAITING = 2.0


class Standing(Labelled):
    """The label is what the administrator is told."""

    CURRENT = "current", "数据库结构与程序一致。", "ok"
    BEHIND = "behind", "数据库结构比程序旧。请停止服务，执行 tracker migrate，再启动服务。", "late"
    AHEAD = "ahead", "数据库已由更新版本的程序升级。请换上新版本的程序，再重新启动服务。", "late"
    EMPTY = "empty", "数据库还没有建立。请执行 tracker init。", "late"


@cache
def known_revisions() -> tuple[str, ...]:
    """The revisions that this program can lead to, the newest first."""
    script = ScriptDirectory(str(web.resource_dir("migrations")))
    return tuple(one.revision for one in script.walk_revisions())


def revision() -> str | None:
    """How far the database was brought; None where there is none yet."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def standing(connection: Connection | None = None) -> Standing:
    """How the database stands to the program. One whose migrations were never counted (a test's) is taken as it is."""
    if connection is None:
        with db.engine.connect() as own:
            return standing(own)
    found = MigrationContext.configure(connection).get_current_revision()
    if found is None:
        return Standing.CURRENT if inspect(connection).get_table_names() else Standing.EMPTY
    if found == known_revisions()[0]:
        return Standing.CURRENT
    return Standing.BEHIND if found in known_revisions() else Standing.AHEAD


class Watch:
    """One process's look at the database it serves, remembered for a while."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said = Standing.CURRENT
        self._next = 0.0

    def look(self, *, at_once: bool = False) -> Standing:
        """What was found last, or is found now when it is time again; while somebody looks, nobody waits for it."""
        if (at_once or time.monotonic() >= self._next) and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._said

    def _look(self) -> None:
        try:
            found = standing()
        except SQLAlchemyError:
            return  # away or busy: that is another page's subject
        if found is not self._said:
            log.log(logging.INFO if found is Standing.CURRENT else logging.ERROR, found.label)
        self._said = found
        self._next = time.monotonic() + (EVERY if found is Standing.CURRENT else EVERY_WHILE_WAITING)


def watch(app: Flask) -> Watch:
    """Have this process look, now and from time to time; web asks it before every request."""
    watch = app.extensions["tracker.structure"] = Watch()
    with app.app_context():
        watch.look(at_once=True)
        db.engine.dispose()  # no connection is handed on to the workers that this process becomes
    return watch
