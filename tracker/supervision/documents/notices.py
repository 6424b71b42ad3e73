"""What a notice says: words proposed by rule from the facts, the letter as blocks, the register as a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from tracker.core.calendar import WorkCalendar
from tracker.core.clock import shanghai_date
from tracker.core.filters import zh_date
from tracker.documents import xlsx
from tracker.documents.blocks import (
    Column,
    Document,
    Form,
    Heading,
    Letterhead,
    Paragraph,
    Signature,
    Table,
    chinese_weekday,
)
from tracker.reports.models import GoalStatement, Report, Request
from tracker.supervision.documents.verification import code_of
from tracker.supervision.models import (
    ItemWords,
    Matter,
    Notice,
    NoticeItem,
    NoticeKind,
    NoticeState,
    Reason,
    Step,
)
from tracker.supervision.queries.lights import LightRow
from tracker.supervision.queries.notices import Proposal
from tracker.tasks.models import AssignmentRole

WORDS = {
    NoticeKind.HINT: ("落实", "现就你单位承担的有关事项提示如下。"),
    NoticeKind.CHASE: ("尽快推进", "现就有关事项催报如下。"),
    NoticeKind.SUPERVISE: ("抓紧办理", "现就有关事项督促如下。"),
    NoticeKind.AGAIN: ("限期办理", "现就有关事项再次督促如下。"),
}
"""By kind: the verb of the title, how the opening ends."""
PARTS = {AssignmentRole.LEAD: "牵头", AssignmentRole.JOINT: "负责", AssignmentRole.SUPPORT: "配合"}
CLOSING = "如确有困难或需要协调有关单位，请一并提出建议。"
REQUIRED_TEXTS = {"title": "标题", "opening": "导语"}
NAMED_AT_MOST = 28
AGAIN = "重新报送"
WATERMARKS = {NoticeState.DRAFT: "草稿", NoticeState.SUBMITTED: "送签稿"}
FIRST_CLAUSE = re.compile("[，。；,;]")


def proposal_words(one: Proposal, round_title: str, on: date, days: WorkCalendar) -> list[ItemWords]:
    """Every matter of a proposed letter, in facts."""
    words = [report_words(report, on, days) for report in one.reports]
    words += [light_words(row, round_title, on, days) for row in one.rows]
    words += [goal_words(statement, round_title) for statement in one.statements]
    return words + [matter_words(matter, on, days) for matter in one.matters]


def goal_words(statement: GoalStatement, round_title: str) -> ItemWords:
    """A goal that the unit itself calls difficult."""
    goal = statement.goal
    basis = f"：{statement.basis.rstrip('。')}" if statement.basis else ""
    return ItemWords(
        f"{_cut(FIRST_CLAUSE.split(goal.text, maxsplit=1)[0])}（{goal.area.name}目标{goal.number}）",
        f"{goal.text.rstrip('。')}。你单位在{round_title}中填报“达标困难”{basis}。",
        "请分析原因，提出措施和完成时限，需要协调有关单位的一并提出建议。", goal_id=goal.id,
    )  # fmt: skip


def matter_words(matter: Matter, on: date, days: WorkCalendar) -> ItemWords:
    """A finding or an item of an instruction that was not answered by its day."""
    facts = f"{matter.facts.rstrip('。')}。" if matter.facts else ""
    return ItemWords(
        matter.subject,
        f"{facts}该{matter.kind_word}应于{zh_date(matter.due_on)}前回复，截至{zh_date(on)}尚未收到"
        f"{_late(matter.due_on, on, days)}。",
        matter.demand, matter_id=matter.id,
    )  # fmt: skip


def request_words(request: Request) -> ItemWords:
    """What another unit asked the committee to coordinate."""
    unit = request.report.unit.short_name
    return ItemWords(
        f"{unit}提请协调的事项", f"{unit}在{request.report.round.title}中提请协调：{request.text.rstrip('。')}。",
        "请按职责研究办理，并将意见或办理情况回复我办。", request_id=request.id,
    )  # fmt: skip


def report_words(report: Report, on: date, days: WorkCalendar) -> ItemWords:
    """A report that did not come by its day, in facts."""
    title, due_on = report.round.title, report.due_on
    if report.awaits_rectification() and report.rectify_by:
        due_on = report.rectify_by
        facts = (
            f"{title}已于{zh_date(report.first_submitted_on)}报送，经审核退回修改，应于{zh_date(due_on)}前重新报送，"
            f"截至{zh_date(on)}尚未收到{_late(due_on, on, days)}。"
        )
        demand = "请按审核意见补充完善，经单位分管领导审签后重新报送。"
        return ItemWords(f"{AGAIN}{title}", facts, demand, report_id=report.id)
    else:
        facts = f"{title}应于{zh_date(due_on)}前报送，截至{zh_date(on)}尚未收到{_late(due_on, on, days)}。"
        demand = "请抓紧填报，经单位分管领导审签后报送，并同时报送下一年工作安排。"
    return ItemWords(title, facts, demand, report_id=report.id)


def light_words(row: LightRow, round_title: str, on: date, days: WorkCalendar) -> ItemWords:
    """A task's lapse, in facts: what the rule saw, or what an officer wrote when changing the light."""
    part = f"该任务由你单位{PARTS[row.assignment.role]}"
    note = f"：{row.entry_note.rstrip('。')}" if row.entry_note else ""
    due_on = row.task.due_on
    if row.changed:
        facts = f"{part}。{row.changed.reason.rstrip('。')}。"
    elif row.reason is Reason.PAST_DUE and due_on:
        facts = f"{part}，办结期限为{zh_date(due_on)}，截至{zh_date(on)}尚未办结{_late(due_on, on, days)}。"
    elif row.reason is Reason.DUE_SOON and due_on:
        facts = f"{part}，办结期限为{zh_date(due_on)}，还剩{(due_on - on).days}天，尚未办结。"
    elif row.reason in {Reason.SLOW, Reason.NOT_BEGUN}:
        state = "进展较慢" if row.reason is Reason.SLOW else "未启动"
        facts = f"{part}，你单位在{round_title}中填报“{state}”{note}。"
    else:
        facts = f"{part}。截至{zh_date(on)}，任务状态为“{row.light.label}”（{row.reason.label}）。"
    return ItemWords(
        f"{row.task.title}（{row.task.plan.kind.label}任务{row.task.number}）", facts,
        "请分析原因，明确措施和完成时限，推动任务落实，报送进展情况和佐证材料。",
        assignment_id=row.assignment.id, light=row.light,
    )  # fmt: skip


