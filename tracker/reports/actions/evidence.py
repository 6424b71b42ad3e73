"""Files behind a report, an area's text or a row."""

from __future__ import annotations

from datetime import date

from sqlalchemy import exists, select

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import Base, db
from tracker.core.errors import RuleError
from tracker.core.files import Blob, StoredFile, stored
from tracker.reports.actions.filling import Edit, open_for_writing, save_piece
from tracker.reports.actions.holding import hold
from tracker.reports.models import Evidence, EvidenceKind, Report

MOST_FILES = 100


@command
def attach(
    actor: Actor, report: Report, blob: Blob, name: str, *, entry_id: int | None = None, area_id: int | None = None
) -> Evidence:
    """Put a file behind a place of the report. The same bytes at the same place are one file, however often sent."""
    open_for_writing(actor, report)
    if entry_id is not None and all(entry.id != entry_id for entry in report.entries):
        raise RuleError("这一项任务不在本报告中。")
    if area_id is not None and all(text.area_id != area_id for text in report.area_texts):
        raise RuleError("这个领域不在本报告中。")
    if len(report.evidence) >= MOST_FILES:
        raise RuleError(f"一份报告最多{MOST_FILES}个附件，请合并后再上传。")
    file = stored(blob, actor.at)
    same = db.session.scalar(
        select(Evidence).where(
            Evidence.report_id == report.id, Evidence.file_id == file.id, Evidence.entry_id == entry_id,
            Evidence.area_id == area_id, Evidence.kind == EvidenceKind.MATERIAL,
        )
    )  # fmt: skip
    if same is not None:
        return same
    row = Evidence(
        report=report, entry_id=entry_id, area_id=area_id, file=file, kind=EvidenceKind.MATERIAL, name=name[:200],
        number="", issuer="", added_at=actor.at, added_by_id=actor.user_id,
    )  # fmt: skip
    db.session.add(row)
    audit.record(actor, "report.attach", report, f"{report.audit_label()}上传佐证材料“{row.name}”", covers=[row])
    return row


@command
def describe(
    actor: Actor, evidence: Evidence, *, dated_on: date | None, number: str, issuer: str,
    entry_id: int | None = None,
) -> None:  # fmt: skip
    """Say what a file is: its own date, number and issuing body, and which task it stands behind."""
    values = {
        "dated_on": dated_on.isoformat() if dated_on else "", "number": number, "issuer": issuer,
        "entry_id": str(entry_id or ""),
    }  # fmt: skip
    save_piece(actor, evidence.report, Edit(f"evidence:{evidence.id}", values))


@command
def remove(actor: Actor, evidence: Evidence) -> str:
    """Take a file away from the report; what was submitted with it earlier keeps it. Returns its name."""
    report, name = evidence.report, evidence.name
    open_for_writing(actor, report)
    report.evidence.remove(evidence)
    audit.record(actor, "report.detach", report, f"{report.audit_label()}移除佐证材料“{name}”")
    return name


@command
def withdraw(actor: Actor, evidence: Evidence, reason: str) -> bool:
    """The office takes away what must not be here: personal data, secrets (promise 15). Always with a reason.

    Returns whether nothing else points at the bytes: their row is gone then, and they may leave the disk afterwards.
    """
    hold(evidence.report)
    if not reason.strip():
        raise RuleError("移除单位的材料需要说明理由。", field="reason")
    report, name, file = evidence.report, evidence.name, evidence.file
    report.evidence.remove(evidence)
    audit.record(actor, "report.withdraw_file", report, f"移除{report.audit_label()}材料“{name}”", reason=reason)
    db.session.flush()
    if is_pointed_at(file):
        return False
    db.session.delete(file)
    return True


def is_pointed_at(file: StoredFile) -> bool:
    """Whether a row of any room still needs these bytes. What goes with them (the words that were read in them) does
    not."""
    store = StoredFile.__table__
    keys = [key for table in Base.metadata.tables.values() for key in table.foreign_keys if key.column.table is store]
    columns = [key.parent for key in keys if key.ondelete != "CASCADE"]
    return any(db.session.scalar(select(exists().where(column == file.id))) for column in columns)
