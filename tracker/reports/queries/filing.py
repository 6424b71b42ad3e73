"""What a unit has filed, this year and before."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from tracker.core.db import db
from tracker.reports.models import Evidence, EvidenceKind, Report

MOST = 200


def filed_by_unit(unit_id: int) -> list[Evidence]:
    """The unit's materials of all years, each file once as it was filed last, newest first."""
    newest = (
        select(func.max(Evidence.id))
        .join(Evidence.report)
        .where(Report.unit_id == unit_id, Evidence.kind == EvidenceKind.MATERIAL)
        .group_by(Evidence.file_id)
    )
    rows = (
        select(Evidence)
        .where(Evidence.id.in_(newest))
        .options(joinedload(Evidence.file), joinedload(Evidence.report).joinedload(Report.round))
        .order_by(Evidence.id.desc())
        .limit(MOST)
    )
    return list(db.session.scalars(rows))
