"""Whatever was typed survives: a pause, a lost line, an expired session, two people on one text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.frame.conftest import Site

pytestmark = pytest.mark.browser


def said(page: Page, words: str) -> None:
    expect(page.locator("[data-autosave-status]")).to_contain_text(words)


def test_a_field_left_is_saved_and_the_version_follows(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/report")
    page.locator("#overview").fill("第一句")
    page.locator("#problems").focus()
    said(page, "已保存 14:32")
    assert site.saves == [
        {"field": "overview", "record": "report-3", "value": "第一句", "version": 7, "background": "1"}
    ]
    expect(page.locator("#report")).to_have_attribute("data-version", "8")
    expect(page.locator("#report > [data-version-input]")).to_have_value("8")


def test_a_pause_is_enough_to_save(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/report")
    page.locator("#overview").press_sequentially("新")
    said(page, "已保存")
    assert site.saves[-1]["field"] == "overview"


def test_a_row_has_a_version_of_its_own(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/report")
    row = page.locator('tr[data-record="entry-2"]')
    row.locator("select").select_option("已完成")
    row.locator("input.form-control").fill("已印发文件")
    page.locator("#overview").focus()
    expect(row).to_have_attribute("data-version", "4")
    assert [(s["record"], s["field"], s["version"]) for s in site.saves] == [
        ("entry-2", "state", 2),
        ("entry-2", "line", 3),
    ]
    expect(page.locator("#report")).to_have_attribute("data-version", "7")
    expect(row.locator("[data-version-input]")).to_have_value("4")


def test_an_unchanged_field_is_not_sent(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/report")
    page.locator("#overview").focus()
    page.locator("#problems").focus()
    page.locator("#problems").fill("有")
    page.locator("#overview").focus()
    said(page, "已保存")
    assert [s["field"] for s in site.saves] == ["problems"]


def test_without_a_line_words_are_kept_and_sent_when_it_is_back(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/report")
    page.context.set_offline(True)
    page.locator("#overview").fill("断网时写的")
    page.locator("#problems").focus()
    said(page, "已保存在本机")
    assert site.saves == []
    page.context.set_offline(False)
    said(page, "已保存 14:32")
    assert site.saves[-1]["value"] == "断网时写的"
    assert site.saves[-1]["background"] == "1"


def test_words_kept_come_back_after_the_page_was_closed(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/report")
    site.answers.append((503, {}))
    page.locator("#overview").fill("没来得及保存的")
    page.locator("#problems").focus()
    said(page, "已保存在本机")
    page.reload()
    expect(page.locator("#overview")).to_have_value("没来得及保存的")
    said(page, "已保存 14:32")
    page.reload()
    expect(page.locator("#overview")).to_have_value("我局把实施规划列入年度重点工作。")


def test_words_kept_beside_a_saved_choice_of_the_same_row_are_no_conflict(
    opened: Callable[..., Page], site: Site
) -> None:
    page = opened("/report")
    site.answers.extend([(200, {"version": 3, "saved_at": "14:32"}), (503, {})])
    row = page.locator('tr[data-record="entry-2"]')
    row.locator("input.form-control").fill("已印发文件")  # written on the version before the choice
    row.locator("select").select_option("已完成")
    said(page, "已保存在本机")
    page.reload()
    expect(row.locator("input.form-control")).to_have_value("已印发文件")
    said(page, "已保存 14:32")
    expect(page.locator("section.conflict")).to_have_count(0)


def test_two_texts_are_shown_until_somebody_chooses(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/report")
    site.answers.append((409, {"version": 12, "value": "李梅写的", "by": "李梅", "at": "14:30"}))
    page.locator("#overview").fill("我写的")
    page.locator("#problems").focus()
    both = page.get_by_role("group", name="完成情况：两份内容")
    expect(both).to_contain_text("李梅写的")
    for _ in range(2):
        page.reload()
        expect(both).to_contain_text("我写的")
        expect(both).to_contain_text("我局把实施规划列入年度重点工作。")
    assert len(site.saves) == 1


def test_words_kept_are_nobody_elses(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/report")
    site.answers.append((503, {}))
    page.locator("#overview").fill("甲写的")
    page.locator("#problems").focus()
    said(page, "已保存在本机")
    page.route("**/report", for_another_post)
    page.reload()
    expect(page.locator("#report")).to_have_attribute("data-autosave-owner", "post-8")
    expect(page.locator("#overview")).to_have_value("我局把实施规划列入年度重点工作。")


def for_another_post(route: Route) -> None:
    """The same form, opened by another post on the same machine."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("post-7", "post-8"))


