"""Two plans of one committee that set different figures for the same indicator. Pure.

Women's and children's plans are written by different hands and share subjects: 出生缺陷, 家庭教育, 托位. A unit that
leads in both cannot meet two figures for one thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.alignment.judging import value_words
from tracker.plans.importing.draft import TargetDraft
from tracker.plans.models import Goal, Plan
from tracker.plans.similarity import SURE, Step, likeness, step_between


@dataclass(frozen=True)
class Said:
    """One figure with where it stands."""

    plan: Plan
    goal: Goal
    target: TargetDraft

    @property
    def words(self) -> str:
        """The figure as a table writes it."""
        return value_words(self.target)


@dataclass(frozen=True)
class Contradiction:
    """The same indicator, two figures."""

    one: Said
    other: Said


def contradictions_among(said: Sequence[Said]) -> list[Contradiction]:
    """Every two figures of different plans, for overlapping years, that speak of the same and differ."""
    found = []
    for place, one in enumerate(said):
        for other in said[place + 1 :]:
            if (
                one.plan.id != other.plan.id
                and _overlap(one.plan, other.plan)
                and _contradict(one.target, other.target)
            ):
                found.append(Contradiction(one, other))
    return found


def _overlap(one: Plan, other: Plan) -> bool:
    return one.first_year <= other.last_year and other.first_year <= one.last_year


def _contradict(one: TargetDraft, other: TargetDraft) -> bool:
    if one.unit != other.unit or not one.indicator or not other.indicator:
        return False
    if one.scope and other.scope and one.scope != other.scope:
        return False
    # both ways: 婚检率 in 孕前检查率与婚检率 is not the same indicator
    alike = min(likeness(one.indicator, other.indicator), _both(one.indicator, other.indicator))
    return alike >= SURE and step_between(one, other) in {Step.HIGHER, Step.LOWER}


def _both(one: str, other: str) -> float:
    """How near in length: an indicator within a longer one is another indicator."""
    return min(len(one), len(other)) / max(len(one), len(other), 1)
