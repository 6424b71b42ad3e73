"""The frozen figures of a circular as tables, charts and sheets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from tracker.core.filters import zh_date
from tracker.documents import xlsx
from tracker.documents.blocks import Chart, Column, Series, SeriesTone, State, Table
from tracker.supervision.models import Circular, Light

REPORT_WORDS = (
    ("on_time", "按时报送"),
    ("late", "迟报"),
    ("missing", "逾期未报送"),
    ("pending", "未到期待报"),
    ("exempt", "免报"),
)
LIGHT_WORDS = (
    (("done", "exempt"), "已完成、免报或无任务"),
    (("normal",), "正常推进"),
    (("attention",), "需关注"),
    (("overdue",), "逾期"),
    (("awaited", "not_due"), "待报或未到期"),
)
REPORT_TONES: dict[str, SeriesTone] = {
    "on_time": "done", "late": "warn", "missing": "late", "pending": "wait", "exempt": "normal",
}  # fmt: skip
TASK_COLUMNS = (
    ("assigned", "承担\n任务", 1.2),
    ("due", "本期应\n办结", 1.3),
    ("done", "完成或\n免报", 1.3),
    ("normal", "正常", 1.2),
    ("attention", "需关注", 1.3),
    ("overdue", "逾期", 1.2),
    ("awaited", "待报或\n未到期", 1.5),
)
LIGHT_TONES: tuple[SeriesTone, ...] = ("done", "normal", "warn", "late", "wait")
"""In the order of LIGHT_WORDS."""


def circular_charts(figures: dict[str, Any]) -> list[Chart]:
    """The pictures of the paper and of the page, drawn from what is frozen."""
    return [chart for chart in (reports_chart(figures), tasks_chart(figures)) if chart is not None]


def reports_chart(figures: dict[str, Any]) -> Chart | None:
    """The reports in one bar. None where no report was expected, or figures were frozen before there were pictures."""
    reports = figures["reports"]
    sent = [Series(words, [reports[name]], REPORT_TONES[name]) for name, words in REPORT_WORDS if reports[name]]
    if "rows" not in figures or not sent:
        return None
    came = reports["on_time"] + reports["late"]
    return Chart(
        "stacked", f"应报送的{reports['expected']}个单位中，{came}个已经报送", [figures["round"]], sent, unit="个",
        source=_source(figures),
    )  # fmt: skip


def tasks_chart(figures: dict[str, Any]) -> Chart | None:
    """The tasks area by area."""
    counted = figures["assignments"]
    if "rows" not in figures or not counted["total"]:
        return None
    areas = [area for area in figures["areas"] if area["total"]]
    groups = light_series(lambda names: [sum(area[name] for name in names) for area in areas])
    return Chart(
        "stacked", f"{counted['total']}项任务中，需关注{counted['attention']}项，逾期{counted['overdue']}项",
        [area["name"] for area in areas], groups, unit="项", source=_source(figures),
    )  # fmt: skip


def _source(figures: dict[str, Any]) -> str:
    return f"数据截至{said_day(figures['cut_off_on'])}。"


def light_series(counts: Callable[[tuple[str, ...]], list[float | None]]) -> list[Series]:
    """One part for each group of lights that stands anywhere, in the colour it has on every page."""
    parts = [
        Series(words, counts(names), tone) for (names, words), tone in zip(LIGHT_WORDS, LIGHT_TONES, strict=True)
    ]  # fmt: skip
    return [part for part in parts if any(part.values)]


def circular_book(circular: Circular, *, whole: bool = False) -> bytes:
    """The same frozen figures as sheets: by unit, by area, what is named.

    What is issued holds no more than the paper does. `whole`, for those who see the committee's tasks anyway, adds
    every assignment counted, with what its unit said of it.
    """
    figures = circular.figures
    said = f"《{circular.title}》　　{_source(figures)}"
    sheets = [("各单位", unit_table(figures)), ("各领域", _area_table(figures))]
    if figures["items"]:
        sheets.append(("需关注和逾期", item_table(figures)))
    if whole and figures.get("rows"):
        sheets.append(("全部任务", _row_table(figures["rows"])))
    return xlsx.workbook([xlsx.Sheet(name, table, title=name, about=said) for name, table in sheets])


def unit_table(figures: dict[str, Any]) -> Table:
    """Unit by unit, with the sum; heads in two lines where a figure is narrower than its head."""
    columns = _columns(figures)
    rows = [
        [place, line["name"], line["report_words"], *(_figure(line, name) for name, *_ in columns)]
        for place, line in enumerate(figures["units"], start=1)
    ]
    rows.append(["", "合计", "", *(_figure(figures["assignments"], name) for name, *_ in columns)])
    return Table(
        columns=[
            Column("序号", 1.1, align="center"),
            Column("单位", 3.6),
            Column("报告报送", 3.2),
            *(Column(head, weight, align="center") for _, head, weight in columns),
        ],
        rows=rows,
    )


def _area_table(figures: dict[str, Any]) -> Table:
    columns = _columns(figures)
    return Table(
        columns=[Column("领域", 4), *(Column(head.replace("\n", ""), 1.4, align="center") for _, head, _ in columns)],
        rows=[[area["name"], *(_figure(area, name) for name, *_ in columns)] for area in figures["areas"]],
    )


def _columns(figures: dict[str, Any]) -> list[tuple[str, str, float]]:
    """(figure, head, weight); what is due in the period stands there since circulars have one."""
    return [one for one in TASK_COLUMNS if one[0] != "due" or "period" in figures]


def item_table(figures: dict[str, Any]) -> Table:
    return Table(
        columns=[
            Column("序号", 1, align="center"),
            Column("领域", 2.4),
            Column("任务", 5.4),
            Column("单位", 2.4),
            Column("状态", 1.8, align="center"),
            Column("依据", 5),
        ],
        rows=[
            [place, item["area"], f"{item['number']} {item['title']}", f"{item['unit']}（{item['role']}）",
             _state(Light(item["light"])), item["why"]]
            for place, item in enumerate(figures["items"], start=1)
        ],
    )  # fmt: skip


def _row_table(rows: list[dict[str, Any]]) -> Table:
    heads = [
        ("序号", 1.0), ("领域", 2.4), ("任务", 5.4), ("单位", 2.4), ("分工", 1.2), ("完成时限", 1.8), ("状态", 1.6),
        ("依据", 5.0),
    ]  # fmt: skip
    return Table(
        columns=[Column(head, weight) for head, weight in heads],
        rows=[
            [place, row["area"], f"{row['number']} {row['title']}", row["unit"], row["role"],
             said_day(row["due_on"]) if row.get("due_on") else "", Light(row["light"]).label, row["why"]]
            for place, row in enumerate(rows, start=1)
        ],
    )  # fmt: skip


def _state(light: Light) -> State:
    return State.red(light.label) if light is Light.OVERDUE else State.yellow(light.label)


def _figure(line: dict[str, Any], name: str) -> int:
    if name == "assigned":
        return int(line["total"])
    if name == "done":
        return int(line["done"] + line["exempt"])
    if name == "awaited":
        return int(line["awaited"] + line["not_due"])
    return int(line[name])


def said_day(iso: str) -> str:
    return zh_date(date.fromisoformat(iso))
