"""What script adds to lists, forms, files and long work."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.frame.conftest import Site

pytestmark = pytest.mark.browser


def test_the_bar_says_how_many_are_selected_and_its_buttons_wait(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/list")
    bar = page.locator(".selection-bar")
    expect(bar).to_contain_text("尚未选择")
    expect(bar.get_by_role("button", name="批量分派")).to_be_disabled()
    boxes = page.locator("[data-select]")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(bar).to_contain_text("已选 4 项")
    bar.get_by_role("button", name="批量分派").click()
    page.wait_for_url("**/list")
    assert site.saves[-1]["ids"] == ["2", "3", "4", "5"]


def test_the_head_selects_the_page_and_all_pages_can_be_asked_for(opened: Callable[..., Page]) -> None:
    page = opened("/list")
    page.get_by_role("checkbox", name="全选本页").check()
    expect(page.locator(".selection-bar")).to_contain_text("已选 24 项")
    page.get_by_label("全部 312 项").check()
    expect(page.locator(".selection-bar")).to_contain_text("已选全部项")


def test_a_row_opens_as_a_whole_but_its_controls_do_not(opened: Callable[..., Page]) -> None:
    page = opened("/list")
    page.locator("[data-select]").first.click()
    assert page.url.endswith("/list")
    page.locator('tbody tr td[data-label="佐证"]').first.click()
    page.wait_for_url("**/parts?task=1")


def test_arrow_keys_move_in_the_grid_over_empty_cells(opened: Callable[..., Page]) -> None:
    page = opened("/grid")
    cells = page.locator("table.grid tbody tr")
    first = cells.nth(0).locator("a.cell")
    first.nth(0).focus()
    page.keyboard.press("ArrowRight")
    expect(first.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(first.last).to_be_focused()
    page.keyboard.press("Home")
    expect(first.first).to_be_focused()
    page.keyboard.press("Control+End")
    expect(page.locator("table.grid a.cell").last).to_be_focused()
    for _ in range(12):
        page.keyboard.press("ArrowUp")
    covered = page.evaluate(
        "() => { const a = document.activeElement.getBoundingClientRect();"
        " const h = document.querySelector('.grid thead').getBoundingClientRect(); return a.top < h.bottom - 1; }"
    )
    assert covered is False


def test_the_grid_is_one_stop_of_the_tab_key(opened: Callable[..., Page]) -> None:
    page = opened("/grid")
    assert page.locator('.grid-scroll a[tabindex="0"]').count() == 1
    page.locator(".grid-scroll").evaluate("box => box.closest('.grid-block').setAttribute('tabindex', '-1')")
    page.locator(".grid-block").focus()
    page.keyboard.press("Tab")
    expect(page.locator("a.cell").first).to_be_focused()
    for key in ("ArrowLeft", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator("table.grid tbody tr").nth(1).locator("a.cell").first).to_be_focused()
    box = page.locator(".grid-scroll").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 768


def test_a_unit_is_found_by_initials_by_number_and_by_name(opened: Callable[..., Page]) -> None:
    page = opened("/form")
    field = page.get_by_label("主送单位")
    for typed, found in (("sjyj", "市教育局"), ("38", "市妇联"), ("民政", "市民政局")):
        field.fill(typed)
        page.keyboard.press("Enter")
        expect(field).to_have_value(found)
    expect(page.locator("#unit")).to_have_value("16")
    field.fill("没有这个单位")
    expect(page.get_by_role("listbox")).to_contain_text("没有符合的单位")
    page.keyboard.press("Escape")
    expect(field).to_have_value("市民政局")


def test_units_to_tick_narrow_while_typing_and_are_counted(opened: Callable[..., Page]) -> None:
    page = opened("/form")
    units = page.get_by_role("group", name="抄送单位")
    expect(units).to_contain_text("已选 2 个")
    units.get_by_role("searchbox").fill("swxcb")
    expect(units.get_by_role("checkbox")).to_have_count(1)
    units.get_by_role("checkbox").check()
    expect(units).to_contain_text("已选 3 个")


def test_characters_are_counted_and_too_many_are_said_not_cut(opened: Callable[..., Page]) -> None:
    page = opened("/form")
    page.locator("#text").fill("字" * 63)
    expect(page.locator('[data-count-for="text"]')).to_have_text("63 / 60 字，超出 3 字")
    expect(page.locator("#text")).to_have_value("字" * 63)


def test_the_writing_grows_with_its_text(opened: Callable[..., Page]) -> None:
    page = opened("/report")
    before = page.locator("#overview").bounding_box()
    page.locator("#overview").fill("一行\n" * 40)
    after = page.locator("#overview").bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"] * 2


def test_last_years_text_can_be_taken_over(opened: Callable[..., Page]) -> None:
    page = opened("/report")
    page.get_by_role("button", name="引用上年内容").click()
    expect(page.locator("#overview")).to_have_value(
        re.compile("^我局把实施规划列入年度重点工作。\n我局把实施妇女儿童发展规划")
    )


def test_last_years_text_is_folded_on_a_phone(opened: Callable[..., Page]) -> None:
    expect(opened("/report", phone=True).locator("#overview-last")).to_be_hidden()
    expect(opened("/report").locator("#overview-last")).to_be_visible()


def test_a_date_says_its_weekday_and_what_the_calendar_knows(opened: Callable[..., Page]) -> None:
    page = opened("/form")
    expect(page.locator("#due-day")).to_have_text("周五 · 春节后首个工作日")


def test_text_for_the_work_group_is_copied(opened: Callable[..., Page]) -> None:
    page = opened("/parts")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制到工作群").click()
    expect(page.get_by_text("已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("各单位：2026年度报告")


def test_text_is_copied_where_the_clipboard_is_refused(opened: Callable[..., Page]) -> None:
    """Plain HTTP has no clipboard API."""
    page = opened("/parts")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.get_by_role("button", name="复制到工作群").click()
    expect(page.get_by_text("已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("各单位：2026年度报告")


def test_files_are_listed_and_wrong_ones_refused_before_they_travel(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/form")
    field = page.locator("#scan")
    field.set_input_files(
        [
            {"name": "报告.pdf", "mimeType": "application/pdf", "buffer": b"x" * 2048},
            {"name": "视频.mp4", "mimeType": "video/mp4", "buffer": b"x"},
            {"name": "大.pdf", "mimeType": "application/pdf", "buffer": b"x" * 1_200_000},
        ]
    )
    rows = page.locator("[data-upload-list] li")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text("2 KB")
    expect(rows.nth(1)).to_contain_text("没有选入：格式不在可用范围内")
    expect(rows.nth(2)).to_contain_text("没有选入：1.1 MB，超过 1.0 MB")
    assert field.evaluate("node => node.files.length") == 1
    page.locator("#scan").evaluate("node => node.form.requestSubmit()")
    expect(page.get_by_text("没有提交：“视频.mp4”不能上传。")).to_be_visible()
    assert "/form" in page.url
    assert not site.saves
    page.get_by_role("button", name="移除 视频.mp4").click()
    page.get_by_role("button", name="移除 大.pdf").click()
    expect(page.get_by_text("没有提交：")).to_have_count(0)
    page.get_by_role("button", name="移除 报告.pdf").click()
    assert field.evaluate("node => node.files.length") == 0


def test_a_second_press_does_not_send_twice(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/confirm")
    # Held back a moment, as by a slow server, so that the second press comes while the first is under way.
    page.evaluate(
        "() => { const form = document.querySelector('.confirmation');"
        " const press = () => form.querySelector('button[type=submit]').click(); press(); press(); press(); }"
    )
    page.wait_for_url("**/list")
    assert len(site.saves) == 1


def test_asking_first_can_be_answered_with_no(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/parts")
    asked: list[str] = []

    def refuse(dialog) -> None:  # type: ignore[no-untyped-def]
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", refuse)
    page.get_by_role("button", name="撤回").click()
    assert asked == ["撤回后可以继续修改，确定撤回吗？"]
    assert site.saves == []


def test_long_work_is_followed_to_its_result(opened: Callable[..., Page]) -> None:
    page = opened("/working")
    expect(page.locator("[data-progress-words]")).to_have_text("19 / 38")
    page.wait_for_url("**/empty")


def test_an_error_line_jumps_to_a_field_that_script_replaced(opened: Callable[..., Page]) -> None:
    page = opened("/form")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="正文：请填写正文。").click()
    expect(page.locator("#text")).to_be_focused()


def test_the_menu_closes_on_escape_and_gives_the_focus_back(opened: Callable[..., Page]) -> None:
    page = opened("/")
    page.locator("details.menu summary").click()
    expect(page.get_by_role("button", name="市妇联 联络员")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="退出")).to_be_hidden()
    expect(page.locator("details.menu summary")).to_be_focused()
