"""A unit's own report as a paper: 函 to the office, or 报告 to the committee."""

from __future__ import annotations

from datetime import date
from typing import Any

from tracker.core.filters import zh_date
from tracker.documents.blocks import (
    Annex,
    Block,
    Column,
    Document,
    Form,
    Heading,
    Letterhead,
    Paragraph,
    Signature,
    Table,
)
from tracker.reports.models import OVERVIEW, ArrangementOutcome, EntryState, GoalStatus, Report, SectionKind

Content = dict[str, Any]
_CENTERED = {"序号", "编号", "进展", "达标情况", "任务（项）"}
"""Columns of short words, which stand in the middle; the others begin at the left."""


def unit_report(
    report: Report, content: Content, *, on: date, form: Form = Form.HAN, draft: bool = False, signers: str = ""
) -> Document:
    """The unit's report in proper form: 函 to the office, or 报告 to the committee (practice.md)."""
    if report.round.is_special:
        return _answers_paper(report, content, on=on, form=form, draft=draft, signers=signers)
    committee, unit = report.round.committee, report.unit
    year = report.round.year
    short = report.round.is_short
    period, what = (f"{year}年上半年", f"{year}年上半年") if short else (f"{year}年", f"{year}年度")
    opening = Paragraph(
        f"按照{committee.short_name}关于报送{what}规划实施情况的要求，现将{unit.full_name}{period}实施妇女儿童发展规划情况"
        f"{'报告' if form is Form.BAOGAO else '函告'}如下。"
    )  # fmt: skip
    contact = content.get("contact") or ""
    return Document(
        form=form,
        title=f"{unit.full_name}关于{period}实施妇女儿童发展规划情况的{'报告' if form is Form.BAOGAO else '函'}",
        date=on,
        letterhead=Letterhead(unit.full_name, signers=[signers or "待签"] if form is Form.BAOGAO else ()),
        addressees=committee.body_name if form is Form.BAOGAO else committee.office_name,
        body=[opening, *(_half_year_body(content) if short else _unit_body(content, year)), _closing(form)],
        signature=Signature(unit.full_name),
        note=f"（联系人：{contact}）" if contact else "",
        annexes=_unit_annexes(content, year),
        watermark="送审稿" if draft else "",
        author=unit.full_name,
    )


def _closing(form: Form) -> Paragraph:
    return Paragraph("特此报告。" if form is Form.BAOGAO else "特此函告。")


def _half_year_body(content: Content) -> list[Block]:
    """What goes as planned in one sentence; what does not, row by row; problems where there are any."""
    rows = [row for area in content["areas"] for row in area["entries"] if row["state"]]
    behind = [row for row in rows if row["state"] in {EntryState.SLOW, EntryState.NOT_STARTED}]
    body: list[Block] = [
        Heading("任务进展"),
        Paragraph(f"承担任务{len(rows)}项，其中进展较慢或未启动{len(behind)}项，各项进展见附件。"),
    ]
    for row in behind:
        head = f"{_stripped(row['title'])}（{_state_word(row['state'])}）"
        body.append(Paragraph(f"{head}：{_stripped(row['note'])}。"))
    problems = content["overview"][SectionKind.PROBLEMS.value]
    return body + ([Heading("需要反映的问题"), *paragraphs(problems)] if problems else [])


def _unit_body(content: Content, year: int) -> list[Block]:
    """The parts of a year's report. What a draft does not have yet has no heading either, and the numbers close up."""
    overview = content["overview"]
    done = paragraphs(overview[SectionKind.PROGRESS.value])
    for area in content["areas"]:
        if area["text"]:
            done += [Heading(f"{area['name']}", level=2), *paragraphs(area["text"])]
    ahead = paragraphs(overview[SectionKind.AHEAD.value])
    ahead += [Paragraph(arrangement_line(one), lead="") for one in content["arrangements"]]
    parts: list[tuple[str, list[Block]]] = [
        ("目标任务完成情况", done),
        ("上年工作安排落实情况", [Paragraph(_answer_line(one)) for one in content["answers"]]),
        *((kind.label, paragraphs(overview[kind.value])) for kind in OVERVIEW[1:3]),
        (f"{year + 1}年工作安排", ahead),
        ("提请协调事项", [Paragraph(f"{n}.{one['text']}") for n, one in enumerate(content["requests"], 1)]),
    ]
    return [block for title, blocks in parts if blocks for block in (Heading(title), *blocks)]


