"""A year of reporting over HTTP, with plain forms: no script anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.reports import make_open_round, make_planned_round, make_submitted_report, report_of
from tests.reports.pages import fields_of_page, sheet_form
from tracker.core.db import db
from tracker.reminders.models import Watch
from tracker.reports.models import ReportState
from tracker.reports.queries import reports as queries

Client = Callable[[str], FlaskClient]


@pytest.fixture
def january(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def go(moment: str) -> None:
        monkeypatch.setenv("TRACKER_CLOCK", moment)

    go("2026-01-07T10:00")
    return go


def test_the_office_opens_a_round_after_seeing_whom_it_will_tell(
    cast: Cast, client: Client, january: Callable[[str], None]
) -> None:
    january("2025-11-25T10:00")
    round_ = make_planned_round(cast, on=date(2025, 11, 25))
    page = client("officer").get(f"/rounds/{round_.id}").text
    assert "将通知 2 个单位、4 人。另有 1 个单位没有联络员和分管领导，收不到通知：市妇联。" in page
    answer = client("officer").post(f"/rounds/{round_.id}/open", follow_redirects=True)
    assert "2个单位已收到通知" in answer.text
    assert "市妇联没有联络员和分管领导，没有收到通知" in answer.text, "it has nobody yet, and that is said"
    assert "市教育局" in answer.text


def test_a_liaison_writes_sends_and_the_leader_signs(
    cast: Cast, client: Client, january: Callable[[str], None]
) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    url, number = f"/reports/{report.id}", report.id
    liaison = client("liaison")
    form = sheet_form(liaison.get(url).text)
    assert "还差" in liaison.get(url).text

    wanting = liaison.post(url, data=form | {"do": "send"})
    assert "还不能送审" in wanting.text
    assert "下一年工作安排至少写一条" in unescape(wanting.text)

    for name in form:
        if name.endswith(":text") and name.startswith(("section:pro", "section:prac", "area:")):
            form[name] = "按计划推进。"
        if name.startswith("entry:") and name.endswith(":state"):
            form[name] = "on_schedule"
    form |= {"arrangement:new:text": "建设家长学校", "arrangement:new:by_when": "6月底前", "do": "send"}
    sent = liaison.post(url, data=form, follow_redirects=True)
    assert "已送单位领导审签" in sent.text

    signed = client("leader").post(f"{url}/sign", follow_redirects=True)
    assert "已审签并报送" in signed.text
    january("2026-01-12T10:00")
    assert "已等待 3 个工作日" in client("liaison").get(url).text
    review = client("officer").get(f"/reports/{number}/review").text
    assert "按计划推进。" in review
    assert "建设家长学校" in review


def test_the_office_returns_with_remarks_at_two_places_and_accepts_the_correction(
    cast: Cast, client: Client, january: Callable[[str], None]
) -> None:
    round_ = make_open_round(cast)
    report = make_submitted_report(cast, round_, cast.unit("市教育局"), on=date(2026, 1, 6))
    whole = queries.whole(report.id)
    url, area, entry = f"/reports/{report.id}", whole.area_texts[0].area_id, whole.entries[0].id
    officer = client("officer")
    for place, words in ((f"area:{area}", "请写明人数。"), (f"entry:{entry}", "请写明比例。")):
        officer.post(f"{url}/remarks", data={"place": place, "text": words})
    assert "随退回发给单位的意见" in officer.get(f"{url}/return").text
    officer.post(f"{url}/return", data={"reason": "数据不全。", "rectify_by": "2026-01-20"})

    liaison = client("liaison")
    page = liaison.get(url).text
    assert all(words in page for words in ("数据不全。", "请写明人数。", "请写明比例。"))
    form = sheet_form(page)
    refused = liaison.post(url, data=form | {"do": "send"})
    assert "（领域文字）的意见还没有答复" in refused.text
    for name in form:
        if name.startswith("remark:") and name.endswith(":answer"):
            form[name] = "已补充。"
        if name.startswith("area:") and name.endswith(":text"):
            form[name] += "覆盖12万人。"
    assert "已送单位领导审签" in liaison.post(url, data=form | {"do": "send"}, follow_redirects=True).text
    client("leader").post(f"{url}/sign")

    review = officer.get(f"{url}/review").text
    assert re.search(r"<ins>覆盖12万人。</ins>", review)
    done = officer.post(f"{url}/accept", follow_redirects=True)
    assert "已审核通过" in done.text
    assert queries.whole(report.id).state is ReportState.ACCEPTED
    assert queries.whole(report.id).first_submitted_on == date(2026, 1, 6)


def test_files_are_taken_one_by_one_and_a_bad_one_is_named(
    cast: Cast, client: Client, january: Callable[[str], None]
) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    url = f"/reports/{report.id}"
    liaison = client("liaison")
    form: dict[str, object] = dict(sheet_form(liaison.get(url).text))
    form |= {
        "do": "upload",
        "files": [(BytesIO(b"%PDF-1.4 x"), "../通知.pdf"), (BytesIO(b""), "空.pdf"), (BytesIO(b"MZ\0\0"), "a.exe")],
    }
    page = liaison.post(url, data=form, content_type="multipart/form-data").text
    assert "空.pdf：文件是空的" in page
    assert "a.exe：不支持这种文件" in page
    assert ">通知.pdf<" in page
    assert fields_of_page(page)


def test_the_missing_page_has_words_for_the_work_group(
    cast: Cast, client: Client, january: Callable[[str], None]
) -> None:
    round_ = make_open_round(cast)
    page = client("officer").get(f"/rounds/{round_.id}/missing").text
    assert "以下3个单位尚未报送" in page
    assert "还剩6个工作日" in page
    assert "复制到工作群" in page
    watch = db.session.scalars(select(Watch).where(Watch.subject_type == "Report").order_by(Watch.id)).first()
    assert watch is not None
    assert f"/reminders/{watch.id}/nudge" in page
