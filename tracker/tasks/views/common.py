"""What several pages of this room need."""

from __future__ import annotations

from flask import request

from tracker.committees import queries as committees
from tracker.committees.models import Unit
from tracker.committees.queries import UnitChoice
from tracker.core.access import Actor
from tracker.core.errors import RuleError
from tracker.core.pages import row_numbers


def choices_for(actor: Actor) -> list[UnitChoice]:
    """The units of today's list, for a picker."""
    return committees.unit_choices(actor.committee_id, actor.on)


def unit_given(actor: Actor, number: int | None, field: str = "unit") -> Unit:
    """The unit chosen, among those of the own committee."""
    unit = committees.unit_seen(actor, number)
    if unit is None:
        raise RuleError("请选择单位。", field=field)
    return unit


def units_given(actor: Actor, name: str) -> list[Unit]:
    """The units ticked under a name, in official order."""
    return committees.units_seen(actor, row_numbers(request.form.getlist(name)))
