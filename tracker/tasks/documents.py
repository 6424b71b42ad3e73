"""What the papers of this room say: the responsibility table, a unit's list, the letter that asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.core.access import Actor
from tracker.core.filters import zh_date
from tracker.documents import docx, pdf, xlsx
from tracker.documents.blocks import Annex, Column, Document, Form, Letterhead, Paragraph, Signature, Table
from tracker.plans.models import Plan
from tracker.tasks.models import AssignmentRole, Consultation, Shape, Task

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


def consultation_letter(consultation: Consultation, tasks: Sequence[Task], kind: str) -> bytes:
    """征求意见函 with the table as its annex, for the seal; `kind` is docx or pdf."""
    committee, plan = consultation.plan.committee, consultation.plan
    what = "任务分解表（征求意见稿）"
    silence = "逾期未答复的，按无意见处理。" if consultation.silence_is_consent else ""
    letter = Document(
        form=Form.HAN,
        title=f"关于征求《{plan.title}》任务分解表意见的函",
        date=consultation.opened_on,
        letterhead=Letterhead(
            committee.office_name, number=f"{committee.number_prefix}办函〔{consultation.opened_on.year}〕　号"
        ),
        addressees=[f"{committee.short_name}各有关成员单位"],
        body=[
            Paragraph(f"为落实《{plan.title}》，我办按照目标任务和各单位职责，起草了{what}，共{len(tasks)}项任务。"),
            Paragraph(
                f"请结合本单位职责研究，于{zh_date(consultation.due_on)}前在系统中答复，或者将意见加盖公章后反馈我办；"
                f"没有意见的，也请答复“无意见”。{silence}"
            ),
        ],
        signature=Signature(committee.office_name),
        annexes=[Annex(f"{plan.title}任务分解表（征求意见稿）", [_short_table(tasks)], landscape=True)],
    )
    return docx.render(letter) if kind == "docx" else pdf.render(letter).content


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
