"""A real site with a report of sixty rows, for a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests import cast as casting
from tests.browser import served
from tests.cast import Cast
from tests.makers.plans import make_plan
from tests.makers.reports import make_accepted_report, make_open_round, report_of
from tests.makers.tasks import make_issued_tasks
from tracker import create_app
from tracker.config import Settings
from tracker.core.db import db

NOW = "2025-12-10T14:32"


@dataclass
class Site:
    """A running site and where its big report is."""

    app: Flask
    cast: Cast
    address: str
    report_id: int
    round_id: int

    def cookie(self, who: str) -> str:
        client = casting.client_of(self.app, self.cast, who)
        found = client.get_cookie("gangmu")
        assert found is not None
        return found.value


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """市教育局 answers for sixty rows in ten areas; last year's report is accepted, this year's is untouched."""
    instance: Path = tmp_path_factory.mktemp("site")
    patch = pytest.MonkeyPatch()
    patch.setenv("TRACKER_CLOCK", NOW)
    url = f"sqlite:///{instance / 'site.sqlite3'}"
    app = create_app(Settings(instance=instance, database_url=url, secret_key="site"))
    with app.app_context():
        db.create_all()
        cast = casting.build()
        make_issued_tasks(cast, make_plan(cast, areas=5, measures=6))
        make_issued_tasks(cast, make_plan(cast, areas=5, measures=6, kind="children"))
        last = make_open_round(cast, 2024)
        make_accepted_report(cast, last, cast.unit("市教育局"), on=date(2024, 12, 20))
        round_ = make_open_round(cast, 2025)
        report_id, round_id = report_of(round_, cast.unit("市教育局")).id, round_.id
    with served(app) as address:
        yield Site(app, cast, address, report_id, round_id)
    patch.undo()


@pytest.fixture
def opened(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """`opened("liaison", "/reports/1")`: a page of somebody, in a context of their own."""
    contexts: list[BrowserContext] = []

    def open_page(who: str, path: str, *, width: int = 1366, height: int = 768) -> Page:
        context = chromium.new_context(
            base_url=site.address, viewport={"width": width, "height": height}, locale="zh-CN"
        )
        context.set_default_timeout(10000)
        context.add_cookies([{"name": "gangmu", "value": site.cookie(who), "url": site.address}])
        contexts.append(context)
        page = context.new_page()
        page.heard = []  # type: ignore[attr-defined]
        page.on("console", lambda said: page.heard.append(said.text) if said.type == "error" else None)  # type: ignore[attr-defined]
        page.on("pageerror", lambda fault: page.heard.append(str(fault)))  # type: ignore[attr-defined]
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200
        page.locator("html[data-script-ready]").wait_for(state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
