"""回避: who may be named to verify an answer, and whose answers wait until somebody is."""

from __future__ import annotations

from sqlalchemy.orm import selectinload

from tracker.accounts.models import User
from tracker.accounts.queries import holders_of_office
from tracker.core.access import OFFICE_ROLES, Actor, Role
from tracker.core.db import db
from tracker.supervision.models import Matter, MatterState, Notice, NoticeState
from tracker.supervision.queries.matters import visible_matters
from tracker.supervision.queries.notices import visible_notices


def may_be_named(actor: Actor, row: Notice | Matter) -> list[User]:
    """The committee's people, office and chair, without those whose hand is in it."""
    people = holders_of_office(row.committee.id, [*OFFICE_ROLES, Role.CHAIR], actor.on)
    return [one for one in dict.fromkeys(people) if one.id not in row.closing_hands]


def without_verifier(actor: Actor) -> list[Notice | Matter]:
    """Answers that nobody in the office may close: of the unit that houses it, or of everybody's own writing."""
    office = {one.id for one in holders_of_office(actor.committee_id or 0, OFFICE_ROLES, actor.on)}
    notices = visible_notices(actor).where(Notice.state == NoticeState.REPLIED, Notice.substitute_id.is_(None))
    matters = visible_matters(actor).where(Matter.state == MatterState.ANSWERED, Matter.substitute_id.is_(None))
    found: list[Notice | Matter] = [
        *db.session.scalars(notices.options(selectinload(Notice.replies)).order_by(Notice.id)),
        *db.session.scalars(matters.order_by(Matter.id)),
    ]
    return [one for one in found if one.unit.is_office or office <= one.closing_hands]
