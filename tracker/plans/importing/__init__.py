"""Reading plan documents: file → lines → tree → doubts. Everything here is pure; only `apply` writes."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from tracker.plans.importing.check import doubled_at_breaks, doubts_about
from tracker.plans.importing.draft import (
    AreaDraft,
    Doubt,
    GoalDraft,
    Line,
    MeasureDraft,
    PlanDraft,
    Reading,
    ResponsibleDraft,
    TargetDraft,
    dump,
    load,
)
from tracker.plans.importing.outline import outline_of
from tracker.plans.importing.reader import pasted_lines, read_lines
from tracker.plans.importing.refusal import LONGEST_LINE, NotAPlan, UnreadableDocument
from tracker.plans.importing.responsible import Rules, responsible_for
from tracker.plans.importing.targets import targets_of

__all__ = [
    "AreaDraft",
    "Doubt",
    "GoalDraft",
    "Line",
    "MeasureDraft",
    "NotAPlan",
    "PlanDraft",
    "Reading",
    "ResponsibleDraft",
    "TargetDraft",
    "UnreadableDocument",
    "dump",
    "load",
    "read_pasted",
    "read_plans",
    "to_json",
]


def read_plans(content: bytes, filename: str) -> Reading:
    """Read the plans of a file.

    Raises UnreadableDocument (a ValueError) with one Chinese sentence when the file cannot be read, NotAPlan when it
    can but holds no plan.
    """
    return _reading(read_lines(content, filename), hashlib.sha256(content).hexdigest())


def read_pasted(text: str) -> Reading:
    """Read the plans of a text that was pasted into the page."""
    return _reading(pasted_lines(text), hashlib.sha256(text.encode()).hexdigest())


def _reading(lines: tuple[Line, ...], fingerprint: str) -> Reading:
    for line in lines:
        if len(line.text) > LONGEST_LINE and max(map(len, line.text.split("\n"))) > LONGEST_LINE:
            raise UnreadableDocument(f"第 {line.number} 行超过 {LONGEST_LINE} 个字，没有分段，请分段后再上传。")
    outline = outline_of(lines)
    if not outline.plans:
        raise NotAPlan("没有读到成条的目标或措施，这份文件不像妇女或儿童发展规划，请检查是否选错了文件。")
    rules = Rules()
    asked: list[Doubt] = []
    plans = tuple(_completed(plan, rules, asked) for plan in outline.plans)
    checked = [*doubts_about(plans), *doubled_at_breaks(plans, lines)]
    doubts = {(doubt.line, doubt.message): doubt for doubt in [*outline.doubts, *asked, *checked]}
    ordered = tuple(doubts[key] for key in sorted(doubts))
    return Reading(plans, ordered, lines, fingerprint)


def _completed(plan: PlanDraft, rules: Rules, asked: list[Doubt]) -> PlanDraft:
    """Goals with their targets, measures with the units named in them; rules hold from one measure to the next."""
    areas = []
    for area in plan.areas:
        goals = tuple(replace(goal, targets=targets_of(goal.text)) for goal in area.goals)
        measures = []
        for measure in area.measures:
            units, doubts = responsible_for(measure, rules)
            measures.append(replace(measure, responsible=units))
            asked.extend(doubts)
        areas.append(replace(area, goals=goals, measures=tuple(measures)))
    return replace(plan, areas=tuple(areas))


def to_json(reading: Reading) -> dict[str, Any]:
    """The public contract of `tracker plans read --json`."""
    return {
        "plans": [_plan_json(plan) for plan in reading.plans],
        "doubts": [{"line": doubt.line, "message": doubt.message} for doubt in reading.doubts],
    }


def _plan_json(plan: PlanDraft) -> dict[str, Any]:
    return {
        "kind": plan.kind,
        "title": plan.title,
        "region": plan.region,
        "period": list(plan.period) if plan.period else None,
        "document_number": plan.document_number,
        "issued_on": plan.issued_on,
        "areas": [_area_json(area) for area in plan.areas],
    }


def _area_json(area: AreaDraft) -> dict[str, Any]:
    return {
        "ordinal": area.ordinal,
        "name": area.name,
        "goals": [
            {
                "no": goal.no,
                "text": goal.text,
                "line": goal.line,
                "targets": [
                    {"indicator": t.indicator, "op": t.op, "value": t.value, "unit": t.unit, "clause": t.clause}
                    for t in goal.targets
                ],
            }
            for goal in area.goals
        ],
        "measures": [
            {
                "no": measure.no,
                "title": measure.title,
                "text": measure.text,
                "line": measure.line,
                "responsible": [{"unit": r.unit, "role": r.role} for r in measure.responsible],
            }
            for measure in area.measures
        ],
    }
