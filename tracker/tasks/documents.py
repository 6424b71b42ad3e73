"""What the papers of this room say: the responsibility table, a unit's list, the letter that asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from tracker.committees.models import Unit
from tracker.core.access import Actor
from tracker.core.filters import zh_date
from tracker.documents import templates, xlsx
from tracker.documents.blocks import Annex, Block, Column, Document, Form, Letterhead, Paragraph, Signature, Table
from tracker.plans.models import Plan
from tracker.tasks.importing.remarks import WHOLE
from tracker.tasks.models import AssignmentRole, Consultation, ConsultationAnswer, Shape, Task
from tracker.tasks.queries.consultations import AnswerLine, ConsultationSheet, parties_of

Said = Sequence[tuple[str, str, str]]


def responsibility_table(tasks: Sequence[Task], said: Said, on: date) -> bytes:
    """任务分解表 as it is filtered: area, measure, task, who leads, answers and supports, by when."""
    title = f"{tasks[0].plan.title}任务分解表" if tasks else "任务分解表"
    sheet = xlsx.Sheet("任务分解表", table_of(tasks), filters=_filters(said), made_on=on, title=title)
    return xlsx.workbook([sheet])


def task_list(tasks: Sequence[Task], said: Said, actor: Actor) -> bytes:
    """任务清单 as it is filtered; a unit's own says which part it has in each."""
    columns = [
        Column("规划", 2, merge=True),
        Column("领域", 2, merge=True),
        Column("编号", 1, align="center"),
        Column("任务", 6),
    ]
    if actor.is_unit:
        columns += [Column("本单位分工", 1.2, align="center"), Column("牵头单位", 2)]
    else:
        columns += [Column("牵头单位", 2), Column("责任单位", 3), Column("配合单位", 3)]
    columns += [Column("时限", 1.6), Column("状态", 1.3, align="center")]
    rows = [_list_row(task, actor) for task in tasks]
    title = f"{actor.post.unit_name}任务清单" if actor.is_unit else "任务清单"
    sheet = xlsx.Sheet("任务清单", Table(columns, rows), filters=_filters(said), made_on=actor.on, title=title)
    return xlsx.workbook([sheet])


def table_of(tasks: Sequence[Task]) -> Table:
    """The responsibility table in the order and words of the plan."""
    return Table(
        columns=[
            Column("领域", 2, merge=True),
            Column("编号", 1, align="center"),
            Column("任务", 3.5),
            Column("内容", 7),
            Column("牵头单位", 2),
            Column("责任单位", 3),
            Column("配合单位", 3),
            Column("负责方式", 1.4, align="center"),
            Column("办结方式", 1.4, align="center"),
            Column("时限", 1.6),
        ],
        rows=[
            [
                task.area.name,
                task.number,
                task.title,
                task.content,
                *(names_as(task, role) for role in AssignmentRole),
                task.shape.label,
                task.outcome.label,
                due_words(task),
            ]
            for task in tasks
        ],
    )


def responsibility_book(plan: Plan, tasks: Sequence[Task], on: date) -> Document:
    """目标责任分解书: areas, goals and measures, and who is responsible; to be issued, or joined to a letter."""
    title, office = f"{plan.title}\n目标责任分解书", plan.committee.office_name
    return Document(Form.PLAIN, title, on, [_book_table(tasks)], author=office, landscape=True)


def responsibility_sheet(plan: Plan, tasks: Sequence[Task], on: date) -> bytes:
    """The same to be worked on."""
    title = f"{plan.title}目标责任分解书"
    return xlsx.workbook([xlsx.Sheet("目标责任分解书", _book_table(tasks), made_on=on, title=title)])


