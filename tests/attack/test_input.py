"""Broken, absurd and oversized input is answered with a sentence, never with a crash."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.plans import make_import, make_plan, plan_draft
from tests.makers.reports import make_open_round, report_of
from tracker.committees.importing import read_rows
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.core.forms import clean_line
from tracker.documents.grids import Grid, Line
from tracker.documents.templates import _number
from tracker.documents.values import DocumentError
from tracker.plans.importing import UnreadableDocument, read_plans
from tracker.plans.importing.stored import replaced_by
from tracker.plans.models import ImportDraft
from tracker.reports import actions
from tracker.reports.actions.answering import taken
from tracker.reports.models import Question, QuestionAnswer, QuestionKind
from tracker.tasks.importing.reading import read_table

Client = Callable[[str], FlaskClient]
HUGE = "9" * 20
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.mark.parametrize(
    "address",
    [
        f"/reports/{HUGE}", "/reports/-1", "/reports/²", "/calendar?year=0", "/calendar?year=99999",
        "/calendar/0001-01-01", "/inbox?page=-4", f"/inbox?page={HUGE}", f"/trail?object=Report:{HUGE}",
        "/trail?kind=%00", "/verify/a%00b", "/reports/1/versions/1/files/a%00b",
        "/reports/1/versions/1/files/%ED%A0%80", f"/tasks?plan={HUGE}", f"/units?committee={HUGE}",
        "/rounds/day?date=9999-12-31",
    ],
)  # fmt: skip
def test_an_absurd_address_is_answered(cast: Cast, client: Client, address: str) -> None:
    assert client("officer").get(address).status_code in {200, 302, 403, 404}


@pytest.mark.parametrize(
    "address",
    [
        "/trail?since=0001-01-01", "/trail?until=9999-12-31", "/trail?object=Report:²", "/rounds/day?date=0001-01-01",
        "/tasks/day?date=0001-01-01", f"/lights?view=list&unit={HUGE}",
    ],
)  # fmt: skip
def test_an_absurd_day_or_number_is_answered(cast: Cast, client: Client, address: str) -> None:
    assert client("officer").get(address).status_code in {200, 302, 404}


@pytest.mark.parametrize("fields", [{"ids": HUGE, "unit": "1"}, {"ids": "9" * 5000, "unit": "1"}, {"unit": HUGE}])
def test_a_bulk_act_with_absurd_numbers_is_answered(cast: Cast, client: Client, fields: dict[str, str]) -> None:
    address = f"/plans/{make_plan(cast).id}/tasks/units"
    assert client("officer").post(address, data=fields).status_code in {200, 302}


SAID = [
    '{"record":"section:progress","field":"text","value":"a\\u0000b\\ud800"}',
    '{"record":["x"],"field":{"a":1},"value":[1]}',
    '{"record":"section:\\u0000","field":"text","value":"x"}',
    '{"record":"section:progress","field":"report_id","value":"1"}',
    "null",
    "",
]


@pytest.mark.parametrize("said", SAID)
def test_autosave_answers_nonsense(cast: Cast, client: Client, said: str) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    answer = client("liaison").post(f"/reports/{report.id}/autosave", data=said, content_type="application/json")
    assert answer.status_code in {200, 422}


@pytest.mark.parametrize("said", ["[" * 100_000 + "]" * 100_000, "²", "9" * 5000])
def test_autosave_answers_depth_and_digits(cast: Cast, client: Client, said: str) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    row = actions.add_arrangement(cast.actor("liaison", on=date(2025, 12, 10)), report, "一项安排")
    if not said.startswith("["):
        said = f'{{"record":"arrangement:{row.id}","field":"task_id","value":"{said}"}}'
    answer = client("liaison").post(f"/reports/{report.id}/autosave", data=said, content_type="application/json")
    assert answer.status_code == 422


@pytest.mark.parametrize("said", [{"title": 7, "text": [1]}, [1, 2], "x", 5])
def test_what_a_script_sends_to_a_form_is_no_form(cast: Cast, client: Client, said: object) -> None:
    for address in ("/checks/new", "/rounds/new", "/instructions/new"):
        assert client("officer").post(address, json=said).status_code in {200, 302, 400}, address


def _word(body: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", body)
    return made.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        '<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><a>&z;</a>',
        "<a>" + " " * (61 << 20),
        "<a",
    ],
    ids=["outer entity", "inner entity", "bomb", "broken"],
)
def test_a_malicious_word_file_is_refused_with_a_sentence(body: str) -> None:
    with pytest.raises(UnreadableDocument):
        read_plans(_word(body), "规划.docx")


def test_a_word_file_nested_ten_thousand_deep_is_refused_with_a_sentence() -> None:
    body = f"<w:document xmlns:w='{WORD}'><w:body>{'<w:sdt>' * 10_000}{'</w:sdt>' * 10_000}</w:body></w:document>"
    with pytest.raises(UnreadableDocument):
        read_plans(_word(body), "规划.docx")


def test_a_file_named_like_pasted_text_is_read_as_a_file(cast: Cast, client: Client) -> None:
    fields = {"file": (BytesIO(b"\xff\xfe\xff\x81"), "粘贴的文本.txt")}
    assert client("officer").post("/plans/import", data=fields).status_code == 200


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("张三　李四", "张三 李四"),
        ("见\u00a0附件", "见 附件"),
        ("\U00031350某", "\U00031350某"),
        ("\ue863某", "\ue863某"),
    ],
    ids=["ideographic blank", "no-break blank", "extension H", "private use"],
)  # fmt: skip
def test_rare_characters_and_blanks_in_names_survive(typed: str, kept: str) -> None:
    assert (clean_line(typed) or "").replace("\u3000", " ") == kept


def test_a_cell_of_nothing_but_brackets_is_read_at_once() -> None:
    """Looking for the end of each of them took minutes; measured by what this process worked, not by the clock."""
    cell = "（" * 30_000
    began = time.process_time()
    read_rows(cell)
    assert read_table([Grid("表", (Line(1, (cell, cell)),))]) is None
    assert time.process_time() - began < 3


@pytest.mark.parametrize("figure", ["1e99", "1E999999999999999", "١٢", "0x10", "1_000", "Infinity", "."])
def test_a_figure_is_digits_and_no_more(figure: str) -> None:
    """1e999999999 is eleven characters typed, and a thousand million written out."""
    question = Question(kind=QuestionKind.NUMBER, text="人数", options=[])
    with pytest.raises(RuleError):
        taken(QuestionAnswer(question=question), figure)
    if figure[:2] in {"1e", "1E"}:
        with pytest.raises(DocumentError):
            _number(figure, whole=True)


@pytest.mark.parametrize("number", [HUGE, "9" * 5_000, "99999999999", "abc"])
def test_the_numbers_of_an_import_are_places_and_rows(cast: Cast, client: Client, number: str) -> None:
    draft = make_import(cast, plan_draft()).id
    base = f"/plans/import/{draft}"
    for address, fields in ((f"{base}/doubts", {"ids": number}), (f"{base}/target", {"plan": "0", "target": number})):
        assert client("officer").post(address, data=fields).status_code == 302, address
    assert replaced_by(db.session.get_one(ImportDraft, draft)) == [None]
