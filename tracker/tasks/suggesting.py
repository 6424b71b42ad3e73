"""Who might do a measure that names nobody: from fields of duty and from how earlier plans were given out. Pure.

A suggestion is never an assignment. Each one says why, so that a person can judge it at a glance.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.plans.similarity import best_pairs
from tracker.tasks.models import AssignmentRole

MOST_UNITS = 4
"""A measure with more units than this has no owner."""
EARLIER = 0.45
"""From this likeness on an earlier measure says who does this one."""
_IN_TITLE, _IN_AREA = 3.0, 0.4
_ENOUGH = 2.0
"""Less than this is chance."""
_SHARE = 0.3
"""A unit that weighs less than this part of the first is not suggested beside it."""


@dataclass(frozen=True)
class Text:
    """A measure's words, as far as they say who does it."""

    area: str
    title: str
    text: str


@dataclass(frozen=True)
class Suggested:
    """One unit's possible part in a measure, and why."""

    unit_id: int
    role: AssignmentRole
    why: str
    is_sure: bool
    """Plain enough to be ticked beforehand; a person confirms it all the same."""


@dataclass(frozen=True)
class Precedent:
    """A measure of an earlier plan and who had it."""

    text: Text
    said: str
    """《…》第2领域第7条."""
    parts: tuple[tuple[int, AssignmentRole, str], ...]
    """(unit, role, short name), the lead first."""


@dataclass(frozen=True)
class _Score:
    unit_id: int
    weight: float
    words: tuple[str, ...]


def from_duties(
    measures: Sequence[Text], duties: Mapping[int, Sequence[str]], names: Mapping[int, str]
) -> list[list[Suggested]]:
    """Per measure the units whose field of duty it speaks of, the likeliest as lead, with the words that said so."""
    whole = [f"{one.title}{one.text}" for one in measures]
    words = {word for listed in duties.values() for word in listed if word}
    seen = Counter(word for text in whole for word in words if word in text)
    owners = Counter(word for listed in duties.values() for word in set(listed))
    telling = {word: _telling(word, seen[word], owners[word], len(measures)) for word in words}
    return [_suggested(measure, duties, names, telling) for measure in measures]


def _telling(word: str, seen: int, owners: int, total: int) -> float:
    """How much a keyword tells: longer, rarer in the plan and of fewer units is more."""
    return math.sqrt(len(word) / owners) * math.log(1 + total / (1 + seen))


def _suggested(
    measure: Text, duties: Mapping[int, Sequence[str]], names: Mapping[int, str], telling: Mapping[str, float]
) -> list[Suggested]:
    scores = [_score(unit_id, measure, words, telling) for unit_id, words in duties.items()]
    ranked = sorted((one for one in scores if one.weight >= _ENOUGH), key=lambda one: -one.weight)
    if not ranked:
        return []
    first = ranked[0]
    kept = [one for one in ranked[:MOST_UNITS] if one.weight >= first.weight * _SHARE]
    ahead = len(kept) == 1 or kept[1].weight <= first.weight * 0.7
    plain = len(first.words) > 1 or first.words[0] in measure.title
    return [
        Suggested(
            one.unit_id,
            AssignmentRole.LEAD if one is first else AssignmentRole.SUPPORT,
            f"{'、'.join(one.words[:3])} → {names[one.unit_id]}",
            is_sure=one is first and ahead and plain,
        )
        for one in kept
    ]


def _score(unit_id: int, measure: Text, words: Sequence[str], telling: Mapping[str, float]) -> _Score:
    found: dict[str, float] = {}
    for word in words:
        if not word:
            continue
        in_title, in_text, in_area = word in measure.title, word in measure.text, word in measure.area
        weight = _IN_TITLE * in_title + (1 + 0.3 * min(measure.text.count(word) - 1, 3)) * in_text + _IN_AREA * in_area
        if weight:
            found[word] = weight * telling.get(word, 1.0)
    whole = {word: value for word, value in found.items() if not any(word != w and word in w for w in found)}
    said = tuple(sorted(whole, key=lambda word: -whole[word]))
    return _Score(unit_id, sum(whole.values()), said)


def from_precedents(measures: Sequence[Text], earlier: Sequence[Precedent]) -> list[list[Suggested]]:
    """Per measure the parts that a like measure of an earlier plan had, with where that stood."""
    if not measures or not earlier:
        return [[] for _ in measures]
    ours = [f"{one.title}。{one.text}" for one in measures]
    theirs = [f"{one.text.title}。{one.text.text}" for one in earlier]
    found: list[list[Suggested]] = [[] for _ in measures]
    for match in best_pairs(ours, theirs, at_least=EARLIER):
        precedent = earlier[match.other]
        lead = next((name for _, role, name in precedent.parts if role is AssignmentRole.LEAD), "")
        why = f"{precedent.said}由{lead}牵头" if lead else f"{precedent.said}的分工"
        found[match.one] = [
            Suggested(unit_id, role, why, is_sure=match.likeness >= 0.6) for unit_id, role, _ in precedent.parts
        ]
    return found


def merged(*sources: Iterable[Suggested]) -> list[Suggested]:
    """What several sources say of one measure: the earlier source wins, there is one lead, no unit comes twice."""
    kept: dict[int, Suggested] = {}
    has_lead = False
    for source in sources:
        for one in source:
            if one.unit_id in kept or len(kept) >= MOST_UNITS * 2:
                continue
            if one.role is AssignmentRole.LEAD and has_lead:
                one = Suggested(one.unit_id, AssignmentRole.SUPPORT, one.why, is_sure=False)
            has_lead = has_lead or one.role is AssignmentRole.LEAD
            kept[one.unit_id] = one
    return list(kept.values())
