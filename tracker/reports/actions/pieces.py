"""The pieces of a report by the names that pages, autosave and the Excel form call them: area:12, entry:34."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import select

from tracker.core.db import Labelled, db
from tracker.core.errors import RuleError
from tracker.core.forms import clean_text
from tracker.reports.models import (
    AreaText,
    Arrangement,
    CitedPaper,
    Entry,
    Evidence,
    EvidenceKind,
    GoalStatement,
    QuestionAnswer,
    Remark,
    Report,
    Request,
    Section,
)
from tracker.reports.queries.reports import last_reports

Piece: TypeAlias = (
    Section | AreaText | Entry | GoalStatement | Arrangement | Request | Remark | Evidence | CitedPaper | QuestionAnswer
)


def all_pieces(report: Report) -> dict[str, Piece]:
    """Every piece that the unit may write, by its record name as pages and autosave call it."""
    pieces: dict[str, Piece] = {f"section:{one.kind.value}": one for one in report.sections}
    pieces |= {f"area:{one.id}": one for one in report.area_texts}
    pieces |= {f"entry:{one.id}": one for one in report.entries}
    pieces |= {f"goal:{one.id}": one for one in report.goal_statements}
    pieces |= {f"arrangement:{one.id}": one for one in report.arrangements}
    pieces |= {f"request:{one.id}": one for one in report.requests}
    pieces |= {f"question:{one.id}": one for one in report.question_answers}
    pieces |= {f"remark:{one.id}": one for one in report.remarks if one.is_sent}
    pieces |= {f"evidence:{one.id}": one for one in report.evidence if one.kind is EvidenceKind.MATERIAL}
    pieces |= {f"paper:{one.id}": one for one in report.cited_papers}
    pieces |= {f"answer:{one.id}": one for last in last_reports(report) for one in last.arrangements}
    return pieces


def find_piece(report: Report, record: str) -> Piece:
    """One piece by its name, without loading the others. Raises RuleError when it is not this report's."""
    kind, _, key = record.partition(":")
    if kind == "section":
        found: Piece | None = next((one for one in report.sections if one.kind == key), None)
    elif kind == "answer":
        found = all_pieces(report).get(record)
    else:
        found = _own_piece(report, kind, key)
    if found is None:
        raise RuleError("这一处内容已被删除或不属于本报告，请刷新页面。")
    return found


def fields_of(piece: Piece, record: str) -> dict[str, str]:
    """What stands in a piece, as a form shows it."""
    names = FIELDS[record.partition(":")[0]]
    return {name: _shown(getattr(piece, name)) for name in names}


def fingerprint(values: Mapping[str, str]) -> str:
    """A few characters that stand for the words a page showed."""
    text = "\x1f".join(f"{name}={plain(value)}" for name, value in sorted(values.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


FIELDS: dict[str, tuple[str, ...]] = {
    "section": ("text",),
    "area": ("text",),
    "entry": ("state", "note", "figure"),
    "goal": ("status", "basis"),
    "arrangement": ("text", "by_when", "task_id"),
    "answer": ("outcome", "outcome_note"),
    "request": ("text",),
    "question": ("text",),
    "remark": ("answer",),
    "evidence": ("dated_on", "number", "issuer", "entry_id"),
    "paper": ("name", "number", "issuer", "dated_on"),
}

_OWN: dict[str, Any] = {
    "area": AreaText,
    "entry": Entry,
    "goal": GoalStatement,
    "arrangement": Arrangement,
    "request": Request,
    "question": QuestionAnswer,
    "remark": Remark,
    "evidence": Evidence,
    "paper": CitedPaper,
}


def _own_piece(report: Report, kind: str, key: str) -> Piece | None:
    model = _OWN.get(kind)
    if model is None or not is_number(key):
        return None
    row: Piece | None = db.session.scalar(select(model).where(model.id == int(key), model.report_id == report.id))
    return None if isinstance(row, Remark) and not row.is_sent else row


def is_number(key: str) -> bool:
    """A row's number as it may stand in an address; longer ones no database could hold."""
    return key.isascii() and key.isdigit() and len(key) <= 9


def _shown(value: Any) -> str:
    if isinstance(value, Labelled):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def plain(value: str) -> str:
    return (clean_text(value) or "").strip()