def _answers_paper(
    report: Report, content: Content, *, on: date, form: Form, draft: bool, signers: str
) -> Document:  # fmt: skip
    """The answers to a special round as a letter."""
    committee, unit = report.round.committee, report.unit
    verb = "报告" if form is Form.BAOGAO else "函告"
    body: list[Block] = [Paragraph(f"现将{report.round.title}有关情况{verb}如下。")]
    for number, one in enumerate(content["questions"], 1):
        said = f"见附件《{one['file']['name']}》" if one["file"] else one["text"] or "无"
        first, *others = said.splitlines()
        body.append(Paragraph(f"{number}.{_stripped(one['question'])}：{first}"))
        body += paragraphs("\n".join(others))
    contact = content.get("contact") or ""
    return Document(
        form=form,
        title=f"{unit.full_name}关于报送{report.round.title}的{'报告' if form is Form.BAOGAO else '函'}",
        date=on,
        letterhead=Letterhead(unit.full_name, signers=[signers or "待签"] if form is Form.BAOGAO else ()),
        addressees=committee.body_name if form is Form.BAOGAO else committee.office_name,
        body=[*body, _closing(form)],
        signature=Signature(unit.full_name),
        note=f"（联系人：{contact}）" if contact else "",
        watermark="送审稿" if draft else "",
        author=unit.full_name,
    )


def _unit_annexes(content: Content, year: int) -> list[Annex]:
    """附件1 措施进展表, 附件2 目标情况表, 附件3 佐证材料目录; those that have anything in them."""
    rows = [
        [row["number"], area["name"], row["title"], _state_word(row["state"]), row["note"], row["figure"]]
        for area in content["areas"] for row in area["entries"] if row["state"]
    ]  # fmt: skip
    goals = [
        [f"{area['name']}", f"{goal['number']}.{goal['text']}", GoalStatus(goal["status"]).label, goal["basis"]]
        for area in content["areas"] for goal in area["goals"]
    ]  # fmt: skip
    files = [
        [number, one["name"], one["number"], one["issuer"], _day(one["dated_on"])]
        for number, one in enumerate([*content["evidence"], *content.get("papers", [])], 1)
    ]
    annexes = []
    if rows:
        heads = [("编号", 1.2), ("领域", 2), ("任务", 5), ("进展", 1.6), ("说明", 4), ("数据", 1.6)]
        annexes.append(annex(f"{year}年任务进展情况表", heads, rows, landscape=True))
    if goals:
        heads = [("领域", 2), ("主要目标", 6), ("达标情况", 1.8), ("依据", 4)]
        annexes.append(annex(f"{year}年主要目标情况表", heads, goals, landscape=True))
    if files:
        heads = [("序号", 1), ("材料名称", 5), ("文号", 2.5), ("发文单位", 2.5), ("日期", 2)]
        annexes.append(annex("佐证材料目录", heads, files))
    return annexes


def annex(title: str, heads: list[tuple[str, float]], rows: list[list[Any]], *, landscape: bool = False) -> Annex:
    columns = [Column(name, weight, "center" if name in _CENTERED else "left") for name, weight in heads]
    table = Table(columns=columns, rows=rows)
    return Annex(title, [table], landscape=landscape)


def _answer_line(one: Content) -> str:
    word = ArrangementOutcome(one["outcome"]).label if one["outcome"] else "未填写"
    note = f"：{one['outcome_note']}" if one["outcome_note"] else ""
    return f"{_stripped(one['text'])}（{word}）{note}".rstrip("。") + "。"


def arrangement_line(one: Content) -> str:
    when = f"，{one['by_when']}完成" if one["by_when"] and "前" in one["by_when"] else ""
    when = when or (f"（{one['by_when']}）" if one["by_when"] else "")
    return f"{_stripped(one['text'])}{when}。"


def paragraphs(text: str) -> list[Block]:
    return [Paragraph(line.strip()) for line in text.splitlines() if line.strip()]


def _stripped(text: str) -> str:
    return text.strip().rstrip("。；;.")


def _state_word(value: str) -> str:
    return EntryState(value).label if value else "未填写"


def _day(text: str) -> str:
    return zh_date(date.fromisoformat(text)) if text else ""
