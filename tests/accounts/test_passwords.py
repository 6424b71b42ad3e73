"""What a password must be, and what becomes of an old one."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from wtforms import PasswordField

from tests.accounts.conftest import PASSWORD, give_password, sign_in, signed_in
from tests.cast import Cast
from tracker.accounts import passwords
from tracker.accounts.models import User, UserSession
from tracker.config import from_environment
from tracker.core import clock, web
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.forms import Form

DJBH, ASVS = passwords.PROFILES["djbh"], passwords.PROFILES["asvs"]
NEW = "Liushui-78"
FULL = passwords.hashed("made before the tests make hashing cheap")


def change(browser: FlaskClient, new: str = NEW, current: str = PASSWORD, again: str | None = None) -> str:
    response = browser.post("/account/password", data={"current": current, "new": new, "again": again or new})
    return response.location or response.get_data(as_text=True)


@pytest.mark.parametrize("password", ["Qinghe-2026", "qinghe2026#", "清河Qinghe7", "ABCD efgh 1234"])
def test_a_password_of_three_kinds_is_taken(password: str) -> None:
    assert passwords.troubles(password, "wangmin", DJBH) == []


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Qh-2026", "至少8个字符"),
        ("qinghe2026", "至少3种"),
        ("QINGHEQINGHE", "至少3种"),
        ("Qinghe-2026" * 12, "128个字符以内"),
        ("Wangmin-2026", "登录名中连续3个字符"),
        ("ANGM-qh-2026", "登录名中连续3个字符"),
        ("Passw0rd123", "常见密码"),
        ("P@ssw0rd", "常见密码"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password: str, reason: str) -> None:
    assert reason in "".join(passwords.troubles(password, "wangmin", DJBH))


def test_every_reason_is_given_at_once() -> None:
    assert len(passwords.troubles("wang", "wangmin", DJBH)) == 3


def test_the_asvs_profile_asks_for_length_and_not_for_kinds() -> None:
    assert passwords.troubles("a quiet river in spring", "wangmin", ASVS) == []
    assert passwords.troubles("quiet-8A", "wangmin", ASVS) == ["密码至少12个字符。"]
    assert not passwords.is_too_old(datetime(2020, 1, 1, tzinfo=clock.SHANGHAI), clock.now(), ASVS)


def test_a_password_is_too_old_after_ninety_days_and_never_when_the_setting_is_nought() -> None:
    set_at = datetime(2026, 1, 1, 9, tzinfo=clock.SHANGHAI)
    assert not passwords.is_too_old(set_at, set_at + timedelta(days=89), DJBH)
    assert passwords.is_too_old(set_at, set_at + timedelta(days=90), DJBH)
    assert not passwords.is_too_old(set_at, set_at + timedelta(days=900), passwords.policy_in_force("djbh", 0))


def test_the_list_of_common_passwords_holds_some_hundreds() -> None:
    lines = Path(passwords.__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").split()
    assert len(set(lines)) == len(lines) >= 300


def test_a_first_password_leads_to_one_page_only(browser: FlaskClient) -> None:
    give_password("wangmin", must_change_password=True)
    sign_in(browser)
    for page in ("/", "/account", "/account/post"):
        assert browser.get(page).location == "/account/password"
    assert browser.post("/account/post", data={"post": 1}).location == "/account/password"
    assert "请先修改密码" in browser.get("/account/password").get_data(as_text=True)
    assert change(browser) == "/"
    assert signed_in(browser)


def test_a_script_is_told_to_change_the_password_first(browser: FlaskClient) -> None:
    give_password("wangmin", must_change_password=True)
    sign_in(browser)
    answer = browser.get("/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.get_json()) == (403, {"message": "请先修改密码。"})


def test_one_may_leave_without_changing_the_password(browser: FlaskClient) -> None:
    give_password("wangmin", must_change_password=True)
    sign_in(browser)
    assert browser.post("/sign-out").location == "/sign-in"


def test_an_old_password_leads_to_the_same_page(browser: FlaskClient) -> None:
    give_password("wangmin", password_set_at=clock.now() - timedelta(days=91))
    sign_in(browser)
    assert browser.get("/").location == "/account/password"


def test_the_new_password_opens_and_the_old_one_does_not(browser: FlaskClient) -> None:
    sign_in(browser)
    assert change(browser) == "/account"
    browser.post("/sign-out")
    assert "不正确" in sign_in(browser)
    assert sign_in(browser, password=NEW) == "/"


def test_changing_the_password_ends_all_other_sessions(browser: FlaskClient, app: Flask) -> None:
    elsewhere = app.test_client()
    sign_in(elsewhere)
    sign_in(browser)
    change(browser)
    assert signed_in(browser)
    assert not signed_in(elsewhere)


def test_the_current_password_must_be_known_and_guessing_it_locks(browser: FlaskClient) -> None:
    sign_in(browser)
    for _ in range(5):
        assert "当前密码不正确" in change(browser, current="Wrong-2026")
    assert "登录已暂停" in change(browser)


def test_refused_new_passwords_do_not_lock(browser: FlaskClient) -> None:
    sign_in(browser)
    for _ in range(6):
        assert "至少8个字符" in change(browser, new="Qh-1")
    assert change(browser) == "/account"


def test_two_different_new_passwords_are_pointed_out(browser: FlaskClient) -> None:
    sign_in(browser)
    assert "两次输入的密码不一样" in change(browser, again="Other-2026")


def test_none_of_the_last_five_passwords_comes_back(browser: FlaskClient) -> None:
    sign_in(browser)
    current = PASSWORD
    for number in range(5):
        assert change(browser, new=f"Liushui-7{number}", current=current) == "/account"
        current = f"Liushui-7{number}"
    assert "最近5次" in change(browser, new="Liushui-70", current=current)
    assert "最近5次" in change(browser, new=current, current=current)
    assert change(browser, new=PASSWORD, current=current) == "/account"


def test_no_password_and_no_hash_is_in_the_trail(browser: FlaskClient) -> None:
    sign_in(browser)
    change(browser)
    kept = " ".join(f"{entry.sentence}{entry.changes}" for entry in db.session.scalars(select(AuditEntry)))
    assert "修改了自己的密码" in kept
    assert NEW not in kept
    assert "argon2" not in kept


def test_a_hash_of_other_strength_is_renewed_at_sign_in(browser: FlaskClient) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
    give_password("wangmin", password_hash=weak)
    assert sign_in(browser) == "/"
    kept = db.session.scalar(select(User.password_hash).where(User.login == "wangmin"))
    assert kept != weak
    assert kept is not None
    assert not passwords.needs_rehash(kept)
    assert passwords.matches(kept, PASSWORD)


def test_my_account_shows_my_sessions_and_ends_one(browser: FlaskClient, app: Flask, cast: Cast) -> None:
    elsewhere = app.test_client()
    elsewhere.post(
        "/sign-in", data={"login": "wangmin", "password": PASSWORD}, headers={"User-Agent": "X Android Chrome/86"}
    )
    sign_in(browser)
    page = browser.get("/account").get_data(as_text=True)
    assert "安卓手机上的Chrome" in page
    assert "本次登录" in page
    other = db.session.scalars(select(UserSession).where(UserSession.agent.contains("Android"))).one().id
    browser.post(f"/account/sessions/{other}/end")
    assert not signed_in(elsewhere)
    assert signed_in(browser)


def test_all_other_sessions_end_with_one_button(browser: FlaskClient, app: Flask) -> None:
    elsewhere = app.test_client()
    sign_in(elsewhere)
    sign_in(browser)
    browser.post("/account/sessions/end-others")
    assert not signed_in(elsewhere)
    assert signed_in(browser)


def test_nobody_ends_a_session_of_somebody_else(browser: FlaskClient, app: Flask, cast: Cast) -> None:
    sign_in(browser)
    whose = db.session.scalars(select(UserSession).where(UserSession.holding_id == cast.holdings["officer"])).first()
    assert whose is not None
    number = whose.id
    browser.post(f"/account/sessions/{number}/end")
    assert db.session.get_one(UserSession, number).ended_at is None


def test_i_correct_my_telephone_and_the_trail_does_not_show_it(browser: FlaskClient) -> None:
    sign_in(browser)
    browser.post("/account/contact", data={"phone": "138 1234 5678", "email": "wm@example.org"})
    assert "138 1234 5678" in browser.get("/account").get_data(as_text=True)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "user.contact")).one()
    assert "5678" not in str(entry.changes)


def test_the_hash_is_argon2id_of_the_cost_that_owasp_asks() -> None:
    assert FULL.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize(
    ("new", "login", "troubles"),
    [
        ("Qingshan-2088", "wangmin", 0), ("wangmin-2088", "wangmin", 1), ("Ab1", "", 1), ("12345678", "", 2),
        ("长" * 129, "", 2), ("", "", 2), ("Qingshan-2088", "王" * 70, 0),
    ],
)  # fmt: skip
def test_a_stranger_hears_at_the_field_what_is_wrong_with_a_new_password(
    app: Flask, cast: Cast, new: str, login: str, troubles: int
) -> None:
    """And nothing else: no account is looked at, nothing is written."""
    answer = app.test_client().post("/password/troubles", data={"new": new, "login": login})
    assert (answer.status_code, len(answer.get_json()["troubles"])) == (200, troubles)
    assert new == "" or new not in answer.text


def test_the_settings_choose_the_profile_and_the_age(tmp_path: Path) -> None:
    place = {"TRACKER_INSTANCE": str(tmp_path)}
    plain = from_environment(place)
    assert passwords.policy_in_force(plain.password_profile, plain.password_days) == DJBH
    chosen = from_environment({**place, "TRACKER_PASSWORD_PROFILE": "asvs", "TRACKER_PASSWORD_DAYS": "0"})
    assert passwords.policy_in_force(chosen.password_profile, chosen.password_days) == ASVS
    with pytest.raises(ValueError, match="应为 djbh、asvs 之一"):
        from_environment({**place, "TRACKER_PASSWORD_PROFILE": "none"})


def test_no_page_of_trouble_gives_a_password_back(app: Flask, cast: Cast) -> None:
    """Other words that came too late are given back; a password is not shown, though it be made of words."""
    new = "新的密码Abc-123"
    typed = {"current": "旧的密码Abc-123", "new": new, "again": new, "note": "这一句要还给本人"}
    page = app.test_client().post("/account/password", data=typed)
    assert page.status_code == 401
    assert "这一句要还给本人" in page.text
    assert "密码Abc-123" not in page.text


def test_every_field_for_a_secret_is_known_as_one() -> None:
    waiting, secret = [Form], set[str]()
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        fields = {name: getattr(form, name) for name in dir(form)}
        secret |= {name for name, one in fields.items() if getattr(one, "field_class", None) is PasswordField}
    assert secret == web.SECRETS
