"""The words that a new circular begins with: every number in them comes from the figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tracker.core.access import Body
from tracker.core.filters import zh_date
from tracker.reports.models import Round, RoundKind
from tracker.supervision.documents.circular_figures import LIGHT_WORDS, REPORT_WORDS, said_day
from tracker.supervision.models import Circular, CircularKind, Light
from tracker.supervision.queries.figures import Period, good_units, percentages

NAMED_AT_MOST = 12
ONE_DAY = timedelta(days=1)
SCOPE_IN_TITLE = 20
"""A scope of more characters stands in the opening only."""


def proposed(
    round_: Round, figures: dict[str, Any], kind: CircularKind, body: Body, corrects: Circular | None = None
) -> dict[str, str]:  # fmt: skip
    """The texts a new draft begins with; every number in them comes from the figures."""
    about = f"{figures['scope']}" if figures.get("scope") and len(figures["scope"]) <= SCOPE_IN_TITLE else ""
    what = f"{round_.title}{about}报送和规划实施情况"
    if _period(figures) != round_.period:
        what = f"{period_words(_period(figures))}{about}规划实施情况"
    report = "报告" if round_.kind is RoundKind.SPECIAL else f"{round_.kind.label}报告"
    return {
        "title": f"关于{'更正' if corrects else ''}{what}的通报",
        "addressee": f"{body.short_name}各成员单位",
        "copy_to": "",
        "opening": _opening(round_, figures, kind, corrects),
        "overall": overall(figures),
        "good": _good(figures, report),
        "problems": _problems(figures, report),
        "demands": _demands(figures, report),
    }


def overall(figures: dict[str, Any]) -> str:
    """总体情况 in two paragraphs: reports, then assignments, those due in the period named apart."""
    reports, counted = figures["reports"], figures["assignments"]
    parts = [f"应报送单位{reports['expected']}个"]
    parts += [f"{words}{reports[name]}个" for name, words in REPORT_WORDS if reports[name] or name == "on_time"]
    first = f"截至{said_day(figures['cut_off_on'])}，" + "，".join(parts) + "。"
    if reports["returned"]:
        first += f"其中{reports['returned']}个单位的报告正在退回修改。"
    groups = [sum(counted[name] for name in names) for names, _ in LIGHT_WORDS]
    parted = zip(LIGHT_WORDS, groups, percentages(groups), strict=True)
    shown = [f"{words}{count}项，{_share(share)}" for (_, words), count, share in parted if count]
    second = f"牵头和责任任务共{counted['total']}项，其中" + "；".join(shown) + "。" if counted["total"] else ""
    if due := counted.get("due"):
        second += f"本期应办结{due}项，已办结{counted['due_done']}项，逾期{counted['due_overdue']}项。"
    return "\n".join(part for part in (first, second) if part)


def period_words(period: Period) -> str:
    """2026年度, 2026年上半年, 2026年第三季度, 2026年7月至9月; other days in full."""
    first, last = period
    if first.year != last.year or first.day != 1 or (last + ONE_DAY).day != 1:
        return f"{zh_date(first)}至{zh_date(last)}"
    months = (first.month, last.month)
    named = {(1, 12): "度", (1, 6): "上半年", (7, 12): "下半年"}
    named |= {(3 * n + 1, 3 * n + 3): f"第{'一二三四'[n]}季度" for n in range(4)}
    if months in named:
        return f"{first.year}年{named[months]}"
    return f"{first.year}年{first.month}月" + (f"至{last.month}月" if last.month != first.month else "")


def _period(figures: dict[str, Any]) -> Period:
    said = figures["period"]
    return date.fromisoformat(said["from"]), date.fromisoformat(said["to"])


def _share(share: str) -> str:
    """A few of very many are not nought per cent."""
    return "占比不足0.1%" if share == "0.0%" else "占比不足1%" if share == "0%" else f"占{share}"


def _opening(round_: Round, figures: dict[str, Any], kind: CircularKind, corrects: Circular | None) -> str:
    verb = "进行了督查" if kind is CircularKind.INSPECTION else "进行了汇总分析"
    plans = "".join(f"《{plan.title}》" for plan in round_.plans)
    about = f"（范围：{figures['scope']}）" if figures.get("scope") else ""
    period = _period(figures)
    tasks = "" if period == round_.period else period_words(period)
    what = f"{round_.title}报送和{tasks}任务进展情况{about}"
    said = f"根据{plans}监测评估有关要求，我委对{what}{verb}，现将有关情况通报如下。"
    if corrects is None:
        return said
    return f"{said}{_day_of(corrects.issued_on)}印发的《{corrects.title}》（{corrects.number}）以本通报为准。"


def _good(figures: dict[str, Any], report: str) -> str:
    good = [line["name"] for line in good_units(figures)]
    lines = [f"{_named(good)}按时报送{report}，承担的任务均正常推进。"] if good else []
    since = figures.get("since") or {}
    if since.get("improved"):
        lines.append(
            f"上次通报（{since['number']}）指出的{since['named']}项中，{len(since['improved'])}项已经改善，"
            f"包括{_titles(figures, since['improved'])}。"
        )
    return "\n".join(lines)


def _problems(figures: dict[str, Any], report: str) -> str:
    lines = []
    for kind, words in (("missing", "逾期未报送"), ("late", "未按时限报送")):
        names = [line["name"] for line in figures["units"] if line["report"] == kind]
        if names:
            lines.append(f"{_named(names)}{words}{report}。")
    for light, words in ((Light.OVERDUE, "逾期尚未办结"), (Light.ATTENTION, "进展需要关注")):
        items = [item for item in figures["items"] if item["light"] == light.value]
        if items:
            more = f"等{len(items)}项任务" if len(items) > NAMED_AT_MOST else ""
            lines.append(f"{_by_unit(items[:NAMED_AT_MOST])}{more}{words}（详见附件2）。")
    since = figures.get("since") or {}
    if since.get("repeated"):
        lines.append(
            f"上次通报（{since['number']}）已经指出、这次重复出现的{len(since['repeated'])}项："
            f"{_titles(figures, since['repeated'])}。"
        )
    return "\n".join(lines)


def _by_unit(items: list[dict[str, Any]]) -> str:
    """Each unit once, with all that is its own."""
    units: dict[str, list[str]] = {}
    for item in items:
        units.setdefault(item["unit"], []).append(f"“{item['title']}”")
    return "；".join(f"{unit}承担的{''.join(titles)}" for unit, titles in units.items())


def _demands(figures: dict[str, Any], report: str) -> str:
    lines = ["请各成员单位对照规划目标任务，逐项梳理进展，按照下一年工作安排抓好落实。"]
    if figures["reports"]["missing"]:
        lines.append(f"请尚未报送{report}的单位尽快补报，确有困难的，及时与办公室联系说明情况。")
    if figures["items"]:
        lines.append("请附件2所列单位进一步分析原因，明确时限，推动任务落实，进展情况及时报送办公室。")
    return "\n".join(lines)


def _titles(figures: dict[str, Any], ids: list[int]) -> str:
    rows = {row["assignment_id"]: row for row in figures["rows"]}
    named = _by_unit([rows[number] for number in ids[:NAMED_AT_MOST]])
    return named + (f"等{len(ids)}项" if len(ids) > NAMED_AT_MOST else "")


def _named(names: list[str]) -> str:
    return "、".join(names[:NAMED_AT_MOST]) + (f"等{len(names)}个单位" if len(names) > NAMED_AT_MOST else "")


def _day_of(day: date | None) -> str:
    return zh_date(day) if day else ""
