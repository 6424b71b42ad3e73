"""Goals and measures tied to one another: proposed by likeness, said by the office, hidden until switched on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.plans import make_import, plan_draft
from tracker.committees import actions as committees
from tracker.committees.models import Committee
from tracker.core.db import db
from tracker.plans import actions
from tracker.plans.models import Area, Plan

Client = Callable[[str], FlaskClient]
GOALS = ("适龄妇女宫颈癌筛查率达到80%以上。", "女职工夜校覆盖全部园区。", "孕产妇死亡率控制在9/10万以内。")
MEASURES = (
    "扩大宫颈癌筛查。面向适龄妇女设点，逐年扩大宫颈癌筛查覆盖面。",
    "办好女职工夜校。在园区设教学点，课程由学员点选。",
    "疏通河道。清理淤泥。",
)


def made(cast: Cast, *, on: bool = True) -> Plan:
    drawn = plan_draft(areas=1, goals=3, measures=3)
    area = drawn.areas[0]
    area = replace(
        area,
        goals=tuple(replace(goal, text=text) for goal, text in zip(area.goals, GOALS, strict=True)),
        measures=tuple(
            replace(one, text=text, title=text.split("。")[0])
            for one, text in zip(area.measures, MEASURES, strict=True)
        ),
    )
    plan = actions.import_reading(cast.actor("officer"), make_import(cast, replace(drawn, areas=(area,))))[0]
    if on:
        committee = db.session.get_one(Committee, cast.committee_id)
        committees.change_settings(cast.actor("officer"), committee, replace(committee.settings, links_goals=True))
    return db.session.get_one(Plan, plan.id)


def test_nothing_is_shown_until_the_committee_wants_it(client: Client, cast: Cast) -> None:
    plan = made(cast, on=False)
    assert "对应目标" not in client("officer").get(f"/plans/{plan.id}").text
    area = plan.areas[0]
    pair = f"{area.goals[0].id}:{area.measures[0].id}"
    answer = client("officer").post(
        f"/plans/areas/{area.id}/links", data={"ids": [pair], "do": "link"}, follow_redirects=True
    )
    assert "没有启用" in answer.text


def test_likeness_proposes_and_the_office_says(client: Client, cast: Cast) -> None:
    plan = made(cast)
    area = plan.areas[0]
    page = client("officer").get(f"/plans/{plan.id}").text
    assert page.count("可能对应目标") == 2
    assert "可能对应目标1" in page
    assert "可能对应目标2" in page
    assert "对应目标" not in client("liaison").get(f"/plans/{plan.id}").text
    pairs = [f"{area.goals[n].id}:{area.measures[n].id}" for n in range(2)]
    client("officer").post(f"/plans/areas/{area.id}/links", data={"ids": pairs, "do": "link"})
    assert client("liaison").get(f"/plans/{plan.id}").text.count(">对应目标") == 2


def test_what_the_office_took_away_is_not_proposed_again(client: Client, cast: Cast) -> None:
    plan = made(cast)
    area = plan.areas[0]
    pair = f"{area.goals[0].id}:{area.measures[0].id}"
    client("officer").post(f"/plans/areas/{area.id}/links", data={"ids": [pair], "do": "unlink"})
    assert client("officer").get(f"/plans/{plan.id}").text.count("可能对应目标") == 1


def test_a_goal_of_another_area_is_refused(client: Client, cast: Cast) -> None:
    plan = made(cast)
    other = actions.import_reading(
        cast.actor("officer"), make_import(cast, plan_draft(areas=1, kind="children"), on=date(2021, 9, 2))
    )[0]
    area, foreign = db.session.get_one(Area, plan.areas[0].id), other.areas[0].goals[0].id
    answer = client("officer").post(
        f"/plans/areas/{area.id}/links", data={"ids": [f"{foreign}:{area.measures[0].id}"]}, follow_redirects=True
    )
    assert "不在这个领域中" in answer.text
    assert client("chair").post(f"/plans/areas/{area.id}/links", data={"ids": []}).status_code == 403
