"""Which rungs have come, what was said about what, and whether it still holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from tracker.accounts.models import Holding, Post, User
from tracker.committees.models import Committee, Unit
from tracker.core import calendar, clock, jobs
from tracker.core.access import Actor, Role
from tracker.core.db import db
from tracker.core.filters import zh_date
from tracker.core.pages import Waiting
from tracker.messages.models import Delivery, DeliveryMessage, DeliveryState, Message
from tracker.reminders.actions import NUDGE
from tracker.reminders.models import Watch
from tracker.reminders.rungs import rungs

HORIZON = timedelta(days=60)


def due_ids(on: date) -> list[int]:
    """The deadlines whose next rung has come: one indexed column, so an empty run costs nothing."""
    found = list(db.session.scalars(select(Watch.id).where(Watch.next_on <= on).order_by(Watch.id)))
    db.session.rollback()
    return found


def still_due(message: Message) -> bool:
    """A reminder holds while its deadline is open, unmoved, and still this unit's."""
    watch = db.session.get(Watch, message.subject_id)
    if watch is None or not watch.is_open or watch.unit_id != message.unit_id:
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
    rows = select(Watch).where(Watch.settled_at.is_(None), Watch.committee_id == actor.committee_id)
    rows = rows.options(selectinload(Watch.unit), selectinload(Watch.nudged_by))
    if actor.is_office:
        return rows
    return rows.where(Watch.unit_id == actor.unit_id) if actor.unit_id else rows.where(false())


@dataclass(frozen=True)
class Reminded:
    """The ledger of one subject."""

    times: int
    last_at: datetime

    def __str__(self) -> str:
        return f"已提醒{self.times}次，最近一次{zh_date(clock.shanghai_date(self.last_at))}"


def ledger(subject_type: str, subject_ids: Iterable[int]) -> dict[int, Reminded]:
    """How often each of these subjects was reminded of, and when last, in one query."""
    return _ledger(Watch.subject_id, Watch.subject_type == subject_type, Watch.subject_id.in_(list(subject_ids)))


def ledger_of_watches(watches: Iterable[Watch]) -> dict[int, Reminded]:
    """The same, per watched deadline."""
    return _ledger(Watch.id, Watch.id.in_([watch.id for watch in watches]))


def _ledger(key: InstrumentedAttribute[int], *which: ColumnElement[bool]) -> dict[int, Reminded]:
    said = func.count(func.distinct(Message.kind + " " + Message.occasion))
    rows: Select[int, int, datetime] = (
        select(key, said, func.max(Message.queued_at))
        .select_from(Watch)
        .join(Message, (Message.subject_type == "Watch") & (Message.subject_id == Watch.id))
        .where(*which)
        .group_by(key)
    )
    return {number: Reminded(times, last_at) for number, times, last_at in db.session.execute(rows)}


@dataclass(frozen=True)
class Coming:
    """What will go out on one day: one rung of one obligation, to these units (none: the office)."""

    day: date
    offset: int
    title: str
    due_on: date
    units: list[Unit]
    for_office: bool

    @property
    def rung(self) -> str:
        if self.offset == 0:
            return "当天"
        return f"提前{-self.offset}个工作日" if self.offset < 0 else f"逾期{self.offset}个工作日"


def coming(actor: Actor, horizon: timedelta = HORIZON) -> list[Coming]:
    """The rungs of the next sixty days if nothing is done until then, by day."""
    committee = db.session.get_one(Committee, actor.committee_id)
    offsets, days = committee.settings.reminder_offsets, calendar.current()
    groups: dict[tuple[date, int, str, date], list[Watch]] = {}
    for watch in db.session.scalars(visible_watches(actor).where(Watch.next_on <= actor.on + horizon)):
        for rung in rungs(days, watch.due_on, offsets):
            if watch.next_on and watch.next_on <= rung.day <= actor.on + horizon:
                groups.setdefault((rung.day, rung.offset, watch.title, watch.due_on), []).append(watch)
    return [
        Coming(
            *group,
            sorted((watch.unit for watch in watches if watch.unit), key=lambda unit: unit.position),
            any(watch.unit_id is None for watch in watches),
        )
        for group, watches in sorted(groups.items(), key=lambda item: item[0])
    ]


