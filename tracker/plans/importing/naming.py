"""Proposes the name of an area whose heading is lost: from the table of contents, or from what its goals speak of."""

from __future__ import annotations

import re
from dataclasses import replace

from tracker.plans.importing import wording
from tracker.plans.importing.draft import AreaDraft, Doubt, Line, PlanDraft
from tracker.plans.importing.marks import cleaned, marks_of

_USUAL: dict[str, tuple[tuple[str, str], ...]] = {
    "women": (
        ("妇女与健康", r"健康|孕|死亡率|筛查|保健|营养|医"),
        ("妇女与教育", r"教育|学校|入学|科学素质|学习|文盲|课"),
        ("妇女与经济", r"就业|创业|收入|经济|劳动|土地|工资"),
        ("妇女参与决策和管理", r"人大|政协|领导班子|女干部|党员|村委会|决策|管理层"),
        ("妇女与社会保障", r"保险|社会保障|救助|养老|福利|参保"),
        ("妇女与家庭建设", r"家庭|家风|婚姻|家务|赡养"),
        ("妇女与环境", r"环境|饮水|厕所|媒体|传媒|生态|自来水|平等意识"),
        ("妇女与法律", r"法律|法治|暴力|拐卖|司法|性骚扰|违法"),
    ),
    "children": (
        ("儿童与健康", r"健康|死亡率|疫苗|近视|营养|保健|贫血|喂养"),
        ("儿童与安全", r"安全|伤害|溺水|交通|欺凌|跌落|食品"),
        ("儿童与教育", r"教育|学校|入学|入园|课|教师|巩固率"),
        ("儿童与福利", r"福利|孤儿|残疾|留守|流浪|托育|救助|保障"),
        ("儿童与家庭", r"家庭|亲子|父母|监护人|家风|育儿"),
        ("儿童与环境", r"环境|阅读|活动场所|媒介|文化产品|自来水|友好"),
        ("儿童与法律保护", r"法律|司法|监护|违法|犯罪|童工|执法"),
    ),
}


LONGEST_ENTRY = 200
"""A heading, or an entry of the contents with its dots; what is longer names no area."""


def with_names(plan: PlanDraft, lines: tuple[Line, ...]) -> tuple[PlanDraft, list[Doubt]]:
    """The plan with a name proposed for every area that lost its own, and a doubt for each proposal."""
    if all(area.name for area in plan.areas):
        return plan, []
    listed = _listed(lines, plan)
    used = {area.name for area in plan.areas}
    areas, doubts = [], []
    for area in plan.areas:
        if not area.name:
            name = listed.get(area.ordinal, "")
            if not name or name in used:
                name = _likely(area, plan.kind, used)
            if name:
                used.add(name)
                area = replace(area, name=name, confidence=min(area.confidence, 0.5))
                doubts.append(Doubt(area.line, f"第 {area.ordinal} 个领域的标题遗失，名称拟为“{name}”，请核对。"))
        areas.append(area)
    return replace(plan, areas=tuple(areas)), doubts


def _listed(lines: tuple[Line, ...], plan: PlanDraft) -> dict[int, str]:
    """Names by ordinal, wherever a line is the heading or the contents' entry of such an area."""
    subject = {"women": r"妇女|女性", "children": r"儿童|未成年人"}.get(plan.kind, r"妇女|女性|儿童|未成年人")
    names: dict[int, str] = {}
    for line in lines:
        if len(line.text) > LONGEST_ENTRY:
            continue
        text = wording.CONTENTS_ENTRY.sub("", cleaned(line.text)[0]).strip()
        mark = next((m for m in marks_of(text) if m.form in ("bracket", "han", "section", "field")), None)
        if mark is None:
            continue
        name = re.sub(r"\s+", "", mark.rest).rstrip("。:：")
        if len(name) <= 16 and re.match(subject, name) and wording.AREA_PAIR.search(name):
            names.setdefault(mark.value, name)
    return names


def _likely(area: AreaDraft, kind: str, used: set[str]) -> str:
    text = "".join([*(goal.text for goal in area.goals), *(measure.title for measure in area.measures)])
    counted = [(len(re.findall(words, text)), name) for name, words in _USUAL.get(kind, ()) if name not in used]
    best = max(counted, default=(0, ""), key=lambda pair: pair[0])
    return best[1] if best[0] >= 2 else ""
