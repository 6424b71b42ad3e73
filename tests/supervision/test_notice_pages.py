"""Notices over HTTP: who sees what, what a button does, what the paper says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select

from tests.cast import Cast
from tests.counting import counted
from tests.supervision.letters import (
    DAY,
    LATE,
    assignment_of,
    issue,
    issue_with_any_paper,
    make_draft,
    make_free,
    make_issued,
    make_overdue,
    make_replied,
)
from tracker.core import files
from tracker.core.db import db
from tracker.documents import pdf
from tracker.supervision import actions, documents
from tracker.supervision.models import Notice, NoticeEvidence, NoticeKind, NoticeState
from tracker.supervision.queries import notices as queries

Client = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-21T10:00:00+08:00")


def text_of(notice: Notice) -> str:
    assert notice.pdf is not None
    return "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(files.read(notice.pdf))).pages)


def test_the_letter_says_number_unit_facts_demand_and_day(cast: Cast) -> None:
    said = text_of(make_issued(cast))
    for words in (
        "云川市妇女儿童工作委员会办公室",
        "云妇儿工委办函〔2026〕1号",
        "云川市教育局：",
        "办结期限为2025年11月30日",
        "工作要求：请分析原因",
        "请于2026年2月11日（星期三）前将办理情况和佐证材料书面报送我办",
        "2026年1月21日",
    ):
        assert words in said
    assert "问责" not in said
    assert "处罚" not in said


def test_the_stored_letter_is_what_the_signed_words_give_again(cast: Cast) -> None:
    notice = make_issued(cast)
    assert notice.pdf is not None
    again = pdf.render(documents.letter(notice)).content
    assert hashlib.sha256(again).hexdigest() == notice.pdf.sha256


def test_a_unit_sees_its_own_letters_once_issued(cast: Cast, client: Client) -> None:
    notice = make_draft(cast)
    number = notice.id
    for path in (f"/notices/{number}", f"/notices/{number}/preview.pdf", f"/notices/{number}/file.pdf"):
        assert client("liaison").get(path).status_code == 404
    issue(cast, db.session.get_one(Notice, number))
    assert client("liaison").get(f"/notices/{number}").status_code == 200
    assert client("liaison").get(f"/notices/{number}/file.pdf").data.startswith(b"%PDF-")
    assert client("liaison").get(f"/notices/{number}/preview.pdf").status_code == 403
    for stranger in ("other_liaison", "lower_officer", "upper_officer", "sysadmin"):
        assert client(stranger).get(f"/notices/{number}").status_code == 404
        assert client(stranger).get(f"/notices/{number}/file.pdf").status_code == 404


def test_the_list_of_another_unit_is_empty(cast: Cast, client: Client) -> None:
    title = make_issued(cast).title
    assert title in client("leader").get("/notices").get_data(as_text=True)
    assert title not in client("other_leader").get("/notices").get_data(as_text=True)


def test_only_the_head_signs_and_the_office_alone_drafts(cast: Cast, client: Client) -> None:
    number = make_free(cast).id
    assert client("officer").post(f"/notices/{number}/sign").status_code == 403
    assert client("chair").post(f"/notices/{number}/sign").status_code == 403
    assert client("chair").post(f"/notices/{number}", data={"title": "改"}).status_code == 403
    for who in ("liaison", "chair"):
        assert client(who).get("/notices/propose").status_code == 403
        assert client(who).post("/notices/draft").status_code == 403
    assert client("head").post(f"/notices/{number}/sign").status_code == 302


def test_signing_twice_gives_one_number_and_one_paper(cast: Cast, client: Client) -> None:
    number = make_free(cast).id
    assert client("head").post(f"/notices/{number}/sign").status_code == 302
    assert client("head").post(f"/notices/{number}/sign").status_code == 403
    notice = db.session.get_one(Notice, number)
    assert (notice.state, notice.number) == (NoticeState.ISSUED, "云妇儿工委办函〔2026〕1号")


def test_one_click_makes_the_drafts_and_a_second_none(cast: Cast, client: Client) -> None:
    plan = make_overdue(cast)
    page = client("officer").get("/notices/propose").get_data(as_text=True)
    assert "已逾期37个工作日" in page
    assert "2025年年度报告应于2026年1月15日前报送" in page
    reports = [one.id for proposal in queries.proposals(cast.actor("officer", on=DAY)) for one in proposal.reports]
    form = {"ids": [assignment_of(plan)], "reports": reports}
    assert client("officer").post("/notices/draft", data=form).status_code == 302
    made = db.session.scalar(select(func.count()).select_from(Notice))
    assert made == 4
    client("officer").post("/notices/draft", data=form)
    assert db.session.scalar(select(func.count()).select_from(Notice)) == made


def test_the_list_of_lights_offers_to_write(cast: Cast, client: Client) -> None:
    plan = make_overdue(cast)
    assert 'action="/notices/draft"' in client("officer").get("/lights?view=list").get_data(as_text=True)
    assert 'action="/notices/draft"' not in client("liaison").get("/lights").get_data(as_text=True)
    answer = client("officer").post("/notices/draft", data={"ids": [assignment_of(plan)]})
    assert answer.location.startswith("/notices/")


def test_what_was_typed_survives_a_mistake(cast: Cast, client: Client) -> None:
    notice = make_free(cast)
    item = notice.items[0].id
    form = {
        "title": "改过的标题", "opening": "导语。", "closing": "", "reply_by": "2026-01-20",
        f"item-{item}-subject": "改过的事项", f"item-{item}-facts": "事实。", f"item-{item}-demand": "要求。",
    }  # fmt: skip
    page = client("officer").post(f"/notices/{notice.id}", data=form).get_data(as_text=True)
    assert "回复期限应晚于今天" in page
    assert "改过的事项" in page
    assert "改过的标题" in page
    assert client("officer").post(f"/notices/{notice.id}", data={**form, "reply_by": "2026-02-20"}).status_code == 302
    assert db.session.get_one(Notice, notice.id).items[0].subject == "改过的事项"


def test_the_unit_answers_with_a_file_that_nobody_else_opens(cast: Cast, client: Client) -> None:
    number = make_issued(cast).id
    assert client("other_liaison").post(f"/notices/{number}/reply", data={"text": "x"}).status_code == 404
    assert client("officer").post(f"/notices/{number}/reply", data={"text": "x"}).status_code == 403
    form = {"text": "方案已印发。", "evidence": (BytesIO(b"%PDF-1.4 plan"), "方案.pdf")}
    assert client("liaison").post(f"/notices/{number}/reply", data=form).status_code == 302
    evidence = db.session.scalars(select(NoticeEvidence)).one()
    path = f"/notices/evidence/{evidence.id}"
    assert client("officer").get(path).data == b"%PDF-1.4 plan"
    assert client("other_liaison").get(path).status_code == 404
    again = client("liaison").post(f"/notices/{number}/reply", data={"text": "再答一次"}).get_data(as_text=True)
    assert "现在是“待核验”，不能回复" in again
    assert "再答一次" in again
    assert len(db.session.get_one(Notice, number).replies) == 1


def test_a_file_of_a_wrong_kind_is_named_and_the_words_stay(cast: Cast, client: Client) -> None:
    number = make_issued(cast).id
    form = {"text": "方案已印发。", "evidence": (BytesIO(b"MZ\x00\x01"), "程序.exe")}
    page = client("liaison").post(f"/notices/{number}/reply", data=form).get_data(as_text=True)
    assert "程序.exe：不支持这种文件" in page
    assert "方案已印发。" in page
    assert db.session.get_one(Notice, number).state is NoticeState.ISSUED


def test_the_office_sends_back_and_another_closes(cast: Cast, client: Client) -> None:
    notice = make_replied(cast, on=DAY)
    number, item = notice.id, notice.items[0].id
    assert client("officer").post(f"/notices/{number}/verify", data={"decision": "close"}).status_code == 403
    signer = client("head").post(f"/notices/{number}/verify", data={"decision": "close", "closed": [item]})
    assert "函件由您本人签发，销号请由其他同志办理" in signer.get_data(as_text=True)
    assert client("chair").post(f"/notices/{number}/verify", data={"decision": "close"}).status_code == 403
    refused = (
        client("second_officer").post(f"/notices/{number}/verify", data={"decision": "close"}).get_data(as_text=True)
    )
    assert "还有1项没有勾选销号" in refused
    form = {"decision": "send_back", "opinion": "请补充文号。", "reply_by": "2026-02-13"}
    assert client("head").post(f"/notices/{number}/verify", data=form).status_code == 302
    assert "请补充文号。" in client("liaison").get(f"/notices/{number}").get_data(as_text=True)
    client("leader").post(f"/notices/{number}/reply", data={"text": "文号已补充。"})
    form = {"decision": "close", "closed": [item]}
    assert client("second_officer").post(f"/notices/{number}/verify", data=form).status_code == 302
    again = client("second_officer").post(f"/notices/{number}/verify", data=form).get_data(as_text=True)
    assert "不能办结销号" in again
    assert "已销号" in client("leader").get(f"/notices/{number}").get_data(as_text=True)


def test_the_register_exports_what_is_filtered(cast: Cast, client: Client) -> None:
    issue(cast, make_free(cast))
    issue(cast, make_free(cast, "市妇联", NoticeKind.SUPERVISE))
    answer = client("officer").get("/notices/export?kind=supervise")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    assert sheet is not None
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any("文种：督办函" in text for text in texts)
    assert "市妇联" in texts
    assert "市教育局" not in texts


def test_a_unit_exports_its_own_only(cast: Cast, client: Client) -> None:
    issue(cast, make_free(cast))
    issue(cast, make_free(cast, "市妇联"))
    sheet = openpyxl.load_workbook(BytesIO(client("liaison").get("/notices/export").data)).active
    assert sheet is not None
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "市教育局" in texts
    assert "市妇联" not in texts


def test_the_filter_for_lateness_finds_what_is_late_and_what_was(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    was_late = make_replied(cast, on=LATE)
    actions.close_notice(cast.actor("second_officer", on=LATE), was_late, [one.id for one in was_late.items])
    is_late = issue(cast, make_free(cast, "市妇联"))
    numbers = was_late.number, is_late.number
    in_time = issue(cast, make_free(cast, "市民政局"), on=DAY).number
    reply_in_time = db.session.scalars(select(Notice).where(Notice.number == in_time)).one()
    actions.withdraw_notice(cast.actor("head", on=DAY), reply_in_time, "内容有误。")
    monkeypatch.setenv("TRACKER_CLOCK", f"{date(2026, 3, 2)}T10:00:00+08:00")
    page = client("officer").get("/notices?late=1").get_data(as_text=True)
    assert all(str(number) in page for number in numbers)
    assert str(in_time) not in page


def test_the_code_on_the_paper_leads_to_the_letter(cast: Cast, client: Client) -> None:
    digest = make_issued(cast).hash
    assert "校验码与存档一致" in client("liaison").get(f"/verify/{digest}").get_data(as_text=True)
    page = client("stranger").get(f"/verify/{digest}").get_data(as_text=True)
    assert "校验码与存档一致" in page
    assert "/notices/" not in page


@pytest.mark.parametrize("path", ["/notices", "/notices/export", "/notices/propose", "/"])
def test_a_page_asks_as_often_for_one_row_as_for_fifty(cast: Cast, client: Client, path: str) -> None:
    make_overdue(cast)
    issue_with_any_paper(cast, make_free(cast))
    officer = client("officer")
    officer.get(path)
    with counted() as once:
        officer.get(path)
    for _ in range(12):
        issue_with_any_paper(cast, make_free(cast, "市妇联"))
    with counted() as often:
        officer.get(path)
    assert len(often) == len(once)


def test_a_notice_with_a_character_that_no_face_has_is_not_signed(cast: Cast, client: Client) -> None:
    notice = make_free(cast)
    number = notice.id
    actions.edit_notice(
        cast.actor("officer", on=DAY), notice, seen_version=notice.version, reply_by=notice.reply_by, items=[],
        title=notice.title, opening="请\U0002a6a5同志办理。", closing=notice.closing,
    )  # fmt: skip
    page = client("head").post(f"/notices/{number}/sign").get_data(as_text=True)
    assert "没有可用字形" in page
    notice = db.session.get_one(Notice, number)
    assert (notice.state, notice.number) == (NoticeState.DRAFT, None)
