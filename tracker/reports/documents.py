"""What the papers say: a unit's report, the committee's report, tables of who reported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.committees.models import Committee
from tracker.core.filters import zh_date, zh_weekday
from tracker.documents.blocks import (
    Annex,
    Block,
    CellValue,
    Column,
    Document,
    Form,
    Heading,
    Letterhead,
    Paragraph,
    Signature,
    Span,
    Table,
    Voice,
)
from tracker.reports.models import (
    OVERVIEW,
    ArrangementOutcome,
    EntryState,
    GoalStatus,
    Report,
    Round,
    SectionKind,
)

Content = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """An accepted report as the committee's own report quotes it."""

    unit: str
    content: Content


def unit_report(
    report: Report, content: Content, *, on: date, form: Form = Form.HAN, draft: bool = False, signers: str = ""
) -> Document:
    """The unit's report in proper form: 函 to the office, or 报告 to the committee (practice.md)."""
    committee, unit = report.round.committee, report.unit
    year = report.round.year
    opening = Paragraph(
        f"按照{committee.short_name}关于报送{year}年度规划实施情况的要求，现将{unit.full_name}{year}年实施妇女儿童发展规划情况"
        f"{'报告' if form is Form.BAOGAO else '函告'}如下。"
    )  # fmt: skip
    contact = content.get("contact") or ""
    return Document(
        form=form,
        title=f"{unit.full_name}关于{year}年实施妇女儿童发展规划情况的{'报告' if form is Form.BAOGAO else '函'}",
        date=on,
        letterhead=Letterhead(unit.full_name, signers=[signers or "待签"] if form is Form.BAOGAO else ()),
        addressees=committee.body_name if form is Form.BAOGAO else committee.office_name,
        body=[opening, *_unit_body(content, year)],
        signature=Signature(unit.full_name),
        note=f"（联系人：{contact}）" if contact else "",
        annexes=_unit_annexes(content, year),
        watermark="送审稿" if draft else "",
        author=unit.full_name,
    )


def _unit_body(content: Content, year: int) -> list[Block]:
    overview = content["overview"]
    body: list[Block] = [Heading("目标任务完成情况"), *_paragraphs(overview[SectionKind.PROGRESS.value])]
    for area in content["areas"]:
        if area["text"]:
            body += [Heading(f"{area['name']}", level=2), *_paragraphs(area["text"])]
    if content["answers"]:
        body.append(Heading("上年工作安排落实情况"))
        body += [Paragraph(_answer_line(one)) for one in content["answers"]]
    for kind in OVERVIEW[1:3]:
        if overview[kind.value]:
            body += [Heading(kind.label), *_paragraphs(overview[kind.value])]
    body.append(Heading(f"{year + 1}年工作安排"))
    body += _paragraphs(overview[SectionKind.AHEAD.value])
    body += [Paragraph(_arrangement_line(one), lead="") for one in content["arrangements"]]
    if content["requests"]:
        body.append(Heading("提请协调事项"))
        body += [Paragraph(f"{number}. {one['text']}") for number, one in enumerate(content["requests"], 1)]
    return body


def _unit_annexes(content: Content, year: int) -> list[Annex]:
    """附件1 措施进展表, 附件2 目标情况表, 附件3 佐证材料目录; those that have anything in them."""
    rows = [
        [row["number"], area["name"], row["title"], _state_word(row["state"]), row["note"], row["figure"]]
        for area in content["areas"] for row in area["entries"] if row["state"]
    ]  # fmt: skip
    goals = [
        [f"{area['name']}", f"{goal['number']}. {goal['text']}", GoalStatus(goal["status"]).label, goal["basis"]]
        for area in content["areas"] for goal in area["goals"]
    ]  # fmt: skip
    files = [
        [number, one["name"], one["number"], one["issuer"], _day(one["dated_on"])]
        for number, one in enumerate(content["evidence"], 1)
    ]
    annexes = []
    if rows:
        heads = [("编号", 1.2), ("领域", 2), ("任务", 5), ("进展", 1.6), ("说明", 4), ("数据", 1.6)]
        annexes.append(_annex(f"{year}年任务进展情况表", heads, rows, landscape=True))
    if goals:
        heads = [("领域", 2), ("主要目标", 6), ("达标情况", 1.8), ("依据", 4)]
        annexes.append(_annex(f"{year}年主要目标情况表", heads, goals, landscape=True))
    if files:
        heads = [("序号", 1), ("材料名称", 5), ("文号", 2.5), ("发文单位", 2.5), ("日期", 2)]
        annexes.append(_annex("佐证材料目录", heads, files))
    return annexes


def _annex(title: str, heads: list[tuple[str, float]], rows: list[list[Any]], *, landscape: bool = False) -> Annex:
    table = Table(columns=[Column(name, weight) for name, weight in heads], rows=rows)
    return Annex(title, [table], landscape=landscape)


