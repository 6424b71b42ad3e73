"""Letters to one unit about what has lapsed: 提示函, 催报单, 督办函, with items, replies and verification."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.accounts.models import User
from tracker.committees.models import Committee, CommitteeSettings, Unit
from tracker.core.audit import Audited
from tracker.core.clock import shanghai_date
from tracker.core.db import Labelled, Row, UtcDateTime, Versioned, choice
from tracker.core.files import StoredFile
from tracker.core.workflow import Stateful
from tracker.plans.models import Goal
from tracker.reports.models import Report, Request
from tracker.reports.models.office import Substituted
from tracker.supervision.models.answers import Answer, AnswerDraft, AnswerExtension, Attachment
from tracker.supervision.models.lights import Light
from tracker.supervision.models.matters import Matter
from tracker.supervision.models.signing import PutForward
from tracker.tasks.models import Assignment


class NoticeKind(Labelled):
    """The steps of the ladder, in order; a committee may use fewer, and call them otherwise (`steps_of`)."""

    HINT = "hint", "提示函", "info"
    CHASE = "chase", "催报单", "warn"
    SUPERVISE = "supervise", "督办函", "late"
    AGAIN = "again", "再次督办函", "late"
    """Only where a committee names a fourth step."""

    @property
    def step(self) -> int:
        """1 to 4."""
        return LADDER.index(self) + 1


LADDER = list(NoticeKind)
COLOURS = {"蓝色": "info", "绿色": "ok", "黄色": "warn", "橙色": "warn", "红色": "late", "灰色": "wait"}
"""What a committee may choose for a step, and the tone in which a page shows it."""


@dataclass(frozen=True)
class Step:
    """One step of a committee's ladder, by the name and colour it has there."""

    kind: NoticeKind
    label: str
    colour: str = ""

    @property
    def value(self) -> str:
        return self.kind.value

    @property
    def tone(self) -> str:
        return COLOURS.get(self.colour, self.kind.tone)


def steps_of(settings: CommitteeSettings) -> list[Step]:
    """The committee's ladder: as many steps as it named, one to four."""
    named = STEP.findall(settings.notice_steps)[: len(LADDER)]
    return [Step(kind, label, colour) for kind, (label, colour) in zip(LADDER, named, strict=False)]


STEP = re.compile(r"([^、（）]+)（([^、（）]*)）")


class NoticeState(Labelled):
    DRAFT = "draft", "起草中", "info"
    SUBMITTED = "submitted", "待签发", "wait"
    SIGNED = "signed", "已签发", "info"
    ISSUED = "issued", "待签收", "warn"
    ACKNOWLEDGED = "acknowledged", "办理中", "info"
    REPLIED = "replied", "待核验", "ok"
    SENT_BACK = "sent_back", "退回补充", "warn"
    CLOSED = "closed", "已销号", "done"
    ESCALATED = "escalated", "已转下一步", "wait"
    WITHDRAWN = "withdrawn", "已撤回", "wait"


OWED = frozenset({NoticeState.ISSUED, NoticeState.ACKNOWLEDGED, NoticeState.SENT_BACK})
"""An answer of the unit is awaited."""
UNISSUED = frozenset({NoticeState.DRAFT, NoticeState.SUBMITTED, NoticeState.SIGNED})
"""Nobody but the committee sees it yet."""
LIVING = OWED | UNISSUED | {NoticeState.REPLIED}
"""Nothing new is proposed about a matter that such a notice already holds."""