def _book_table(tasks: Sequence[Task]) -> Table:
    """Who stands first and who else answers; a column for supporting units only where there are any."""
    supports = any(task.units_as(AssignmentRole.SUPPORT) for task in tasks)
    columns = [
        Column("领域", 2, merge=True), Column("主要目标/策略措施", 9), Column("主要责任单位", 2.4),
        Column("责任单位", 3.6),
    ]  # fmt: skip
    rows = []
    for task in tasks:
        joint = names_as(task, AssignmentRole.JOINT)
        parts = [joint, ""] if task.shape is Shape.SHARED else [names_as(task, AssignmentRole.LEAD), joint]
        rows.append([task.area.name, _words_of(task), *parts])
        if supports:
            rows[-1].append(names_as(task, AssignmentRole.SUPPORT))
    return Table([*columns, Column("配合单位", 3)] if supports else columns, rows)


def _words_of(task: Task) -> str:
    """A measure as the plan prints it; the part of it that a split task holds; a goal."""
    if task.goal is not None and task.content == task.goal.text:
        return f"{task.goal.number}.{task.content}"
    if task.measure is not None and task.content == task.measure.text:
        return f"{task.measure.number}.{task.content}"
    return task.content


def consultation_letter(consultation: Consultation, tasks: Sequence[Task]) -> Document:
    """征求意见函 with the table as its annex, for the seal."""
    committee, plan = consultation.plan.committee, consultation.plan
    what = "任务分解表（征求意见稿）"
    silence = "逾期未答复的，按无意见处理。" if consultation.silence_is_consent else ""
    drafted = "起草了" if consultation.round_no == 1 else "并根据各单位意见修改形成了"
    return Document(
        form=Form.HAN,
        title=f"关于征求《{plan.title}》任务分解表意见的函",
        date=consultation.opened_on,
        letterhead=Letterhead(
            committee.office_name, number=f"{committee.number_prefix}办函〔{consultation.opened_on.year}〕　号"
        ),
        addressees=[f"{committee.short_name}各有关成员单位"],
        body=[
            Paragraph(f"为落实《{plan.title}》，我办按照目标任务和各单位职责，{drafted}{what}，共{len(tasks)}项任务。"),
            Paragraph(
                f"请结合本单位职责研究，于{zh_date(consultation.due_on)}前在系统中答复，或者将意见加盖公章后反馈我办；"
                f"没有意见的，也请答复“无意见”。{silence}"
            ),
        ],
        signature=Signature(committee.office_name),
        annexes=[Annex(f"{plan.title}任务分解表（征求意见稿）", [_short_table(tasks)], landscape=True)],
    )


def unit_list(unit: Unit, tasks: Sequence[Task], said: Said, on: date, *, title: str = "") -> Document:
    """单位任务清单: what one unit has to do, its part in each, who leads, by when."""
    counts = Counter(part.role for task in tasks for part in task.living if part.unit_id == unit.id)
    parts = "，".join(f"{role.label}{counts[role]}项" for role in AssignmentRole if counts[role])
    told = f"（{_filters(said)}）" if said else ""
    head = title or f"{unit.short_name}任务清单"
    body: list[Block] = [
        Paragraph(f"{unit.full_name}共{len(tasks)}项任务{told}" + (f"，其中{parts}。" if parts else "。")),
        _unit_table(unit, tasks),
    ]
    return Document(Form.PLAIN, head, on, body, author=unit.committee.office_name, landscape=True)


def _unit_table(unit: Unit, tasks: Sequence[Task]) -> Table:
    columns = [
        Column("规划", 1.6, merge=True), Column("领域", 1.8, merge=True), Column("编号", 1, align="center"),
        Column("任务", 5), Column("分工", 1, align="center"), Column("牵头单位", 2), Column("其他单位", 3),
        Column("时限", 1.6),
    ]  # fmt: skip
    rows = []
    for task in tasks:
        own = next((part for part in task.living if part.unit_id == unit.id), None)
        others = [part.unit.short_name for part in task.living if part is not own and part.role != AssignmentRole.LEAD]
        rows.append(
            [
                task.plan.short_title, task.area.name, task.number, task.title, own.role.label if own else "—",
                names_as(task, AssignmentRole.LEAD), "、".join(others), due_words(task),
            ]
        )  # fmt: skip
    return Table(columns, rows)


