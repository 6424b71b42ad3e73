"""The trail: read as sentences by those who may, in words before and after, and proved unaltered."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

import tracker
from tests.cast import Cast
from tests.committees.test_units import queries_of
from tests.counting import counted
from tests.tampering import break_the_lock
from tracker.accounts import actions as accounts
from tracker.accounts.models import Holding
from tracker.committees import actions as committees
from tracker.committees.models import System
from tracker.core import clock, files
from tracker.core.audit import Audited, AuditEntry
from tracker.core.commands import command
from tracker.core.db import Base, db
from tracker.trail import queries
from tracker.trail.wording import FIELDS, KINDS, SETTINGS, Called, changes_of, in_words

Clients = Callable[[str], FlaskClient]


@pytest.fixture
def entries(cast: Cast) -> dict[str, int]:
    """One entry of the office's business, one of administration, one of a committee below."""
    unit = cast.unit("市教育局")
    facts = {"full_name": "云川市教育体育局", "short_name": "市教体局", "system": System.GOVERNMENT}
    committees.change_unit(
        cast.actor("officer"), unit, facts, aliases=[], former_names=[], position=None, seen=unit.version
    )
    user = db.session.get_one(Holding, cast.holdings["other_leader"]).user
    accounts.disable(cast.actor("sysadmin"), user, reason="调离岗位")
    committees.set_day(cast.actor("lower_officer"), date(2026, 3, 3), is_workday=False, note="")
    numbers = {entry.event: entry.id for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))}
    return numbers


def test_the_auditor_reads_everything_of_the_committee(client: Clients, entries: dict[str, int]) -> None:
    page = client("auditor").get("/trail").text
    assert "修改单位：市教体局" in page
    assert "停用账号：孙立（sunli）" in page
    assert "调离岗位" in page
    assert "2026年3月3日定为休息日" not in page


def test_the_office_reads_its_business_and_no_administration(client: Clients, entries: dict[str, int]) -> None:
    page = client("officer").get("/trail").text
    assert "修改单位：市教体局" in page
    assert "停用账号" not in page
    assert client("officer").get(f"/trail/{entries['user.disable']}").status_code == 404


@pytest.mark.parametrize("who", ["liaison", "leader", "chair", "sysadmin", "secadmin"])
def test_nobody_else_reads_the_trail(client: Clients, entries: dict[str, int], who: str) -> None:
    assert client(who).get("/trail").status_code == 403
    assert client(who).get(f"/trail/{entries['unit.change']}").status_code == 404


def test_the_trail_of_another_committee_does_not_exist(client: Clients, entries: dict[str, int]) -> None:
    assert client("auditor").get(f"/trail/{entries['calendar.set']}").status_code == 404
    assert client("upper_officer").get(f"/trail/{entries['unit.change']}").status_code == 404


def test_an_entry_shows_before_and_after_in_words(client: Clients, entries: dict[str, int]) -> None:
    page = client("auditor").get(f"/trail/{entries['unit.change']}").text
    assert "云川市教育局" in page
    assert "云川市教育体育局" in page
    assert "全称" in page
    changes = changes_of(db.session.get_one(AuditEntry, entries["user.disable"]))
    assert [(change.field, change.before, change.after) for change in changes] == [("启用", "是", "否")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("person=陈静", True), ("person=系统员", False), ("q=市教体局", True), ("q=市妇联", False), ("kind=unit", True),
        ("kind=user", False), ("kind=-read", True),
        ("since=2020-01-01", True), ("until=2020-01-01", False), ("since=昨天", True),
        ("object=Unit:99999", False), ("object=Unit:abc", True), ("object=;drop", True), ("page=99", True),
    ],
)  # fmt: skip
def test_the_trail_is_filtered_in_the_address(
    client: Clients, entries: dict[str, int], query: str, found: bool
) -> None:
    assert ("修改单位：市教体局" in client("auditor").get(f"/trail?{query}").text) is found


def test_one_object_has_its_own_trail(client: Clients, cast: Cast, entries: dict[str, int]) -> None:
    page = client("auditor").get(f"/trail?object=Unit:{cast.units['市教育局']}").text
    assert "修改单位：市教体局" in page
    assert "停用账号" not in page


def test_a_day_of_the_filter_is_a_day_in_shanghai(cast: Cast, entries: dict[str, int]) -> None:
    today = clock.today()
    wanted = queries.TrailFilter(since=today, until=today)
    assert db.session.scalars(queries.entries_found(cast.actor("auditor"), wanted)).all()
    before = queries.TrailFilter(until=today - timedelta(days=1), since=today - timedelta(days=1))
    assert not db.session.scalars(queries.entries_found(cast.actor("auditor"), before)).all()


def test_fifty_entries_cost_the_same_number_of_queries_as_one(client: Clients, cast: Cast) -> None:
    few = queries_of(client, "/trail", "auditor")
    for number in range(50):
        committees.set_day(cast.actor("officer"), date(2026, 3, 3), is_workday=bool(number % 2), note=str(number))
    assert queries_of(client, "/trail", "auditor") == few


def test_every_field_that_may_change_has_a_word() -> None:
    silent = {"id", "version", "state_since"}
    audited = [mapper for mapper in Base.registry.mappers if issubclass(mapper.class_, Audited)]
    fields = {column.key for mapper in audited for column in mapper.columns} - silent
    assert sorted(fields - set(FIELDS)) == []


