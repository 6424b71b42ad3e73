"""Behind a proxy, under a path of its own: every address of every page leads into the house and not beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests import cast as casting
from tests.cast import Cast
from tests.makers.reports import make_open_round
from tests.undone import undone
from tracker import create_app
from tracker.config import Settings
from tracker.core.db import db

PREFIX = "/gangmu"
ADDRESS = re.compile(
    r"""\b(?:href|src|action|data-[a-z-]*url|data-autosave|data-progress|formaction)=["'](/[^"']*)["']"""
)
PAGES = {
    "officer": ["/", "/plans", "/rounds", "/inbox", "/units", "/settings", "/lights", "/circulars", "/search?q=妇"],
    "liaison": ["/", "/reports", "/tasks", "/notices", "/roster"],
    "sysadmin": ["/", "/users", "/copies", "/committees"],
}


@pytest.fixture
def prefixed(tmp_path: Path) -> Iterator[tuple[Flask, Cast]]:
    """The house as nginx hands requests on under a path: the prefix in a header, one proxy trusted."""
    url = f"sqlite:///{tmp_path / 'prefix.sqlite3'}"
    app = create_app(Settings(instance=tmp_path, database_url=url, secret_key="test", trusted_proxies=1))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.test_client_class = casting.CastClient
    with app.app_context():
        db.create_all()
        cast = casting.build()
        db.session.remove()
    with undone(app):
        make_open_round(cast)
        yield app, cast


def get(client: FlaskClient, path: str) -> str:
    headers = {"X-Forwarded-Prefix": PREFIX, "X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.9"}
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, path
    assert "Strict-Transport-Security" in answer.headers, "the proxy speaks TLS"
    return answer.text


def test_no_address_of_a_page_leaves_the_path(prefixed: tuple[Flask, Cast]) -> None:
    app, cast = prefixed
    strayed = {
        (page, address)
        for who, pages in PAGES.items()
        for page in pages
        for address in ADDRESS.findall(get(casting.client_of(app, cast, who), page))
        if not address.startswith(f"{PREFIX}/")
    }
    assert strayed == set()


def test_a_stranger_is_led_to_sign_in_within_the_path(prefixed: tuple[Flask, Cast]) -> None:
    app, _ = prefixed
    answer = app.test_client().get("/plans", headers={"X-Forwarded-Prefix": PREFIX})
    assert answer.status_code == 302
    assert unquote(answer.headers["Location"]).startswith(f"{PREFIX}/sign-in?next={PREFIX}/plans")


@pytest.mark.parametrize(("prefix", "path"), [(PREFIX, "/gangmu"), ("", "/")])
def test_the_cookie_goes_to_the_house_and_to_nothing_beside_it(
    prefixed: tuple[Flask, Cast], prefix: str, path: str
) -> None:
    app, _ = prefixed
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().get("/sign-in", headers={"X-Forwarded-Prefix": prefix})
    assert f"Path={path};" in f"{answer.headers['Set-Cookie']};"


def test_no_template_or_script_names_an_address_by_hand() -> None:
    root = Path(__file__).resolve().parents[2]
    named = re.compile(r"""(?:href|src|action)=["']/(?!/)|fetch\(\s*["'`]/|location(?:\.href)?\s*=\s*["'`]/""")
    places = [*(root / "templates").rglob("*.html"), *(root / "tracker" / "static" / "js").rglob("*.js")]
    assert len(places) > 100
    assert [place.name for place in places if named.search(place.read_text(encoding="utf-8"))] == []
