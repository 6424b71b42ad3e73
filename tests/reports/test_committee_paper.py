"""The committee's own report: at once while short, else ordered, made in the background, fetched by its orderer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import docx
import pypdfium2
import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.reports import make_accepted_report, make_open_round
from tracker import rooms
from tracker.core import clock, works
from tracker.documents import docx as word
from tracker.reports import actions, documents
from tracker.reports.actions import PassageEdit
from tracker.reports.models import CompilationKind, Round

Client = Callable[[str], FlaskClient]


@pytest.fixture
def round_(cast: Cast) -> Round:
    round_ = make_open_round(cast)
    make_accepted_report(cast, round_, cast.unit("市教育局"))
    return round_


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "FEW_REPORTS", 0)


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_a_short_one_comes_at_once(round_: Round, client: Client, verb: str) -> None:
    answer = client("officer").open(f"/rounds/{round_.id}/report.docx", method=verb)
    assert "规划实施情况报告" in docx.Document(BytesIO(answer.data)).paragraphs[0].text


@pytest.mark.usefixtures("long")
def test_asking_for_a_long_one_changes_nothing_yet(round_: Round, client: Client) -> None:
    page = client("officer").get(f"/rounds/{round_.id}/report.pdf").get_data(as_text=True)
    assert "开始生成" in page
    assert works.take_next(clock.now()) is None


@pytest.mark.usefixtures("long")
@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_long_one_is_ordered_made_and_fetched(round_: Round, client: Client, kind: str) -> None:
    browser, address = client("officer"), f"/rounds/{round_.id}/report.{kind}"
    page = browser.post(address).location
    assert browser.post(address).location == page, "pressing twice orders once"
    assert works.perform_next(rooms.WORKS, clock.now())
    assert "文件已生成" in browser.get(page).get_data(as_text=True)
    made = browser.get(f"{page}/file")
    assert f".{kind}" in made.headers["Content-Disposition"]
    if kind == "pdf":
        text = pypdfium2.PdfDocument(made.data)[0].get_textpage().get_text_range()
    else:
        text = "".join(paragraph.text for paragraph in docx.Document(BytesIO(made.data)).paragraphs)
    assert "已审核通过1个单位的报告" in text


def test_what_the_office_adds_in_brackets_gets_no_second_stop(cast: Cast, round_: Round) -> None:
    officer = cast.actor("officer", on=date(2026, 1, 20))
    paper = actions.assemble(officer, round_, CompilationKind.ANNUAL)
    for number, words in ((0, "已整改。（办公室补充。）"), (1, "完成改造（9月底前）")):
        actions.save_passage(officer, paper, PassageEdit(paper.passages[number].id, words, False))
    made = word.render(documents.compilation_paper(paper, on=officer.on, sources=False))
    text = "".join(paragraph.text for paragraph in docx.Document(BytesIO(made)).paragraphs)
    assert "（办公室补充。）" in text
    assert "。）。" not in text
    assert "（9月底前）。" in text
