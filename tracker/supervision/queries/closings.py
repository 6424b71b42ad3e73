"""销号 ends a matter: what was closed is proposed again only on a ground that came after the closing.

Lateness stays on record and the light stays as it is; but the office that has just verified an answer is not asked by
its own program to write about the same thing once more. The passing of time alone is no ground: the light of what is
done once moves with the unit's reports, half a year or a year apart, and whoever wants to look again before that has
回头看, or writes unasked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from tracker.core.access import Actor
from tracker.core.clock import shanghai_date
from tracker.core.db import db
from tracker.core.filters import zh_date
from tracker.reports.models import Entry, GoalStatement, Report
from tracker.supervision.models import ItemState, Light, LightChange, Matter, Notice, NoticeItem, Reason
from tracker.supervision.queries.lights import LightRow

Lapse = Report | LightRow | GoalStatement | Matter
"""What a letter may be about: a report not in, a task overdue, a goal called difficult, a finding unanswered."""
Key = tuple[str, int, int]
WRONG = frozenset({Light.OVERDUE, Light.ATTENTION})


@dataclass(frozen=True)
class Closing:
    """The item of a letter that was closed last about something that is still amiss, and what is new since."""

    item: NoticeItem
    ground: str
    """In words; empty while nothing is new."""


@dataclass
class Closings:
    """By what was closed."""

    found: dict[Key, Closing] = field(default_factory=dict)

    def of(self, lapse: Lapse) -> Closing | None:
        return self.found.get(key_of(lapse))

    def rests(self, lapse: Lapse) -> bool:
        """It was closed, and nothing is new since."""
        closing = self.of(lapse)
        return closing is not None and not closing.ground


def key_of(lapse: Lapse) -> Key:
    """A goal is a unit's own; the others are known by their number."""
    if isinstance(lapse, Report):
        return "report_id", lapse.id, 0
    if isinstance(lapse, LightRow):
        return "assignment_id", lapse.assignment.id, 0
    if isinstance(lapse, GoalStatement):
        return "goal_id", lapse.goal_id, lapse.report.unit_id
    return "matter_id", lapse.id, 0


def closings(actor: Actor, lapses: Sequence[Lapse]) -> Closings:
    """The last closing of each of these that was ever closed. A fixed number of queries."""
    closed = _closed(actor, {key_of(one) for one in lapses})
    again = [one for one in lapses if key_of(one) in closed]
    rows = [one for one in again if isinstance(one, LightRow)]
    judged, said = _judged_anew(rows), _last_said(rows)
    found = Closings()
    for one in again:
        item = closed[key_of(one)]
        if isinstance(one, LightRow):
            number = one.assignment.id
            ground = _of_task(one, item, judged.get(number), said.get(number))
        elif isinstance(one, GoalStatement):
            ground = _said_again(one.report.submitted_at, item, "仍填报“达标困难”")
        else:
            ground = _lapsed_anew(_day_of(one), item)
        found.found[key_of(one)] = Closing(item, ground)
    return found


def _closed(actor: Actor, keys: set[Key]) -> dict[Key, NoticeItem]:
    wanted: dict[str, list[int]] = defaultdict(list)
    for column, number, _ in keys:
        wanted[column].append(number)
    if not wanted:
        return {}
    rows = (
        select(NoticeItem)
        .join(NoticeItem.notice)
        .where(
            Notice.committee_id == actor.committee_id,
            NoticeItem.state == ItemState.CLOSED,
            or_(*(getattr(NoticeItem, column).in_(numbers) for column, numbers in wanted.items())),
        )
        .options(contains_eager(NoticeItem.notice))
        .order_by(NoticeItem.state_since, NoticeItem.id)
    )
    return {_key_of_item(item): item for item in db.session.scalars(rows)}  # the last of each stays


def _key_of_item(item: NoticeItem) -> Key:
    column = next(name for name in ("report_id", "assignment_id", "goal_id", "matter_id") if getattr(item, name))
    return column, getattr(item, column), item.notice.unit_id if column == "goal_id" else 0


# --- what is new ------------------------------------------------------------------------------------------------------


def _of_task(row: LightRow, item: NoticeItem, judged: datetime | None, said: datetime | None) -> str:
    """The task was taken up again, the office judged anew by hand, a new day passed, or a report that came since does
    not call it done: the light is worse than when it was closed, or somebody has looked at it since."""
    if row.task.state_since > item.state_since:
        return f"任务已于{zh_date(shanghai_date(row.task.state_since))}恢复办理"
    if judged is not None and judged > item.state_since:
        return f"任务状态已于{zh_date(shanghai_date(judged))}重新调整"
    if row.reason is Reason.PAST_DUE and (ground := _lapsed_anew(row.due_on, item)):
        return ground
    return _said_again(said, item, "没有填报“已完成”") if row.reason.light in WRONG else ""


def _lapsed_anew(day: date | None, item: NoticeItem) -> str:
    """The day that is past now had not passed yet when the item was closed."""
    if day is None or item.closed_on is None or day < item.closed_on:
        return ""
    return f"新的期限{zh_date(day)}已过"


def _said_again(at: datetime | None, item: NoticeItem, words: str) -> str:
    return f"{zh_date(shanghai_date(at))}报送的报告{words}" if at is not None and at > item.state_since else ""


def _day_of(lapse: Report | Matter) -> date | None:
    if isinstance(lapse, Matter):
        return lapse.due_on
    return lapse.rectify_by if lapse.awaits_rectification() else lapse.due_on


def _judged_anew(rows: Iterable[LightRow]) -> dict[int, datetime]:
    """When the office last changed each light by hand, or took its change back."""
    numbers = [row.assignment.id for row in rows]
    if not numbers:
        return {}
    changes = select(LightChange).where(LightChange.assignment_id.in_(numbers)).order_by(LightChange.id)
    return {one.assignment_id: one.withdrawn_at or one.changed_at for one in db.session.scalars(changes)}


def _last_said(rows: Iterable[LightRow]) -> dict[int, datetime]:
    """When the report by which each task is judged was last sent, where it has a word about the task."""
    reports = {row.assignment.id: row.report_id for row in rows if row.report_id}
    if not reports:
        return {}
    found = db.session.execute(
        select(Entry.assignment_id, Report.submitted_at)
        .join(Entry.report)
        .where(
            Report.id.in_(set(reports.values())),
            Entry.assignment_id.in_(reports),
            Entry.state.is_not(None),
        )
    )
    return {assignment: at for assignment, at in found if at is not None}
