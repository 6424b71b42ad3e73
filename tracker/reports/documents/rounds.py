"""What the office sends out about a round, and its tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.accounts.models import User
from tracker.committees.models import Committee
from tracker.core.calendar import WorkCalendar
from tracker.core.filters import zh_date
from tracker.documents.blocks import (
    Block,
    CellValue,
    Column,
    Document,
    Form,
    Heading,
    Imprint,
    Letterhead,
    Paragraph,
    Signature,
    Table,
    chinese_weekday,
)
from tracker.reports.documents.units import annex, paragraphs
from tracker.reports.models import Question, QuestionKind, Report, Round
from tracker.reports.queries.collected import Collected


@dataclass(frozen=True)
class Asked:
    """One unit of a notice: how much it is asked."""

    unit: str
    tasks: int
    areas: tuple[str, ...]


def round_notice(round_: Round, committee: Committee, asked: list[Asked], *, on: date) -> Document:
    """报送通知: what, by when, how; the units and their tasks in the annex. The number is given in OA."""
    body: list[Block] = [
        *_what_is_asked(round_, committee),
        Heading("报送时间"),
        Paragraph(f"请于{zh_date(round_.due_on)}（{chinese_weekday(round_.due_on)}）前报送，以首次报送的日期为准。"),
        Heading("报送方式"),
        Paragraph(f"{_how(round_)}请勿填报涉密、工作秘密和个人隐私内容。"),
    ]  # fmt: skip
    body += paragraphs(round_.guidance)
    rows: list[list[CellValue]] = [
        [number, one.unit, one.tasks, "、".join(one.areas)] for number, one in enumerate(asked, 1)
    ]
    heads = [("序号", 1.0), ("单位", 4.0), ("任务（项）", 1.6), ("涉及领域", 8.0)]
    if round_.is_special:
        rows, heads = [row[:2] for row in rows], heads[:2]
    return Document(
        form=Form.TONGBAO,
        title=f"关于报送{round_.title}的通知",
        date=on,
        letterhead=Letterhead(committee.office_name, number=f"{committee.number_prefix}办〔{on.year}〕　号"),
        addressees="各有关单位",
        body=body,
        signature=Signature(committee.office_name),
        imprint=Imprint(issuer=committee.office_name),
        annexes=[annex("报送单位" if round_.is_special else "报送单位及任务数", heads, rows)],
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


def _what_is_asked(round_: Round, committee: Committee) -> list[Block]:
    """The opening and 报送内容, as the kind of the round has it."""
    year = round_.year
    if round_.is_special:
        opening = Paragraph(f"因工作需要，请报送{round_.title.removesuffix('情况')}情况，现就有关事项通知如下。")
        asked: list[Block] = [Paragraph(f"{one.position}.{one.label}") for one in round_.questions]
        return [opening, Heading("报送内容"), *asked]
    if round_.is_short:
        opening = Paragraph(f"为掌握{year}年上半年妇女儿童发展规划实施进展，现就有关事项通知如下。")
        return [opening, Heading("报送内容"), Paragraph("所承担各项任务的进展；进展较慢、未启动的，用一句话说明原因。")]
    return [
        Paragraph(f"为做好{year}年度妇女儿童发展规划实施情况报告工作，现就有关事项通知如下。"),
        Heading("报送内容"),
        Paragraph(
            f"{year}年目标任务完成情况、主要做法和成效、存在的困难和问题、{year + 1}年工作安排；所承担各项任务的进展，"
            f"上年工作安排的落实情况。需要{committee.short_name}协调解决的事项一并提出。"
        ),
    ]


def _how(round_: Round) -> str:
    if not round_.needs_sign_off:
        return "由各单位联络员在系统内填报并报送。"
    return "由各单位联络员在系统内填报，经单位领导审签后报送；在纸质件上签章的，盖章件可以后补。"


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


def collected_table(round_: Round, lines: Iterable[Collected], sums: Mapping[int, str]) -> Table:
    """Units × questions of a special round, with the figures added up."""
    heads = [
        Column("序号", 1, align="center"), Column("单位", 4), Column("状态", 2), Column("报送日期", 2.4),
        *(Column(one.label, 3) for one in round_.questions),
    ]  # fmt: skip
    rows: list[list[CellValue]] = [
        [
            number, line.report.unit.full_name, line.report.state.label, zh_date(line.report.first_submitted_on),
            *(_cell(question, line.said(question)) for question in round_.questions),
        ]
        for number, line in enumerate(lines, 1)
    ]  # fmt: skip
    if any(sums.values()):
        rows.append(["", "合计", "", "", *(_cell(one, sums.get(one.id, "")) for one in round_.questions)])
    return Table(columns=heads, rows=rows)


def _cell(question: Question, text: str) -> CellValue:
    """A figure goes out as a figure, so that the table can be reckoned with."""
    if question.kind is not QuestionKind.NUMBER or not text:
        return text
    figure = float(text)
    return int(figure) if figure.is_integer() else figure


def missing_table(
    reports: Iterable[Report], on: date, days: WorkCalendar, people: Mapping[int, Sequence[User]],
    reminded: Mapping[int, str],
) -> Table:  # fmt: skip
    """Who has not reported, or not again: unit, state, day, how late, whom to call, how often it was reminded."""
    heads = [
        Column("序号", 1, align="center"), Column("单位", 4), Column("状态", 2), Column("截止日期", 2.6),
        Column("逾期", 2), Column("联络员、分管领导", 5), Column("以往提醒", 4),
    ]  # fmt: skip
    rows: list[list[CellValue]] = []
    for number, report in enumerate(reports, 1):
        due = report.rectify_by if report.awaits_rectification() else report.due_on
        late = f"{max(1, days.workdays_until(due, on))}个工作日" if due is not None and on > due else ""
        who = "、".join(f"{user.name} {user.phone}".strip() for user in people.get(report.unit_id, []))
        rows.append([
            number, report.unit.full_name, report.state.label, zh_date(due), late, who or "还没有联络员",
            reminded.get(report.id, ""),
        ])  # fmt: skip
    return Table(columns=heads, rows=rows)
