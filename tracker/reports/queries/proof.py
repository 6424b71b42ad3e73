"""Whether what was submitted is still what was submitted."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from tracker.core.db import db
from tracker.reports.actions.versions import digest
from tracker.reports.models import Report, ReportVersion


def broken_versions() -> Iterator[str]:
    """Every submission whose words no longer fit its hash, or whose number is missing, each as a sentence."""
    rows = (
        select(ReportVersion)
        .options(
            joinedload(ReportVersion.report).joinedload(Report.round),
            joinedload(ReportVersion.report).joinedload(Report.unit),
        )
        .order_by(ReportVersion.report_id, ReportVersion.number)
        .execution_options(yield_per=200)
    )
    report_id, expected = 0, 1
    for version in db.session.scalars(rows):
        if version.report_id != report_id:
            report_id, expected = version.report_id, 1
        label = version.report.audit_label()
        if version.number != expected:
            yield f"{label}：缺少第{expected}次报送。"
        if version.hash != digest(version):
            yield f"{label}：第{version.number}次报送的内容与校验值不符。"
        expected = version.number + 1
