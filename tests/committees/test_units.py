"""The list of units: in official order, found by any name, kept by the office, closed without forgetting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select, update

from tests.cast import Cast
from tests.counting import counted
from tracker.committees import actions, queries
from tracker.committees.models import ReformKind, System, Unit, UnitName
from tracker.committees.queries import UnitFilter
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError

Clients = Callable[[str], FlaskClient]

NEW = {"full_name": "云川市公安局", "short_name": "市公安局", "system": "government", "is_member": "y"}


def names(cast: Cast) -> list[str]:
    db.session.expire_all()
    return [unit.short_name for unit in queries.units_of(cast.committee_id)]


def test_a_new_unit_comes_last_among_its_kind(client: Clients, cast: Cast) -> None:
    client("officer").post("/units/new", data=NEW)
    assert names(cast) == ["市委宣传部", "市法院", "市教育局", "市民政局", "市卫生健康委", "市公安局", "市妇联"]


def test_a_new_unit_may_be_put_at_its_place(client: Clients, cast: Cast) -> None:
    client("officer").post("/units/new", data={**NEW, "position": "1"})
    assert names(cast)[:2] == ["市公安局", "市委宣传部"]
    assert [unit.position for unit in queries.units_of(cast.committee_id)] == [1, 2, 3, 4, 5, 6, 7]


def test_a_name_on_the_list_is_not_added_twice(client: Clients, cast: Cast) -> None:
    page = client("officer").post("/units/new", data={**NEW, "full_name": "云川市 教育局"}).text
    assert "名单中已有“云川市教育局”" in page
    assert 'value="市公安局"' in page
    assert len(names(cast)) == 6


def test_a_name_typed_twice_is_kept_once(client: Clients, cast: Cast) -> None:
    given = {**NEW, "aliases": "公安部门\n公安 部门\n公安部门", "former_names": "市公安处\n公安部门"}
    assert client("officer").post("/units/new", data=given).status_code == 302
    rows = db.session.execute(
        select(UnitName.name, UnitName.is_former).join(UnitName.unit).where(Unit.short_name == "市公安局")
    )
    assert sorted(tuple(row) for row in rows) == [("公安部门", True), ("市公安处", True)]


def test_a_unit_that_is_on_the_list_is_not_put_back(client: Clients, cast: Cast) -> None:
    client("officer").post(f"/units/{cast.units['市教育局']}/reopen")
    assert db.session.scalar(select(AuditEntry.id).where(AuditEntry.event == "unit.reopen")) is None


def test_units_move_up_and_down_and_the_trail_says_so(client: Clients, cast: Cast) -> None:
    officer, number = client("officer"), cast.units["市教育局"]
    officer.post(f"/units/{number}/move", data={"to": "up"})
    assert names(cast)[1] == "市教育局"
    officer.post(f"/units/{number}/move", data={"to": "down"})
    assert names(cast)[2] == "市教育局"
    sentences = db.session.scalars(select(AuditEntry.sentence).where(AuditEntry.event == "unit.move")).all()
    assert sentences == ["调整单位次序：市教育局由第3位调到第2位", "调整单位次序：市教育局由第2位调到第3位"]


def test_the_first_unit_cannot_move_above_the_list(client: Clients, cast: Cast) -> None:
    client("officer").post(f"/units/{cast.units['市委宣传部']}/move", data={"to": "up"})
    assert names(cast)[0] == "市委宣传部"


def test_a_unit_moves_past_closed_ones_that_the_list_does_not_show(client: Clients, cast: Cast) -> None:
    yesterday = cast.actor("officer").on - timedelta(days=1)
    actions.close_unit(cast.actor("officer"), cast.unit("市教育局"), last_day=yesterday, reason="撤销")
    officer, number = client("officer"), cast.units["市民政局"]
    assert names(cast)[:4] == ["市委宣传部", "市法院", "市教育局", "市民政局"]
    officer.post(f"/units/{number}/move", data={"to": "up"})
    assert names(cast)[:4] == ["市委宣传部", "市民政局", "市法院", "市教育局"]
    officer.post(f"/units/{cast.units['市法院']}/move", data={"to": "down"})
    assert names(cast)[2:5] == ["市教育局", "市卫生健康委", "市法院"]
    sentences = db.session.scalars(select(AuditEntry.sentence).where(AuditEntry.event == "unit.move")).all()
    assert sentences[0] == "调整单位次序：市民政局由第4位调到第2位"


def test_units_move_on_a_list_whose_numbers_have_gaps_or_stand_twice(client: Clients, cast: Cast) -> None:
    db.session.execute(update(Unit).where(Unit.id != cast.units["市委宣传部"]).values(position=Unit.position * 2))
    db.session.execute(update(Unit).where(Unit.id == cast.units["市法院"]).values(position=1))
    officer = client("officer")
    assert officer.post(f"/units/{cast.units['市委宣传部']}/move", data={"to": "up"}).status_code == 302
    assert officer.post(f"/units/{cast.units['市法院']}/move", data={"to": "up"}).status_code == 302
    assert names(cast)[:3] == ["市法院", "市委宣传部", "市教育局"]


@pytest.mark.parametrize("words", ["教育", "sjyj", "SJYJ", "云川市教育局", "市教委", "教育部门"])
def test_a_unit_is_found_by_any_of_its_names_and_by_initials(cast: Cast, words: str) -> None:
    unit = cast.unit("市教育局")
    actions.change_unit(
        cast.actor("officer"), unit, facts_of(unit), aliases=["教育部门"], former_names=["市教委"], position=None,
        seen=unit.version,
    )  # fmt: skip
    found = db.session.scalars(queries.units_found(cast.actor("officer"), UnitFilter(words=words))).all()
    assert [one.short_name for one in found] == ["市教育局"]


@pytest.mark.parametrize(
    "query", ["committee=99999999999999999999", "committee=abc", "system=x", "member=7", "page=-1", "sort=;", "q=%00"]
)
def test_an_address_that_makes_no_sense_is_no_crash(client: Clients, query: str) -> None:
    assert client("officer").get(f"/units?{query}").status_code == 200


def test_a_percent_sign_finds_nothing(cast: Cast) -> None:
    assert db.session.scalars(queries.units_found(cast.actor("officer"), UnitFilter(words="%"))).all() == []


def facts_of(unit: Unit, **changed: object) -> dict[str, object]:
    facts = {name: getattr(unit, name) for name in ("full_name", "short_name", "system", "is_member", "is_office")}
    return {**facts, **changed}


def test_the_former_full_name_is_kept_by_itself(cast: Cast) -> None:
    unit = cast.unit("市教育局")
    actions.change_unit(
        cast.actor("officer"), unit, facts_of(unit, full_name="云川市教育体育局"), aliases=[], former_names=[],
        position=None, seen=unit.version,
    )  # fmt: skip
    kept = db.session.scalars(select(UnitName).where(UnitName.unit_id == unit.id)).all()
    assert [(name.name, name.is_former) for name in kept] == [("云川市教育局", True)]


def test_the_second_of_two_editors_sees_both_texts(client: Clients, cast: Cast) -> None:
    unit = cast.unit("市教育局")
    number, seen = unit.id, unit.version
    page = {"full_name": "云川市教育局", "system": "government", "version": seen}
    client("officer").post(f"/units/{number}/edit", data={**page, "short_name": "市教局"})
    second = client("second_officer").post(f"/units/{number}/edit", data={**page, "short_name": "教育局"})
    assert "刚才有人修改过" in second.text
    assert "市教局" in second.text
    assert cast.unit("市教育局").short_name == "市教局"


def test_a_stale_page_is_refused_by_the_action(cast: Cast) -> None:
    unit = cast.unit("市教育局")
    with pytest.raises(Conflict):
        actions.change_unit(
            cast.actor("officer"),
            unit,
            facts_of(unit),
            aliases=[],
            former_names=[],
            position=None,
            seen=unit.version - 1,
        )


def test_a_closed_unit_leaves_the_list_and_stays_in_the_records(client: Clients, cast: Cast) -> None:
    officer, number = client("officer"), cast.units["市民政局"]
    officer.post(f"/units/{number}/close", data={"last_day": "2026-01-01", "reason": "机构撤销"})
    assert f'id="unit-{number}"' not in officer.get("/units").text
    assert f'id="unit-{number}"' in officer.get("/units?closed=1").text
    assert "已不在名单中" in officer.get(f"/units/{number}").text
    officer.post(f"/units/{number}/reopen")
    assert f'id="unit-{number}"' in officer.get("/units").text


def test_a_unit_cannot_be_its_own_heir(cast: Cast) -> None:
    unit = cast.unit("市民政局")
    actor = cast.actor("officer")
    with pytest.raises(RuleError, match="另外的"):
        actions.reform_unit(actor, unit, ReformKind.MERGED, starts_on=actor.on, document="误操作", heirs=[unit])


@pytest.mark.parametrize("who", ["liaison", "leader", "chair", "secadmin", "auditor"])
def test_only_the_office_and_the_system_administrator_keep_the_list(client: Clients, cast: Cast, who: str) -> None:
    browser = client(who)
    assert browser.get("/units/new").status_code == 403
    assert browser.post(f"/units/{cast.units['市教育局']}/move", data={"to": "up"}).status_code == 403
    assert "新增单位" not in browser.get("/units").text


@pytest.mark.parametrize("who", ["upper_officer", "lower_officer"])
def test_the_units_of_another_committee_do_not_exist(client: Clients, cast: Cast, who: str) -> None:
    assert client(who).get(f"/units/{cast.units['市教育局']}").status_code == 404


def test_the_system_administrator_keeps_units_of_committees_below(client: Clients, cast: Cast) -> None:
    browser = client("sysadmin")
    browser.post("/units/new", data={**NEW, "full_name": "青禾县教育局", "committee": cast.lower_id})
    assert [unit.full_name for unit in queries.units_of(cast.lower_id)] == ["青禾县教育局"]
    assert "青禾县教育局" in browser.get(f"/units?committee={cast.lower_id}").text


def test_fifty_units_cost_the_same_number_of_queries_as_six(client: Clients, cast: Cast) -> None:
    few = queries_of(client, "/units")
    actor, committee = cast.actor("officer"), cast.committee
    for number in range(44):
        actions.create_unit(
            actor, committee, full_name=f"云川市第{number}局", short_name=f"市{number}局", system=System.GOVERNMENT,
            position=10 + number, aliases=[f"{number}局"],
        )  # fmt: skip
    assert queries_of(client, "/units") == few


def queries_of(client: Clients, path: str, who: str = "officer") -> int:
    browser = client(who)
    browser.get(path)  # the first page after a minute also says that the person is still there
    with counted() as said:
        assert browser.get(path).status_code == 200
    assert len(said) >= 3
    return len(said)


def test_the_list_leaves_as_a_sheet_as_it_is_filtered_and_can_be_read_in_again(client: Clients, cast: Cast) -> None:
    answer = client("other_liaison").get("/units.xlsx?system=government")
    rows = list(load_workbook(BytesIO(answer.data)).active.values)  # type: ignore[union-attr]
    assert [row[2] for row in rows if row[3] == "政府"] == ["市教育局", "市民政局", "市卫生健康委"]
    assert not any("市妇联" in row for row in rows)
    sentence = db.session.scalars(select(AuditEntry.sentence).where(AuditEntry.event == "export.make")).one()
    assert sentence == "导出单位名单，共3条（类别：政府）"
    again = client("officer").post(
        "/units/import",
        data={"document": (BytesIO(answer.data), "单位名单.xlsx")}, content_type="multipart/form-data",
    )  # fmt: skip
    assert "0 处变化" in again.text
