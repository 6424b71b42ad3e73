"""What a leaver leaves: at each post what waits there, asked of the rooms above, and who may take it over."""

from __future__ import annotations

from dataclasses import dataclass

from blinker import signal

from tracker.accounts import policy, queries
from tracker.accounts.models import Holding, User
from tracker.core.access import Actor
from tracker.core.pages import Waiting

waiting_at = signal("waiting-at-a-post")
"""Asked with `actor`, whoever holds the post: the rooms above answer with what waits for them."""


@dataclass(frozen=True)
class Duty:
    """A post to hand on."""

    holding: Holding
    waiting: list[Waiting]
    heirs: list[User]


def duties(actor: Actor, user: User) -> list[Duty]:
    """Every post of a leaver that this actor may give to somebody else."""
    return [
        Duty(
            holding, _waiting(actor, holding), [] if holding.is_deputy else queries.heirs_for(holding, actor.on)
        )
        for holding in policy.posts_to_hand_on(actor, user)
    ]  # fmt: skip


def _waiting(actor: Actor, holding: Holding) -> list[Waiting]:
    if not holding.is_current(actor.on):
        return []
    answers = waiting_at.send(None, actor=queries.actor_for(holding, actor.at))
    items = [item for _, items in answers for item in items]
    return items if actor.is_office else _counted(items)


def _counted(items: list[Waiting]) -> list[Waiting]:
    """What an administrator may know of it: what is to be done and how much of it, not about what."""
    counts: dict[str, int] = {}
    for item in items:
        counts[item.verb] = counts.get(item.verb, 0) + item.count
    return [Waiting(verb, f"{count}项", "", count=count) for verb, count in counts.items()]
