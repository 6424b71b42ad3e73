"""Later days asked for: those one may see, and those that wait for the head."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import joinedload

from tracker.core.access import Actor
from tracker.core.db import db
from tracker.reports.models import ExtensionState
from tracker.supervision.models import AWAITED, OWED, AnswerExtension, Matter, Notice
from tracker.supervision.queries.matters import visible_matters
from tracker.supervision.queries.notices import visible_notices


def visible_extensions(actor: Actor) -> Select[AnswerExtension]:
    """Of the notices and matters that one may see."""
    notices = visible_notices(actor).with_only_columns(Notice.id)
    matters = visible_matters(actor).with_only_columns(Matter.id)
    return select(AnswerExtension).where(
        or_(AnswerExtension.notice_id.in_(notices), AnswerExtension.matter_id.in_(matters))
    )


def asked(actor: Actor, at_most: int) -> list[AnswerExtension]:
    """What waits for the head's decision, the longest first."""
    rows = visible_extensions(actor).where(AnswerExtension.state == ExtensionState.REQUESTED, _is_of_use())
    rows = rows.options(
        joinedload(AnswerExtension.notice).joinedload(Notice.unit),
        joinedload(AnswerExtension.matter).joinedload(Matter.unit),
    )
    return list(db.session.scalars(rows.order_by(AnswerExtension.id).limit(at_most)))


def _is_of_use() -> ColumnElement[bool]:
    """As `AnswerExtension.is_pending`: the answer is still awaited, by the day that was in force when it was asked."""
    return or_(
        AnswerExtension.notice.has(and_(Notice.state.in_(OWED), Notice.reply_by == AnswerExtension.was_due_on)),
        AnswerExtension.matter.has(and_(Matter.state.in_(AWAITED), Matter.due_on == AnswerExtension.was_due_on)),
    )
