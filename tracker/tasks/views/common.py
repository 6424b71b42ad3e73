"""What several pages of this room need."""

from __future__ import annotations

from flask import request
from sqlalchemy import select

from tracker.committees import queries as committees
from tracker.committees.models import Unit
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.pages import row_numbers
from tracker.tasks.forms import UnitChoice, unit_choices


def choices_for(actor: Actor) -> list[UnitChoice]:
    """The units of today's list, for a picker."""
    return unit_choices(committees.current_units(actor.committee_id, actor.on))


def unit_given(actor: Actor, number: int | None, field: str = "unit") -> Unit:
    """The unit chosen, among those of the own committee."""
    unit = db.session.scalar(committees.visible_units(actor).where(Unit.id == number))
    if unit is None:
        raise RuleError("请选择单位。", field=field)
    return unit


def units_given(actor: Actor, name: str) -> list[Unit]:
    """The units ticked under a name, in official order."""
    numbers = row_numbers(request.form.getlist(name))
    if not numbers:
        return []
    mine = committees.visible_units(actor).with_only_columns(Unit.id).order_by(None)
    rows = select(Unit).where(Unit.id.in_(numbers), Unit.id.in_(mine)).order_by(Unit.position)
    return list(db.session.scalars(rows))
