"""分送科室: a link opens some places of one report and nothing else; what comes back is merged by the liaison."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select

from tests.cast import Cast
from tests.makers.reports import make_open_round, report_of, write_report
from tests.reports.pages import sheet_form
from tracker.core import clock
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Message
from tracker.reports import actions
from tracker.reports.actions import sharing
from tracker.reports.actions.filling import Edit
from tracker.reports.actions.sharing import Choice
from tracker.reports.models import EntryState, PartDecision, Report, Share
from tracker.reports.queries import reports as queries

Client = Callable[[str], FlaskClient]
UNTIL = date(2025, 12, 20)
NOW = datetime(2025, 12, 10, 14, 32, tzinfo=clock.SHANGHAI)


@pytest.fixture
def report(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:32")
    return report_of(make_open_round(cast), cast.unit("市教育局"))


@pytest.fixture
def given(cast: Cast, report: Report) -> tuple[Share, str]:
    """The first area's text and the first row, with 义教科."""
    records = [f"area:{report.area_texts[0].id}", f"entry:{report.entries[0].id}"]
    return sharing.share(cast.actor("liaison", at=NOW), report, "义教科", records, UNTIL, "请写数据来源。")


def written(share: Share, text: str = "义教科写的一段。") -> None:
    sharing.name_writer(share, "刘芳", NOW)
    sharing.write_part(share, share.parts[0].record, {"text": text}, NOW)


def decide(cast: Cast, share: Share, decision: PartDecision) -> list[str]:
    part = share.parts[0]
    piece = queries.whole(share.report_id).area_texts[0]
    troubles = sharing.take_parts(cast.actor("liaison", at=NOW), share, {part.id: Choice(decision, piece.version)})
    return [one.sentence for one in troubles]


def test_the_link_shows_the_given_places_and_no_other_word_of_the_report(
    cast: Cast, report: Report, given: tuple[Share, str], client: Client
) -> None:
    share, token = given
    liaison = cast.actor("liaison", at=NOW)
    actions.save_piece(liaison, report, Edit("section:problems", {"text": "不给别人看的困难"}))
    hidden = report.entries[1].assignment.task.title
    shown = report.entries[0].assignment.task.title
    page = client("stranger").get(f"/parts/{token}")
    assert page.status_code == 200
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert shown in page.text
    assert "请写数据来源。" in page.text
    assert "不给别人看的困难" not in page.text
    assert hidden not in page.text
    assert share.token_hash != token
    pressed = re.search(r'<form id="part".*?<button[^>]*value="(\w+)"', page.text, re.DOTALL)
    assert pressed is not None
    assert pressed[1] == "save", "what Enter in a line presses"


def test_a_section_without_an_account_writes_hands_back_and_the_liaison_is_told(
    given: tuple[Share, str], client: Client
) -> None:
    share, token = given
    number, text_record, row_record = share.id, share.parts[0].record, share.parts[1].record
    said = {
        "filled_by": "刘芳", f"{text_record}:text": "义教科写的一段。", f"{text_record}:v": "1", "do": "return",
        f"{row_record}:state": "slow", f"{row_record}:note": "资金未到位", f"{row_record}:v": "1",
    }  # fmt: skip
    visitor = client("stranger")
    assert visitor.post(f"/parts/{token}", data=said).status_code == 302
    assert visitor.get(f"/parts/{token}").text.count("已交回") == 1, "said once"
    share = db.session.get_one(Share, number)
    assert share.filled_by == "刘芳"
    assert [one.words.get("text") or one.words.get("state") for one in share.parts] == ["义教科写的一段。", "slow"]
    assert queries.whole(share.report_id).area_texts[0].text == ""
    title = db.session.query(Message.title).filter(Message.kind == "report.part_returned").scalar()
    assert title.startswith("义教科已交回")
    assert f'href="/shares/{number}"' in client("liaison").get("/").text
    assert f'href="/shares/{number}"' not in client("leader").get("/").text


