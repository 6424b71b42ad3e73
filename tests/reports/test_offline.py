"""The report as an Excel form: away, filled in, back; errors come back in red; twice changes nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select

from tests.cast import Cast
from tests.makers.reports import make_open_round, report_of
from tracker.core.db import db
from tracker.reports import actions
from tracker.reports.models import EntryState, FormReading, Report, SectionKind
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


def test_two_rows_for_one_place_with_other_words_are_named(report: Report, client: Client) -> None:
    """A row copied to be filled in by a colleague: one of the two would be gone without a word."""
    book = fetched(client("liaison"), report.id)
    page = book.worksheets[0]
    first = next(row for row in page.iter_rows(min_row=2) if "section:progress" in str(row[0].value))
    first[4].value = "第一个人写的"
    page.append([cell.value for cell in first])
    page.cell(page.max_row, 5).value = "第二个人写的"
    page.append([*(cell.value for cell in first[:4]), "第一个人写的", None])
    out = BytesIO()
    book.save(out)
    answer = load(client("liaison"), report.id, BytesIO(out.getvalue()))
    assert f"与第{first[0].row}行是报告中的同一处" in answer.text
    assert queries.whole(report.id).section(SectionKind.PROGRESS) == "第一个人写的"


def returned(client: FlaskClient, answer: Any) -> bytes:
    """The form that comes back, by the link on the page that names what was wrong."""
    assert "没有导入" in answer.text
    found = re.search(r'href="(/forms/\d+/errors\.xlsx)"', answer.text)
    assert found is not None
    return client.get(found[1]).data


def reasons_in(content: bytes) -> dict[str, str]:
    """By record: what the red column says; nothing where it says nothing."""
    page = load_workbook(BytesIO(content)).worksheets[0]
    head = [str(cell.value) for cell in page[1]]
    assert head.index("错误原因") == len(head) - 1
    said = {str(row[0].value).split("|")[1]: row[-1] for row in page.iter_rows(min_row=2) if row[-1].value}
    assert all(cell.font.color.rgb == "00C00000" for cell in said.values())
    return {record: str(cell.value) for record, cell in said.items()}


def resaved(content: bytes, place: Path) -> bytes:
    """The same workbook, opened and saved by LibreOffice as a section might."""
    (place / "sent").mkdir()
    (place / "sent" / "form.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{place / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(place), "sent/form.xlsx"]
    subprocess.run(command, cwd=place, check=True, capture_output=True, timeout=120)
    return (place / "form.xlsx").read_bytes()


def test_the_same_form_comes_back_whole_with_its_reasons_and_the_others_are_saved(
    cast: Cast, report: Report, client: Client
) -> None:
    number, entry, other = report.id, report.entries[0].id, report.entries[1].id
    liaison = client("liaison")
    book = fetched(liaison, number)
    rows = book.worksheets[0].max_row
    actions.save_overview(cast.actor("leader"), report, {SectionKind.PROGRESS: "领导写的"})
    sent = filled(
        book, section_progress=("", "离线写的", ""), section_problems=("", "没有争议", ""),
        **{f"entry_{entry}": ("差不多", "已经开工", "82%"), f"entry_{other}": ("已完成", "长" * 101, "")},
    )  # fmt: skip
    back = returned(liaison, load(liaison, number, sent))
    page = load_workbook(BytesIO(back)).worksheets[0]
    assert page.max_row == rows, "every row comes back"
    words = {str(row[0].value).split("|")[1]: [cell.value for cell in row[3:6]] for row in page.iter_rows(min_row=2)}
    assert words[f"entry:{entry}"] == ["差不多", "已经开工", "82%"]
    assert words["section:problems"][1] == "没有争议"
    said = reasons_in(back)
    assert set(said) == {"section:progress", f"entry:{entry}", f"entry:{other}"}
    assert "系统中现在是：领导写的" in said["section:progress"]
    assert "“差不多”不在可选范围内" in said[f"entry:{entry}"]
    assert "请在100字以内，现在是101字" in said[f"entry:{other}"]
    whole = queries.whole(number)
    assert (whole.section(SectionKind.PROBLEMS), whole.section(SectionKind.PROGRESS)) == ("没有争议", "领导写的")
    kept = db.session.scalars(select(func.max(FormReading.id))).one()
    assert client("other_liaison").get(f"/forms/{kept}").status_code == 404
    assert client("officer").get(f"/forms/{kept}/errors.xlsx").status_code == 404


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
def test_a_form_saved_by_libreoffice_is_put_right_in_two_rounds_and_a_third_changes_nothing(
    report: Report, client: Client, tmp_path: Path
) -> None:
    number, entry = report.id, report.entries[0].id
    liaison = client("liaison")
    wrong = filled(
        fetched(liaison, number), section_practice=("", "第一段\n第二段", ""),
        arrangement_new=("", "建家长学校", "6月底前"),
        **{f"entry_{entry}": ("差不多", "按月调度", "82%")},
    )  # fmt: skip
    saved = resaved(wrong.getvalue(), tmp_path)
    back = returned(liaison, load(liaison, number, BytesIO(saved)))
    assert list(reasons_in(back)) == [f"entry:{entry}"]
    right = load_workbook(BytesIO(back))
    for row in right.worksheets[0].iter_rows(min_row=2):
        if str(row[0].value).split("|")[1] == f"entry:{entry}":
            row[3].value = "已完成"
    out = BytesIO()
    right.save(out)
    for _ in range(2):
        assert "填报表已全部导入" in load(liaison, number, BytesIO(out.getvalue())).text
    whole = queries.whole(number)
    row = next(one for one in whole.entries if one.id == entry)
    assert (row.state, row.note, row.figure) == (EntryState.COMPLETED, "按月调度", "82%")
    assert whole.section(SectionKind.PRACTICE) == "第一段\n第二段"
    assert [(one.text, one.by_when) for one in whole.arrangements] == [("建家长学校", "6月底前")]
    assert row.version == 2


def test_a_formula_that_nobody_worked_out_wipes_nothing_and_is_named(
    cast: Cast, report: Report, client: Client
) -> None:
    """Some programs write no result beside a formula: the cell looks empty and is not."""
    liaison, number = client("liaison"), report.id
    actions.save_overview(cast.actor("liaison"), report, {SectionKind.PROGRESS: "系统中写的"})
    sent = filled(fetched(liaison, number), section_progress=("", '="完成"&A1', ""), section_problems=("", "没有", ""))
    said = reasons_in(returned(liaison, load(liaison, number, sent)))
    assert said == {"section:progress": "“文字”是没有算出结果的公式，没有导入，请改成文字或数字。"}
    whole = queries.whole(number)
    assert (whole.section(SectionKind.PROGRESS), whole.section(SectionKind.PROBLEMS)) == ("系统中写的", "没有")


def test_a_table_longer_than_any_report_is_refused_whole(
    report: Report, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.reports.views.offline.MOST_ROWS", 3)
    liaison = client("liaison")
    sent = filled(fetched(liaison, report.id), section_progress=("", "离线写的", ""))
    assert "表中超过3行，不是从本报告下载的表，没有导入" in load(liaison, report.id, sent).text
    assert queries.whole(report.id).section(SectionKind.PROGRESS) == ""


def test_another_reports_form_changes_nothing(cast: Cast, report: Report, client: Client) -> None:
    other = report_of(report.round, cast.unit("市卫生健康委")).id
    book = fetched(client("other_liaison"), other)
    answer = load(client("liaison"), report.id, filled(book, section_progress=("", "别人的", "")))
    assert "这一行不是本报告的" in answer.text
    assert queries.whole(report.id).section(SectionKind.PROGRESS) == ""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "文件不能为空"), (b"%PDF-1.4", "不是Excel文件"), (b"PK\x03\x04broken", "已损坏")],
)
def test_a_file_that_is_no_form_is_refused_with_a_sentence(
    report: Report, client: Client, content: bytes, sentence: str
) -> None:
    assert sentence in load(client("liaison"), report.id, BytesIO(content)).text
