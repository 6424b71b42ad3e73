"""One-time links to come in, forgotten passwords, and 联络员变更 begun by the unit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.accounts.conftest import code_of, give_factor, give_password, sign_in, signed_in, user_of
from tests.cast import Cast
from tests.counting import counted
from tests.messages.sink import Sink
from tracker.accounts import actions, jobs, queries
from tracker.accounts.models import DoorCall, HelpRequest, Holding, OneTimeToken, Proposal, UserSession, Way
from tracker.committees.actions import change_settings
from tracker.core import clock
from tracker.core.access import Role
from tracker.core.audit import AuditEntry
from tracker.core.commands import command
from tracker.core.db import db
from tracker.messages.models import Message

Client = Callable[[str], FlaskClient]


@pytest.fixture
def key(cast: Cast) -> str:
    holding = db.session.get_one(Holding, cast.holdings["liaison"])
    return actions.give_sign_in_link(cast.actor("officer"), holding) or ""


def test_the_office_makes_a_slip_and_the_liaison_comes_in_without_a_password(client: Client, cast: Cast) -> None:
    page = client("officer").post(f"/unit-holdings/{cast.holdings['liaison']}/sign-in-link").text
    link = re.search(r"/enter/[\w-]+", page)
    assert link is not None
    stranger = client("stranger")
    for _ in range(2):
        assert "市教育局联络员" in stranger.get(link[0]).text, "looking uses nothing up"
    assert stranger.post(link[0]).location == "/"
    assert stranger.get("/inbox").status_code == 200, "nobody is forced to set a password"
    assert client("stranger").get(link[0]).status_code == 410
    assert client("stranger").post(link[0]).status_code == 410
    session = db.session.scalars(select(UserSession).order_by(UserSession.id.desc())).first()
    assert session is not None
    assert session.way is Way.LINK


def test_a_password_may_be_set_afterwards(client: Client, key: str) -> None:
    stranger = client("stranger")
    stranger.post(f"/enter/{key}")
    assert "当前密码" not in stranger.get("/account/password").text
    stranger.post("/account/password", data={"new": "Liushui-78", "again": "Liushui-78"})
    stranger.post("/sign-out")
    assert sign_in(stranger, password="Liushui-78") == "/"


def test_a_link_stays_at_its_post(client: Client, cast: Cast, key: str) -> None:
    actor = cast.actor("secadmin")
    other = actions.create_post(actor, committee=cast.committee, role=Role.LIAISON, unit=cast.unit("市民政局"))
    second = actions.appoint(actor, other, user_of("wangmin"), starts_on=actor.on).id
    stranger = client("stranger")
    assert stranger.post(f"/enter/{key}").location == "/"
    answer = stranger.post("/account/post", data={"post": second}, follow_redirects=True)
    assert "只能办理这个岗位的工作" in answer.text


def test_a_link_dies_after_a_day_with_its_post_and_with_the_account(client: Client, cast: Cast, key: str) -> None:
    with time_machine.travel(clock.now() + timedelta(hours=24, minutes=1)):
        assert client("stranger").get(f"/enter/{key}").status_code == 410
    end_post(cast.holdings["liaison"])
    assert client("stranger").post(f"/enter/{key}").status_code == 410


@command
def end_post(holding_id: int) -> None:
    row = db.session.query(Holding).filter_by(id=holding_id)
    row.update({"ends_on": clock.today() - timedelta(days=1)})


def test_a_link_to_come_in_sets_no_password_and_a_reset_link_lets_nobody_in(
    client: Client, cast: Cast, key: str
) -> None:
    assert client("stranger").get(f"/invitation/{key}").status_code == 410
    reset = actions.give_key(cast.actor("sysadmin"), user_of("wangmin"))
    assert client("stranger").post(f"/enter/{reset}").status_code == 410


def test_a_second_factor_is_asked_after_a_link_too(client: Client, key: str) -> None:
    seed = give_factor("wangmin")
    stranger = client("stranger")
    assert stranger.post(f"/enter/{key}").location == "/sign-in/code"
    assert not signed_in(stranger)
    assert stranger.post("/sign-in/code", data={"code": code_of(seed)}).location == "/"
    assert signed_in(stranger)


@pytest.fixture
def mailbox(settings: Callable[..., None]) -> Iterator[Sink]:
    with Sink() as sink:
        settings(smtp_host="127.0.0.1", smtp_port=sink.port)
        yield sink


def letters(mailbox: Sink) -> list[str]:
    jobs.send_letters(clock.now())
    return [one.get_content() for one in mailbox.mails]


def test_the_link_may_go_by_mail_and_stands_nowhere_afterwards(client: Client, cast: Cast, mailbox: Sink) -> None:
    officer = client("officer")
    officer.post(f"/unit-holdings/{cast.holdings['liaison']}/sign-in-link", data={"mail": 1})
    token = db.session.scalars(select(OneTimeToken)).one()
    raw = db.session.connection().exec_driver_sql("SELECT letter FROM one_time_tokens").scalar_one()
    assert token.letter not in raw
    (text,) = letters(mailbox)
    link = re.search(r"/enter/[\w-]+", text)
    assert link is not None
    assert db.session.scalars(select(OneTimeToken.letter)).all() == [None]
    assert letters(mailbox) == [text], "it is not sent twice"
    assert client("stranger").post(link[0]).location == "/"


def test_a_letter_that_the_server_does_not_take_waits(
    client: Client, cast: Cast, settings: Callable[..., None]
) -> None:
    settings(smtp_host="127.0.0.1", smtp_port=9)
    client("officer").post(f"/unit-holdings/{cast.holdings['liaison']}/sign-in-link", data={"mail": 1})
    jobs.send_letters(clock.now())
    assert db.session.scalars(select(OneTimeToken.letter)).one()


def ask(browser: FlaskClient, login: str) -> str:
    page = re.sub(r'value="[^"]*"', "", browser.post("/forgotten", data={"login": login}).text)
    actions.answer_calls(clock.now())
    return page


def test_whoever_is_locked_out_reads_whom_to_call(client: Client, cast: Cast) -> None:
    """The office's number, where it put one there: without mail there is no other way in."""
    doors = ("/forgotten", "/slip", "/invitation/dead", "/enter/dead")
    assert not any("办公室电话" in client("stranger").get(door).text for door in doors)
    settings = replace(cast.committee.settings, office_phone="0399-5550100")
    change_settings(cast.actor("officer"), cast.committee, settings)
    assert all("市妇儿工委办 0399-5550100" in client("stranger").get(door).text for door in doors)
    assert "0399-5550100" in client("stranger").post("/forgotten", data={"login": "nobody"}).text