def test_two_people_on_one_text_both_see_both_and_choose(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/report")
    site.answers.append((409, {"version": 12, "value": "李梅写的", "by": "李梅", "at": "14:30"}))
    page.locator("#overview").fill("我写的")
    page.locator("#problems").focus()
    both = page.get_by_role("group", name="完成情况：两份内容")
    expect(both).to_contain_text("李梅 14:30")
    expect(both).to_contain_text("李梅写的")
    expect(both).to_contain_text("我写的")
    both.get_by_role("button", name="用您填写的").click()
    said(page, "已保存 14:32")
    assert site.saves[-1] == {
        "field": "overview",
        "record": "report-3",
        "value": "我写的",
        "version": 12,
        "background": "1",
    }


def test_the_others_text_can_be_taken_and_is_not_sent_again(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/report")
    site.answers.append((409, {"version": 12, "value": "李梅写的", "by": "李梅", "at": "14:30"}))
    page.locator("#overview").fill("我写的")
    page.locator("#problems").focus()
    page.get_by_role("button", name="用已保存的").click()
    expect(page.locator("#overview")).to_have_value("李梅写的")
    page.locator("#problems").fill("下一处")
    page.locator("#overview").focus()
    said(page, "已保存 14:32")
    assert [(s["field"], s["version"]) for s in site.saves] == [("overview", 7), ("problems", 12)]


def test_an_expired_session_keeps_the_words_and_offers_another_window(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/report")
    site.answers.append((401, {"sign_in_url": "/sign-in"}))
    page.locator("#overview").fill("登录过期时写的")
    page.locator("#problems").focus()
    said(page, "登录已过期，文字已保存在本机。")
    link = page.get_by_role("link", name="在新窗口登录")
    assert (link.get_attribute("href"), link.get_attribute("target")) == ("/sign-in", "_blank")
    page.get_by_role("button", name="登录后再试").click()
    said(page, "已保存 14:32")
    assert site.saves[-1]["value"] == "登录过期时写的"


def test_a_stale_token_is_renewed_without_a_word_lost(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/report")
    page.context.clear_cookies()
    page.locator("#overview").fill("换了令牌")
    page.locator("#problems").focus()
    said(page, "已保存 14:32")
    assert [s["value"] for s in site.saves] == ["换了令牌"]


def test_a_refusal_is_said_in_the_servers_sentence(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/report")
    site.answers.append((422, {"message": "请在1500字以内。"}))
    page.locator("#overview").fill("太长了")
    page.locator("#problems").focus()
    said(page, "没有保存：请在1500字以内。")


def test_what_was_refused_and_is_put_back_as_it_was_is_no_fault_any_more(
    opened: Callable[..., Page], site: Site
) -> None:
    page = opened("/report")
    before = page.locator("#overview").input_value()
    site.answers.append((422, {"message": "请在1500字以内。"}))
    page.locator("#overview").fill("太长")
    page.locator("#problems").focus()
    said(page, "没有保存：请在1500字以内。")
    page.locator("#overview").fill(before)
    page.locator("#problems").focus()
    said(page, "已恢复为保存的内容")
    expect(page.locator("[data-refused]")).to_have_count(0)
    page.reload()
    expect(page.locator("#overview")).to_have_value(before)


def test_submitting_waits_for_what_is_unsaved(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/report")
    page.locator("#overview").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("末")
    with page.expect_navigation():
        page.get_by_role("button", name="送领导审签").click()
    saved, sent = site.saves
    assert saved["version"] == 7
    assert sent["version"] == ["8"]
    assert sent["overview"] == ["我局把实施规划列入年度重点工作。末"]


def test_an_open_conflict_holds_the_submit_back(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/report")
    site.answers.append((409, {"version": 12, "value": "李梅写的"}))
    page.locator("#overview").fill("我写的")
    page.locator("#problems").focus()
    expect(page.get_by_role("button", name="用您填写的")).to_be_visible()
    page.get_by_role("button", name="送领导审签").click()
    expect(page.get_by_role("button", name="用您填写的")).to_be_focused()
    assert len(site.saves) == 1


def test_words_that_the_back_button_brings_are_shown_beside_what_is_saved(
    opened: Callable[..., Page], site: Site
) -> None:
    page = opened("/report")
    site.answers.extend([(422, {"message": "请稍候。"})] * 2)
    page.locator("#overview").fill("后退前写的")
    page.locator("#problems").focus()
    said(page, "没有保存")
    page.evaluate("localStorage.clear()")
    page.goto("/empty")
    page.go_back()
    both = page.get_by_role("group", name="完成情况：两份内容")
    expect(both).to_contain_text("后退前写的")
    expect(both).to_contain_text("我局把实施规划列入年度重点工作。")
    expect(page.locator("#overview")).to_have_value("后退前写的")


TYPED_EARLY = """document.addEventListener("readystatechange", () => {
  const field = document.querySelector("#overview");
  if (document.readyState === "interactive" && field) field.value = "脚本未到时写的";
})"""


def test_words_typed_before_the_scripts_came_are_saved_like_any(opened: Callable[..., Page], site: Site) -> None:
    page = opened("/empty")
    page.add_init_script(TYPED_EARLY)
    page.goto("/report")
    said(page, "已保存 14:32")
    assert [one["value"] for one in site.saves] == ["脚本未到时写的"]
    expect(page.get_by_role("group", name="完成情况：两份内容")).to_have_count(0)
