"""Accounts that end: unused ones closed in bulk, leavers handed on, personal data given out and away (S13, S36)."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from tests.accounts.conftest import give_password, sign_in, user_of
from tests.cast import Cast
from tracker.accounts import actions, queries
from tracker.accounts.models import Holding, Proposal, User, UserSession
from tracker.core import clock
from tracker.core.access import Role
from tracker.core.audit import AuditEntry
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Message

Client = Callable[[str], FlaskClient]


@command
def used(login: str, days: int) -> None:
    moment = clock.now() - timedelta(days=days)
    db.session.query(User).filter_by(login=login).update({"last_signed_in_at": moment})


def test_accounts_unused_for_ninety_days_are_listed_and_closed_after_a_look(client: Client) -> None:
    used("wangmin", 91)
    used("lina", 89)
    used("xitong", 200)
    used("anquan", 200)
    sysadmin = client("sysadmin")
    page = sysadmin.get("/users/stale").text
    assert "wangmin" in page
    assert "lina" not in page
    looked = sysadmin.post("/users/stale/close", data={"all": 1}).text
    assert "市教育局联络员" in looked
    assert user_of("wangmin").is_active, "looking closes nobody"
    chosen = [user_of(login).id for login in ("wangmin", "lina", "xitong", "anquan")]
    done = sysadmin.post("/users/stale/close", data={"ids": chosen, "sure": 1}, follow_redirects=True).text
    assert "已停用1个账号" in done
    assert "至少要有一名安全管理员" in done
    assert [user_of(one).is_active for one in ("wangmin", "lina", "xitong", "anquan")] == [False, True, True, True]
    assert db.session.scalars(select(AuditEntry.reason).where(AuditEntry.event == "user.disable")).all() == [
        "账号长期未使用"
    ]


def test_nothing_chosen_closes_nobody(client: Client) -> None:
    used("wangmin", 91)
    answer = client("sysadmin").post("/users/stale/close", data={"sure": 1}, follow_redirects=True)
    assert "请先选择" in answer.text
    assert user_of("wangmin").is_active


def test_the_office_hands_a_liaisons_posts_on_and_the_account_closes(client: Client, cast: Cast) -> None:
    leaver, heir = user_of("wangmin").id, user_of("zhaoqiang").id
    proposed = client("liaison").post("/account/successor", data={"role": "liaison", "name": "高原"})
    assert proposed.status_code == 302
    officer, holding_id = client("officer"), cast.holdings["liaison"]
    page = officer.get(f"/leavers/{leaver}").text
    assert "市教育局联络员" in page
    assert "赵强（zhaoqiang）" in page
    officer.post(f"/leavers/{leaver}", data={f"heir-{holding_id}": heir, "reason": "调动"})
    held = db.session.get_one(Holding, holding_id)
    assert held.ends_on == clock.today() - timedelta(days=1)
    now = queries.roster([cast.units["市教育局"]], clock.today())[cast.units["市教育局"]][Role.LIAISON]
    assert [one.user_id for one in now] == [heir]
    assert not user_of("wangmin").is_active
    told = dict(db.session.execute(select(Message.kind, Message.recipient_id).where(Message.kind.like("post.%"))).all())
    assert (told["post.left"], told["post.taken"]) == (leaver, heir)


def test_how_much_waits_at_each_post_is_shown_to_an_administrator_and_not_about_what(client: Client) -> None:
    client("liaison").post("/account/successor", data={"role": "liaison", "name": "高原"})
    page = client("secadmin").get(f"/leavers/{user_of('chenjing').id}").text
    assert "<li>确认1项</li>" in page
    assert "高原" not in page


def test_who_keeps_other_posts_keeps_the_account(client: Client, cast: Cast) -> None:
    actor = cast.actor("secadmin")
    actions.grant(actor, user_of("wangmin"), committee=cast.committee, role=Role.OFFICER, starts_on=actor.on)
    page = client("officer").get(f"/leavers/{user_of('wangmin').id}").text
    assert "不由您办理" in page
    client("officer").post(f"/leavers/{user_of('wangmin').id}", data={"reason": "调动"})
    assert user_of("wangmin").is_active


def test_an_administration_is_never_left_with_nobody(cast: Cast) -> None:
    actor = cast.actor("secadmin")
    with pytest.raises(RuleError, match="至少要有一名系统管理员"):
        actions.see_off(actor, user_of("xitong"), {}, reason="调动")


def test_an_administration_is_not_left_to_somebody_whose_days_run_out(cast: Cast) -> None:
    sysadmin, secadmin = cast.actor("sysadmin"), cast.actor("secadmin")
    other = actions.create_user(sysadmin, login="xitong2", name="郝二")
    given = {"committee": cast.committee, "role": Role.SYSADMIN, "starts_on": secadmin.on}
    held = actions.grant(secadmin, other, ends_on=secadmin.on + timedelta(days=9), **given)
    with pytest.raises(RuleError, match="任期都有截止日期"):
        actions.see_off(secadmin, user_of("xitong"), {}, reason="调动")
    actions.end_holding(secadmin, held, last_day=secadmin.on + timedelta(days=1))
    actions.grant(secadmin, actions.create_user(sysadmin, login="xitong3", name="郝三"), **given)
    assert actions.see_off(secadmin, user_of("xitong"), {}, reason="调动")


@pytest.mark.parametrize("heir", ["chenjing", "shenji"])
def test_an_heir_whose_posts_exclude_this_one_is_refused(cast: Cast, heir: str) -> None:
    with pytest.raises(RuleError, match=r"不能由.*接任"):
        actions.see_off(
            cast.actor("secadmin"), user_of("xitong"), {cast.holdings["sysadmin"]: user_of(heir)}, reason="调动"
        )
    assert user_of("xitong").is_active


def test_a_person_takes_away_what_is_kept_about_them(client: Client) -> None:
    give_password("wangmin")
    answer = client("liaison").get("/account/data.xlsx")
    book = load_workbook(io.BytesIO(answer.data))
    words = [str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert book.sheetnames == ["账号", "岗位", "登录"]
    assert {"王敏", "wangmin", "wangmin@example.org", "市教育局联络员"} <= set(words)
    assert not any("argon2" in word for word in words)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "export.make")).one()
    assert entry.sentence == "下载了本人的个人信息"


def gone(cast: Cast) -> User:
    actor = cast.actor("officer")
    actions.change_contact(actor, user_of("wangmin"), name="王敏", email="wangmin@example.org", phone="13800001234")
    actions.see_off(actor, user_of("wangmin"), {}, reason="退休")
    return user_of("wangmin")


def test_a_leavers_name_and_contact_are_taken_away_and_the_acts_stay_with_the_unit(client: Client, cast: Cast) -> None:
    user_id = gone(cast).id
    before = [(one.seq, one.hash) for one in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    sysadmin = client("sysadmin")
    assert "去除个人信息" in sysadmin.get(f"/users/{user_id}/anonymise").text
    assert sysadmin.post(f"/users/{user_id}/anonymise").location == "/users"
    user = db.session.get_one(User, user_id)
    assert (user.name, user.email, user.phone, user.password_hash) == ("已离任人员", None, None, None)
    assert user.login != "wangmin"
    assert {one.agent for one in db.session.query(UserSession).filter_by(user_id=user_id)} == {""}
    held = db.session.get_one(Holding, cast.holdings["liaison"])
    assert held.audit_label() == "已离任人员任市教育局联络员"
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.seq, one.hash) for one in entries][: len(before)] == before, "the trail is untouched"
    last = entries[-1]
    assert "王敏" not in last.sentence + last.object_label + str(last.changes)


def test_a_login_name_taken_away_is_given_to_nobody_again(cast: Cast) -> None:
    user = gone(cast)
    actions.anonymise(cast.actor("sysadmin"), user)
    with pytest.raises(RuleError, match="已被使用"):
        actions.create_user(cast.actor("sysadmin"), login="wangmin", name="王敏")
    assert queries.free_login("王敏") == "wangmin2"


def test_nobody_who_is_still_there_loses_a_name(client: Client, cast: Cast) -> None:
    with pytest.raises(RuleError, match="只有已停用"):
        actions.anonymise(cast.actor("sysadmin"), user_of("lina"))
    assert client("sysadmin").get(f"/users/{user_of('lina').id}/anonymise").status_code == 403


def test_a_closed_account_keeps_its_name_while_a_post_is_held(client: Client, cast: Cast) -> None:
    user = user_of("lina")
    actions.disable(cast.actor("sysadmin"), user, reason="长期未使用")
    page = client("sysadmin").get(f"/users/{user.id}").text
    assert f"/users/{user.id}/anonymise" not in page
    assert "移交完毕才能去除个人信息" in page
    assert client("sysadmin").get(f"/users/{user.id}/anonymise").status_code == 403


def test_the_posts_of_a_closed_account_are_handed_on_by_those_who_keep_them(client: Client, cast: Cast) -> None:
    """The administrator closes at once and sees no business; what waits at the post must not be lost with it."""
    user, heir = user_of("wangmin"), user_of("zhaoqiang").id
    sysadmin, officer, where = client("sysadmin"), client("officer"), f"/leavers/{user.id}"
    assert "市教育局联络员仍由此人担任，停用后无人办理" in sysadmin.get(f"/users/{user.id}/disable").text
    sysadmin.post(f"/users/{user.id}/disable", data={"reason": "设备丢失"})
    assert "岗位还没有移交" in sysadmin.get(f"/users/{user.id}").text
    assert where in officer.get("/").text
    assert where not in client("secadmin").get("/").text, "a unit's post is the office's"
    posts = officer.get(f"/units/{cast.units['市教育局']}/posts").text
    assert "王敏接收不到此岗位的通知" in posts
    assert f"/unit-holdings/{cast.holdings['liaison']}/link" not in posts, "no link opens a closed account"
    deaf = db.session.scalars(queries.units_without(cast.actor("officer"), Role.LIAISON)).all()
    assert "市教育局" in [one.short_name for one in deaf]
    officer.post(where, data={f"heir-{cast.holdings['liaison']}": heir, "reason": "设备丢失，换人"})
    assert not user_of("wangmin").has_post(clock.today())
    assert where not in officer.get("/").text
    reasons = dict(db.session.execute(select(AuditEntry.event, AuditEntry.reason)).all())
    assert (reasons["post.leave"], reasons["user.disable"]) == ("设备丢失，换人", "设备丢失")


def test_the_posts_of_a_closed_officer_wait_at_the_security_administrator(client: Client, cast: Cast) -> None:
    user = user_of("chenjing")
    actions.disable(cast.actor("sysadmin"), user, reason="调动")
    page = client("secadmin").get("/").text
    assert f"/leavers/{user.id}" in page
    assert "账号已停用，事项无人办理" in page
    actions.enable(cast.actor("sysadmin"), user)
    assert f"/leavers/{user.id}" not in client("secadmin").get("/").text


def test_an_anonymised_account_lets_nobody_in(client: Client, cast: Cast) -> None:
    give_password("wangmin")
    user = gone(cast)
    actions.anonymise(cast.actor("sysadmin"), user)
    assert "登录名或密码不正确" in sign_in(client("stranger"), "wangmin")


def test_a_leaver_stands_in_no_proposal_by_name_any_more(cast: Cast) -> None:
    words = {"login": "wangmin", "phone": "13800001234", "email": None}
    proposal = actions.propose(cast.actor("leader"), Role.LIAISON, name="王敏", **words)
    number = proposal.id
    actions.withdraw_proposal(cast.actor("leader"), proposal)
    actions.anonymise(cast.actor("sysadmin"), gone(cast))
    db.session.expire_all()
    kept = db.session.get_one(Proposal, number)
    assert (kept.name, kept.login, kept.phone) == ("已离任人员", None, None)
