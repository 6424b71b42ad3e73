"""An administrator in profile djbh in a real Chromium: led to the page of the factor, scans, comes in by two steps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.accounts.conftest import code_of
from tests.browser import PHONE, WIDE, Heard, found_by_axe, runs_over, served
from tests.journeys.stage import PASSWORD, staged

pytestmark = pytest.mark.browser


def test_an_administrator_sets_up_a_factor_and_comes_in_by_two_steps(chromium: Browser, tmp_path: Path) -> None:
    with staged(tmp_path, admin_profile="djbh") as stage, stage.app.app_context(), served(stage.app) as address:
        context = chromium.new_context(base_url=address, viewport=WIDE, locale="zh-CN", bypass_csp=True)
        context.set_default_timeout(15_000)
        page, heard = context.new_page(), Heard()
        heard.listen(page)
        wrong: list[str] = []

        def look() -> None:
            for size in (PHONE, WIDE):
                page.set_viewport_size(size)
                assert not runs_over(page)
            wrong.extend(found_by_axe(page))

        def come() -> None:
            page.goto("/sign-in?next=/users")
            page.get_by_label("登录名").fill("xitong")
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()

        come()
        expect(page.get_by_role("heading", level=1)).to_have_text("动态口令")
        page.get_by_label("当前密码").fill(PASSWORD)
        page.get_by_role("button", name="开始设置").click()
        expect(page.get_by_role("img", name="动态口令二维码")).to_be_visible()
        look()
        seed = re.sub(r"\s", "", page.locator("code").inner_text())
        page.get_by_role("textbox", name="动态口令").fill(code_of(seed))
        page.get_by_role("button", name="启用").click()
        expect(page.locator(".codes li")).to_have_count(10)
        look()
        spare = page.locator(".codes li").first.inner_text()
        page.context.clear_cookies()
        come()
        expect(page.get_by_role("heading", level=1)).to_have_text("输入动态口令")
        expect(page.get_by_label("动态口令")).to_be_focused()
        look()
        page.get_by_label("动态口令").fill(spare)
        page.get_by_role("button", name="登录").click()
        expect(page).to_have_url(re.compile("/users$"))
        context.close()
        assert wrong == []
        assert heard.lines == []
