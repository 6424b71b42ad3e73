"""Every page of plans and tasks opens for the one it is for, in each stage."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.cast import Cast
from tests.makers.plans import make_import, make_plan, plan_draft
from tests.makers.tasks import answer_of, make_assigned_tasks, make_consultation, make_issued_tasks, tasks_of
from tracker.core.db import db
from tracker.plans.models import Plan
from tracker.tasks import actions, queries
from tracker.tasks.models import AnswerKind, AssignmentRole, ConsultationAnswer, RemarkDecision, Task

Client = Callable[[str], FlaskClient]


def opens(client: FlaskClient, *paths: str) -> None:
    for path in paths:
        assert client.get(path).status_code == 200, path


def test_the_pages_of_an_import_open(client: Client, cast: Cast) -> None:
    make_plan(cast)
    draft = make_import(cast, plan_draft(measures=5))
    base = f"/plans/import/{draft.id}"
    opens(client("officer"), "/plans/import", base, f"{base}?tab=cover", f"{base}?tab=doubts", f"{base}?tab=changes")
    opens(client("officer"), f"{base}/write", f"{base}?plan=9&area=99", "/plans")


def test_the_pages_of_a_plan_open(client: Client, cast: Cast) -> None:
    plan = make_plan(cast)
    goal, measure = plan.areas[0].goals[0].id, plan.areas[0].measures[0].id
    number = plan.id
    opens(client("officer"), f"/plans/{number}", f"/plans/{number}/edit", f"/plans/goals/{goal}/edit")
    opens(client("officer"), f"/plans/measures/{measure}/edit", f"/plans/{number}/tasks", f"/plans/{number}/consult")
    opens(client("head"), f"/plans/{number}/issue")


def test_the_pages_of_draft_tasks_open(client: Client, cast: Cast) -> None:
    plan = make_assigned_tasks(cast)
    task, number = tasks_of(plan)[0].id, plan.id
    opens(client("officer"), f"/plans/{number}/tasks", f"/plans/{number}/tasks/new?item=measure:1", f"/tasks/{task}")
    opens(client("officer"), f"/tasks/{task}/edit", f"/plans/{number}/tasks/proposals", f"/plans/{number}/consult")
    opens(client("officer"), f"/plans/{number}/tasks/assign?ids={task}", "/tasks", "/tasks?sort=-title")
    opens(client("head"), f"/plans/{number}/issue")


def test_a_new_task_hangs_where_the_select_of_its_page_says(client: Client, cast: Cast) -> None:
    plan = make_plan(cast)
    first, second = (one.id for one in plan.areas[0].measures[:2])
    path = f"/plans/{plan.id}/tasks/new?item=measure:{first}"
    page = client("officer").get(path).text
    assert page.count('name="item"') == 1, "a browser sends both, and the first one counts"
    said = {"item": f"measure:{second}", "title": "另办的一件事", "content": "另办的一件事。"}
    assert client("officer").post(path, data=said).status_code == 302
    assert db.session.scalars(select(Task.measure_id)).all() == [second]


def test_the_pages_of_a_consultation_open(client: Client, cast: Cast) -> None:
    consultation = make_consultation(cast)
    number, mine = consultation.id, answer_of(consultation, cast.units["市教育局"]).id
    opens(client("officer"), f"/consultations/{number}", f"/consultations/{number}/due")
    opens(client("officer"), f"/consultations/{number}/withdraw", f"/consultation-answers/{mine}")
    opens(client("liaison"), f"/consultation-answers/{mine}", "/tasks")
    opens(client("chair"), f"/consultations/{number}")


def test_the_pages_of_issued_tasks_open(client: Client, cast: Cast) -> None:
    plan = make_issued_tasks(cast)
    task = tasks_of(plan)[0]
    number, part = task.id, task.living[2].id
    head = client("head")
    opens(head, f"/tasks/{number}", f"/assignments/{part}/move", f"/assignments/{part}/withdraw")
    opens(head, f"/tasks/{number}/add-unit", f"/tasks/{number}/suspend", f"/tasks/{number}/cancel")
    assert head.get(f"/tasks/{number}/reopen").status_code == 404
    opens(client("liaison"), f"/tasks/{number}", "/tasks?role=lead")


def test_enter_in_the_bulk_bar_never_takes_a_unit_away(client: Client, cast: Cast) -> None:
    """A browser presses a form's first button on Enter: it must be the adding one."""
    plan = make_assigned_tasks(cast)
    page = client("officer").get(f"/plans/{plan.id}/tasks").text
    form = page[page.index("data-selection") :]
    first = form[form.index("<button") :]
    assert first.startswith('<button class="visually-hidden" type="submit" name="do" value="add"')