def test_what_nobody_touched_on_an_old_page_of_the_link_overwrites_no_colleague(
    given: tuple[Share, str], client: Client
) -> None:
    share, token = given
    number, text_record, row_record = share.id, share.parts[0].record, share.parts[1].record
    old = sheet_form(client("stranger").get(f"/parts/{token}").text, "part")
    written(share)
    answer = client("stranger").post(
        f"/parts/{token}", data=old | {"filled_by": "王芳", f"{row_record}:note": "资金未到位", "do": "save"}
    )
    assert answer.status_code == 302, "two wrote at two places"
    words = {one.record: one.words for one in db.session.get_one(Share, number).parts}
    assert words[text_record]["text"] == "义教科写的一段。"
    assert words[row_record]["note"] == "资金未到位"


def test_the_same_hand_back_pressed_twice_is_one_entry_and_a_further_word_another(
    cast: Cast, given: tuple[Share, str]
) -> None:
    share = given[0]
    written(share)

    def entries() -> int:
        rows = select(func.count()).where(AuditEntry.event == "report.part_returned")
        return db.session.scalar(rows) or 0

    later = NOW + timedelta(minutes=5)
    for moment in (later, later, later + timedelta(minutes=1)):
        assert sharing.hand_back(share, moment) == 1
    assert entries() == 1
    sharing.write_part(share, share.parts[0].record, {"text": "又补充一句。"}, later + timedelta(minutes=2))
    sharing.hand_back(share, later + timedelta(minutes=3))
    assert entries() == 2


def test_a_page_of_the_link_that_comes_twice_undoes_nothing_and_shows_both_texts(
    given: tuple[Share, str], client: Client
) -> None:
    """Handed back without a name, written on by autosave, and sent once more by reloading: nothing is undone."""
    share, token = given
    number, record, url = share.id, share.parts[0].record, f"/parts/{token}"
    old = sheet_form(client("stranger").get(url).text, "part")
    written(share)
    page = client("stranger").post(url, data=old | {"filled_by": "", "do": "save"}, follow_redirects=True).text
    assert sheet_form(page, "part")["filled_by"] == "刘芳"
    assert sheet_form(page, "part")[f"{record}:text"] == "义教科写的一段。"
    page = client("stranger").post(url, data=old | {f"{record}:text": "另一段", "do": "save"}).text
    assert "系统中现在的内容是" in page
    assert "义教科写的一段。" in page
    assert sheet_form(page, "part")[f"{record}:text"] == "另一段"
    part = db.session.get_one(Share, number).parts[0]
    assert (part.words["text"], part.share.filled_by) == ("义教科写的一段。", "刘芳")


def test_what_comes_back_enters_the_report_when_the_liaison_says_so_and_names_its_author(
    cast: Cast, given: tuple[Share, str], client: Client
) -> None:
    share, _ = given
    written(share)
    assert decide(cast, share, PartDecision.TAKEN) == []
    whole = queries.whole(share.report_id)
    assert whole.area_texts[0].text == "义教科写的一段。"
    assert "义教科 刘芳填写" in client("liaison").get(f"/reports/{whole.id}").text


def test_who_sends_the_report_is_told_what_came_back_and_was_not_looked_at(
    cast: Cast, report: Report, given: tuple[Share, str], client: Client
) -> None:
    written(given[0])
    write_report(cast.actor("liaison", at=NOW), report)
    page = client("liaison").post(f"/reports/{report.id}", data={"do": "send"}, follow_redirects=True).text
    assert "已送单位领导审签" in page
    assert "科室交回的1处内容没有核对，没有写入报告" in page


