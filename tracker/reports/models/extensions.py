"""Later days asked and given."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.audit import Audited
from tracker.core.db import Labelled, Row, UtcDateTime, Versioned, choice
from tracker.core.workflow import Stateful
from tracker.reports.models.reports import Report


class ExtensionState(Labelled):
    REQUESTED = "requested", "待批复", "info"
    GRANTED = "granted", "已同意", "ok"
    REFUSED = "refused", "未同意", "wait"


class Extension(Stateful, Audited, Versioned, Row):
    """A later day for one unit; the original day stays visible."""

    __tablename__ = "extensions"
    __table_args__ = (CheckConstraint("state <> 'granted' OR granted_until IS NOT NULL", name="granted_has_day"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    state: Mapped[ExtensionState] = mapped_column(choice(ExtensionState), default=ExtensionState.REQUESTED)
    reason: Mapped[str] = mapped_column(Text)
    wanted_until: Mapped[date] = mapped_column(Date)
    granted_until: Mapped[date | None] = mapped_column(Date)
    was_due_on: Mapped[date] = mapped_column(Date)
    decision_note: Mapped[str] = mapped_column(Text, default="")
    is_after_the_fact: Mapped[bool] = mapped_column(Boolean, default=False)
    """补办延期: granted when the day had passed, “经电话同意”."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Whoever asked does not decide, from whatever post (回避)."""

    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who gave or refused it: of 补办延期 that stays in sight with the reason (product.md §3)."""

    report: Mapped[Report] = relationship()
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return f"{self.report.audit_label()}的延期申请"
