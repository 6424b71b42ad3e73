"""Every page of the frame: axe finds nothing, the policy refuses nothing, no sideways scroll, a clean sheet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PHONE, WIDE, found_by_axe, runs_over
from tests.frame.specimen import ERRORS

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/parts",
    "/list",
    "/list?light=red&page=3",
    "/empty",
    "/grid",
    "/form",
    "/report",
    "/confirm",
    "/sign-in",
]


@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_clean_at_the_desk_and_on_a_phone(opened: Callable[..., Page], path: str) -> None:
    """axe finds nothing, the policy refuses nothing, nothing scrolls sideways."""
    page = opened(path)
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        assert (size, found_by_axe(page), runs_over(page)) == (size, [], False)
    assert page.heard.lines == []  # type: ignore[attr-defined]


def test_axe_finds_nothing_on_an_error_page(opened: Callable[..., Page]) -> None:
    page = opened("/error/404")
    for code in ERRORS:
        page.goto(f"/error/{code}")
        assert (code, found_by_axe(page)) == (code, [])


def test_a_form_with_errors_is_as_clean(opened: Callable[..., Page]) -> None:
    page = opened("/form")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_role("alert")).to_contain_text("处需要改正")
    assert found_by_axe(page) == []


def test_an_open_menu_and_an_open_unit_list_are_as_clean(opened: Callable[..., Page]) -> None:
    page = opened("/form")
    page.get_by_label("主送单位").press("ArrowDown")
    expect(page.get_by_role("listbox")).to_be_visible()
    assert found_by_axe(page) == []
    page.keyboard.press("Escape")
    page.locator("summary").get_by_text("李知微").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    assert found_by_axe(page) == []


def test_two_hundred_per_cent_zoom_keeps_everything_in_sight(opened: Callable[..., Page]) -> None:
    page = opened("/list")
    page.set_viewport_size({"width": 683, "height": 384})
    assert page.evaluate("document.documentElement.scrollWidth") <= 683
    expect(page.get_by_role("navigation", name="主要栏目")).to_be_visible()


def test_paper_shows_title_filter_and_date_and_no_controls(opened: Callable[..., Page]) -> None:
    page = opened("/list?light=red")
    page.emulate_media(media="print")
    expect(page.locator(".print-head")).to_contain_text("打印日期：2027年1月12日")
    expect(page.locator(".print-head")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("状态：逾期")).to_be_visible()
    for control in (".top", ".side", ".filters", ".selection-bar", ".page-primary", "td.check", "td.cell-do"):
        expect(page.locator(control).first).to_be_hidden()
    shape = page.locator("td .shape").first
    assert shape.evaluate("node => getComputedStyle(node).webkitPrintColorAdjust") == "exact"


def test_paper_keeps_rows_as_rows_though_it_is_narrow(opened: Callable[..., Page]) -> None:
    page = opened("/list", phone=True)
    assert page.locator("tbody tr").first.evaluate("node => getComputedStyle(node).display") == "block"
    page.emulate_media(media="print")
    assert page.locator("tbody tr").first.evaluate("node => getComputedStyle(node).display") == "table-row"


def test_the_skip_link_is_the_first_stop_and_leads_to_the_page(opened: Callable[..., Page]) -> None:
    page = opened("/list")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("path", ["/list", "/form", "/report", "/parts"])
def test_without_script_no_control_is_shown_that_would_do_nothing(opened: Callable[..., Page], path: str) -> None:
    page = opened(path, script=False)
    for dead in ("[data-copy]", "[data-print]", "[data-select-all]", "[data-insert]", ".live-filter"):
        assert page.locator(dead).locator("visible=true").count() == 0


def test_without_script_a_form_is_sent_and_its_errors_jump(opened: Callable[..., Page]) -> None:
    page = opened("/form", script=False)
    page.get_by_role("button", name="保存草稿").click()
    link = page.get_by_role("link", name="标题：请填写标题。")
    assert link.get_attribute("href") == "#title"
    expect(page.locator("#title")).to_have_attribute("aria-describedby", "title-error title-help")
