"""What the office sends out about a round, and its tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.committees.models import Committee
from tracker.core.filters import zh_date, zh_weekday
from tracker.documents.blocks import (
    Block,
    CellValue,
    Column,
    Document,
    Form,
    Heading,
    Letterhead,
    Paragraph,
    Signature,
    Table,
)
from tracker.reports.documents.units import annex, paragraphs
from tracker.reports.models import Round


@dataclass(frozen=True)
class Asked:
    """One unit of a notice: how much it is asked."""

    unit: str
    tasks: int
    areas: tuple[str, ...]


def round_notice(round_: Round, committee: Committee, asked: list[Asked], *, on: date) -> Document:
    """报送通知: what, by when, how; the units and their tasks in the annex. The number is given in OA."""
    year = round_.year
    body: list[Block] = [
        Paragraph(f"为做好{year}年度妇女儿童发展规划实施情况报告工作，现就有关事项通知如下。"),
        Heading("报送内容"),
        Paragraph(
            f"{year}年目标任务完成情况、主要做法和成效、存在的困难和问题、{year + 1}年工作安排；所承担各项任务的进展，"
            f"上年工作安排的落实情况。需要{committee.short_name}协调解决的事项一并提出。"
        ),
        Heading("报送时间"),
        Paragraph(f"请于{zh_date(round_.due_on)}（{zh_weekday(round_.due_on)}）前报送，以首次报送的日期为准。"),
        Heading("报送方式"),
        Paragraph("由各单位联络员在系统内填报，经单位领导审签后报送；在纸质件上签章的，盖章件可以后补。请勿填报涉密、工作秘密和个人隐私内容。"),
    ]  # fmt: skip
    body += paragraphs(round_.guidance)
    rows = [[number, one.unit, one.tasks, "、".join(one.areas)] for number, one in enumerate(asked, 1)]
    heads = [("序号", 1.0), ("单位", 4.0), ("任务（项）", 1.6), ("涉及领域", 8.0)]
    return Document(
        form=Form.TONGBAO,
        title=f"关于报送{round_.title}的通知",
        date=on,
        letterhead=Letterhead(committee.office_name, number=f"{committee.number_prefix}办〔{on.year}〕　号"),
        addressees="各有关单位",
        body=body,
        signature=Signature(committee.office_name),
        annexes=[annex("报送单位及任务数", heads, rows)],
        author=committee.office_name,
    )


@dataclass(frozen=True)
class GridRow:
    """One unit of the table of who reported."""

    unit: str
    state: str
    due_on: date
    first_submitted_on: date | None
    late: str
    cells: tuple[str, ...]


def grid_table(columns: Iterable[str], rows: Iterable[GridRow]) -> Table:
    """Units × areas in words."""
    heads = [
        Column("序号", 1, align="center"), Column("单位", 4), Column("报告状态", 2.4), Column("截止日期", 2.6),
        Column("首次报送", 2.6), Column("迟报或逾期", 2.4), *(Column(name, 2.4) for name in columns),
    ]  # fmt: skip
    lines: list[list[CellValue]] = [
        [number, row.unit, row.state, zh_date(row.due_on), zh_date(row.first_submitted_on), row.late, *row.cells]
        for number, row in enumerate(rows, 1)
    ]
    return Table(columns=heads, rows=lines)
