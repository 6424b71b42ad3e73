"""What was said on the telephone, over all the matters of a committee."""

from __future__ import annotations

from sqlalchemy import Select, and_, false, func, not_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from tracker.committees.models import Unit
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.reminders.models import PhoneNote, Watch

IS_OPEN = and_(PhoneNote.followed_at.is_(None), Watch.settled_at.is_(None))
"""The last word about a matter that is still owed, and nobody has asked again since."""


def visible_phone_notes(actor: Actor) -> Select[PhoneNote]:
    """The notes of the committee's office, also about what has been settled since; nobody else's business."""
    rows = select(PhoneNote).join(Watch, Watch.id == PhoneNote.watch_id)
    return rows.where(Watch.committee_id == actor.committee_id if actor.is_office else false())


def phone_notes(actor: Actor, *, is_open: bool, words: str = "", matter: int | None = None) -> Select[PhoneNote]:
    """The notes about what is still owed, or those that are over; the newest first.

    `words` looks in the note, the matter and the unit; `matter` narrows to one deadline, open and over together.
    """
    rows = visible_phone_notes(actor).outerjoin(Unit, Unit.id == Watch.unit_id)
    rows = rows.options(
        contains_eager(PhoneNote.watch).contains_eager(Watch.unit), joinedload(PhoneNote.noted_by)
    )  # fmt: skip
    rows = rows.where(Watch.id == matter) if matter is not None else rows.where(IS_OPEN if is_open else not_(IS_OPEN))
    if like := words.strip():
        places = (PhoneNote.text, Watch.title, Unit.short_name)
        rows = rows.where(or_(*(place.contains(like, autoescape=True) for place in places)))
    return rows.order_by(PhoneNote.noted_at.desc(), PhoneNote.id.desc())


def open_count(actor: Actor) -> int:
    """How many promises the office still waits for."""
    rows = visible_phone_notes(actor).where(IS_OPEN).with_only_columns(func.count(PhoneNote.id))
    return db.session.scalar(rows) or 0
