"""The 工作台 of a new installation says what to do next, until each step is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from tests.cast import Cast
from tests.makers.reports import make_open_round
from tracker.accounts.models import Holding
from tracker.committees import actions as committees
from tracker.committees.models import System
from tracker.core.access import Actor
from tracker.core.db import db
from tracker.home.beginning import steps_for

Clients = Callable[[str], FlaskClient]
ON = date(2026, 1, 12)


def left(app: Flask, actor: Actor) -> list[str]:
    with app.test_request_context():
        return [step.title for step in steps_for(actor) if not step.is_done]


def test_an_office_without_anything_is_told_every_step(app: Flask, cast: Cast, client: Clients) -> None:
    steps = ["录入成员单位", "明确联络员", "明确分管领导", "导入规划", "分解任务并印发", "安排报送"]
    assert left(app, cast.actor("lower_officer", on=ON)) == steps
    page = client("lower_officer").get("/").text
    assert page.index("录入成员单位") < page.index("/units/import") < page.index("明确联络员")
    assert "没有待办事项" not in page


def test_a_step_that_is_done_is_left(app: Flask, cast: Cast) -> None:
    officer = cast.actor("lower_officer", on=ON)
    committees.add_unit(
        officer, db.session.get_one(type(cast.committee), cast.lower_id), full_name="青禾县教育局",
        short_name="县教育局", system=System.GOVERNMENT,
    )  # fmt: skip
    assert left(app, officer)[0] == "明确联络员"


def test_a_running_committee_is_told_only_which_units_nobody_speaks_or_signs_for(
    app: Flask, cast: Cast, client: Clients
) -> None:
    assert left(app, cast.actor("officer", on=ON))[0] == "明确联络员"
    make_open_round(cast)
    assert left(app, cast.actor("officer", on=ON)) == ["明确联络员", "明确分管领导"]
    assert "已办" not in client("officer").get("/").text
    for who in ("liaison", "leader", "chair", "auditor"):
        assert left(app, cast.actor(who, on=ON)) == []


def test_the_administrators_are_told_until_the_office_has_its_people(app: Flask, cast: Cast) -> None:
    assert left(app, cast.actor("sysadmin", on=ON)) == []
    assert left(app, cast.actor("secadmin", on=ON)) == []
    held = [cast.holdings[who] for who in ("officer", "second_officer", "head")]
    db.session.execute(update(Holding).where(Holding.id.in_(held)).values(ends_on=date(2025, 12, 31)))
    assert left(app, cast.actor("sysadmin", on=ON)) == ["建立办公室人员账号"]
    assert left(app, cast.actor("secadmin", on=ON)) == ["授予办公室主任岗位", "授予办公室工作人员岗位"]
