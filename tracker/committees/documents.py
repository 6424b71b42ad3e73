"""The list of units as a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.committees.models import Unit
from tracker.documents.tables import Column, Table
from tracker.documents.xlsx import Sheet, workbook

COLUMNS = (
    Column("序号", 0.6, align="center"), Column("单位全称", 4), Column("单位简称", 2), Column("类别", 1.2),
    Column("成员单位", 1), Column("别名", 3), Column("曾用名", 3),
)  # fmt: skip


def units_book(units: Sequence[Unit], title: str, said: Sequence[tuple[str, str, str]], *, on: date) -> bytes:
    """The units as they are filtered, with the columns that the import of a list reads."""
    rows = [
        [
            unit.position, unit.full_name, unit.short_name, unit.system.label, "是" if unit.is_member else "否",
            "、".join(name.name for name in unit.names if not name.is_former),
            "、".join(name.name for name in unit.names if name.is_former),
        ]
        for unit in units
    ]  # fmt: skip
    filters = "；".join(f"{label}：{text}" for label, text, _ in said)
    return workbook([Sheet("单位名单", Table(COLUMNS, rows), filters=filters, made_on=on, title=title)])
