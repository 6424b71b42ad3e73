"""征求意见 in full: the unit's own list, the answer by table, further rounds, what the issue will tell whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pypdf
import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.cast import Cast
from tests.makers.tasks import answer_of, make_assigned_tasks, make_consultation, make_issued_tasks, tasks_of
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.tasks import actions, queries
from tracker.tasks.models import (
    AnswerKind,
    AssignmentRole,
    AssignmentState,
    Consultation,
    ConsultationAnswer,
    ConsultationState,
    RemarkDecision,
)

Client = Callable[[str], FlaskClient]
LATER = date(2021, 11, 1)


def settled(cast: Cast) -> Consultation:
    """One unit wanted another lead, the office took that up, the others agreed."""
    consultation = make_consultation(cast)
    mine = answer_of(consultation, cast.units["市教育局"])
    line = queries.answer_sheet(mine).lines[0]
    actions.answer(cast.actor("liaison", on=date(2021, 9, 14)), mine, {line.part.id: "建议由市民政局牵头"})
    officer = cast.actor("officer", on=date(2021, 9, 15))
    actions.decide_remark(officer, mine.remarks[0], RemarkDecision.ADOPTED, "")
    actions.assign(officer, line.task, cast.unit("市民政局"), AssignmentRole.LEAD)
    for name in ("市卫生健康委", "市妇联"):
        actions.answer(officer, answer_of(consultation, cast.units[name]), {}, agrees=True)
    actions.settle(officer, consultation)
    return consultation


def test_a_further_round_asks_only_whose_lines_changed_and_the_first_stays_readable(cast: Cast, client: Client) -> None:
    first = settled(cast)
    number = first.id
    page = client("officer").get(f"/consultations/{number}/again").text
    assert "市民政局：" in page
    task = tasks_of(first.plan)[0]
    concerned = {one.unit.short_name for one in queries.concerned_in(first)}
    assert concerned == {part.unit.short_name for part in task.living}
    units = [str(cast.units["市民政局"]), str(cast.units["市妇联"])]
    form = {"due_on": "2027-12-20", "units": units}
    answer = client("officer").post(f"/consultations/{number}/again", data=form)
    further = db.session.get_one(Consultation, int(answer.location.rsplit("/", 1)[1]))
    assert (further.round_no, further.previous_id) == (2, number)
    assert {one.unit.short_name for one in further.answers} == {"市民政局", "市妇联"}
    assert all(len(one.lines) == 1 for one in further.answers)
    old = db.session.get_one(Consultation, number)
    assert old.state is ConsultationState.CONTINUED
    page = client("liaison").get(f"/consultation-answers/{answer_of(old, cast.units['市教育局']).id}").text
    assert "牵头：市教育局；责任：市卫生健康委；配合：市妇联" in page, "as it was sent, though the lead is another now"
    assert "建议由市民政局牵头" in page
    page = client("officer").get(f"/consultations/{further.id}").text
    assert "第1轮" in page


def test_the_second_round_is_answered_settled_and_issued_with_the_rest(cast: Cast) -> None:
    first = settled(cast)
    officer = cast.actor("officer", on=date(2021, 9, 20))
    further = actions.ask_again(officer, first, date(2021, 9, 30), [cast.units["市民政局"]])
    other = tasks_of(first.plan)[1].living[0]
    with pytest.raises(RuleError, match="不在本单位清单"):
        actions.answer(officer, further.answers[0], {other.id: "不该问到的"})
    actions.answer(officer, further.answers[0], {}, agrees=True)
    actions.settle(officer, further)
    tasks = actions.issue(cast.actor("head", on=LATER), further)
    assert len(tasks) == 6
    assert all(part.state is AssignmentState.ISSUED for task in tasks for part in task.living)
    assert first.state is ConsultationState.CONTINUED


def test_without_a_change_nobody_is_asked_again(cast: Cast) -> None:
    consultation = make_consultation(cast)
    officer = cast.actor("officer", on=date(2021, 9, 20))
    for one in consultation.answers:
        actions.answer(officer, one, {}, agrees=True)
    actions.settle(officer, consultation)
    with pytest.raises(RuleError, match="没有变化"):
        actions.ask_again(officer, consultation, LATER, list(cast.units.values()))
    assert consultation.state is ConsultationState.SETTLED


def filled(client: FlaskClient, number: int, remarks: dict[int, str], *, rename: str = "") -> bytes:
    """The unit's list as downloaded, with remarks in some rows."""
    book = load_workbook(BytesIO(client.get(f"/consultation-answers/{number}/list.xlsx").data))
    page = book.worksheets[0]
    heads = [cell.value for cell in page[1]]
    for row, words in remarks.items():
        page.cell(row, heads.index("意见") + 1).value = words
    if rename:
        page.cell(2, heads.index("任务") + 1).value = rename
        page.cell(2, heads.index("编号") + 1).value = None
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def upload(client: FlaskClient, number: int, content: bytes) -> str:
    sent = client.post(f"/consultation-answers/{number}/table", data={"file": (BytesIO(content), "清单.xlsx")})
    return str(sent.location)


