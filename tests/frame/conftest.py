"""The specimen pages, served to a real Chromium."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from werkzeug.serving import make_server

from tests.frame.specimen import create_specimen

WIDE = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


@dataclass
class Site:
    """A running specimen: its address, what autosave sent it, and what it should answer next."""

    app: Flask
    address: str

    @property
    def saves(self) -> list[dict[str, Any]]:
        return self.app.extensions["saves"]

    @property
    def answers(self) -> list[tuple[int, dict[str, Any]]]:
        return self.app.extensions["answers"]


@dataclass
class Heard:
    """What the console said against the page."""

    lines: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("console", lambda said: self.lines.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda fault: self.lines.append(str(fault)))


@pytest.fixture(scope="session")
def specimen() -> Flask:
    return create_specimen()


@pytest.fixture
def site(specimen: Flask) -> Iterator[Site]:
    """A server of its own for each test: what a closing page still sends must not reach the next one."""
    specimen.extensions.update(saves=[], answers=[], looks=0)
    server = make_server("127.0.0.1", 0, specimen, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield Site(specimen, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def opened(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """`opened("/list", phone=True)`: a page in a fresh context; `bypass` lets axe in through the policy."""
    contexts: list[BrowserContext] = []

    def open_page(path: str, *, phone: bool = False, bypass: bool = False, script: bool = True) -> Page:
        context = chromium.new_context(
            base_url=site.address,
            viewport=PHONE if phone else WIDE,
            locale="zh-CN",
            bypass_csp=bypass,
            java_script_enabled=script,
        )
        context.set_default_timeout(8000)
        contexts.append(context)
        page = context.new_page()
        heard = Heard()
        heard.listen(page)
        page.heard = heard  # type: ignore[attr-defined]
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == (int(path.rsplit("/", 1)[1]) if path.startswith("/error/") else 200)
        if script and page.locator("script[type=module]").count():
            page.locator("html[data-script-ready]").wait_for(state="attached")
        return page

    yield open_page
    for context in contexts:
        context.close()
