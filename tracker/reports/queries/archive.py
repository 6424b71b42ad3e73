"""Everything of a round that is kept when its year is put away: versions, files, remarks, later days, the trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from tracker.committees.models import Unit
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.reports.models import (
    AreaText,
    Arrangement,
    Compilation,
    Entry,
    Evidence,
    ExemptionRequest,
    Extension,
    GoalStatement,
    Passage,
    Question,
    QuestionAnswer,
    Remark,
    Report,
    ReportVersion,
    Request,
    Round,
    Section,
)
from tracker.reports.queries.reports import was_submitted

OF_REPORT: tuple[Any, ...] = (
    Section, AreaText, Entry, Arrangement, GoalStatement, Request, Remark, Evidence, Extension, QuestionAnswer,
    ExemptionRequest,
)  # fmt: skip


def versions_of(round_: Round) -> list[ReportVersion]:
    """Every submission of the round, unit by unit."""
    rows = select(ReportVersion).join(ReportVersion.report).join(Report.unit).where(Report.round_id == round_.id)
    rows = rows.options(contains_eager(ReportVersion.report).contains_eager(Report.unit))
    return list(db.session.scalars(rows.order_by(Unit.position, ReportVersion.number)))


def evidence_of(round_: Round) -> list[Evidence]:
    """Every file that came with a submission of the round, unit by unit; what a draft holds is the unit's own."""
    rows = select(Evidence).join(Evidence.report).join(Report.unit)
    rows = rows.where(Report.round_id == round_.id, was_submitted())
    rows = rows.options(joinedload(Evidence.file), contains_eager(Evidence.report).contains_eager(Report.unit))
    return list(db.session.scalars(rows.order_by(Unit.position, Evidence.id)))


def remarks_of(round_: Round) -> list[Remark]:
    """What the office asked and the units answered."""
    rows = select(Remark).join(Remark.report).join(Report.unit).where(Report.round_id == round_.id, Remark.is_sent)
    rows = rows.options(joinedload(Remark.made_by), contains_eager(Remark.report).contains_eager(Report.unit))
    return list(db.session.scalars(rows.order_by(Unit.position, Remark.id)))


def extensions_in(round_: Round) -> list[Extension]:
    rows = select(Extension).join(Extension.report).join(Report.unit).where(Report.round_id == round_.id)
    rows = rows.options(contains_eager(Extension.report).contains_eager(Report.unit))
    return list(db.session.scalars(rows.order_by(Unit.position, Extension.id)))


def exemptions_in(round_: Round) -> list[ExemptionRequest]:
    """Who asked not to report, and what was said."""
    rows = select(ExemptionRequest).join(ExemptionRequest.report).join(Report.unit).where(Report.round_id == round_.id)
    rows = rows.options(contains_eager(ExemptionRequest.report).contains_eager(Report.unit))
    return list(db.session.scalars(rows.order_by(Unit.position, ExemptionRequest.id)))


def history_of(round_: Round) -> list[AuditEntry]:
    """Every entry of the trail about the round, its reports and their rows, in order."""
    reports = select(Report.id).where(Report.round_id == round_.id)
    about = [
        and_(AuditEntry.object_type == "Round", AuditEntry.object_id == round_.id),
        and_(AuditEntry.object_type == "Report", AuditEntry.object_id.in_(reports)),
        *(_about(model, select(model.id).where(model.report_id.in_(reports))) for model in OF_REPORT),
        _about(Question, select(Question.id).where(Question.round_id == round_.id)),
        _about(Compilation, select(Compilation.id).where(Compilation.round_id == round_.id)),
        _about(Passage, select(Passage.id).join(Passage.compilation).where(Compilation.round_id == round_.id)),
    ]
    rows = select(AuditEntry).where(AuditEntry.chain == round_.committee_id, or_(*about)).order_by(AuditEntry.seq)
    return list(db.session.scalars(rows))


def _about(model: Any, numbers: Any) -> Any:
    return and_(AuditEntry.object_type == model.__name__, AuditEntry.object_id.in_(numbers))


def hashes_of(versions: Iterable[ReportVersion]) -> dict[str, str]:
    """Every file that a submission named, by hash: also what the unit has taken away since."""
    found: dict[str, str] = {}
    for version in versions:
        answered = [one["file"] for one in version.content.get("questions", []) if one["file"]]
        for one in [*version.content["evidence"], *answered]:
            found.setdefault(one["sha256"], one["name"])
    return found
