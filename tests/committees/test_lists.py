"""A whole list of units at once: pasted or as a file, judged row by row, written once."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import select

from tests.cast import Cast
from tracker.committees import queries
from tracker.committees.importing import judge, read_rows
from tracker.committees.importing.guessing import usual_short_name, usual_system
from tracker.committees.models import Committee, System, Unit
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.verdict import Verdict

Clients = Callable[[str], FlaskClient]

LIST = """序号\t单位名称\t简称\t系统
1\t中共云川市委组织部\t市委组织部\t党委
2\t云川市公安局\t\t
3\t云川市教育局\t市教育体育局\t政府
4\t云川市税务局\t\t垂直管理
5\t云川市公安局\t\t
6\t云川市某中心\t\t神秘
"""


def confirm(client: FlaskClient, cast: Cast, text: str) -> None:
    seen = queries.judged_list(cast.committee, text, cast.actor("officer").on).fingerprint
    assert client.post("/units/import", data={"text": text, "seen": seen}).status_code == 302
    db.session.expire_all()


def test_every_row_is_shown_with_its_verdict_and_nothing_is_written(client: Clients, cast: Cast) -> None:
    before = len(queries.units_of(cast.committee_id))
    page = client("officer").post("/units/import", data={"text": LIST}).text
    assert "新增 3 个单位，修改 1 个单位；不能导入的 2 行不写入" in page
    for said in ("市税务局", "与第3行是同一单位", "类别“神秘”不在可选范围内", "<del>市教育局</del>"):
        assert said in page
    assert len(queries.units_of(cast.committee_id)) == before


def test_what_was_looked_at_is_written_once(client: Clients, cast: Cast) -> None:
    officer = client("officer")
    confirm(officer, cast, LIST)
    units = {unit.full_name: unit for unit in queries.units_of(cast.committee_id)}
    assert units["云川市公安局"].short_name == "市公安局"
    assert units["云川市教育局"].short_name == "市教育体育局"
    assert units["云川市税务局"].system is System.VERTICAL
    assert list(units)[:2] == ["中共云川市委宣传部", "中共云川市委组织部"]
    entries = list(db.session.scalars(select(AuditEntry.sentence).where(AuditEntry.event == "unit.create")))
    again = officer.post("/units/import", data={"text": LIST}).text
    assert "0 处变化" in again
    assert "新增单位：市公安局" in entries


def test_a_list_that_changed_meanwhile_is_shown_again(client: Clients, cast: Cast) -> None:
    officer = client("officer")
    page = officer.post("/units/import", data={"text": LIST, "seen": "0" * 64}).text
    assert "内容与核对时不同，还没有写入" in page
    assert "云川市公安局" not in {unit.full_name for unit in queries.units_of(cast.committee_id)}


def test_a_file_is_read_into_the_field_where_it_can_be_corrected(client: Clients, cast: Cast) -> None:
    book = Workbook()
    for line in (["成员单位名单"], ["全称", "类别"], ["云川市公安局", "政府"], ["云川市法学会", "群团"]):
        book.worksheets[0].append(line)
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    page = client("officer").post("/units/import", data={"document": (content, "名单.xlsx")}).text
    assert "云川市法学会\t群团" in page
    assert "新增 2 个单位" in page


def test_what_is_no_table_is_refused_with_one_sentence(client: Clients) -> None:
    page = client("officer").post("/units/import", data={"document": (io.BytesIO(b"%PDF-1.7"), "名单.pdf")}).text
    assert "请上传Excel（.xlsx）或Word（.docx）表格" in page
    assert "请粘贴名单，或者选择名单文件" in client("officer").post("/units/import", data={}).text


def test_the_sheet_to_fill_in_can_be_read_back(client: Clients, cast: Cast) -> None:
    content = client("officer").get("/units/import/sheet.xlsx").data
    page = client("officer").post("/units/import", data={"document": (io.BytesIO(content), "表.xlsx")}).text
    assert "没有读出单位" in page


def test_an_administrator_gives_a_committee_below_its_list_in_the_published_order(client: Clients, cast: Cast) -> None:
    lower = db.session.get_one(Committee, cast.lower_id)
    assert not queries.units_of(lower.id)
    text = "一、群团组织\n青禾县妇女联合会\n二、政府部门\n1. 青禾县教育局\n2. 青禾县民政局"
    seen = queries.judged_list(lower, text, cast.actor("officer").on).fingerprint
    given = {"text": text, "seen": seen}
    client("sysadmin").post("/units/import", query_string={"committee": lower.id}, data=given)
    db.session.expire_all()
    units = [(unit.short_name, unit.system) for unit in queries.units_of(cast.lower_id)]
    assert units == [("县妇联", System.MASS), ("县教育局", System.GOVERNMENT), ("县民政局", System.GOVERNMENT)]


def test_rows_without_a_head_are_read_by_their_order() -> None:
    rows = read_rows("1，云川市公安局，市公安局，政府\n2，云川市税务局，垂管\n云川市海关,,驻市")
    assert [(row.full_name, row.short_name, row.system) for row in rows] == [
        ("云川市公安局", "市公安局", "政府"), ("云川市税务局", "", "垂管"),
        ("云川市海关", "", "驻市"),
    ]  # fmt: skip


def test_a_closed_unit_of_the_same_name_and_a_name_in_use_are_pointed_out(cast: Cast) -> None:
    on = cast.actor("officer").on
    closed = Unit(
        full_name="云川市粮食局", short_name="市粮食局", system=System.GOVERNMENT, valid_to=on.replace(year=2020)
    )
    kept = Unit(full_name="云川市教育局", short_name="市教育局", system=System.GOVERNMENT)
    rows = read_rows("云川市粮食局\n云川市教育委员会\t市教育局\n某单位")
    verdicts = [one.verdict for one in judge(rows, [closed, kept], on, area_name="云川市").rows]
    assert verdicts == [Verdict.REFUSED, Verdict.DOUBTFUL, Verdict.DOUBTFUL]


@pytest.mark.parametrize(
    ("full", "short", "system"),
    [
        ("中共云川市委宣传部", "市委宣传部", System.PARTY),
        ("中国共产党云川市委员会统一战线工作部", "市委统战部", System.PARTY),
        ("云川市人民代表大会常务委员会", "市人大常委会", System.CONGRESS),
        ("中国人民政治协商会议云川市委员会", "市政协", System.CONGRESS),
        ("云川市中级人民法院", "市法院", System.JUDICIAL),
        ("云川市发展和改革委员会", "市发展改革委", System.GOVERNMENT),
        ("共青团云川市委员会", "团市委", System.MASS),
        ("云川市残疾人联合会", "市残联", System.MASS),
        ("国家税务总局云川市税务局", "市税务局", System.VERTICAL),
    ],
)
def test_a_full_name_tells_the_usual_short_name_and_kind(full: str, short: str, system: System) -> None:
    assert usual_short_name(full, "云川市")[0] == short
    assert usual_system(full)[0] is system