def open_deadlines(actor: Actor, words: str = "") -> Select[Watch]:
    """The open deadlines, the earliest first; `words` looks in the unit's and the obligation's name."""
    rows = visible_watches(actor).outerjoin(Unit, Unit.id == Watch.unit_id)
    if words.strip():
        like = words.strip()
        rows = rows.where(
            or_(Watch.title.contains(like, autoescape=True), Unit.short_name.contains(like, autoescape=True))
        )
    return rows.order_by(Watch.due_on, Unit.position, Watch.id)


def let_pass(actor: Actor, watch: Watch) -> list[Watch]:
    """This deadline and the others of the same unit whose day is past, the earliest first."""
    same = visible_watches(actor).where(Watch.unit_id == watch.unit_id)
    rows = same.where(or_(Watch.id == watch.id, Watch.due_on < actor.on)).order_by(Watch.due_on, Watch.id)
    return list(db.session.scalars(rows))


MAIL_CHOICES = [(state.value, state.label) for state in DeliveryState]
READ_CHOICES = {"no": "未读", "yes": "已读"}


@dataclass(frozen=True)
class Filter:
    """What of the sendings is wanted; nonsense in the address counts as nothing."""

    mail: str = ""
    read: str = ""
    words: str = ""

    def said(self) -> list[tuple[str, str, str]]:
        """The filter in words: (label, text, name in the address)."""
        pairs = [
            ("邮件", dict(MAIL_CHOICES).get(self.mail, ""), "mail"),
            ("阅读", READ_CHOICES.get(self.read, ""), "read"),
            ("查找", self.words.strip(), "q"),
        ]
        return [pair for pair in pairs if pair[1]]


def visible_sendings(actor: Actor) -> Select[*tuple[Any, ...]]:
    """What the committee's people were told, for its office: the message, who it went to and how the mail went."""
    rows = (
        select(
            Message,
            User.name.label("person"),
            Unit.short_name.label("unit"),
            Delivery.state.label("mail_state"),
            Delivery.trouble,
            DeliveryMessage.was_dropped,
        )
        .join(User, User.id == Message.recipient_id)
        .outerjoin(Unit, Unit.id == Message.unit_id)
        .outerjoin(DeliveryMessage, DeliveryMessage.message_id == Message.id)
        .outerjoin(Delivery, Delivery.id == DeliveryMessage.delivery_id)
        .where(Message.committee_id == actor.committee_id)
    )
    return rows if actor.is_office else rows.where(false())


def sendings(actor: Actor, chosen: Filter) -> Select[*tuple[Any, ...]]:
    """The sendings as filtered, the newest first."""
    rows = visible_sendings(actor)
    if chosen.mail in dict(MAIL_CHOICES):
        rows = rows.where(Delivery.state == DeliveryState(chosen.mail))
    if chosen.read in READ_CHOICES:
        rows = rows.where(Message.read_at.is_(None) if chosen.read == "no" else Message.read_at.is_not(None))
    if chosen.words.strip():
        like = chosen.words.strip()
        places = (Message.title, User.name, Unit.short_name)
        rows = rows.where(or_(*(place.contains(like, autoescape=True) for place in places)))
    return rows.order_by(Message.queued_at.desc(), Message.id.desc())


def all_of(rows: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    """The whole list, for an export."""
    return db.session.execute(rows).all()


def failed_count(actor: Actor) -> int:
    """How many sendings to the committee's people were given up."""
    rows = visible_sendings(actor).where(Delivery.state == DeliveryState.GIVEN_UP)
    return db.session.scalar(select(func.count()).select_from(rows.order_by(None).subquery())) or 0


def waiting_for(actor: Actor) -> list[Waiting]:
    """For the office: sendings that were given up. For the system administrator: a scheduler that does not run."""
    if actor.role is Role.SYSADMIN and not jobs.living_schedulers(actor.at):
        url = url_for("reminders.health")
        return [Waiting("检查", "定时任务进程没有运行", url, note="提醒和邮件暂停")]
    failed = failed_count(actor) if actor.is_office else 0
    if not failed:
        return []
    url = url_for("reminders.sent", mail=DeliveryState.GIVEN_UP.value)
    return [Waiting("核对", f"{failed}封邮件未能送达", url, note="请核对电子邮箱或改用电话通知", count=failed)]
