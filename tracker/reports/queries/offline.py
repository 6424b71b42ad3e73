"""The whole report as one sheet to fill in without the network: what its rows say, and which piece each row is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from tracker.core import files
from tracker.core.access import Actor
from tracker.core.db import Labelled
from tracker.documents.grids import grids_of
from tracker.documents.marked import Fault, marked
from tracker.documents.templates import Field
from tracker.reports.models import ArrangementOutcome, EntryState, FormReading, GoalStatus, Report, SectionKind
from tracker.reports.queries.reports import visible_reports
from tracker.reports.queries.sheet import Sheet

MARK, PART, SUBJECT, CHOICE, TEXT, MORE = "记号", "部分", "事项", "选择", "文字", "数据或时间"
NEW_LINES = 6
"""Empty lines for next year's arrangements and for requests."""

CHOICES: dict[str, type[Labelled]] = {"entry": EntryState, "goal": GoalStatus, "answer": ArrangementOutcome}
"""By kind of piece: what its 选择 may say."""
COLUMNS: dict[str, tuple[str, str, str]] = {
    "section": ("", "text", ""),
    "area": ("", "text", ""),
    "entry": ("state", "note", "figure"),
    "goal": ("status", "basis", ""),
    "answer": ("outcome", "outcome_note", ""),
    "arrangement": ("", "text", "by_when"),
    "request": ("", "text", ""),
}
"""By kind of piece: which of its fields stand in 选择, 文字, 数据或时间."""

FIELDS = (
    Field(MARK, width=12, required=True, help="系统用来对应报告中的位置，请不要修改。"),
    Field(PART, width=16),
    Field(SUBJECT, width=44),
    Field(
        CHOICE, width=14, choices=[one.label for enum in CHOICES.values() for one in enum],
        help="任务进展、达标情况、落实情况从列表中选择。",
    ),
    Field(TEXT, width=60, help="综述和各领域写正文；任务进展写100字以内的说明。"),
    Field(MORE, width=16, help="任务填数据（写明单位，如 12 所），工作安排填何时完成。"),
)  # fmt: skip
READ = tuple(Field(one.name, required=one.required) for one in FIELDS)
"""The same columns as they are read back: a wrong choice is one row's trouble, not the whole sheet's."""


@dataclass(frozen=True)
class Line:
    """One row of the sheet and the piece it is."""

    record: str
    mark: str
    part: str
    subject: str
    choice: str
    text: str
    more: str

    def cells(self) -> list[str]:
        return [self.mark, self.part, self.subject, self.choice, self.text, self.more]


def mark_of(report_id: int, record: str, version: int, was: str) -> str:
    """46|entry:34|3|1a2b3c4d5e6f: the report, the piece, the version and the words the sheet was made from."""
    return f"{report_id}|{record}|{version}|{was}"


def subjects(sheet: Sheet) -> list[tuple[str, str, str]]:
    """(record, part, what it asks) of everything the sheet asks, in the order of the report."""
    report = sheet.report
    asked = [
        (f"section:{piece.kind.value}", "综述", piece.kind.label) for piece in sheet.overview
    ] + [(f"section:{SectionKind.CONTACT.value}", "联系人", SectionKind.CONTACT.label)]  # fmt: skip
    asked += [(f"answer:{one.id}", "上年安排落实情况", one.text) for one in sheet.last.arrangements]
    for part in sheet.parts:
        asked.append((f"area:{part.piece.id}", part.area.name, "工作情况"))
        for entry in (*part.rows, *part.support):
            task = entry.assignment.task
            asked.append((f"entry:{entry.id}", part.area.name, f"{task.number} {task.title}"))
        asked += [(f"goal:{one.id}", part.area.name, f"目标{one.goal.number}：{one.goal.text}") for one in part.goals]
    asked += [(f"arrangement:{one.id}", "下一年工作安排", "") for one in report.arrangements]
    asked += [(f"request:{one.id}", "提请协调事项", "") for one in report.requests]
    return asked


def visible_readings_of_forms(actor: Actor) -> Select[FormReading]:
    """Forms that the actor's own unit sent; nobody else's business."""
    mine = visible_reports(actor).options().with_only_columns(Report.id).where(Report.unit_id == (actor.unit_id or 0))
    return (
        select(FormReading)
        .where(FormReading.report_id.in_(mine))
        .options(
            joinedload(FormReading.file), joinedload(FormReading.share),
            joinedload(FormReading.report).joinedload(Report.round),
            joinedload(FormReading.report).joinedload(Report.unit),
        )
    )  # fmt: skip


def with_reasons(reading: FormReading, on: date) -> bytes:
    """The form as it came, every row and every word of it, with 错误原因 in red beside the rows that are wrong."""
    content = files.read(reading.file)
    name, line = _head_of(content)
    faults = [Fault(name, one["row"], one["sentence"]) for one in reading.troubles]
    return marked(content, faults, head=(name, line), made_on=on)


def _head_of(content: bytes) -> tuple[str, int]:
    """The sheet and the row where the form's head stands."""
    for grid in grids_of(content):
        for line in grid.lines:
            if MARK in {re.sub(r"（必填）|\s", "", cell) for cell in line.cells}:
                return grid.name, line.number
    return "", 1
