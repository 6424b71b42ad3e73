"""Coming in by OIDC, CAS or a gateway: real HTTP and real signatures; whoever is unknown here gets a sentence."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey
from sqlalchemy import select

from tests.accounts.conftest import code_of, give_factor, give_password, signed_in, user_of
from tests.accounts.provider import Provider
from tracker import create_app
from tracker.accounts import sso
from tracker.accounts.models import User, UserSession, Way
from tracker.config import Settings
from tracker.core.audit import AuditEntry
from tracker.core.db import db

HERE = "http://localhost"


class Stay(HTTPRedirectHandler):
    """A browser that looks where it is sent and does not go."""

    def redirect_request(self, *_: object) -> None:
        return None


def sent_to(address: str) -> str:
    """Where the other server sends the browser back to, as a path of this site."""
    try:
        build_opener(Stay).open(address, timeout=5)
    except OSError as answer:
        location: str = answer.headers["Location"]  # type: ignore[attr-defined]
        return location.removeprefix(HERE)
    raise AssertionError("no redirect")


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    with Provider() as provider:
        yield provider


@pytest.fixture
def provider(
    running: Provider, app: Flask, settings: Callable[..., None], browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> Provider:
    running.user, running.claims, running.cas_answer, running.key = "wangmin", {}, None, running.shown
    settings(
        base_url=HERE, oidc_issuer=running.url, oidc_client_id=running.client_id,
        oidc_client_secret=running.client_secret, cas_url=f"{running.url}/cas",
    )  # fmt: skip
    monkeypatch.delitem(app.extensions, sso.EXTENSION, raising=False)
    sso.init_app(app)
    return running


def by_oidc(browser: FlaskClient, **query: str) -> str:
    answer = browser.get("/sign-in/oidc", query_string=query)
    return browser.get(sent_to(answer.location)).location


def by_cas(browser: FlaskClient, **query: str) -> str:
    answer = browser.get("/sign-in/cas", query_string=query)
    return browser.get(sent_to(answer.location)).location


@pytest.mark.parametrize("come", [by_oidc, by_cas])
def test_who_is_known_here_comes_in_and_goes_on(
    browser: FlaskClient, provider: Provider, come: Callable[..., str]
) -> None:
    page = browser.get("/sign-in").text
    assert "统一身份认证登录" in page
    assert come(browser, next="/inbox") == "/inbox"
    assert signed_in(browser)
    session = db.session.scalars(select(UserSession).order_by(UserSession.id.desc())).first()
    assert session is not None
    assert session.way is Way.SSO
    said = db.session.scalars(select(AuditEntry.sentence).where(AuditEntry.event == "session.start")).all()
    assert said == ["登录系统（统一身份认证），岗位：市教育局联络员"]


@pytest.mark.parametrize("come", [by_oidc, by_cas])
def test_who_is_unknown_gets_a_sentence_and_no_account(
    browser: FlaskClient, provider: Provider, come: Callable[..., str]
) -> None:
    before = db.session.query(User).count()
    provider.user = "somebody"
    assert come(browser) == "/sign-in"
    assert "没有登录名为“somebody”的账号" in browser.get("/sign-in").text
    assert not signed_in(browser)
    assert db.session.query(User).count() == before


@pytest.mark.parametrize("come", [by_oidc, by_cas])
def test_a_second_factor_is_asked_all_the_same(
    browser: FlaskClient, provider: Provider, come: Callable[..., str]
) -> None:
    seed = give_factor("wangmin")
    assert come(browser) == "/sign-in/code"
    assert not signed_in(browser)
    page = browser.get("/sign-in/code").text
    assert ("统一身份认证已通过" in page, "密码正确" in page) == (True, False)
    assert browser.post("/sign-in/code", data={"code": code_of(seed)}).location == "/"


def test_an_old_password_is_no_matter_of_who_comes_by_sso(browser: FlaskClient, provider: Provider) -> None:
    give_password("wangmin", must_change_password=True)
    by_oidc(browser)
    assert browser.get("/inbox").status_code == 200


def test_another_claim_may_be_the_login_name(
    browser: FlaskClient, provider: Provider, settings: Callable[..., None]
) -> None:
    settings(oidc_claim="employee")
    provider.user, provider.claims = "somebody", {"employee": "WangMin"}
    assert by_oidc(browser) == "/"


@pytest.mark.parametrize(
    "claims", [{"nonce": "another"}, {"aud": "another"}, {"iss": "https://another.example"}, {"exp": 1}, {"iat": None}],
    ids=lambda one: next(iter(one)),
)  # fmt: skip
def test_a_token_for_somebody_else_or_another_time_opens_nothing(
    browser: FlaskClient, provider: Provider, claims: dict[str, object]
) -> None:
    provider.claims = claims
    assert by_oidc(browser) == "/sign-in"
    assert "没有完成，请再试一次" in browser.get("/sign-in").text
    assert not signed_in(browser)


def test_a_token_signed_by_another_key_opens_nothing(browser: FlaskClient, provider: Provider) -> None:
    provider.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
    assert by_oidc(browser) == "/sign-in"
    assert not signed_in(browser)


@pytest.mark.parametrize("door", ["oidc", "cas"])
def test_the_way_back_of_another_browser_opens_nothing(
    app: Flask, browser: FlaskClient, provider: Provider, door: str
) -> None:
    back = sent_to(browser.get(f"/sign-in/{door}").location)
    other = app.test_client()
    assert other.get(back).location == "/sign-in"
    assert not signed_in(other)


@pytest.mark.parametrize("door", ["oidc", "cas"])
def test_the_way_back_is_walked_once(browser: FlaskClient, provider: Provider, door: str) -> None:
    back = sent_to(browser.get(f"/sign-in/{door}").location)
    assert browser.get(back).location == "/"
    browser.post("/sign-out")
    assert browser.get(back).location == "/sign-in"
    assert not signed_in(browser)


@pytest.mark.parametrize(
    "answer", ["no xml", "<a/>", '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>']
)
def test_a_cas_that_answers_something_else_opens_nothing(browser: FlaskClient, provider: Provider, answer: str) -> None:
    provider.cas_answer = answer
    assert by_cas(browser) == "/sign-in"
    assert not signed_in(browser)


def test_a_ticket_nobody_issued_opens_nothing(browser: FlaskClient, provider: Provider) -> None:
    back = sent_to(browser.get("/sign-in/cas").location)
    assert browser.get(back.partition("&ticket=")[0] + "&ticket=ST-made-up").location == "/sign-in"
    assert not signed_in(browser)


def test_a_ticket_for_another_service_opens_nothing(browser: FlaskClient, provider: Provider) -> None:
    """A ticket that the CAS gave out for another site of the same body is not taken here."""
    back = browser.get("/sign-in/cas").location
    state = re.search(r"state%3D([\w-]+)", back)
    assert state is not None
    provider.tickets["ST-other"] = "https://another.example/back"
    answer = browser.get(f"/sign-in/cas/back?state={state[1]}&ticket=ST-other")
    assert answer.location == "/sign-in"
    assert not signed_in(browser)


def test_a_closed_account_stays_closed(browser: FlaskClient, provider: Provider) -> None:
    user_of("wangmin").is_active = False
    db.session.commit()
    assert by_oidc(browser) == "/sign-in"
    assert "账号已停用" in browser.get("/sign-in").text


def test_a_provider_that_is_away_is_said(
    app: Flask, browser: FlaskClient, settings: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings(oidc_issuer="http://127.0.0.1:9", oidc_client_id="gangmu", cas_url="http://127.0.0.1:9")
    monkeypatch.delitem(app.extensions, sso.EXTENSION, raising=False)
    sso.init_app(app)
    assert browser.get("/sign-in/oidc").location == "/sign-in"
    assert "没有完成，请再试一次" in browser.get("/sign-in").text


def test_doors_that_are_not_set_up_lead_to_the_sign_in_page(browser: FlaskClient) -> None:
    for path in ("oidc", "oidc/back", "cas", "cas/back"):
        assert browser.get(f"/sign-in/{path}").location == "/sign-in"
    assert "统一身份认证" not in browser.get("/sign-in").text


def test_without_the_component_the_site_does_not_start_silently(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "authlib.integrations.flask_client", None)
    with pytest.raises(RuntimeError, match="没有安装 sso 组件"):
        create_app(
            Settings(instance=tmp_path, database_url="sqlite://", secret_key="x", oidc_issuer="https://a.example",
                     oidc_client_id="gangmu")
        )  # fmt: skip


def test_a_gateways_header_counts_from_the_gateway_only(browser: FlaskClient, settings: Callable[..., None]) -> None:
    header = {"X-Remote-User": "wangmin"}
    assert browser.get("/sign-in", headers=header).status_code == 200, "it is not set up"
    settings(gateway_header="X-Remote-User", gateway_from=("10.0.0.7",))
    assert browser.get("/sign-in", headers=header).status_code == 200, "it came from somewhere else"
    assert not signed_in(browser)
    gateway = {"REMOTE_ADDR": "10.0.0.7"}
    assert browser.get("/sign-in?next=/inbox", headers=header, environ_base=gateway).location == "/inbox"
    assert signed_in(browser)


def test_behind_a_proxy_the_peer_itself_is_what_counts(browser: FlaskClient, settings: Callable[..., None]) -> None:
    """What a visitor writes into X-Forwarded-For makes nobody the gateway."""
    settings(gateway_header="X-Remote-User", gateway_from=("10.0.0.7",))
    forged = {"REMOTE_ADDR": "10.0.0.7", "werkzeug.proxy_fix.orig": {"REMOTE_ADDR": "203.0.113.9"}}
    assert browser.get("/sign-in", headers={"X-Remote-User": "wangmin"}, environ_overrides=forged).status_code == 200
    assert not signed_in(browser)


def test_a_gateways_unknown_name_is_told_so(browser: FlaskClient, settings: Callable[..., None]) -> None:
    settings(gateway_header="X-Remote-User", gateway_from=("127.0.0.1",))
    page = browser.get("/sign-in", headers={"X-Remote-User": "somebody"}).text
    assert "没有登录名为“somebody”的账号" in page
