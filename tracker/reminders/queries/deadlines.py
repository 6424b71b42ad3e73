"""Which rungs have come, what will come, and whether what was said still holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for
from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import selectinload

from tracker.accounts.models import Holding, Post, User
from tracker.committees.models import Unit
from tracker.core import calendar, jobs
from tracker.core.access import Actor, Role
from tracker.core.calendar import Foreseen, WorkCalendar
from tracker.core.clock import shanghai_date
from tracker.core.db import db
from tracker.core.filters import zh_date
from tracker.core.pages import Waiting
from tracker.messages.models import Message
from tracker.reminders.kinds import CONFIRM, KINDS, NUDGE, OFFICE_POSTS, Act, Step
from tracker.reminders.models import PhoneNote, Watch
from tracker.reminders.queries.contacts import asked_of
from tracker.reminders.queries.phone import IS_OPEN as PHONE_IS_OPEN
from tracker.reminders.queries.phone import visible_phone_notes
from tracker.reminders.queries.rules import rules_of
from tracker.reminders.queries.sendings import failed_counts
from tracker.reminders.rungs import rungs

HORIZON = timedelta(days=60)
MOST_PROMISES = 5
"""So many to call back stand on the desk one by one."""


def due_ids(on: date) -> list[int]:
    """The open deadlines whose next rung has come: one indexed column, so an empty run costs nothing."""
    rows = select(Watch.id).where(Watch.next_on <= on, Watch.settled_at.is_(None))
    found = list(db.session.scalars(rows.order_by(Watch.id)))
    db.session.rollback()
    return found


def still_due(message: Message) -> bool:
    """A reminder holds while its deadline is open, unmoved, and still this unit's."""
    watch = db.session.get(Watch, message.subject_id)
    if watch is None or not watch.is_open or message.unit_id not in {None, watch.unit_id}:
        return False
    return message.kind.endswith(NUDGE) or message.occasion == watch.due_on.isoformat()


def recipient_stays(message: Message, on: date) -> bool:
    """Whether the person still holds a post there: who left, or whose account was closed, gets nothing more."""
    where: ColumnElement[bool] = Post.unit_id == message.unit_id
    if message.unit_id is None:
        where = Post.committee_id == message.committee_id
    if message.unit_id is None and message.committee_id is None:
        return db.session.scalar(select(User.is_active).where(User.id == message.recipient_id)) is True
    held = (
        select(Holding.id)
        .join(Post, Post.id == Holding.post_id)
        .join(User, User.id == Holding.user_id)
        .where(
            Holding.user_id == message.recipient_id,
            User.is_active,
            where,
            Holding.starts_on <= on,
            or_(Holding.ends_on.is_(None), Holding.ends_on >= on),
        )
        .limit(1)
    )
    return db.session.scalar(held) is not None


def visible_watches(actor: Actor) -> Select[Watch]:
    """The committee's open deadlines for its office; a unit's own for the unit."""
    return known_watches(actor).where(Watch.settled_at.is_(None))


def known_watches(actor: Actor) -> Select[Watch]:
    """The same with what has been settled: a page or a message of yesterday still leads there."""
    rows = select(Watch).where(Watch.committee_id == actor.committee_id)
    rows = rows.options(selectinload(Watch.unit), selectinload(Watch.nudged_by))
    if actor.is_office:
        return rows
    return rows.where(Watch.unit_id == actor.unit_id) if actor.unit_id else rows.where(false())


@dataclass(frozen=True)
class Coming:
    """What will go out on one day: one rung of one obligation, about these units; what the office owes itself stands
    together by kind."""

    day: date
    step: Step
    kind: str
    title: str
    due_on: date
    units: list[Unit]
    for_office: bool
    several: tuple[str, ...] = ()
    """What the office's own are, where they are more than one."""

    @property
    def rung(self) -> str:
        return self.step.when

    @property
    def posts(self) -> str:
        """To whom by post, as the rule says."""
        both = set(OFFICE_POSTS) <= set(self.step.to)
        named = [to.label for to in self.step.to if not (both and to in OFFICE_POSTS)]
        return "、".join([*named, "办公室"] if both else named)

    @property
    def does(self) -> str:
        return "" if self.step.act is Act.SAY else self.step.act.label


