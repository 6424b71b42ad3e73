"""One file for several rows and years, without sending it again."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.core import audit
from tracker.core.access import Actor
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.reports.actions.evidence import MOST_FILES
from tracker.reports.actions.filling import open_for_writing
from tracker.reports.models import Evidence, EvidenceKind, Report


@command
def file_again(actor: Actor, report: Report, source: Evidence, places: Iterable[str]) -> int:
    """Put a file of the unit's, of this report or an earlier one, behind further places: "entry:12", "area:3" or "" for
    the whole report. Its date, number and issuing body go with it. Returns how many places were new."""
    open_for_writing(actor, report)
    if source.report.unit_id != report.unit_id:
        raise RuleError("只能引用本单位的材料。")
    wanted = {_place(report, one) for one in places}
    filed = {
        (one.entry_id, one.area_id) for one in report.evidence
        if one.file_id == source.file_id and one.kind is EvidenceKind.MATERIAL
    }  # fmt: skip
    fresh = sorted(wanted - filed, key=str)
    if len(report.evidence) + len(fresh) > MOST_FILES:
        raise RuleError(f"一份报告最多{MOST_FILES}个附件，请合并后再上传。")
    rows = [
        Evidence(
            report=report, entry_id=entry_id, area_id=area_id, file_id=source.file_id, kind=EvidenceKind.MATERIAL,
            name=source.name, dated_on=source.dated_on, number=source.number, issuer=source.issuer,
            added_at=actor.at, added_by_id=actor.user_id,
        )
        for entry_id, area_id in fresh
    ]  # fmt: skip
    db.session.add_all(rows)
    if rows:
        said = f"{report.audit_label()}引用已有材料“{source.name}”，{len(rows)}处"
        audit.record(actor, "report.attach", report, said, covers=rows)
    return len(rows)


def _place(report: Report, place: str) -> tuple[int | None, int | None]:
    kind, _, key = place.partition(":")
    if not place:
        return None, None
    if kind == "entry" and any(str(one.id) == key for one in report.entries):
        return int(key), None
    if kind == "area" and any(str(one.area_id) == key for one in report.area_texts):
        return None, int(key)
    raise RuleError("请选择本报告中的任务或领域。")