def test_a_forgotten_password_is_mailed_and_every_name_gets_the_same_answer(
    browser: FlaskClient, mailbox: Sink
) -> None:
    answers = {ask(browser, login) for login in ("wangmin", "nobody", "xitong", "wangmin")}
    assert len({re.sub(r"[0-9a-f]{16}", "", one) for one in answers}) == 1
    (text,) = letters(mailbox)
    link = re.search(r"/invitation/[\w-]+", text)
    assert link is not None
    browser.post(link[0], data={"new": "Liushui-78", "again": "Liushui-78"})
    assert sign_in(browser, password="Liushui-78") == "/"


def test_the_door_does_the_same_work_for_every_name(browser: FlaskClient, cast: Cast, mailbox: Sink) -> None:
    """Not the time is measured, which is another on every machine, but what is asked and written."""
    actions.disable(cast.actor("sysadmin"), user_of("sunli"), reason="调离")
    give_password("anquan")
    work: dict[tuple[str, ...], list[str]] = {}
    for login in ("wangmin", "wangmin", "nobody", "anquan", "sunli"):
        with counted() as said:
            browser.post("/forgotten", data={"login": login})
        work.setdefault(tuple(said), []).append(login)
    assert len(work) == 1, list(work.values())
    jobs.look(clock.now())
    assert db.session.scalar(select(func.count()).select_from(DoorCall)) == 0
    assert len(letters(mailbox)) == 1, "one letter, however often the name was typed"


def test_a_name_nobody_has_leaves_nothing_behind(browser: FlaskClient, cast: Cast) -> None:
    browser.post("/forgotten", data={"login": "my-Password-1"})
    assert db.session.scalars(select(DoorCall)).one().user_id is None
    jobs.look(clock.now())
    assert db.session.scalars(select(HelpRequest)).all() == []
    assert not db.session.scalars(select(AuditEntry).where(AuditEntry.event == "user.forgotten")).all()


def test_a_stranger_who_asks_ends_no_link_of_others(browser: FlaskClient, cast: Cast, mailbox: Sink) -> None:
    given = actions.give_key(cast.actor("sysadmin"), user_of("wangmin"))
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        ask(browser, "wangmin")
        assert len(letters(mailbox)) == 1
        assert browser.get(f"/invitation/{given}").status_code == 200


