"""四眼: in profile djbh no administrator alone gets into another administrator's account."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tracker.accounts import actions, queries
from tracker.accounts.actions.keys import SETTING
from tracker.accounts.models import Holding, LinkOrder, OneTimeToken, User
from tracker.cli import people
from tracker.core import clock
from tracker.core.access import Role
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Message

Client = Callable[[str], FlaskClient]
ALONE = "须由另一名管理员同意"


@pytest.fixture
def strict(settings: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    settings(admin_profile="djbh")
    monkeypatch.setattr("tracker.accounts.views.gates.queries.has_factor", lambda _: True)


def person(cast: Cast, who: str) -> User:
    return db.session.get_one(Holding, cast.holdings[who]).user


def living(user: User) -> list[OneTimeToken]:
    return list(db.session.scalars(select(OneTimeToken).filter_by(user_id=user.id, used_at=None)))


def test_one_administrator_alone_gets_no_link_into_anothers_account(strict: None, client: Client, cast: Cast) -> None:
    target = person(cast, "secadmin")
    page = client("sysadmin").get(f"/users/{target.id}").text
    assert "申请登录链接" in page
    assert "生成首次登录链接" not in page
    answer = client("sysadmin").post(f"/users/{target.id}/link", follow_redirects=True)
    assert ALONE in answer.text
    assert living(target) == []


def test_another_agrees_and_the_link_is_made_once(strict: None, client: Client, cast: Cast) -> None:
    target = person(cast, "secadmin")
    asked = client("sysadmin").post(f"/users/{target.id}/link-order", data={"reason": "本人忘记密码"})
    assert asked.location == f"/users/{target.id}"
    order = db.session.scalars(select(LinkOrder)).one()
    told = db.session.scalars(select(Message.recipient_id).where(Message.kind == "user.link_order")).all()
    assert person(cast, "auditor").id in told
    assert not {target.id, person(cast, "sysadmin").id} & set(told)
    assert "等待另一名管理员同意" in client("sysadmin").get(f"/users/{target.id}").text
    auditor = client("auditor")
    assert f"为{target.name}的管理员账号生成登录链接" in auditor.get("/").text
    assert "本人忘记密码" in auditor.get(f"/link-orders/{order.id}").text
    auditor.post(f"/link-orders/{order.id}/agree")
    page = client("sysadmin").post(f"/users/{target.id}/link").text
    assert re.search(r"/invitation/[\w-]+", page)
    assert ALONE in client("sysadmin").post(f"/users/{target.id}/link", follow_redirects=True).text
    said = db.session.scalars(select(AuditEntry.event).where(AuditEntry.event.like("user.link_order"))).all()
    assert len(said) == 2


@pytest.mark.parametrize("who", ["sysadmin", "secadmin"])
def test_neither_who_asked_nor_whose_account_it_is_agrees(strict: None, client: Client, cast: Cast, who: str) -> None:
    order = actions.order_link(cast.actor("sysadmin"), person(cast, "secadmin"), reason="忘记密码")
    assert client(who).post(f"/link-orders/{order.id}/agree").status_code == 403
    with pytest.raises(RuleError, match="不能同意自己提出的"):
        actions.agree_to_link(cast.actor(who), order)


@pytest.mark.parametrize("who", ["officer", "liaison", "chair"])
def test_nobody_else_learns_of_it(strict: None, client: Client, cast: Cast, who: str) -> None:
    order = actions.order_link(cast.actor("sysadmin"), person(cast, "secadmin"), reason="忘记密码")
    assert client(who).get(f"/link-orders/{order.id}").status_code == 404


def test_a_refusal_and_an_old_agreement_open_nothing(strict: None, client: Client, cast: Cast) -> None:
    target = person(cast, "secadmin")
    order = actions.order_link(cast.actor("sysadmin"), target, reason="忘记密码")
    client("auditor").post(f"/link-orders/{order.id}/refuse", data={"reason": "本人没有要求"})
    with pytest.raises(RuleError, match=ALONE):
        actions.give_key(cast.actor("sysadmin"), target)
    again = actions.order_link(cast.actor("sysadmin"), target, reason="当面核实过")
    actions.agree_to_link(cast.actor("auditor"), again)
    with time_machine.travel(clock.now() + timedelta(hours=25)), pytest.raises(RuleError, match=ALONE):
        actions.give_key(cast.actor("sysadmin"), target)


def test_a_link_made_before_dies_when_the_account_becomes_an_administrators(strict: None, cast: Cast) -> None:
    fresh = actions.create_user(cast.actor("sysadmin"), login="newadmin", name="新管理员")
    actions.give_key(cast.actor("sysadmin"), fresh)
    assert len(living(fresh)) == 1
    actions.grant(
        cast.actor("secadmin"), fresh, committee=cast.committee, role=Role.SYSADMIN, starts_on=clock.today()
    )  # fmt: skip
    assert living(fresh) == []


def test_from_the_server_a_link_is_made_where_no_other_administrator_is(
    strict: None, app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others' links died unopened, or the only administrator forgot the password: nobody else can agree."""
    monkeypatch.setattr(people, "create_app", lambda: app)
    login = person(cast, "secadmin").login
    said = CliRunner().invoke(people.link, [login, "--reason", "链接过期"], catch_exceptions=False).output
    key = said.strip().rpartition("/")[2]
    assert queries.key_of(key, clock.now(), *SETTING) is not None
    entries = select(AuditEntry).where(AuditEntry.reason == "链接过期")
    assert db.session.scalars(entries).one().actor_name == "服务器命令行"
    assert "没有登录名" in str(CliRunner().invoke(people.link, ["nobody", "--reason", "无"]).exception)


def test_in_basic_it_is_told_and_recorded_as_before(client: Client, cast: Cast) -> None:
    target = person(cast, "secadmin")
    assert re.search(r"/invitation/[\w-]+", client("sysadmin").post(f"/users/{target.id}/link").text)
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert "已告知本人和其他管理员" in entry.sentence
