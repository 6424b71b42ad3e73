"""What a unit asks about the report as a whole, beside a later day: not to report this time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.core.audit import Audited
from tracker.core.db import Labelled, Row, UtcDateTime, Versioned, choice
from tracker.core.workflow import Stateful
from tracker.reports.models.reports import Report


class RequestState(Labelled):
    REQUESTED = "requested", "待批复", "info"
    GRANTED = "granted", "已同意", "ok"
    REFUSED = "refused", "未同意", "wait"
    WITHDRAWN = "withdrawn", "已撤回", "wait"


class ExemptionRequest(Stateful, Audited, Versioned, Row):
    """A unit asks for 免报 with its reason; the office decides, and until then the deadline stands."""

    __tablename__ = "exemption_requests"
    __table_args__ = (
        Index(
            "uq_exemption_requests_open", "report_id", unique=True,
            sqlite_where=text("state = 'requested'"), postgresql_where=text("state = 'requested'"),
        ),
    )  # fmt: skip

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    state: Mapped[RequestState] = mapped_column(choice(RequestState), default=RequestState.REQUESTED)
    reason: Mapped[str] = mapped_column(Text)
    decision_note: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Whoever asked does not decide, from whatever post (回避)."""

    report: Mapped[Report] = relationship()

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return f"{self.report.audit_label()}的免报申请"