def proposed_title(step: Step, items: list[ItemWords]) -> str:
    """关于落实“…”任务的提示函."""
    verb, word = WORDS[step.kind][0], step.label
    names = [item.subject for item in items]
    if items and all(item.report_id for item in items):
        return f"关于尽快{'' if names[0].startswith(AGAIN) else '报送'}{names[0]}的{word}"
    if len(items) == 1:
        numbered = items[0].assignment_id or items[0].goal_id
        return f"关于{verb}“{_cut(names[0].rpartition('（')[0] if numbered else names[0])}”有关工作的{word}"
    return f"关于{verb}{len(items) or '有关'}项{_what(items)}的{word}"


def _what(items: list[ItemWords]) -> str:
    """What several items are together."""
    if all(item.assignment_id for item in items):
        return "规划任务"
    return "规划目标有关工作" if all(item.goal_id for item in items) else "有关工作"


def _cut(name: str) -> str:
    return name if len(name) <= NAMED_AT_MOST else f"{name[:NAMED_AT_MOST]}…"


def proposed_opening(step: Step, follows: Notice | None = None) -> str:
    """Why the office writes; of a further step also what was written before."""
    before = ""
    if follows is not None and follows.issued_on:
        before = f"我办{zh_date(follows.issued_on)}印发{follows.step.label}（{follows.number}）后，有关事项尚未办结，"
    return f"根据妇女儿童发展规划监测评估和督促落实工作要求，{before}{WORDS[step.kind][1]}"


def further_facts(notice: Notice, item: NoticeItem) -> str:
    """The facts of the step before, and what came of it."""
    if notice.replies:
        came = f"你单位{zh_date(shanghai_date(notice.replies[-1].answered_at))}回复，经核验尚未办结。"
    else:
        came = "至今未收到回复。"
    return f"{item.facts}我办{zh_date(notice.issued_on)}印发{notice.step.label}（{notice.number}），{came}"


