"""Compare, correct the pairs, compare again. A confirmed pair is a person's word: only a person takes it apart."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from tracker.alignment import queries
from tracker.alignment.judging import Finding, Verdict, judge
from tracker.alignment.models import Comparison, ItemKind, Pair
from tracker.core import audit, files
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.files import Blob
from tracker.plans.importing.draft import PlanDraft
from tracker.plans.models import Goal, Measure, Plan
from tracker.plans.similarity import best_pairs

STEP = 100
"""Between the places of two upper items, so that what we added stands after what it follows."""
Item = Goal | Measure


@dataclass(frozen=True)
class Upper:
    """The plan above: one of this house, or one that was only read out of a file."""

    title: str
    items: list[dict[str, Any]]
    plan_id: int | None = None
    blob: Blob | None = None
    filename: str | None = None


def upper_of(plan: Plan) -> Upper:
    """A plan of a committee above, as its words stand now."""
    return Upper(plan.title, queries.items_of(plan), plan_id=plan.id)


def upper_in(drafts: Sequence[PlanDraft], plan: Plan, blob: Blob, filename: str) -> Upper:
    """Of the plans in a file, the one that speaks of the same as ours. Raises RuleError when that is not clear."""
    same = [one for one in drafts if one.kind == plan.kind.value] or list(drafts)
    if len(same) != 1:
        raise RuleError(
            f"文件中有{len(same)}个规划，没有一个与《{plan.title}》同类。请上传只含同类规划的文件。", field="file"
        )
    draft = same[0]
    items = [
        {"kind": kind.value, "area": area.name, "number": str(row.no), "text": row.text}
        for area in draft.areas
        for kind, rows in ((ItemKind.GOAL, area.goals), (ItemKind.MEASURE, area.measures))
        for row in rows
    ]
    return Upper(draft.title, items, blob=blob, filename=filename)


@command
def compare(actor: Actor, plan: Plan, upper: Upper) -> Comparison:
    """Put one of our plans beside the plan above and pair what speaks of the same, goals and measures apart.

    Every item of both sides is in exactly one pair. Raises RuleError when one side is empty or both are the same plan.
    """
    if upper.plan_id == plan.id:
        raise RuleError("请选择两个不同的规划。")
    if not upper.items:
        raise RuleError(f"《{upper.title}》里没有目标和措施，无法比对。")
    stored = files.stored(upper.blob, actor.at) if upper.blob is not None else None
    comparison = Comparison(
        committee_id=actor.committee_id, plan=plan, upper_plan_id=upper.plan_id, upper_title=upper.title,
        source=stored, source_name=upper.filename, items=upper.items, compared_at=actor.at,
    )  # fmt: skip
    db.session.add(comparison)
    db.session.flush()
    found = _pair_up(comparison, [])
    audit.record(
        actor, "alignment.compare", comparison,
        f"比对《{plan.title}》与《{upper.title}》，共{found}条", covers=_pairs(comparison),
    )  # fmt: skip
    return comparison


@command
def compare_again(actor: Actor, comparison: Comparison) -> int:
    """Pair anew what nobody has confirmed, and judge all pairs by the words of today; how many pairs there are."""
    comparison = queries.with_items(comparison.id)
    kept = []
    for pair in queries.pairs_of(comparison.id):
        if pair.is_confirmed and (pair.item is None or pair.item.dropped_on is None):
            _judge(comparison, pair)
            kept.append(pair)
        else:
            db.session.delete(pair)
    gone = [one for one in db.session.deleted if isinstance(one, Pair)]
    db.session.flush()
    comparison.compared_at = actor.at
    found = _pair_up(comparison, kept)
    covers = [*gone, *_pairs(comparison)]
    audit.record(
        actor, "alignment.compare", comparison, f"重新比对，共{found}条，保留已核对的{len(kept)}条", covers=covers
    )
    return found


@command
def confirm(actor: Actor, comparison: Comparison, pairs: Iterable[Pair]) -> int:
    """A person has looked at these pairs and stands by them; how many were not confirmed before."""
    new = [pair for pair in pairs if pair.comparison_id == comparison.id and not pair.is_confirmed]
    for pair in new:
        pair.is_confirmed = True
    if new:
        audit.record(actor, "alignment.confirm", comparison, f"核对{len(new)}条比对结果", covers=new)
    return len(new)


@command
def part(actor: Actor, pair: Pair) -> None:
    """The two sides do not speak of the same: each stands alone from now on, by a person's word."""
    item = pair.item
    if item is None or pair.upper_index is None:
        raise RuleError("这一条本来就没有对应内容。")
    own = Pair(
        comparison_id=pair.comparison_id, kind=pair.kind, position=pair.position + 1, goal_id=pair.goal_id,
        measure_id=pair.measure_id, verdict=Verdict.ADDED, grounds=[], is_confirmed=True,
        own_text=fingerprint(item.text),
    )  # fmt: skip
    pair.goal = pair.measure = None
    pair.likeness, pair.verdict, pair.grounds, pair.own_text = None, Verdict.OMITTED, [], ""
    pair.is_confirmed = True
    db.session.flush()
    db.session.add(own)
    audit.record(
        actor, "alignment.correct", pair.comparison, f"拆开对应：{_called(item)}没有对应的上级内容", covers=[pair, own]
    )


