"""谁还没报: who owes a report, and the words to paste into the work group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from tracker.accounts.models import User
from tracker.committees.models import Unit
from tracker.core import calendar
from tracker.core.access import Actor
from tracker.core.calendar import WorkCalendar
from tracker.core.clock import shanghai_date
from tracker.core.db import db
from tracker.core.filters import zh_date, zh_month_day, zh_weekday
from tracker.reminders import documents as reminder_documents
from tracker.reminders import saying
from tracker.reminders.documents import Owed
from tracker.reminders.models import Watch
from tracker.reminders.queries import Reminded, ledger, ledger_of_watches
from tracker.reports.models import Report, Round


def owing(reports: Iterable[Report]) -> list[Report]:
    """Those whose unit has not sent it: a draft counts as missing (promise 3)."""
    return [report for report in reports if report.is_owed()]


def returned(reports: Iterable[Report]) -> list[Report]:
    """Those sent back and not come again."""
    return [report for report in reports if report.awaits_rectification()]


@dataclass(frozen=True)
class Chased:
    """How a report was chased so far, and where one goes on."""

    watch_id: int
    said: Reminded | None


def chased(reports: Iterable[Report]) -> dict[int, Chased]:
    """The watched deadline of each of these reports, with how often and when it was reminded of: two queries."""
    numbers = [report.id for report in reports]
    rows = db.session.execute(
        select(Watch.subject_id, Watch.id)
        .where(Watch.subject_type == "Report", Watch.subject_id.in_(numbers), Watch.unit_id.is_not(None))
        .where(Watch.settled_at.is_(None))
    )
    said = ledger("Report", numbers)
    return {number: Chased(watch_id, said.get(number)) for number, watch_id in rows}


@dataclass(frozen=True)
class Target:
    """One deadline that a chasing would reach: whom, with which words, how often before, and why not today."""

    watch: Watch
    people: list[User]
    title: str
    body: str
    said: Reminded | None
    why_not: str


def targets(actor: Actor, reports: Iterable[Report]) -> list[Target]:
    """Everybody who would be chased now, in official order; a number of queries that does not grow."""
    watches = _watches(reports)
    people, committees, days = saying.people_of(watches, actor.on), saying.committees_of(watches), calendar.current()
    said, found = ledger_of_watches(watches), []
    for watch in watches:
        told = people.owing(watch, actor.on > watch.due_on)
        title, body = saying.words(watch, committees[watch.committee_id], days, actor.on)
        today = watch.nudged_at is not None and shanghai_date(watch.nudged_at) == actor.on
        why_not = "今天已催" if today else "" if told else "没有在任人员"
        found.append(Target(watch, list(told), title, body, said.get(watch.id), why_not))
    return found


def owed_rows(actor: Actor, reports: Iterable[Report]) -> list[Owed]:
    """The same as the printed list shows them."""
    watches, days = _watches(reports), calendar.current()
    people = saying.people_of(watches, actor.on)
    return list(reminder_documents.owed_rows(
        watches, {watch.id: days.workdays_until(actor.on, watch.due_on) for watch in watches},
        ledger_of_watches(watches), {watch.id: people.owing(watch, is_late=False) for watch in watches},
    ))  # fmt: skip


def _watches(reports: Iterable[Report]) -> list[Watch]:
    reports = list(reports)
    numbers = [report.id for report in (*owing(reports), *returned(reports))]
    found = (
        select(Watch)
        .join(Watch.unit)
        .where(Watch.subject_type == "Report", Watch.subject_id.in_(numbers), Watch.unit_id.is_not(None))
        .where(Watch.settled_at.is_(None))
        .options(contains_eager(Watch.unit))
        .order_by(Unit.position, Watch.id)
    )
    return list(db.session.scalars(found))


def words(round_: Round, reports: Iterable[Report], on: date, days: WorkCalendar) -> str:
    """Plain text for the work group: 提示 and thanks, no blame and no ranking (promise 14)."""
    reports = list(reports)
    missing, back = owing(reports), returned(reports)
    due = [report for report in missing if report.due_on == round_.due_on]
    later = [report for report in missing if report.due_on != round_.due_on]
    sent = sum(report.first_submitted_at is not None for report in reports)
    thanks = f"已有{sent}个单位报送，谢谢支持。" if sent else ""
    lines = [f"【{round_.title}报送提示】{_deadline(round_.due_on, on, days)}{thanks}"]
    if due:
        lines.append(f"以下{len(due)}个单位尚未报送，请抓紧填报、审签：{_names(due)}。")
    if later:
        named = "、".join(f"{one.unit.short_name}（{zh_month_day(one.due_on)}）" for one in later)
        lines.append(f"以下{len(later)}个单位已延期，请按延期后的日期报送：{named}。")
    if back:
        named = "、".join(f"{one.unit.short_name}（{zh_month_day(one.rectify_by)}前）" for one in back)
        lines.append(f"以下{len(back)}个单位请按审核意见补充完善后重新报送：{named}。")
    if not missing and not back:
        lines = [f"【{round_.title}报送提示】各单位均已报送，谢谢支持。"]
    else:
        lines.append("已完成的请忽略。填报中有问题请与我们联系。")
    lines.append(f"{round_.committee.office_short_name}　{zh_date(on)}")
    return "\n".join(lines)


def _deadline(due_on: date, on: date, days: WorkCalendar) -> str:
    left = days.workdays_until(on, due_on)
    said = f"截止日期为{zh_month_day(due_on)}（{zh_weekday(due_on)}）"
    if on > due_on:
        return f"{said}，已过{max(1, -left)}个工作日。"
    return f"{said}，就是今天。" if on == due_on else f"{said}，还剩{left}个工作日。"


def _names(reports: list[Report]) -> str:
    return "、".join(report.unit.short_name for report in reports)
