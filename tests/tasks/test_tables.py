"""目标责任分解书 comes in as it went out, row by row and with every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from zipfile import ZipFile

import pytest
from docx import Document as Word
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.plans import make_plan
from tests.makers.tasks import make_assigned_tasks, make_issued_tasks, tasks_of
from tracker.committees.models import UnitName
from tracker.core.db import db
from tracker.documents import grids
from tracker.documents.values import DocumentError
from tracker.plans.models import Plan
from tracker.tasks import actions
from tracker.tasks.models import AssignmentRole, Shape, TableUpload, Task

Client = Callable[[str], FlaskClient]
HEAD = ["领域", "主要目标/策略措施", "主要责任单位", "责任单位"]


def book(rows: Sequence[Sequence[object]], merge: Sequence[str] = ()) -> bytes:
    made = Workbook()
    page = made.active
    for row in rows:
        page.append(list(row))
    for cells in merge:
        page.merge_cells(cells)
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def word(rows: Sequence[Sequence[str]], merged: Sequence[tuple[int, int, int]] = ()) -> bytes:
    """A Word table; `merged` are (column, first row, last row)."""
    made = Word()
    table = made.add_table(len(rows), len(rows[0]))
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
    for column, first, last in merged:
        text = table.cell(first, column).text
        cell = table.cell(first, column).merge(table.cell(last, column))
        cell.text = text
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def send(client: FlaskClient, plan_id: int, content: bytes, name: str = "分解书.xlsx") -> str:
    """Upload and follow to the page of the check."""
    answer = client.post(f"/plans/{plan_id}/tasks/table", data={"file": (BytesIO(content), name)})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def confirm(client: FlaskClient, place: str) -> str:
    page = client.get(place).text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    return client.post(place, data={"seen": seen}, follow_redirects=True).text


def words_of(plan: Plan) -> list[tuple[str, str]]:
    """(area, text) of the measures, in order."""
    return [(area.name, measure.text) for area in plan.areas for measure in area.measures]


def parts_of(task: Task) -> dict[str, str]:
    return {part.unit.short_name: part.role.label for part in task.living}


def test_an_official_table_becomes_tasks_with_units_under_any_of_their_names(cast: Cast, client: Client) -> None:
    plan = make_plan(cast)
    db.session.add(UnitName(unit_id=cast.units["市卫生健康委"], name="市卫计委", is_former=True))
    db.session.commit()
    number, texts = plan.id, words_of(plan)
    rows: list[list[str]] = [["云川市妇女发展规划目标责任分解书"], HEAD]
    rows.append([texts[0][0], f"1.{texts[0][1]}", "市教育局", "市民政局、市卫计委"])
    rows.append(["", f"2.{texts[1][1]}", "教育局", "民政局\n云川市卫生健康委员会；市妇联"])
    rows.append(["", f"3.{texts[2][1]}", "市教育局、市民政局", "市妇联等"])
    place = send(client("officer"), number, book(rows, ["A1:D1", "A3:A5"]))
    page = client("officer").get(place).text
    assert "新增任务" in page
    assert "有2个主要责任单位，按“各自负责”处理。" in page
    assert "单位后写有“等”" in page
    assert not tasks_of(db.session.get_one(Plan, number)), "nothing is written before it is confirmed"
    assert "已写入 3 处变化。" in confirm(client("officer"), place)
    first, second, third = tasks_of(db.session.get_one(Plan, number))
    assert parts_of(first) == {"市教育局": "牵头", "市民政局": "责任", "市卫生健康委": "责任"}
    assert parts_of(second) == {"市教育局": "牵头", "市民政局": "责任", "市卫生健康委": "责任", "市妇联": "责任"}
    assert third.shape is Shape.SHARED
    assert parts_of(third) == {"市教育局": "责任", "市民政局": "责任", "市妇联": "配合"}
    again = client("officer").get(send(client("officer"), number, book(rows, ["A1:D1", "A3:A5"]))).text
    assert "0 处变化" in again
    assert 'name="seen"' not in again


def test_a_word_table_with_merged_cells_is_read_and_a_changed_one_shows_before_and_after(
    cast: Cast, client: Client
) -> None:
    plan = make_assigned_tasks(cast)
    number, texts = plan.id, words_of(plan)
    rows = [HEAD, *([area, text, "市教育局", "市妇联"] for area, text in texts)]
    content = word(rows, [(0, 1, 3), (0, 4, 6)])
    place = send(client("officer"), number, content, "分解书.docx")
    page = client("officer").get(place).text
    assert "牵头单位：<del>市卫生健康委</del> → <ins>市教育局</ins>" in page
    assert "配合单位：<del>市妇联</del> → <ins>（无）</ins>" in page
    confirm(client("officer"), place)
    assert all(
        parts_of(task) == {"市教育局": "牵头", "市妇联": "责任"} for task in tasks_of(db.session.get_one(Plan, number))
    )
    assert "0 处变化" in client("officer").get(send(client("officer"), number, content, "分解书.docx")).text


@pytest.mark.parametrize("address", ["tasks.xlsx", "tasks/book.xlsx", "tasks/book.docx"])
def test_what_goes_out_comes_back_in_without_a_change(cast: Cast, client: Client, address: str) -> None:
    plan = make_assigned_tasks(cast)
    number = plan.id
    officer = cast.actor("officer")
    shared = tasks_of(plan)[0]
    actions.assign_many(officer, [shared], {AssignmentRole.LEAD: [], AssignmentRole.JOINT: []}, replace=True)
    actions.edit_task(
        officer, shared, title=shared.title, content=shared.content, outcome=shared.outcome, shape=Shape.SHARED,
        is_yearly=True,
    )  # fmt: skip
    units = [cast.unit("市教育局"), cast.unit("市民政局")]
    actions.assign_many(officer, tasks_of(plan)[:1], {AssignmentRole.JOINT: units})
    actions.add_task(officer, plan, plan.areas[0].goals[0], title="盯住目标", content=plan.areas[0].goals[0].text)
    content = client("officer").get(f"/plans/{number}/{address}").data
    page = client("officer").get(send(client("officer"), number, content, f"表.{address[-4:]}")).text
    assert "0 处变化" in page
    assert "不能导入" in page, "the figures name every verdict"
    assert 'name="seen"' not in page


def test_all_faults_are_said_at_once_and_come_back_in_a_red_column(cast: Cast, client: Client) -> None:
    plan = make_issued_tasks(cast, make_plan(cast, measures=2))
    number, texts = plan.id, words_of(plan)
    rows = [
        HEAD,
        [texts[0][0], texts[0][1], "市旅游局", "市气候局"],
        [texts[0][0], "这句话不在规划里，说的是另外一件不相干的事情。", "市教育局", ""],
        [texts[1][0], texts[1][1], "市民政局", "市教育局"],
        [texts[1][0], texts[1][1], "市民政局", ""],
    ]
    place = send(client("officer"), number, book(rows))
    page = client("officer").get(place).text
    for sentence in (
        "“市旅游局”不在单位名单中",
        "“市气候局”不在单位名单中",
        "规划中没有找到这条目标、措施或任务",
        "已印发，不能由导入改动",
        "与第4行是同一项任务。",
    ):
        assert sentence in page, sentence
    assert 'name="seen"' not in page, "nothing can be written"
    marked = load_workbook(BytesIO(client("officer").get(f"{place}/errors.xlsx").data)).active
    assert [cell.value for cell in marked[1]] == [*HEAD, "错误原因"]
    assert "市旅游局" in str(marked["E2"].value)
    assert marked["E2"].font.color.rgb == "00C00000"
    assert marked["B4"].value == texts[1][1], "the rest of the file is as it was"


def test_what_was_confirmed_is_what_was_shown(cast: Cast, client: Client) -> None:
    plan = make_assigned_tasks(cast)
    number, texts = plan.id, words_of(plan)
    place = send(client("officer"), number, book([HEAD, [*texts[0], "市民政局", "市妇联"]]))
    seen = client("officer").get(place).text.split('name="seen" value="')[1].split('"')[0]
    actions.assign(cast.actor("second_officer"), tasks_of(plan)[0], cast.unit("市法院"), AssignmentRole.JOINT)
    page = client("officer").post(place, data={"seen": seen}).text
    assert "这次没有写入" in page
    assert "市民政局" not in parts_of(tasks_of(db.session.get_one(Plan, number))[0])
    assert db.session.scalars(select(TableUpload)).one().written_at is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "文件是空的"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 100, ".xls、.doc、.wps文件请先另存为新格式"),
        (b"PK\x03\x04" + b"0" * 100, "文件已损坏"),
        (book([["姓名", "电话"], ["甲", "1"]]), "表中没有找到表头"),
        (book([HEAD]), "表中没有内容"),
    ],
)
def test_what_cannot_be_read_is_said_on_the_same_page(
    cast: Cast, client: Client, content: bytes, sentence: str
) -> None:
    number = make_plan(cast).id
    page = client("officer").post(f"/plans/{number}/tasks/table", data={"file": (BytesIO(content), "表.xlsx")})
    assert page.status_code == 200
    assert sentence in page.text


def test_merged_cells_over_the_whole_sheet_are_refused_before_they_are_made() -> None:
    with pytest.raises(DocumentError, match="合并单元格的范围过大"):
        grids.grids_of(_hostile())


def _hostile() -> bytes:
    """A merge over every cell there can be, as no program writes it."""
    source = BytesIO(book([HEAD, ["a", "b", "c", "d"]], ["A2:B2"]))
    target = BytesIO()
    with ZipFile(source) as before, ZipFile(target, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, part.replace(b'ref="A2:B2"', b'ref="A1:XFD1048576"'))
    return target.getvalue()
