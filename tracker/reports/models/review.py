"""What becomes of a report after it was written: its submissions, the office's remarks, later days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.audit import Audited
from tracker.core.db import Labelled, Row, UtcDateTime, Versioned, choice
from tracker.core.workflow import Stateful
from tracker.reports.models.reports import Report


class SignOff(Labelled):
    ONLINE = "online", "线上审签"
    PAPER = "paper", "纸质签章"


class ReportVersion(Audited, Row):
    """What was submitted, word for word, hashed; never changed."""

    __tablename__ = "report_versions"
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str] = mapped_column(String(64))
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    sign_off: Mapped[SignOff] = mapped_column(choice(SignOff))
    signed_by: Mapped[str] = mapped_column(String(100), default="")
    """Whose signature stands: the leader's name, also when somebody uploaded the scan on behalf."""

    report: Mapped[Report] = relationship(back_populates="versions")

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return f"第{self.number}次报送"


class RemarkPlace(Labelled):
    REPORT = "report", "报告全文"
    OVERVIEW = "overview", "综述"
    AREA = "area", "领域文字"
    ENTRY = "entry", "任务进展"
    ARRANGEMENT = "arrangement", "下一年工作安排"


class Remark(Audited, Versioned, Row):
    """What the office asks at one place of a report; answered by the unit at that place."""

    __tablename__ = "remarks"
    __table_args__ = (Index("ix_remarks_place", "report_id", "place", "place_id"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("reports.id", ondelete="CASCADE"))
    place: Mapped[RemarkPlace] = mapped_column(choice(RemarkPlace))
    place_id: Mapped[int | None] = mapped_column(Integer)
    """The area's or the entry's id."""
    version_number: Mapped[int] = mapped_column(Integer)
    """The submission it speaks about."""
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    is_sent: Mapped[bool] = mapped_column(Boolean, default=False)
    """The unit sees it only once the report is returned or accepted."""
    is_to_be_answered: Mapped[bool] = mapped_column(Boolean, default=True)
    """A hint given with an acceptance needs no answer."""
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    report: Mapped[Report] = relationship(back_populates="remarks")
    made_by: Mapped[User | None] = relationship()

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return f"{self.place.label}处的意见"


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

    report: Mapped[Report] = relationship()

    def audit_subject(self) -> Audited:
        return self.report

    def audit_label(self) -> str:
        return f"{self.report.audit_label()}的延期申请"
