"""What leaves the system leaves an entry."""

from __future__ import annotations

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.reports.models import Report, Round


@command
def record_download(actor: Actor, source: Report | Round, name: str) -> None:
    """Somebody took a paper or a table away."""
    kind = "report" if isinstance(source, Report) else "round"
    event = f"{kind}.download"
    audit.record(actor, event, source, f"下载“{name}”")
