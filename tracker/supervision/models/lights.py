"""Lights: what the rule proposes for an assignment, why, and what an officer made of it (product.md §6)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.core.audit import Audited
from tracker.core.db import Labelled, Row, UtcDateTime, choice
from tracker.tasks.models import Assignment


class Light(Labelled):
    """Always a word beside the colour; red comes first in lists."""

    OVERDUE = "overdue", "逾期", "late"
    ATTENTION = "attention", "需关注", "warn"
    NORMAL = "normal", "正常", "ok"
    DONE = "done", "已完成", "done"
    EXEMPT = "exempt", "免报", "excused"
    AWAITED = "awaited", "待报", "wait"
    NOT_DUE = "not_due", "未到期", "later"


class Reason(Labelled):
    """Why: exactly one reason leads to each light. The order here is the order in which the rule asks."""

    light: Light

    def __new__(cls, value: str, label: str = "", light: Light = Light.NOT_DUE) -> Reason:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.light = light
        member.tone = light.tone
        return member

    TASK_COMPLETED = "task_completed", "任务已办结", Light.DONE
    REPORTED_DONE = "reported_done", "最近一次报告填报已完成", Light.DONE
    EXEMPTED = "exempted", "本次报告免报", Light.EXEMPT
    NO_TASK = "no_task", "单位报告本年无任务", Light.EXEMPT
    PAST_DUE = "past_due", "办结期限已过，尚未办结", Light.OVERDUE
    DUE_SOON = "due_soon", "临近办结期限，尚未办结", Light.ATTENTION
    SLOW = "slow", "单位报告进展较慢", Light.ATTENTION
    NOT_BEGUN = "not_begun", "已到启动时间，单位报告未启动", Light.ATTENTION
    NOT_RECTIFIED = "not_rectified", "报告退回修改，逾期未重新报送", Light.ATTENTION
    ON_SCHEDULE = "on_schedule", "单位报告按期推进", Light.NORMAL
    CONTINUOUS = "continuous", "单位报告持续推进", Light.NORMAL
    REPORTED = "reported", "报告已报送，配合事项未单列", Light.NORMAL
    AWAITED = "awaited", "本次报告尚未报送", Light.AWAITED
    NOT_ASKED = "not_asked", "本轮报告没有这一项", Light.NOT_DUE
    NOT_DUE = "not_due", "尚未到报送或启动时间", Light.NOT_DUE


class LightChange(Audited, Row):
    """An officer's own light for an assignment, with the reason; it counts until withdrawn."""

    __tablename__ = "light_changes"
    __table_args__ = (
        Index(
            "uq_light_changes_current", "assignment_id", unique=True,
            sqlite_where=text("withdrawn_at IS NULL"), postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )  # fmt: skip

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    light: Mapped[Light] = mapped_column(choice(Light))
    reason: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    assignment: Mapped[Assignment] = relationship()
    changed_by: Mapped[User | None] = relationship()

    def audit_label(self) -> str:
        return f"{self.assignment.audit_label()}的状态标识"


class LightNote(Audited, Row):
    """情况说明: what the unit says beside a light. A later one stands in front of the earlier."""

    __tablename__ = "light_notes"

    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignments.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by: Mapped[str] = mapped_column(String(200))
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    assignment: Mapped[Assignment] = relationship()

    def audit_label(self) -> str:
        return f"{self.assignment.audit_label()}的情况说明"
