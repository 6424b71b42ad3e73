"""What every request meets: words that could not be taken come back, nonsense is refused with a page and no crash."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from tests.cast import Cast

Client = Callable[[str], FlaskClient]
TYPED = {"csrf_token": "of another session", "words": "今年新建改扩建公办园十一所。", "password": "不应出现的口令"}


def test_a_form_of_another_session_gives_its_words_back(guarded: Flask, cast: Cast, client: Client) -> None:
    answer = client("liaison").post("/account/contact", data=TYPED, headers={"Referer": "http://localhost/account"})
    assert answer.status_code == 400
    assert TYPED["words"] in answer.text
    assert TYPED["password"] not in answer.text


@pytest.mark.parametrize("referrer", [{}, {"Referer": "http://elsewhere.example/localhost"}])
def test_another_site_does_not_make_the_page_say_what_it_likes(
    guarded: Flask, cast: Cast, client: Client, referrer: dict[str, str]
) -> None:
    answer = client("liaison").post("/account/contact", data=TYPED, headers=referrer)
    assert answer.status_code == 400
    assert TYPED["words"] not in answer.text


def test_json_that_nests_deeper_than_any_page_sends_is_none(app: Flask) -> None:
    with app.test_request_context(data="[" * 100_000, content_type="application/json"):
        assert request.get_json(silent=True) is None


@pytest.mark.parametrize("number", ["9" * 30, "-1", "一", "1e3"])
@pytest.mark.parametrize(
    "address", ["/units/import?committee=", "/units/new?committee=", "/calendar?year=", "/calendar/notice?year="]
)
def test_a_number_that_no_column_holds_is_none(cast: Cast, client: Client, address: str, number: str) -> None:
    assert client("sysadmin").get(address + number).status_code in {200, 403}
    assert client("officer").get(address + number).status_code in {200, 403}
