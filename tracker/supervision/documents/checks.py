"""What the papers about field checks and instructions say: 督查情况 with its 整改清单, and the sheet to the chair."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from tracker.core.calendar import WorkCalendar
from tracker.core.filters import zh_date
from tracker.documents import pdf, xlsx
from tracker.documents.blocks import (
    Annex,
    Column,
    Document,
    Form,
    Heading,
    Letterhead,
    Opinions,
    Paragraph,
    RenderedFile,
    Signature,
    State,
    Table,
)
from tracker.supervision.models import CheckState, FieldCheck, FieldVisit, Instruction, Matter, MatterState

CUTS = (400, 200, 100, 60, 30)
"""Characters of an answer tried one after another until the sheet is one page."""


def check_document(check: FieldCheck, on: date, days: WorkCalendar) -> Document:
    """督查情况 in words, unit by unit; 整改清单 as its annex."""
    committee = check.committee
    body: list[Any] = [] if _is_name(check.basis) else [Paragraph(line) for line in _lines(check.basis)]
    body.append(Paragraph(_frame(check)))
    if points := _lines(check.points):
        body += [Heading("督查重点"), *(Paragraph(line) for line in points)]
    if summary := _lines(check.summary):
        body += [Heading("总体情况"), *(Paragraph(line) for line in summary)]
    body += [Heading("各单位情况"), *_of_units(check)]
    body += [Heading("整改情况"), Paragraph(progress(check, on))]
    annexes = [Annex("整改清单", [matter_table(check.matters, on, days)], landscape=True)] if check.matters else []
    return Document(
        form=Form.PLAIN, title=paper_title(check), date=on, body=body, annexes=annexes,
        signature=Signature(committee.office_name, sealed=False), author=committee.office_name, subject="实地督查",
    )  # fmt: skip


def progress(check: FieldCheck, on: date) -> str:
    """How many findings, and how they stand."""
    total = len(check.matters)
    if not total:
        unseen = [visit for visit in check.visits if not visit.situation]
        if len(unseen) < len(check.visits):
            others = f"另有{len(unseen)}个单位没有填写督查情况。" if unseen else ""
            return f"{'已督查的单位' if unseen else ''}没有发现需要整改的问题。{others}"
        return "没有记录需要整改的问题。" if check.state is CheckState.CLOSED else "尚未填写督查情况。"
    closed = sum(matter.state is MatterState.CLOSED for matter in check.matters)
    late = sum(matter.is_overdue(on) for matter in check.matters)
    units = len({matter.unit_id for matter in check.matters})
    said = f"共发现问题{total}个，涉及{units}个单位。截至{zh_date(on)}，已销号{closed}个，正在整改{total - closed}个"
    return said + (f"，其中{late}个逾期未回复。" if late else "。")


def matter_table(matters: Iterable[Matter], on: date, days: WorkCalendar) -> Table:
    """整改清单: each matter with its unit, demand, day and state."""
    return Table(
        columns=[
            Column("序号", 1, align="center"),
            Column("单位", 2.2),
            Column("事项", 5),
            Column("要求", 5),
            Column("期限", 2.6, align="center"),
            Column("办理情况", 5.4),
            Column("状态", 2.2, align="center"),
        ],
        rows=[
            [place, one.unit.short_name, _subject(one), one.demand, zh_date(one.due_on), one.last_answer or "—",
             _state(one, on, days)]
            for place, one in enumerate(matters, start=1)
        ],
    )  # fmt: skip


def matter_sheet(matters: Iterable[Matter], title: str, said: str, on: date, days: WorkCalendar) -> xlsx.Sheet:
    """The register of findings and items as a sheet."""
    rows = [
        [place, one.kind_word, one.source.title, one.unit.short_name, one.subject, one.facts, one.demand,
         _day(one.sent_on), zh_date(one.first_due_on), zh_date(one.due_on), one.last_answer, lateness(one, on, days),
         one.state.label, _day(one.closed_on), "；".join(_look_back(seen) for seen in one.look_backs)]
        for place, one in enumerate(matters, start=1)
    ]  # fmt: skip
    columns = [
        Column("序号", 1, align="center"),
        Column("类别", 1.6, align="center"),
        Column("来源", 4),
        Column("单位", 2),
        Column("事项", 5),
        Column("有关情况", 6),
        Column("要求", 5),
        Column("下达日期", 2, align="center"),
        Column("原定期限", 2, align="center"),
        Column("现定期限", 2, align="center"),
        Column("办理情况", 6),
        Column("逾期情况", 2.4, align="center"),
        Column("状态", 1.6, align="center"),
        Column("销号日期", 2, align="center"),
        Column("回头看", 3),
    ]
    return xlsx.Sheet(title, Table(columns=columns, rows=rows), filters=said, made_on=on, title=title)


def lateness(matter: Matter, on: date, days: WorkCalendar) -> str:
    """逾期 as it stands or as it stays on record; empty when the answer came in time."""
    if matter.is_overdue(on):
        return f"逾期{max(1, days.workdays_until(matter.due_on, on))}个工作日未回复"
    if not matter.late_workdays:
        return ""
    return f"逾期{matter.late_workdays}个工作日{'回复' if matter.answers else '未回复'}"


def instruction_sheet(instruction: Instruction, on: date) -> Document:
    """The result on one sheet: what was told, what became of it, room for a further word."""
    return _sheet(instruction, on, CUTS[0], len(instruction.matters))


def fitted_sheet(instruction: Instruction, on: date) -> RenderedFile:
    """The sheet as one A4: answers whole where they fit, else cut to their beginning, else the first items only."""
    return _fitted(instruction, on)[1]


def sheet_for_word(instruction: Instruction, on: date) -> Document:
    """The same words as blocks, for the twin that an office edits and prints itself."""
    return _fitted(instruction, on)[0]


def _fitted(instruction: Instruction, on: date) -> tuple[Document, RenderedFile]:
    total = len(instruction.matters)
    tries = [(longest, total) for longest in CUTS] + [(CUTS[-1], shown) for shown in range(total - 1, -1, -1)]
    for longest, shown in tries:
        document = _sheet(instruction, on, longest, shown)
        made = pdf.render(document)
        if made.pages == 1:
            break
    return document, made


def sheet_name(instruction: Instruction) -> str:
    return f"批示办理结果：{instruction.title}.pdf"


def check_file_name(check: FieldCheck, suffix: str) -> str:
    return f"{paper_title(check)}.{suffix}"


def paper_title(check: FieldCheck) -> str:
    """…实地督查情况."""
    return f"{check.title.removesuffix('督查')}督查情况"


def _sheet(instruction: Instruction, on: date, longest: int, shown: int) -> Document:
    committee = instruction.committee
    told = instruction.text or f"见批示件扫描（{instruction.scan_name}）。"
    body: list[Any] = [
        Paragraph(f"{zh_date(instruction.given_on)}，{instruction.given_by}：{_cut(told, longest)}", lead="批示内容："),
        Paragraph(_cut(instruction.result, 2 * longest) or "正在办理。", lead="办理结果："),
    ]
    if shown:
        body.append(_items(instruction.matters, longest, shown))
    return Document(
        form=Form.CHENGYUE, title=f"{instruction.title}办理结果", date=on,
        letterhead=Letterhead("批示办理结果", number=committee.office_name),
        body=[*body, Opinions("领导批示", 2, fill=True)], author=committee.office_name, subject="批示办理结果",
    )  # fmt: skip


def _items(matters: list[Matter], longest: int, shown: int) -> Table:
    return Table(
        columns=[Column("交办事项", 4.4), Column("单位", 2.4), Column("办理情况", 6.2), Column("状态", 2, "center")],
        rows=[
            [_cut(one.subject, longest), one.unit.short_name, _cut(one.last_answer, longest) or "尚未回复",
             _light(one)]
            for one in matters[:shown]
        ],
        note=f"共{len(matters)}项，本页列出{shown}项；其余见系统台账。" if shown < len(matters) else "",
    )  # fmt: skip


def _frame(check: FieldCheck) -> str:
    units = "、".join(visit.unit.short_name for visit in check.visits)
    days = zh_date(check.starts_on)
    if check.ends_on != check.starts_on:
        days += f"至{zh_date(check.ends_on)}"
    team = f"由{check.team.replace(chr(10), '、')}组成督查组，" if check.team else ""
    why = f"根据{check.basis.strip()}，" if _is_name(check.basis) else ""
    return f"{why}{days}，{team}对{units or '有关单位'}开展实地督查，现将有关情况报告如下。"


def _is_name(basis: str) -> bool:
    """The name of a plan, which is no sentence."""
    named = basis.strip()
    return bool(named) and "\n" not in named and not named.startswith(("根据", "按照")) and named[-1] not in "。，；"


def handed_on(check: FieldCheck, visit: FieldVisit) -> str:
    """Who sees to what was found at a unit that is no more; empty where it is its own business."""
    heirs = visit.unit.heirs if visit.unit.valid_to else []
    seeing = [heir.short_name for heir in heirs if any(one.unit_id == heir.id for one in check.matters)]
    return f"该单位职责已由{'、'.join(seeing)}承接，有关问题由承接单位办理。" if seeing else ""


def _of_units(check: FieldCheck) -> list[Any]:
    blocks: list[Any] = []
    for visit in check.visits:
        found = [matter for matter in check.matters if matter.unit_id == visit.unit_id]
        blocks.append(Heading(visit.unit.short_name, level=2))
        blocks += [Paragraph(line) for line in _lines(visit.situation)]
        blocks += _found(found)
        if found:
            continue
        if said := handed_on(check, visit):
            blocks.append(Paragraph(said))
        elif visit.situation:
            blocks.append(Paragraph("没有发现需要整改的问题。"))
        else:
            over = check.state is CheckState.CLOSED
            blocks.append(Paragraph("没有记录需要整改的问题。" if over else "尚未填写督查情况。"))
    theirs = check.taken_over
    for unit in sorted({one.unit for one in theirs}, key=lambda unit: (unit.position, unit.id)):
        blocks.append(Heading(f"{unit.short_name}（承接）", level=2))
        blocks += _found(one for one in theirs if one.unit_id == unit.id)
    return blocks


def _found(matters: Iterable[Matter]) -> list[Any]:
    """The findings of a unit, one after another."""
    return [
        Paragraph(f"{one.facts or one.subject}{'' if (one.facts or one.subject).endswith('。') else '。'}",
                  lead=f"问题{place}：")
        for place, one in enumerate(matters, start=1)
    ]  # fmt: skip


def _state(matter: Matter, on: date, days: WorkCalendar) -> State:
    late = lateness(matter, on, days)
    if matter.is_overdue(on):
        return State.red(late)
    return _light(matter)


def _light(matter: Matter) -> State:
    tones = {"done": State.green, "ok": State.green, "warn": State.yellow}
    return tones.get(matter.state.tone, State.grey)(matter.state.label)


def _subject(matter: Matter) -> str:
    return f"{matter.subject}\n{matter.facts}" if matter.facts else matter.subject


def _look_back(seen: Any) -> str:
    word = "成效保持" if seen.has_held else "问题反弹"
    return f"{zh_date(seen.looked_on)}{word}"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _cut(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _day(day: date | None) -> str:
    return zh_date(day) if day else ""
