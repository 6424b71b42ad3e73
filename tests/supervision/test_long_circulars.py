"""A long circular's files are prepared by the scheduler's process and seen before it is issued."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.supervision.test_circulars import make_circular
from tracker import rooms
from tracker.core import clock, files, works
from tracker.core.db import db
from tracker.core.works import Work
from tracker.supervision import actions
from tracker.supervision.documents import issuing
from tracker.supervision.models import Circular, CircularState

Client = Callable[[str], FlaskClient]
DAY = date(2026, 1, 21)


@pytest.fixture(autouse=True)
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", f"{DAY.isoformat()}T10:00")
    monkeypatch.setattr(issuing, "FEW_ROWS", 0)


def make_signed(cast: Cast) -> int:
    circular = make_circular(cast, DAY)
    actions.sign(cast.actor("head", on=DAY), circular)
    return circular.id


def test_the_files_are_made_as_a_work_and_what_was_seen_is_what_is_issued(cast: Cast, client: Client) -> None:
    number = make_signed(cast)
    officer, issue = client("officer"), f"/circulars/{number}/issue"
    assert "生成印发文件" in officer.get(issue).get_data(as_text=True)
    ordered = officer.post(issue)
    assert officer.post(issue).location == ordered.location, "ordered once"
    assert db.session.get_one(Circular, number).state is CircularState.SIGNED
    assert "正在生成" in officer.get(issue).get_data(as_text=True)
    assert works.perform_next(rooms.WORKS, clock.now())
    assert officer.get(f"{ordered.location}/progress").json["url"] == issue
    assert "继续印发" in officer.get(ordered.location).get_data(as_text=True)
    with ZipFile(BytesIO(officer.get(f"{ordered.location}/file").data)) as seen:
        prepared = {name.rpartition(".")[2]: seen.read(name) for name in seen.namelist()}
    officer.post(issue)
    circular = db.session.get_one(Circular, number)
    assert circular.state is CircularState.ISSUED
    stored = {"pdf": circular.pdf, "docx": circular.docx, "xlsx": circular.xlsx}
    assert {form: files.path_of(one.sha256).read_bytes() for form, one in stored.items() if one} == prepared


def test_files_prepared_for_other_words_or_another_day_are_not_issued(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = make_signed(cast)
    client("officer").post(f"/circulars/{number}/issue")
    monkeypatch.setenv("TRACKER_CLOCK", f"{DAY + timedelta(days=1)}T10:00")
    assert works.perform_next(rooms.WORKS, clock.now())
    assert "/works/" in client("officer").post(f"/circulars/{number}/issue").location, "ordered anew for today"
    actions.recall(cast.actor("head", on=DAY), db.session.get_one(Circular, number), "数字有误。")
    actions.edit_circular(
        cast.actor("officer", on=DAY), db.session.get_one(Circular, number), seen_version=None, opening="改后的导语。"
    )
    actions.sign(cast.actor("head", on=DAY), db.session.get_one(Circular, number))
    assert works.perform_next(rooms.WORKS, clock.now())
    assert db.session.query(Work).order_by(Work.id.desc()).first().message.startswith("通报在生成文件期间有变动")
    assert "生成印发文件" in client("officer").get(f"/circulars/{number}/issue").get_data(as_text=True)


def test_a_short_circular_is_issued_at_once(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(issuing, "FEW_ROWS", 1000)
    number = make_signed(cast)
    assert client("officer").post(f"/circulars/{number}/issue").location == f"/circulars/{number}"
    assert db.session.get_one(Circular, number).state is CircularState.ISSUED
