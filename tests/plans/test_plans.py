"""The pages of a plan that is there, and its words mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.counting import counted
from tests.makers.plans import make_import, make_plan, plan_draft
from tests.makers.tasks import make_issued_tasks
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.plans import actions, queries
from tracker.plans.models import Goal, Measure, Plan

Client = Callable[[str], FlaskClient]


def a_goal() -> Goal:
    return db.session.scalars(select(Goal).order_by(Goal.id)).first()  # type: ignore[return-value]


def a_measure() -> Measure:
    return db.session.scalars(select(Measure).order_by(Measure.id)).first()  # type: ignore[return-value]


@pytest.mark.parametrize("who", ["officer", "head", "chair", "liaison", "leader"])
def test_everybody_of_the_committee_reads_its_plans(client: Client, cast: Cast, who: str) -> None:
    plan = make_plan(cast)
    one = client(who)
    assert plan.title in one.get("/plans").text
    page = one.get(f"/plans/{plan.id}?area=2").text
    assert "妇女与教育的第1项水平达到81%以上。" in page
    assert one.get(f"/plans/{plan.id}/source").status_code == 200


@pytest.mark.parametrize("who", ["sysadmin", "secadmin", "auditor"])
def test_administrators_see_no_business(client: Client, cast: Cast, who: str) -> None:
    plan = make_plan(cast)
    assert client(who).get("/plans").status_code == 403
    assert client(who).get(f"/plans/{plan.id}").status_code == 404


def test_text_and_structure_stand_side_by_side(client: Client, cast: Cast) -> None:
    plan, goal = make_plan(cast), a_goal()
    page = client("officer").get(f"/plans/{plan.id}").text
    assert f'id="L{goal.source_line}"' in page
    assert f'href="#L{goal.source_line}"' in page


def test_a_word_is_found_in_goals_and_measures(client: Client, cast: Cast) -> None:
    plan = make_plan(cast)
    page = client("liaison").get(f"/plans/{plan.id}?q=教育第2项").text
    assert "共 1 条" in page
    assert "<mark>教育第2项</mark>" in page
    for word in ("航天", "_", "教%25第2项"):
        assert "没有找到" in client("liaison").get(f"/plans/{plan.id}?q={word}").text


def test_the_office_mends_a_goal_and_the_trail_keeps_both_texts(client: Client, cast: Cast) -> None:
    make_plan(cast)
    goal = a_goal()
    officer = client("officer")
    assert goal.text in officer.get(f"/plans/goals/{goal.id}/edit").text
    given = {"version": a_goal().version, "number": "1", "text": "妇女健康素养水平达到35%以上。"}
    officer.post(f"/plans/goals/{a_goal().id}/edit", data=given)
    assert a_goal().text == "妇女健康素养水平达到35%以上。"
    assert [target.value for target in a_goal().targets] == [35]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "plan.edit_goal")).one()
    assert "妇女健康素养水平达到35%以上。" in str(entry.changes)
    assert "第1项水平达到81%以上" in str(entry.changes)


def test_a_measure_edited_by_two_shows_both_texts(client: Client, cast: Cast) -> None:
    make_plan(cast)
    measure = a_measure()
    number, seen = measure.id, measure.version
    actions.edit_measure(cast.actor("officer"), measure, number="1", title="甲题", text="甲文。")
    answer = client("second_officer").post(
        f"/plans/measures/{number}/edit", data={"version": seen, "number": "1", "title": "乙题", "text": "乙文。"}
    )
    assert answer.status_code == 409
    assert "甲文。" in answer.text
    assert "乙文。" in answer.text
    assert a_measure().text == "甲文。"


def test_saving_without_change_says_so_to_nobody(cast: Cast) -> None:
    make_plan(cast)
    measure = a_measure()
    assert not actions.edit_measure(
        cast.actor("officer"), measure, number=measure.number, title=measure.title, text=measure.text
    )


def test_after_issue_the_words_stand(client: Client, cast: Cast) -> None:
    plan = make_issued_tasks(cast)
    assert plan.fixed_on == date(2021, 10, 8)
    assert client("officer").get(f"/plans/measures/{a_measure().id}/edit").status_code == 403
    with pytest.raises(RuleError, match="任务分解表已经印发"):
        actions.edit_measure(cast.actor("officer"), a_measure(), number="1", title="甲", text="乙")


def test_a_unit_may_not_edit(client: Client, cast: Cast) -> None:
    plan = make_plan(cast)
    assert client("liaison").get(f"/plans/{plan.id}/edit").status_code == 403
    assert client("liaison").get(f"/plans/goals/{a_goal().id}/edit").status_code == 403
    assert client("upper_officer").get(f"/plans/goals/{a_goal().id}/edit").status_code == 404


def test_the_cover_of_a_plan_is_mended(client: Client, cast: Cast) -> None:
    plan = make_plan(cast)
    given = {
        "version": plan.version, "title": "云川市妇女发展规划", "kind": "women", "first_year": "2021",
        "last_year": "2025",
        "issued_on": "2021.8.20",
    }  # fmt: skip
    client("officer").post(f"/plans/{plan.id}/edit", data=given)
    assert (plan.title, plan.last_year, plan.issued_on) == ("云川市妇女发展规划", 2025, date(2021, 8, 20))
    wrong = client("officer").post(
        f"/plans/{plan.id}/edit", data={**given, "version": plan.version, "last_year": "2020"}
    )
    assert "终止年份早于起始年份" in wrong.text


def test_a_stale_version_of_the_cover_is_refused(cast: Cast) -> None:
    plan = make_plan(cast)
    with pytest.raises(Conflict):
        actions.edit_plan(
            cast.actor("officer"), plan, title="甲", kind=plan.kind, first_year=2021, last_year=2030, version=99
        )


def test_the_desk_names_an_import_that_waits(cast: Cast) -> None:
    draft = make_import(cast, plan_draft())
    waiting = queries.waiting_for(cast.actor("head"))
    assert [(one.verb, one.url) for one in waiting] == [("核对", f"/plans/import/{draft.id}")]
    assert queries.waiting_for(cast.actor("liaison")) == []


def test_the_list_costs_the_same_for_one_plan_and_for_many(client: Client, cast: Cast) -> None:
    make_plan(cast)
    officer = client("officer")
    officer.get("/plans")
    with counted() as few:
        officer.get("/plans")
    for year in range(1990, 2010):
        other = replace(plan_draft(areas=1 + year % 3), period=(year, year + 9))
        actions.import_reading(cast.actor("officer"), make_import(cast, other))
    assert db.session.query(Plan).count() == 21
    with counted() as many:
        officer.get("/plans")
    assert len(few) == len(many)


def test_a_plan_costs_the_same_for_one_goal_and_for_fifty(client: Client, cast: Cast) -> None:
    small, big = (
        make_plan(cast, areas=1, goals=1, measures=1),
        make_plan(cast, areas=3, goals=50, measures=50, kind="children"),
    )
    numbers = small.id, big.id
    officer = client("officer")
    officer.get(f"/plans/{numbers[0]}")
    with counted() as few:
        officer.get(f"/plans/{numbers[0]}")
    with counted() as many:
        officer.get(f"/plans/{numbers[1]}")
    assert len(few) == len(many)
