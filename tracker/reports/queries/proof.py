"""Whether what was submitted is still what was submitted, and what was approved was approved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload

from tracker.core import stamps
from tracker.core.audit import AuditEntry, AuditHead
from tracker.core.db import db
from tracker.core.stamps import Proof
from tracker.reports.actions.versions import digest, to_stamp
from tracker.reports.models import Report, ReportState, ReportVersion

SIGNED = ("report.submit", "report.submit_on_paper", "report.submit_unsigned")
ALWAYS = datetime.min.replace(tzinfo=UTC)
ACCEPTED = ("report.accept",)


def proof_of(version: ReportVersion) -> Proof:
    """What its hash and its stamp say of a submission: asked whenever it is shown (S28)."""
    if version.hash != digest(version):
        return Proof.FORGED
    return stamps.prove(version.stamp, to_stamp(version, version.report_id))


def approval_of(report: Report) -> Proof | None:
    """What the trail says of a report that is shown as accepted: its entry's stamp; FORGED where there is no entry, and
    None while it is not accepted."""
    if report.state is not ReportState.ACCEPTED:
        return None
    about = AuditEntry.object_type == "Report", AuditEntry.object_id == report.id, AuditEntry.event.in_(ACCEPTED)
    entry = db.session.scalars(select(AuditEntry).where(*about, AuditEntry.at == report.state_since)).first()
    return entry.proof if entry is not None else Proof.FORGED


def broken_versions() -> Iterator[str]:
    """Every submission whose words no longer fit its hash or its stamp, or whose number is missing, each as a
    sentence."""
    rows = (
        select(ReportVersion)
        .options(
            joinedload(ReportVersion.report).joinedload(Report.round),
            joinedload(ReportVersion.report).joinedload(Report.unit),
        )
        .order_by(ReportVersion.report_id, ReportVersion.number)
        .execution_options(yield_per=200)
    )
    report_id, expected, bare_until = 0, 1, _bare_until()
    for version in db.session.scalars(rows):
        if version.report_id != report_id:
            report_id, expected = version.report_id, 1
        label, round_ = version.report.audit_label(), version.report.round
        if version.number != expected:
            yield f"{label}：缺少第{expected}次报送。"
        if version.hash != digest(version):
            yield f"{label}：第{version.number}次报送的内容与校验值不符。"
        elif (proof := proof_of(version)) in {Proof.FORGED, Proof.KEYLESS}:
            yield f"{label}：第{version.number}次报送的密钥校验码不能确认（{proof.label}）。"
        elif proof is Proof.MISSING and version.submitted_at > bare_until.get(round_.committee_id, ALWAYS):
            yield f"{label}：第{version.number}次报送缺少密钥校验码，可能是在系统之外写入的。"
        expected = version.number + 1


def _bare_until() -> dict[int, datetime]:
    """Committee → the moment of the last entry from before there were stamps, as the head of its chain says."""
    last = and_(AuditEntry.chain == AuditHead.chain, AuditEntry.seq == AuditHead.unstamped)
    rows = db.session.execute(select(AuditHead.chain, AuditEntry.at).join(AuditEntry, last))
    return {row.chain: row.at for row in rows}


def broken_approvals() -> Iterator[str]:
    """Every submission without the entry of its signature, and every accepted report without that of its acceptance.

    The approval itself stands in the trail, chained and stamped; a state written past the house has no entry.
    """
    signed = _entry(SIGNED, AuditEntry.object_id == ReportVersion.report_id, ReportVersion.submitted_at)
    for version in db.session.scalars(select(ReportVersion).where(~signed).order_by(ReportVersion.id)):
        yield f"{version.report.audit_label()}：第{version.number}次报送没有相应的签发记录。"
    accepted = _entry(ACCEPTED, AuditEntry.object_id == Report.id, Report.state_since)
    rows = select(Report).where(Report.state == ReportState.ACCEPTED, ~accepted).order_by(Report.id)
    for report in db.session.scalars(rows):
        yield f"{report.audit_label()}：显示为审核通过，没有相应的审核记录。"


def unstamped_versions() -> list[str]:
    """How many submissions were kept before there were stamps."""
    count = db.session.scalar(select(func.count()).where(ReportVersion.stamp.is_(None)))
    return [f"较早的{count}次报送还没有密钥校验码，只按校验值核验。"] if count else []


def _entry(events: tuple[str, ...], of_report: ColumnElement[bool], at: Any) -> ColumnElement[bool]:
    about = and_(AuditEntry.object_type == "Report", of_report)
    return select(AuditEntry.id).where(about, AuditEntry.event.in_(events), AuditEntry.at == at).exists()
