"""What the office prints to chase: the list as filtered, the letter to one unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import docx
import pypdfium2
import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.reminders.test_remind import watch
from tracker.core import clock
from tracker.reminders import actions

Client = Callable[[str], FlaskClient]
TODAY = date(2026, 3, 18)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", TODAY.isoformat() + "T10:00")


def days_ago(cast: Cast, days: int, *, number: int, unit: str = "市教育局") -> int:
    due_on = TODAY - timedelta(days=days)
    return watch(cast, unit, number=number, due_on=due_on, on=due_on - timedelta(days=30))


def words_of(content: bytes) -> str:
    """Paragraphs and cells of a DOCX, in order."""
    found = docx.Document(BytesIO(content))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in found.paragraphs] + cells)


def test_the_list_names_units_in_official_order_with_whom_to_call(cast: Cast, client: Client) -> None:
    days_ago(cast, 2, number=1, unit="市卫生健康委")
    days_ago(cast, -14, number=2)
    words = words_of(client("officer").get("/reminders/list.docx").data)
    assert "截至2026年3月18日，2个单位有2项事项尚未办理，其中逾期1项。" in words
    assert words.index("市教育局") < words.index("市卫生健康委")
    assert "逾期2个工作日" in words
    assert "还有10个工作日" in words
    assert "王敏" in words
    assert "尚未提醒" in words


def test_the_list_is_as_filtered_and_says_so(cast: Cast, client: Client) -> None:
    days_ago(cast, 2, number=1, unit="市卫生健康委")
    days_ago(cast, 2, number=2)
    words = words_of(client("officer").get("/reminders/list.docx?q=卫生").data)
    assert "筛选条件：查找：卫生。" in words
    assert "市教育局" not in words
    officer = client("officer")
    assert "/reminders/list.docx?kind=report.due" in officer.get("/reminders?kind=report.due").text
    assert "种类：报送报告" in words_of(officer.get("/reminders/list.docx?kind=report.due").data)
    other = words_of(officer.get("/reminders/list.docx?kind=notice.reply").data)
    assert "0个单位有0项" in other
    assert "市教育局" not in other


def test_the_list_as_pdf_is_one_landscape_page(cast: Cast, client: Client) -> None:
    days_ago(cast, 2, number=1)
    answer = client("officer").get("/reminders/list.pdf")
    found = pypdfium2.PdfDocument(answer.data)
    width, height = found[0].get_size()
    assert (len(found), width > height) == (1, True)
    assert "逾期" in found[0].get_textpage().get_text_range()


def test_a_letter_about_one_matter_names_it_in_the_title(cast: Cast, client: Client) -> None:
    words = words_of(client("officer").get(f"/reminders/{days_ago(cast, 3, number=1)}/letter.docx").data)
    assert "关于请抓紧报送2025年年度报告的函" in words.replace("\n", "")
    assert "云川市教育局：" in words
    assert "应由你单位于2026年3月15日前办理的" in words


def test_a_letter_lists_what_else_the_unit_has_let_pass_and_nothing_of_others(cast: Cast, client: Client) -> None:
    late = days_ago(cast, 3, number=1)
    days_ago(cast, 9, number=2)
    days_ago(cast, -9, number=3)
    days_ago(cast, 9, number=4, unit="市卫生健康委")
    actions.ask_contacts(
        cast.actor("officer", on=date(2026, 1, 5)), cast.committee, [cast.unit("市教育局")], date(2026, 1, 9)
    )
    words = words_of(client("officer").get(f"/reminders/{late}/letter.docx").data)
    assert "关于请抓紧办理有关事项的函" in words
    assert "下列2项事项尚未办结" in words
    assert "联络员" not in words, "a telephone that nobody confirmed is no matter for this letter"


@pytest.mark.parametrize("who", ["liaison", "leader"])
def test_a_unit_is_chased_and_does_not_chase(cast: Cast, client: Client, who: str) -> None:
    late = days_ago(cast, 3, number=1)
    assert client(who).get(f"/reminders/{late}/letter.pdf").status_code == 403
    assert client(who).get("/reminders/list.pdf").status_code == 403
    assert client("other_liaison").get(f"/reminders/{late}/letter.pdf").status_code == 404
    assert clock.today() == TODAY
