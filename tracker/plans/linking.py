"""Which goals of its area a measure serves: what the office said, and proposals by likeness. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.plans.models import Area, Goal, GoalLink, Measure
from tracker.plans.similarity import likeness, rarity_of

NEAR = 0.34
"""From this likeness on a measure may serve a goal; the two are worded for different ends, so it is low."""
MOST = 2
"""More proposals for one measure than this tell nothing."""


@dataclass(frozen=True)
class Link:
    """A goal beside a measure: said by the office, or proposed."""

    goal: Goal
    is_said: bool


def links_in(area: Area, said: Iterable[GoalLink]) -> dict[int, list[Link]]:
    """Per measure the goals it serves, in the plan's order. What the office took away is not proposed again."""
    known = {(one.goal_id, one.measure_id): one.is_linked for one in said}
    rarity = rarity_of([*(goal.text for goal in area.goals), *(measure.text for measure in area.measures)])
    return {measure.id: _of(measure, area.goals, known, rarity) for measure in area.measures}


def _of(
    measure: Measure, goals: list[Goal], known: dict[tuple[int, int], bool], rarity: dict[str, float]
) -> list[Link]:
    linked = [Link(goal, is_said=True) for goal in goals if known.get((goal.id, measure.id))]
    free = [goal for goal in goals if (goal.id, measure.id) not in known]
    near = sorted(
        ((likeness(goal.text, measure.text, rarity), -goal.position, goal) for goal in free), key=lambda one: one[:2]
    )
    room = max(0, MOST - len(linked))
    proposed = [Link(goal, is_said=False) for value, _, goal in reversed(near) if value >= NEAR][:room]
    return sorted([*linked, *proposed], key=lambda link: link.goal.position)
