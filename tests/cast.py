"""The cast: the same people in every test, so that a test's name says who does what.

The committee is 云川市's, below 临江省's, above 青禾县's. Everybody holds their post since long ago.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tracker.accounts import actions as accounts
from tracker.accounts import queries
from tracker.accounts.models import Holding
from tracker.accounts.sessions import token_hash
from tracker.committees import actions as committees
from tracker.committees.models import Committee, Level, System, Unit
from tracker.core import clock
from tracker.core.access import Actor, Body, Role, system_actor
from tracker.core.db import db

SINCE = date(2021, 1, 1)

UNITS = [
    ("中共云川市委宣传部", "市委宣传部", System.PARTY),
    ("云川市中级人民法院", "市法院", System.JUDICIAL),
    ("云川市教育局", "市教育局", System.GOVERNMENT),
    ("云川市民政局", "市民政局", System.GOVERNMENT),
    ("云川市卫生健康委员会", "市卫生健康委", System.GOVERNMENT),
    ("云川市妇女联合会", "市妇联", System.MASS),
]

# role in a test -> (login, name, role, unit's short name)
PEOPLE = {
    "liaison": ("wangmin", "王敏", Role.LIAISON, "市教育局"),
    "leader": ("zhaoqiang", "赵强", Role.UNIT_LEADER, "市教育局"),
    "other_liaison": ("lina", "李娜", Role.LIAISON, "市卫生健康委"),
    "other_leader": ("sunli", "孙立", Role.UNIT_LEADER, "市卫生健康委"),
    "officer": ("chenjing", "陈静", Role.OFFICER, None),
    "second_officer": ("zhoujie", "周洁", Role.OFFICER, None),
    "head": ("linhua", "林华", Role.OFFICE_HEAD, None),
    "chair": ("wuguang", "吴光", Role.CHAIR, None),
    "sysadmin": ("xitong", "系统员", Role.SYSADMIN, None),
    "secadmin": ("anquan", "安全员", Role.SECADMIN, None),
    "auditor": ("shenji", "审计员", Role.AUDITOR, None),
}


@dataclass
class Cast:
    """Ids only: rows are looked up anew in each test's transaction."""

    committee_id: int = 0
    upper_id: int = 0
    lower_id: int = 0
    units: dict[str, int] = field(default_factory=dict)
    holdings: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    ROLES = (*PEOPLE, "upper_officer", "lower_officer", "stranger")

    @property
    def committee(self) -> Committee:
        return db.session.get_one(Committee, self.committee_id)

    def unit(self, short_name: str) -> Unit:
        return db.session.get_one(Unit, self.units[short_name])

    def actor(self, who: str, *, on: date | None = None, at: datetime | None = None) -> Actor:
        """A member of the cast, now or at another moment."""
        holding = db.session.get_one(Holding, self.holdings[who])
        if on is not None and at is None:
            at = datetime(on.year, on.month, on.day, 10, 0, tzinfo=clock.SHANGHAI)
        return queries.actor_for(holding, at or clock.now())

    def system(self, on: date) -> Actor:
        at = datetime(on.year, on.month, on.day, 8, 30, tzinfo=clock.SHANGHAI)
        return system_actor(self.committee.body(), on=on, at=at)


def build() -> Cast:
    """Make the three committees and everybody in them, through the actions."""
    cast = Cast()
    maker = system_actor(Body(None, "", "", ""), on=SINCE, at=datetime(2021, 1, 1, 9, tzinfo=clock.SHANGHAI))
    upper = _committee(maker, "临江省", "临江省", "省", "870000", Level.PROVINCE, None, "临妇儿工委")
    city = _committee(maker, "云川市", "云川市", "市", "870100", Level.PREFECTURE, upper, "云妇儿工委")
    lower = _committee(maker, "青禾县", "青禾县", "县", "870121", Level.COUNTY, city, "青妇儿工委")
    cast.upper_id, cast.committee_id, cast.lower_id = upper.id, city.id, lower.id
    units: dict[str | None, Unit | None] = {None: None}
    for position, (full_name, short_name, system) in enumerate(UNITS, start=1):
        unit = committees.create_unit(
            maker, city, full_name=full_name, short_name=short_name, system=system, position=position,
            is_member=True, is_office=False,
        )  # fmt: skip
        units[short_name] = unit
        cast.units[short_name] = unit.id
    for who, (login, name, role, unit_name) in PEOPLE.items():
        cast.holdings[who] = _person(maker, city, units[unit_name], login, name, role)
    cast.holdings["upper_officer"] = _person(maker, upper, None, "shengban", "何敏", Role.OFFICER)
    cast.holdings["lower_officer"] = _person(maker, lower, None, "xianban", "方圆", Role.OFFICER)
    for who, holding_id in cast.holdings.items():
        cast.tokens[who] = sign_in_row(holding_id)
    return cast


def sign_in_row(holding_id: int) -> str:
    """A living session for a holding; returns its token."""
    token = secrets.token_urlsafe(32)
    holding = db.session.get_one(Holding, holding_id)
    accounts.start_session(holding.user, holding, token_hash=token_hash(token), at=clock.now())
    return token


class CastClient(FlaskClient):
    """A browser without a browser. Each request starts and ends with the test's own session let go, and with an empty
    `g`: a request inside the test's application context would else find the actor of the request before."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        _let_go()
        response = super().open(*args, **kwargs)
        _let_go()
        return response


def _let_go() -> None:
    db.session.rollback()
    for name in list(g):
        g.pop(name)


def client_of(app: Flask, cast: Cast, who: str) -> FlaskClient:
    """A signed-in client for a member of the cast; `stranger` is not signed in."""
    client = app.test_client()
    if who != "stranger":
        with client.session_transaction() as cookie:
            cookie["_user_id"] = cast.tokens[who]
            cookie["_fresh"] = True
    return client


def holding_of(login: str) -> Holding | None:
    return db.session.scalar(select(Holding).join(Holding.user).where(Holding.user.has(login=login)))


def _committee(
    maker: Actor,
    area: str,
    prefix: str,
    level_word: str,
    code: str,
    level: Level,
    parent: Committee | None,
    number: str,
) -> Committee:
    return committees.create_committee(
        maker, parent=parent, level=level, body_name=f"{prefix}妇女儿童工作委员会", short_name=f"{level_word}妇儿工委",
        office_name=f"{prefix}妇女儿童工作委员会办公室", office_short_name=f"{level_word}妇儿工委办",
        letterhead=f"{prefix}妇女儿童工作委员会", number_prefix=number, area_name=area, area_code=code,
    )  # fmt: skip


def _person(maker: Actor, committee: Committee, unit: Unit | None, login: str, name: str, role: Role) -> int:
    user = accounts.create_user(
        maker, login=login, name=name, email=f"{login}@example.org", must_change_password=False
    )  # fmt: skip
    post = accounts.create_post(maker, committee=committee, role=role, unit=unit)
    return accounts.appoint(maker, post, user, starts_on=SINCE).id