def test_every_kind_of_event_has_a_word() -> None:
    source = "\n".join(module.read_text(encoding="utf-8") for module in Path(tracker.__file__).parent.rglob("*.py"))
    said = set(re.findall(r'audit\.record(?:_sitting)?\(\s*[\w.]+(?:\([\w., ]*\))?,\s*f?"([a-z_]+)\.', source))
    said |= set(re.findall(r'= Workflow\(\s*"([a-z_]+)"', source))
    assert {"unit", "report", "notice", "session", "circular"} <= said
    assert sorted(said - set(KINDS)) == []


def test_a_change_of_settings_shows_what_changed_and_what_it_was(cast: Cast) -> None:
    committees.change_settings(cast.actor("officer"), cast.committee, replace(cast.committee.settings, slip_workdays=5))
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "committee.settings")).one()
    said = [(one.field, one.before, one.after) for one in changes_of(entry)]
    assert said == [("登录凭条有效期（工作日；0为24小时）", "0", "5")]


def test_every_setting_has_a_word(cast: Cast) -> None:
    assert sorted(set(cast.committee.settings.to_json()) - set(SETTINGS)) == []


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "（空）"), (True, "是"), (["甲", "乙"], "甲、乙"), ({}, "（空）"), ("2026-03-03", "2026年3月3日"),
        ("2026-03-03T01:00:00.000000+00:00", "2026年3月3日 09:00"), ("2026-99-99", "2026-99-99"), (3, "3"),
    ],
)  # fmt: skip
def test_a_value_is_written_as_people_write_it(value: object, words: str) -> None:
    assert in_words(value) == words


@pytest.mark.parametrize(
    "crime", ["UPDATE audit_entries SET sentence = '无事'", "DELETE FROM audit_entries", "TRUNCATE audit_entries"]
)
def test_the_database_itself_refuses_to_change_the_trail(cast: Cast, entries: dict[str, int], crime: str) -> None:
    if crime.startswith("TRUNCATE") and db.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(DBAPIError, match="never changed"):
        db.session.execute(text(crime))


def test_no_page_changes_or_clears_the_trail(app: Flask) -> None:
    """Nothing is ever purged (S21): the pages of the trail only show, and the database lets nobody delete."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("trail.")]
    assert rules
    assert all((rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"} for rule in rules)


def test_a_whole_trail_and_whole_files_give_no_complaint(cast: Cast, entries: dict[str, int]) -> None:
    keep_file()
    assert queries.verify() == []


@pytest.mark.parametrize(
    ("crime", "sentence"),
    [
        ("UPDATE audit_entries SET sentence = '无事' WHERE id = :id", "内容被改动"),
        ("UPDATE audit_entries SET actor_name = '别人' WHERE id = :id", "内容被改动"),
        ("UPDATE audit_entries SET at = '2020-01-01 00:00:00.000000' WHERE id = :id", "内容被改动"),
        ("UPDATE audit_entries SET reason = '补写' WHERE id = :id", "内容被改动"),
        ("UPDATE audit_entries SET changes = '{}' WHERE id = :id", "内容被改动"),
        ("DELETE FROM audit_entries WHERE id = :id", "缺少第"),
        ("DELETE FROM audit_heads WHERE chain = (SELECT chain FROM audit_entries WHERE id = :id)", "末尾记录"),
        ("UPDATE audit_entries SET seq = 900 + seq WHERE id = :id", "缺少第"),
    ],
)
def test_every_tampering_is_named(cast: Cast, entries: dict[str, int], crime: str, sentence: str) -> None:
    break_the_lock()
    db.session.execute(text(crime), {"id": entries["unit.change"]})
    db.session.expire_all()
    found = queries.verify()
    assert any(sentence in line for line in found)
    assert all(line.startswith("市妇儿工委的操作记录") for line in found)


def test_the_last_entry_cut_off_is_missed(cast: Cast, entries: dict[str, int]) -> None:
    break_the_lock()
    db.session.execute(text("DELETE FROM audit_entries WHERE id = :id"), {"id": entries["user.disable"]})
    db.session.expire_all()
    assert queries.verify() == ["市妇儿工委的操作记录：末尾记录缺失或被改动。"]


@command
def keep_file() -> str:
    blob = files.put(BytesIO(b"%PDF-1.7 kept"), max_bytes=1000)
    files.stored(blob, clock.now())
    return blob.sha256


def test_a_file_that_is_gone_or_changed_is_named(cast: Cast) -> None:
    place = files.path_of(keep_file())
    place.chmod(0o600)
    place.write_bytes(b"%PDF-1.7 changed")
    assert "校验值不符" in "".join(queries.verify())
    place.unlink()
    assert "找不到" in "".join(queries.verify())


def test_the_trail_goes_out_as_filtered_with_the_hash_of_each_entry(
    cast: Cast, entries: dict[str, int], client: Callable[[str], FlaskClient]
) -> None:
    content = client("auditor").get("/trail.xlsx?kind=unit").data
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    cells = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    one = db.session.get_one(AuditEntry, entries["unit.change"])
    assert any({one.hash, one.sentence, "与写入时一致"} <= set(row) for row in cells)
    assert not any("登录系统" in "".join(row) for row in cells)
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (last.event, "事项：单位" in last.sentence) == ("export.make", True)


def test_a_row_named_in_many_entries_is_asked_for_once(cast: Cast) -> None:
    """An export of five thousand entries asked for its units five thousand times."""
    unit = cast.units["市教育局"]
    many = [AuditEntry(object_type="Report", changes={"unit_id": [None, unit]}) for _ in range(20)]
    db.session.expunge_all()
    with counted() as said:
        called: Called = {}
        words = {changes_of(entry, called)[0].after for entry in many}
    assert len(words) == 1
    assert "市教育局" in words.pop()
    assert len([one for one in said if "FROM units" in one]) == 1
