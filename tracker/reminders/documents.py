"""What leaves on paper: the list of what was sent, the list of who still owes what, a letter that asks one unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.accounts.models import User
from tracker.committees.models import Committee, Unit
from tracker.core.filters import zh_date, zh_datetime, zh_month_day
from tracker.documents import xlsx
from tracker.documents.blocks import (
    CellValue,
    Column,
    Document,
    Form,
    Letterhead,
    Paragraph,
    Signature,
    State,
    Table,
)
from tracker.reminders.models import Watch
from tracker.reminders.queries import Reminded


@dataclass(frozen=True)
class Owed:
    """One open deadline as paper shows it. `left` counts working days, negative once the day is past."""

    watch: Watch
    left: int
    reminded: Reminded | None
    people: Sequence[User] = ()

    def how_long(self) -> CellValue:
        if self.left < 0:
            return State.red(f"逾期{-self.left}个工作日")
        return State.yellow("今天到期") if self.left == 0 else f"还有{self.left}个工作日"

    def said(self) -> str:
        if self.reminded is None:
            return "尚未提醒"
        return f"{self.reminded.times}次，{zh_month_day(self.reminded.last_on)}"


def sent_sheet(rows: Sequence[Any], said: str, on: date) -> xlsx.Sheet:
    """What went to whom and how it arrived, with what was filtered and when."""
    table = Table(
        columns=[
            Column("序号", 1, align="center"),
            Column("时间", 2.5),
            Column("单位", 2),
            Column("姓名", 1.5),
            Column("事项", 6),
            Column("邮件", 1.5, align="center"),
            Column("阅读时间", 2.5),
        ],
        rows=[
            [place, zh_datetime(row.Message.queued_at), row.unit or "办公室", row.person, row.Message.title,
             row.mail_state.label if row.mail_state else "—", zh_datetime(row.Message.read_at)]
            for place, row in enumerate(rows, start=1)
        ],
    )  # fmt: skip
    return xlsx.Sheet("发送记录", table, filters=said, made_on=on, title="发送记录")


def chasing_list(committee: Committee, owed: Sequence[Owed], said: str, *, on: date) -> Document:
    """催报清单: every open deadline of the units, unit by unit, with whom to call. It lists, it does not rank."""
    owed = sorted(owed, key=_place)
    late = sum(one.left < 0 for one in owed)
    units = len({one.watch.unit_id for one in owed})
    opening = f"截至{zh_date(on)}，{units}个单位有{len(owed)}项事项尚未办理"
    rows: list[list[CellValue]] = [
        [number, _unit(one).short_name, one.watch.title, zh_date(one.watch.due_on), one.how_long(), one.said(),
         "\n".join(_person(user) for user in one.people)]
        for number, one in enumerate(owed, start=1)
    ]  # fmt: skip
    return Document(
        form=Form.PLAIN,
        title="催报清单",
        date=on,
        body=[
            Paragraph(f"{committee.office_name}　{zh_date(on)}", align="center", indent=False),
            Paragraph(f"{opening}，其中逾期{late}项。" if late else f"{opening}。"),
            *([Paragraph(f"筛选条件：{said}。")] if said else []),
            Table(
                columns=[
                    Column("序号", 1, align="center"), Column("单位", 2.6, merge=True), Column("事项", 6.2),
                    Column("截止日期", 3), Column("时限", 2.8), Column("已提醒", 2.8), Column("联系人", 4),
                ],
                rows=rows,
            ),
        ],
        author=committee.office_name,
        landscape=True,
    )  # fmt: skip


def chasing_letter(committee: Committee, unit: Unit, owed: Sequence[Owed], *, on: date) -> Document:
    """催报单 to one unit with everything it has let pass; a single matter is named in the title."""
    matters = sorted(owed, key=_place)
    single = matters[0].watch.title if len(matters) == 1 else ""
    rows: list[list[CellValue]] = [
        [number, one.watch.title, zh_date(one.watch.due_on), one.how_long()] for number, one in enumerate(matters, 1)
    ]
    table = Table(
        columns=[Column("序号", 1, align="center"), Column("事项", 6.4), Column("截止日期", 3.2), Column("时限", 3)],
        rows=rows,
    )
    due = zh_date(matters[0].watch.due_on)
    asked = f"应由你单位于{due}前办理的“{single}”事项，尚未办结。" if single else f"下列{len(matters)}项事项尚未办结："
    return Document(
        form=Form.HAN,
        title=f"关于请抓紧{single or '办理有关事项'}的函",
        date=on,
        letterhead=Letterhead(committee.office_name, number=f"{committee.number_prefix}办函〔{on.year}〕　号"),
        addressees=unit.full_name,
        body=[
            Paragraph(f"截至{zh_date(on)}，{asked}"),
            *([] if single else [table]),
            Paragraph("请抓紧办理，并在系统中报送；确有困难的，请说明情况，需要延期的及时提出。已经办理的，请忽略此函。"),
            Paragraph("专此函达。"),
        ],
        signature=Signature(committee.office_name),
        author=committee.office_name,
    )  # fmt: skip


def owed_rows(
    watches: Iterable[Watch],
    left: Mapping[int, int],
    said: Mapping[int, Reminded],
    people: Mapping[int, Sequence[User]] | None = None,
) -> list[Owed]:
    """Open deadlines with what was counted and said about each."""
    return [Owed(one, left[one.id], said.get(one.id), (people or {}).get(one.id, ())) for one in watches]


def _place(one: Owed) -> tuple[int, date, int]:
    return (one.watch.unit.position if one.watch.unit else 0, one.watch.due_on, one.watch.id)


def _unit(one: Owed) -> Unit:
    assert one.watch.unit is not None
    return one.watch.unit


def _person(user: User) -> str:
    return f"{user.name}　{user.phone}" if user.phone else user.name
