"""The list of lights as a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tracker.documents import xlsx
from tracker.documents.blocks import Column, Table
from tracker.supervision.queries.lights import LightRow


def light_sheet(
    rows: list[LightRow], said: str, on: date, notes: Mapping[int, str] | None = None
) -> xlsx.Sheet:  # fmt: skip
    """The list of lights as a sheet, with what was filtered and when."""
    table = Table(
        columns=[
            Column("序号", 1, align="center"),
            Column("领域", 2),
            Column("任务", 5),
            Column("单位", 2),
            Column("分工", 1, align="center"),
            Column("状态", 1.2, align="center"),
            Column("依据", 5),
            Column("单位情况说明", 4),
        ],
        rows=[
            [place, row.area.name, f"{row.task.plan_number} {row.task.title}", row.unit.short_name,
             row.assignment.role.label, row.light.label, row.why, (notes or {}).get(row.assignment.id, "")]
            for place, row in enumerate(rows, start=1)
        ],
    )  # fmt: skip
    return xlsx.Sheet("任务状态清单", table, filters=said, made_on=on, title="任务状态清单")
