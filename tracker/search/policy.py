"""Who searches: whoever has business to see. Administrators have none."""

from __future__ import annotations

from tracker.core.access import Actor


def can_search(actor: Actor) -> bool:
    return actor.is_unit or actor.sees_committee
