"""The body's names are data; its settings are checked; committees below are made by the administrator."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tracker.committees.actions import usual_names
from tracker.committees.models import Committee, CommitteeSettings
from tracker.core.audit import AuditEntry
from tracker.core.db import db

Clients = Callable[[str], FlaskClient]

SETTINGS = {
    "annual_opens": "12月1日",
    "annual_due": "1-20",
    "annual_locks": "02/15",
    "half_year_opens": "6月15日",
    "half_year_due": "6-30",
    "review_workdays": "8",
    "rectify_workdays": "10",
    "consultation_workdays": "10",
    "deadline_moves_forward": "y",
    "due_soon_days": "30",
    "reminder_offsets": "-10，-3, 1、-3",
    "notice_reply_workdays": "15",
    "notice_supplement_workdays": "5",
    "finding_workdays": "20",
    "instruction_workdays": "15",
    "extension_workdays": "3",
    "request_workdays": "10",
    "contact_workdays": "5",
    "slip_workdays": "0",
    "office_phone": "",
}


def names_of(committee: Committee, **changed: str) -> dict[str, str]:
    fields = ("body_name", "short_name", "office_name", "office_short_name", "chair_title", "letterhead")
    names = {name: getattr(committee, name) for name in (*fields, "number_prefix")}
    return {**names, "version": committee.version, **changed}


def test_a_renamed_body_shows_its_new_name_everywhere(client: Clients, cast: Cast) -> None:
    officer = client("officer")
    officer.post("/settings/names", data=names_of(cast.committee, body_name="云川市妇女儿童工作联席会议"))
    assert "云川市妇女儿童工作联席会议" in officer.get("/units").text


def test_a_missing_name_is_pointed_out_and_nothing_is_lost(client: Clients, cast: Cast) -> None:
    page = (
        client("officer").post("/settings/names", data=names_of(cast.committee, body_name="", short_name="新简称")).text
    )
    assert "请填写此项" in page
    assert 'value="新简称"' in page
    assert cast.committee.body_name == "云川市妇女儿童工作委员会"


def test_a_stale_page_of_names_shows_both_texts(client: Clients, cast: Cast) -> None:
    page = names_of(cast.committee)
    client("officer").post("/settings/names", data={**page, "letterhead": "甲"})
    second = client("head").post("/settings/names", data={**page, "letterhead": "乙"})
    assert "刚才有人修改过" in second.text
    assert cast.committee.letterhead == "甲"
    assert f'name="version" type="hidden" value="{cast.committee.version}"' in second.text, "saving again is knowing"


def test_settings_are_typed_as_people_type_them(client: Clients, cast: Cast) -> None:
    assert client("officer").post("/settings", data={**SETTINGS, "slip_workdays": "5"}).status_code == 302
    assert cast.committee.settings == CommitteeSettings(
        annual_due="01-20", review_workdays=8, silence_is_consent=False, reminder_offsets=(-10, -3, 1), slip_workdays=5
    )
    changed = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "committee.settings")).one().changes
    assert set(changed["stored_settings"][1]) == {
        "annual_due",
        "review_workdays",
        "silence_is_consent",
        "slip_workdays",
    }


def test_a_stale_page_of_settings_overwrites_nothing(client: Clients, cast: Cast) -> None:
    page = {**SETTINGS, "version": cast.committee.version}
    client("officer").post("/settings", data={**page, "review_workdays": "7"})
    second = client("head").post("/settings", data={**page, "review_workdays": "9"})
    assert "刚才有人修改过" in second.text
    assert cast.committee.settings.review_workdays == 7
    assert f'name="version" type="hidden" value="{cast.committee.version}"' in second.text


def test_the_trail_names_the_setting_that_changed(client: Clients, cast: Cast) -> None:
    client("officer").post("/settings", data=SETTINGS)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "committee.settings")).one()
    page = client("auditor").get(f"/trail/{entry.id}").text
    assert "审核期限（工作日）" in page
    assert "01-20" in page


@pytest.mark.parametrize(
    ("field", "text", "sentence"),
    [
        ("annual_due", "2月30日", "12月1日”这样的日期"),
        ("annual_due", "", "12月1日”这样的日期"),
        ("review_workdays", "0", "1至60之间的整数"),
        ("review_workdays", "很多", "有效"),
        ("slip_workdays", "8", "有效"),
        ("office_phone", "请打总机", "电话号码只能是"),
        ("reminder_offsets", "提前三天", "-10，-3，1”这样"),
        ("reminder_offsets", ",".join(str(n) for n in range(1, 15)), "最多12次"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_in_a_sentence(
    client: Clients, cast: Cast, field: str, text: str, sentence: str
) -> None:
    page = client("officer").post("/settings", data={**SETTINGS, field: text})
    assert page.status_code == 200
    assert sentence in page.text
    assert cast.committee.settings == CommitteeSettings()


def test_saving_without_a_change_writes_nothing(client: Clients, cast: Cast) -> None:
    unchanged = {**SETTINGS, "annual_due": "1月15日", "review_workdays": "10", "silence_is_consent": "y"}
    client("officer").post("/settings", data=unchanged)
    assert db.session.scalar(select(AuditEntry.id).where(AuditEntry.event == "committee.settings")) is None


@pytest.mark.parametrize("who", ["liaison", "leader", "chair", "secadmin", "auditor"])
def test_settings_are_not_for_everybody(client: Clients, who: str) -> None:
    assert client(who).get("/settings").status_code == 403
    assert client(who).get("/settings/names").status_code == 403


def test_the_administrator_adds_a_committee_below(client: Clients, cast: Cast) -> None:
    admin = client("sysadmin")
    data = {"parent": cast.committee_id, "level": "county", "area_name": "白石区", "area_code": "870122"}
    answer = admin.post("/committees/new", data=data)
    made = db.session.scalars(select(Committee).where(Committee.area_code == "870122")).one()
    assert answer.location == f"/committees/{made.id}"
    assert made.path == f"{cast.committee.path}{made.id}/"
    assert made.office_short_name == "区妇儿工委办"
    assert "白石区" in admin.get("/committees").text


def test_an_area_has_one_committee(client: Clients, cast: Cast) -> None:
    data = {"parent": cast.committee_id, "level": "county", "area_name": "青禾县", "area_code": "870121"}
    assert "已登记过机构" in client("sysadmin").post("/committees/new", data=data).text


def test_a_committee_above_is_out_of_sight(client: Clients, cast: Cast) -> None:
    admin = client("sysadmin")
    assert admin.get(f"/committees/{cast.upper_id}").status_code == 404
    assert "临江省妇女儿童工作委员会" not in admin.get("/committees").text
    data = {"parent": cast.upper_id, "level": "county", "area_name": "外县", "area_code": "870999"}
    assert admin.post("/committees/new", data=data).status_code == 200
    assert db.session.scalar(select(Committee.id).where(Committee.area_code == "870999")) is None


@pytest.mark.parametrize(
    ("area", "short"),
    [("临江省", "省妇儿工委"), ("云川市", "市妇儿工委"), ("青禾县", "县妇儿工委"), ("白石自治区", "自治区妇儿工委")],
)
def test_the_usual_names_follow_the_area(area: str, short: str) -> None:
    assert usual_names(area)["short_name"] == short
