"""A goal's text → the numbers it sets: indicator, comparator, value, unit, scope, base year, clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracker.plans.importing.draft import TargetDraft
from tracker.plans.importing.indicators import (
    BASE,
    completed,
    counted_in,
    indicator_in,
    members_of,
    scoped,
    shares_of,
)
from tracker.plans.importing.quantities import Quantity, quantities_in

_STOP = re.compile(r"[，,；;。！？]")
LONGEST_CLAUSE = 600
"""What stands further on between two stops is no clause that a person wrote, and sets no target."""


@dataclass(frozen=True)
class _Clause:
    text: str
    before: str
    """The clause before it, which may hold the indicator."""


def targets_of(text: str) -> tuple[TargetDraft, ...]:
    """Every number that a goal sets, in the order of the text."""
    targets: list[TargetDraft] = []
    for clause in _clauses(text):
        for group in _groups(clause.text, quantities_in(clause.text)):
            targets.extend(_targets(clause, group, targets[-1].indicator if targets else ""))
    return tuple(targets)


def _clauses(text: str) -> list[_Clause]:
    parts: list[str] = []
    start = depth = 0
    for index, character in enumerate(text):
        depth += (character in "（(《“") - (character in "）)》”")
        if depth <= 0 and _STOP.match(text, index) and not _thousands(text, index):
            parts.append(text[start:index].strip())
            start, depth = index + 1, 0
    parts.append(text[start:].strip())
    parts = [part[:LONGEST_CLAUSE] for part in parts]
    return [_Clause(part, parts[i - 1] if i else "") for i, part in enumerate(parts) if part]


def _thousands(text: str, index: int) -> bool:
    return text[index] == "," and text[index - 1 : index].isdigit() and text[index + 1 : index + 4].isdigit()


_JOINT = re.compile(r"\s*[、，,]?\s*(?:和|及|与|以及|或)?\s*")


def _groups(clause: str, quantities: Sequence[Quantity]) -> list[list[Quantity]]:
    """Figures that stand in one list: 3.0‰、5.0‰和6.0‰以下."""
    groups: list[list[Quantity]] = []
    for quantity in quantities:
        if groups and _JOINT.fullmatch(clause[groups[-1][-1].end : quantity.start]):
            groups[-1].append(quantity)
        else:
            groups.append([quantity])
    return groups


def _targets(clause: _Clause, group: list[Quantity], last_indicator: str) -> list[TargetDraft]:
    first = group[0]
    before = clause.text[: first.start]
    head = before[: len(before) - len(first.lead)]
    base = BASE.search(before)
    head = head[_start_of_head(clause.text, head, first) :]
    scope, head = scoped(head)
    each = bool(re.search(r"均|都|分别", first.lead + head[-3:]))
    names, scope = _names(clause, head, scope, group, each, last_indicator)
    figures = group * len(names) if len(group) == 1 else group
    names = names if len(names) == len(figures) else [names[0]] * len(figures)
    return [
        TargetDraft(name, op, value, quantity.unit, clause.text, scope, int(base.group(1)) if base else None)
        for name, quantity in zip(names, figures, strict=True)
        for op, value in _bounds(quantity, _comparator(first.lead, quantity.suffix or group[-1].suffix, before))
    ]


def _bounds(quantity: Quantity, op: str) -> list[tuple[str, float | int | str]]:
    """A range sets two numbers: not less than the one, not more than the other."""
    if quantity.upto is None:
        return [(op, quantity.value)]
    if op in ("increase", "decrease"):
        return [(op, quantity.value), (op, quantity.upto)]
    return [(">=", quantity.value), ("<=", quantity.upto)]


def _names(
    clause: _Clause, head: str, scope: str, group: list[Quantity], each: bool, last_indicator: str
) -> tuple[list[str], str]:
    """The indicators of a group of figures, one for each member of a list, and their scope."""
    first, rest = group[0], clause.text[group[-1].end :]
    name = indicator_in(head)
    if not first.counted and re.match(r"^\s*的\s*[^，。]", rest) and (not first.lead or not name):
        return [shares_of(clause.text, quantity) for quantity in group], scope
    counted = counted_in(head, rest) if first.counted else None
    if counted is not None:
        return [counted[0]], scope or ("" if _start_of_head(clause.text, clause.text, first) else counted[1])
    if not name and rest and not first.lead:
        name = indicator_in(rest)
    if not name:
        name = last_indicator if quantities_in(clause.before) else indicator_in(scoped(clause.before)[1])
    name = completed(name, rest)
    if len(group) > 1:
        return members_of(name, len(group)), scope
    return (members_of(name, None) if each else [name]), scope


def _start_of_head(text: str, head: str, first: Quantity) -> int:
    """Where the indicator of this figure begins when another figure stands before it in the same clause."""
    earlier = [quantity.end for quantity in quantities_in(text) if quantity.end <= first.start]
    if not earlier:
        return 0
    rest = text[max(earlier) :]
    skipped = re.match(r"\s*(?:的)?\s*[、和及与]?\s*", rest)
    return min(len(head), max(earlier) + (skipped.end() if skipped else 0))


_COMPARATORS: tuple[tuple[str, str], ...] = (
    (r"不低于|不少于|不小于|至少|≥|>=", ">="),
    (r"不高于|不超过|不大于|不多于|≤|<=", "<="),
    (r"低于|少于|小于|＜", "<="),
    (r"高于|超过|大于|多于|＞", ">="),
    (r"控制|(?:下降|降低|减少|缩小|缩短|降|减)(?:了)?(?:到|至|为)", "<="),
    (r"下降|降低|减少|缩小|缩短|压减", "decrease"),
    (r"(?:提高|提升|增加|增长|上升|延长|扩大|增)(?:了)?(?:到|至|为)", ">="),
    (r"提高|提升|增加|增长|上升|延长|扩大|新增", "increase"),
    (r"达|保持|稳定|维持|实现|完成", ">="),
    (r"约", "~"),
    (r"为|是|等于", "=="),
)


def _comparator(lead: str, suffix: str, before: str) -> str:
    """≥, ≤, =, about, more or less by: the word after the figure decides, then the verb before it."""
    verb = next((op for pattern, op in _COMPARATORS if re.search(pattern, lead)), "")
    if verb in ("decrease", "increase"):
        return verb
    if suffix:
        return {"以上": ">=", "以下": "<=", "左右": "~"}[suffix]
    if not verb and re.search(r"(?:大)?约\s*$", before):
        return "~"
    return verb or ">="
