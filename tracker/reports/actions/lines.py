"""Lines of a report that come and go: next year's arrangements, requests to the committee, papers only named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from sqlalchemy.exc import IntegrityError

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command, savepoint
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.reports.actions.filling import open_for_writing, taken_value
from tracker.reports.models import Arrangement, CitedPaper, Report, Request

Line: TypeAlias = Arrangement | Request | CitedPaper


@dataclass(frozen=True)
class LineKind:
    """One list of lines: where it stands, what a line must say, by what it is known again."""

    row: type[Line]
    rows: str
    first: str
    known_by: tuple[str, ...]
    label: str
    empty: str
    gone: str


KINDS = {
    "arrangement": LineKind(
        Arrangement, "arrangements", "text", ("text", "by_when"), "下一年工作安排", "请写明安排的内容。",
        "这条安排已经删除。",
    ),
    "request": LineKind(
        Request, "requests", "text", ("text",), "提请协调事项", "请写明需要协调的事项。", "这条事项已经删除。",
    ),
    "paper": LineKind(
        CitedPaper, "cited_papers", "name", ("name", "number"), "仅列名称的材料", "请写明文件名称。",
        "这条材料已经删除。",
    ),
}  # fmt: skip


def add_arrangement(
    actor: Actor, report: Report, text: str, *, by_when: str = "", task_id: int | None = None
) -> Arrangement:
    """Add a line of next year's arrangements (promise 7); next year's round asks what became of it."""
    said = {"text": text, "by_when": by_when, "task_id": str(task_id or "")}
    return cast(Arrangement, add_line(actor, report, "arrangement", said))


def add_request(actor: Actor, report: Report, text: str) -> Request:
    """Add a problem that the committee is asked to solve (提请协调事项)."""
    return cast(Request, add_line(actor, report, "request", {"text": text}))


def cite(
    actor: Actor, report: Report, name: str, *, number: str = "", issuer: str = "", dated_on: str = ""
) -> CitedPaper:
    """Name a paper instead of uploading it: its name with its number is enough."""
    said = {"name": name, "number": number, "issuer": issuer, "dated_on": dated_on}
    return cast(CitedPaper, add_line(actor, report, "paper", said))


@command
def add_line(actor: Actor, report: Report, name: str, said: Mapping[str, str]) -> Line:
    """Add a line to one of the lists. The same line again, as when the button was pressed twice, is the line there."""
    open_for_writing(actor, report)
    kind = KINDS[name]
    values = {field: taken_value(report, name, field, value) for field, value in said.items()}
    if not values[kind.first]:
        raise RuleError(kind.empty, field=kind.first)
    rows: list[Line] = getattr(report, kind.rows)
    for known in rows:
        if all(getattr(known, field) == values[field] for field in kind.known_by):
            return known
    if kind.row is Arrangement:
        values |= {"position": max((one.position for one in report.arrangements), default=0) + 1, "outcome_note": ""}
    elif kind.row is Request:
        values["answer"] = ""
    row = kind.row(report=report, **values)
    db.session.add(row)
    db.session.flush()
    audit.record_sitting(actor, "report.write", row, f"{report.audit_label()}增加{kind.label}")
    audit.cover(report)
    return row


@command
def remove_line(actor: Actor, report: Report, name: str, number: int) -> str:
    """Take a line away again, unless the office has answered it or written to somebody about it. Returns its words, for
    the page to say what went."""
    open_for_writing(actor, report)
    kind = KINDS[name]
    rows: list[Line] = getattr(report, kind.rows)
    row = next((one for one in rows if one.id == number), None)
    if row is None:
        raise RuleError(kind.gone)
    if isinstance(row, Request) and row.answer:
        raise RuleError("这条事项已有答复，不能删除。")
    words: str = getattr(row, kind.first)
    try:
        with savepoint():
            rows.remove(row)
    except IntegrityError as error:  # a room above points at it; the database knows, whichever it is
        raise RuleError("办公室已就这条事项发函，不能删除。确需删除的，请与办公室联系。") from error
    audit.record(actor, "report.write", report, f"{report.audit_label()}删除{row.audit_label()}")
    return words
