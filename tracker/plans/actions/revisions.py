"""A revised document onto a plan that is there (中期调整): words change, what hangs on them stays, all is kept."""

from __future__ import annotations

from datetime import date
from typing import Any

from blinker import signal

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.plans import queries
from tracker.plans.importing.apply import fill_plan, goal_row, measure_row, target_rows
from tracker.plans.importing.changes import AreaPair, Change, Pair, changes_of, pairs_between
from tracker.plans.importing.draft import GoalDraft, PlanDraft
from tracker.plans.models import AmendedItem, Amendment, Area, Goal, ImportDraft, Measure, Plan

ASIDE = 10_000
"""Where rows stand while the places of their list are given out anew; places are unique."""

revised = signal("plan-revised")
"""A plan got the words of a revised document: `actor`, `amendment`. Rooms above, whose rows hang on it, follow."""

Item = Goal | Measure


@command
def revise(actor: Actor, plan: Plan, reading: PlanDraft, draft: ImportDraft, ordinal: int) -> int:
    """Bring a plan to the words of a revised document; returns the number of differences.

    What the new document leaves out is marked as dropped, never deleted: tasks and reports may hang on it. The former
    words, with the document and the day they came from, are kept for ever. Without a difference nothing changes.
    """
    if plan.committee_id != actor.committee_id:
        raise RuleError("只能更新本级的规划。")
    areas = queries.all_areas_of(plan.id)
    pairs = pairs_between(areas, reading.areas)
    changes = list(changes_of(plan, reading, pairs))
    if not changes:
        audit.record(actor, "plan.revise", plan, f"《{draft.source_name}》与{plan.audit_label()}逐条相同：0处变化")
        return 0
    amendment = _amendment(actor, plan, reading, draft)
    _make_room(areas)
    fill_plan(plan, reading)
    plan.source, plan.source_name, plan.draft = draft.source, draft.source_name, draft
    plan.fingerprint, plan.ordinal, plan.imported_at = draft.source.sha256, ordinal, actor.at
    rows: dict[int, Item] = {}
    for position, pair in enumerate(pairs, start=1):
        _revise_area(actor, plan, pair, position, rows)
    db.session.flush()
    amendment.items = [_kept(change, place, rows) for place, change in enumerate(changes, start=1)]
    words = f"按《{draft.source_name}》更新{plan.audit_label()}：{len(changes)}处变化"
    audit.record(actor, "plan.revise", plan, words, covers=[amendment, *rows.values()])
    revised.send(None, actor=actor, amendment=amendment)
    return len(changes)


def _amendment(actor: Actor, plan: Plan, reading: PlanDraft, draft: ImportDraft) -> Amendment:
    amendment = Amendment(
        plan=plan, made_on=actor.on, made_at=actor.at, user_id=actor.user_id, made_by=actor.named()[:100],
        source=draft.source, source_name=draft.source_name, document_number=reading.document_number or None,
        former_source=plan.source, former_source_name=plan.source_name, former_number=plan.document_number,
        issued_on=date.fromisoformat(reading.issued_on) if reading.issued_on else None,
        former_issued_on=plan.issued_on,
    )  # fmt: skip
    db.session.add(amendment)
    return amendment


def _kept(change: Change, place: int, rows: dict[int, Item]) -> AmendedItem:
    row = rows.get(id(change.pair.new)) or change.pair.old if change.pair else None
    return AmendedItem(
        position=place, kind=change.kind, area=change.area, what=change.what, before=change.before, after=change.after,
        goal_id=row.id if isinstance(row, Goal) else None, measure_id=row.id if isinstance(row, Measure) else None,
    )  # fmt: skip


def _make_room(areas: list[Area]) -> None:
    for area in areas:
        rows: list[Area | Goal | Measure] = [area, *area.goals, *area.measures]
        for row in rows:
            row.position += ASIDE
    db.session.flush()


def _revise_area(actor: Actor, plan: Plan, pair: AreaPair, position: int, rows: dict[int, Item]) -> None:
    area = pair.old
    if area is None:
        area = Area(position=position, name="", goals=[], measures=[])
        plan.areas.append(area)
    area.position = position
    area.name = pair.new.name if pair.new else area.name
    for items in (pair.goals, pair.measures):
        for place, one in enumerate(items, start=1):
            row = _revise_item(actor, area, one, place)
            if row is not None and one.new is not None:
                rows[id(one.new)] = row


def _revise_item(actor: Actor, area: Area, pair: Pair[Any, Any], position: int) -> Item | None:
    old: Item | None = pair.old
    if old is None:
        return _added(area, pair.new, position)
    if pair.new is None:
        # Beyond every living place, and beyond those dropped before it.
        old.position = ASIDE * 2 + old.id
        old.dropped_on = actor.on
        return old
    if old.area is not area:
        old.area = area
    _reword(old, pair.new)
    old.position = position
    return old


def _added(area: Area, new: Any, position: int) -> Item:
    if isinstance(new, GoalDraft):
        goal = goal_row(new, position)
        area.goals.append(goal)
        return goal
    measure = measure_row(new, position)
    area.measures.append(measure)
    return measure


def _reword(old: Item, new: Any) -> None:
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
