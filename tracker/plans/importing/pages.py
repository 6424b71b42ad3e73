"""What the pages of an import show: put together from the reading, without asking the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.plans.importing.apply import faults_of
from tracker.plans.importing.changes import Change, changes_between
from tracker.plans.importing.corrections import GOALS, MEASURES
from tracker.plans.importing.draft import AreaDraft, GoalDraft, MeasureDraft, PlanDraft
from tracker.plans.importing.sheet import (
    UNSURE,
    ItemView,
    PlacedDoubt,
    SourceLine,
    items_for,
    place_doubts,
    source_lines,
    span_of,
)
from tracker.plans.importing.stored import doubts_of, open_doubts, plans_of, replaced_by, settled_of
from tracker.plans.models import ImportDraft, Plan


@dataclass(frozen=True)
class Revision:
    """A plan of the import, the plan it revises if any, and what would change."""

    plan: PlanDraft
    target: Plan | None
    choices: list[Plan]
    changes: list[Change]

    @property
    def goals(self) -> int:
        return sum(len(area.goals) for area in self.plan.areas)

    @property
    def measures(self) -> int:
        return sum(len(area.measures) for area in self.plan.areas)


@dataclass(frozen=True)
class CheckSheet:
    """One page of the check: a plan's cover, one area of it, all doubts, or all changes."""

    tab: str
    """cover, area, doubts, names or changes"""
    plans: tuple[PlanDraft, ...]
    plan_index: int
    area_index: int
    goals: list[ItemView]
    measures: list[ItemView]
    lines: list[SourceLine]
    doubts: list[PlacedDoubt]
    faults: list[str]
    revisions: list[Revision]
    items: int
    unsure: int
    """Goals and measures, and how many of them the reader was not sure of."""

    @property
    def open_doubts(self) -> int:
        return sum(not doubt.settled_by for doubt in self.doubts)

    @property
    def plan(self) -> PlanDraft:
        return self.plans[self.plan_index]

    @property
    def area(self) -> AreaDraft:
        return self.plan.areas[self.area_index]

    @property
    def changed(self) -> int:
        return sum(len(revision.changes) for revision in self.revisions if revision.target)

    @property
    def has_targets(self) -> bool:
        return any(revision.choices for revision in self.revisions)


@dataclass(frozen=True)
class WriteSheet:
    """What the last button will do."""

    revisions: list[Revision]
    faults: list[str]
    doubts: int
    """Those that nobody has compared with the source."""


def check_sheet(draft: ImportDraft, known: Sequence[Plan], plan: int | None, area: int | None, tab: str) -> CheckSheet:
    """The page asked for; nonsense is the first area of the first plan."""
    plans, doubts = plans_of(draft), doubts_of(draft)
    unseen = open_doubts(draft)
    plan_index = plan if plan is not None and 0 <= plan < len(plans) else 0
    chosen = plans[plan_index]
    area_index = area if area is not None and 0 <= area < len(chosen.areas) else 0
    shown = tab if tab in {"cover", "doubts", "changes", "names"} else "area" if chosen.areas else "cover"
    one = chosen.areas[area_index] if shown == "area" else None
    span = span_of(chosen, area_index) if one else (1, _before_areas(chosen)) if shown == "cover" else None
    return CheckSheet(
        tab=shown,
        plans=plans,
        plan_index=plan_index,
        area_index=area_index,
        goals=items_for(one, GOALS, unseen) if one else [],
        measures=items_for(one, MEASURES, unseen) if one else [],
        lines=source_lines(draft.lines, plans, unseen, span) if shown not in ("changes", "names") else [],
        doubts=place_doubts(plans, doubts, {(one.line, one.message): one.by for one in settled_of(draft)}),
        faults=faults_of(plans),
        revisions=_revisions(draft, plans, known),
        items=len(sure := [item.confidence for plan in plans for area in plan.areas for item in _items(area)]),
        unsure=sum(one < UNSURE for one in sure),
    )


def _items(area: AreaDraft) -> tuple[GoalDraft | MeasureDraft, ...]:
    return (*area.goals, *area.measures)


def write_sheet(draft: ImportDraft, known: Sequence[Plan]) -> WriteSheet:
    plans = plans_of(draft)
    return WriteSheet(_revisions(draft, plans, known), faults_of(plans), len(open_doubts(draft)))


def _revisions(draft: ImportDraft, plans: tuple[PlanDraft, ...], known: Sequence[Plan]) -> list[Revision]:
    by_id = {plan.id: plan for plan in known}
    made = []
    for plan, target_id in zip(plans, replaced_by(draft), strict=True):
        target = by_id.get(target_id) if target_id else None
        changes = changes_between(target, target.areas, plan) if target else []
        made.append(Revision(plan, target, list(known), changes))
    return made


def _before_areas(plan: PlanDraft) -> int:
    return min((area.line for area in plan.areas), default=plan.line + 60)
