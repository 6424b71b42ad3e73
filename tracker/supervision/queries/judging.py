"""Whose answers this person may verify, asked of the database: what is cut to a few is cut after it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, not_, or_
from sqlalchemy.orm import aliased

from tracker.committees.models import Unit
from tracker.core.access import Actor
from tracker.supervision.models import Matter, MatterAnswer, Notice, NoticeReply


def verifiable(actor: Actor, model: type[Notice] | type[Matter]) -> ColumnElement[bool]:
    """As `policy.may_verify`: not of one's own writing; where somebody was named (回避), by them alone; else by the
    office, unless it answered itself."""
    if not actor.sees_committee:
        return false()
    answered = (
        Notice.replies.any(NoticeReply.answered_by_id == actor.user_id) if model is Notice
        else Matter.answers.any(MatterAnswer.answered_by_id == actor.user_id)
    )  # fmt: skip
    office = aliased(Unit)
    theirs = model.unit.of_type(office).has(office.is_office)
    free = and_(model.substitute_id.is_(None), not_(theirs)) if actor.is_office else false()
    others = and_(model.drafted_by_id.is_distinct_from(actor.user_id), not_(answered))
    return and_(others, or_(model.substitute_id == actor.user_id, free))
