"""Coming in: the right password and a post; nothing said about who exists; five failures lock."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError

from tests.accounts.conftest import sign_in, signed_in
from tests.cast import Cast
from tracker.accounts import actions, passwords, sessions
from tracker.accounts.jobs import look
from tracker.accounts.models import Holding, SignInAttempt, User, UserSession
from tracker.core import clock
from tracker.core.access import Role
from tracker.core.audit import AuditEntry
from tracker.core.commands import command
from tracker.core.db import db


def test_the_right_password_opens_the_desk(browser: FlaskClient) -> None:
    assert sign_in(browser) == "/"
    assert signed_in(browser)


def test_login_names_are_read_without_regard_to_case_and_blanks(browser: FlaskClient) -> None:
    assert sign_in(browser, " WangMin ") == "/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_words(browser: FlaskClient) -> None:
    wrong = sign_in(browser, password="Wrong-2026")
    unknown = sign_in(browser, "wangmim", password="Wrong-2026")
    assert "登录名或密码不正确" in wrong
    said = "登录名或密码不正确。连续输错5次，登录将暂停30分钟。"
    assert wrong.count(said) == unknown.count(said) == 1


def test_the_page_asked_for_comes_after_signing_in(browser: FlaskClient) -> None:
    asked = browser.get("/account/post?from=mail")
    assert asked.location == "/sign-in?next=/account/post?from%3Dmail"
    assert sign_in(browser, next="/account/post?from=mail") == "/account/post?from=mail"


@pytest.mark.parametrize("target", ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(browser: FlaskClient, target: str) -> None:
    assert sign_in(browser, next=target) == "/"


def test_five_failures_lock_even_for_the_right_password(browser: FlaskClient) -> None:
    for _ in range(5):
        assert "登录名或密码不正确" in sign_in(browser, password="Wrong-2026")
    assert "登录已暂停" in sign_in(browser)
    assert not signed_in(browser)


def test_who_is_turned_away_from_a_locked_or_closed_account_leaves_one_entry(browser: FlaskClient) -> None:
    for _ in range(8):
        sign_in(browser, password="Wrong-2026")
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "session.locked")).all()
    assert [one.sentence for one in entries] == ["拒绝以王敏（wangmin）的名义登录：登录已暂停"]


def test_the_right_password_of_a_closed_account_leaves_an_entry(browser: FlaskClient) -> None:
    db.session.scalars(select(User).filter_by(login="wangmin")).one().is_active = False
    db.session.commit()
    assert "已停用" in sign_in(browser)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "session.disabled")).one()
    assert "密码正确，但账号已停用" in entry.sentence


def test_a_page_is_shown_though_the_session_cannot_be_touched(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    sign_in(browser)
    monkeypatch.setattr(sessions, "TOUCH_EVERY", timedelta(seconds=-1))
    monkeypatch.setattr(actions, "touch_session", busy)
    assert browser.get("/account").status_code == 200


def test_without_a_database_every_page_answers_in_chinese(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    sign_in(browser)
    monkeypatch.setattr(db.session, "scalar", away)
    reading = browser.get("/account")
    assert reading.status_code == 503
    assert "系统正忙，这一页暂时打不开" in reading.text
    assert "没有保存" not in reading.text
    answer = browser.post("/account/contact", data={"name": "王敏"})
    assert answer.status_code == 503
    assert "填写的内容仍在" in answer.text


def test_an_unknown_name_locks_in_the_same_words(browser: FlaskClient) -> None:
    for _ in range(5):
        sign_in(browser, "nobody", password="Wrong-2026")
    assert "登录已暂停" in sign_in(browser, "nobody", password="Wrong-2026")


def test_a_success_starts_the_count_anew(browser: FlaskClient) -> None:
    for _ in range(2):
        for _ in range(4):
            sign_in(browser, password="Wrong-2026")
        assert sign_in(browser) == "/"


def test_the_lock_lasts_thirty_minutes_from_the_fifth_failure() -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=clock.SHANGHAI)
    tries = [(start + timedelta(minutes=n), False) for n in range(5)]
    assert passwords.locked_until(tries) == start + timedelta(minutes=34)
    assert passwords.locked_until([*tries[:2], (start, True), *tries[2:]]) is None


def test_failures_far_apart_do_not_lock() -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=clock.SHANGHAI)
    assert passwords.locked_until([(start + timedelta(minutes=4 * n), False) for n in range(5)]) is None


def test_one_address_cannot_try_names_without_end(browser: FlaskClient) -> None:
    crowd(clock.now())
    assert "网络地址登录失败的次数过多" in sign_in(browser)


@command
def crowd(at: datetime) -> None:
    for number in range(passwords.FAILURES_PER_ADDRESS):
        db.session.add(SignInAttempt(login_hash=str(number), address="127.0.0.1", at=at, succeeded=False))


def test_what_was_typed_is_kept_nowhere(browser: FlaskClient) -> None:
    sign_in(browser, "Wrong-2026", password="secret-typed")
    kept = " ".join(
        str(vars(row)) for model in (SignInAttempt, AuditEntry) for row in db.session.scalars(select(model))
    )
    assert "wrong-2026" not in kept.lower()
    assert "secret-typed" not in kept


def test_a_try_that_counts_no_more_is_forgotten(browser: FlaskClient) -> None:
    """A password typed where the name belongs stands there as a bare hash: not for ever."""
    now = clock.now()
    for _ in range(5):
        sign_in(browser, password="Wrong-2026")
    crowd(now - passwords.COUNTED - timedelta(minutes=1))
    look(now)
    assert db.session.query(SignInAttempt).count() == 5
    assert "登录已暂停" in sign_in(browser), "what still counts is kept"
    look(now + passwords.COUNTED + timedelta(minutes=1))
    assert db.session.query(SignInAttempt).count() == 0


def test_success_failure_and_leaving_are_in_the_trail(browser: FlaskClient, cast: Cast) -> None:
    sign_in(browser, password="Wrong-2026")
    sign_in(browser)
    browser.post("/sign-out")
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event.startswith("session.")))
    assert [(entry.event, entry.actor_name) for entry in entries] == [
        ("session.refuse", "未登录人员"),
        ("session.start", "王敏（市教育局联络员）"),
        ("session.end", "王敏（市教育局联络员）"),
    ]


def test_leaving_ends_the_session_at_the_server(browser: FlaskClient) -> None:
    sign_in(browser)
    with browser.session_transaction() as cookie:
        kept = dict(cookie)
    assert browser.post("/sign-out").location == "/sign-in"
    with browser.session_transaction() as cookie:
        cookie.update(kept)
    assert not signed_in(browser)


def test_leaving_twice_is_no_trouble(browser: FlaskClient) -> None:
    assert browser.post("/sign-out").location == "/sign-in"


def test_a_disabled_account_is_told_so_only_with_the_right_password(browser: FlaskClient) -> None:
    disable("wangmin")
    assert "登录名或密码不正确" in sign_in(browser, password="Wrong-2026")
    assert "账号已停用" in sign_in(browser)


@command
def disable(login: str) -> None:
    db.session.query(User).filter_by(login=login).update({"is_active": False})


def test_a_person_without_a_post_is_told_so(browser: FlaskClient, cast: Cast) -> None:
    end_posts(cast)
    assert "没有担任任何岗位" in sign_in(browser)


@command
def end_posts(cast: Cast) -> None:
    db.session.query(Holding).filter_by(id=cast.holdings["liaison"]).update(
        {"ends_on": clock.today() - timedelta(days=1)}
    )


def second_post(cast: Cast) -> Holding:
    actor = cast.actor("secadmin")
    post = actions.create_post(actor, committee=cast.committee, role=Role.LIAISON, unit=cast.unit("市民政局"))
    holder = db.session.get_one(Holding, cast.holdings["liaison"]).user
    return actions.appoint(actor, post, holder, starts_on=actor.on)


@command
def forget_sign_ins() -> None:
    db.session.execute(delete(UserSession))


def test_who_holds_several_posts_chooses_and_may_switch(browser: FlaskClient, cast: Cast) -> None:
    second_id = second_post(cast).id
    forget_sign_ins()
    assert sign_in(browser, next="/inbox") == "/account/post?next=/inbox"
    page = browser.get("/account/post?next=/inbox").get_data(as_text=True)
    assert "市教育局联络员" in page
    assert "市民政局联络员" in page
    assert "上次使用" not in page, "who comes for the first time has used none"
    assert browser.post("/account/post", data={"post": second_id, "next": "/inbox"}).location == "/inbox"
    session = db.session.scalars(select(UserSession).order_by(UserSession.id.desc())).first()
    assert session is not None
    assert session.holding_id == second_id
    assert "切换到岗位：市民政局联络员" in [entry.sentence for entry in db.session.scalars(select(AuditEntry))]


def test_the_post_used_last_comes_first_next_time(browser: FlaskClient, cast: Cast) -> None:
    second_id = second_post(cast).id
    sign_in(browser)
    browser.post("/account/post", data={"post": second_id})
    browser.post("/sign-out")
    sign_in(browser)
    session = db.session.scalars(select(UserSession).order_by(UserSession.id.desc())).first()
    assert session is not None
    assert session.holding_id == second_id
    assert "市民政局联络员（上次使用）" in browser.get("/account/post").text


@pytest.mark.parametrize("whose", ["officer", "other_liaison"])
def test_nobody_acts_from_a_post_of_somebody_else(browser: FlaskClient, cast: Cast, whose: str) -> None:
    sign_in(browser)
    browser.post("/account/post", data={"post": cast.holdings[whose]})
    session = db.session.scalars(select(UserSession).order_by(UserSession.id.desc())).first()
    assert session is not None
    assert session.holding_id == cast.holdings["liaison"]


def test_a_post_that_ended_closes_the_door(browser: FlaskClient, cast: Cast) -> None:
    sign_in(browser)
    end_posts(cast)
    assert browser.get("/").location.startswith("/sign-in")
