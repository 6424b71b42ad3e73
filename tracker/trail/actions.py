"""What is written about the trail itself."""

from __future__ import annotations

from sqlalchemy import select

from tracker.core import stamps
from tracker.core.audit import AuditHead, to_stamp
from tracker.core.commands import command
from tracker.core.db import db


@command
def take_as_unstamped() -> None:
    """What stands in the trail when stamps come in is from before them: said once, under the stamp of each head."""
    for head in db.session.scalars(select(AuditHead).where(AuditHead.stamp.is_(None))):
        head.unstamped = head.seq
        head.stamp = stamps.stamp(to_stamp(head))