def test_a_unit_does_not_learn_what_another_answered(client: Client, cast: Cast) -> None:
    consultation = make_consultation(cast)
    answer = answer_of(consultation, cast.units["市卫生健康委"])
    lines = queries.answer_sheet(answer).lines
    number = lines[0].task.id
    actions.answer(cast.actor("other_liaison"), answer, {lines[0].part.id: "秘而不宣的意见"})
    page = client("liaison").get(f"/tasks/{number}").text
    assert "有修改意见" not in page
    assert "秘而不宣的意见" not in page
    assert "秘而不宣的意见" in client("officer").get(f"/tasks/{number}").text


@pytest.mark.parametrize("path", ["/plans/999999", "/tasks/999999", "/consultations/999999", "/plans/import/999999"])
def test_what_is_not_there_is_said_so(client: Client, cast: Cast, path: str) -> None:
    assert client("officer").get(path).status_code == 404


def test_issuing_names_the_units_that_were_never_asked(cast: Cast, client: Client) -> None:
    consultation = make_consultation(cast)
    officer = cast.actor("officer", on=date(2021, 9, 14))
    task = next(one for one in tasks_of(consultation.plan) if one.lead and one.lead.unit.short_name == "市教育局")
    actions.assign(officer, task, cast.unit("市民政局"), AssignmentRole.LEAD)
    actions.settle(cast.actor("officer", on=date(2021, 11, 1)), consultation)
    page = client("head").get(f"/consultations/{consultation.id}/issue").get_data(as_text=True)
    assert f"市民政局新增为牵头单位（{task.number}），未经征求意见。" in page
    assert "市卫生健康委新增" not in page


def test_a_plan_whose_years_are_over_is_said_before_breaking_down_and_issuing(cast: Cast, client: Client) -> None:
    plan = make_assigned_tasks(cast)
    addresses = [("officer", f"/plans/{plan.id}/tasks"), ("head", f"/plans/{plan.id}/issue")]
    for who, address in addresses:
        assert "已经结束" not in client(who).get(address).get_data(as_text=True)
    db.session.execute(update(Plan).values(first_year=2011, last_year=2020))
    db.session.commit()
    for who, address in addresses:
        assert "规划期到2020年为止，已经结束" in client(who).get(address).get_data(as_text=True)


def test_an_adopted_remark_whose_task_did_not_change_is_named_before_settling(cast: Cast, client: Client) -> None:
    consultation = make_consultation(cast)
    answer = answer_of(consultation, cast.units["市教育局"])
    part = queries.answer_sheet(answer).lines[0].part
    actions.answer(cast.actor("liaison", on=date(2021, 9, 14)), answer, {part.id: "请改为配合单位"})
    officer = cast.actor("officer", on=date(2021, 9, 15))
    actions.decide_remark(officer, answer.remarks[0], RemarkDecision.ADOPTED, "")
    number, unit = consultation.id, cast.unit("市民政局")
    address, words = f"/consultations/{number}", "收到意见后该任务没有改动"
    assert words in client("officer").get(address).get_data(as_text=True)
    actions.assign_many(officer, [answer.remarks[0].assignment.task], {AssignmentRole.SUPPORT: [unit]})
    assert words not in client("officer").get(address).get_data(as_text=True)


def test_a_single_lead_replaces_the_one_before_and_says_so(cast: Cast, client: Client) -> None:
    task = next(one for one in tasks_of(make_assigned_tasks(cast)) if one.lead)
    number, before = task.id, task.lead.unit.short_name if task.lead else ""
    form = {"unit": cast.units["市民政局"], "role": "lead"}
    page = client("officer").post(f"/tasks/{number}/assign", data=form, follow_redirects=True).get_data(as_text=True)
    assert f"已安排市民政局，替换原牵头单位{before}。" in page


def test_a_bulk_act_without_a_unit_keeps_the_ticks(cast: Cast, client: Client) -> None:
    plan = make_assigned_tasks(cast)
    picked = tasks_of(plan)[1].id
    form = {"ids": str(picked), "unit": "", "role": "joint", "do": "add", "next": f"/plans/{plan.id}/tasks?role=lead"}
    answer = client("officer").post(f"/plans/{plan.id}/tasks/units", data=form)
    assert answer.location == f"/plans/{plan.id}/tasks?role=lead&ticked={picked}"
    page = client("officer").get(f"/plans/{plan.id}/tasks?ticked={picked}").get_data(as_text=True)
    assert re.findall(r'name="ids" value="(\d+)"[^>]* checked', page) == [str(picked)]


def test_a_remark_without_a_choice_counts_as_a_remark(cast: Cast, client: Client) -> None:
    answer = answer_of(make_consultation(cast), cast.units["市教育局"])
    number, part = answer.id, queries.answer_sheet(answer).lines[0].part.id
    address = f"/consultation-answers/{number}"
    assert "请选择“无意见”或“有修改意见”" in client("liaison").post(address, data={}).get_data(as_text=True)
    client("liaison").post(address, data={f"remark-{part}": "请改到年底"})
    assert db.session.get_one(ConsultationAnswer, number).kind is AnswerKind.CONTESTED
