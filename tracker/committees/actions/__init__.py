"""Committees, their units, and the days the office works."""

from tracker.committees.actions.bodies import (
    change_committee,
    change_settings,
    create_committee,
    usual_names,
)
from tracker.committees.actions.days import adopt_arrangement, clear_day, set_day
from tracker.committees.actions.reforming import NewName, check_reform, reform_unit
from tracker.committees.actions.units import (
    add_unit,
    change_unit,
    close_unit,
    create_unit,
    ignore_name,
    initials_of,
    learn_name,
    mind_name,
    move_unit,
    reopen_unit,
    take_units,
)

__all__ = [
    "NewName",
    "add_unit",
    "adopt_arrangement",
    "change_committee",
    "change_settings",
    "change_unit",
    "check_reform",
    "clear_day",
    "close_unit",
    "create_committee",
    "create_unit",
    "ignore_name",
    "initials_of",
    "learn_name",
    "mind_name",
    "move_unit",
    "reform_unit",
    "reopen_unit",
    "set_day",
    "take_units",
    "usual_names",
]
