"""What was said about a subject, how often and to whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.filters import zh_date
from tracker.messages.models import Delivery, DeliveryState, Message
from tracker.reminders.kinds import NUDGE, when_said
from tracker.reminders.models import Watch


@dataclass(frozen=True)
class Reminded:
    """The ledger of one subject."""

    times: int
    last_at: datetime

    @property
    def last_on(self) -> date:
        return clock.shanghai_date(self.last_at)

    def __str__(self) -> str:
        return f"已提醒{self.times}次，最近一次{zh_date(self.last_on)}"


def ledger(subject_type: str, subject_ids: Iterable[int]) -> dict[int, Reminded]:
    """How often the units were reminded of each of these subjects, and when last, in one query."""
    ours = (Watch.subject_type == subject_type, Watch.subject_id.in_(list(subject_ids)), Watch.unit_id.is_not(None))
    return _ledger(Watch.subject_id, *ours)


def ledger_of_watches(watches: Iterable[Watch]) -> dict[int, Reminded]:
    """The same, per watched deadline."""
    return _ledger(Watch.id, Watch.id.in_([watch.id for watch in watches]))


def _ledger(key: InstrumentedAttribute[int], *which: ColumnElement[bool]) -> dict[int, Reminded]:
    """What was said to whoever owes it: that the office was told to write a letter reminds no unit."""
    said = func.count(func.distinct(Message.kind + " " + Message.occasion))
    to_them = or_(Watch.unit_id.is_(None), Message.unit_id.is_not(None))
    rows: Select[int, int, datetime] = (
        select(key, said, func.max(Message.queued_at))
        .select_from(Watch)
        .join(Message, (Message.subject_type == "Watch") & (Message.subject_id == Watch.id))
        .where(*which, to_them)
        .group_by(key)
    )
    return {number: Reminded(times, last_at) for number, times, last_at in db.session.execute(rows)}


@dataclass(frozen=True)
class Here:
    """A unit's deadline as the page of its subject shows it."""

    watch: Watch
    reminded: Reminded | None


def said_at(actor: Actor, path: str) -> list[Here]:
    """The units' deadlines that a page is about and what was said of them, in two queries; nothing where there is
    neither an open one nor anything said."""
    rows = select(Watch).where(Watch.committee_id == actor.committee_id, Watch.path == path, Watch.unit_id.is_not(None))
    found = list(db.session.scalars(rows.options(selectinload(Watch.nudged_by)).order_by(Watch.due_on, Watch.id)))
    said = ledger_of_watches(found) if found else {}
    return [Here(watch, said.get(watch.id)) for watch in found if watch.is_open or watch.id in said]


@dataclass(frozen=True)
class Told:
    """One person who was told, and how it arrived."""

    name: str
    read_at: datetime | None
    deliveries: list[Delivery]

    @property
    def failed(self) -> bool:
        return any(one.state is DeliveryState.GIVEN_UP for one in self.deliveries)


@dataclass(frozen=True)
class Saying:
    """One saying about a deadline: which rung or by hand, when, and to whom."""

    at: datetime
    how: str
    title: str
    people: list[Told]


def history_of(watch: Watch) -> list[Saying]:
    """Everything that was said about a deadline, the newest first, in three queries."""
    rows = db.session.execute(
        select(Message, User.name)
        .join(User, User.id == Message.recipient_id)
        .where(Message.subject_type == "Watch", Message.subject_id == watch.id)
        .options(selectinload(Message.deliveries))
        .order_by(Message.queued_at.desc(), Message.id)
    )
    found: dict[tuple[str, str], Saying] = {}
    for message, name in rows:
        key = (message.kind, message.occasion)
        said = found.setdefault(key, Saying(message.queued_at, _how(watch, message), message.title, []))
        said.people.append(Told(name, message.read_at, list(message.deliveries)))
    return list(found.values())


def _how(watch: Watch, message: Message) -> str:
    if message.kind.endswith(NUDGE):
        return "催报"
    rung = message.kind.removeprefix(f"{watch.kind}.")
    number = rung.lstrip("+-")
    return when_said(int(rung)) if number.isdigit() else "提醒"
