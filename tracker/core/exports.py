"""What leaves the house as a file leaves an entry (S18)."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, g
from sqlalchemy import select
from werkzeug.wrappers import Response

from tracker.core import audit
from tracker.core.access import Actor, current_actor
from tracker.core.audit import SITTING, Audited, AuditEntry
from tracker.core.commands import command
from tracker.core.db import db

LONGEST_LABEL = 300


def init_app(app: Flask) -> None:
    app.after_request(_record_handing_out)


def listed(title: str, rows: int, said: Iterable[tuple[str, str, str]] = ()) -> str:
    """The sentence for a list: what it is, how it was narrowed, and how many rows went out."""
    narrowed = "；".join(f"{label}：{text}" for label, text, _ in said)
    return f"导出{title}，共{rows}条" + (f"（{narrowed}）" if narrowed else "")


@command
def record_export(actor: Actor, sentence: str, subject: Audited | None = None) -> None:
    """Write down that the actor took out a list or a file: which one, how narrowed and how long.

    A command of its own: call it when the file is made, since rows read before are let go of.
    """
    audit.record(actor, "export.make", subject, sentence)


def _record_handing_out(response: Response) -> Response:
    """Whoever opens a file or takes it along leaves an entry, also where the page said nothing of it.

    Where the trail cannot be written, nothing is handed out (S22). Visitors without an account are the business of the
    page that let them in.
    """
    name = g.pop("handed_out", None)
    if name is None or response.status_code not in {200, 206} or g.get("was_recorded"):
        return response
    actor = current_actor()
    if actor is not None:
        record_reading(actor, name)
    return response


@command
def record_reading(actor: Actor, name: str) -> None:
    """One entry per person, file and sitting: a scan is looked at page by page."""
    label = name[:LONGEST_LABEL]
    seen = select(AuditEntry.id).where(
        AuditEntry.actor_id == actor.user_id,
        AuditEntry.at > actor.at - SITTING,
        AuditEntry.event == "file.read",
        AuditEntry.object_label == label,
    )
    if db.session.scalar(seen.limit(1)) is None:
        audit.record(actor, "file.read", None, f"打开或下载文件“{name}”", label=label)
