"""A real Chromium and a real server for it, shared by every test that is marked `browser`."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

WIDE = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


@contextmanager
def launched() -> Iterator[Browser]:
    """One browser for the whole session: a second Playwright beside a living one is refused."""
    place = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert place, "the browser tests need Chromium (on Debian: apt install chromium)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=place, args=["--no-sandbox", "--lang=zh-CN"])
        yield browser
        browser.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a port of this machine; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Heard:
    """What the console said against the page: refused by the policy, failed, thrown."""

    lines: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("console", lambda said: self.lines.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda fault: self.lines.append(str(fault)))


def found_by_axe(page: Page) -> list[str]:
    """Every violation with the element it is about. The half megabyte of axe goes into a page once."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    wrong = page.evaluate("axe.run({resultTypes: ['violations']}).then(found => found.violations)")
    return [f"{one['id']}: {node['html'][:200]}" for one in wrong for node in one["nodes"]]


def runs_over(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    over: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return over
