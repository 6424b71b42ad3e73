"""Workbooks out, templates out and in."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.documents.papers import DAY, progress_table
from tracker.documents import templates, xlsx
from tracker.documents.blocks import Column, DocumentError, HeadCell, State, Table
from tracker.documents.templates import Field
from tracker.documents.xlsx import Sheet

TABLE = Table(
    [Column("序号", 1, "center"), Column("任务", 6), Column("完成值", 2, "right"), Column("状态", 2, "center")],
    [
        [1, '=HYPERLINK("http://x","点我")', Decimal("92.1"), State.red("逾期")],
        [2, "+86 0000", 3.5, State.green("正常")],
        [3, "-1", None, State.grey("未到期")],
        [4, "@SUM(A1)", 7, State.yellow("临期")],
    ],
    groups=[HeadCell(""), HeadCell("内容", 2), HeadCell("")],
    note="来源：各单位",
)


def opened(sheet: Sheet) -> Any:
    return load_workbook(io.BytesIO(xlsx.workbook([sheet]))).worksheets[0]


@pytest.fixture(scope="module")
def page() -> Any:
    return opened(Sheet("任务进展", TABLE, filters="领域：妇女与健康", made_on=DAY, title="任务进展情况"))


def test_filter_and_date_stand_on_the_sheet(page: Any) -> None:
    assert page["A1"].value == "任务进展情况"
    assert page["A2"].value == "筛选条件：领域：妇女与健康　　导出日期：2027年2月20日"


def test_the_head_is_merged_frozen_filtered_and_printed_on_every_page(page: Any) -> None:
    assert {str(cells) for cells in page.merged_cells.ranges} == {"A3:A4", "B3:C3", "D3:D4"}
    assert page.freeze_panes == "A5"
    assert page.auto_filter.ref == "A4:D8"
    assert page.print_title_rows == "$1:$4"


def test_words_that_look_like_formulas_stay_words(page: Any) -> None:
    for row in range(5, 9):
        cell = page.cell(row, 2)
        assert cell.data_type == "s"
        assert cell.value[0] in "=+-@"
        assert cell.quotePrefix


def test_numbers_stay_numbers_and_lights_are_shape_and_word(page: Any) -> None:
    assert page["C5"].value == pytest.approx(92.1)
    assert page["C7"].value is None
    assert page["D5"].value == "◆逾期"
    assert page["D5"].font.color.rgb == "00B3261E"


def test_sheet_names_are_made_acceptable_and_kept_apart() -> None:
    names = ["任务/进展", "任务:进展", "很长的名称" * 10, "很长的名称" * 10, "''"]
    book = load_workbook(io.BytesIO(xlsx.workbook([Sheet(name, TABLE) for name in names])))
    assert len(book.sheetnames) == 5
    assert book.sheetnames[:2] == ["任务 进展", "任务 进展（2）"]
    assert all(len(name) <= 31 for name in book.sheetnames)


def test_the_same_sheets_give_the_same_bytes() -> None:
    sheet = Sheet("表", progress_table(30), made_on=DAY)
    assert xlsx.workbook([sheet]) == xlsx.workbook([sheet])


def test_a_workbook_without_a_sheet_is_refused() -> None:
    with pytest.raises(DocumentError, match="至少要有一张表"):
        xlsx.workbook([])


# ------------------------------------------------------------------ templates

FIELDS = [
    Field("任务", required=True, width=40, help="按印发的任务分解表填写"),
    Field("类型", choices=[f"第{number}类任务，名称比较长" for number in range(40)]),
    Field("期限", kind="date"),
    Field("目标值", kind="number"),
    Field("个数", kind="integer"),
]


def made(rows: list[list[Any]] | None = None) -> bytes:
    return templates.template("任务分解表", FIELDS, notes=["一行填一项。"], rows=rows or [], made_on=DAY)


def test_a_template_has_drop_downs_from_a_hidden_sheet_and_a_page_of_notes() -> None:
    book = load_workbook(io.BytesIO(made()))
    assert book.sheetnames == ["任务分解表", "选项", "说明"]
    assert book["选项"].sheet_state == "hidden"
    rules = {rule.type: rule for rule in book["任务分解表"].data_validations.dataValidation}
    assert rules["list"].formula1 == "'选项'!$B$1:$B$40"
    assert {"list", "date", "decimal", "whole"} <= rules.keys()
    assert book["任务分解表"]["A1"].value == "任务（必填）"
    told = [cell.value for row in book["说明"].iter_rows() for cell in row if cell.value]
    assert "1.一行填一项。" in told
    assert "制表日期：2027年2月20日" in told
    assert "按印发的任务分解表填写" in told


def test_a_template_gives_the_same_bytes_every_time() -> None:
    assert made() == made()


def test_what_was_filled_in_is_read_back() -> None:
    content = made([["甲", "第3类任务，名称比较长", date(2027, 6, 30), 4.8, 12], ["", "", None, None, None], ["乙"]])
    filled = templates.read(content, FIELDS)
    assert filled.problems == ()
    assert [row.number for row in filled.rows] == [2, 4]
    assert filled.rows[0].values == {
        "任务": "甲", "类型": "第3类任务，名称比较长", "期限": date(2027, 6, 30), "目标值": Decimal("4.8"), "个数": 12,
    }  # fmt: skip


def workbook_of(rows: list[list[Any]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_columns_are_found_in_any_order_under_any_title() -> None:
    content = workbook_of([["某市任务表"], [], ["个数", "备注", "任务 "], [3, "随便", "甲"]])
    filled = templates.read(content, FIELDS)
    assert filled.rows[0].values["任务"] == "甲"
    assert filled.rows[0].values["个数"] == 3


def test_all_problems_are_told_at_once_each_with_its_row() -> None:
    rows = [["任务", "类型", "期限", "目标值", "个数"]]
    rows += [[None, "没有的类", "明天", "很多", "1.5"] for _ in range(4)]
    problems = templates.read(workbook_of(rows), FIELDS).problems
    assert len(problems) == 20
    assert problems[0] == "第2行“任务”：没有填写"
    assert "第2行“期限”：“明天”不是日期" in problems[2]
    assert "不是整数" in problems[4]


@pytest.mark.parametrize("given", ["2027-06-30", "2027年6月30日", "2027/6/30", "2027.6.30", datetime(2027, 6, 30, 8)])
def test_dates_are_read_as_people_write_them(given: Any) -> None:
    filled = templates.read(workbook_of([["任务", "期限"], ["甲", given]]), FIELDS)
    assert filled.rows[0].values["期限"] == date(2027, 6, 30)


def test_a_number_with_separators_is_a_number_and_infinity_is_not() -> None:
    content = workbook_of([["任务", "目标值"], ["甲", "1,234.5"], ["乙", "Infinity"]])
    filled = templates.read(content, FIELDS)
    assert filled.rows[0].values["目标值"] == Decimal("1234.5")
    assert filled.problems == ("第3行“目标值”：“Infinity”不是数字",)


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_what_is_no_workbook_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(DocumentError, match="不是可以读取的Excel文件"):
        templates.read(content, FIELDS)


def test_a_sheet_without_the_heads_is_refused() -> None:
    with pytest.raises(DocumentError, match="没有找到表头，至少应有：任务"):
        templates.read(workbook_of([["甲", "乙"], [1, 2]]), FIELDS)


def test_rows_are_as_high_as_their_wrapped_text() -> None:
    long = "提高农村妇女参与基层治理的比例，村民委员会成员中女性比例达到30%以上" * 4
    table = Table([Column("序号", 1), Column("任务", 4)], [[1, "短"], [2, long], [3, "甲\n乙\n丙"]])
    page = load_workbook(io.BytesIO(xlsx.workbook([Sheet("表", table)])))["表"]
    short, wrapped, broken = (page.row_dimensions[row].height for row in (2, 3, 4))
    assert short == 18
    assert wrapped >= 15 * len(long) * 2 / 36
    assert broken >= 45
    assert page.row_dimensions[1].height == 18


def test_a_head_of_two_lines_has_the_height_of_two() -> None:
    table = Table([Column("承担\n任务"), Column("单位")], [[1, "市教育局"]])
    page = opened(Sheet("表", table))
    assert page.row_dimensions[1].height > 30


def test_more_rows_than_anybody_fills_in_are_refused_so_that_none_is_left_out_unseen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(templates, "_MOST_ROWS", 3)
    fields = [Field("单位", required=True)]
    rows = [[f"单位{number}"] for number in range(4)]
    assert len(templates.read(templates.template("名单", fields, rows=rows[:3], made_on=DAY), fields).rows) == 3
    with pytest.raises(DocumentError, match="超过3行"):
        templates.read(templates.template("名单", fields, rows=rows, made_on=DAY), fields)
