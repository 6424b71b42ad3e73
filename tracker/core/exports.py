"""What leaves the house as a file leaves an entry."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.audit import Audited
from tracker.core.commands import command


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
