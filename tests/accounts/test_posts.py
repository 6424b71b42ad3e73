"""The posts of units: named by the office, handed on in two minutes, the work staying with the post."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.conftest import give_password, sign_in, signed_in
from tests.accounts.test_users import link_on, user_of
from tests.cast import Cast
from tests.committees.test_units import queries_of
from tracker.accounts import actions, policy, queries
from tracker.accounts.models import Holding, Post, User, masked
from tracker.committees.actions import create_unit, reform_unit
from tracker.committees.actions.reforming import NewName
from tracker.committees.models import ReformKind, System
from tracker.core import clock
from tracker.core.access import Role
from tracker.core.db import db
from tracker.core.errors import RuleError

Clients = Callable[[str], FlaskClient]

NEXT = {"name": "刘洋", "phone": "139 0000 5678", "email": "liuyang@example.org"}


def successor(client: Clients, cast: Cast, unit: str = "市教育局", role: str = "liaison", **fields: str) -> str:
    path = f"/units/{cast.units[unit]}/posts/{role}/successor"
    return client("officer").post(path, data={**NEXT, **fields}, follow_redirects=True).text


def holder(cast: Cast, unit: str = "市教育局", role: Role = Role.LIAISON) -> list[str]:
    db.session.expire_all()
    held = queries.roster([cast.units[unit]], clock.today()).get(cast.units[unit], {})
    return [holding.user.name for holding in held.get(role, [])]


def test_the_new_liaison_holds_the_same_post_from_today(client: Clients, cast: Cast) -> None:
    post_id = db.session.get_one(Holding, cast.holdings["liaison"]).post_id
    page = successor(client, cast)
    assert "刘洋的首次登录链接" in page
    assert holder(cast) == ["刘洋"]
    past = db.session.get_one(Holding, cast.holdings["liaison"])
    assert past.ends_on == clock.today() - timedelta(days=1)
    assert db.session.scalars(select(Holding.post_id).where(Holding.user.has(name="刘洋"))).one() == post_id


def test_the_successor_comes_in_by_the_link_and_the_predecessor_is_out(
    client: Clients, cast: Cast, browser: FlaskClient, app: Flask
) -> None:
    sign_in(browser)
    link = link_on(successor(client, cast))
    assert not signed_in(browser)
    assert "没有担任任何岗位" in sign_in(browser)
    heir = app.test_client()
    heir.post(link, data={"new": "Qinghe-2027", "again": "Qinghe-2027"})
    assert sign_in(heir, "liuyang", "Qinghe-2027") == "/"


def test_a_change_on_the_day_of_the_appointment_leaves_one_holder(client: Clients, cast: Cast) -> None:
    successor(client, cast)
    successor(client, cast, name="高山")
    assert holder(cast) == ["高山"]


def test_a_unit_without_a_post_gets_one(client: Clients, cast: Cast) -> None:
    successor(client, cast, unit="市民政局", role="unit_leader")
    assert holder(cast, "市民政局", Role.UNIT_LEADER) == ["刘洋"]
    successor(client, cast, unit="市民政局", role="unit_leader", name="高山")
    assert len(db.session.scalars(select(Post).where(Post.unit_id == cast.units["市民政局"])).all()) == 1


def test_a_known_person_keeps_the_account_and_the_password(client: Clients, cast: Cast) -> None:
    give_password("lina")
    page = successor(client, cast, name="李娜", login="lina")
    assert "沿用原来的账号和密码" in page
    assert holder(cast) == ["李娜"]
    assert len(queries.current_holdings(user_of(cast, "other_liaison").id, clock.today())) == 2


@pytest.mark.parametrize(("name", "login"), [("刘洋", "lina"), ("何敏", "shengban")])
def test_a_login_of_another_person_is_refused(client: Clients, cast: Cast, name: str, login: str) -> None:
    page = successor(client, cast, name=name, login=login)
    assert "已被使用" in page
    assert holder(cast) == ["王敏"]


def test_the_same_person_again_changes_nothing(client: Clients, cast: Cast) -> None:
    assert "已经是市教育局联络员" in successor(client, cast, name="王敏", login="wangmin")
    assert holder(cast) == ["王敏"]


def test_the_office_helps_a_liaison_who_forgot_the_password(client: Clients, cast: Cast, app: Flask) -> None:
    page = client("officer").post(f"/unit-holdings/{cast.holdings['liaison']}/link").text
    browser = app.test_client()
    browser.post(link_on(page), data={"new": "Liushui-78", "again": "Liushui-78"})
    assert sign_in(browser, password="Liushui-78") == "/"


def test_the_office_opens_no_account_that_way_that_does_more_than_its_units_work(client: Clients, cast: Cast) -> None:
    actions.grant(
        cast.actor("secadmin"), user_of(cast, "liaison"), committee=cast.committee, role=Role.CHAIR,
        starts_on=clock.today(),
    )  # fmt: skip
    path = f"/unit-holdings/{cast.holdings['liaison']}"
    assert client("officer").post(f"{path}/link").status_code == 403
    assert client("officer").get(f"{path}/contact").status_code == 403


def test_the_office_appoints_no_administrator_of_the_house(client: Clients, cast: Cast) -> None:
    keeper = user_of(cast, "secadmin")
    page = successor(client, cast, name=keeper.name, login=keeper.login)
    assert "不能由办理业务的人兼任" in page


def test_the_office_corrects_a_telephone(client: Clients, cast: Cast) -> None:
    contact = {"name": "王敏", "phone": "138 1111 2222", "email": ""}
    client("officer").post(f"/unit-holdings/{cast.holdings['liaison']}/contact", data=contact)
    assert user_of(cast, "liaison").phone == "138 1111 2222"


def test_a_wrong_telephone_is_pointed_out(client: Clients, cast: Cast) -> None:
    contact = {"name": "王敏", "phone": "找小王", "email": "不用"}
    page = client("officer").post(f"/unit-holdings/{cast.holdings['liaison']}/contact", data=contact).text
    assert "电话号码只能是数字" in page
    assert "电子邮箱格式不对" in page


def test_a_holder_leaves_without_a_successor(client: Clients, cast: Cast) -> None:
    path = f"/unit-holdings/{cast.holdings['liaison']}/end"
    assert "岗位暂时空缺" in client("officer").get(path).text
    client("officer").post(path)
    assert holder(cast) == []


def test_the_history_of_the_post_is_shown(client: Clients, cast: Cast) -> None:
    successor(client, cast)
    page = client("officer").get(f"/units/{cast.units['市教育局']}/posts").text
    assert "历任" in page
    assert "王敏" in page


@pytest.mark.parametrize("who", ["liaison", "leader", "chair", "sysadmin", "secadmin", "auditor"])
def test_posts_of_units_are_the_offices_business(client: Clients, cast: Cast, who: str) -> None:
    assert client(who).get(f"/units/{cast.units['市教育局']}/posts").status_code == 403
    assert client(who).post(f"/unit-holdings/{cast.holdings['other_liaison']}/link").status_code == 404


@pytest.mark.parametrize("who", ["upper_officer", "lower_officer"])
def test_posts_of_another_committee_do_not_exist(client: Clients, cast: Cast, who: str) -> None:
    assert client(who).get(f"/units/{cast.units['市教育局']}/posts").status_code == 404
    assert client(who).post(f"/unit-holdings/{cast.holdings['liaison']}/link").status_code == 404


def test_the_roster_masks_the_telephones_of_other_units(client: Clients, cast: Cast) -> None:
    for who, phone in (("liaison", "138 1111 2222"), ("other_liaison", "139 3333 4444")):
        contact = {"name": user_of(cast, who).name, "phone": phone, "email": ""}
        client("officer").post(f"/unit-holdings/{cast.holdings[who]}/contact", data=contact)
    mine = client("liaison").get("/roster").text
    assert "138 1111 2222" in mine
    assert "139 3333 4444" not in mine
    assert "139****4444" in mine
    assert "139 3333 4444" in client("officer").get("/roster").text


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13812341234", "138****1234"), ("8123456", "****456"), ("12345", "****"), ("", ""), (None, "")],
)
def test_a_masked_telephone_keeps_its_ends(phone: str | None, shown: str) -> None:
    assert masked(phone) == shown


def test_the_office_reads_on_the_roster_where_nobody_could_sign_online(client: Clients) -> None:
    said = "个单位没有分管领导，报告不能在线审签"
    page = client("officer").get("/roster").text
    assert said in page
    assert "市妇联" in page.split(said)[1].split("</div>")[0]
    assert said not in client("liaison").get("/roster").text, "how others are staffed is the office's business"


def test_the_roster_costs_the_same_number_of_queries_with_fifty_units(client: Clients, cast: Cast) -> None:
    few = queries_of(client, "/roster")
    actor = cast.actor("officer")
    for number in range(40):
        unit = create_unit(
            actor, cast.committee, full_name=f"第{number}局", short_name=f"{number}局", system=System.GOVERNMENT,
            position=10 + number,
        )  # fmt: skip
        actions.succeed(actor, unit, Role.LIAISON, name=f"联{number}", login=f"lian{number}", phone=None, email=None)
    assert queries_of(client, "/roster") == few


def test_administrators_do_not_read_the_roster(client: Clients) -> None:
    assert client("sysadmin").get("/roster").status_code == 403


def test_the_account_stays_a_persons_when_the_post_moves_on(client: Clients, cast: Cast) -> None:
    successor(client, cast)
    kept = db.session.scalars(select(User).where(User.login == "wangmin")).one()
    assert kept.is_active
    assert queries.current_holdings(kept.id, clock.today()) == []


def test_somebody_appointed_by_mistake_is_taken_back_on_the_same_day_with_every_link(cast: Cast) -> None:
    officer = cast.actor("officer")
    done = actions.succeed(
        officer, cast.unit("市教育局"), Role.LIAISON, name="高原", login=None, phone=None, email=None
    )
    holding = done.user.holdings[0]
    key = actions.give_sign_in_link(officer, holding)
    actions.end_holding(officer, holding, last_day=officer.on - timedelta(days=1))
    assert done.user.holdings == [], "it counts as not given"
    with pytest.raises(RuleError, match="已经用过或已过期"):
        actions.use_sign_in_link(key or "", at=clock.now())


def test_a_mistyped_year_does_not_undo_the_time_of_a_holder(client: Clients, cast: Cast) -> None:
    number = cast.holdings["officer"]
    page = client("secadmin").post(f"/holdings/{number}/end", data={"last_day": "2012-01-01"}).text
    assert "最后一天不能早于任职开始的" in page
    assert db.session.get_one(Holding, number).ends_on is None


def test_a_renamed_unit_keeps_its_deputies_as_deputies(cast: Cast) -> None:
    officer, holding = cast.actor("officer"), db.session.get_one(Holding, cast.holdings["liaison"])
    until = officer.on + timedelta(days=30)
    actions.name_deputy(officer, holding, user_of(cast, "leader"), starts_on=officer.on, ends_on=until)
    later = cast.actor("officer", on=officer.on + timedelta(days=9))
    reform = reform_unit(
        later, cast.unit("市教育局"), ReformKind.RENAMED, starts_on=later.on, document="市委办〔2026〕88号",
        name=NewName("云川市教育和体育局", "市教体局"),
    )  # fmt: skip
    db.session.expire_all()
    held = queries.roster([reform.heirs[0].id], later.on)[reform.heirs[0].id][Role.LIAISON]
    assert [(one.user.name, one.is_deputy, one.ends_on) for one in held] == [
        ("王敏", False, None),
        ("赵强", True, until),
    ]
    assert held[1].stands_in_for_id == held[0].id


def test_what_was_emptied_of_its_person_is_opened_for_nobody(client: Clients, cast: Cast) -> None:
    user, sysadmin = user_of(cast, "liaison"), cast.actor("sysadmin")
    actions.see_off(cast.actor("officer"), user, {}, reason="退休")
    actions.anonymise(sysadmin, user)
    with pytest.raises(RuleError, match="不能再启用"):
        actions.enable(sysadmin, user)


def test_the_office_lets_nobody_in_who_will_be_an_administrator_tomorrow(cast: Cast) -> None:
    """A granted post may begin later or end some day: neither makes the account the office's own."""
    officer, secadmin, user = cast.actor("officer"), cast.actor("secadmin"), user_of(cast, "liaison")
    holding = db.session.get_one(Holding, cast.holdings["liaison"])
    assert policy.can_help_in(officer, holding)
    tomorrow = officer.on + timedelta(days=1)
    actions.grant(
        secadmin, user, committee=cast.committee, role=Role.OFFICER, starts_on=tomorrow,
        ends_on=tomorrow + timedelta(days=90),
    )  # fmt: skip
    db.session.expire_all()
    assert not policy.can_help_in(officer, holding)
    told = queries.judged_people(officer, "单位\t岗位\t姓名\t电话\n市教育局\t联络员\t王敏\t13900009999", "basic")
    assert "联系方式请由本人或系统管理员修改" in "".join(told.rows[0].faults)