def test_a_text_may_be_put_behind_what_stands_there_or_left_and_stays_readable(
    cast: Cast, report: Report, given: tuple[Share, str], client: Client
) -> None:
    share, _ = given
    actions.save_area_text(cast.actor("liaison", at=NOW), report, report.area_texts[0].area_id, "原有一段。")
    written(share)
    assert decide(cast, share, PartDecision.JOINED) == []
    assert queries.whole(share.report_id).area_texts[0].text == "原有一段。\n义教科写的一段。"
    written(share, "又改的一段。")
    assert decide(cast, share, PartDecision.LEFT) == []
    assert queries.whole(share.report_id).area_texts[0].text == "原有一段。\n义教科写的一段。"
    assert "又改的一段。" in client("liaison").get(f"/shares/{share.id}").text


def test_what_somebody_wrote_in_the_report_meanwhile_is_shown_beside_and_never_overwritten(
    cast: Cast, report: Report, given: tuple[Share, str], client: Client
) -> None:
    share, _ = given
    number, part, record = share.id, share.parts[0].id, share.parts[0].record
    written(share)
    actions.save_area_text(cast.actor("leader", at=NOW), report, report.area_texts[0].area_id, "领导写的一段。")
    page = client("liaison").get(f"/shares/{number}").text
    assert "分送之后，报告中的这一处已有改动" in page
    assert "领导写的一段。" in page
    assert "义教科写的一段。" in page
    stale = {f"part:{part}": "taken", f"part:{part}:v": "1"}
    assert "没有采用" in client("liaison").post(f"/shares/{number}", data=stale).text
    whole = queries.whole(report.id)
    assert whole.area_texts[0].text == "领导写的一段。"
    assert record in {one.record for one in db.session.get_one(Share, number).waits}


