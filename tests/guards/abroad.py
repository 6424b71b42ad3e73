"""People of the committees above and below in every office and unit, for what no cast of one committee can show."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from flask import Flask
from sqlalchemy import Connection

from tests import cast as casting
from tests.guards.test_doors import DOORS, TOPMOST, Door, came, client_of, expected, split
from tests.guards.world import World
from tracker.accounts import actions as accounts
from tracker.committees import actions as committees
from tracker.committees.models import Committee, System
from tracker.core.access import Role, system_actor
from tracker.core.db import db

PLACES = ("upper", "lower")
TWINS = {
    "liaison": Role.LIAISON, "leader": Role.UNIT_LEADER, "head": Role.OFFICE_HEAD, "chair": Role.CHAIR,
    "sysadmin": Role.SYSADMIN, "secadmin": Role.SECADMIN, "auditor": Role.AUDITOR,
}  # fmt: skip
"""Who in the cast does the same at home."""
ROLES = tuple(f"{place}_{twin}" for place in PLACES for twin in TWINS)
SPOKEN_FOR = 1
"""So many of them come to each door in a short run."""

ABOVE = frozenset({"upper_sysadmin", "upper_secadmin"})
"""They answer for accounts, posts and units of the committees below as well, and see no business anywhere."""
NOBODY_COMES = Door(frozenset())
HIGHEST = frozenset({"upper_head", "upper_sysadmin"})
"""Nobody is above their committee: they keep what all committees share."""


def settle(world: World) -> None:
    """Let them live there and be signed in."""
    at = world.cast.system(casting.SINCE).at
    for place, number in zip(PLACES, (world.cast.upper_id, world.cast.lower_id), strict=True):
        committee = db.session.get_one(Committee, number)
        maker = system_actor(committee.body(), on=casting.SINCE, at=at)
        unit = committees.create_unit(
            maker, committee, full_name=f"{committee.short_name}教育局", short_name=f"{place}教育局",
            system=System.GOVERNMENT, position=1, is_member=True, is_office=False,
        )  # fmt: skip
        for twin, role in TWINS.items():
            user = accounts.create_user(
                maker, login=f"{place}.{twin}", name=f"{place}{twin}", must_change_password=False
            )
            at_unit = unit if role in {Role.LIAISON, Role.UNIT_LEADER} else None
            post = accounts.create_post(maker, committee=committee, role=role, unit=at_unit)
            holding = accounts.appoint(maker, post, user, starts_on=casting.SINCE)
            world.tokens[f"{place}_{twin}"] = casting.sign_in_row(holding.id)


def some(line: str) -> tuple[str, ...]:
    """A few of them for a door, others for the next: together everybody comes to many."""
    first = zlib.crc32(line.encode())
    return tuple(ROLES[(first + step * 5) % len(ROLES)] for step in range(SPOKEN_FOR))


def everybody(_line: str) -> tuple[str, ...]:
    return ROLES


def wrong_doors(
    app: Flask, world: World, connection: Connection, who_comes: Callable[[str], tuple[str, ...]]
) -> dict[str, str]:
    """Where somebody of another committee got further than to "not found", or than who does the same at home."""
    wrong = {}
    for line, door in DOORS.items():
        *verbs, address = split(line)
        if "<lower " in line or "<upper " in line:
            continue  # theirs: the table itself says who comes in
        for verb in verbs:
            for who in who_comes(line):
                twin = who.partition("_")[2]
                wanted = expected(line, door, twin)
                if expected(line, NOBODY_COMES, twin) == "404":
                    wanted = "in" if twin in door.opens and "stranger" in door.opens else "404"
                if door.opens == TOPMOST and who in HIGHEST:
                    wanted = "in"
                db.session.rollback()
                undo = connection.begin_nested()
                try:
                    path = world.address(address)
                    found = came(client_of(app, world, who).open(path, method=verb), path)
                finally:
                    undo.rollback()
                if who in ABOVE and found == expected(line, door, twin):
                    continue
                if who in (ABOVE | {"upper_auditor"}) and "<link order>" in line and found == "in":
                    continue  # any second administrator of the own committee or one above
                if found != wanted:
                    wrong[f"{who} {verb} {address}"] = f"{found} instead of {wanted}"
    return wrong
