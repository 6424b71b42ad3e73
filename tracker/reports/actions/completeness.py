"""What a report must say before it leaves the unit. Pure: asks the loaded report and last year's lines only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.reports.models import (
    Arrangement,
    ArrangementOutcome,
    Entry,
    EntryState,
    Report,
    ReportState,
    SectionKind,
)
from tracker.reports.queries.reports import place_of

NEEDS_REASON = frozenset({EntryState.SLOW, EntryState.NOT_STARTED})
"""States that a reader will ask about: the line beside them is written at once, not asked for later."""


@dataclass(frozen=True)
class Missing:
    """One thing that is not there yet: where on the sheet, under what head, in words."""

    anchor: str
    part: str
    sentence: str


def missing(
    report: Report, last_arrangements: Iterable[Arrangement], last_texts: Mapping[int, str] | None = None
) -> list[Missing]:
    """Everything that keeps the report from leaving, in the order of the sheet (promise 7).

    `last_texts` are last year's words by area: quoting them saves typing, leaving them as they were says nothing.
    """
    if report.round.is_special:
        return [*_remarks(report), *_questions(report)]
    if report.round.is_short:
        return [*_remarks(report), *_rows(report)]
    return [
        *_remarks(report),
        *_answers(last_arrangements),
        *_overview(report),
        *_areas(report, last_texts or {}),
        *_goals(report),
        *_ahead(report),
        *_lines(report),
    ]


def _remarks(report: Report) -> list[Missing]:
    if report.state is not ReportState.RETURNED:
        return []
    return [
        Missing(f"remark-{one.id}-answer", "退回意见", f"{place_of(report, one)}的意见还没有答复")
        for one in report.remarks
        if one.is_sent and one.is_to_be_answered and not one.answer
    ]


def _answers(arrangements: Iterable[Arrangement]) -> list[Missing]:
    found = []
    for one in arrangements:
        if one.outcome is None:
            found.append(
                Missing(f"answer-{one.id}-outcome", "上年安排落实情况", f"“{one.text[:40]}”还没有填写落实情况")
            )
        elif one.outcome is not ArrangementOutcome.DONE and not one.outcome_note:
            sentence = f"“{one.text[:40]}”{one.outcome.label}，请说明原因"
            found.append(Missing(f"answer-{one.id}-outcome_note", "上年安排落实情况", sentence))
    return found


def wanted_sections(report: Report) -> list[SectionKind]:
    """A unit that only supports says how it went; the others also what they did and what is difficult."""
    wanted = [SectionKind.PROGRESS]
    if any(entry.is_required() for entry in report.entries):
        wanted += [SectionKind.PRACTICE, SectionKind.PROBLEMS]
    return wanted


def _overview(report: Report) -> list[Missing]:
    return [
        Missing(f"section-{kind.value}-text", "综述", f"“{kind.label}”还没有填写")
        for kind in wanted_sections(report)
        if not report.section(kind)
    ]


def _areas(report: Report, last_texts: Mapping[int, str]) -> list[Missing]:
    found = []
    for piece in sorted(report.area_texts, key=lambda one: (one.area.plan_id, one.area.position)):
        rows = [entry for entry in report.entries if entry.assignment.task.area_id == piece.area_id]
        asked = [entry for entry in rows if entry.is_required()]
        if any(entry.state is not EntryState.NO_TASK for entry in asked) and not piece.text:
            sentence = f"“{piece.area.name}”还没有填写工作情况"
            found.append(Missing(f"area-{piece.id}-text", piece.area.name, sentence))
        if piece.text and _same(piece.text, last_texts.get(piece.area_id, "")):
            sentence = f"“{piece.area.name}”与上年内容相同，请按今年情况修改"
            found.append(Missing(f"area-{piece.id}-text", piece.area.name, sentence))
        found += [one for entry in rows if (one := _row(entry, piece.area.name))]
    return found


def _rows(report: Report) -> list[Missing]:
    """Half a year: a state for every row, and words only for what is slow or not begun."""
    rows = sorted(report.entries, key=lambda one: (one.assignment.task.plan_id, one.assignment.task.position))
    return [found for entry in rows if (found := _row(entry, entry.assignment.task.area.name))]


def _questions(report: Report) -> list[Missing]:
    return [
        Missing(f"question-{one.id}-text", "填报内容", f"第{one.question.position}项“{one.question.text}”还没有填写")
        for one in report.question_answers
        if one.question.is_required and not one.is_given
    ]


def _same(text: str, last: str) -> bool:
    return "".join(text.split()) == "".join(last.split())


def _row(entry: Entry, part: str) -> Missing | None:
    title = entry.assignment.task.title
    if entry.state is None:
        if entry.is_required():
            return Missing(f"entry-{entry.id}-state", part, f"“{title}”还没有选择进展")
        return None
    if entry.state in NEEDS_REASON and not entry.note:
        return Missing(f"entry-{entry.id}-note", part, f"“{title}”{entry.state.label}，请用一句话说明原因")
    return None


def _goals(report: Report) -> list[Missing]:
    found = []
    for one in report.goal_statements:
        if one.status is None and one.is_asked:
            found.append(Missing(f"goal-{one.id}-status", one.goal.area.name, f"{one.audit_label()}还没有填写达标情况"))
        elif one.status is not None and not one.basis:
            found.append(Missing(f"goal-{one.id}-basis", one.goal.area.name, f"{one.audit_label()}还没有写明依据"))
    return found


def _ahead(report: Report) -> list[Missing]:
    if not report.arrangements:
        return [Missing("arrangement-new-text", "下一年工作安排", "下一年工作安排至少写一条")]
    return _emptied("arrangement", "text", "下一年工作安排", [(one.id, one.text) for one in report.arrangements])


def _lines(report: Report) -> list[Missing]:
    """Nobody is asked to answer a request without words, or to look up a paper without a name."""
    return [
        *_emptied("request", "text", "提请协调事项", [(one.id, one.text) for one in report.requests]),
        *_emptied("paper", "name", "佐证材料", [(one.id, one.name) for one in report.cited_papers]),
    ]


def _emptied(kind: str, field: str, part: str, lines: Iterable[tuple[int, str]]) -> list[Missing]:
    """Lines whose words were taken out and that still stand there."""
    return [
        Missing(f"{kind}-{number}-{field}", part, f"第{place}条没有写内容，请填写或者删除")
        for place, (number, words) in enumerate(lines, 1)
        if not words
    ]
