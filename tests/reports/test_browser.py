"""The sheet of sixty rows in a real browser: set by keyboard, saved while typing, two people on one text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import PHONE, found_by_axe, runs_over
from tests.cast import sign_in_row
from tests.reports.conftest import Site
from tracker.accounts import actions as accounts
from tracker.accounts import passwords
from tracker.accounts.models import User
from tracker.core import clock
from tracker.core.db import db
from tracker.reports.models import EntryState, SectionKind
from tracker.reports.queries import reports as queries

pytestmark = pytest.mark.browser

Opened = Callable[..., Page]
PASSWORD = "Yunchuan#2026"


def saved(page: Page) -> None:
    expect(page.locator("[data-autosave-status]")).to_contain_text("已保存 14:32")


def test_sixty_states_are_set_by_keyboard_and_are_there_afterwards(site: Site, opened: Opened) -> None:
    page = opened("liaison", f"/reports/{site.report_id}")
    before = page.locator("[data-left]").inner_text()
    assert before == "还差 75 处"
    page.locator(".area select[data-state-keys]").first.focus()
    for key in "222333" * 10:  # one key a row, on from area to area
        page.keyboard.press(key)
    expect(page.locator("[data-left]")).to_have_text("还差 15 处")
    saved(page)
    page.wait_for_load_state("networkidle")
    with site.app.app_context():
        states = [entry.state for entry in queries.whole(site.report_id).entries]
    assert states.count(EntryState.ON_SCHEDULE) == 30
    assert states.count(EntryState.CONTINUOUS) == 30
    assert page.heard == []  # type: ignore[attr-defined]


def test_a_slow_row_asks_for_its_reason_at_once(site: Site, opened: Opened) -> None:
    page = opened("liaison", f"/reports/{site.report_id}")
    row = page.locator(".area").first.locator("tr[data-row]").nth(1)
    row.locator("select").focus()
    page.keyboard.press("4")
    expect(row.locator('input[data-field="note"]')).to_be_focused()
    expect(row).to_have_class("needs-reason")
    page.keyboard.type("上级资金尚未下达")
    with page.expect_response(lambda answer: '"note"' in (answer.request.post_data or "")):
        page.keyboard.press("Tab")  # that it is saved stands there already, of the state
    saved(page)
    page.reload()
    expect(row.locator('input[data-field="note"]')).to_have_value("上级资金尚未下达")


def test_two_colleagues_on_one_text_are_shown_both(site: Site, opened: Opened) -> None:
    first = opened("liaison", f"/reports/{site.report_id}")
    second = opened("leader", f"/reports/{site.report_id}")
    area = "#section-practice-text"
    first.fill(area, "联络员写的做法")
    first.locator(area).blur()
    saved(first)
    second.fill(area, "领导写的做法")
    second.locator(area).blur()
    box = second.locator("section.conflict")
    expect(box).to_contain_text("联络员写的做法")
    expect(box).to_contain_text("领导写的做法")
    expect(box).to_contain_text("王敏")
    second.get_by_role("button", name="用已保存的").click()
    expect(second.locator(area)).to_have_value("联络员写的做法")
    with site.app.app_context():
        assert queries.whole(site.report_id).section(SectionKind.PRACTICE) == "联络员写的做法"


def test_a_page_asked_for_before_a_saving_came_in_does_not_stay_with_the_words_of_before(
    site: Site, opened: Opened
) -> None:
    page = opened("liaison", path := f"/reports/{site.report_id}")
    held: list[Route] = []
    page.route("**/autosave", lambda route: held.append(route))
    area = page.locator("#section-practice-text")
    with page.expect_request("**/autosave"):
        area.fill("刚写完的一句")
        area.blur()
    before = page.context.request.get(path)  # as a server answers that has not done with the saving yet
    page.route(f"**{path}", lambda route: held.append(route))
    with page.expect_request(f"**{path}"):
        page.evaluate("setTimeout(() => location.reload(), 0)")
    with page.expect_response("**/autosave"):
        held[0].continue_()
    held[1].fulfill(response=before)
    page.unroute_all()
    expect(area).to_have_value("刚写完的一句")
    expect(page.locator("section.conflict")).to_have_count(0)


def test_last_years_text_is_quoted_with_one_press(site: Site, opened: Opened) -> None:
    page = opened("liaison", f"/reports/{site.report_id}")
    piece = page.locator(".area").nth(3).locator(".piece")
    piece.get_by_role("button", name="引用上年内容").click()
    expect(piece.locator("textarea")).to_have_value("市教育局2024年推进妇女与社会保障各项工作。")


BIG = [("liaison", "/reports/{report}"), ("officer", "/rounds/{round}"), ("officer", "/rounds/{round}/goals")]
"""The pages that grow with the rows of a report; every page as such is looked at in tests/journeys."""


@pytest.mark.parametrize(("who", "path"), BIG)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(site: Site, opened: Opened, who: str, path: str) -> None:
    page = opened(who, path.format(report=site.report_id, round=site.round_id))
    assert (found_by_axe(page), runs_over(page)) == ([], False)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    assert (found_by_axe(page), runs_over(page)) == ([], False)


def test_whose_session_expired_signs_in_again_in_place_and_nothing_is_lost(site: Site, opened: Opened) -> None:
    with site.app.app_context():
        user = db.session.get_one(User, site.cast.actor("liaison").user_id)
        key = accounts.give_key(site.cast.actor("sysadmin"), user)
        accounts.redeem(key, passwords.hashed(PASSWORD), at=clock.now())
        site.cast.tokens["liaison"] = sign_in_row(site.cast.holdings["liaison"])
    page = opened("liaison", f"/reports/{site.report_id}")
    page.context.clear_cookies()
    page.fill("#section-problems-text", "登录过期时写的困难")
    page.locator("#section-problems-text").blur()
    again = page.get_by_role("button", name="在这里重新登录")
    expect(again).to_be_visible()
    page.context.add_cookies([{"name": "gangmu", "value": site.cookie("other_liaison"), "url": site.address}])
    again.click()
    dialog = page.locator(".sign-in-here")
    expect(dialog).to_contain_text("现在登录的是李娜，与打开本页时的人员或岗位不同")
    dialog.get_by_role("button", name="退出，重新登录").click()
    dialog.locator("[name=login]").fill("wangmin")
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.get_by_role("button", name="登录", exact=True).click()
    saved(page)
    expect(dialog).to_have_count(0)
    expect(page.locator("#section-problems-text")).to_have_value("登录过期时写的困难")
    with site.app.app_context():
        assert queries.whole(site.report_id).section(SectionKind.PROBLEMS) == "登录过期时写的困难"


DROPPED = """([at, name, words]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([words], name));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const happens = { bubbles: true, cancelable: true, dataTransfer: carried };
    document.querySelector(at).dispatchEvent(new DragEvent(kind, happens));
  }
}"""


def test_a_file_dropped_onto_a_row_stands_there_and_can_be_described_at_once(site: Site, opened: Opened) -> None:
    page = opened("liaison", f"/reports/{site.report_id}")
    row = page.locator("tr[data-drop]").nth(7)
    place = row.get_attribute("data-drop")
    page.evaluate(DROPPED, [f'tr[data-drop="{place}"] input', "工作方案.txt", "方案"])
    expect(row.locator(".row-files a")).to_have_text("工作方案.txt")
    page.evaluate(DROPPED, [f'tr[data-drop="{place}"] input', "空.txt", ""])
    expect(row.locator(".drop-said")).to_contain_text("“空.txt”没有上传：文件是空的")
    number = page.locator("[data-materials] tr[data-record] [data-field=number]")
    number.fill("云教〔2025〕5号")
    number.blur()
    saved(page)
    page.reload()
    expect(row.locator(".row-files a")).to_have_text("工作方案.txt")
    expect(number).to_have_value("云教〔2025〕5号")
    assert page.heard == []  # type: ignore[attr-defined]


def test_a_line_counts_its_characters_and_is_never_cut_off(site: Site, opened: Opened) -> None:
    page = opened("liaison", f"/reports/{site.report_id}")
    note = page.locator("tr[data-drop]").nth(9).locator('[data-field="note"]')
    note.fill("长" * 105)
    note.blur()
    expect(page.locator(".count-small.is-over")).to_have_text("105 / 100 字，超出 5 字")
    expect(page.locator("[data-autosave-words]")).to_contain_text("请在100字以内，现在是105字")
    expect(note).to_have_value("长" * 105)


def test_a_line_begun_survives_leaving_and_enter_adds_it_where_one_is(site: Site, opened: Opened) -> None:
    page = opened("liaison", f"/reports/{site.report_id}#ahead")
    new = page.locator("#arrangement-new-text")
    expect(new).to_be_in_viewport()  # the address leads to the list, however long the texts above it are
    new.fill("新建家长学校两所")
    page.reload()
    expect(new).to_have_value("新建家长学校两所")
    page.press("#arrangement-new-by_when", "Enter")
    expect(page.locator('[data-record^="arrangement:"]')).to_have_count(1)
    expect(new).to_have_value("")
    expect(new).to_be_focused()
    expect(new).to_be_in_viewport()
    left = page.locator("[data-left]").inner_text()
    page.locator('[data-record^="arrangement:"] textarea').fill("")
    expect(page.locator("[data-left]")).not_to_have_text(left)


def test_a_paper_waits_for_the_last_sentence_and_asks_about_a_line_that_was_not_added(
    site: Site, opened: Opened
) -> None:
    page = opened("liaison", f"/reports/{site.report_id}")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url.rpartition("/")[2]))
    page.locator("#section-practice-text").fill("导出前的最后一句。")
    with page.expect_download():
        page.locator("a[data-after-saving]", has_text="报告（Word）").click()
    assert sent.index("autosave") < sent.index("baogao.docx")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.fill("#arrangement-new-text", "新建托位")
    page.locator("a[data-after-saving]", has_text="函（Word）").click()
    expect(page.locator("#arrangement-new-text")).to_be_focused()
    assert "还没有点“添加”" in asked[0]
    assert "report.docx" not in sent
