"""A tree → doubts: sentences about what a careful reader would look at again, each with its line."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from tracker.core.filters import zh_figure
from tracker.plans.importing.draft import AreaDraft, Doubt, GoalDraft, Line, MeasureDraft, PlanDraft
from tracker.plans.importing.marks import Ending, ending_of

_LATIN = re.compile(r"(?<![A-Za-z0-9])[a-z]{2,}(?![A-Za-z0-9])")
_TRADITIONAL = frozenset(
    "權爲學為國發婦兒農業產體實將對會動務員門開關總險衛醫藥壓觀計劃標綱領導責與個們來時進過還這後無種經結給統類線網縣"
    "鄉鎮區屬層廣應當從變聯戰據點際質風護證認識議論設訓資財費貧"
)
_LEFTOVER = re.compile(r"\*\*|_Toc|\]\(|HYPERLINK|PAGEREF|�|□{2,}")


def doubts_about(plans: tuple[PlanDraft, ...]) -> list[Doubt]:
    """Everything doubtful in the trees, by plan and line."""
    found: list[Doubt] = []
    for plan in plans:
        found.extend(_about_plan(plan))
        for area in plan.areas:
            found.extend(_about_area(plan, area))
            for goal in area.goals:
                found.extend(_about_item(goal, "目标"))
                found.extend(_about_targets(goal))
            for measure in area.measures:
                found.extend(_about_item(measure, "措施"))
    return found


_TWICE = frozenset("人天层处步时年月日户家事个种代常渐条件级样")
"""Characters that Chinese doubles on purpose: 人人, 层层, 家家."""


def doubled_at_breaks(plans: tuple[PlanDraft, ...], lines: Sequence[Line]) -> list[Doubt]:
    """A character that ends one line and begins the next again: copied twice where the page broke."""
    rows = [(line.number, line.text.strip()) for line in lines if re.search(r"[\u4e00-\u9fff]{2}", line.text)]
    after = {number: (following, text) for (number, _), (following, text) in itertools.pairwise(rows)}
    texts = dict(rows)
    found = []
    items: list[GoalDraft | MeasureDraft] = []
    for area in (area for plan in plans for area in plan.areas):
        items += [*area.goals, *area.measures]
    for item in items:
        for number in range(item.line, item.last_line):
            following, begin = after.get(number, (0, ""))
            end = texts.get(number, "")[-1:]
            if not begin or following > item.last_line or end != begin[0] or end in _TWICE:
                continue
            if "\u4e00" <= end <= "\u9fff" and f"{end}{end}" in item.text:
                found.append(
                    Doubt(following, f"第 {number} 行与第 {following} 行接续处“{end}{end}”重复一字，请核对是否多印。")
                )
    return found


def _about_plan(plan: PlanDraft) -> Iterator[Doubt]:
    if not plan.title:
        yield Doubt(plan.line, "没有找到规划的标题，请补填。")
    if plan.period is None:
        yield Doubt(plan.line, "没有找到规划的起止年份，请补填。")
    if not plan.region:
        yield Doubt(plan.line, "没有看出规划属于哪个地区，请补填。")
    goals = sum(1 for area in plan.areas if area.goals)
    for area in plan.areas:
        if goals and not area.goals:
            yield Doubt(area.line, f"“{_name(area)}”没有读到目标，请核对。")
        if not area.measures:
            yield Doubt(area.line, f"“{_name(area)}”没有读到措施，请核对。")
    names = Counter(area.name for area in plan.areas if area.name)
    for area in plan.areas:
        if names[area.name] > 1:
            yield Doubt(area.line, f"领域“{area.name}”出现了不止一次，请核对是否应合并。")


def _name(area: AreaDraft) -> str:
    return area.name or f"第 {area.ordinal} 个领域"


def _about_area(plan: PlanDraft, area: AreaDraft) -> Iterator[Doubt]:
    if not area.name:
        yield Doubt(area.line, f"第 {area.ordinal} 个领域缺少名称，请补填。")
    for items, what in ((area.goals, "目标"), (area.measures, "措施")):
        numbers = [item.no for item in items]
        missing = sorted(set(range(1, max(numbers, default=0))) - set(numbers))
        if missing:
            listed = "、".join(str(number) for number in missing[:8])
            yield Doubt(items[0].line, f"“{_name(area)}”缺第 {listed} 条{what}，可能在原文件中遗失。")


def _about_item(item: GoalDraft | MeasureDraft, what: str) -> Iterator[Doubt]:
    text, line = item.text, item.line
    if not text:
        yield Doubt(line, f"第 {line} 行的第 {item.no} 条{what}只有编号、没有文字。")
        return
    if ending_of(text) == Ending.CUT:
        yield Doubt(line, f"第 {line} 行的第 {item.no} 条{what}好像没有写完（以“{text[-6:]}”结尾）。")
    longest = 320 if what == "目标" else 1500
    if len(text) > longest:
        yield Doubt(line, f"第 {line} 行的第 {item.no} 条{what}有 {len(text)} 字，比通常长得多，可能并入了别的内容。")
    word = _LATIN.search(text)
    if word:
        yield Doubt(line, f"第 {line} 行的第 {item.no} 条{what}夹有英文“{word.group()}”，已照原文保留。")
    strange = next((c for c in text if c in _TRADITIONAL), None)
    if strange:
        yield Doubt(line, f"第 {line} 行的第 {item.no} 条{what}有繁体字“{strange}”，已照原文保留。")
    rest = _LEFTOVER.search(text)
    if rest:
        yield Doubt(line, f"第 {line} 行的第 {item.no} 条{what}留有“{rest.group()}”字样，可能是文件转换的痕迹。")


def _about_targets(goal: GoalDraft) -> Iterator[Doubt]:
    """A list of figures that does not fit its list of indicators."""
    said = [(target.clause, target.indicator) for target in goal.targets]
    for clause, indicator in dict.fromkeys(said):
        if "分别" in clause and said.count((clause, indicator)) > 1:
            yield Doubt(
                goal.line, f"第 {goal.line} 行的第 {goal.no} 条目标中，“{clause[:24]}…”的指标与数值个数对不上，请核对。"
            )
    for target in goal.targets:
        if not target.indicator:
            yield Doubt(
                goal.line,
                f"第 {goal.line} 行的第 {goal.no} 条目标中，"
                f"没有看出“{zh_figure(target.value, target.unit)}”是什么指标。",
            )
