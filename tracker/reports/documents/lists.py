"""The office's lists as tables: rounds, the pile, requests, goals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tracker.core.filters import zh_date, zh_datetime
from tracker.documents.blocks import CellValue, Column, Table
from tracker.reports.models import Compilation, Report, ReportState, Request, Round
from tracker.reports.queries.review import GoalRow

Rows = list[list[CellValue]]


def rounds_table(rounds: Iterable[Round], counts: Mapping[int, Mapping[ReportState, int]]) -> Table:
    """Every round: kind, dates, how many owe, sent and were accepted."""
    rows: Rows = []
    for one in rounds:
        said = counts.get(one.id, {})
        all_ = sum(said.values()) - said.get(ReportState.EXEMPTED, 0)
        sent = said.get(ReportState.SUBMITTED, 0) + said.get(ReportState.ACCEPTED, 0)
        rows.append([
            one.title, one.kind.label, one.standing.label, zh_date(one.opens_on), zh_date(one.due_on),
            all_, sent, said.get(ReportState.ACCEPTED, 0),
            said.get(ReportState.RETURNED, 0), all_ - sent - said.get(ReportState.RETURNED, 0),
        ])  # fmt: skip
    heads = [("报告", 5.0), ("种类", 1.5), ("状态", 1.5), ("开始", 2.5), ("截止", 2.5), ("应报", 1.5), ("已报送", 1.5),
             ("审核通过", 1.5), ("退回修改", 1.5), ("未报送", 1.5)]  # fmt: skip
    return _table(heads, rows)


def queue_table(queued: Iterable[tuple[Report, int]]) -> Table:
    """What waits for review, and how long."""
    rows: Rows = [
        [number, report.unit.full_name, zh_datetime(report.submitted_at), waited,
         report.reviewer.name if report.reviewer else "", _queue_note(report)]
        for number, (report, waited) in enumerate(queued, 1)
    ]  # fmt: skip
    heads = [("序号", 1.0), ("单位", 5.0), ("报送时间", 3.0), ("已等待（工作日）", 2.0), ("审核人", 2.0), ("说明", 4.0)]
    return _table(heads, rows)


def _queue_note(report: Report) -> str:
    if report.lacks_substitute():
        return "办公室所在单位，待指定审核人（回避）"
    if report.substitute is not None:
        return f"由{report.substitute.name}审核（回避）"
    return "再次报送" if report.first_submitted_at != report.submitted_at else ""


def requests_table(requests: Iterable[Request]) -> Table:
    """提请协调事项 with the answers."""
    rows: Rows = [
        [number, one.report.round.title, one.report.unit.full_name, one.text, "已答复" if one.answer else "待答复",
         one.answer, zh_datetime(one.answered_at)]
        for number, one in enumerate(requests, 1)
    ]  # fmt: skip
    heads = [("序号", 1.0), ("报告", 3.0), ("单位", 3.0), ("提请协调事项", 7.0), ("状态", 1.5), ("答复", 7.0),
             ("答复时间", 2.5)]  # fmt: skip
    return _table(heads, rows)


def goals_table(goals: Iterable[GoalRow]) -> Table:
    """A line for each unit that speaks to a goal; goals nobody speaks to have one of their own."""
    rows: Rows = []
    for one in goals:
        said = "单位之间说法不一" if one.is_contradicted else ""
        head = [one.goal.area.plan.short_title, one.goal.area.name, one.goal.number, one.goal.text]
        if not one.statements:
            rows.append([*head, "", "没有单位填报", "", "", ""])
        for each in one.statements:
            confirmed = each.confirmed.label if each.confirmed else "未认定"
            status = each.status.label if each.status else ""
            rows.append([*head, each.report.unit.full_name, status, each.basis, confirmed, said])
    heads = [("规划", 3.0), ("领域", 2.5), ("序号", 1.0), ("主要目标", 7.0), ("填报单位", 3.0), ("达标情况", 2.0),
             ("依据", 5.0), ("认定", 2.0), ("备注", 2.5)]  # fmt: skip
    return _table(heads, rows)


def compilations_table(papers: Iterable[Compilation], stale: Mapping[int, int]) -> Table:
    """The papers put together from a round."""
    rows: Rows = [
        [one.title, one.kind.label, zh_datetime(one.made_at), len(one.kept), one.length, one.longest,
         stale.get(one.id, 0)]
        for one in papers
    ]  # fmt: skip
    heads = [("材料", 6.0), ("种类", 3.0), ("汇总时间", 3.0), ("段落", 1.5), ("字数", 1.5), ("字数上限", 1.5),
             ("来源有变化", 2.0)]  # fmt: skip
    return _table(heads, rows)


def _table(heads: list[tuple[str, float]], rows: Rows) -> Table:
    return Table(columns=[Column(name, weight) for name, weight in heads], rows=rows)