def coming(actor: Actor, horizon: timedelta = HORIZON) -> list[Coming]:
    """The rungs of the next sixty days if nothing is done until then, by day."""
    days = calendar.current()
    rules = rules_of([actor.committee_id] if actor.committee_id is not None else [])
    groups: dict[tuple[date, int, str, str, date], list[Watch]] = {}
    steps: dict[tuple[date, int, str, str, date], Step] = {}
    for watch in db.session.scalars(visible_watches(actor).where(Watch.next_on <= actor.on + horizon)):
        rule = rules[watch.committee_id, watch.kind]
        silent = max((day for day in (watch.paused_until, rule.paused_until) if day), default=date.min)
        for rung in rungs(days, watch.due_on, rule.offsets):
            if watch.next_on and watch.next_on <= rung.day <= actor.on + horizon and rung.day > silent:
                title = watch.title if watch.unit_id is not None else ""
                group = (rung.day, rung.offset, watch.kind, title, watch.due_on)
                groups.setdefault(group, []).append(watch)
                steps[group] = rule.step(rung.offset)
    return [_coming(group, steps[group], watches) for group, watches in sorted(groups.items(), key=lambda one: one[0])]


def _coming(group: tuple[date, int, str, str, date], step: Step, watches: list[Watch]) -> Coming:
    day, _, kind, title, due_on = group
    units = sorted((watch.unit for watch in watches if watch.unit), key=lambda unit: unit.position)
    if title:
        return Coming(day, step, kind, title, due_on, units, for_office=False)
    titles = tuple(watch.title for watch in watches)
    name = titles[0] if len(titles) == 1 else KINDS[kind].label if kind in KINDS else titles[0]
    return Coming(day, step, kind, name, due_on, units, for_office=True, several=titles if len(titles) > 1 else ())


@dataclass(frozen=True)
class Moved:
    """A deadline whose next reminder falls on another day under another calendar."""

    watch: Watch
    before: date | None
    after: date | None


def moved_by(actor: Actor, other: WorkCalendar) -> list[Moved]:
    """What another calendar would move: the open deadlines of the committee whose next reminder changes its day."""
    rows = list(db.session.scalars(visible_watches(actor).order_by(Watch.due_on, Watch.id)))
    rules = rules_of({row.committee_id for row in rows})
    found = []
    for row in rows:
        offsets = rules[row.committee_id, row.kind].offsets
        start = actor.on - timedelta(days=1)
        now, then = (
            next(
                (one.day for one in rungs(days, row.due_on, offsets)
                 if one.day > start and (row.last_rung is None or one.offset > row.last_rung)),
                None,
            )
            for days in (calendar.current(), other)
        )  # fmt: skip
        if now != then:
            found.append(Moved(row, now, then))
    return found


def due_on_days_off(actor: Actor, other: WorkCalendar) -> list[Watch]:
    """The open deadlines of the committee that another calendar would put on a day off."""
    rows = db.session.scalars(visible_watches(actor).where(Watch.due_on >= actor.on).order_by(Watch.due_on, Watch.id))
    return [row for row in rows if calendar.current().is_workday(row.due_on) and not other.is_workday(row.due_on)]


def foreseen(actor: Actor, other: WorkCalendar) -> list[Foreseen]:
    """What another calendar would do to the committee's open deadlines, in sentences."""
    moved = [
        f"{_named(one.watch)}：{zh_date(one.before)} → {zh_date(one.after)}" for one in moved_by(actor, other)
    ]  # fmt: skip
    off = [
        f"{_named(watch)}：{zh_date(watch.due_on)}，之前最后一个工作日是{zh_date(other.last_workday(watch.due_on))}"
        for watch in due_on_days_off(actor, other)
    ]
    found = [
        Foreseen(f"{len(moved)}项在办期限的下次提醒将改期", moved),
        Foreseen(f"{len(off)}项在办期限将落在休息日，已经通知的日期不变，需要时请延期", off),
    ]
    return [one for one in found if one.lines]


def _named(watch: Watch) -> str:
    return f"{watch.unit.short_name if watch.unit else '办公室'}，{watch.title}"


def open_deadlines(actor: Actor, words: str = "", kind: str = "") -> Select[Watch]:
    """The open deadlines, the earliest first; `words` looks in the unit's and the obligation's name."""
    rows = visible_watches(actor).outerjoin(Unit, Unit.id == Watch.unit_id)
    # Contacts have a page of their own: dozens of them would stand above what is really owed.
    rows = rows.where(Watch.kind == kind) if kind in KINDS else rows.where(Watch.kind != CONFIRM)
    if words.strip():
        like = words.strip()
        rows = rows.where(
            or_(Watch.title.contains(like, autoescape=True), Unit.short_name.contains(like, autoescape=True))
        )
    return rows.order_by(Watch.due_on, Unit.position, Watch.id)


