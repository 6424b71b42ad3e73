"""What one may see and where one may be led."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.reports import make_open_round, report_of, write_report
from tracker.accounts import passwords
from tracker.accounts.models import User
from tracker.core import files
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.pages import safe_next
from tracker.reports import actions

Client = Callable[[str], FlaskClient]
ON = date(2025, 12, 10)
LATER = date(2025, 12, 12)


def _evidence_of_a_returned_report(cast: Cast) -> int:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=ON)
    write_report(liaison, report)
    actions.submit_on_paper(liaison, report, "赵强")
    actions.return_report(cast.actor("officer", on=date(2025, 12, 11)), report, "请补充。")
    blob = files.put_bytes(b"not yet submitted")
    return actions.attach(cast.actor("liaison", on=LATER), report, blob, "draft.txt").id


def test_a_file_is_never_found_by_another_unit(cast: Cast, client: Client) -> None:
    number = _evidence_of_a_returned_report(cast)
    assert client("liaison").get(f"/evidence/{number}").status_code == 200
    for who in ("other_liaison", "other_leader", "lower_officer", "upper_officer", "sysadmin", "secadmin", "auditor"):
        assert client(who).get(f"/evidence/{number}").status_code == 404, who


def test_the_office_cannot_open_a_file_that_was_added_after_the_return(cast: Cast, client: Client) -> None:
    number = _evidence_of_a_returned_report(cast)
    assert client("officer").get(f"/evidence/{number}").status_code == 404


def test_the_trail_does_not_tell_the_office_what_a_draft_says(cast: Cast, client: Client) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    words = "还没有报送的一句话"
    actions.save_entry(cast.actor("liaison", on=ON), report, report.entries[0], None, note="先写一句")
    actions.save_entry(cast.actor("liaison", on=LATER), report, report.entries[0], None, note=words)
    written = select(AuditEntry.id).where(AuditEntry.event == "report.write").order_by(AuditEntry.id.desc())
    number = db.session.scalar(written.limit(1))
    page = client("officer").get(f"/trail/{number}")
    assert page.status_code in {200, 404}
    assert words not in page.get_data(as_text=True)


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "\x01//evil.example"])
def test_after_signing_in_nobody_is_led_to_another_site(target: str) -> None:
    assert safe_next(target) is None


@pytest.mark.parametrize("target", ["/\t/evil.example", "/\n/evil.example", "/\r\nX-Injected: 1"])
def test_control_characters_never_stand_in_the_way_back(target: str) -> None:
    assert safe_next(target) is None


def test_a_one_time_link_leads_to_this_site_whatever_host_was_asked(cast: Cast, client: Client) -> None:
    sysadmin, user_id = client("sysadmin"), cast.actor("liaison").user_id
    cookie = sysadmin.get_cookie("gangmu")
    assert cookie is not None
    sysadmin.set_cookie("gangmu", cookie.value, domain="evil.example")
    page = sysadmin.post(f"/users/{user_id}/link", base_url="http://evil.example")
    assert page.status_code == 200
    assert "http://evil.example/" not in page.get_data(as_text=True)


def test_a_link_for_a_section_leads_to_this_site_whatever_host_was_asked(cast: Cast, client: Client) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    liaison = client("liaison")
    cookie = liaison.get_cookie("gangmu")
    assert cookie is not None
    liaison.set_cookie("gangmu", cookie.value, domain="evil.example")
    fields = {"section": "义教科", "expires_on": "2026-01-10", "records": ["section:progress"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRACKER_CLOCK", "2025-12-15T09:00:00+08:00")
        page = liaison.post(f"/reports/{report.id}/shares", data=fields, base_url="http://evil.example")
    assert "/parts/" in page.text
    assert "http://evil.example/parts" not in page.text


def test_a_security_administrator_cannot_make_himself_head_of_the_office(cast: Cast, client: Client) -> None:
    user_id = cast.actor("secadmin").user_id
    fields = {"committee": cast.committee_id, "role": "office_head", "title": "", "starts_on": "2021-01-02"}
    page = client("secadmin").post(f"/users/{user_id}/posts/new", data=fields)
    assert page.status_code != 302


def test_the_password_page_does_not_tell_a_stolen_session_whether_a_guess_is_right(cast: Cast, client: Client) -> None:
    secret = "Qiu-Tian#4417"
    db.session.get_one(User, cast.actor("liaison").user_id).password_hash = passwords.hashed(secret)
    db.session.commit()
    guess = {"current": "not the one", "new": secret, "again": secret}
    assert "当前密码不正确" in client("liaison").post("/account/password", data=guess).get_data(as_text=True)


def test_no_form_is_taken_without_its_token(guarded: Flask, cast: Cast, client: Client) -> None:
    strings = {
        "kind": "docx",
        "form": "pdf",
        "what": "suspend",
        "verb": "close",
        "role": "liaison",
        "day": "2025-12-10",
    }
    officer = client("officer")
    with guarded.test_request_context():
        addresses = [
            url_for(rule.endpoint, **{name: strings.get(name, 1) for name in rule.arguments})
            for rule in guarded.url_map.iter_rules()
            if rule.methods and "POST" in rule.methods
        ]
    assert len(addresses) > 90
    answers = {address: officer.post(address, data={"csrf_token": "wrong"}).status_code for address in addresses}
    assert {address: status for address, status in answers.items() if status != 400} == {}
