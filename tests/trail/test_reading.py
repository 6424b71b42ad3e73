"""Reading is an act too: one entry a person, thing and day; nothing for one's own work; nothing shown without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.counting import counted
from tests.makers.reports import make_open_round, make_submitted_report
from tracker.accounts.models import Holding
from tracker.core import audit, clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.reading import ADMINISTERED, OPENED, record_opening
from tracker.reports.models import Report

Clients = Callable[[str], FlaskClient]
MARKED = {
    "accounts.proposal", "accounts.roster", "accounts.roster_slips", "accounts.see_off", "accounts.unit_posts",
    "accounts.user", "accounts.users", "reminders.contacts", "reminders.unreached", "reports.missing",
    "reports.review", "reports.version", "trail.index",
}  # fmt: skip
"""Reports of others, contacts and accounts, the trail: whoever marks one more writes it here. Evidence and papers leave
their entry when they are handed out (core/exports)."""


def readings(event: str = OPENED) -> list[str]:
    rows = select(AuditEntry.sentence).where(AuditEntry.event == event).order_by(AuditEntry.id)
    return list(db.session.scalars(rows))


@pytest.fixture
def report(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:32")
    return make_submitted_report(cast, make_open_round(cast), cast.unit("市教育局"))


def test_the_pages_whose_opening_is_written_down_are_these(app: Flask) -> None:
    marked = {name for name, view in app.view_functions.items() if hasattr(view, "__reads__")}
    assert marked == MARKED


def test_the_office_opening_a_units_report_leaves_one_entry_a_day(
    cast: Cast, report: Report, client: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        assert client("officer").get(f"/reports/{report.id}/review").status_code == 200
    assert readings() == [f"查阅{report.audit_label()}"]
    client("head").get(f"/reports/{report.id}/review")
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-11T09:00")
    client("officer").get(f"/reports/{report.id}/review")
    assert len(readings()) == 3
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == OPENED)).first()
    assert entry is not None
    assert (entry.object_type, entry.object_id) == ("Report", report.id)


def test_the_unit_opening_its_own_report_leaves_none(cast: Cast, report: Report, client: Clients) -> None:
    assert client("liaison").get(f"/reports/{report.id}").status_code == 200
    assert client("leader").get(f"/reports/{report.id}/versions/1").status_code == 200
    assert readings() == []
    client("chair").get(f"/reports/{report.id}/versions/1")
    assert readings() == [f"查阅{report.audit_label()}的报送稿"]


def test_what_was_refused_or_not_found_was_not_read(cast: Cast, report: Report, client: Clients) -> None:
    assert client("other_liaison").get(f"/reports/{report.id}/versions/1").status_code == 404
    assert client("officer").get(f"/reports/{report.id}/versions/9").status_code == 404
    assert client("liaison").get(f"/units/{report.unit_id}/posts").status_code == 403
    assert readings() == []


def test_contacts_and_the_trail_are_read_with_an_entry(cast: Cast, client: Clients) -> None:
    unit = cast.unit("市教育局").id
    for address in ("/roster", f"/units/{unit}/posts", "/trail", "/roster?q=教育", "/trail?page=2"):
        client("officer").get(address)
    assert readings() == ["查阅成员单位及联络员名单", "查阅市教育局的联络员和分管领导", "查阅操作记录"]


def test_what_administrators_read_is_the_auditors_to_see_and_not_the_offices(cast: Cast, client: Clients) -> None:
    person = db.session.get_one(Holding, cast.holdings["liaison"]).user
    client("sysadmin").get(f"/users/{person.id}")
    own = db.session.get_one(Holding, cast.holdings["sysadmin"]).user_id
    client("sysadmin").get(f"/users/{own}")
    assert readings(ADMINISTERED) == [f"查阅{person.audit_label()}的账号"]
    assert "）的账号" in client("auditor").get("/trail?kind=read").text
    assert "）的账号" not in client("officer").get("/trail?kind=read").text


def test_a_page_costs_no_more_than_one_question_when_it_was_opened_before(cast: Cast, client: Clients) -> None:
    client("officer").get("/trail")
    with counted() as again:
        client("officer").get("/trail")
    asked = [one for one in again if "audit_entries.event =" in one and "LIMIT" in one]
    assert len(asked) == 1
    assert not [one for one in again if one.startswith("INSERT INTO audit_entries")]


def test_a_day_ends_at_midnight_in_shanghai(cast: Cast) -> None:
    evening = clock.now().astimezone(clock.SHANGHAI).replace(hour=23, minute=50)
    for minutes in (0, 5, 15, 20):
        actor = replace(cast.actor("officer"), at=evening + timedelta(minutes=minutes))
        record_opening(actor, "查阅名单", "名单", None, None)
    assert len(readings()) == 2


@pytest.mark.parametrize("address", ["/roster", "/trail", "/rounds.xlsx"])
def test_where_the_trail_cannot_be_written_nothing_is_shown(
    cast: Cast, client: Clients, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    officer = client("officer")

    def broken(*_: object) -> None:
        raise OSError("the trail is full")

    monkeypatch.setattr(audit, "_append", broken)
    answer = officer.get(address)
    assert answer.status_code == 500
    assert "市教育局" not in answer.text
    assert readings() == []


def test_where_the_trail_cannot_be_written_no_act_happens(
    cast: Cast, client: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("the trail is full")

    unit = cast.unit("市教育局")
    before = unit.position
    monkeypatch.setattr(audit, "_append", broken)
    assert client("officer").post(f"/units/{unit.id}/move", data={"to": "down"}).status_code == 500
    db.session.expire_all()
    assert cast.unit("市教育局").position == before


def test_who_looked_at_what_may_be_left_out(cast: Cast, client: Clients) -> None:
    client("officer").get("/roster")
    assert "查阅成员单位及联络员名单" in client("officer").get("/trail").text
    page = client("officer").get("/trail?kind=-read").text
    assert "查阅成员单位及联络员名单" not in page
    assert "查阅以外的" in page


def test_only_the_first_opening_of_a_day_asks_for_the_write_lock(
    cast: Cast, report: Report, client: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client("officer").get(f"/reports/{report.id}/review").status_code == 200
    monkeypatch.setattr("tracker.core.reading.record_opening", lambda *_: pytest.fail("asked for again"))
    assert client("officer").get(f"/reports/{report.id}/review").status_code == 200
    with pytest.raises(pytest.fail.Exception):
        client("head").get(f"/reports/{report.id}/review")
