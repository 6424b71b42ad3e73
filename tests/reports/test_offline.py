"""The report as an Excel form: away, filled in, back; errors come back in red; twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from tests.cast import Cast
from tests.makers.reports import make_open_round, report_of
from tracker.reports import actions
from tracker.reports.models import EntryState, Report, SectionKind
from tracker.reports.queries import reports as queries

Client = Callable[[str], FlaskClient]


@pytest.fixture
def report(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:32")
    return report_of(make_open_round(cast), cast.unit("市教育局"))


def fetched(client: FlaskClient, report_id: int) -> Any:
    return load_workbook(BytesIO(client.get(f"/reports/{report_id}/form.xlsx").data))


def filled(book: Any, **by_record: tuple[str, str, str]) -> BytesIO:
    """Fill rows by record (with _ for :) with (选择, 文字, 数据或时间); of new lines the first."""
    wanted = {record.replace("_", ":", 1): values for record, values in by_record.items()}
    page = book.worksheets[0]
    for row in page.iter_rows(min_row=2):
        values = wanted.pop(str(row[0].value).split("|")[1], None)
        for cell, value in zip(row[3:6], values or (), strict=False):
            cell.value = value or None
    assert not wanted
    out = BytesIO()
    book.save(out)
    out.seek(0)
    return out


def load(client: FlaskClient, report_id: int, content: BytesIO, name: str = "表.xlsx") -> Any:
    return client.post(f"/reports/{report_id}/form", data={"form": (content, name)}, follow_redirects=True)


def test_a_form_filled_in_away_comes_back_into_exactly_this_report_and_twice_changes_nothing(
    report: Report, client: Client
) -> None:
    number, entry = report.id, report.entries[0].id
    book = fetched(client("liaison"), number)
    wanted = {
        "section_progress": ("", "全年推进顺利\n第二段", ""),
        f"entry_{entry}": ("进展较慢", "资金未到位", "82%"),
        "arrangement_new": ("", "建设家长学校", "6月底前"),
        "request_new": ("", "请协调场地", ""),
    }
    content = filled(book, **wanted).getvalue()
    for _ in range(2):
        assert "填报表已全部导入" in load(client("liaison"), number, BytesIO(content)).text
    whole = queries.whole(number)
    row = next(one for one in whole.entries if one.id == entry)
    assert whole.section(SectionKind.PROGRESS) == "全年推进顺利\n第二段"
    assert (row.state, row.note, row.figure) == (EntryState.SLOW, "资金未到位", "82%")
    assert [(one.text, one.by_when) for one in whole.arrangements] == [("建设家长学校", "6月底前")]
    assert [one.text for one in whole.requests] == ["请协调场地"]


def test_rows_that_cannot_be_taken_come_back_with_reasons_and_the_others_are_saved(
    cast: Cast, report: Report, client: Client
) -> None:
    number, entry, other = report.id, report.entries[0].id, report.entries[1].id
    book = fetched(client("liaison"), number)
    actions.save_overview(cast.actor("leader"), report, {SectionKind.PROGRESS: "领导写的"})
    answer = load(
        client("liaison"), number,
        filled(book, section_progress=("", "离线写的", ""), section_problems=("", "没有争议", ""),
               **{f"entry_{entry}": ("差不多", "", ""), f"entry_{other}": ("已完成", "长" * 101, "")}),
    )  # fmt: skip
    page = load_workbook(BytesIO(answer.data)).worksheets[0]
    rows = [row for row in page.iter_rows(values_only=True) if str(row[0]).startswith(f"{number}|")]
    reasons = "\n".join(str(row[6]) for row in rows)
    assert len(rows) == 3
    assert "系统中现在是：领导写的" in reasons
    assert "“差不多”不在可选范围内" in reasons
    assert "请在100字以内，现在是101字" in reasons
    whole = queries.whole(number)
    assert whole.section(SectionKind.PROBLEMS) == "没有争议"
    assert whole.section(SectionKind.PROGRESS) == "领导写的"
    again = load(client("liaison"), number, BytesIO(answer.data))
    assert again.mimetype.endswith("sheet")


def test_another_reports_form_changes_nothing(cast: Cast, report: Report, client: Client) -> None:
    other = report_of(report.round, cast.unit("市卫生健康委")).id
    book = fetched(client("other_liaison"), other)
    answer = load(client("liaison"), report.id, filled(book, section_progress=("", "别人的", "")))
    assert answer.mimetype.endswith("sheet")
    assert queries.whole(report.id).section(SectionKind.PROGRESS) == ""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "文件不能为空"), (b"%PDF-1.4", "不是Excel文件"), (b"PK\x03\x04broken", "已损坏")],
)
def test_a_file_that_is_no_form_is_refused_with_a_sentence(
    report: Report, client: Client, content: bytes, sentence: str
) -> None:
    assert sentence in load(client("liaison"), report.id, BytesIO(content)).text
