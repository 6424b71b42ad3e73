"""The promises of a report that must hold, each as a test (product.md §4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.cast import Cast
from tests.makers.reports import (
    make_accepted_report,
    make_open_round,
    make_returned_report,
    make_submitted_report,
    report_of,
    write_report,
)
from tracker.accounts import actions as accounts
from tracker.accounts.models import Holding
from tracker.accounts.queries import actor_for
from tracker.core import calendar, clock
from tracker.core.access import Role
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError, RuleErrors
from tracker.messages.models import Message
from tracker.reminders.models import Watch
from tracker.reports import actions, policy
from tracker.reports.actions import Edit
from tracker.reports.actions.versions import digest
from tracker.reports.models import AreaText, Report, ReportState, SectionKind
from tracker.reports.queries import STILL_DUE
from tracker.reports.queries import reports as queries
from tracker.reports.queries.grid import late_words
from tracker.reports.queries.review import queue
from tracker.rooms import still_due


def watch_of(report: Report, kind: str) -> Watch | None:
    return db.session.scalar(select(Watch).where(Watch.kind == kind, Watch.subject_id == report.id))


# --- 1: on time is the first submission ------------------------------------------------------------------------------


def test_a_later_return_never_changes_whether_the_report_was_on_time(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_returned_report(cast, round_, cast.unit("市教育局"), on=date(2026, 1, 15))
    liaison = cast.actor("liaison", on=date(2026, 1, 26))
    actions.save_overview(liaison, report, {SectionKind.PROGRESS: "已补充数据来源。"})
    actions.send_for_sign_off(liaison, report)
    actions.sign_off(cast.actor("leader", on=date(2026, 1, 26)), report)
    assert report.first_submitted_on == date(2026, 1, 15)
    assert not report.was_late()


def test_a_submission_after_the_due_date_stays_late_in_working_days(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_accepted_report(cast, round_, cast.unit("市教育局"), on=date(2026, 1, 20))
    assert report.was_late()
    assert late_words(report, date(2026, 3, 1), calendar.current()) == "迟报3个工作日"


def test_the_unit_reads_of_its_lateness_what_the_office_reads(
    cast: Cast, client: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Due on a Friday and sent on the Saturday is one working day, not nought."""
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-19T10:00")
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    actions.extend(cast.actor("head", on=date(2026, 1, 14)), report, date(2026, 1, 16), "经电话同意")
    number = make_submitted_report(cast, round_, report.unit, on=date(2026, 1, 17)).id
    for path in (f"/reports/{number}", "/reports"):
        assert "迟报1个工作日" in client("liaison").get(path).text


