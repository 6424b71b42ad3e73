"""Going through the pile by keyboard, in a browser."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.makers.reports import make_submitted_report
from tests.reports.conftest import Site
from tracker.core.db import db
from tracker.reports.models import Report, ReportState, Round
from tracker.reports.queries.rounds import reports_of

Opened = Callable[..., Page]


def listening(page: Page) -> None:
    """The script shows the help for its keys when it hears them."""
    page.locator("[data-keys-help]").wait_for(state="visible")


def test_a_reviewer_goes_on_takes_up_and_accepts_without_the_mouse(site: Site, opened: Opened) -> None:
    with site.app.app_context():
        round_ = db.session.get_one(Round, site.round_id)
        for name in ("市教育局", "市卫生健康委"):
            make_submitted_report(site.cast, round_, site.cast.unit(name))
        sent = [one.id for one in reports_of(db.session.get_one(Round, site.round_id)) if one.first_submitted_at]
    page = opened("officer", f"/reports/{sent[0]}/review")
    listening(page)
    page.keyboard.press("j")
    page.wait_for_url(f"**/reports/{sent[1]}/review")
    listening(page)
    page.locator("summary", has_text="提意见").first.click()
    page.locator("textarea").first.type("aajj")
    expect(page.locator("textarea").first).to_have_value("aajj")
    page.locator("h1").click()
    page.keyboard.press("c")
    expect(page.locator(".review-bar")).to_contain_text("由您审核")
    listening(page)
    page.keyboard.press("m")
    page.keyboard.type("请补充数据来源。")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".remark-text").first).to_have_text("请补充数据来源。")
    expect(page.locator(".review-bar")).to_contain_text("已记 1 条意见")
    listening(page)
    page.keyboard.press("r")
    page.wait_for_url("**/return")
    expect(page.locator("#reason")).to_be_focused()
    page.go_back()
    listening(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("a")
    page.wait_for_url(f"**/reports/{sent[0]}/review")
    with site.app.app_context():
        assert db.session.get_one(Report, sent[1]).state is ReportState.ACCEPTED
