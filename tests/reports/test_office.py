"""What the office has in hand: claims, substitutes, recognised days, exceptions; papers with sources; archives."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from urllib.parse import unquote

import docx
import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.reports import (
    make_accepted_report,
    make_open_round,
    make_scan,
    make_submitted_report,
    report_of,
    write_report,
)
from tracker import rooms
from tracker.accounts.models import User
from tracker.core import clock, works
from tracker.core.audit import AuditEntry
from tracker.core.calendar import WorkCalendar
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Message
from tracker.reports import actions, policy
from tracker.reports.actions import PassageEdit
from tracker.reports.models import Compilation, CompilationKind, Report, ReportState, Round, RoundState
from tracker.reports.queries import compilations
from tracker.reports.queries.compilations import Freshness
from tracker.reports.queries.grid import late_words
from tracker.reports.queries.reports import versions
from tracker.reports.queries.review import neighbours

Client = Callable[[str], FlaskClient]
ON = date(2025, 12, 22)


@pytest.fixture
def round_(cast: Cast) -> Round:
    return make_open_round(cast)


@pytest.fixture
def submitted(cast: Cast, round_: Round) -> Report:
    return make_submitted_report(cast, round_, cast.unit("市教育局"))


def user_of(cast: Cast, who: str) -> User:
    return db.session.get_one(User, cast.actor(who, on=ON).user_id)


# --- claims and substitutes -------------------------------------------------------------------------------------------


def test_who_loses_a_report_to_a_colleague_is_told(
    cast: Cast, submitted: Report, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = cast.actor("officer", on=ON), cast.actor("second_officer", on=ON)
    actions.claim(first, submitted)
    with pytest.raises(RuleError, match="正在审核这份报告"):
        actions.claim(second, submitted)
    actions.claim(second, submitted, take_over=True)
    told = db.session.scalars(select(Message.recipient_id).where(Message.kind == "report.taken_over")).all()
    assert told == [first.user_id]
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-22T15:00:00")
    said = {"place": "report:", "text": "接手以后才写完的意见"}
    page = client("officer").post(f"/reports/{submitted.id}/remarks", data=said).text
    assert "接手以后才写完的意见" in page, "what was written can be taken away"


def test_a_claim_nobody_works_on_stops_nobody_after_two_days(cast: Cast, submitted: Report) -> None:
    first, second = cast.actor("officer", on=ON), cast.actor("second_officer", on=ON)
    actions.claim(first, submitted)
    with pytest.raises(RuleError, match="正在审核"):
        actions.accept(second, submitted)
    later = replace(second, at=second.at + timedelta(days=2, minutes=1))
    actions.accept(later, submitted)
    assert submitted.state is ReportState.ACCEPTED


def test_a_named_substitute_alone_judges_and_never_somebody_who_wrote(cast: Cast, submitted: Report) -> None:
    head, officer, chair = (cast.actor(who, on=ON) for who in ("head", "officer", "chair"))
    with pytest.raises(RuleError, match="参与起草、填写或签批"):
        actions.name_substitute(head, submitted, user_of(cast, "liaison"), "回避")
    actions.name_substitute(head, submitted, user_of(cast, "chair"), "办公室设在本单位，按规定回避。")
    assert not policy.can_review(officer, submitted)
    with pytest.raises(RuleError, match="已指定"):
        actions.accept(officer, submitted)
    assert policy.can_review(chair, submitted)
    actions.accept(chair, submitted)
    assert submitted.state is ReportState.ACCEPTED


# --- days and locks ---------------------------------------------------------------------------------------------------


def test_a_recognised_day_is_counted_and_the_first_submission_stays_beside_it(cast: Cast, round_: Round) -> None:
    late = make_submitted_report(cast, round_, cast.unit("市教育局"), on=date(2026, 1, 20))
    head, first = cast.actor("head", on=date(2026, 1, 21)), late.first_submitted_at
    assert late.was_late()
    with pytest.raises(RuleError, match="不能晚于首次报送日期"):
        actions.recognise(head, late, date(2026, 1, 21), "已送达")
    actions.recognise(head, late, date(2026, 1, 15), "1月15日已通过机要交换送达。")
    assert not late.was_late()
    assert late.first_submitted_at == first
    assert "认定2026年1月15日报送，首次报送2026年1月20日" in late_words(late, date(2026, 1, 21), WorkCalendar())
    actions.recognise(head, late, None, "登记有误。")
    assert late.was_late()


def test_an_exception_opens_one_report_of_a_locked_round_until_its_day(cast: Cast, round_: Round) -> None:
    report = make_accepted_report(cast, round_, cast.unit("市教育局"))
    other = make_accepted_report(cast, round_, cast.unit("市卫生健康委"))
    day = date(2026, 2, 16)
    officer, head = cast.actor("officer", on=day), cast.actor("head", on=day)
    actions.close_round(officer, round_)
    actions.lock_round(officer, round_)
    with pytest.raises(RuleError, match="已锁定"):
        actions.send_for_correction(officer, report, "数据有误。")
    actions.except_from_lock(head, report, user_of(cast, "officer"), date(2026, 3, 20), "上级核查要求更正。")
    actions.send_for_correction(officer, report, "数据有误。", date(2026, 3, 1))
    assert report.is_writable(day)
    with pytest.raises(RuleError, match="已锁定"):
        actions.unaccept(officer, other, "一并更正。")
    with pytest.raises(RuleError, match="办结后才能结束例外"):
        actions.end_exception(head, report)
    assert not report.is_writable(date(2026, 3, 21)), "the lock holds again by itself"
    assert round_.state is RoundState.LOCKED


# --- papers with their sources ----------------------------------------------------------------------------------------


@pytest.fixture
def paper(cast: Cast, round_: Round) -> Compilation:
    make_accepted_report(cast, round_, cast.unit("市教育局"))
    return actions.assemble(cast.actor("officer", on=ON), round_, CompilationKind.ANNUAL)


def correct(cast: Cast, round_: Round) -> None:
    """The quoted report is corrected: its first area says something else now."""
    report = report_of(round_, cast.unit("市教育局"))
    officer, liaison, leader = (cast.actor(who, on=date(2025, 12, 23)) for who in ("officer", "liaison", "leader"))
    actions.send_for_correction(officer, report, "数据有误。")
    actions.save_area_text(liaison, report, report.area_texts[0].area_id, "更正后的情况。")
    actions.send_for_sign_off(liaison, report)
    actions.sign_off(leader, report)
    actions.accept(officer, report)


def test_each_paragraph_of_a_paper_has_its_source_and_stands_under_its_area(cast: Cast, paper: Compilation) -> None:
    quoted = [one for one in paper.passages if one.report is not None]
    assert {one.report.unit.short_name for one in quoted if one.report} == {"市教育局"}
    assert all(one.version_number == 1 and one.text == one.was for one in quoted)
    assert paper.passages[0].chapter == "总体情况"
    assert {one.heading for one in quoted if one.source.startswith("area:")} == {"妇女与健康", "妇女与教育"}
    assert paper.length > 0


def test_a_corrected_source_marks_what_quoted_it_and_the_new_words_are_taken_over_when_asked(
    cast: Cast, round_: Round, paper: Compilation
) -> None:
    correct(cast, round_)
    whole = compilations.whole(paper.id)
    found = compilations.standings(whole.passages)
    changed = [one for one in whole.passages if found.get(one.id) and found[one.id].freshness is Freshness.CHANGED]
    assert [found[one.id].now for one in changed] == ["更正后的情况。"]
    actions.renew(cast.actor("officer", on=ON), changed[0])
    assert (changed[0].text, changed[0].version_number) == ("更正后的情况。", 2)


def test_a_withdrawn_acceptance_marks_every_place_that_quoted_it(cast: Cast, round_: Round, paper: Compilation) -> None:
    actions.unaccept(cast.actor("officer", on=ON), report_of(round_, cast.unit("市教育局")), "发现漏项。")
    found = compilations.standings(compilations.whole(paper.id).passages)
    assert {one.freshness for one in found.values()} == {Freshness.WITHDRAWN}


def test_two_who_edit_one_paragraph_do_not_overwrite_each_other(cast: Cast, paper: Compilation) -> None:
    officer = cast.actor("officer", on=ON)
    passage = paper.passages[0]
    seen, words = passage.version, {"title": paper.title, "longest": paper.longest}
    assert actions.edit_compilation(officer, paper, edits=[PassageEdit(passage.id, "甲", False, seen)], **words) == []
    troubles = actions.edit_compilation(officer, paper, edits=[PassageEdit(passage.id, "乙", False, seen)], **words)
    assert len(troubles) == 1
    assert passage.text == "甲"


def test_who_is_accepted_later_is_added_under_the_same_headings(cast: Cast, round_: Round, paper: Compilation) -> None:
    make_accepted_report(cast, round_, cast.unit("市卫生健康委"))
    before = len(paper.passages)
    assert actions.top_up(cast.actor("officer", on=ON), paper) == 1
    assert len(paper.passages) > before
    assert paper.passages[0].text.startswith("共有2个单位报告"), "what was counted is counted again"
    heads = [(one.chapter, one.heading) for one in paper.passages]
    assert len(set(heads)) == sum(heads[n] != heads[n - 1] for n in range(len(heads))), "no heading comes twice"
    assert actions.top_up(cast.actor("officer", on=ON), paper) == 0


def test_the_paper_goes_out_clean_or_with_its_sources(cast: Cast, paper: Compilation, client: Client) -> None:
    browser = client("officer")
    clean, noted = (
        "".join(one.text for one in docx.Document(BytesIO(browser.get(path).data)).paragraphs)
        for path in (f"/compilations/{paper.id}/paper.docx", f"/compilations/{paper.id}/paper.docx?sources=1")
    )
    assert "（市教育局）" not in clean
    assert "（市教育局）" in noted


# --- lists and the archive --------------------------------------------------------------------------------------------


def test_every_goal_stands_in_the_table_also_where_nobody_spoke(cast: Cast, submitted: Report, client: Client) -> None:
    content = client("officer").get(f"/rounds/{submitted.round_id}/goals.xlsx").data
    rows = list(openpyxl.load_workbook(BytesIO(content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert sum("没有单位填报" in row for row in rows) == 4


def test_a_year_is_put_away_with_every_version_file_and_entry_under_checksums(
    cast: Cast, round_: Round, client: Client
) -> None:
    report, liaison = report_of(round_, cast.unit("市教育局")), cast.actor("liaison", on=ON)
    write_report(liaison, report)
    actions.attach(liaison, report, make_scan(), "名册:第一批（完成50%）.pdf")
    wish = actions.add_request(liaison, report, "请协调场地。")
    actions.send_for_sign_off(liaison, report)
    actions.sign_off(cast.actor("leader", on=ON), report)
    actions.answer_request(cast.actor("officer", on=ON), wish, "已协调。")
    actions.accept(cast.actor("officer", on=ON), report)
    correct(cast, round_)
    browser = client("officer")
    page = browser.post(f"/rounds/{round_.id}/archive").location
    assert works.perform_next(rooms.WORKS, clock.now())
    archive = zipfile.ZipFile(io.BytesIO(browser.get(f"{page}/file").data))
    names = set(archive.namelist())
    folder = next(name.split("/")[1] for name in names if name.startswith("报告/"))
    assert {f"报告/{folder}/第{n}次报送.{kind}" for n in (1, 2) for kind in ("json", "docx")} <= names
    assert {
        f"附件/{folder}/名册_第一批（完成50%）.pdf",
        "目录.xlsx",
        "目录.html",
        "操作记录.csv",
        "SHA256SUMS",
    } <= names
    links = [unquote(one) for one in re.findall("<a href='([^']+)'", archive.read("目录.html").decode())]
    assert set(links) <= names, "every line of the index leads to its file"
    assert f"附件/{folder}/名册_第一批（完成50%）.pdf" in links
    sums = dict(reversed(line.split("  ", 1)) for line in archive.read("SHA256SUMS").decode().splitlines())
    assert set(sums) == names - {"SHA256SUMS"}
    assert all(hashlib.sha256(archive.read(name)).hexdigest() == digest for name, digest in sums.items())
    sealed = {one.number: one.hash for one in versions(report.id)}
    for number in (1, 2):
        kept = archive.read(f"报告/{folder}/第{number}次报送.json")
        assert hashlib.sha256(kept).hexdigest() == sealed[number], "whoever has the file can reckon the hash again"
    index = openpyxl.load_workbook(BytesIO(archive.read("目录.xlsx")))
    assert {"报告", "报送版本", "附件", "审核意见", "延期", "免报申请", "提请协调事项", "主要目标"} <= set(
        index.sheetnames
    )
    assert any("已协调。" in row for row in index["提请协调事项"].iter_rows(values_only=True))
    history = archive.read("操作记录.csv").decode("utf-8-sig")
    assert "退回修改" in history
    assert "继续抓好各项任务落实" not in history, "what a unit writes stands in its versions, not in the trail"


def test_reading_a_file_of_a_report_leaves_an_entry(cast: Cast, round_: Round, client: Client) -> None:
    report, liaison = report_of(round_, cast.unit("市教育局")), cast.actor("liaison", on=ON)
    evidence = actions.attach(liaison, report, make_scan(), "名册.pdf")
    client("liaison").get(f"/evidence/{evidence.id}")
    said = db.session.scalars(select(AuditEntry.sentence).where(AuditEntry.event == "export.make")).all()
    assert said == ["下载附件“名册.pdf”"]


def test_what_was_passed_over_or_others_must_judge_is_not_brought_up_again_at_once(
    cast: Cast, round_: Round, submitted: Report
) -> None:
    first, second = submitted, make_submitted_report(cast, round_, cast.unit("市卫生健康委"))
    officer = cast.actor("officer")
    assert neighbours(first, officer).following == second.id
    assert neighbours(second, officer).following == first.id, "behind the last one the oldest again"
    actions.name_substitute(cast.actor("head"), first, user_of(cast, "chair"), "回避")
    assert neighbours(second, officer).following is None
    assert neighbours(second, cast.actor("chair")).following == first.id
