"""Comparisons an actor may see, their pairs, and what contradicts within one committee."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, false, func, select
from sqlalchemy.orm import joinedload, undefer

from tracker.alignment.contradictions import Contradiction, Said, contradictions_among
from tracker.alignment.judging import Verdict
from tracker.alignment.models import Comparison, ItemKind, Pair
from tracker.committees import queries as committees
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.plans.importing.draft import TargetDraft
from tracker.plans.models import Area, Goal, Measure, Plan, Target
from tracker.plans.similarity import most_like


def visible_comparisons(actor: Actor) -> Select[Comparison]:
    """The comparisons of the actor's own committee, for its office and chair."""
    rows = select(Comparison).order_by(Comparison.id.desc())
    return rows.where(Comparison.committee_id == actor.committee_id) if actor.sees_committee else rows.where(false())


def visible_pairs(actor: Actor) -> Select[Pair]:
    """The pairs of the visible comparisons."""
    own = visible_comparisons(actor).with_only_columns(Comparison.id).order_by(None)
    return select(Pair).where(Pair.comparison_id.in_(own))


@dataclass(frozen=True)
class ComparisonRow:
    """A comparison in a list, with what was found."""

    comparison: Comparison
    counts: Counter[Verdict]
    confirmed: int

    @property
    def total(self) -> int:
        return self.counts.total()


def comparison_rows(actor: Actor) -> list[ComparisonRow]:
    """The visible comparisons with their verdicts counted, in two queries."""
    found = db.session.scalars(visible_comparisons(actor).options(joinedload(Comparison.plan)))
    comparisons = list(found)
    counts: dict[int, Counter[Verdict]] = {one.id: Counter() for one in comparisons}
    confirmed: Counter[int] = Counter()
    grouped = (
        select(Pair.comparison_id, Pair.verdict, Pair.is_confirmed, func.count())
        .where(Pair.comparison_id.in_(counts))
        .group_by(Pair.comparison_id, Pair.verdict, Pair.is_confirmed)
    )
    for number, verdict, is_confirmed, count in db.session.execute(grouped):
        counts[number][verdict] += count
        confirmed[number] += count if is_confirmed else 0
    return [ComparisonRow(one, counts[one.id], confirmed[one.id]) for one in comparisons]


def own_plans(actor: Actor) -> list[Plan]:
    """The committee's own plans, the latest first."""
    rows = select(Plan).where(Plan.committee_id == actor.committee_id)
    return list(db.session.scalars(rows.order_by(Plan.first_year.desc(), Plan.kind, Plan.id)))


def upper_plans(actor: Actor) -> list[Plan]:
    """The plans of the committees above, the nearest first: published papers, which every lower office may read."""
    above = committees.above(actor.committee_id)
    rows = db.session.scalars(
        select(Plan).where(Plan.committee_id.in_(above)).options(joinedload(Plan.committee)).order_by(Plan.id)
    )
    return sorted(rows, key=lambda plan: (above.index(plan.committee_id), -plan.first_year, plan.kind, plan.id))


def items_of(plan: Plan) -> list[dict[str, Any]]:
    """A plan's goals and measures in reading order, as a comparison keeps them."""
    items: list[dict[str, Any]] = []
    for area in areas_with_items(plan.id):
        for kind, rows in ((ItemKind.GOAL, area.goals), (ItemKind.MEASURE, area.measures)):
            items += [{"kind": kind.value, "area": area.name, "number": row.number, "text": row.text} for row in rows]
    return items


def areas_with_items(plan_id: int) -> list[Area]:
    """The areas of a plan with what stands in them now, in three queries."""
    rows = select(Area).where(Area.plan_id == plan_id).order_by(Area.position)
    return list(db.session.scalars(rows.options(*_ITEMS)).unique())


_ITEMS = (joinedload(Area.goals), joinedload(Area.measures))


def pairs_of(comparison_id: int, kind: ItemKind | None = None, verdict: Verdict | None = None) -> list[Pair]:
    """The pairs in reading order, narrowed; our items come along."""
    rows = select(Pair).where(Pair.comparison_id == comparison_id).order_by(Pair.position, Pair.id)
    if kind is not None:
        rows = rows.where(Pair.kind == kind)
    if verdict is not None:
        rows = rows.where(Pair.verdict == verdict)
    return list(
        db.session.scalars(
            rows.options(joinedload(Pair.goal).joinedload(Goal.area), joinedload(Pair.measure).joinedload(Measure.area))
        )
    )


def counts_of(comparison_id: int) -> Counter[tuple[ItemKind, Verdict]]:
    """How often each verdict stands, goals and measures apart."""
    grouped = (
        select(Pair.kind, Pair.verdict, func.count())
        .where(Pair.comparison_id == comparison_id)
        .group_by(Pair.kind, Pair.verdict)
    )
    return Counter({(kind, verdict): count for kind, verdict, count in db.session.execute(grouped)})


def with_items(comparison_id: int) -> Comparison:
    """A comparison with the upper plan's words. Raises RuleError when it is gone."""
    rows = select(Comparison).where(Comparison.id == comparison_id).options(undefer(Comparison.items))
    found = db.session.scalar(rows.execution_options(populate_existing=True))
    if found is None:
        raise RuleError("这次比对已经删除。")
    return found


def alone(comparison_id: int, kind: ItemKind, *, upper: bool) -> list[Pair]:
    """Items that have no counterpart: of the upper plan, or ours."""
    side = Pair.upper_index.is_not(None) if upper else Pair.upper_index.is_(None)
    rows = select(Pair).where(Pair.comparison_id == comparison_id, Pair.kind == kind, side)
    if upper:
        rows = rows.where(Pair.goal_id.is_(None), Pair.measure_id.is_(None))
    options = (joinedload(Pair.goal).joinedload(Goal.area), joinedload(Pair.measure).joinedload(Measure.area))
    return list(db.session.scalars(rows.order_by(Pair.position).options(*options)))


def nearest(text: str, others: Sequence[str]) -> list[int]:
    """The places of other texts, the one most like first."""
    return [match.other for match in most_like(text, others, at_least=0.0, most=len(others))]


def contradictions(actor: Actor) -> list[Contradiction]:
    """Where two plans of the committee that run in the same years set different figures for one indicator."""
    rows = db.session.scalars(
        select(Target)
        .join(Target.goal)
        .join(Goal.area)
        .join(Area.plan)
        .where(Plan.committee_id == actor.committee_id, Goal.dropped_on.is_(None))
        .order_by(Plan.id, Area.position, Goal.position, Target.position)
        .options(joinedload(Target.goal).joinedload(Goal.area).joinedload(Area.plan))
    ).all()
    return contradictions_among([_said(row) for row in rows])


def _said(target: Target) -> Said:
    value: float | str = target.value if target.value is not None else target.value_text
    draft = TargetDraft(target.indicator, target.comparator.value, value, target.unit, target.clause, target.scope)
    return Said(target.goal.area.plan, target.goal, draft)


def said_of(counts: Counter[tuple[ItemKind, Verdict]], kinds: Sequence[ItemKind] = tuple(ItemKind)) -> Counter[Verdict]:
    """Verdicts of some kinds together."""
    found: Counter[Verdict] = Counter()
    for (kind, verdict), count in counts.items():
        if kind in kinds:
            found[verdict] += count
    return found
