"""Reading is an act too (S18): whoever opens what is not their own leaves one entry a day for each thing they open.

    @bp.get("/reports/<int:report_id>/review")
    @requires(visible_reports, can_review, param="report_id")
    @reads("查阅", own=of_own_unit)
    def review(actor, report): …

The mark stands on the route, beneath its door. The page is made first; a page that was refused or not found was not
read. Where the trail cannot be written, nothing is shown (S22). It costs one look at an index, whatever the length of
the trail, and an entry on the first opening of the day.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from functools import wraps
from typing import Any

from flask import make_response, request
from sqlalchemy import inspect, select

from tracker.core import audit, clock
from tracker.core.access import ADMIN_ROLES, Actor, View
from tracker.core.audit import Audited, AuditEntry
from tracker.core.commands import command
from tracker.core.db import db

OPENED, ADMINISTERED = "read.open", "read.admin"
"""The second when an administrator reads: no business of the office (S16)."""
_SHOWN = 200


def reads(
    what: str = "", *, own: Callable[..., bool] | None = None, subject: Callable[[Any], Audited] | None = None
) -> Callable[[View], View]:
    """Mark a page whose opening is written down.

    `what` is the page in words where it is a list; a page of one row is called by that row. `own(actor, row)` says when
    it is the reader's own work, which leaves nothing. `subject(row)` names another row than the address does.
    """

    def mark(view: View) -> View:
        @wraps(view)
        def inner(actor: Actor, *rows: Any, **arguments: Any) -> Any:
            if own is not None and own(actor, *rows):
                return view(actor, *rows, **arguments)
            read = rows[0] if rows else None
            read = subject(read) if subject is not None and read is not None else read
            named = _named(what, read)
            response = make_response(view(actor, *rows, **arguments))
            if request.method == "GET" and response.status_code == _SHOWN:
                _record(actor, *named)
            return response

        inner.__reads__ = what or True  # type: ignore[attr-defined]
        return inner

    return mark


def _record(actor: Actor, sentence: str, label: str, model: type[Audited] | None, number: int | None) -> None:
    """Most openings of a day are not the first: whether there is an entry is looked up without the write lock."""
    if not _has_opened(actor, label, model, number):
        record_opening(actor, sentence, label, model, number)


@command
def record_opening(actor: Actor, sentence: str, label: str, model: type[Audited] | None, number: int | None) -> None:
    """One entry per person, thing and day."""
    if not _has_opened(actor, label, model, number):
        row = db.session.get(model, number) if model is not None and number is not None else None
        audit.record(actor, _event(actor), row, sentence, label=label)


def _has_opened(actor: Actor, label: str, model: type[Audited] | None, number: int | None) -> bool:
    seen = select(AuditEntry.id).where(
        AuditEntry.actor_id == actor.user_id,
        AuditEntry.at >= _midnight(actor.at),
        AuditEntry.event == _event(actor),
        AuditEntry.object_type == (model.__name__ if model is not None else ""),
        AuditEntry.object_id == number if number is not None else AuditEntry.object_label == label,
    )
    return db.session.scalar(seen.limit(1)) is not None


def _event(actor: Actor) -> str:
    return ADMINISTERED if actor.role in ADMIN_ROLES else OPENED


def _named(what: str, read: Any) -> tuple[str, str, type[Audited] | None, int | None]:
    """How the entry will call it, while the row is at hand: after the page it may be let go of."""
    if not isinstance(read, Audited):
        return f"查阅{what}", what, None, None
    label = read.audit_label()
    number = inspect(read).identity
    return f"查阅{label}{what}", label, type(read), number[0] if number else None


def _midnight(at: datetime) -> datetime:
    day = clock.shanghai_date(at)
    return datetime.combine(day, time.min, clock.SHANGHAI)
