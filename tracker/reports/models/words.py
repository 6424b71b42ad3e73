"""What a report, its parts and its rows may be: the words of the field."""

from __future__ import annotations

from tracker.core.db import Labelled


class ReportState(Labelled):
    NOT_STARTED = "not_started", "未报送", "wait"
    DRAFT = "draft", "填报中", "begun"
    AWAITING_SIGN_OFF = "awaiting_sign_off", "待单位领导审签", "info"
    SUBMITTED = "submitted", "已报送", "ok"
    RETURNED = "returned", "退回修改", "warn"
    ACCEPTED = "accepted", "审核通过", "done"
    EXEMPTED = "exempted", "免报", "excused"


class EntryState(Labelled):
    COMPLETED = "completed", "已完成", "done"
    ON_SCHEDULE = "on_schedule", "按期推进", "ok"
    CONTINUOUS = "continuous", "持续推进", "ok"
    SLOW = "slow", "进展较慢", "warn"
    NOT_STARTED = "not_started", "未启动", "warn"
    NO_TASK = "no_task", "本年无任务", "excused"


class SectionKind(Labelled):
    """The parts of the overview, in the order of the written report."""

    PROGRESS = "progress", "目标任务完成情况"
    PRACTICE = "practice", "主要做法和成效"
    PROBLEMS = "problems", "存在的困难和问题"
    AHEAD = "ahead", "下一年工作总体考虑"
    CONTACT = "contact", "联系人及电话"
    UNCHANGED = "unchanged", "未作修改的说明"
    """Why nothing changed, when a resubmission is without change (promise 7)."""


class ArrangementOutcome(Labelled):
    DONE = "done", "已落实", "done"
    PARTLY = "partly", "部分落实", "warn"
    NOT = "not", "未落实", "late"


class GoalStatus(Labelled):
    REACHED = "reached", "已达标", "done"
    EXPECTED = "expected", "预计可达标", "ok"
    DIFFICULT = "difficult", "达标困难", "late"
    NO_DATA = "no_data", "暂无数据", "wait"


class EvidenceKind(Labelled):
    MATERIAL = "material", "佐证材料"
    STAMPED_SCAN = "stamped_scan", "盖章件"


class SignOff(Labelled):
    ONLINE = "online", "线上审签"
    PAPER = "paper", "纸质签章"
    NONE = "none", "无需审签"


class RemarkPlace(Labelled):
    REPORT = "report", "报告全文"
    OVERVIEW = "overview", "综述"
    AREA = "area", "领域文字"
    ENTRY = "entry", "任务进展"
    ARRANGEMENT = "arrangement", "下一年工作安排"
    QUESTION = "question", "填报内容"


UNSENT = frozenset({ReportState.NOT_STARTED, ReportState.DRAFT, ReportState.AWAITING_SIGN_OFF})
WRITABLE = frozenset({ReportState.NOT_STARTED, ReportState.DRAFT, ReportState.RETURNED})
WITH_OFFICE = frozenset({ReportState.SUBMITTED, ReportState.ACCEPTED})
OVERVIEW = (SectionKind.PROGRESS, SectionKind.PRACTICE, SectionKind.PROBLEMS, SectionKind.AHEAD)
