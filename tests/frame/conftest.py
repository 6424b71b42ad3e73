"""The specimen pages, served to a real Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import PHONE, WIDE, Heard, served
from tests.frame.specimen import create_specimen


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


@pytest.fixture(scope="session")
def specimen() -> Flask:
    return create_specimen()


@pytest.fixture
def site(specimen: Flask) -> Iterator[Site]:
    """A server of its own for each test: what a closing page still sends must not reach the next one."""
    specimen.extensions.update(saves=[], answers=[], looks=0)
    with served(specimen) as address:
        yield Site(specimen, address)


@pytest.fixture
def opened(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """`opened("/list", phone=True)`: a page in a fresh context."""
    contexts: list[BrowserContext] = []

    def open_page(path: str, *, phone: bool = False, script: bool = True) -> Page:
        context = chromium.new_context(
            base_url=site.address,
            viewport=PHONE if phone else WIDE,
            locale="zh-CN",
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