def let_pass(actor: Actor, watch: Watch) -> list[Watch]:
    """This deadline and the others of the same unit whose day is past, the earliest first. That somebody has not
    confirmed a telephone is no matter for a letter about something else."""
    same = visible_watches(actor).where(Watch.unit_id == watch.unit_id)
    is_late = and_(Watch.due_on < actor.on, Watch.kind != CONFIRM)
    rows = same.where(or_(Watch.id == watch.id, is_late)).order_by(Watch.due_on, Watch.id)
    return list(db.session.scalars(rows))


def cases_of(actor: Actor, kind: str, most: int = 50) -> list[Watch]:
    """Real cases of one kind of deadline, to show a rule on: those still to come first."""
    is_past = Watch.due_on < actor.on
    rows = visible_watches(actor).where(Watch.kind == kind).order_by(is_past, Watch.due_on, Watch.id).limit(most)
    return list(db.session.scalars(rows))


def latest_notes(watches: Iterable[Watch]) -> dict[int, PhoneNote]:
    """The last word from the telephone about each of these deadlines, in one query."""
    rows = select(PhoneNote).where(PhoneNote.watch_id.in_([watch.id for watch in watches]))
    rows = rows.options(selectinload(PhoneNote.noted_by)).order_by(PhoneNote.noted_at, PhoneNote.id)
    return {note.watch_id: note for note in db.session.scalars(rows)}


def unit_names(unit_ids: Iterable[int]) -> dict[int, str]:
    """Short names of units in official order, for postings into a work group."""
    rows = select(Unit.id, Unit.short_name).where(Unit.id.in_(list(unit_ids))).order_by(Unit.position, Unit.id)
    return dict(db.session.execute(rows).all())


def waiting_for(actor: Actor) -> list[Waiting]:
    """For the liaison: the contact to confirm. For the office: failed sendings, and telephone promises whose day has
    come. For the system administrator: a scheduler that does not run."""
    if actor.role is Role.SYSADMIN and not jobs.living_schedulers(actor.at):
        url = url_for("reminders.health")
        return [Waiting("检查", "定时任务进程没有运行", url, note="提醒和邮件暂停")]
    if actor.role is Role.LIAISON:
        asked = asked_of(actor)
        return [Waiting("确认", "联络员和联系电话", asked.path, asked.due_on)] if asked else []
    return [*_failures(actor), *_promises(actor)] if actor.is_office else []


def _failures(actor: Actor) -> list[Waiting]:
    failed, held = failed_counts(actor)
    said = (
        (failed, f"{failed}封邮件未能送达", "请核对联系方式后重新发送，或改用电话通知"),
        (held, f"{held}条消息暂不发送", "系统由备份恢复，这些消息可能已经发出，请决定是否仍然发送"),
    )
    return [
        Waiting("核对", text, url_for("reminders.unreached"), note=note, count=count)
        for count, text, note in said
        if count
    ]


def _promises(actor: Actor) -> list[Waiting]:
    """A promise comes to the desk on its day; what was handed in meanwhile is settled and never asked about. Many of
    them stand in one line: they are called one after another, from their own list."""
    rows = visible_phone_notes(actor).where(PHONE_IS_OPEN, PhoneNote.follow_up_on <= actor.on)
    rows = rows.options(selectinload(PhoneNote.watch).selectinload(Watch.unit))
    notes = list(db.session.scalars(rows.order_by(PhoneNote.follow_up_on, PhoneNote.id)))
    if len(notes) > MOST_PROMISES:
        url = url_for("reminders.phone_calls")
        return [Waiting("回访", f"{len(notes)}项电话沟通到了回访日期", url, notes[0].follow_up_on, count=len(notes))]
    return [
        Waiting(
            "回访", f"{note.watch.unit.short_name if note.watch.unit else '办公室'}：{note.watch.title}",
            url_for("reminders.deadline", watch_id=note.watch_id), note.follow_up_on,
            note=f"{zh_date(shanghai_date(note.noted_at))}记：{note.text}"[:120],
        )
        for note in notes
    ]  # fmt: skip
