"""The sheet: one report arranged as it is written, with the year before beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.plans.models import Area, Plan
from tracker.reports.models import (
    OVERVIEW,
    AreaText,
    Arrangement,
    Entry,
    EntryState,
    Evidence,
    EvidenceKind,
    GoalStatement,
    Remark,
    RemarkPlace,
    Report,
    Section,
    SectionKind,
)
from tracker.reports.queries.reports import LastYear, last_year, whole

GUIDES = {
    SectionKind.PROGRESS: ["任务完成多少，与上年相比如何", "主要目标达到什么程度，依据是什么"],
    SectionKind.PRACTICE: ["做了哪些实事，形成了什么机制", "有数字、有例子"],
    SectionKind.PROBLEMS: ["写到具体事项和原因，没有的写“无”"],
    SectionKind.AHEAD: ["总的考虑；具体事项在“下一年工作安排”中逐条写"],
}


@dataclass
class AreaPart:
    """One area of the sheet: its text, its rows, its goals, and what stood there a year ago."""

    piece: AreaText
    last_text: str
    last_lines: list[Arrangement]
    rows: list[Entry] = field(default_factory=list)
    support: list[Entry] = field(default_factory=list)
    goals: list[GoalStatement] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def area(self) -> Area:
        return self.piece.area

    @property
    def blank(self) -> int:
        """Rows that must have a state and have none."""
        return sum(entry.state is None for entry in self.rows)


@dataclass
class Sheet:
    """Everything a page shows of one report."""

    report: Report
    last: LastYear
    sections: dict[SectionKind, Section]
    parts: list[AreaPart]
    remarks: dict[tuple[RemarkPlace, int | None], list[Remark]]
    files_at: dict[str, list[Evidence]]
    """By place: entry:12, area:3."""

    @property
    def plans(self) -> list[Plan]:
        found = {part.area.plan_id: part.area.plan for part in self.parts}
        return list(found.values())

    @property
    def overview(self) -> list[Section]:
        """The parts of the overview that the kind of the round has."""
        return [self.sections[kind] for kind in OVERVIEW if kind in self.sections]

    @property
    def entries(self) -> list[Entry]:
        return [entry for part in self.parts for entry in (*part.rows, *part.support)]

    @property
    def materials(self) -> list[Evidence]:
        return [one for one in self.report.evidence if one.kind is EvidenceKind.MATERIAL]

    @property
    def scans(self) -> list[Evidence]:
        return [one for one in self.report.evidence if one.kind is EvidenceKind.STAMPED_SCAN]

    def last_state(self, entry: Entry) -> EntryState | None:
        """What the row said a year ago."""
        said = self.last.states_by_assignment.get(entry.assignment_id)
        return EntryState(said) if said else None

    def figure_hint(self, entry: Entry) -> str:
        """What a figure looks like here: the one of a year ago, else that it carries its unit."""
        said = self.last.figures_by_assignment.get(entry.assignment_id)
        return f"上年 {said}" if said else "如 12 所"


def sheet(report_id: int) -> Sheet:
    """The whole sheet, in a number of queries that does not depend on its length."""
    report = whole(report_id)
    last = last_year(report)
    remarks: dict[tuple[RemarkPlace, int | None], list[Remark]] = {}
    for remark in report.remarks:
        if remark.is_sent:
            remarks.setdefault((remark.place, remark.place_id), []).append(remark)
    filed: dict[str, list[Evidence]] = {}
    for one in report.evidence:
        if one.entry_id is not None or one.area_id is not None:
            filed.setdefault(f"entry:{one.entry_id}" if one.entry_id else f"area:{one.area_id}", []).append(one)
    return Sheet(
        report, last, {one.kind: one for one in report.sections}, _parts(report, last, remarks), remarks, filed
    )


def _parts(
    report: Report, last: LastYear, remarks: dict[tuple[RemarkPlace, int | None], list[Remark]]
) -> list[AreaPart]:
    pieces = sorted(report.area_texts, key=lambda one: (one.area.plan_id, one.area.position))
    found = {piece.area_id: _part(piece, last, remarks) for piece in pieces}
    for entry in sorted(report.entries, key=lambda one: (one.assignment.task.position, one.id)):
        part = found[entry.assignment.task.area_id]
        (part.rows if entry.is_required() else part.support).append(entry)
    for statement in sorted(report.goal_statements, key=lambda one: one.goal.position):
        if statement.goal.area_id in found:
            found[statement.goal.area_id].goals.append(statement)
    return list(found.values())


def _part(piece: AreaText, last: LastYear, remarks: dict[tuple[RemarkPlace, int | None], list[Remark]]) -> AreaPart:
    lines = [one for one in last.arrangements if one.task is not None and one.task.area_id == piece.area_id]
    return AreaPart(
        piece, last.text_of(piece.area_id, piece.area.name), lines,
        remarks=remarks.get((RemarkPlace.AREA, piece.area_id), []),
    )  # fmt: skip


def last_writing(kind: str, number: int, but: int | None) -> AuditEntry | None:
    """Who wrote in a piece last, apart from the one who asks."""
    rows = select(AuditEntry).where(AuditEntry.object_type == kind, AuditEntry.object_id == number)
    return db.session.scalar(rows.where(AuditEntry.actor_id != but).order_by(AuditEntry.id.desc()).limit(1))
