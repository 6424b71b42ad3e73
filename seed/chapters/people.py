"""Committees, units, posts and people, as they have stood since the plans were issued."""

from __future__ import annotations

from datetime import date

from tracker.accounts import actions as accounts
from tracker.accounts import passwords
from tracker.committees import actions as committees
from tracker.committees.models import Committee, Level, System, Unit
from tracker.core.access import Role

from ..content.people import PEOPLE
from ..content.shapes import CommitteeText, PersonText, UnitText
from ..content.units import CITY, COMMITTEES, COUNTY_UNITS, UNITS
from ..stage import COLLEAGUE, Stage, founder

SINCE = date(2021, 1, 4)
PASSWORD = "Yunchuan#2026"
"""Every demo account opens with this; it exists nowhere but in the demo."""

OFFICE_AT = "市妇联"
"""The unit that houses the city's office: its reports are judged by a named substitute (回避)."""
SYSTEMS = {"judiciary": System.JUDICIAL}


def tell(stage: Stage) -> None:
    made: dict[str, Committee] = {}
    for text in COMMITTEES:
        made[text.key] = _committee(text, made)
    units: dict[tuple[str, str | None], Unit] = {}
    places: dict[str, int] = {}
    for unit_text in (*UNITS, *COUNTY_UNITS):
        places[unit_text.committee] = places.get(unit_text.committee, 0) + 1
        unit = _unit(unit_text, made[unit_text.committee], places[unit_text.committee])
        units[unit_text.committee, unit_text.short_name] = unit
    stage.committee_id = made[CITY].id
    stage.unit_ids = {name or "": unit.id for (place, name), unit in units.items() if place == CITY}
    password_hash = passwords.hashed(PASSWORD)  # once: ninety hashes would take six seconds
    for person in PEOPLE:
        holding_id = _person(person, made[person.committee], units.get((person.committee, person.unit)), password_hash)
        if person.committee == CITY:
            seat = (person.unit or "", Role(person.role))
            stage.holding_ids.setdefault(seat if seat not in stage.holding_ids else (COLLEAGUE, seat[1]), holding_id)


def _committee(text: CommitteeText, made: dict[str, Committee]) -> Committee:
    return committees.create_committee(
        founder(SINCE), parent=made.get(text.parent or ""), level=Level(text.level), body_name=text.body,
        short_name=text.short, office_name=text.office, office_short_name=text.office_short,
        letterhead=text.letterhead, number_prefix=text.number_prefix, area_name=text.place, area_code=text.area_code,
    )  # fmt: skip


def _unit(text: UnitText, committee: Committee, position: int) -> Unit:
    return committees.create_unit(
        founder(SINCE), committee, full_name=text.full_name, short_name=text.short_name,
        system=SYSTEMS.get(text.system) or System(text.system), position=position, aliases=text.aliases,
        former_names=text.former_names, is_member=True,
        is_office=text.short_name == OFFICE_AT,
    )  # fmt: skip


def _person(text: PersonText, committee: Committee, unit: Unit | None, password_hash: str) -> int:
    maker = founder(SINCE)
    user = accounts.create_user(
        maker, login=text.login, name=text.name, email=text.email, phone=text.phone, password_hash=password_hash,
        must_change_password=False,
    )  # fmt: skip
    post = accounts.create_post(maker, committee=committee, role=Role(text.role), unit=unit)
    return accounts.appoint(maker, post, user, starts_on=SINCE).id
