"""Plans of our own wording, made through the import."""

from __future__ import annotations

import json
from datetime import date

from tests.cast import Cast
from tracker.core import files
from tracker.plans import actions
from tracker.plans.importing import AreaDraft, GoalDraft, Line, MeasureDraft, PlanDraft, Reading, dump
from tracker.plans.models import ImportDraft, Plan

AREAS = ["健康", "教育", "经济", "社会保障", "家庭建设", "环境", "法律", "参与决策"]
KINDS = {"women": "妇女", "children": "儿童"}


def plan_draft(*, areas: int = 2, goals: int = 2, measures: int = 3, kind: str = "women") -> PlanDraft:
    """A small plan as the reader would give it; every text names its place."""
    subject = KINDS[kind]
    line = iter(range(5, 10_000))
    made = []
    for a in range(1, areas + 1):
        name = f"{subject}与{AREAS[(a - 1) % len(AREAS)]}"
        made.append(
            AreaDraft(
                ordinal=a,
                name=name,
                line=next(line),
                goals=tuple(
                    GoalDraft(n, f"{name}的第{n}项水平达到{80 + n}%以上。", place, place, str(n))
                    for n, place in ((n, next(line)) for n in range(1, goals + 1))
                ),
                measures=tuple(
                    MeasureDraft(
                        n, f"做好{name}第{n}项工作", f"做好{name}第{n}项工作。每年安排一次，逐项落实到单位。", place,
                        place, str(n),
                    )
                    for n, place in ((n, next(line)) for n in range(1, measures + 1))
                ),
            )
        )  # fmt: skip
    return PlanDraft(
        kind=kind, title=f"云川市{subject}发展规划（2021—2030年）", region="云川市", period=(2021, 2030),
        document_number="云政发〔2021〕8号", issued_on="2021-08-20", line=1, areas=tuple(made),
    )  # fmt: skip


def make_import(cast: Cast, *plans: PlanDraft, on: date = date(2021, 9, 1)) -> ImportDraft:
    """An uploaded document that waits to be checked."""
    lines = (Line(1, plans[0].title), Line(2, ""), Line(3, "一、总体要求"), Line(4, "二、发展领域"))
    for plan in plans:
        for area in plan.areas:
            lines += (Line(area.line, f"（{area.ordinal}）{area.name}"),)
            lines += tuple(Line(item.line, f"{item.no}.{item.text}") for item in (*area.goals, *area.measures))
    blob = files.put_bytes(json.dumps(dump(plans), ensure_ascii=False).encode())
    reading = Reading(tuple(plans), (), lines, blob.sha256)
    return actions.start_import(cast.actor("officer", on=on), blob, "规划.txt", reading)


def make_plan(
    cast: Cast, *, areas: int = 2, goals: int = 2, measures: int = 3, on: date = date(2021, 9, 1), kind: str = "women"
) -> Plan:
    """An imported plan of 云川市, 2021–2030."""
    draft = make_import(cast, plan_draft(areas=areas, goals=goals, measures=measures, kind=kind), on=on)
    return actions.import_reading(cast.actor("officer", on=on), draft)[0]