@pytest.mark.parametrize("way", ["revoked", "expired", "submitted", "renewed"])
def test_a_dead_link_says_why_and_takes_nothing(
    cast: Cast, report: Report, given: tuple[Share, str], client: Client, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    share, token = given
    record = share.parts[0].record
    liaison = cast.actor("liaison", at=NOW)
    if way == "revoked":
        sharing.revoke(liaison, share)
    elif way == "expired":
        monkeypatch.setenv("TRACKER_CLOCK", "2025-12-21T00:00")
    elif way == "renewed":
        sharing.renew_link(liaison, share, UNTIL)
    else:
        write_report(liaison, report)
        actions.submit_on_paper(liaison, report, "赵强")
    visitor = client("stranger")
    assert visitor.get(f"/parts/{token}").status_code == (404 if way == "renewed" else 410)
    assert visitor.post(f"/parts/{token}", data={f"{record}:text": "迟来的"}).status_code in {404, 410}
    saved = visitor.post(f"/parts/{token}/autosave", json={"record": record, "field": "text", "value": "迟来的"})
    assert saved.status_code == 422
    assert "迟来的" not in str([one.words for one in db.session.query(Share).one().parts])


def test_a_link_that_is_called_too_often_waits_a_minute(given: tuple[Share, str], client: Client) -> None:
    share, token = given
    for _ in range(sharing.BURST):
        assert sharing.knock(share, NOW)
    assert client("stranger").get(f"/parts/{token}").status_code == 429
    assert sharing.knock(share, NOW + timedelta(minutes=1))


def test_autosave_of_the_link_keeps_the_contract_and_touches_only_its_places(
    report: Report, given: tuple[Share, str], client: Client
) -> None:
    share, token = given
    record, other = share.parts[0].record, f"entry:{report.entries[1].id}"
    visitor = client("stranger")

    def save(**said: object) -> tuple[int, dict[str, object]]:
        answer = visitor.post(f"/parts/{token}/autosave", json=said, headers={"X-Background": "1"})
        return answer.status_code, answer.json or {}

    assert save(record="share", field="filled_by", value="刘芳", version=1)[0] == 200
    status, answer = save(record=record, field="text", value="一", version=1)
    assert (status, answer["saved_at"]) == (200, "14:32")
    status, answer = save(record=record, field="text", value="二", version=1)
    assert (status, answer["value"], answer["by"]) == (409, "一", "刘芳")
    assert save(record=other, field="state", value="slow", version=1)[0] == 422
    assert save(record="section:problems", field="text", value="越界", version=1)[0] == 422
    assert save(record=record, field="version", value="9", version=2)[0] == 422


def test_only_the_unit_itself_gives_parts_away_and_only_its_own_places(
    cast: Cast, report: Report, client: Client
) -> None:
    foreign = report_of(report.round, cast.unit("市卫生健康委")).entries[0].id
    with pytest.raises(RuleError, match="不在本报告中"):
        sharing.share(cast.actor("liaison", at=NOW), report, "义教科", [f"entry:{foreign}"], UNTIL)
    with pytest.raises(RuleError, match="至少选择一处"):
        sharing.share(cast.actor("liaison", at=NOW), report, "义教科", ["remark:1"], UNTIL)
    number = report.id
    assert client("officer").get(f"/reports/{number}/shares").status_code == 403
    assert client("other_liaison").get(f"/reports/{number}/shares").status_code == 404


def test_the_link_is_shown_once_and_a_whole_area_can_be_ticked(report: Report, client: Client) -> None:
    number, area = report.id, report.area_texts[0].area
    name, rows = area.name, sum(one.assignment.task.area_id == area.id for one in report.entries)
    liaison = client("liaison")
    said = {"section": "义教科", "expires_on": "2025-12-20", "groups": name}
    page = liaison.post(f"/reports/{number}/shares", data=said).text
    found = re.search(r"/parts/([\w-]{43})", page)
    assert found is not None
    share = db.session.query(Share).one()
    assert sum(one.record.startswith("entry:") for one in share.parts) == rows
    assert found[1] not in liaison.get(f"/reports/{number}/shares").text


def test_a_sections_excel_form_holds_its_places_only_and_comes_back_for_the_liaison_to_check(
    report: Report, given: tuple[Share, str], client: Client
) -> None:
    number, share_id = report.id, given[0].id
    liaison = client("liaison")
    book = load_workbook(BytesIO(liaison.get(f"/shares/{share_id}/form.xlsx").data))
    page = book.worksheets[0]
    rows = [row for row in page.iter_rows(min_row=2) if row[0].value]
    assert len(rows) == 2
    rows[0][4].value = "表中写的一段。"
    rows[1][3].value = "进展较慢"
    rows[1][4].value = "资金未到位"
    content = BytesIO()
    book.save(content)
    for expected in ("读入2处新内容", "没有新的内容"):
        form = {"form": (BytesIO(content.getvalue()), "表.xlsx"), "by": "刘芳"}
        answer = liaison.post(f"/shares/{share_id}/form", data=form, follow_redirects=True)
        assert expected in answer.text
    share = db.session.get_one(Share, share_id)
    assert [one.words.get("text") or one.words.get("state") for one in share.parts] == ["表中写的一段。", "slow"]
    assert {one.author for one in share.parts} == {"刘芳"}
    whole = queries.whole(number)
    assert (whole.area_texts[0].text, whole.entries[0].state) == ("", None)
    choices = {f"part:{one.id}": "taken" for one in share.parts} | {f"part:{one.id}:v": "1" for one in share.parts}
    liaison.post(f"/shares/{share_id}", data=choices)
    whole = queries.whole(number)
    assert (whole.area_texts[0].text, whole.entries[0].state) == ("表中写的一段。", EntryState.SLOW)


def test_words_that_come_by_a_link_called_back_are_shown_to_be_copied(
    cast: Cast, given: tuple[Share, str], client: Client
) -> None:
    share, token = given
    record = share.parts[0].record
    sharing.revoke(cast.actor("liaison", at=NOW), share)
    answer = client("stranger").post(f"/parts/{token}", data={f"{record}:text": "写了半天的一段", "do": "save"})
    assert answer.status_code == 410
    assert "写了半天的一段" in answer.text