class Notice(PutForward, Substituted, Stateful, Audited, Versioned, Row):
    """One letter to one unit; its words and files are fixed when it is signed and issued."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("committee_id", "number_year", "number_serial"),
        CheckConstraint(
            "state IN ('draft', 'submitted', 'signed', 'withdrawn') OR "
            "(pdf_id IS NOT NULL AND hash IS NOT NULL AND issued_on IS NOT NULL AND reply_by IS NOT NULL)",
            name="issued_has_files",
        ),
        CheckConstraint("state <> 'withdrawn' OR withdrawal_reason <> ''", name="withdrawn_has_reason"),
    )

    committee_id: Mapped[int] = mapped_column(ForeignKey("committees.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    kind: Mapped[NoticeKind] = mapped_column(choice(NoticeKind))
    step_name: Mapped[str] = mapped_column(String(20), default="")
    """What the committee calls this step; an old letter keeps the name it went out under."""
    step_colour: Mapped[str] = mapped_column(String(20), default="")
    state: Mapped[NoticeState] = mapped_column(choice(NoticeState), default=NoticeState.DRAFT)
    title: Mapped[str] = mapped_column(String(200))
    opening: Mapped[str] = mapped_column(Text, default="")
    closing: Mapped[str] = mapped_column(Text, default="")
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"), index=True)
    """The notice of the step before, whose open items these are."""
    reply_by: Mapped[date] = mapped_column(Date)
    """The day in force; sending back sets a new one."""
    first_reply_by: Mapped[date] = mapped_column(Date)
    """The day set at issue; stays visible."""
    late_workdays: Mapped[int] = mapped_column(Integer, default=0)
    """By how much the latest of its replies was late, or how late it was given up; never taken back."""
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who wrote it does not close it."""
    number_year: Mapped[int | None] = mapped_column(Integer)
    number_serial: Mapped[int | None] = mapped_column(Integer)
    number: Mapped[str | None] = mapped_column(String(60))
    """云妇儿工委办函〔2026〕1号, by the prefix the committee had that day"""
    issuer: Mapped[str | None] = mapped_column(String(100))
    addressee: Mapped[str | None] = mapped_column(String(100))
    """The unit's name on the day of signature."""
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    signed_by: Mapped[str | None] = mapped_column(String(100))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    issued_on: Mapped[date | None] = mapped_column(Date)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by: Mapped[str | None] = mapped_column(String(100))
    closed_on: Mapped[date | None] = mapped_column(Date)
    withdrawal_reason: Mapped[str] = mapped_column(Text, default="")
    hash: Mapped[str | None] = mapped_column(String(64), index=True)
    is_registered: Mapped[bool] = mapped_column(Boolean, default=False)
    """登记印发: number, signer and date come from OA, and the stamped file itself stands in `pdf`."""
    final_name: Mapped[str] = mapped_column(String(200), default="")
    pdf_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))
    docx_id: Mapped[int | None] = mapped_column(ForeignKey("stored_files.id"))

    committee: Mapped[Committee] = relationship()
    unit: Mapped[Unit] = relationship()
    follows: Mapped[Notice | None] = relationship(remote_side="Notice.id")
    drafted_by: Mapped[User | None] = relationship(foreign_keys=[drafted_by_id])
    pdf: Mapped[StoredFile | None] = relationship(foreign_keys=[pdf_id])
    docx: Mapped[StoredFile | None] = relationship(foreign_keys=[docx_id])
    items: Mapped[list[NoticeItem]] = relationship(
        back_populates="notice", cascade="all, delete-orphan", order_by="NoticeItem.position"
    )
    replies: Mapped[list[NoticeReply]] = relationship(
        back_populates="notice", cascade="all, delete-orphan", order_by="NoticeReply.id"
    )
    draft: Mapped[AnswerDraft | None] = relationship(back_populates="notice", cascade="all, delete-orphan")
    extensions: Mapped[list[AnswerExtension]] = relationship(
        back_populates="notice", cascade="all, delete-orphan", order_by="AnswerExtension.id"
    )

    @property
    def step(self) -> Step:
        """The step as it was called when the letter was drafted."""
        return Step(self.kind, self.step_name or self.kind.label, self.step_colour)

    @property
    def next_step(self) -> Step | None:
        """The step above on the committee's ladder; None on the last."""
        above = [step for step in steps_of(self.committee.settings) if step.kind.step > self.kind.step]
        return above[0] if above else None

    @property
    def is_owed(self) -> bool:
        """An answer of the unit is awaited."""
        return self.state in OWED

    @property
    def answer_by(self) -> date:
        """The day in force for the answer, by the name it has for a matter too."""
        return self.reply_by

    @property
    def hands(self) -> set[int | None]:
        """Who wrote the notice or one of its replies."""
        return {self.drafted_by_id, *(reply.answered_by_id for reply in self.replies)}

    @property
    def closing_hands(self) -> set[int | None]:
        """Who may not close what it holds: also who signed it."""
        return {*self.hands, self.signed_by_id}

    def is_overdue(self, on: date) -> bool:
        """The answer is awaited and its day has passed."""
        return self.is_owed and on > self.reply_by

    @property
    def first_replied_on(self) -> date | None:
        return shanghai_date(self.replies[0].answered_at) if self.replies else None

    @property
    def open_items(self) -> list[NoticeItem]:
        return [item for item in self.items if item.state is ItemState.OPEN]

    @property
    def path(self) -> str:
        return f"/notices/{self.id}"

    def audit_label(self) -> str:
        return f"{self.step.label}《{self.title}》"