@command
def join(actor: Actor, upper: Pair, own: Pair) -> Pair:
    """Two items that stood alone speak of the same, by a person's word."""
    item = own.item
    if upper.comparison_id != own.comparison_id or upper.kind is not own.kind or item is None:
        raise RuleError("没有找到要对应的条目，请刷新页面后再选。")
    if upper.upper_index is None or upper.item is not None or own.upper_index is not None:
        raise RuleError("其中一条已经有对应内容，请先拆开原来的对应。")
    goal_id, measure_id = own.goal_id, own.measure_id
    comparison = queries.with_items(upper.comparison_id)
    db.session.delete(own)
    db.session.flush()
    upper.goal_id, upper.measure_id, upper.is_confirmed = goal_id, measure_id, True
    db.session.flush()
    db.session.refresh(upper, ["goal", "measure"])
    _judge(comparison, upper)
    audit.record(
        actor, "alignment.correct", comparison,
        f"手工对应：{_called(item)}对应上级{_upper_words(comparison.items[upper.upper_index])}", covers=[upper, own],
    )  # fmt: skip
    return upper


@command
def drop(actor: Actor, comparison: Comparison) -> None:
    """Take a comparison away; both plans stay as they are."""
    pairs = _pairs(comparison)
    audit.record(actor, "alignment.drop", comparison, f"删除{comparison.audit_label()}", covers=pairs)
    for pair in pairs:
        db.session.delete(pair)
    db.session.flush()
    db.session.delete(comparison)


def fingerprint(text: str) -> str:
    """What tells whether our words changed since they were judged."""
    return hashlib.sha256(text.encode()).hexdigest()


def _pair_up(comparison: Comparison, kept: Sequence[Pair]) -> int:
    """Pairs for everything that is in no kept pair; how many pairs there are altogether."""
    areas = queries.areas_with_items(comparison.plan_id)
    taken = {pair.upper_index for pair in kept}
    count = len(kept)
    for kind in ItemKind:
        uppers = [
            index for index, item in enumerate(comparison.items) if item["kind"] == kind.value and index not in taken
        ]
        rows: list[Item] = [row for area in areas for row in (area.goals if kind is ItemKind.GOAL else area.measures)]
        own = [row for row in rows if row.id not in {pair.item.id for pair in kept if pair.item and pair.kind is kind}]
        texts = [str(comparison.items[index]["text"]) for index in uppers]
        partner = {match.other: match for match in best_pairs(texts, [row.text for row in own])}
        place_of: dict[int, int] = {pair.item.id: pair.position for pair in kept if pair.item and pair.kind is kind}
        for place, row in enumerate(own):
            if place in partner:
                index = uppers[partner[place].one]
                place_of[row.id] = index * STEP
                _add(comparison, kind, index * STEP, index, row, partner[place].likeness)
                count += 1
        matched = {match.one for match in partner.values()}
        for at, index in enumerate(uppers):
            if at not in matched:
                _add(comparison, kind, index * STEP, index, None, None)
                count += 1
        before = 0
        for row in rows:
            if row.id in place_of:
                before = place_of[row.id]
                continue
            before += 1
            _add(comparison, kind, before, None, row, None)
            count += 1
    db.session.flush()
    return count


def _add(
    comparison: Comparison, kind: ItemKind, position: int, index: int | None, row: Item | None, likeness: float | None
) -> None:
    pair = Pair(
        comparison=comparison, kind=kind, position=position, upper_index=index, likeness=likeness,
        goal=row if isinstance(row, Goal) else None, measure=row if isinstance(row, Measure) else None,
    )  # fmt: skip
    _judge(comparison, pair)
    db.session.add(pair)


def _judge(comparison: Comparison, pair: Pair) -> None:
    item = pair.item
    finding = _finding(comparison, pair, item)
    pair.verdict, pair.grounds = finding.verdict, finding.grounds
    pair.own_text = fingerprint(item.text) if item is not None else ""


def _finding(comparison: Comparison, pair: Pair, item: Item | None) -> Finding:
    if item is None:
        return Finding(Verdict.OMITTED)
    if pair.upper_index is None:
        return Finding(Verdict.ADDED)
    return judge(str(comparison.items[pair.upper_index]["text"]), item.text)


def _pairs(comparison: Comparison) -> list[Pair]:
    return queries.pairs_of(comparison.id)


def _called(item: Item) -> str:
    return f"本级{item.audit_label()}"


def _upper_words(item: dict[str, Any]) -> str:
    return f"{item['area']}{ItemKind(item['kind']).label[-2:]}{item['number']}"
