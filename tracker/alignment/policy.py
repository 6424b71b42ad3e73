"""Who may compare plans: the office; its chair reads."""

from __future__ import annotations

from tracker.alignment.models import Comparison, Pair
from tracker.core.access import Actor


def can_read(actor: Actor) -> bool:
    return actor.sees_committee


def can_compare(actor: Actor) -> bool:
    return actor.is_office


def can_correct(actor: Actor, comparison: Comparison) -> bool:
    return can_compare(actor) and comparison.committee_id == actor.committee_id


def can_correct_pair(actor: Actor, pair: Pair) -> bool:
    return can_correct(actor, pair.comparison)
