"""One transaction per verb.

`@command` opens the transaction, runs the action, checks the trail and commits; any exception rolls all of it back. A
command called inside a command joins it. Slow work (hashing a password, storing an upload, rendering) happens before or
after, never inside. `commit` stands once in the code: here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from tracker.core import audit
from tracker.core.db import db, is_double, write_intent
from tracker.core.errors import Conflict

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)
DOUBLED = "刚才有人登记了同样的内容，您这一次没有保存。请刷新页面核对后再试。"

Last = dict[Callable[[list[Any]], None], list[Any]]
_last: ContextVar[Last | None] = ContextVar("written_last", default=None)
"""What the running command leaves for its end; nothing runs where there is none."""


def command(action: Callable[P, T]) -> Callable[P, T]:
    """Make an action one transaction.

    Raises Conflict when somebody else changed a row of it meanwhile, or was faster in writing what there is once.
    """

    @wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if _last.get() is not None:
            return action(*args, **kwargs)
        with _transaction():
            return action(*args, **kwargs)

    return run


def at_end(write: Callable[[list[T]], None], one: T) -> None:
    """Hand this to `write` together with all else of the transaction, once, just before the commit.

    For rows that many transactions share: each then takes their locks in the one order that `write` chooses, and holds
    them for a moment. Two that took them one by one on their way would wait for each other crosswise.
    """
    last = _last.get()
    assert last is not None, "outside of a command nothing comes to an end"
    last.setdefault(write, []).append(one)


@contextmanager
def _transaction() -> Iterator[None]:
    session = db.session()
    if session.in_transaction():
        # What was read to find the row was read without the write lock: let go of it, so that the action sees the
        # rows as they are now and not as they were when the page was asked for.
        session.rollback()
    audit.forget()
    last: Last = {}
    token = _last.set(last)
    try:
        with write_intent():
            session.begin()
            yield
            for write, gathered in last.items():
                write(gathered)
            audit.seal()
            session.commit()
    except (StaleDataError, ObjectDeletedError) as error:
        session.rollback()
        raise Conflict() from error
    except IntegrityError as error:
        # An action looks before it writes; between the two another process may write the same. The database decides.
        session.rollback()
        if not is_double(error):
            raise
        log.warning("written twice: %s", error.orig)
        raise Conflict(DOUBLED) from error
    except BaseException:
        session.rollback()
        raise
    finally:
        _last.reset(token)
        audit.forget()


@contextmanager
def savepoint() -> Iterator[None]:
    """One row of a batch: if it fails, its changes and its entries go, the rest of the batch stays."""
    marked, last = audit.mark(), _last.get() or {}
    lengths = {write: len(gathered) for write, gathered in last.items()}
    try:
        with db.session.begin_nested():
            yield
    except BaseException:
        audit.rewind(marked)
        for write, gathered in last.items():
            del gathered[lengths.get(write, 0) :]
        raise
