"""Nothing that was typed vanishes without a sentence; what people type by another keyboard is understood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.reports import make_accepted_report, make_open_round
from tracker.accounts import codes
from tracker.core import clock
from tracker.reports import actions
from tracker.reports.models import Compilation, CompilationKind

Client = Callable[[str], FlaskClient]


@pytest.fixture
def paper(cast: Cast) -> Compilation:
    round_ = make_open_round(cast)
    make_accepted_report(cast, round_, cast.unit("市教育局"))
    return actions.assemble(cast.actor("officer", on=date(2026, 1, 5)), round_, CompilationKind.ANNUAL)


def test_whoever_edits_a_paper_second_finds_both_texts(paper: Compilation, client: Client) -> None:
    number, passage = paper.id, paper.passages[0]
    field = f"passage:{passage.id}"
    mine, theirs = "我改写的一整段，" * 40, "同事改写的一整段。"
    old = {f"{field}:v": str(passage.version), f"{field}:text": theirs}
    assert client("second_officer").post(f"/compilations/{number}", data=old).status_code == 302
    page = client("officer").post(f"/compilations/{number}", data={**old, f"{field}:text": mine})
    assert page.status_code == 200
    assert mine in page.text
    assert theirs in page.text


def test_a_passage_that_is_too_long_takes_no_other_with_it(paper: Compilation, client: Client) -> None:
    first, second = paper.passages[0], paper.passages[1]
    fields = {f"passage:{first.id}:text": "字" * 20_001, f"passage:{second.id}:text": "另一段的修改"}
    page = client("officer").post(f"/compilations/{paper.id}", data=fields)
    assert page.status_code == 200
    assert "字" * 20_001 in page.text
    assert "另一段的修改" in page.text


@pytest.mark.parametrize("code", ["一二三四五六", "²²²²²²", "\u0661\u0662\u0663\u0664\u0665\u0666", "é", "……"])
def test_a_code_of_strange_characters_is_a_wrong_code(code: str) -> None:
    assert codes.right_step(codes.new_seed(), codes.as_typed(code), clock.now(), 0) is None


def test_a_code_typed_in_full_width_is_the_code() -> None:
    wide = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
    assert codes.as_typed("123 456".translate(wide)) == "123456"


LONG = {
    "/checks/new": "points", "/instructions/new": "text", "/rounds/new?kind=special": "guidance",
    "/compilations/<paper>": "title",
}  # fmt: skip


def test_whoever_sends_a_form_too_late_is_given_the_words_back(paper: Compilation, client: Client) -> None:
    """Pages are not stored, so that the browser's way back shows an empty form: the words are nowhere else."""
    for address, field in LONG.items():
        fields = {field: "写了一个上午的文字<b>", "password": "不能显示的密码", "unit_id": "1"}
        answer = client("stranger").post(address.replace("<paper>", str(paper.id)), data=fields)
        assert answer.status_code == 401, address
        assert "没有保存" in answer.text, address
        assert "写了一个上午的文字&lt;b&gt;" in answer.text, address
        assert "不能显示" not in answer.text, address


def test_whoever_presses_a_button_too_late_is_told_so(client: Client) -> None:
    late = client("stranger")
    answer = late.post("/checks/new", data={"unit_id": "1"})
    assert answer.location.startswith("/sign-in")
    assert "没有保存" in late.get(answer.location).text
