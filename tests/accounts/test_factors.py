"""动态口令: two steps at the door, a code accepted once, recovery codes, and the lock that counts wrong codes (S10)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.conftest import PASSWORD, code_of, give_factor, give_password, sign_in, signed_in, user_of
from tests.cast import Cast
from tracker.accounts import codes, queries
from tracker.accounts.models import RecoveryCode, SecondFactor, UserSession
from tracker.cli import people
from tracker.core import clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.messages.models import Message

Client = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def _in_the_middle_of_a_step() -> Iterator[None]:
    """Half a minute never ends between what the telephone shows and what is typed."""
    now = clock.now()
    with time_machine.travel(now + timedelta(seconds=15 - now.timestamp() % 30), tick=False):
        yield


@pytest.fixture
def seed(browser: FlaskClient) -> str:
    """王敏 has a telephone with a second factor."""
    return give_factor("wangmin")


def step(browser: FlaskClient, code: str) -> str:
    response = browser.post("/sign-in/code", data={"code": code})
    return response.location or response.get_data(as_text=True)


def test_a_right_password_alone_opens_nothing(browser: FlaskClient, seed: str, cast: Cast) -> None:
    before = db.session.query(UserSession).count()
    assert sign_in(browser, next="/inbox") == "/sign-in/code?next=/inbox"
    assert not signed_in(browser)
    assert browser.get("/inbox").location.startswith("/sign-in")
    assert db.session.query(UserSession).count() == before
    assert "输入动态口令" in browser.get("/sign-in/code").text
    assert browser.post("/sign-in/code?next=/inbox", data={"code": code_of(seed)}).location == "/inbox"
    assert signed_in(browser)


@pytest.mark.parametrize("steps", [-1, 1])
def test_clocks_may_differ_by_half_a_minute(browser: FlaskClient, seed: str, steps: int) -> None:
    sign_in(browser)
    assert step(browser, code_of(seed, steps)) == "/"


@pytest.mark.parametrize("steps", [-3, 3])
def test_clocks_may_not_differ_by_more(browser: FlaskClient, seed: str, steps: int) -> None:
    sign_in(browser)
    assert "动态口令不正确" in step(browser, code_of(seed, steps))
    assert not signed_in(browser)


def test_a_code_is_never_accepted_twice_nor_one_before_it(browser: FlaskClient, seed: str) -> None:
    code, older = code_of(seed), code_of(seed, -1)
    sign_in(browser)
    assert step(browser, code) == "/"
    browser.post("/sign-out")
    sign_in(browser)
    assert "动态口令不正确" in step(browser, code)
    assert "动态口令不正确" in step(browser, older)
    assert not signed_in(browser)


def test_five_wrong_codes_lock_and_the_password_between_them_washes_nothing_away(
    browser: FlaskClient, seed: str
) -> None:
    for _ in range(5):
        assert sign_in(browser) == "/sign-in/code"
        assert "动态口令不正确" in step(browser, "000000")
    assert "登录已暂停" in step(browser, code_of(seed))
    assert "登录已暂停" in sign_in(browser)


def test_typing_the_right_password_five_times_locks_nobody(browser: FlaskClient, seed: str) -> None:
    for _ in range(6):
        assert sign_in(browser) == "/sign-in/code"
    assert step(browser, code_of(seed)) == "/"


def test_the_time_between_the_steps_is_ten_minutes(browser: FlaskClient, seed: str) -> None:
    sign_in(browser)
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        assert step(browser, code_of(seed)).startswith("/sign-in")
        assert not signed_in(browser)


def test_a_wrong_code_is_in_the_trail(browser: FlaskClient, seed: str) -> None:
    sign_in(browser)
    step(browser, "000000")
    said = db.session.scalars(select(AuditEntry.sentence).where(AuditEntry.event == "session.refuse")).all()
    assert said == ["以王敏（wangmin）的名义登录失败：动态口令不正确"]


def set_up(client: FlaskClient) -> tuple[str, list[str]]:
    """The whole way: password, picture, first code; returns the seed and the recovery codes."""
    assert client.post("/account/factor/begin", data={"password": PASSWORD}).location == "/account/factor"
    page = client.get("/account/factor").text
    assert re.search(r'<path d="M4 4h7v1h-7z', page), "the corner of a QR code"
    kept = db.session.scalars(select(SecondFactor)).one()
    assert " ".join(re.findall("....", kept.seed)) in page
    answer = client.post("/account/factor/confirm", data={"code": code_of(kept.seed)})
    return kept.seed, re.findall(r"<li><code>([\w-]{19})</code>", answer.text)


def test_who_sets_it_up_scans_types_a_code_and_gets_ten_recovery_codes_once(browser: FlaskClient) -> None:
    sign_in(browser)
    _, spare = set_up(browser)
    assert len(set(spare)) == 10
    assert spare[0] not in browser.get("/account/factor").text
    stored = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(stored) == 10
    assert not any(code in one for one in stored for code in spare)


def test_a_recovery_code_opens_once(browser: FlaskClient) -> None:
    sign_in(browser)
    _, spare = set_up(browser)
    for wanted in (True, False):
        browser.post("/sign-out")
        sign_in(browser)
        assert (step(browser, spare[0].upper().replace("-", " ")) == "/") is wanted
    assert queries.codes_left(user_of("wangmin").id) == 9


def test_setting_up_asks_for_the_password_and_a_right_first_code(browser: FlaskClient) -> None:
    sign_in(browser)
    assert "当前密码不正确" in browser.post("/account/factor/begin", data={"password": "Wrong-2026"}).text
    assert db.session.scalars(select(SecondFactor)).all() == []
    browser.post("/account/factor/begin", data={"password": PASSWORD})
    assert "动态口令不正确" in browser.post("/account/factor/confirm", data={"code": "000000"}).text
    browser.post("/sign-out")
    assert sign_in(browser) == "/", "a factor that was never confirmed asks for nothing"


def test_the_seed_stands_sealed(browser: FlaskClient, seed: str) -> None:
    raw = db.session.connection().exec_driver_sql("SELECT seed FROM second_factors").scalar_one()
    assert seed not in raw
    assert raw.startswith("aes.")


def test_turning_it_off_needs_password_and_code(browser: FlaskClient) -> None:
    sign_in(browser)
    seed, spare = set_up(browser)
    wrong = {"password": "Wrong-2026", "code": spare[0]}
    assert "当前密码不正确" in browser.post("/account/factor/off", data=wrong).text
    assert "动态口令不正确" in browser.post("/account/factor/off", data={"password": PASSWORD, "code": "1"}).text
    right = {"password": PASSWORD, "code": code_of(seed, 1)}
    assert browser.post("/account/factor/off", data=right).location == "/account"
    assert db.session.scalars(select(RecoveryCode)).all() == []


def test_new_recovery_codes_end_the_old_ones(browser: FlaskClient) -> None:
    sign_in(browser)
    seed, spare = set_up(browser)
    answer = browser.post("/account/factor/codes", data={"password": PASSWORD, "code": code_of(seed, 1)})
    fresh = re.findall(r"<li><code>([\w-]{19})</code>", answer.text)
    assert len(fresh) == 10
    assert not set(fresh) & set(spare)


def test_an_administrator_resets_it_and_the_person_is_told(client: Client, browser: FlaskClient, seed: str) -> None:
    sign_in(browser)
    step(browser, code_of(seed))
    user_id = user_of("wangmin").id
    page = f"/users/{user_id}/factor"
    assert client("sysadmin").get(page).status_code == 200
    assert client("secadmin").post(page, data={"reason": "手机丢失"}).location == f"/users/{user_id}"
    assert not signed_in(browser)
    told = db.session.scalars(select(Message).where(Message.kind == "user.factor")).one()
    assert told.recipient_id == user_id
    assert sign_in(browser) == "/"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "user.factor")).one()
    assert entry.reason == "手机丢失"


def test_administrators_in_djbh_get_nowhere_without_a_factor(
    browser: FlaskClient, settings: Callable[..., None]
) -> None:
    give_password("xitong")
    settings(admin_profile="djbh")
    sign_in(browser, "xitong")
    assert browser.get("/users").location == "/account/factor"
    assert browser.get("/users", headers={"Accept": "application/json"}).status_code == 403
    seed, _ = set_up(browser)
    assert browser.get("/users").status_code == 200
    browser.post("/account/factor/off", data={"password": PASSWORD, "code": code_of(seed, 1)})
    assert browser.get("/users").status_code == 200, "it cannot be turned off"
    assert queries.has_factor(user_of("xitong").id)


def test_liaisons_need_none_in_djbh(browser: FlaskClient, settings: Callable[..., None]) -> None:
    settings(admin_profile="djbh")
    sign_in(browser)
    assert browser.get("/inbox").status_code == 200


def test_the_picture_is_read_back_as_what_was_meant() -> None:
    """The path drawn as dots is the matrix of the QR code, with four dots of quiet round it."""
    picture = codes.picture("otpauth://totp/x")
    dark = {
        (int(y), int(x) + n)
        for x, y, wide in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", picture.path)
        for n in range(int(wide))
    }
    last = picture.size - 5
    for corner in ((4, 4), (4, last - 6), (last - 6, 4)):
        eye = {(corner[0] + y, corner[1] + x) for y in range(7) for x in range(7)}
        ring = {one for one in eye if max(abs(one[0] - corner[0] - 3), abs(one[1] - corner[1] - 3)) == 2}
        assert eye - ring <= dark
        assert not ring & dark
    assert all(4 <= y <= last and 4 <= x <= last for y, x in dark)


def test_from_the_server_a_factor_is_reset_where_no_other_administrator_is(
    app: Flask, browser: FlaskClient, seed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "create_app", lambda: app)
    assert sign_in(browser) == "/sign-in/code"
    said = CliRunner().invoke(people.factor, ["wangmin", "--reason", "手机丢失"], catch_exceptions=False)
    assert "已重置王敏（wangmin）的动态口令" in said.output
    assert sign_in(browser) == "/"
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "user.factor")).one()
    assert (entry.actor_name, entry.reason) == ("服务器命令行", "手机丢失")