def test_without_mail_the_office_sees_who_asked_until_a_link_is_given(client: Client, cast: Cast) -> None:
    for _ in range(2):
        ask(client("stranger"), "wangmin")
    assert len(db.session.scalars(select(HelpRequest)).all()) == 1
    officer = client("officer")
    assert "市教育局联络员王敏忘记密码" in officer.get("/").text
    assert "市教育局联络员王敏忘记密码" not in client("lower_officer").get("/").text
    assert "王敏忘记密码" not in client("sysadmin").get("/").text
    assert "本人请求重设密码" in officer.get(f"/units/{cast.units['市教育局']}/posts").text
    officer.post(f"/unit-holdings/{cast.holdings['liaison']}/link")
    assert "忘记密码" not in officer.get("/").text


def test_an_administrators_forgotten_password_comes_to_the_system_administrator(client: Client, mailbox: Sink) -> None:
    ask(client("stranger"), "anquan")
    assert letters(mailbox) == []
    assert "安全员忘记密码" in client("sysadmin").get("/").text
    assert "安全员忘记密码" not in client("officer").get("/").text


def propose(client: Client, who: str = "liaison") -> Proposal:
    words = {"role": "liaison", "name": "高原", "phone": "0870-2200001", "email": "gaoyuan@example.org"}
    assert client(who).post("/account/successor", data=words).location == "/account/successor"
    return db.session.scalars(select(Proposal)).one()


@pytest.mark.parametrize("who", ["liaison", "leader"])
def test_the_unit_names_the_successor_and_the_office_confirms_in_one_click(
    client: Client, cast: Cast, who: str
) -> None:
    proposal_id = propose(client, who).id
    officer = client("officer")
    assert "市教育局联络员变更为高原" in officer.get("/").text
    told = db.session.scalars(select(Message.title).where(Message.kind == "post.proposed")).all()
    assert set(told) == {"市教育局提出联络员变更"}
    assert "高原" in officer.get(f"/proposals/{proposal_id}").text
    page = officer.post(f"/proposals/{proposal_id}/confirm").text
    assert re.search(r"/invitation/[\w-]+", page), "the new person's slip"
    now = queries.roster([cast.units["市教育局"]], clock.today())[cast.units["市教育局"]][Role.LIAISON]
    assert [one.user.name for one in now] == ["高原"]
    assert now[0].post_id == db.session.get_one(Holding, cast.holdings["liaison"]).post_id, "history stays at the post"
    said = dict(db.session.execute(select(Message.kind, Message.title).where(Message.kind.like("post.%"))).all())
    assert said["post.left"] == "您不再担任市教育局联络员"
    assert said["post.taken"] == "您已担任市教育局联络员"
    kept = db.session.scalars(select(Proposal)).one()
    assert (kept.phone, kept.email) == (None, None), "the contact stands at the account"
    again = officer.post(f"/proposals/{proposal_id}/confirm", follow_redirects=True)
    assert "已经办理过了" in again.text


def test_the_office_says_why_not_and_the_unit_may_name_another(client: Client) -> None:
    proposal_id = propose(client).id
    words = {"role": "liaison", "name": "陆远"}
    assert "正在等待办公室确认" in client("liaison").post("/account/successor", data=words).text
    client("officer").post(f"/proposals/{proposal_id}/refuse", data={"reason": "请先来函"})
    told = db.session.scalars(select(Message).where(Message.kind == "post.decided")).one()
    assert "请先来函" in told.body
    assert client("liaison").post("/account/successor", data=words).status_code == 302


def test_the_unit_takes_its_word_back(client: Client) -> None:
    proposal_id = propose(client).id
    client("leader").post(f"/proposals/{proposal_id}/withdraw")
    assert "高原" not in client("officer").get("/").text
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "post.propose")).all()
    assert [one.sentence for one in entry] == ["提出市教育局联络员变更为高原", "撤回市教育局联络员变更为高原"]


def test_autosave_never_keeps_a_sitting_alive(browser: FlaskClient) -> None:
    give_password("wangmin")
    sign_in(browser)
    start = clock.now()
    for minutes in (10, 20, 29):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert browser.get("/account", headers={"X-Background": "1"}).status_code == 200
    with time_machine.travel(start + timedelta(minutes=31)):
        assert not signed_in(browser)
