"""Who sees how the installation is kept: counts and days, no business."""

from __future__ import annotations

from tracker.core.access import Actor, Role


def can_see_copies(actor: Actor) -> bool:
    return actor.role is Role.SYSADMIN
