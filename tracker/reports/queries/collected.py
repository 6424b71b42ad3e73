"""The answers to a special round in one table: who said what, who is missing, what the figures add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from tracker.reports.models import WITH_OFFICE, Question, QuestionKind, Report, Round
from tracker.reports.queries.reports import latest_versions

Answer = dict[str, Any]


@dataclass(frozen=True)
class Collected:
    """One unit's line: what it submitted last, by question; nothing of a draft."""

    report: Report
    answers: dict[int, Answer]
    number: int
    """Of the version the answers stand in."""

    def said(self, question: Question) -> str:
        answer = self.answers.get(question.id, {})
        file = answer.get("file")
        return str(file["name"]) if file else str(answer.get("text", ""))


def collected(reports: Iterable[Report]) -> list[Collected]:
    """A line for each unit, in official order: two queries whatever the number."""
    reports = list(reports)
    sent = [report.id for report in reports if report.state in WITH_OFFICE or report.awaits_rectification()]
    versions = latest_versions(sent)
    lines = []
    for report in reports:
        version = versions.get(report.id)
        asked = version.content.get("questions", []) if version else []
        answers = {one["question_id"]: one for one in asked}
        lines.append(Collected(report, answers, version.number if version else 0))
    return lines


def sums(round_: Round, lines: Iterable[Collected]) -> dict[int, str]:
    """By question: the figures added up, the choices counted."""
    lines = list(lines)
    found: dict[int, str] = {}
    for question in round_.questions:
        said = [text for line in lines if (text := line.said(question))]
        if question.kind is QuestionKind.NUMBER:
            found[question.id] = f"{sum((_figure(text) for text in said), Decimal()):f}" if said else ""
        elif question.kind is QuestionKind.CHOICE:
            found[question.id] = "、".join(f"{one}{said.count(one)}" for one in question.options if one in said)
    return found


def _figure(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal()
