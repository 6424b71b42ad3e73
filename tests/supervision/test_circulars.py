"""A circular from figures to the files that are served for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import func, select

from tests.cast import Cast
from tests.makers.reports import make_open_round, make_submitted_report, report_of
from tracker.core import files
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError
from tracker.documents import docx, pdf
from tracker.messages.models import Message
from tracker.reports import actions as reports
from tracker.supervision import actions, documents
from tracker.supervision.models import Circular, CircularState
from tracker.supervision.queries.figures import percentages, shares
from tracker.supervision.views import verifying

DAY = date(2026, 1, 21)


def make_circular(cast: Cast, on: date = DAY) -> Circular:
    """市教育局 on time, 市卫生健康委 late by two working days, 市妇联 missing."""
    round_ = make_open_round(cast)
    make_submitted_report(cast, round_, cast.unit("市教育局"))
    make_submitted_report(cast, round_, cast.unit("市卫生健康委"), on=date(2026, 1, 19))
    return actions.draft_circular(cast.actor("officer", on=on), round_, cut_off_on=on)


def make_issued(cast: Cast) -> Circular:
    circular = make_circular(cast)
    actions.sign(cast.actor("head", on=DAY), circular)
    document = documents.circular_document(circular, issued_on=DAY)
    made = files.put_bytes(pdf.render(document).content), files.put_bytes(docx.render(document))
    actions.issue(
        cast.actor("officer", on=DAY), circular, pdf=made[0], docx=made[1], signed_hash=circular.hash or ""
    )  # fmt: skip
    return circular


def test_figures_count_reports_and_assignments_apart(cast: Cast) -> None:
    figures = make_circular(cast).figures
    assert figures["reports"] == {
        "expected": 3, "on_time": 1, "late": 1, "missing": 1, "pending": 0, "exempt": 0, "returned": 0,
    }  # fmt: skip
    by_name = {line["name"]: line for line in figures["units"]}
    assert by_name["市卫生健康委"]["report_words"] == "迟报2个工作日"
    assert by_name["市妇联"]["report_words"] == "未报送"
    assert by_name["市妇联"]["total"] == 0
    assert figures["assignments"]["total"] == sum(line["total"] for line in figures["units"])


def test_the_proposed_text_says_the_figures(cast: Cast) -> None:
    circular = make_circular(cast)
    assert "应报送单位3个，按时报送1个，迟报1个，逾期未报送1个" in circular.overall
    assert "市妇联逾期未报送年度报告。" in circular.problems
    assert "市教育局按时报送年度报告" in circular.good


def test_an_exempted_unit_is_not_expected(cast: Cast) -> None:
    round_ = make_open_round(cast)
    reports.exempt(cast.actor("officer", on=DAY), report_of(round_, cast.unit("市妇联")), "免报。")
    circular = actions.draft_circular(cast.actor("officer", on=DAY), round_, cut_off_on=DAY)
    assert circular.figures["reports"]["expected"] == 2
    assert circular.figures["reports"]["exempt"] == 1


def test_the_cut_off_lies_between_the_opening_and_today(cast: Cast) -> None:
    round_ = make_open_round(cast)
    for wrong in (date(2025, 11, 1), date(2026, 3, 1)):
        with pytest.raises(RuleError, match="截止日期"):
            actions.draft_circular(cast.actor("officer", on=DAY), round_, cut_off_on=wrong)


def test_a_later_extension_does_not_change_what_was_counted(cast: Cast) -> None:
    circular = make_circular(cast)
    before = dict(circular.figures)
    reports.extend(
        cast.actor("officer", on=DAY), report_of(circular.round, cast.unit("市妇联")), date(2026, 2, 5), "同意"
    )
    assert db.session.get_one(Circular, circular.id).figures == before


def test_numbers_have_no_gap_and_no_double(cast: Cast) -> None:
    round_ = make_open_round(cast)
    numbers = []
    for _ in range(3):
        circular = actions.draft_circular(cast.actor("officer", on=DAY), round_, cut_off_on=DAY)
        actions.sign(cast.actor("head", on=DAY), circular)
        numbers.append(circular.number)
    assert numbers == [f"云妇儿工委〔2026〕{n}号" for n in (1, 2, 3)]


def test_a_recalled_circular_keeps_its_number(cast: Cast) -> None:
    circular = make_circular(cast)
    actions.sign(cast.actor("head", on=DAY), circular)
    number = circular.number
    actions.recall(cast.actor("head", on=DAY), circular, "文字再核对。")
    assert circular.hash is None
    with pytest.raises(RuleError, match="不能删除"):
        actions.drop_circular(cast.actor("officer", on=DAY), circular)
    actions.sign(cast.actor("head", on=DAY), circular)
    assert circular.number == number


def test_a_circular_without_its_parts_is_not_signed(cast: Cast) -> None:
    circular = make_circular(cast)
    actions.edit_circular(cast.actor("officer", on=DAY), circular, demands="")
    with pytest.raises(RuleError, match="下步要求"):
        actions.sign(cast.actor("head", on=DAY), circular)


def test_a_stale_page_overwrites_nothing(cast: Cast) -> None:
    circular = make_circular(cast)
    seen = circular.version
    actions.edit_circular(cast.actor("officer", on=DAY), circular, seen_version=seen, opening="第一稿。")
    with pytest.raises(Conflict) as caught:
        actions.edit_circular(cast.actor("second_officer", on=DAY), circular, seen_version=seen, opening="第二稿。")
    assert caught.value.mine == {"opening": "第二稿。"}
    assert caught.value.theirs == {"opening": "第一稿。"}


def test_issuing_stores_the_files_and_tells_everybody_once(cast: Cast) -> None:
    circular = make_issued(cast)
    assert circular.state is CircularState.ISSUED
    assert circular.pdf is not None
    assert files.read(circular.pdf).startswith(b"%PDF-")
    told = select(func.count()).select_from(Message).where(Message.kind == "circular.issued")
    # two liaisons, two leaders, two officers, the head, the chair
    assert db.session.scalar(told) == 8


def test_a_circular_that_changed_while_its_files_were_made_is_not_issued(cast: Cast) -> None:
    circular = make_circular(cast)
    actions.sign(cast.actor("head", on=DAY), circular)
    old = circular.hash or ""
    actions.recall(cast.actor("head", on=DAY), circular, "文字再核对。")
    actions.edit_circular(cast.actor("officer", on=DAY), circular, opening="改过的导语。")
    actions.sign(cast.actor("head", on=DAY), circular)
    blob = files.put_bytes(b"%PDF-1.4 old")
    with pytest.raises(Conflict):
        actions.issue(cast.actor("officer", on=DAY), circular, pdf=blob, docx=blob, signed_hash=old)


def test_the_printed_paper_says_what_was_signed(cast: Cast) -> None:
    circular = make_issued(cast)
    assert circular.pdf is not None
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(files.read(circular.pdf))).pages)
    text = "".join(text.split())
    for words in (
        "云妇儿工委〔2026〕1号",
        "应报送单位3个",
        "迟报2个工作日",
        "各单位报送和任务进展情况表",
        "2026年1月21日",
    ):
        assert words in text


def test_the_same_signed_content_gives_the_same_bytes(cast: Cast) -> None:
    circular = make_issued(cast)
    assert circular.pdf is not None
    again = pdf.render(documents.circular_document(circular)).content
    assert hashlib.sha256(again).hexdigest() == circular.pdf.sha256


def test_a_unit_reads_what_was_issued_and_nothing_before(cast: Cast, client: Callable[[str], FlaskClient]) -> None:
    circular = make_circular(cast)
    number = circular.id
    assert client("liaison").get(f"/circulars/{number}").status_code == 404
    assert client("liaison").get(f"/circulars/{number}/preview.pdf").status_code == 404
    actions.sign(cast.actor("head", on=DAY), db.session.get_one(Circular, number))
    assert client("officer").post(f"/circulars/{number}/issue").status_code == 302
    assert client("liaison").get(f"/circulars/{number}").status_code == 200
    served = client("liaison").get(f"/circulars/{number}/file.pdf")
    assert served.data.startswith(b"%PDF-")
    assert client("lower_officer").get(f"/circulars/{number}").status_code == 404


def test_only_the_head_or_the_chair_signs(cast: Cast, client: Callable[[str], FlaskClient]) -> None:
    number = make_circular(cast).id
    actions.submit_circular(cast.actor("officer", on=DAY), db.session.get_one(Circular, number))
    assert client("officer").post(f"/circulars/{number}/sign").status_code == 403
    assert client("chair").post(f"/circulars/{number}/sign").status_code == 302


def test_pressing_issue_twice_issues_once(cast: Cast, client: Callable[[str], FlaskClient]) -> None:
    number = make_circular(cast).id
    actions.sign(cast.actor("head", on=DAY), db.session.get_one(Circular, number))
    assert client("officer").post(f"/circulars/{number}/issue").status_code == 302
    assert client("officer").post(f"/circulars/{number}/issue").status_code == 403
    told = select(func.count()).select_from(Message).where(Message.kind == "circular.issued")
    assert db.session.scalar(told) == 8


def test_the_code_on_the_paper_tells_whoever_holds_it_whether_it_is_ours_and_nothing_else(
    cast: Cast, client: Callable[[str], FlaskClient]
) -> None:
    circular = make_issued(cast)
    number, digest = circular.number or "", circular.hash or ""
    signed = actions.draft_circular(cast.actor("officer", on=DAY), circular.round, cut_off_on=DAY)
    actions.sign(cast.actor("head", on=DAY), signed)
    stranger, not_issued = client("stranger"), signed.hash
    for asked in (f"/verify/{digest}", f"/verify?code={digest[:16].upper()}"):
        page = stranger.get(asked).get_data(as_text=True)
        assert "校验码与存档一致" in page
        assert number in page
        assert "/circulars" not in page
    for asked in ("abc", digest[:15], digest[:-1] + "%", not_issued, "x" * 64):
        assert "没有找到" in stranger.get(f"/verify/{asked}").get_data(as_text=True), asked


def test_asking_after_codes_without_end_is_refused(
    client: Callable[[str], FlaskClient], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], posts_per_minute=240))
    stranger = client("stranger")
    monkeypatch.setattr(verifying, "MOST_A_MINUTE", 1)  # of one person, of ten behind one address
    answers = [stranger.get("/verify/abc").status_code for _ in range(11)]
    assert answers[:3] == [200, 200, 200]
    assert answers[-1] == 429


@pytest.mark.parametrize(
    ("address", "printed"),
    [("https://gangmu.example", "https://gangmu.example/verify/"), ("http://127.0.0.1:8000", "号 sha256:")],
)
def test_the_code_names_the_page_where_the_site_has_an_address_of_its_own(
    cast: Cast, app: Flask, monkeypatch: pytest.MonkeyPatch, address: str, printed: str
) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], base_url=address))
    circular = make_issued(cast)
    qr = documents.circular_document(circular).qr
    assert qr is not None
    assert printed in qr.content
    assert circular.hash is not None
    assert circular.hash in qr.content


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=8))
def test_shares_add_up_to_a_hundred(counts: list[int]) -> None:
    parts = shares(counts)
    assert sum(parts) == (100 if sum(counts) else 0)
    assert all(abs(part - 100 * count / max(sum(counts), 1)) < 1 for part, count in zip(parts, counts, strict=True))


@pytest.mark.parametrize("who", ["sysadmin", "secadmin", "auditor"])
def test_who_only_keeps_the_system_or_its_records_sees_no_circular(
    cast: Cast, client: Callable[[str], FlaskClient], who: str
) -> None:
    number = make_issued(cast).id
    assert client(who).get(f"/circulars/{number}").status_code == 404
    assert client(who).get(f"/circulars/{number}/file.pdf").status_code == 404
    assert client("liaison").get(f"/circulars/{number}").status_code == 200


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=6))
def test_no_percentage_differs_from_a_readers_own_reckoning(counts: list[int]) -> None:
    total = max(sum(counts), 1)
    for said, count in zip(percentages(counts), counts, strict=True):
        assert abs(float(said[:-1]) - 100 * count / total) < (0.1 if "." in said else 0.51)


def test_five_of_a_hundred_and_forty_are_said_with_a_decimal() -> None:
    assert percentages([5, 84, 11, 1, 39]) == ["3.6%", "60.0%", "7.9%", "0.7%", "27.8%"]
    assert percentages([3, 1]) == ["75%", "25%"]
