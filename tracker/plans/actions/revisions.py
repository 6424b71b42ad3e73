"""A revised document onto a plan that is there: words change, what hangs on them stays."""

from __future__ import annotations

from typing import Any

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.plans import queries
from tracker.plans.importing.apply import fill_plan, goal_row, measure_row, target_rows
from tracker.plans.importing.changes import Pair, changes_between, paired_areas, paired_items
from tracker.plans.importing.draft import AreaDraft, GoalDraft, MeasureDraft, PlanDraft
from tracker.plans.models import Area, Goal, ImportDraft, Measure, Plan

ASIDE = 10_000
"""Where rows stand while the places of their list are given out anew; places are unique."""


@command
def revise(actor: Actor, plan: Plan, reading: PlanDraft, draft: ImportDraft, ordinal: int) -> int:
    """Bring a plan to the words of a revised document; returns the number of differences.

    What the new document leaves out is marked as dropped, never deleted: tasks and reports may hang on it.
    """
    if plan.committee_id != actor.committee_id:
        raise RuleError("只能更新本级的规划。")
    areas = queries.areas_of(plan.id)
    changes = changes_between(plan, areas, reading)
    pairs = paired_areas(areas, reading.areas)
    _make_room(areas)
    fill_plan(plan, reading)
    plan.source, plan.source_name, plan.draft = draft.source, draft.source_name, draft
    plan.fingerprint, plan.ordinal, plan.imported_at = draft.source.sha256, ordinal, actor.at
    for position, pair in enumerate(pairs, start=1):
        _revise_area(actor, plan, pair, position)
    audit.record(actor, "plan.revise", plan, f"按《{draft.source_name}》更新{plan.audit_label()}：{len(changes)}处变化")
    return len(changes)


def _make_room(areas: list[Area]) -> None:
    for area in areas:
        rows: list[Area | Goal | Measure] = [area, *area.goals, *area.measures]
        for row in rows:
            row.position += ASIDE
    db.session.flush()


def _revise_area(actor: Actor, plan: Plan, pair: Pair[Area, AreaDraft], position: int) -> None:
    new = pair.new
    area = pair.old
    if area is None:
        area = Area(position=position, name="", goals=[], measures=[])
        plan.areas.append(area)
    area.position = position
    area.name = new.name if new else area.name
    for kind in ("goals", "measures"):
        drafts = getattr(new, kind) if new else ()
        for place, items in enumerate(paired_items(list(getattr(area, kind)), drafts), start=1):
            _revise_item(actor, area, items, place)


def _revise_item(actor: Actor, area: Area, pair: Pair[Any, Any], position: int) -> None:
    old, new = pair.old, pair.new
    if new is None and old is not None:
        # Beyond every living place, and beyond those dropped before it.
        old.position = ASIDE * 2 + old.id
        old.dropped_on = actor.on
    elif old is None:
        if isinstance(new, GoalDraft):
            area.goals.append(goal_row(new, position))
        elif isinstance(new, MeasureDraft):
            area.measures.append(measure_row(new, position))
    else:
        _reword(old, new)
        old.position = position


def _reword(old: Goal | Measure, new: Any) -> None:
    old.number, old.text, old.source_line = str(new.no), new.text, new.line or None
    if isinstance(old, Measure):
        old.title = new.title
        old.responsible = [{"unit": one.unit, "role": one.role} for one in new.responsible]
        return
    wanted = target_rows(new.targets)
    if [_said(one) for one in old.targets] != [_said(one) for one in wanted]:
        old.targets.clear()
        db.session.flush()
        old.targets = wanted


def _said(target: Any) -> tuple[Any, ...]:
    return (
        target.indicator, target.comparator, target.value_text, target.unit, target.clause,
        target.scope, target.base_year,
    )  # fmt: skip
