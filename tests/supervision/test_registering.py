"""登记印发: a circular that went its way in OA."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.cast import Cast
from tests.makers.reports import make_open_round
from tracker.core.db import db
from tracker.messages.models import Message
from tracker.supervision import actions
from tracker.supervision.models import Circular, CircularState, NumberSeries

Client = Callable[[str], FlaskClient]
DAY = date(2026, 1, 21)
PAPER = b"%PDF-1.4 stamped"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-21T10:00:00+08:00")


def make_draft(cast: Cast) -> int:
    return actions.draft_circular(cast.actor("officer", on=DAY), make_open_round(cast), cut_off_on=DAY).id


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "number": "云妇儿工委〔2026〕3号", "signer": "吴光", "issued_on": "2026-01-20",
        "final": (BytesIO(PAPER), "云妇儿工委〔2026〕3号.pdf"), **changes,
    }  # fmt: skip


def test_what_was_stamped_is_what_is_served_and_everybody_is_told(cast: Cast, client: Client) -> None:
    number = make_draft(cast)
    assert client("officer").post(f"/circulars/{number}/register", data=typed()).status_code == 302
    circular = db.session.get_one(Circular, number)
    assert (circular.state, circular.number, circular.signed_by, circular.issued_on) == (
        CircularState.ISSUED, "云妇儿工委〔2026〕3号", "吴光", date(2026, 1, 20),
    )  # fmt: skip
    assert client("liaison").get(f"/circulars/{number}/file.pdf").data == PAPER
    assert client("liaison").get(f"/circulars/{number}/file.docx").status_code == 404
    assert "登记印发，以签章件为准" in client("liaison").get(f"/circulars/{number}").get_data(as_text=True)
    told = select(func.count()).select_from(Message).where(Message.kind == "circular.issued")
    assert db.session.scalar(told) == 8


def test_registering_takes_no_number_of_ours(cast: Cast, client: Client) -> None:
    client("officer").post(f"/circulars/{make_draft(cast)}/register", data=typed())
    assert db.session.scalars(select(NumberSeries)).all() == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"final": None}, "请上传签章件"),
        ({"final": (BytesIO(b"plain words"), "通报.txt")}, "不支持这种文件"),
        ({"issued_on": "2026-01-22"}, "印发日期不能晚于今天"),
        ({"number": ""}, "请填写此项"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_issued(
    cast: Cast, client: Client, changes: dict[str, Any], sentence: str
) -> None:
    number = make_draft(cast)
    form = {name: value for name, value in typed(**changes).items() if value is not None}
    page = client("officer").post(f"/circulars/{number}/register", data=form).get_data(as_text=True)
    assert sentence in page
    assert "吴光" in page
    assert db.session.get_one(Circular, number).state is CircularState.DRAFT


def test_one_number_belongs_to_one_circular(cast: Cast, client: Client) -> None:
    number = make_draft(cast)
    client("officer").post(f"/circulars/{number}/register", data=typed())
    circular = db.session.get_one(Circular, number)
    another = actions.draft_circular(cast.actor("officer", on=DAY), circular.round, cut_off_on=DAY).id
    page = client("officer").post(f"/circulars/{another}/register", data=typed()).get_data(as_text=True)
    assert "已经用于另一份通报" in page


def test_pressing_twice_registers_once_and_only_the_office_may(cast: Cast, client: Client) -> None:
    number = make_draft(cast)
    assert client("chair").get(f"/circulars/{number}/register").status_code == 403
    assert client("liaison").get(f"/circulars/{number}/register").status_code == 404
    assert client("officer").post(f"/circulars/{number}/register", data=typed()).status_code == 302
    assert client("officer").post(f"/circulars/{number}/register", data=typed()).status_code == 403


def test_a_number_that_oa_gave_is_not_given_again(cast: Cast, client: Client) -> None:
    number = make_draft(cast)
    client("officer").post(f"/circulars/{number}/register", data=typed(number="云妇儿工委〔2026〕1号"))
    circular = db.session.get_one(Circular, number)
    another = actions.draft_circular(cast.actor("officer", on=DAY), circular.round, cut_off_on=DAY)
    actions.sign(cast.actor("head", on=DAY), another)
    assert another.number == "云妇儿工委〔2026〕2号"