def test_an_extension_given_afterwards_excuses_and_keeps_the_record_beside_the_original_date(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_submitted_report(cast, round_, cast.unit("市教育局"), on=date(2026, 1, 20))
    extension = actions.extend(cast.actor("head", on=date(2026, 1, 21)), report, date(2026, 1, 23), "经电话同意")
    assert extension.is_after_the_fact
    assert (report.first_due_on, report.due_on) == (date(2026, 1, 15), date(2026, 1, 23))
    assert not report.was_late()
    assert late_words(report, date(2026, 3, 1), calendar.current()) == "原期限后3个工作日报送，已延期"


@pytest.mark.parametrize(("signed", "late"), [("2026-01-15T23:59", False), ("2026-01-16T00:01", True)])
def test_the_day_of_the_submission_is_shanghais(cast: Cast, signed: str, late: bool) -> None:
    """A minute after midnight in Shanghai is still the day before in Greenwich, where the database keeps its time."""
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    write_report(cast.actor("liaison", on=date(2026, 1, 12)), report)
    actions.send_for_sign_off(cast.actor("liaison", on=date(2026, 1, 12)), report)
    at = datetime.fromisoformat(signed).replace(tzinfo=clock.SHANGHAI)
    actions.sign_off(cast.actor("leader", at=at), report)
    assert report.was_late() is late


def test_a_granted_extension_counts_and_a_refused_or_waiting_one_does_not(cast: Cast) -> None:
    round_ = make_open_round(cast)
    asked = {}
    for name, who in (("市教育局", "liaison"), ("市卫生健康委", "other_liaison")):
        report = report_of(round_, cast.unit(name))
        asked[name] = actions.request_extension(
            cast.actor(who, on=date(2026, 1, 13)), report, date(2026, 1, 21), "数据未出"
        )  # fmt: skip
    head = cast.actor("head", on=date(2026, 1, 14))
    actions.grant_extension(head, asked["市教育局"], date(2026, 1, 20))
    granted = make_submitted_report(cast, round_, cast.unit("市教育局"), on=date(2026, 1, 20))
    waiting = make_submitted_report(cast, round_, cast.unit("市卫生健康委"), on=date(2026, 1, 20))
    assert (granted.was_late(), waiting.was_late()) == (False, True)
    assert (granted.first_due_on, granted.due_on) == (date(2026, 1, 15), date(2026, 1, 20))


# --- 2: a returned report is not in limbo -----------------------------------------------------------------------------


def test_a_returned_report_is_chased_until_it_is_submitted_again_whatever_lies_between(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_returned_report(cast, round_, cast.unit("市教育局"))
    liaison, leader = cast.actor("liaison", on=date(2026, 1, 5)), cast.actor("leader", on=date(2026, 1, 5))
    actions.save_overview(liaison, report, {SectionKind.PROGRESS: "补充。"})
    actions.send_for_sign_off(liaison, report)
    assert report.awaits_rectification()
    actions.refuse_sign_off(leader, report, "再核一次")
    assert report.state is ReportState.RETURNED
    chased = watch_of(report, "report.rectify")
    assert chased is not None
    assert chased.settled_at is None
    actions.send_for_sign_off(liaison, report)
    actions.sign_off(leader, report)
    assert not report.awaits_rectification()
    assert db.session.get_one(Watch, chased.id).settled_at is not None


def test_a_second_submission_that_is_taken_back_is_chased_again(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_returned_report(cast, round_, cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=date(2026, 1, 5))
    actions.save_overview(liaison, report, {SectionKind.PROGRESS: "补充。"})
    actions.submit_on_paper(liaison, report, "赵强")
    actions.take_back(liaison, report)
    assert report.state is ReportState.RETURNED
    assert report.awaits_rectification()


# --- 3: a draft silences no alarm -------------------------------------------------------------------------------------


def test_a_draft_silences_nothing_and_a_submission_silences_at_once(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    message = db.session.scalars(
        select(Message).where(Message.kind == "report.opened", Message.subject_id == report.id)
    ).first()
    assert message is not None
    write_report(cast.actor("liaison", on=date(2025, 12, 20)), report)
    assert STILL_DUE["Report"](message)
    assert watch_of(report, "report.due").settled_at is None  # type: ignore[union-attr]
    actions.submit_on_paper(cast.actor("liaison", on=date(2025, 12, 20)), report, "赵强")
    assert not still_due(message)
    assert watch_of(report, "report.due").settled_at is not None  # type: ignore[union-attr]


def test_a_report_taken_back_counts_as_owed_again(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_submitted_report(cast, round_, cast.unit("市教育局"))
    actions.take_back(cast.actor("liaison", on=date(2025, 12, 22)), report)
    assert report.is_overdue(date(2026, 1, 16))
    assert watch_of(report, "report.due").settled_at is None  # type: ignore[union-attr]


def test_an_exemption_silences_at_once_and_taking_it_back_watches_again(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市妇联"))
    officer = cast.actor("officer", on=date(2025, 12, 10))
    actions.exempt(officer, report, "机构改革中")
    assert watch_of(report, "report.due").settled_at is not None  # type: ignore[union-attr]
    assert not report.is_overdue(date(2026, 2, 1))
    actions.unexempt(officer, report, "改革已完成")
    assert watch_of(report, "report.due").settled_at is None  # type: ignore[union-attr]


# --- 6: moving a deadline ---------------------------------------------------------------------------------------------


def test_moving_the_deadline_for_all_keeps_what_was_typed_moves_reminders_and_shows_the_old_date(
    cast: Cast, client: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    write_report(cast.actor("liaison", on=date(2025, 12, 20)), report)
    actions.extend_round(cast.actor("head", on=date(2026, 1, 12)), round_, date(2026, 1, 23), "数据尚未发布")
    assert queries.whole(report.id).section(SectionKind.PROGRESS) == "各项任务按年度安排推进。"
    assert watch_of(report, "report.due").due_on == date(2026, 1, 23)  # type: ignore[union-attr]
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-13T10:00")
    assert "原定1月15日" in client("liaison").get(f"/reports/{report.id}").text


# --- 7: next year's arrangements (a resubmission without change: test_sent_again.py) ----------------------------------


def test_a_report_without_next_years_arrangements_cannot_be_submitted_online_or_on_paper(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=date(2025, 12, 20))
    write_report(liaison, report)
    for line in list(report.arrangements):
        actions.remove_line(liaison, report, "arrangement", line.id)
    for act in (
        lambda: actions.send_for_sign_off(liaison, report),
        lambda: actions.submit_on_paper(liaison, report, "赵强"),
    ):
        with pytest.raises(RuleErrors) as caught:
            act()
        assert caught.value.sentences == ["下一年工作安排：下一年工作安排至少写一条。"]
    assert report.state is ReportState.DRAFT


def test_a_line_that_was_emptied_is_no_line(cast: Cast) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=date(2025, 12, 20))
    write_report(liaison, report)
    lines = [("arrangement", "text", report.arrangements[0].id)]
    lines.append(("request", "text", actions.add_request(liaison, report, "请协调编制。").id))
    lines.append(("paper", "name", actions.cite(liaison, report, "实施方案").id))
    for kind, name, number in lines:
        actions.save_piece(liaison, report, Edit(f"{kind}:{number}", {name: ""}))
    with pytest.raises(RuleErrors) as caught:
        actions.send_for_sign_off(liaison, report)
    assert caught.value.sentences == [
        f"{part}：第1条没有写内容，请填写或者删除。" for part in ("下一年工作安排", "提请协调事项", "佐证材料")
    ]


# --- 8: the office's own time -----------------------------------------------------------------------------------------


def test_the_office_owes_an_answer_and_the_unit_sees_since_when(
    cast: Cast, client: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = make_open_round(cast)
    report = make_submitted_report(cast, round_, cast.unit("市教育局"), on=date(2026, 1, 5))
    owed = watch_of(report, "review.waiting")
    assert owed is not None
    assert (owed.unit_id, owed.due_on) == (None, date(2026, 1, 19))
    assert queue(round_, date(2026, 1, 22), calendar.current())[0].waited == 13
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-22T10:00")
    page = client("liaison").get(f"/reports/{report.id}").text
    assert "已等待 13 个工作日" in page
    assert "超过 10 个工作日的审核时限" in page


# --- 11: another unit's report does not exist -------------------------------------------------------------------------


def test_another_units_report_its_papers_files_and_autosave_do_not_exist(
    cast: Cast, client: Callable[[str], FlaskClient]
) -> None:
    round_ = make_open_round(cast)
    report = make_submitted_report(cast, round_, cast.unit("市教育局"))
    base = f"/reports/{report.id}"
    for who in ("other_liaison", "other_leader", "upper_officer", "lower_officer", "sysadmin", "secadmin", "auditor"):
        stranger = client(who)
        for path in ("", "/review", "/report.docx", "/report.pdf", "/versions/1", "/paper", "/extension"):
            assert stranger.get(base + path).status_code == 404, (who, path)
        for path in ("", "/sign", "/recall", "/take-back", "/accept", "/claim", "/remarks"):
            assert stranger.post(base + path).status_code == 404, (who, path)
        saved = stranger.post(f"{base}/autosave", json={"record": "section:progress", "field": "text", "value": "x"})
        assert saved.status_code == 404


def test_the_office_sees_that_a_draft_exists_and_nothing_of_its_words(
    cast: Cast, client: Callable[[str], FlaskClient]
) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    write_report(cast.actor("liaison", on=date(2025, 12, 20)), report)
    for who in ("officer", "head", "chair"):
        page = client(who).get(f"/reports/{report.id}/review").text
        assert "填报中" in page
        assert "各项任务按年度安排推进" not in page
        assert client(who).get(f"/reports/{report.id}/report.docx").status_code == 403


def test_a_correction_in_progress_is_not_shown_to_the_office_only_what_was_submitted(
    cast: Cast, client: Callable[[str], FlaskClient]
) -> None:
    round_ = make_open_round(cast)
    report = make_returned_report(cast, round_, cast.unit("市教育局"))
    actions.save_overview(cast.actor("liaison", on=date(2026, 1, 5)), report, {SectionKind.PROGRESS: "还没想好。"})
    page = client("officer").get(f"/reports/{report.id}/review").text
    assert "各项任务按年度安排推进。" in page
    assert "还没想好" not in page


# --- 12: whatever was typed survives ----------------------------------------------------------------------------------


def test_the_second_of_two_colleagues_is_told_and_both_texts_are_kept(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    piece = db.session.scalars(select(AreaText).where(AreaText.report_id == report.id)).first()
    assert piece is not None
    record, seen = f"area:{piece.id}", piece.version
    first, second = cast.actor("liaison", on=date(2025, 12, 8)), cast.actor("leader", on=date(2025, 12, 8))
    actions.save_piece(first, report, Edit(record, {"text": "联络员写的"}, seen))
    with pytest.raises(Conflict) as caught:
        actions.save_piece(second, report, Edit(record, {"text": "领导写的"}, seen))
    assert list(caught.value.mine.values()) == ["领导写的"]
    assert list(caught.value.theirs.values()) == ["联络员写的"]


def test_two_colleagues_write_two_parts_of_the_overview_without_disturbing_each_other(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    seen = {one.kind: one.version for one in report.sections}
    for who, kind in (("liaison", SectionKind.PROGRESS), ("leader", SectionKind.PROBLEMS)):
        edit = Edit(f"section:{kind.value}", {"text": f"{who}的文字"}, seen[kind])
        actions.save_piece(cast.actor(who, on=date(2025, 12, 8)), report, edit)
    whole = queries.whole(report.id)
    assert whole.section(SectionKind.PROGRESS) == "liaison的文字"
    assert whole.section(SectionKind.PROBLEMS) == "leader的文字"


def test_autosave_leaves_one_entry_per_person_row_and_sitting(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    piece = next(iter(report.area_texts))
    for words in ("一", "一二", "一二三"):
        edit = Edit(f"area:{piece.id}", {"text": words})
        actions.save_piece(cast.actor("liaison", on=date(2025, 12, 8)), report, edit)
    entries = select(func.count()).where(
        AuditEntry.event == "report.write", AuditEntry.object_type == "AreaText", AuditEntry.object_id == piece.id
    )
    assert db.session.scalar(entries) == 1
    edit = Edit(f"area:{piece.id}", {"text": "次日再写"})
    actions.save_piece(cast.actor("liaison", on=date(2025, 12, 9)), report, edit)
    assert db.session.scalar(entries) == 2


# --- versions ---------------------------------------------------------------------------------------------------------


def test_every_versions_hash_verifies_and_a_changed_word_is_found(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_submitted_report(cast, round_, cast.unit("市教育局"))
    version = queries.versions(report.id)[0]
    assert version.hash == digest(version)
    version.content = version.content | {"contact": "改过"}
    assert version.hash != digest(version)


def test_nobody_accepts_a_report_they_wrote_or_signed(cast: Cast) -> None:
    """陈静 works in the office and is at the same time the liaison of 市妇联, which houses it."""
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市妇联"))
    user = db.session.get_one(Holding, cast.holdings["officer"]).user
    sysadmin = cast.actor("sysadmin", on=date(2025, 12, 1))
    post = accounts.create_post(sysadmin, committee=cast.committee, role=Role.LIAISON, unit=cast.unit("市妇联"))
    holding = accounts.appoint(sysadmin, post, user, starts_on=date(2025, 12, 1))
    at = datetime(2025, 12, 20, 10, tzinfo=clock.SHANGHAI)
    write_report(actor_for(holding, at), report)
    actions.submit_on_paper(actor_for(holding, at), report, "刘敏")

    officer, other = cast.actor("officer", on=date(2025, 12, 23)), cast.actor("second_officer", on=date(2025, 12, 23))
    assert not policy.can_review(officer, report)
    for act in (
        lambda: actions.claim(officer, report),
        lambda: actions.accept(officer, report),
        lambda: actions.return_report(officer, report, "理由"),
    ):
        with pytest.raises(RuleError, match="回避"):
            act()
    actions.accept(other, report)
    assert report.state is ReportState.ACCEPTED


def test_two_reviewers_do_not_collide(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_submitted_report(cast, round_, cast.unit("市教育局"))
    first, second = cast.actor("officer", on=date(2025, 12, 23)), cast.actor("second_officer", on=date(2025, 12, 23))
    actions.claim(first, report)
    with pytest.raises(RuleError, match="陈静正在审核这份报告"):
        actions.accept(second, report)
    with pytest.raises(RuleError, match="审核已经开始，不能撤回"):
        actions.take_back(cast.actor("liaison", on=date(2025, 12, 23)), report)
    actions.claim(second, report, take_over=True)
    actions.accept(second, report)
    assert report.state is ReportState.ACCEPTED


# --- 15: nothing personal, nothing classified -------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "/paper", "/word"])
def test_every_place_for_files_says_what_must_not_be_uploaded(
    cast: Cast, client: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-12T10:00")
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    actions.save_overview(cast.actor("liaison"), report, {SectionKind.PROGRESS: "按期推进。"})
    page = client("liaison").get(f"/reports/{report.id}{path}").text
    assert 'type="file"' in page
    assert "请勿上传涉密、工作秘密和含个人隐私的材料" in page


def test_a_line_never_takes_the_place_of_one_that_was_taken_away(cast: Cast) -> None:
    report, liaison = (
        report_of(make_open_round(cast), cast.unit("市教育局")),
        cast.actor("liaison", on=date(2025, 12, 20)),
    )
    gone = actions.add_arrangement(liaison, report, "新建驿站").id
    actions.remove_line(liaison, report, "arrangement", gone)
    assert actions.add_arrangement(liaison, report, "培训教师").id != gone
