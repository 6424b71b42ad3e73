"""Every page of plans and tasks opens for the one it is for, in each stage."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.plans import make_import, make_plan, plan_draft
from tests.makers.tasks import answer_of, make_assigned_tasks, make_consultation, make_issued_tasks, tasks_of
from tracker.tasks import actions, queries

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
