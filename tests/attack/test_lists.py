"""Lists and notices that come in pasted or as a file: nonsense is answered at once, whatever its length."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook

from tests.cast import Cast
from tracker.core.arrangement import read_arrangement

Client = Callable[[str], FlaskClient]


@pytest.mark.parametrize(
    "text",
    [
        "一、国庆节：10月1日放假，共" + "9" * 5_000 + "天。",
        "一、国庆节：放假" + "1日(" * 20_000,
        "、".join(["元旦"] * 20_000),
    ],
    ids=["a count of many digits", "brackets that never close", "festivals without end"],
)
def test_a_notice_of_nonsense_is_read_at_once(text: str) -> None:
    began = time.process_time()
    assert read_arrangement(text, 2028).doubts
    assert time.process_time() - began < 3


def test_a_notice_sets_no_day_of_another_time() -> None:
    found = read_arrangement("一、国庆节：9999年12月31日、0001年1月1日、10月2日放假。", 2028)
    assert list(found.named()) == [date(2028, 10, 2)]
    assert "“9999年12月31日”离2028年太远，没有采用。" in found.doubts
    eve = read_arrangement("一、元旦：2027年12月31日至2028年1月2日放假调休，共3天。", 2028)
    assert eve.named().keys() >= {date(2027, 12, 31), date(2028, 1, 2)}


def _long_list() -> BytesIO:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名单")
    for row in range(700):
        sheet.append([f"某某{row}号局", "联络员", "张" * 100])
    made = BytesIO()
    book.save(made)
    return BytesIO(made.getvalue())


@pytest.mark.parametrize("address", ["/roster/import", "/units/import"])
def test_a_list_out_of_a_file_is_no_longer_than_a_pasted_one(cast: Cast, client: Client, address: str) -> None:
    page = client("officer").post(address, data={"document": (_long_list(), "名单.xlsx")})
    assert "不像一份名单" in page.text
    assert "某某1号局" not in page.text


def test_a_notice_out_of_a_file_is_no_longer_than_a_pasted_one(cast: Cast, client: Client) -> None:
    document = (BytesIO("一、国庆节：10月1日放假。\n".encode() * 2_000), "通知.txt")
    page = client("upper_officer").post("/calendar/notice", data={"year": "2028", "document": document})
    assert "不像放假安排的通知" in page.text


def test_a_table_whose_first_cell_is_empty_keeps_its_columns(cast: Cast, client: Client) -> None:
    text = "\t单位\t岗位\t姓名\t电话\n1\t市妇联\t联络员\t周敏敏\t138 0000 2222"
    page = client("officer").post("/roster/import", data={"text": text})
    assert "周敏敏" in page.text.partition("<textarea")[0] + page.text.partition("</textarea>")[2]
    assert "没有写姓名" not in page.text
