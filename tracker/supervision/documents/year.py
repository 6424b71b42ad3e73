"""The pictures of the year's screen: each says its finding, its unit and its day."""

from __future__ import annotations

from datetime import date

from tracker.core.filters import zh_date, zh_month_day
from tracker.documents.blocks import Chart, Series, Target
from tracker.supervision.documents.circular_figures import light_series
from tracker.supervision.models import Light
from tracker.supervision.queries.year import Year


def year_charts(year: Year, today: date) -> list[Chart]:
    """In the order of the screen; what has no figures yet is left out."""
    on, source = year.on, f"截至{zh_date(year.on)}"
    charts = []
    if year.round is not None and year.expected:
        came = year.progress[-1][1]
        charts.append(
            Chart(
                "line", f"{year.round.title}：应报送的{year.expected}个单位中，{came}个已报送",
                [zh_month_day(day) for day, _ in year.progress],
                [Series("累计报送", [count for _, count in year.progress])],
                unit="个", source=source, target=Target(year.expected, "应报送"),
            )
        )  # fmt: skip
    if any(year.lights[-1][1].values()):
        now = year.lights[-1][1]
        groups = light_series(
            lambda names: [sum(counts[Light(name)] for name in names) for _, counts in year.lights]
        )  # fmt: skip
        charts.append(
            Chart(
                "stacked", f"牵头和责任任务中，逾期{now[Light.OVERDUE]}项，需关注{now[Light.ATTENTION]}项",
                [_column(day, on, today) for day, _ in year.lights],
                groups, unit="项", source=source,
            )
        )  # fmt: skip
    if year.arrangements:
        total = sum(year.arrangements.values())
        done = next(iter(year.arrangements.values())) if "已落实" in year.arrangements else 0
        charts.append(
            Chart(
                "ring", f"上年工作安排{total}项，已落实{done}项", list(year.arrangements),
                [Series("工作安排", list(year.arrangements.values()))], unit="项", source=source,
            )
        )  # fmt: skip
    if year.review:
        charts.append(
            Chart(
                "bar", f"办公室审核{sum(year.review.values())}份报告所用的工作日", list(year.review),
                [Series("报告", list(year.review.values()))], unit="份", source=source,
            )
        )  # fmt: skip
    return charts


def _column(day: date, on: date, today: date) -> str:
    if day != on:
        return f"{day.year}年{day.month}月"
    return "今天" if day == today else zh_month_day(day)
