"""What is reminded of, in which steps, and whom: the usual rules, from which a committee may depart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tracker.committees.models import CommitteeSettings
from tracker.core.db import Labelled

FULLER = (-20, -10, -5, -3, -1, 1, 3, 7)
SLIP_AT, NOTICE_AT = 10, 15
"""The fuller ladder (product.md §5): eight rungs, then a 催报单, then a proposed notice."""
MOST_STEPS, FURTHEST = 12, 60
CONFIRM = "contact.confirm"
NUDGE = ".nudge"
"""The end of a message's kind when it was said by hand."""


class To(Labelled):
    """A post that is told; a work group is told what the liaisons are, by the robots that the committee has set up."""

    LIAISON = "liaison", "联络员"
    LEADER = "unit_leader", "分管领导"
    OFFICER = "officer", "办公室工作人员"
    HEAD = "office_head", "办公室主任"
    GROUP = "group", "工作群"


UNIT_POSTS = (To.LIAISON, To.LEADER)
OFFICE_POSTS = (To.OFFICER, To.HEAD)


class Level(Labelled):
    NORMAL = "normal", "一般"
    """In the person's digest of the day."""
    URGENT = "urgent", "紧急"
    """At once and alone."""


class Act(Labelled):
    SAY = "say", "提醒"
    SLIP = "slip", "建议发催报单"
    NOTICE = "notice", "建议发函督办"


@dataclass(frozen=True)
class Step:
    """One rung: so many working days from the due date, to whom, how loudly."""

    offset: int
    to: tuple[To, ...]
    level: Level = Level.NORMAL
    act: Act = Act.SAY

    def to_json(self) -> dict[str, Any]:
        return {
            "offset": self.offset, "to": [one.value for one in self.to], "level": self.level.value,
            "act": self.act.value,
        }  # fmt: skip

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Step:
        return cls(
            stored["offset"], tuple(To(one) for one in stored["to"]), Level(stored["level"]), Act(stored["act"])
        )  # fmt: skip

    @property
    def when(self) -> str:
        return when_said(self.offset)


def when_said(offset: int) -> str:
    """提前3个工作日, 当天, 逾期1个工作日."""
    if offset == 0:
        return "当天"
    return f"提前{-offset}个工作日" if offset < 0 else f"逾期{offset}个工作日"


@dataclass(frozen=True)
class Kind:
    """One kind of deadline. `of_unit` says who owes it: a unit, or the office itself."""

    name: str
    label: str
    example: str
    """What is owed, for a preview where no real case is open."""
    of_unit: bool = True
    takes_fuller: bool = True
    """Whether the fuller ladder is for it: what one click does, and what the office itself owes, is not chased with
    eight reminders."""


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("consultation.due", "答复征求意见", "答复任务分解征求意见"),
        Kind("report.due", "报送报告", "报送年度报告"),
        Kind("report.rectify", "退回修改后重新报送", "修改后重新报送年度报告"),
        Kind("notice.reply", "回复函件", "回复提示函"),
        Kind("matter.answer", "回复整改和交办事项", "回复整改事项"),
        Kind("contact.confirm", "确认联络员和电话", "确认联络员和联系电话", takes_fuller=False),
        Kind("review.waiting", "办公室审核报告", "审核年度报告", of_unit=False),
        Kind("extension.waiting", "办公室批复延期申请", "批复延期申请", of_unit=False),
        Kind("exemption.waiting", "办公室批复免报申请", "批复免报申请", of_unit=False),
        Kind("request.waiting", "办公室答复提请协调事项", "答复提请协调事项", of_unit=False),
    )
}


@dataclass(frozen=True)
class Rule:
    """How one committee reminds of one kind of deadline, everything decided."""

    kind: str
    steps: tuple[Step, ...]
    is_on: bool = True
    is_own: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    paused_until: date | None = None
    pause_reason: str = ""

    @property
    def offsets(self) -> tuple[int, ...]:
        return tuple(step.offset for step in self.steps) if self.is_on else ()

    def step(self, offset: int) -> Step:
        return next(step for step in self.steps if step.offset == offset)

    def is_paused(self, on: date) -> bool:
        return self.paused_until is not None and on <= self.paused_until

    def said(self) -> str:
        """The ladder in a few words: 提前10、3个工作日，逾期1个工作日."""
        before = [str(-one) for one in self.offsets if one < 0]
        after = [str(one) for one in self.offsets if one > 0]
        parts = [f"提前{'、'.join(before)}个工作日"] if before else []
        parts += ["当天"] if 0 in self.offsets else []
        parts += [f"逾期{'、'.join(after)}个工作日"] if after else []
        return "，".join(parts) or "不提醒"


def usual_steps(kind: str, settings: CommitteeSettings) -> tuple[Step, ...]:
    """The ladder that a committee follows for a kind it has not set itself: the liaison before the day, the leader as
    well after it; what the office owes is said to the office."""
    known = KINDS.get(kind)
    of_unit = known is None or known.of_unit
    fuller = settings.fuller_ladder and of_unit and (known is None or known.takes_fuller)
    offsets = FULLER if fuller else settings.reminder_offsets
    steps = [Step(offset, _usual_posts(of_unit, offset)) for offset in sorted(set(offsets))]
    if fuller:
        steps.append(Step(SLIP_AT, OFFICE_POSTS, act=Act.SLIP))
        steps.append(Step(NOTICE_AT, OFFICE_POSTS, act=Act.NOTICE))
    return tuple(steps)


def usual_rule(kind: str, settings: CommitteeSettings) -> Rule:
    return Rule(kind, usual_steps(kind, settings))


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    return tuple(sorted(steps, key=lambda step: step.offset))


def _usual_posts(of_unit: bool, offset: int) -> tuple[To, ...]:
    if not of_unit:
        return OFFICE_POSTS
    return UNIT_POSTS if offset > 0 else (To.LIAISON,)
