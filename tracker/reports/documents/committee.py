"""The committee's own annual report, put together from what was accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.committees.models import Committee
from tracker.documents.blocks import Block, Document, Form, Heading, Paragraph, Signature, Span, Voice
from tracker.reports.documents.units import Content, arrangement_line
from tracker.reports.models import Compilation, EntryState, Round, SectionKind


@dataclass(frozen=True)
class Source:
    """An accepted report as the committee's own report quotes it."""

    unit: str
    content: Content


COMMITTEE_REPORT = "reports.committee_report"
"""The work that puts it together."""
COMPILATION, ARCHIVE = "reports.compilation", "reports.archive"
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
        _quoted(arrangement_line(one), source.unit) for source in sources for one in source.content["arrangements"]
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
    return Paragraph((Span(_closed(line.strip())), Span(f"（{unit}）", Voice.KAI)))


def _closed(line: str) -> str:
    """A line as a sentence: what units list without a mark at its end gets one in the committee's paper."""
    return line if line.rstrip("”’）")[-1:] in "。！？；：" else f"{line}。"


def compilation_paper(compilation: Compilation, *, on: date, sources: bool) -> Document:
    """A paper put together from passages, as it stands; with the unit behind each paragraph while it is worked on."""
    body: list[Block] = []
    chapter = heading = ""
    for one in compilation.kept:
        if one.chapter != chapter:
            chapter, heading = one.chapter, ""
            body.append(Heading(chapter))
        if one.heading and one.heading != heading:
            heading = one.heading
            body.append(Heading(heading, level=2))
        unit = one.report.unit.short_name if one.report and sources else ""
        lines = [line.strip() for line in one.text.splitlines() if line.strip()]
        body += [_quoted(line, unit) if unit else Paragraph(_closed(line)) for line in lines]
    committee = compilation.round.committee
    return Document(
        form=Form.PLAIN,
        title=compilation.title,
        date=on,
        body=body,
        signature=Signature(committee.office_name, sealed=False),
        watermark="草稿" if sources else "",
        author=committee.office_name,
    )