def test_a_unit_answers_by_the_table_it_downloaded(cast: Cast, client: Client) -> None:
    consultation = make_consultation(cast)
    number = answer_of(consultation, cast.units["市教育局"]).id
    liaison = client("liaison")
    place = upload(liaison, number, filled(liaison, number, {2: "建议改为配合单位", 3: "无意见"}))
    page = liaison.get(place).text
    assert "已读出《清单.xlsx》中的 1 条意见" in page
    assert "建议改为配合单位</textarea>" in page
    assert db.session.get_one(ConsultationAnswer, number).kind is AnswerKind.PENDING, "read, not answered"


def test_rows_that_cannot_be_read_come_back_in_the_red_column(cast: Cast, client: Client) -> None:
    consultation = make_consultation(cast)
    number = answer_of(consultation, cast.units["市教育局"]).id
    liaison = client("liaison")
    place = upload(liaison, number, filled(liaison, number, {2: "改一改", 3: "长" * 501}, rename="别的任务"))
    page = liaison.get(place).text
    assert "表格中有 2 行不能读取，没有填入" in page
    address = page.split("/errors.xlsx")[0].rsplit('"', 1)[1] + "/errors.xlsx"
    marked = load_workbook(BytesIO(liaison.get(address).data)).worksheets[0]
    assert marked.cell(1, marked.max_column).value == "错误原因"
    assert "没有这项任务" in str(marked.cell(2, marked.max_column).value)
    assert client("other_liaison").get(address).status_code == 404


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_each_unit_has_its_own_list_on_paper(cast: Cast, client: Client, kind: str) -> None:
    number = answer_of(make_consultation(cast), cast.units["市教育局"]).id
    answer = client("liaison").get(f"/consultation-answers/{number}/list.{kind}")
    assert answer.status_code == 200
    if kind == "pdf":
        text = pypdf.PdfReader(BytesIO(answer.data)).pages[0].extract_text()
        assert "云川市教育局共6项任务" in text


def test_the_list_of_a_units_tasks_is_printed_for_it_and_for_the_office(cast: Cast, client: Client) -> None:
    make_issued_tasks(cast)
    ours, theirs = cast.units["市教育局"], cast.units["市卫生健康委"]
    text = (
        pypdf.PdfReader(BytesIO(client("liaison").get(f"/tasks/list.pdf?unit={theirs}").data)).pages[0].extract_text()
    )
    assert "市教育局任务清单" in text.replace(" ", "")
    assert client("officer").get(f"/tasks/list.docx?unit={ours}").status_code == 200
    page = client("officer").get("/tasks/list.docx", follow_redirects=True).text
    assert "请先选择一个单位" in page


def test_all_remarks_leave_as_one_table_with_decision_and_reason(cast: Cast, client: Client) -> None:
    first = settled(cast)
    page = load_workbook(BytesIO(client("officer").get(f"/consultations/{first.id}/remarks.xlsx").data)).active
    words = ["" if cell is None else str(cell) for row in page.iter_rows(values_only=True) for cell in row]
    assert "建议由市民政局牵头" in words
    assert "采纳" in words


def test_before_the_issue_it_is_said_who_will_be_told_of_what(cast: Cast, client: Client) -> None:
    plan = make_assigned_tasks(cast)
    page = client("head").get(f"/plans/{plan.id}/issue").text
    assert "王敏、赵强" in page
    assert "没有联络员和分管领导，请另行通知" in page, "市妇联 has nobody"
