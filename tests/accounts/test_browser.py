"""In a real Chromium: an administrator in profile djbh sets up the second step; the office lets a whole list in by
printed slips."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.accounts.conftest import code_of
from tests.browser import PHONE, WIDE, Heard, found_by_axe, runs_over, served
from tests.journeys.stage import PASSWORD, staged

pytestmark = pytest.mark.browser

Look = Callable[[], None]


@contextmanager
def walking(chromium: Browser, tmp_path: Path, **settings: Any) -> Iterator[tuple[Page, Look]]:
    """A browser before a served stage, and a look at the page in both widths; at the end axe found nothing and the
    console stayed silent."""
    with staged(tmp_path, **settings) as stage, stage.app.app_context(), served(stage.app) as address:
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

        yield page, look
        context.close()
        assert wrong == []
        assert heard.lines == []


def test_an_administrator_sets_up_a_factor_and_comes_in_by_two_steps(chromium: Browser, tmp_path: Path) -> None:
    with walking(chromium, tmp_path, admin_profile="djbh") as (page, look):

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


LIST = """单位\t岗位\t姓名\t电话
市妇联\t联络员\t周敏\t0870-5551201
市妇联\t分管领导\t何芳\t139 0000 1111
没有的局\t联络员\t甲某\t
"""


def test_the_office_pastes_a_list_and_a_liaison_comes_in_by_the_code_of_a_slip(
    chromium: Browser, tmp_path: Path
) -> None:
    with walking(chromium, tmp_path) as (page, look):
        page.goto("/sign-in?next=/roster/import")
        page.get_by_label("登录名").fill("chenjing")
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.get_by_label("粘贴名单").fill(LIST)
        page.get_by_role("button", name="读取并核对").click()
        expect(page.get_by_text("名单中没有“没有的局”")).to_be_visible()
        look()
        page.get_by_role("button", name="确认导入").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("登录凭条")
        look()
        page.get_by_label("选中：周敏").check()
        with page.expect_download() as downloading:
            page.get_by_role("button", name="生成凭条：设置密码").click()
        words = "".join(one.extract_text() for one in PdfReader(downloading.value.path()).pages)
        code = re.search(r"[a-z2-9]{4}(?:-[a-z2-9]{4}){3}", words)
        assert code is not None
        phone = chromium.new_context(base_url=page.url, viewport=PHONE, locale="zh-CN").new_page()
        phone.goto("/sign-in")
        phone.get_by_role("link", name="输入登录码").click()
        phone.get_by_label("登录码").fill(code[0].upper())
        phone.get_by_role("button", name="下一步").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("设置密码")
        phone.locator("[name=new]").fill("zhoumin1")
        phone.locator("[name=again]").focus()
        weak = "密码要含大写字母、小写字母、数字、特殊字符中的至少3种。密码不能含登录名中连续3个字符。"
        expect(phone.locator("#new-error")).to_have_text(weak)
        phone.locator("[name=new]").fill("Liushui-78")
        phone.locator("[name=again]").focus()
        expect(phone.locator("#new-error")).to_have_count(0)
        phone.locator("[name=again]").fill("Liushui-87")
        phone.locator("[name=new]").focus()
        expect(phone.locator("#again-error")).to_have_text("两次输入的密码不一样。")
        phone.locator("[name=again]").fill("Liushui-78")
        phone.get_by_role("button", name="设置密码").click()
        expect(phone.get_by_label("登录名")).to_have_value("zhoumin")
        assert not runs_over(phone)
        phone.context.close()
