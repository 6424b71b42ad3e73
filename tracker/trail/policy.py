"""Who reads the trail: whoever audits all of it, the office what concerns its work (S16)."""

from __future__ import annotations

from tracker.core.access import Actor, Role
from tracker.core.audit import AuditEntry


def reads_trail(actor: Actor) -> bool:
    return actor.role is Role.AUDITOR or actor.is_office


def can_read(actor: Actor, entry: AuditEntry) -> bool:
    return reads_trail(actor)
