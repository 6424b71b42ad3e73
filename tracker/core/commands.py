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
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from tracker.core import audit
from tracker.core.db import db, is_double, write_intent
from tracker.core.errors import Conflict

P = ParamSpec("P")
T = TypeVar("T")

log = logging.getLogger(__name__)
DOUBLED = "刚才有人登记了同样的内容，您这一次没有保存。请刷新页面核对后再试。"

_inside: ContextVar[bool] = ContextVar("inside_command", default=False)


def command(action: Callable[P, T]) -> Callable[P, T]:
    """Make an action one transaction.

    Raises Conflict when somebody else changed a row of it meanwhile, or was faster in writing what there is once.
    """

    @wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        if _inside.get():
            return action(*args, **kwargs)
        with _transaction():
            return action(*args, **kwargs)

    return run


@contextmanager
def _transaction() -> Iterator[None]:
    session = db.session()
    if session.in_transaction():
        # What was read to find the row was read without the write lock: let go of it, so that the action sees the
        # rows as they are now and not as they were when the page was asked for.
        session.rollback()
    audit.forget()
    token = _inside.set(True)
    try:
        with write_intent():
            session.begin()
            yield
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
        _inside.reset(token)
        audit.forget()


@contextmanager
def savepoint() -> Iterator[None]:
    """One row of a batch: if it fails, its changes and its entries go, the rest of the batch stays."""
    marked = audit.mark()
    try:
        with db.session.begin_nested():
            yield
    except BaseException:
        audit.rewind(marked)
        raise
