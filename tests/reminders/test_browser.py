"""The office reminds, in a real Chromium: the fuller ladder by one choice, a rule seen on a real case, a promise on the
telephone, a chasing seen before it is sent, and the ledger of it; each page at the desk and on the phone, with axe."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import PHONE, WIDE, Heard, found_by_axe, runs_over, served
from tests.journeys.stage import PASSWORD, staged
from tests.makers.reports import make_open_round
from tracker.reminders.jobs import remind

pytestmark = pytest.mark.browser


def test_the_office_reminds_notes_a_promise_and_chases(chromium: Browser, tmp_path: Path) -> None:
    with staged(tmp_path) as stage, served(stage.app) as address:
        with stage.app.app_context():
            make_open_round(stage.cast)
            remind(date(2026, 1, 16))
        stage.at("2026-01-20T10:00:00")
        context = chromium.new_context(base_url=address, viewport=WIDE, locale="zh-CN", bypass_csp=True)
        context.set_default_timeout(15_000)
        page, heard, wrong = context.new_page(), Heard(), list[str]()
        heard.listen(page)

        def look() -> None:
            for size in (PHONE, WIDE):
                page.set_viewport_size(size)
                assert not runs_over(page), page.url
            wrong.extend(found_by_axe(page))

        come_in(page)
        page.goto("/reminders/rules")
        page.get_by_role("button", name="改用完整提醒").click()
        expect(page.get_by_text("已改用完整提醒")).to_be_visible()
        look()

        page.get_by_role("link", name="报送报告", exact=True).click()
        page.get_by_label("第1步，工作日数").fill("15")
        page.get_by_role("button", name="先看效果").click()
        expect(page.get_by_text("提前15个工作日")).to_be_visible()
        expect(page.get_by_text("发给：王敏").first).to_be_visible()
        look()

        page.goto("/reminders?q=教育")
        page.get_by_role("link", name="报送2025年年度报告").click()
        page.get_by_label("沟通情况").fill("经电话，答应周五报送")
        page.get_by_label("回访日期").fill("2026-01-23")
        page.get_by_role("button", name="记下").click()
        expect(page.get_by_text("2026年1月23日回访")).to_be_visible()
        look()

        page.get_by_role("link", name="催报", exact=True).last.click()
        expect(page.get_by_text("将通知市教育局：王敏、赵强。")).to_be_visible()
        expect(page.get_by_text("经电话，答应周五报送")).to_be_visible()
        expect(page.locator(".verbatim")).to_contain_text("已逾期3个工作日")
        look()
        page.get_by_role("button", name="发出催报").click()
        expect(page.get_by_text("已催报，通知2人。")).to_be_visible()
        expect(page.get_by_text(re.compile("陈静于2026年1月20日 10:00催报"))).to_be_visible()
        look()

        page.get_by_role("row", name="市教育局").get_by_role("link", name="报送2025年年度报告").click()
        ledger = page.get_by_role("table", name="提醒情况")
        expect(ledger).to_contain_text("逾期1个工作日")
        expect(ledger).to_contain_text("催报")
        expect(page.get_by_text("已提醒2次，最近一次2026年1月20日")).to_be_visible()
        context.close()
        assert wrong == []
        assert heard.lines == []


def come_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("登录名").fill("chenjing")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