def list_to_answer(answer: ConsultationAnswer, lines: Sequence[AnswerLine], on: date) -> bytes:
    """A unit's list to be answered in: 意见 is filled in and the file sent back on the same page."""
    fields = [
        templates.Field("编号", width=9), templates.Field("任务", width=34), templates.Field("内容", width=52),
        templates.Field("本单位分工", width=11), templates.Field("各单位", width=30),
        templates.Field("意见", width=46, help="对这项任务的修改意见，没有意见的不填。"),
    ]  # fmt: skip
    rows: list[list[str]] = [
        [
            one.number,
            one.title,
            one.content,
            one.part.role.label,
            parties_of(one.task),
            one.remark.text if one.remark else "",
        ]
        for one in lines
    ]
    rows.append(["", WHOLE, "", "", "", answer.text])
    notes = [
        "只填“意见”一栏，其他各栏不要改动；没有意见的不填。",
        f"填好后在系统的答复页面上传，核对无误再答复，期限{zh_date(answer.consultation.due_on)}。",
    ]
    return templates.template("征求意见", fields, notes=notes, rows=rows, made_on=on)


def remarks_sheet(sheet: ConsultationSheet, on: date) -> bytes:
    """意见汇总处理表: every remark, what the office made of it and why."""
    plan = sheet.consultation.plan
    columns = [
        Column("单位", 2, merge=True), Column("编号", 1, align="center"), Column("任务", 4), Column("意见", 6),
        Column("处理", 1.4, align="center"), Column("理由", 4),
    ]  # fmt: skip
    rows = []
    for answer in sheet.answers:
        if answer.text:
            rows.append([answer.unit.short_name, "", "整张表", answer.text, answer.decision.label, answer.reason])
        for remark in answer.remarks:
            task = remark.assignment.task
            rows.append(
                [answer.unit.short_name, task.number, task.title, remark.text, remark.decision.label, remark.reason]
            )
        if not answer.text and not answer.remarks:
            rows.append([answer.unit.short_name, "", "", answer.kind.label, "", ""])
    title = f"{plan.title}任务分解征求意见汇总处理表"
    if sheet.consultation.round_no > 1:
        title += f"（第{sheet.consultation.round_no}轮）"
    return xlsx.workbook([xlsx.Sheet("意见汇总", Table(columns, rows), made_on=on, title=title)])


def _short_table(tasks: Sequence[Task]) -> Table:
    """For paper: the words of the measures stand in the plan, the table names who and by when."""
    return Table(
        columns=[
            Column("领域", 2, merge=True), Column("编号", 1, align="center"), Column("任务", 5), Column("牵头单位", 2),
            Column("责任单位", 3), Column("配合单位", 3), Column("时限", 1.6),
        ],
        rows=[
            [
                task.area.name, task.number, task.title, *(names_as(task, role) for role in AssignmentRole),
                due_words(task),
            ]
            for task in tasks
        ],
    )  # fmt: skip


def _list_row(task: Task, actor: Actor) -> list[str]:
    row = [task.plan.short_title, task.area.name, task.number, task.title]
    if actor.is_unit:
        own = next((one for one in task.living if one.unit_id == actor.unit_id), None)
        row += [own.role.label if own else "—", names_as(task, AssignmentRole.LEAD)]
    else:
        row += [names_as(task, role) for role in AssignmentRole]
    return [*row, due_words(task), task.state.label]


def names_as(task: Task, role: AssignmentRole) -> str:
    return "、".join(unit.short_name for unit in task.units_as(role))


def due_words(task: Task) -> str:
    """每年 or the day by which it is done."""
    return "每年" if task.is_yearly else zh_date(task.due_on)


def _filters(said: Said) -> str:
    return "；".join(f"{label}：{text}" for label, text, _ in said)
