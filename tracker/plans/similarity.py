"""How alike two goals or two measures are: by what they speak of, their figures apart. Pure.

Numbering never says that two items are one: documents number differently. Words do, with the phrases that every plan
repeats taken out first, and figures are compared by themselves, for the same aim with a weaker figure is the finding
that matters.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from tracker.plans.importing.draft import TargetDraft
from tracker.plans.importing.targets import targets_of

ALIKE = 0.4
"""From this likeness on two texts speak of the same."""
SURE = 0.8
"""From this likeness on nobody has to look twice."""
_FEWEST = 5
"""Fewer pairs of signs than this prove little, however many of them agree."""

_HAN = str.maketrans("一二三四五六七八九", "123456789")
_EMPTY = re.compile(
    r"(?:全|我|本|各)(?:省|自治区|市|州|盟|县|区|旗|国)|(?:力争|争取|努力|进一步|逐步|稳步|不断|大力|持续|积极|切实|全面|基本|继续|加快|深入|着力|有效|"
    r"明显|显著|充分|广泛|普遍)|达到|提高到|提升到|提高|提升|下降到|下降|降低到|降低|降至|控制在|控制|保持在|保持|实现|巩固|"
    r"以上|以下|以内|左右|不低于|不高于|不超过|不少于|完善|健全|建立|加强|推动|推进|促进|强化|开展|落实|做好"
)
_FIGURE = re.compile(
    r"\d+(?:\.\d+)?\s*(?:/\s*(?:10|十|百)?\s*(?:万|千)|/\s*1000+|%|‰|个百分点|:\s*\d+)?|(?:百|千|万)分之[0-9百十点]+"
)
_SIGN = re.compile(r"[^\u4e00-\u9fffA-Za-z]")


@lru_cache(maxsize=4096)
def topic_of(text: str) -> str:
    """What a text speaks of: widths folded, figures, usual verbs, places and signs gone."""
    plain = unicodedata.normalize("NFKC", text).translate(_HAN)
    return _SIGN.sub("", _EMPTY.sub("", _FIGURE.sub("", plain))).lower()


@lru_cache(maxsize=4096)
def grams_of(text: str) -> frozenset[str]:
    """The pairs of neighbouring signs in the topic of a text."""
    topic = topic_of(text)
    return frozenset(topic[at : at + 2] for at in range(len(topic) - 1))


def rarity_of(texts: Iterable[str]) -> dict[str, float]:
    """How much each pair of signs tells among these texts: what stands in every one of them tells little."""
    sets = [grams_of(text) for text in texts]
    counted = Counter(gram for grams in sets for gram in grams)
    return {gram: math.log(1 + len(sets) / count) for gram, count in counted.items()}


def likeness(one: str, other: str, rarity: Mapping[str, float] | None = None) -> float:
    """From 0 (nothing in common) to 1 (the shorter says nothing that the longer does not say too).

    With `rarity` the words that few items use weigh more than those that all of them use.
    """
    ours, theirs = grams_of(one), grams_of(other)
    if not ours or not theirs:
        return 1.0 if topic_of(one) == topic_of(other) and one and other else 0.0
    common = ours & theirs
    if not common:
        return 0.0
    if rarity is None:
        share = len(common) / min(len(ours), len(theirs))
    else:
        share = _weight(common, rarity) / min(_weight(ours, rarity), _weight(theirs, rarity))
    few = min(len(ours), len(theirs))
    return min(1.0, share) * (1.0 if few >= _FEWEST or ours == theirs else few / _FEWEST)


def _weight(grams: Iterable[str], rarity: Mapping[str, float]) -> float:
    return sum(rarity.get(gram, 1.0) for gram in grams) or 1.0


@dataclass(frozen=True)
class Match:
    """Two items by their places in the lists they came from."""

    one: int
    other: int
    likeness: float


def best_pairs(ones: Sequence[str], others: Sequence[str], *, at_least: float = ALIKE) -> list[Match]:
    """Each item with the one it is most like, no item twice, in the order of the first list.

    The likest find each other first; among equals those that stand at the same place.
    """
    rarity = rarity_of([*ones, *others])
    found = [
        Match(i, j, value)
        for i, one in enumerate(ones)
        for j, other in enumerate(others)
        if (value := _both_ways(one, other, rarity)) >= at_least
    ]
    taken: dict[int, Match] = {}
    free = set(range(len(others)))
    for match in sorted(found, key=lambda m: (-m.likeness, abs(m.one - m.other), m.one)):
        if match.one not in taken and match.other in free:
            taken[match.one] = match
            free.discard(match.other)
    return [taken[index] for index in sorted(taken)]


def _both_ways(one: str, other: str, rarity: Mapping[str, float]) -> float:
    """Likeness that also minds how much longer one is: of two texts that hold the same, the nearer in length wins."""
    value = likeness(one, other, rarity)
    ours, theirs = grams_of(one), grams_of(other)
    longer = max(len(ours), len(theirs), 1)
    return value * (0.9 + 0.1 * min(len(ours), len(theirs)) / longer)


def most_like(text: str, others: Sequence[str], *, at_least: float = ALIKE, most: int = 3) -> list[Match]:
    """The items most like a text, the likest first."""
    rarity = rarity_of(others)
    found = [Match(0, index, likeness(text, other, rarity)) for index, other in enumerate(others)]
    return sorted((m for m in found if m.likeness >= at_least), key=lambda m: (-m.likeness, m.other))[:most]


class Step(Enum):
    """Where a figure went from one document to the other."""

    EQUAL = "相同"
    HIGHER = "要求提高"
    LOWER = "要求降低"
    OTHER = "口径不同"
    """Figures of another unit or kind, which say nothing about more or less."""


@dataclass(frozen=True)
class FigurePair:
    """One indicator in two documents; a side is missing where the other document sets no figure for it."""

    one: TargetDraft | None
    other: TargetDraft | None
    step: Step | None


def figures_between(one: str, other: str) -> list[FigurePair]:
    """The figures of two goals that speak of the same, indicator by indicator; `step` says where `other` went."""
    ours, theirs = targets_of(one), targets_of(other)
    matches = best_pairs([t.indicator for t in ours], [t.indicator for t in theirs], at_least=ALIKE)
    partner = {match.one: match.other for match in matches}
    if not matches and len(ours) == len(theirs) == 1:
        partner = {0: 0}
    paired = [_figures(target, theirs[partner[i]] if i in partner else None) for i, target in enumerate(ours)]
    return paired + [FigurePair(None, t, None) for j, t in enumerate(theirs) if j not in partner.values()]


def _figures(one: TargetDraft, other: TargetDraft | None) -> FigurePair:
    return FigurePair(one, other, step_between(one, other) if other else None)


_WANTS_LESS = frozenset({"<=", "decrease"})


def step_between(one: TargetDraft, other: TargetDraft) -> Step:
    """Whether the second figure asks for more than the first: a lower ceiling does, and so does a higher floor."""
    ours, theirs = _number(one.value), _number(other.value)
    same_kind = (one.op in _WANTS_LESS) == (other.op in _WANTS_LESS) and _is_change(one) == _is_change(other)
    if one.unit != other.unit or ours is None or theirs is None or not same_kind:
        return Step.EQUAL if (one.value, one.unit, one.op) == (other.value, other.unit, other.op) else Step.OTHER
    if ours == theirs:
        return Step.EQUAL
    less = theirs < ours
    asks_more = less if one.op == "<=" else not less
    return Step.HIGHER if asks_more else Step.LOWER


def _is_change(target: TargetDraft) -> bool:
    return target.op in ("increase", "decrease")


def _number(value: float | int | str) -> float | None:
    """A figure as a number; a ratio such as 1:3 by its quotient."""
    if isinstance(value, int | float):
        return float(value)
    parts = re.fullmatch(r"(\d+(?:\.\d+)?)\s*[:/]\s*(\d+(?:\.\d+)?)", value)
    return float(parts[1]) / float(parts[2]) if parts and float(parts[2]) else None
