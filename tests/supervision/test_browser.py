"""A notice from its proposal to 销号 with both sides, and a field check from its plan to what was found, by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import PHONE, WIDE, runs_over, served
from tests.cast import PEOPLE
from tests.journeys.stage import PASSWORD, staged
from tests.supervision.letters import make_overdue
from tracker.core.db import db

pytestmark = pytest.mark.browser

SitDown = Callable[..., Page]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A town on 21 January 2026: one task overdue, no report in."""
    with staged(tmp_path_factory.mktemp("letters")) as stage:
        stage.at("2026-01-21T10:00:00")
        with stage.app.app_context():
            make_overdue(stage.cast)
            db.session.remove()
        with served(stage.app) as found:
            yield found


@pytest.fixture
def sit_down(chromium: Browser, address: str) -> Iterator[SitDown]:
    """Somebody of the cast at a desk, or with a phone."""
    contexts: list[BrowserContext] = []

    def sit(who: str, *, phone: bool = False) -> Page:
        context = chromium.new_context(base_url=address, viewport=PHONE if phone else WIDE, locale="zh-CN")
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.goto("/sign-in")
        page.get_by_label("登录名").fill(PEOPLE[who][0])
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("工作台")
        return page

    yield sit
    for context in contexts:
        context.close()


def said(page: Page, words: str) -> None:
    expect(page.locator(".flashes")).to_contain_text(words)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_notice_goes_from_its_proposal_to_its_closing(sit_down: SitDown) -> None:
    officer = sit_down("officer")
    officer.goto("/notices/propose")
    officer.locator("html[data-script-ready]").wait_for()
    for box in officer.locator("tbody input[type=checkbox]").all():
        box.uncheck()
    officer.locator("tbody tr", has_text="市教育局").locator("input[name=ids]").check()
    press(officer, "起草选中的函件")
    said(officer, "已起草1份")
    notice = officer.url

    other_tab = officer.context.new_page()
    other_tab.goto(notice)
    press(officer, "保存并送主任签发")
    said(officer, "已送主任签发")

    head = sit_down("head")
    head.locator("main").get_by_role("link", name="签发").first.click()
    press(head, "保存并签发")
    press(head, "签发并印发")
    said(head, "文号云妇儿工委办函〔2026〕1号")
    other_tab.get_by_role("textbox", name="导语").fill("来不及保存的导语。")
    press(other_tab, "保存")
    expect(other_tab.get_by_text("没有提交成功")).to_be_visible()
    expect(other_tab.get_by_text("签发，不能修改")).to_be_visible()
    expect(other_tab.get_by_label("导语")).to_have_value("来不及保存的导语。")

    unit = sit_down("liaison", phone=True)
    unit.locator("main").get_by_role("link", name="签收").first.click()
    press(unit, "签收")
    unit.get_by_text("申请延期", exact=True).click()
    unit.get_by_label("理由").fill("需要会商。")
    press(unit, "提交申请")
    said(unit, "批复前期限不变")
    head.goto(notice)
    head.get_by_role("combobox", name="批复").select_option(label="同意")
    press(head, "批复")
    said(head, "已批复")
    unit.goto(notice)
    unit.get_by_role("textbox", name="办理情况").fill("方案已印发。")
    expect(unit.locator("[data-autosave-words]")).to_contain_text("已保存")
    unit.reload()
    expect(unit.get_by_role("textbox", name="办理情况")).to_have_value("方案已印发。")
    unit.locator("input[type=file]").set_input_files(
        {"name": "方案.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 x"}
    )
    press(unit, "回复")
    said(unit, "等待办公室核验")
    assert not runs_over(unit)

    second = sit_down("second_officer")
    second.locator("main").get_by_role("link", name="核验").first.click()
    second.get_by_label("核验意见").select_option(label="全部办结，予以销号")
    press(second, "确定")
    said(second, "已办结销号")
    unit.reload()
    expect(unit.locator(".lead-line")).to_contain_text("已销号")


def test_a_field_check_goes_from_its_plan_to_what_was_found(sit_down: SitDown) -> None:
    officer = sit_down("officer")
    officer.on("dialog", lambda dialog: dialog.accept())
    officer.goto("/checks/new")
    officer.locator("html[data-script-ready]").wait_for()
    officer.get_by_label("督查名称").fill("重点任务实地督查")
    officer.get_by_label("开始日期").fill("2026-01-21")
    officer.get_by_label("结束日期").fill("2026-01-22")
    officer.get_by_label("市教育局").check()
    press(officer, "保存")
    press(officer, "通知单位")
    said(officer, "已通知1个单位")
    officer.get_by_role("link", name="填写督查情况").click()
    officer.get_by_role("textbox", name="督查情况").fill("查看两所学校。")
    press(officer, "保存")
    officer.get_by_role("link", name=re.compile("记录问题.+市教育局")).click()
    officer.get_by_label("问题").fill("台账不完整")
    officer.get_by_label("整改要求").fill("补齐台账。")
    press(officer, "保存")
    press(officer, "反馈问题")
    said(officer, "已向单位反馈1个问题")
    unit = sit_down("liaison", phone=True)
    unit.locator("main").get_by_role("link", name="台账不完整").first.click()
    expect(unit.get_by_role("heading", level=1)).to_have_text("台账不完整")
    unit.get_by_role("textbox", name="办理情况").fill("已补齐。")
    press(unit, "回复")
    said(unit, "等待办公室核验")
    officer.goto("/")
    expect(officer.locator("main").get_by_text("核验：整改事项")).to_have_count(0)