@dataclass(frozen=True)
class ItemWords:
    """What an item of a draft says; `number` is the row's, None for a new one."""

    subject: str
    facts: str = ""
    demand: str = ""
    due_on: date | None = None
    number: int | None = None
    is_dropped: bool = False
    assignment_id: int | None = None
    report_id: int | None = None
    goal_id: int | None = None
    matter_id: int | None = None
    request_id: int | None = None
    light: Light | None = None
    """The light under which the assignment stands."""


class ItemState(Labelled):
    OPEN = "open", "未销号", "warn"
    CLOSED = "closed", "已销号", "done"
    CARRIED = "carried", "转入下一步", "wait"


class NoticeItem(Stateful, Audited, Row):
    """One matter: what lapsed, with the facts, what is asked, by when. It is closed on its own (销号)."""

    __tablename__ = "notice_items"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN assignment_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN report_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN goal_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN matter_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN request_id IS NULL THEN 0 ELSE 1 END) <= 1",
            name="one_subject",
        ),
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed_has_day"),
    )

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    state: Mapped[ItemState] = mapped_column(choice(ItemState), default=ItemState.OPEN)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignments.id"), index=True)
    report_id: Mapped[int | None] = mapped_column(ForeignKey("reports.id"), index=True)
    goal_id: Mapped[int | None] = mapped_column(ForeignKey("goals.id"), index=True)
    matter_id: Mapped[int | None] = mapped_column(ForeignKey("matters.id"), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"), index=True)
    light: Mapped[Light | None] = mapped_column(choice(Light))
    """Under which light the assignment stood when the item was written: what it rests on."""
    subject: Mapped[str] = mapped_column(String(300))
    facts: Mapped[str] = mapped_column(Text, default="")
    demand: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    closed_by: Mapped[str | None] = mapped_column(String(100))

    notice: Mapped[Notice] = relationship(back_populates="items")
    assignment: Mapped[Assignment | None] = relationship()
    report: Mapped[Report | None] = relationship()
    goal: Mapped[Goal | None] = relationship()
    matter: Mapped[Matter | None] = relationship()
    request: Mapped[Request | None] = relationship()

    @property
    def deadline(self) -> date:
        """The day of its own, or the day in force for the answer."""
        notice = self.notice
        return self.due_on if self.due_on and self.due_on != notice.first_reply_by else notice.reply_by

    @property
    def shown(self) -> Labelled:
        """Its state in words: what was open when the notice was taken back is asked for no more."""
        withdrawn = self.notice.state is NoticeState.WITHDRAWN and self.state is ItemState.OPEN
        return self.notice.state if withdrawn else self.state

    def audit_subject(self) -> Audited:
        return self.notice

    def audit_label(self) -> str:
        return f"事项“{self.subject[:40]}”"


class NoticeReply(Answer, Audited, Row):
    """What the unit answered to a notice."""

    __tablename__ = "notice_replies"
    __table_args__ = (CheckConstraint("(verdict IS NULL) = (verified_at IS NULL)", name="verdict_has_moment"),)

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), index=True)

    notice: Mapped[Notice] = relationship(back_populates="replies")
    evidence: Mapped[list[NoticeEvidence]] = relationship(
        back_populates="reply", cascade="all, delete-orphan", order_by="NoticeEvidence.id"
    )

    def audit_subject(self) -> Audited:
        return self.notice

    def audit_label(self) -> str:
        return f"{self.notice.audit_label()}的回复"


class NoticeEvidence(Attachment, Audited, Row):
    """A file that came with a reply to a notice."""

    __tablename__ = "notice_evidence"

    reply_id: Mapped[int] = mapped_column(ForeignKey("notice_replies.id", ondelete="CASCADE"), index=True)

    reply: Mapped[NoticeReply] = relationship(back_populates="evidence")

    def audit_subject(self) -> Audited:
        return self.reply.notice


def frozen_words(notice: Notice) -> dict[str, Any]:
    """What a signature stands under: number, addressee, words, items and the day."""
    return {
        "number": notice.number,
        "issuer": notice.issuer,
        "addressee": notice.addressee,
        "kind": notice.kind.value,
        **({"step": notice.step_name} if notice.step_name not in {"", notice.kind.label} else {}),
        "title": notice.title,
        "opening": notice.opening,
        "closing": notice.closing,
        "reply_by": notice.first_reply_by.isoformat(),
        "items": [
            {
                "subject": item.subject,
                "facts": item.facts,
                "demand": item.demand,
                "due_on": item.due_on.isoformat() if item.due_on else None,
            }
            for item in notice.items
        ],
    }