def letter(notice: Notice, *, issued_on: date | None = None) -> Document:
    """The notice as blocks, in the form of a letter (信函格式), for PDF and DOCX alike."""
    committee = notice.committee
    day = issued_on or notice.issued_on or _provisional_day(notice)
    issuer = notice.issuer or committee.office_name
    alone = len(notice.items) == 1  # one matter needs no headings, and then mostly no second page
    body: list[Any] = [Paragraph(line) for line in _lines(notice.opening)]
    body += [] if alone else [Heading("有关事项")]
    for item in notice.items:
        body += _item(item, alone=alone)
    body += [] if alone else [Heading("有关要求")]
    reply_by = notice.first_reply_by
    body.append(
        Paragraph(f"请于{zh_date(reply_by)}（{chinese_weekday(reply_by)}）前将办理情况和佐证材料书面报送我办。{_first(notice.closing)}")
    )  # fmt: skip
    body += [Paragraph(line) for line in _lines(notice.closing)[1:]]
    return Document(
        form=Form.DUBAN if notice.kind.step >= NoticeKind.SUPERVISE.step else Form.HAN,
        title=notice.title,
        date=day,
        letterhead=Letterhead(issuer, number=notice.number or ""),
        addressees=notice.addressee or notice.unit.full_name,
        body=body,
        signature=Signature(issuer),
        qr=code_of(notice.number, f"{notice.number_year}-{notice.number_serial}", notice.hash),
        watermark=WATERMARKS.get(notice.state, ""),
        author=issuer,
        subject=notice.step.label,
    )


def notice_file_name(notice: Notice, suffix: str) -> str:
    """发文字号 + 标题."""
    return f"{notice.number or '草稿'}{notice.title}.{suffix}"


def register_sheet(notices: Iterable[Notice], said: str, on: date, days: WorkCalendar) -> xlsx.Sheet:
    """台账: one line per item, with what was filtered and when."""
    rows: list[list[Any]] = []
    for notice in notices:
        items: list[NoticeItem | None] = [*notice.items] or [None]
        for item in items:
            rows.append([len(rows) + 1, *_register_line(notice, item, on, days)])
    columns = [
        Column("序号", 1, align="center"),
        Column("文号", 3),
        Column("文种", 1.4, align="center"),
        Column("单位", 2),
        Column("事项", 5),
        Column("有关情况", 6),
        Column("办理要求", 5),
        Column("时限", 2, align="center"),
        Column("印发日期", 2, align="center"),
        Column("原定回复期限", 2, align="center"),
        Column("现定回复期限", 2, align="center"),
        Column("首次回复", 2, align="center"),
        Column("逾期情况", 2.4, align="center"),
        Column("函件状态", 1.6, align="center"),
        Column("事项状态", 1.6, align="center"),
        Column("销号日期", 2, align="center"),
    ]
    return xlsx.Sheet("提示督办台账", Table(columns=columns, rows=rows), filters=said, made_on=on, title="提示督办台账")


def lateness(notice: Notice, on: date, days: WorkCalendar) -> str:
    """逾期 as it stands or as it stays on record; empty when the answer came in time."""
    if notice.is_overdue(on):
        return f"逾期{max(1, days.workdays_until(notice.reply_by, on))}个工作日未回复"
    if not notice.late_workdays:
        return ""
    return f"逾期{notice.late_workdays}个工作日{'回复' if notice.replies else '未回复'}"


def _register_line(notice: Notice, item: NoticeItem | None, on: date, days: WorkCalendar) -> list[Any]:
    return [
        notice.number or "", notice.step.label, notice.unit.short_name,
        item.subject if item else "", item.facts if item else "", item.demand if item else "",
        _day(item.deadline if item else None), _day(notice.issued_on),
        *(_day(day if notice.issued_on else None) for day in (notice.first_reply_by, notice.reply_by)),
        _day(notice.first_replied_on), lateness(notice, on, days), notice.state.label, item.shown.label if item else "",
        _day(item.closed_on if item else None),
    ]  # fmt: skip


def _item(item: NoticeItem, *, alone: bool) -> list[Any]:
    blocks: list[Any] = []
    if alone:
        blocks.append(Paragraph(item.facts, lead=f"{item.subject}。"))
    else:
        blocks += [Heading(item.subject, level=2), Paragraph(item.facts)]
    asked = item.demand
    if item.due_on and item.due_on != item.notice.first_reply_by:
        asked += f"请于{zh_date(item.due_on)}前办结。"
    if asked:
        blocks.append(Paragraph(asked, lead="工作要求："))
    return blocks


def _late(due_on: date, on: date, days: WorkCalendar) -> str:
    late = days.workdays_until(due_on, on)
    return f"，已逾期{late}个工作日" if late > 0 else ""


def _provisional_day(notice: Notice) -> date:
    return shanghai_date(notice.signed_at or notice.state_since)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _first(text: str) -> str:
    return (_lines(text) or [""])[0]


def _day(day: date | None) -> str:
    return zh_date(day) if day else ""