def _answer_line(one: Content) -> str:
    word = ArrangementOutcome(one["outcome"]).label if one["outcome"] else "未填写"
    note = f"：{one['outcome_note']}" if one["outcome_note"] else ""
    return f"{_stripped(one['text'])}（{word}）{note}".rstrip("。") + "。"


def _arrangement_line(one: Content) -> str:
    when = f"，{one['by_when']}完成" if one["by_when"] and "前" in one["by_when"] else ""
    when = when or (f"（{one['by_when']}）" if one["by_when"] else "")
    return f"{_stripped(one['text'])}{when}。"


def _paragraphs(text: str) -> list[Block]:
    return [Paragraph(line.strip()) for line in text.splitlines() if line.strip()]


def _stripped(text: str) -> str:
    return text.strip().rstrip("。；;.")


def _state_word(value: str) -> str:
    return EntryState(value).label if value else "未填写"


def _day(text: str) -> str:
    return zh_date(date.fromisoformat(text)) if text else ""


# --- the committee's own report ---------------------------------------------------------------------------------------


COMMITTEE_REPORT = "reports.committee_report"
"""The work that puts it together."""
FEW_REPORTS = 20
"""So many, of several pages each, are put together while the reader waits; more become a work."""


def committee_report_name(round_: Round) -> str:
    """How offices name the file, and what the work is called."""
    return f"{round_.committee.short_name}{round_.year}年规划实施情况报告（草稿）"


def committee_report(round_: Round, committee: Committee, sources: list[Source], *, on: date) -> Document:
    """The committee's annual report as a working draft: area by area, each paragraph with the unit it comes from."""
    year = round_.year
    body: list[Block] = [
        Paragraph(f"{year}年，{committee.area_name}妇女儿童发展规划实施情况如下。本稿由审核通过的单位报告汇集，段末注明来源。"),
        Heading("总体情况"),
        *_overall(sources),
    ]  # fmt: skip
    plans = _areas_by_plan(sources)
    for plan, areas in plans.items():
        body.append(Heading(f"{plan}实施情况"))
        for area, paragraphs in areas.items():
            body.append(Heading(area, level=2))
            body += paragraphs
    for title, kind in (("主要做法", SectionKind.PRACTICE), ("存在的困难和问题", SectionKind.PROBLEMS)):
        quoted = [
            _quoted(line, source.unit)
            for source in sources
            for line in source.content["overview"][kind.value].splitlines()
            if line.strip() and line.strip() not in {"无", "无。"}
        ]
        if quoted:
            body += [Heading(title), *quoted]
    ahead = [
        _quoted(_arrangement_line(one), source.unit) for source in sources for one in source.content["arrangements"]
    ]
    if ahead:
        body += [Heading(f"{year + 1}年工作安排"), *ahead]
    return Document(
        form=Form.PLAIN,
        title=f"{committee.body_name}\n{year}年规划实施情况报告",
        date=on,
        body=body,
        signature=Signature(committee.office_name, sealed=False),
        watermark="草稿",
        author=committee.office_name,
    )


def _overall(sources: list[Source]) -> list[Block]:
    """Rows counted over all reports, in the words of the states."""
    counted = dict.fromkeys(EntryState, 0)
    for source in sources:
        for area in source.content["areas"]:
            for row in area["entries"]:
                if row["state"] and row["role"] != "support":
                    counted[EntryState(row["state"])] += 1
    total = sum(counted.values())
    if not total:
        return [Paragraph(f"已审核通过{len(sources)}个单位的报告。")]
    parts = "，".join(f"{state.label}{count}项" for state, count in counted.items() if count)
    return [Paragraph(f"已审核通过{len(sources)}个单位的报告，共报告任务进展{total}项：{parts}。")]


def _areas_by_plan(sources: list[Source]) -> dict[str, dict[str, list[Block]]]:
    """plan → area → paragraphs, in the order of the plans; a unit's text stays together."""
    found: dict[tuple[int, str], dict[tuple[int, str], list[Block]]] = {}
    for source in sources:
        for area in source.content["areas"]:
            if not area["text"]:
                continue
            plan = found.setdefault((area["plan_id"], area["plan"]), {})
            paragraphs = plan.setdefault((area["id"], area["name"]), [])
            paragraphs += [_quoted(line, source.unit) for line in area["text"].splitlines() if line.strip()]
    return {
        plan: {area: found[(plan_id, plan)][(area_id, area)] for area_id, area in sorted(found[(plan_id, plan)])}
        for plan_id, plan in sorted(found)
    }


def _quoted(line: str, unit: str) -> Paragraph:
    return Paragraph((Span(line.strip()), Span(f"（{unit}）", Voice.KAI)))


# --- what the office sends out ----------------------------------------------------------------------------------------


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
    body += _paragraphs(round_.guidance)
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
        annexes=[_annex("报送单位及任务数", heads, rows)],
        author=committee.office_name,
    )


# --- tables -----------------------------------------------------------------------------------------------------------


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
