"""The report's sheet for work without the network, and loading it back into exactly this report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.files import Blob, stored
from tracker.reports.actions.filling import Edit, save_sheet
from tracker.reports.actions.lines import add_arrangement, add_request
from tracker.reports.actions.pieces import Piece, all_pieces, fields_of, fingerprint, is_number
from tracker.reports.models import FormReading, Report, Share
from tracker.reports.queries.offline import (
    CHOICE,
    CHOICES,
    COLUMNS,
    MARK,
    MORE,
    NEW_LINES,
    TEXT,
    Line,
    mark_of,
    subjects,
)
from tracker.reports.queries.sheet import Sheet

TWICE = "这一行与第{}行是报告中的同一处，文字不同，没有导入。请只保留一行。"


@dataclass(frozen=True)
class RowTrouble:
    """A row that was not taken over, by its number in the file, and why."""

    number: int
    sentence: str


def lines_of(sheet: Sheet) -> list[Line]:
    """The rows of the sheet, filled with what the report says now, and empty ones for new lines."""
    report, pieces = sheet.report, all_pieces(sheet.report)
    lines = [_line(report.id, record, part, subject, pieces[record]) for record, part, subject in subjects(sheet)]
    for record, part, subject in (
        ("arrangement:new", "下一年工作安排", "（新增）做什么"),
        ("request:new", "提请协调事项", "（新增）需要解决什么"),
    ):
        lines += [Line(record, mark_of(report.id, record, 0, ""), part, subject, "", "", "")] * NEW_LINES
    return lines


@command
def load_sheet(actor: Actor, report: Report, rows: Iterable[tuple[int, Mapping[str, str]]]) -> list[RowTrouble]:
    """Take over what was filled in. Rows nobody touched change nothing, so loading twice changes nothing; what somebody
    else wrote meanwhile is not overwritten, and every row that was not taken over is named with its reason."""
    troubles: list[RowTrouble] = []
    edits: dict[str, tuple[int, Edit]] = {}
    pieces = all_pieces(report)
    for number, values in rows:
        try:
            edit = _edit(report, values, pieces)
            if edit is not None and edit.is_touched:
                first, known = edits.setdefault(edit.record, (number, edit))
                if known.values != edit.values:
                    raise RuleError(TWICE.format(first))
        except RuleError as error:
            troubles.append(RowTrouble(number, error.sentence))
    for trouble in save_sheet(actor, report, [edit for _, edit in edits.values()]):
        theirs = "；".join(trouble.conflict.theirs.values()) if trouble.conflict else ""
        sentence = f"{trouble.sentence}系统中现在是：{theirs}。请在填报页修改。" if theirs else trouble.sentence
        troubles.append(RowTrouble(edits[trouble.record][0], sentence))
    for number, values in rows:
        try:
            _add(actor, report, values)
        except RuleError as error:
            troubles.append(RowTrouble(number, error.sentence))
    return sorted(troubles, key=lambda one: one.number)


@command
def keep_form(
    actor: Actor, report: Report, blob: Blob, name: str, troubles: Iterable[RowTrouble], share: Share | None = None
) -> FormReading:
    """Keep a form from which not everything could be taken over, so that it goes back as it came, with the reasons."""
    reading = FormReading(
        report=report, share=share, file=stored(blob, actor.at), name=name[:200], read_at=actor.at,
        read_by_id=actor.user_id, troubles=[{"row": one.number, "sentence": one.sentence} for one in troubles],
    )  # fmt: skip
    db.session.add(reading)
    said = f"{report.audit_label()}的填报表“{reading.name}”有{len(reading.troubles)}行没有导入"
    audit.record(actor, "report.form_back", report, said, covers=[reading])
    return reading


def _line(report_id: int, record: str, part: str, subject: str, piece: Piece) -> Line:
    said = fields_of(piece, record)
    kind = record.partition(":")[0]
    choice, text, more = COLUMNS[kind]
    shown = {name: said[name] for name in COLUMNS[kind] if name}
    label = CHOICES[kind](said[choice]).label if choice and said[choice] else ""
    mark = mark_of(report_id, record, piece.version, fingerprint(shown))
    return Line(record, mark, part, subject, label, said[text], said[more] if more else "")


def _read_mark(report: Report, mark: str) -> tuple[str, int, str]:
    number, record, version, was = [*mark.split("|"), "", "", "", ""][:4]
    if number != str(report.id) or not is_number(version):
        raise RuleError("这一行不是本报告的，没有导入。请使用从本报告下载的表。")
    return record, int(version), was


def _edit(report: Report, values: Mapping[str, str], pieces: Mapping[str, Piece]) -> Edit | None:
    record, version, was = _read_mark(report, values[MARK])
    if record in {"arrangement:new", "request:new"}:
        return None
    if record not in pieces or record.partition(":")[0] not in COLUMNS:
        raise RuleError("报告中已没有这一处，没有导入。")
    return Edit(record, said_in(record, values), version, was)


def said_in(record: str, values: Mapping[str, str]) -> dict[str, str]:
    """What a row says, by the fields of its piece. Raises RuleError for a choice that there is none such."""
    kind = record.partition(":")[0]
    choice, text, more = COLUMNS[kind]
    said = {text: values[TEXT]}
    if choice:
        said[choice] = _value_of(kind, values[CHOICE])
    if more:
        said[more] = values[MORE]
    return said


def _value_of(kind: str, label: str) -> str:
    """A choice by its label. Raises RuleError with the list when there is none such."""
    if not label:
        return ""
    enum = CHOICES[kind]
    found = next((one.value for one in enum if one.label == label), None)
    if found is None:
        raise RuleError(f"“{label}”不在可选范围内（{'、'.join(one.label for one in enum)}）。")
    return found


def _add(actor: Actor, report: Report, values: Mapping[str, str]) -> None:
    record = values[MARK].partition("|")[2].partition("|")[0]
    if not values[TEXT].strip() or values[MARK].partition("|")[0] != str(report.id):
        return
    if record == "arrangement:new":
        add_arrangement(actor, report, values[TEXT], by_when=values[MORE])
    elif record == "request:new":
        add_request(actor, report, values[TEXT])
