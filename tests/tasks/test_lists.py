"""Who sees which tasks, the lists, their export and what they cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.cast import Cast
from tests.counting import counted
from tests.makers.plans import make_plan
from tests.makers.tasks import (
    answer_of,
    make_assigned_tasks,
    make_consultation,
    make_issued_tasks,
    tasks_of,
)
from tracker.tasks import actions, queries
from tracker.tasks.models import AssignmentRole

Client = Callable[[str], FlaskClient]


def sheet(content: bytes) -> list[list[object]]:
    return [list(row) for row in load_workbook(BytesIO(content)).active.iter_rows(values_only=True)]


def words(content: bytes) -> str:
    return "\n".join(str(cell) for row in sheet(content) for cell in row if cell is not None)


def test_drafts_are_invisible_to_units_until_they_are_asked(client: Client, cast: Cast) -> None:
    plan = make_assigned_tasks(cast)
    number = tasks_of(plan)[0].id
    liaison = client("liaison")
    assert liaison.get(f"/tasks/{number}").status_code == 404
    assert "还没有印发给本单位的任务" in liaison.get("/tasks").text
    make_consultation(cast, plan)
    assert liaison.get(f"/tasks/{number}").status_code == 200


def test_a_unit_sees_only_tasks_in_which_it_has_a_part(client: Client, cast: Cast) -> None:
    plan = make_assigned_tasks(cast)
    task = tasks_of(plan)[0]
    actions.assign_many(
        cast.actor("officer"),
        [task],
        {AssignmentRole.LEAD: [cast.unit("市民政局")], AssignmentRole.JOINT: []},
        replace=True,
    )
    actions.issue(cast.actor("head"), plan)
    numbers = [task.id for task in tasks_of(plan)]
    for who in ("liaison", "leader", "other_liaison"):
        assert client(who).get(f"/tasks/{numbers[0]}").status_code == 404
        assert client(who).get(f"/tasks/{numbers[1]}").status_code == 200
    page = client("liaison").get("/tasks").text
    assert "共 5 项" in page
    assert "做好妇女与健康第1项工作" not in page
    assert "做好妇女与健康第1项工作" not in words(client("liaison").get("/tasks.xlsx").data)


@pytest.mark.parametrize("who", ["upper_officer", "lower_officer", "sysadmin", "secadmin", "auditor"])
def test_nobody_else_sees_tasks(client: Client, cast: Cast, who: str) -> None:
    plan = make_issued_tasks(cast)
    number = tasks_of(plan)[0].id
    assert client(who).get(f"/tasks/{number}").status_code == 404
    assert client(who).get(f"/plans/{plan.id}/tasks").status_code == 404
    assert client(who).get("/tasks").status_code == (403 if "admin" in who or who == "auditor" else 200)


def test_a_stranger_is_led_to_the_sign_in_page(client: Client, cast: Cast) -> None:
    plan = make_issued_tasks(cast)
    assert "/sign-in" in client("stranger").get(f"/plans/{plan.id}/tasks").location
    assert "/sign-in" in client("stranger").get("/tasks").location


@pytest.mark.parametrize(
    ("who", "expected"), [("liaison", 403), ("leader", 403), ("chair", 403), ("upper_officer", 404)]
)
def test_only_the_office_works_on_the_table(client: Client, cast: Cast, who: str, expected: int) -> None:
    plan = make_assigned_tasks(cast)
    one = client(who)
    for path in ("make", "units", "assign", "proposals"):
        assert one.post(f"/plans/{plan.id}/tasks/{path}").status_code == expected
    assert one.get(f"/plans/{plan.id}/tasks/new").status_code == expected
    assert one.get(f"/plans/{plan.id}/consult").status_code == expected
    assert one.get(f"/plans/{plan.id}/issue").status_code == expected


def test_the_chair_reads_the_table_and_a_unit_does_not(client: Client, cast: Cast) -> None:
    plan = make_assigned_tasks(cast)
    page = client("chair").get(f"/plans/{plan.id}/tasks")
    assert page.status_code == 200
    assert "按规划原文安排单位" not in page.text
    assert client("liaison").get(f"/plans/{plan.id}/tasks").status_code == 403
    assert client("liaison").get(f"/plans/{plan.id}/tasks.xlsx").status_code == 403


def test_the_table_is_narrowed_by_what_the_address_says(client: Client, cast: Cast) -> None:
    plan = make_assigned_tasks(cast)
    area = tasks_of(plan)[0].area_id
    officer = client("officer")
    assert "共 3 项" in officer.get(f"/plans/{plan.id}/tasks?area={area}").text
    assert "共 3 项" in officer.get(f"/plans/{plan.id}/tasks?unit={cast.units['市教育局']}&role=lead").text
    assert "共 0 项" in officer.get(f"/plans/{plan.id}/tasks?gap=1").text
    assert "共 2 项" in officer.get(f"/plans/{plan.id}/tasks?q=第2项").text
    assert "共 6 项" in officer.get(f"/plans/{plan.id}/tasks?area=nonsense&role=king").text


def test_the_filter_in_words_names_nothing_of_another_committee(client: Client, cast: Cast) -> None:
    plan = make_issued_tasks(cast)
    area = tasks_of(plan)[0].area_id
    query = f"plan={plan.id}&area={area}&unit={cast.units['市教育局']}"
    own, foreign = client("officer").get(f"/tasks?{query}").text, client("lower_officer").get(f"/tasks?{query}").text
    for name in ("妇女与健康", "市教育局"):
        assert name in own
        assert name not in foreign
    assert "妇女规划" not in foreign
    assert "妇女规划" not in words(client("lower_officer").get(f"/tasks.xlsx?{query}").data)


def test_a_units_list_is_narrowed_by_its_own_part(client: Client, cast: Cast) -> None:
    make_issued_tasks(cast)
    assert "共 3 项" in client("liaison").get("/tasks?role=lead").text
    assert "共 3 项" in client("liaison").get("/tasks?role=joint").text
    assert "共 0 项" in client("liaison").get("/tasks?role=support").text


def test_the_responsibility_table_holds_exactly_what_is_filtered_and_says_so(client: Client, cast: Cast) -> None:
    plan = make_issued_tasks(cast)
    area = tasks_of(plan)[0].area_id
    officer = client("officer")
    text = words(officer.get(f"/plans/{plan.id}/tasks.xlsx?area={area}").data)
    assert "领域：妇女与健康" in text
    assert "做好妇女与健康第1项工作" in text
    assert "妇女与教育" not in text
    assert "市教育局" in text
    assert str(date.today().year) in text
    rows = [row for row in sheet(officer.get(f"/plans/{plan.id}/tasks.xlsx").data) if row[1] and "-" in str(row[1])]
    assert len(rows) == 6


def test_a_title_that_looks_like_a_formula_stays_words(client: Client, cast: Cast) -> None:
    plan = make_assigned_tasks(cast)
    task = tasks_of(plan)[0]
    actions.edit_task(
        cast.actor("officer"), task, title="=1+1", content="乙", outcome=task.outcome, shape=task.shape, is_yearly=True
    )
    book = load_workbook(BytesIO(client("officer").get(f"/plans/{plan.id}/tasks.xlsx").data))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]


def test_the_letter_that_asks_carries_the_table(client: Client, cast: Cast) -> None:
    consultation = make_consultation(cast)
    number = consultation.id
    document = Document(BytesIO(client("officer").get(f"/consultations/{number}/letter.docx").data))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "2021年9月27日前" in text
    assert "逾期未答复的，按无意见处理" in text
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert "做好妇女与健康第1项工作" in cells
    assert client("officer").get(f"/consultations/{number}/letter.pdf").data.startswith(b"%PDF")
    assert client("liaison").get(f"/consultations/{number}/letter.docx").status_code == 404


def test_issued_parts_begin_on_their_day(cast: Cast) -> None:
    make_issued_tasks(cast, on=date(2021, 10, 8))
    assert queries.issued_assignments(cast.committee_id, date(2021, 10, 7)) == []
    parts = queries.issued_assignments(cast.committee_id, date(2021, 10, 8))
    assert len(parts) == 18
    own = queries.issued_assignments(cast.committee_id, date(2021, 10, 8), unit_ids=[cast.units["市教育局"]])
    assert [part.role.value for part in own] == ["lead", "joint"] * 3


def test_a_day_off_is_said_beside_the_field(client: Client, cast: Cast) -> None:
    with counted():
        said = client("officer").get("/tasks/day?date=2021-10-02").json
    assert said is not None
    assert "非工作日，提前到9月30日（周四）" in said["text"]
    assert "节后首个工作日" in queries.day_in_words(date(2021, 10, 8), date(2021, 9, 1))
    assert client("liaison").get("/tasks/day?date=2021-10-02").status_code == 403


def test_a_day_off_moves_forward(cast: Cast) -> None:
    plan = make_assigned_tasks(cast)
    consultation = actions.open_consultation(cast.actor("officer", on=date(2021, 9, 13)), plan, date(2021, 10, 2))
    assert consultation.due_on == date(2021, 9, 30)


@pytest.mark.parametrize(
    "path", ["/tasks", "/plans/{plan}/tasks", "/consultations/{consultation}", "/consultation-answers/{answer}"]
)
def test_a_page_costs_the_same_for_few_rows_and_for_many(client: Client, cast: Cast, path: str) -> None:
    def cost(measures: int, kind: str) -> int:
        plan = make_plan(cast, areas=1, goals=1, measures=measures, kind=kind)
        consultation = make_consultation(cast, plan)
        answer = answer_of(consultation, cast.units["市教育局"])
        url = path.format(plan=plan.id, consultation=consultation.id, answer=answer.id)
        parts = [line.part.id for line in queries.answer_sheet(answer).lines]
        actions.answer(cast.actor("liaison", on=date(2021, 9, 14)), answer, dict.fromkeys(parts, "建议修改。"))
        who = client("liaison" if "answers" in path else "officer")
        who.get(url)
        with counted() as seen:
            assert who.get(url).status_code == 200
        return len(seen)

    assert cost(1, "women") == cost(50, "children")


def test_where_both_plans_stand_together_a_number_names_its_plan(cast: Cast, client: Client) -> None:
    plan = make_issued_tasks(cast)
    number = tasks_of(plan)[0].number
    address = f"/tasks?plan={plan.id}"
    assert f">{plan.kind.label} {number}<" in client("officer").get("/tasks").get_data(as_text=True)
    assert f">{plan.kind.label} {number}<" not in client("officer").get(address).get_data(as_text=True)
