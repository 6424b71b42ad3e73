"""What became of an item on its way from one plan into another. Pure.

Words are compared after the region's own names and signs are taken out; figures apart from words, because the same aim
with a weaker figure is the finding that matters.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from tracker.core.db import Labelled
from tracker.core.filters import zh_figure
from tracker.plans.importing.draft import TargetDraft
from tracker.plans.similarity import FigurePair, Step, figures_between, grams_of


class Verdict(Labelled):
    """One word for a pair, the most telling first: where figures fall, nothing else matters as much."""

    LOWERED = "lowered", "要求降低", "late"
    OMITTED = "omitted", "本级未写", "late"
    WEAKENED = "weakened", "表述减弱", "warn"
    UNLIKE = "unlike", "口径不同", "warn"
    RAISED = "raised", "要求提高", "done"
    REWORDED = "reworded", "表述调整", "info"
    EQUAL = "equal", "一致", "ok"
    ADDED = "added", "本级新增", "info"


@dataclass(frozen=True)
class Finding:
    """A verdict with what it rests on, in sentences that an office can check."""

    verdict: Verdict
    grounds: list[str] = field(default_factory=list)


FIRM = (
    "必须", "确保", "严格", "杜绝", "消除", "全面", "全部", "普遍", "充分", "显著", "明显", "大幅", "基本实现", "禁止",
    "强制",
)  # fmt: skip
"""Words that bind: a text that loses one asks for less."""

SOFT = (
    "逐步", "力争", "争取", "努力", "鼓励", "倡导", "引导", "探索", "试点", "适时", "有条件", "尽可能", "推动",
)  # fmt: skip
"""Words that leave room: a text that gains one asks for less."""

SAME_CLAUSE = 0.6
"""From this share of common pairs of signs on two clauses say the same thing, more or less firmly."""
MOSTLY_GONE = 0.5
MOST_GROUNDS = 4
_CLAUSE = re.compile(r"[，。；！？\n]")
_FOLDED = re.compile(r"[^\w]|_")
_PLACE = re.compile(r"(?:全|我|本|各)(?:省|自治区|市|州|盟|县|区|旗|国)|自治区|盟市|旗县|各?级人民政府")


def judge(upper: str, own: str) -> Finding:
    """Compare the upper plan's item with our own: figures first, then words.

    `upper` and `own` are verbatim texts of two items that speak of the same.
    """
    figures = figures_between(upper, own)
    steps = {pair.step for pair in figures}
    grounds = [_figure_words(pair) for pair in figures if pair.step is not Step.EQUAL]
    lost = any(pair.other is None for pair in figures)
    weaker = _weaker_words(upper, own)
    if Step.LOWER in steps:
        return Finding(Verdict.LOWERED, grounds)
    if lost:
        return Finding(Verdict.WEAKENED, grounds + weaker)
    if Step.OTHER in steps:
        return Finding(Verdict.UNLIKE, grounds)
    if Step.HIGHER in steps or any(pair.one is None for pair in figures):
        return Finding(Verdict.RAISED, grounds)
    if _folded(upper) == _folded(own):
        return Finding(Verdict.EQUAL)
    gone = _gone(upper, own)
    if weaker or len(gone) > MOSTLY_GONE * len(_clauses(upper)):
        return Finding(Verdict.WEAKENED, weaker + _not_taken_over(gone))
    return Finding(Verdict.REWORDED, _not_taken_over(gone))


def _weaker_words(upper: str, own: str) -> list[str]:
    """Clauses that say the same less firmly: a firm word gone, a soft word come."""
    said = []
    for theirs in _clauses(upper):
        ours = _counterpart(theirs, own)
        if ours is None or ours == theirs:
            continue
        come = [word for word in SOFT if word in ours and word not in theirs]
        gone = [word for word in FIRM if word in theirs and word not in ours]
        if come or (gone and not any(word in ours for word in FIRM)):
            said.append(f"上级“{theirs}”，本级“{ours}”。")
    return said[:MOST_GROUNDS]


def _gone(upper: str, own: str) -> list[str]:
    """Clauses of the upper text of which ours has none."""
    return [theirs for theirs in _clauses(upper) if _counterpart(theirs, own) is None]


def _not_taken_over(gone: list[str]) -> list[str]:
    more = f"等{len(gone)}处" if len(gone) > MOST_GROUNDS else ""
    return [f"本级没有写入“{'”“'.join(gone[:MOST_GROUNDS])}”{more}。"] if gone else []


@lru_cache(maxsize=2048)
def _clauses(text: str) -> tuple[str, ...]:
    """Clauses long enough to say something."""
    parts = (part.strip() for part in _CLAUSE.split(unicodedata.normalize("NFKC", text).replace(",", "，")))
    return tuple(part for part in parts if len(grams_of(part)) >= 2)


def _counterpart(clause: str, text: str) -> str | None:
    """The clause of the other text that says this, if there is one."""
    wanted = grams_of(clause)
    best = max(_clauses(text), key=lambda one: _share(wanted, grams_of(one)), default="")
    if _share(wanted, grams_of(best)) >= SAME_CLAUSE:
        return best
    return None if len(wanted & grams_of(text)) < SAME_CLAUSE * len(wanted) else clause


def _share(ours: frozenset[str], theirs: frozenset[str]) -> float:
    return len(ours & theirs) / max(len(ours), len(theirs), 1)


def _figure_words(pair: FigurePair) -> str:
    """孕产妇死亡率：上级12/10万以下，本级14/10万以下，要求降低。"""
    one, other = pair.one, pair.other
    if one is None and other is not None:
        return f"{other.indicator}：上级没有数值，本级{value_words(other)}。"
    if one is not None and other is None:
        return f"{one.indicator}：上级{value_words(one)}，本级没有写数值。"
    if one is None or other is None:
        return ""
    step = pair.step.value if pair.step else Step.OTHER.value
    return f"{one.indicator}：上级{value_words(one)}，本级{value_words(other)}，{step}。"


_SIGN = {">=": "不低于", "<=": "不高于", "==": "", "~": "约", "increase": "提高", "decrease": "降低"}


def value_words(target: TargetDraft) -> str:
    """不高于12/10万"""
    return f"{_SIGN.get(target.op, '')}{zh_figure(target.value, target.unit)}"


def _folded(text: str) -> str:
    return _FOLDED.sub("", _PLACE.sub("", unicodedata.normalize("NFKC", text)))
