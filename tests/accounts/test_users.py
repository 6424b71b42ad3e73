"""Accounts: made by the one, granted by the other, closed at once, never left without an administrator."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from tests.accounts.conftest import give_password, sign_in, signed_in
from tests.cast import Cast
from tests.committees.test_units import queries_of
from tracker.accounts import actions, queries
from tracker.accounts.models import Holding, User
from tracker.core import clock
from tracker.core.access import Role
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Message

Clients = Callable[[str], FlaskClient]


def user_of(cast: Cast, who: str) -> User:
    return db.session.get_one(Holding, cast.holdings[who]).user


def new_user(client: Clients, cast: Cast, **fields: str) -> str:
    data = {"name": "马兰", "phone": "138 0000 1234", "committee": str(cast.committee_id), **fields}
    return client("sysadmin").post("/users/new", data=data).text


def link_on(page: str) -> str:
    found = re.search(r"/invitation/[\w-]+", page)
    assert found is not None
    return found[0]


def test_a_new_account_comes_with_a_link_shown_once(client: Clients, cast: Cast, app: Flask) -> None:
    page = new_user(client, cast)
    assert "malan" in page
    assert "链接只在本页显示这一次" in page
    answer = app.test_client().post(link_on(page), data={"new": "Liushui-78", "again": "Liushui-78"})
    assert answer.location == "/sign-in"
    number = db.session.scalars(select(User.id).where(User.login == "malan")).one()
    assert "/invitation/" not in client("sysadmin").get(f"/users/{number}").text


def test_an_account_without_a_post_cannot_come_in_yet(client: Clients, cast: Cast, browser: FlaskClient) -> None:
    browser.post(link_on(new_user(client, cast)), data={"new": "Liushui-78", "again": "Liushui-78"})
    assert "没有担任任何岗位" in sign_in(browser, "malan", "Liushui-78")


def test_a_login_name_is_made_from_the_name_and_never_given_twice(client: Clients, cast: Cast) -> None:
    for _ in range(3):
        new_user(client, cast)
    logins = db.session.scalars(select(User.login).where(User.name == "马兰").order_by(User.id)).all()
    assert logins == ["malan", "malan2", "malan3"]


@pytest.mark.parametrize(
    ("name", "login"), [("王敏", "wangmin2"), ("O'Neil", "oneil"), ("伊·一", "yiyi"), ("吕", "userlv"), ("阿", "user")]
)
def test_any_name_gives_a_login(cast: Cast, name: str, login: str) -> None:
    assert queries.free_login(name).startswith(login)


def test_a_login_that_was_somebodys_is_refused(client: Clients, cast: Cast) -> None:
    actions.disable(cast.actor("sysadmin"), user_of(cast, "liaison"), reason="离职")
    page = new_user(client, cast, login="WangMin")
    assert "登录名“wangmin”已被使用" in page
    assert "138 0000 1234" in page


def test_the_security_administrator_grants_and_the_system_administrator_cannot(client: Clients, cast: Cast) -> None:
    new_user(client, cast)
    number = db.session.scalars(select(User.id).where(User.login == "malan")).one()
    grant = {"committee": cast.committee_id, "role": "officer", "starts_on": clock.today().isoformat()}
    assert client("sysadmin").post(f"/users/{number}/posts/new", data=grant).status_code == 403
    assert client("secadmin").post(f"/users/{number}/posts/new", data=grant).status_code == 302
    assert client("secadmin").post("/users/new", data={"name": "马兰"}).status_code == 403
    assert [one.post.role for one in queries.current_holdings(number, clock.today())] == [Role.OFFICER]


def test_a_vacant_post_is_filled_again_so_that_its_history_goes_on(cast: Cast) -> None:
    actor, today = cast.actor("secadmin"), clock.today()
    before = db.session.get_one(Holding, cast.holdings["head"])
    post_id = before.post_id
    actions.end_holding(actor, before, last_day=today - timedelta(days=1))
    after = actions.grant(
        actor, user_of(cast, "chair"), committee=cast.committee, role=Role.OFFICE_HEAD, starts_on=today
    )
    assert after.post_id == post_id


@pytest.mark.parametrize(
    ("who", "role"), [("officer", Role.AUDITOR), ("sysadmin", Role.AUDITOR), ("auditor", Role.OFFICER)]
)
def test_who_keeps_the_trail_keeps_nothing_else(cast: Cast, who: str, role: Role) -> None:
    with pytest.raises(RuleError, match="审计管理员不能由担任其他岗位的人兼任"):
        actions.grant(
            cast.actor("secadmin"), user_of(cast, who), committee=cast.committee, role=role, starts_on=clock.today()
        )


@pytest.mark.parametrize(
    ("who", "role"), [("officer", Role.SYSADMIN), ("liaison", Role.SECADMIN), ("sysadmin", Role.OFFICE_HEAD)]
)
def test_who_keeps_accounts_or_posts_does_no_business(cast: Cast, who: str, role: Role) -> None:
    with pytest.raises(RuleError, match="不能由办理业务的人兼任"):
        actions.grant(
            cast.actor("secadmin"), user_of(cast, who), committee=cast.committee, role=role, starts_on=clock.today()
        )


def test_nobody_grants_to_himself(client: Clients, cast: Cast) -> None:
    actor = cast.actor("secadmin")
    with pytest.raises(RuleError, match="不能给自己授予岗位"):
        actions.grant(
            actor, user_of(cast, "secadmin"), committee=cast.committee, role=Role.SYSADMIN, starts_on=clock.today()
        )
    assert client("secadmin").get(f"/users/{actor.user_id}/posts/new").status_code == 403


def test_an_administrator_is_told_when_somebody_opens_the_account(cast: Cast) -> None:
    user, actor = user_of(cast, "secadmin"), cast.actor("sysadmin")
    actions.give_key(actor, user)
    told = db.session.scalars(select(Message).where(Message.kind == "user.link")).all()
    assert {one.recipient_id for one in told} == {user.id, cast.actor("auditor").user_id}
    assert "安全管理员" in told[0].body
    assert actor.named() in told[0].body
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert "已告知本人和其他管理员" in entry.sentence


def test_a_link_for_a_liaison_is_told_nobody(cast: Cast) -> None:
    actions.give_key(cast.actor("sysadmin"), user_of(cast, "liaison"))
    assert db.session.scalar(select(Message.id).where(Message.kind == "user.link")) is None


def test_one_person_may_keep_system_and_security(cast: Cast) -> None:
    holding = actions.grant(
        cast.actor("secadmin"), user_of(cast, "sysadmin"), committee=cast.committee, role=Role.SECADMIN,
        starts_on=clock.today(),
    )  # fmt: skip
    assert holding.post.role is Role.SECADMIN


def test_the_same_post_is_not_granted_twice(cast: Cast) -> None:
    with pytest.raises(RuleError, match="已经担任"):
        actions.grant(
            cast.actor("secadmin"), user_of(cast, "officer"), committee=cast.committee, role=Role.OFFICER,
            starts_on=clock.today(),
        )  # fmt: skip


def test_posts_of_units_are_not_granted_from_here(client: Clients, cast: Cast) -> None:
    number = user_of(cast, "officer").id
    grant = {"committee": cast.committee_id, "role": "liaison", "starts_on": "2026-01-01"}
    assert client("secadmin").post(f"/users/{number}/posts/new", data=grant).status_code == 200
    assert len(queries.current_holdings(number, clock.today())) == 1


def test_a_post_in_a_committee_out_of_sight_cannot_be_granted(client: Clients, cast: Cast) -> None:
    number = user_of(cast, "officer").id
    grant = {"committee": cast.upper_id, "role": "chair", "starts_on": "2026-01-01"}
    assert client("secadmin").post(f"/users/{number}/posts/new", data=grant).status_code == 200
    assert len(queries.current_holdings(number, clock.today())) == 1


def test_a_disabled_account_loses_every_session_at_once(client: Clients, cast: Cast, browser: FlaskClient) -> None:
    sign_in(browser)
    number = user_of(cast, "liaison").id
    assert "请填写此项" in client("sysadmin").post(f"/users/{number}/disable", data={}).text
    assert signed_in(browser)
    client("sysadmin").post(f"/users/{number}/disable", data={"reason": "调离"})
    assert not signed_in(browser)
    client("sysadmin").post(f"/users/{number}/enable")
    assert not signed_in(browser)
    assert sign_in(browser) == "/"


def test_nobody_disables_himself(client: Clients, cast: Cast) -> None:
    number = user_of(cast, "sysadmin").id
    assert client("sysadmin").post(f"/users/{number}/disable", data={"reason": "试试"}).status_code == 403


def test_the_last_administrator_stays(client: Clients, cast: Cast) -> None:
    page = client("sysadmin").post(f"/users/{user_of(cast, 'secadmin').id}/disable", data={"reason": "离职"}).text
    assert "至少要有一名安全管理员" in page
    day = {"last_day": clock.today().isoformat()}
    page = client("secadmin").post(f"/holdings/{cast.holdings['sysadmin']}/end", data=day).text
    assert "至少要有一名系统管理员" in page


def test_an_officer_is_put_in_charge_and_it_ends_by_itself(client: Clients, cast: Cast) -> None:
    until = clock.today() + timedelta(days=30)
    client("secadmin").post(f"/holdings/{cast.holdings['officer']}/charge", data={"until": until.isoformat()})
    assert cast.actor("officer").is_head
    assert not cast.actor("officer", on=until + timedelta(days=1)).is_head
    client("secadmin").post(f"/holdings/{cast.holdings['officer']}/charge", data={"until": ""})
    assert not cast.actor("officer").is_head


def test_nobody_else_puts_in_charge(client: Clients, cast: Cast) -> None:
    path = f"/holdings/{cast.holdings['officer']}/charge"
    assert client("sysadmin").get(path).status_code == 404
    assert client("head").get(path).status_code == 404
    assert client("secadmin").get(f"/holdings/{cast.holdings['head']}/charge").status_code == 403


def test_an_appointment_that_never_began_is_taken_back(client: Clients, cast: Cast) -> None:
    today = clock.today()
    holding = actions.grant(
        cast.actor("secadmin"), user_of(cast, "chair"), committee=cast.committee, role=Role.OFFICER, starts_on=today
    )
    number = holding.id
    yesterday = (today - timedelta(days=1)).isoformat()
    client("secadmin").post(f"/holdings/{number}/end", data={"last_day": yesterday})
    assert db.session.get(Holding, number) is None


@pytest.mark.parametrize("query", ["q=wang", "q=王敏", "role=liaison&q=min", "standing=invited&q=wangmin"])
def test_the_list_is_filtered_in_the_address(client: Clients, query: str) -> None:
    page = client("sysadmin").get(f"/users?{query}").text
    assert "王敏" in page
    assert "系统员</a>" not in page


def test_the_list_is_sorted_in_the_address(client: Clients) -> None:
    page = client("sysadmin").get("/users?sort=-login").text
    assert page.index("zhoujie") < page.index("anquan")


def test_fifty_accounts_cost_the_same_number_of_queries_as_thirteen(client: Clients, cast: Cast) -> None:
    few = queries_of(client, "/users", "sysadmin")
    for number in range(40):
        actions.create_user(cast.actor("sysadmin"), login=f"extra{number}", name=f"增{number}")
    assert queries_of(client, "/users", "sysadmin") == few


@pytest.mark.parametrize("who", ["liaison", "leader", "officer", "head", "chair", "auditor"])
def test_accounts_are_for_administrators_only(client: Clients, cast: Cast, who: str) -> None:
    number = user_of(cast, "liaison").id
    assert client(who).get("/users").status_code == 403
    assert client(who).get(f"/users/{number}").status_code == 404
    assert client(who).post(f"/users/{number}/link").status_code == 404


def test_accounts_of_the_committee_above_are_out_of_sight(client: Clients, cast: Cast) -> None:
    assert client("sysadmin").get(f"/users/{user_of(cast, 'upper_officer').id}").status_code == 404
    assert client("sysadmin").get(f"/users/{user_of(cast, 'lower_officer').id}").status_code == 200


def test_what_administrators_do_is_in_the_trail(client: Clients, cast: Cast) -> None:
    new_user(client, cast)
    events = db.session.scalars(select(AuditEntry.event).where(AuditEntry.chain == cast.committee_id)).all()
    assert events[-2:] == ["user.create", "user.invitation"]


def test_a_forgotten_password_is_set_anew_by_a_link(client: Clients, cast: Cast, app: Flask) -> None:
    give_password("wangmin")
    page = client("sysadmin").post(f"/users/{user_of(cast, 'liaison').id}/link").text
    assert "王敏的重设密码链接" in page
    browser = app.test_client()
    browser.post(link_on(page), data={"new": "Liushui-78", "again": "Liushui-78"})
    assert sign_in(browser, password="Liushui-78") == "/"


def test_the_accounts_leave_as_a_table_as_they_are_filtered(client: Clients, cast: Cast) -> None:
    content = client("sysadmin").get("/users.xlsx?role=liaison").data
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    cells = [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert any("wangmin" in row and "市教育局联络员" in "".join(row) for row in cells)
    assert not any("xitong" in row for row in cells)
    assert any("岗位：联络员" in "".join(row) for row in cells), "the filter stands on it"
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert last.event == "export.make"
    assert client("officer").get("/users.xlsx").status_code == 403
