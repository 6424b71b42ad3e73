"""What leaves the house as a file leaves an entry."""

from __future__ import annotations

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.audit import Audited
from tracker.core.commands import command


@command
def record_export(actor: Actor, sentence: str, subject: Audited | None = None) -> None:
    """Write down that the actor took out a list or a file: which one, how narrowed and how long.

    A command of its own: call it when the file is made, since rows read before are let go of.
    """
    audit.record(actor, "export.make", subject, sentence)
