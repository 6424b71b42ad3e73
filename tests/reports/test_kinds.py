"""Half a year and special questions: the same machinery, asking less."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.cast import Cast
from tests.makers.reports import make_open_round, make_scan, make_submitted_report, report_of
from tests.makers.rounds import ASKED_ON, answer, make_half_year_round, make_special_round, special_facts
from tracker.committees import actions as committees
from tracker.committees.models import ReformKind
from tracker.core.db import db
from tracker.core.errors import RuleError, RuleErrors
from tracker.messages.models import Message
from tracker.reminders.models import Watch
from tracker.reports import actions
from tracker.reports.actions import Edit, QuestionFacts
from tracker.reports.models import EntryState, QuestionKind, Report, ReportState, Round, SectionKind, SignOff
from tracker.reports.queries import burden, rounds
from tracker.reports.queries import reports as queries
from tracker.reports.queries.collected import collected, sums
from tracker.reports.queries.reports import latest_version

Client = Callable[[str], FlaskClient]
NEXT_DAY = date(2026, 3, 3)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-03-03T10:00:00")


def test_half_a_year_is_sent_with_states_alone(cast: Cast) -> None:
    report = report_of(make_half_year_round(cast), cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=date(2025, 6, 20))
    assert not report.goal_statements
    assert {one.kind for one in report.sections} == {
        SectionKind.PROBLEMS, SectionKind.CONTACT, SectionKind.UNCHANGED,
    }  # fmt: skip
    for piece in list(report.area_texts):
        actions.fill_states(liaison, report, piece.area_id, EntryState.ON_SCHEDULE)
    actions.send_for_sign_off(liaison, report)
    actions.sign_off(cast.actor("leader", on=date(2025, 6, 20)), report)
    assert report.state is ReportState.SUBMITTED


def test_half_a_year_asks_for_words_only_where_something_is_slow(cast: Cast) -> None:
    report = report_of(make_half_year_round(cast), cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=date(2025, 6, 20))
    for piece in list(report.area_texts):
        actions.fill_states(liaison, report, piece.area_id, EntryState.ON_SCHEDULE)
    row = next(entry for entry in report.entries if entry.is_required())
    actions.save_entry(liaison, report, row, EntryState.SLOW)
    with pytest.raises(RuleErrors) as caught:
        actions.send_for_sign_off(liaison, report)
    assert len(caught.value.sentences) == 1
    assert "请用一句话说明原因" in caught.value.sentences[0]


def test_a_special_round_asks_the_chosen_units_and_tells_and_watches_as_any_other(cast: Cast) -> None:
    round_ = make_special_round(cast)
    reports = rounds.reports_of(round_)
    assert [one.unit.short_name for one in reports] == ["市教育局", "市卫生健康委"]
    assert all(len(one.question_answers) == 4 for one in reports)
    told = db.session.scalar(select(func.count()).where(Message.kind == "report.opened"))
    watched = db.session.scalars(select(Watch.due_on).where(Watch.settled_at.is_(None))).all()
    assert told == 4
    assert set(watched) == {date(2026, 3, 5)}


def test_answers_are_sent_without_a_signature_where_none_is_asked_and_silence_the_deadline(cast: Cast) -> None:
    round_ = make_special_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=NEXT_DAY)
    answer(liaison, report, figure="１，２３４")
    actions.submit_unsigned(liaison, report)
    version = latest_version(report.id)
    assert version is not None
    assert (version.sign_off, version.signed_by) == (SignOff.NONE, liaison.user.name)
    assert [one["text"] for one in version.content["questions"]][:3] == ["有", "1234", "师资不足。"]
    open_watches = db.session.scalars(select(Watch.subject_id).where(Watch.settled_at.is_(None))).all()
    assert open_watches == [report_of(round_, cast.unit("市卫生健康委")).id]


def test_what_must_be_answered_is_named_and_a_wrong_figure_or_choice_is_refused_at_its_place(cast: Cast) -> None:
    report = report_of(make_special_round(cast), cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=NEXT_DAY)
    answers = {one.question.text: one for one in report.question_answers}
    for text, value, said in (
        ("在园幼儿", "三百", "请填写数字"),
        ("在园幼儿", "1e999999", "请填写数字"),
        ("有无专人负责", "也许", "请从列出的选项中选择"),
    ):
        with pytest.raises(RuleError, match=said):
            actions.save_piece(liaison, report, Edit(f"question:{answers[text].id}", {"text": value}))
    actions.save_piece(liaison, report, Edit(f"question:{answers['存在的问题'].id}", {"text": "师资不足。"}))
    with pytest.raises(RuleErrors) as caught:
        actions.submit_unsigned(liaison, report)
    assert len(caught.value.sentences) == 2


def test_a_special_round_may_ask_for_the_leaders_signature(cast: Cast) -> None:
    report = report_of(make_special_round(cast, needs_sign_off=True), cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=NEXT_DAY)
    answer(liaison, report)
    with pytest.raises(RuleError, match="需要单位领导审签"):
        actions.submit_unsigned(liaison, report)
    actions.send_for_sign_off(liaison, report)
    actions.sign_off(cast.actor("leader", on=NEXT_DAY), report)
    assert report.state is ReportState.SUBMITTED


def test_the_answers_stand_in_one_table_with_the_figures_added_up_and_nothing_of_a_draft(cast: Cast) -> None:
    round_ = make_special_round(cast)
    first, second = rounds.reports_of(round_)
    answer(cast.actor("liaison", on=NEXT_DAY), first)
    actions.submit_unsigned(cast.actor("liaison", on=NEXT_DAY), first)
    answer(cast.actor("other_liaison", on=NEXT_DAY), second, figure="80.5")
    lines = collected(rounds.reports_of(round_))
    figure = round_.questions[1]
    assert [line.said(figure) for line in lines] == ["320", ""]
    actions.submit_unsigned(cast.actor("other_liaison", on=NEXT_DAY), second)
    lines = collected(rounds.reports_of(round_))
    assert sums(round_, lines)[figure.id] == "400.5"
    assert sums(round_, lines)[round_.questions[0].id] == "有2"


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("questions", {"questions": ()}),
        ("questions", {"questions": (QuestionFacts("有无", QuestionKind.CHOICE, ("有",)),)}),
        ("unit_ids", {"unit_ids": ()}),
    ],
)
def test_a_special_round_that_asks_nothing_or_nobody_is_refused(
    cast: Cast, field: str, change: dict[str, object]
) -> None:
    with pytest.raises(RuleError) as caught:
        actions.plan_round(cast.actor("officer", on=ASKED_ON), special_facts(cast, **change))
    assert caught.value.field == field


def test_further_units_are_asked_while_it_runs(cast: Cast) -> None:
    round_ = make_special_round(cast)
    officer = cast.actor("officer", on=NEXT_DAY)
    made = actions.ask_more_units(officer, round_, [cast.unit("市民政局"), cast.unit("市教育局")])
    assert [one.unit.short_name for one in made] == ["市民政局"]
    assert len(rounds.reports_of(round_)) == 3


def test_a_special_round_asked_by_mistake_is_called_off_and_what_was_sent_stays(cast: Cast) -> None:
    round_ = make_special_round(cast)
    sent, owed = rounds.reports_of(round_)
    answer(cast.actor("liaison", on=NEXT_DAY), sent)
    actions.submit_unsigned(cast.actor("liaison", on=NEXT_DAY), sent)
    officer = cast.actor("officer", on=NEXT_DAY)
    with pytest.raises(RuleError, match="请说明理由"):
        actions.call_off(officer, round_, " ")
    writer = cast.actor("other_liaison", on=NEXT_DAY)
    answer(writer, owed)
    with pytest.raises(RuleError, match="市卫生健康委的答复由您填写或审签"):
        actions.call_off(replace(officer, user=writer.user), round_, "口径有变")
    assert actions.call_off(officer, round_, "口径有变") == 1
    assert (sent.state, owed.state, round_.state.value) == (ReportState.SUBMITTED, ReportState.EXEMPTED, "closed")
    told = db.session.scalars(select(Message.body).where(Message.kind == "report.exempted")).all()
    assert all("托育情况撤回：口径有变" in body for body in told)
    assert db.session.scalar(select(func.count()).where(Watch.settled_at.is_(None), Watch.unit_id.is_not(None))) == 0
    assert (round_.standing.label, round_.called_off_reason) == ("已撤回", "口径有变")
    actions.reopen_round(officer, round_, "照常报送")
    assert (round_.standing.label, round_.called_off_reason) == ("报送中", "")


@pytest.mark.usefixtures("now")
def test_a_unit_is_taken_out_of_a_running_special_round_with_a_reason_and_hears_of_it(
    cast: Cast, client: Client
) -> None:
    round_ = make_special_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    answer(cast.actor("liaison", on=NEXT_DAY), report)
    browser = client("officer")
    assert f"/rounds/{round_.id}/missing" in browser.get(f"/rounds/{round_.id}/units").text
    assert f"/reports/{report.id}/exempt" in browser.get(f"/rounds/{round_.id}/missing").text
    browser.post(f"/reports/{report.id}/exempt", data={"reason": "不涉及托育"})
    db.session.expire_all()
    assert report.state is ReportState.EXEMPTED
    assert [one.text for one in report.question_answers if one.text], "what was written stays"
    told = db.session.scalars(select(Message.body).where(Message.kind == "report.exempted")).all()
    assert told
    assert all("不涉及托育" in body for body in told)
    mine = select(func.count()).where(Watch.settled_at.is_(None), Watch.unit_id == report.unit_id)
    assert db.session.scalar(mine) == 0, "no reminder is left"


def test_a_saved_special_round_waits_for_the_office_and_a_deadline_on_a_day_off_moves_before_it(cast: Cast) -> None:
    officer = cast.actor("officer", on=ASKED_ON)
    saturday = special_facts(cast, due_on=date(2026, 3, 7))
    round_ = actions.plan_round(officer, saturday)
    assert round_.due_on == round_.first_due_on == date(2026, 3, 6)
    assert rounds.due_to_open(date(2026, 3, 3)) == []


@pytest.mark.usefixtures("now")
def test_an_office_asks_in_one_form_and_a_liaison_answers_with_words_figure_and_file(
    cast: Cast, client: Client
) -> None:
    said = {
        "title": "托育情况", "due_on": "2026-03-05", "unit_ids": [cast.units["市教育局"]],
        "question-0-text": "有无专人负责", "question-0-kind": "choice", "question-0-more": "有、无",
        "question-0-need": "on",
        "question-2-text": "在园幼儿", "question-2-kind": "number", "question-2-more": "人", "question-2-need": "on",
        "question-3-text": "名册", "question-3-kind": "file",
    }  # fmt: skip
    page = client("officer").post("/rounds/new?kind=special", data=said)
    round_id = int(page.location.rpartition("/")[2])
    assert "将通知 1 个单位、2 人" in client("officer").get(page.location).text, "before it is opened, whom it reaches"
    client("officer").post(f"/rounds/{round_id}/open")
    report = report_of(db.session.get_one(Round, round_id), cast.unit("市教育局"))
    ids = [one.id for one in sorted(report.question_answers, key=lambda one: one.question.position)]
    data = {
        f"question:{ids[0]}:text": "有", f"question:{ids[1]}:text": "320",
        f"question:{ids[2]}:file": (BytesIO(b"%PDF-1.4\n%%EOF\n"), "名册.pdf"), "do": "send",
    }  # fmt: skip
    browser = client("liaison")
    browser.post(f"/reports/{report.id}", data=data, content_type="multipart/form-data")
    db.session.expire_all()
    assert db.session.get_one(Report, report.id).state is ReportState.SUBMITTED
    assert "名册.pdf" in browser.get(f"/reports/{report.id}").get_data(as_text=True)
    table = client("officer").get(f"/rounds/{round_id}/collected.xlsx").data
    cells = [cell.value for row in openpyxl.load_workbook(BytesIO(table))["汇总表"].iter_rows() for cell in row]
    assert {"云川市教育局", "有", 320, "名册.pdf", "合计"} <= set(cells)


@pytest.mark.usefixtures("now")
def test_the_other_unit_learns_nothing_of_a_file_that_answers(cast: Cast, client: Client) -> None:
    report = report_of(make_special_round(cast), cast.unit("市教育局"))
    given = next(one for one in report.question_answers if one.question.kind is QuestionKind.FILE)
    actions.attach_answer(cast.actor("liaison", on=NEXT_DAY), report, given, make_scan(), "名册.pdf")
    path = f"/reports/{report.id}/answers/{given.id}"
    assert client("liaison").get(path).status_code == 200
    assert client("officer").get(path).status_code == 403, "of a draft the office sees nothing"
    assert client("other_liaison").get(path).status_code == 404


def test_the_burden_counts_what_is_to_be_filled_and_what_may_be_quoted(cast: Cast) -> None:
    last = make_open_round(cast, 2024)
    make_submitted_report(cast, last, cast.unit("市教育局"))
    round_ = make_open_round(cast, 2025)
    reports = [report_of(round_, cast.unit(name)) for name in ("市教育局", "市卫生健康委")]
    listed = burden.burdens_of(reports)
    mine, other = (listed[one.id] for one in reports)
    assert (mine.rows, mine.texts, mine.quotable) == (6, 5, 5)
    assert other.quotable == 0
    for one in reports:
        whole = queries.whole(one.id)
        assert burden.burden_of(whole, queries.last_year(whole)) == listed[one.id], "the sheet says what the list says"
    assert burden.meter(round_, date(2025, 12, 1)).heaviest is not None
    assert "可引用上年内容5处" in mine.said()


def test_every_heir_of_a_split_unit_may_quote_what_it_wrote_and_answers_its_lines(cast: Cast) -> None:
    last = make_open_round(cast, 2024)
    make_submitted_report(cast, last, cast.unit("市教育局"))
    heirs = [cast.unit("市卫生健康委"), cast.unit("市妇联")]
    committees.reform_unit(
        cast.actor("officer", on=date(2025, 7, 1)), cast.unit("市教育局"), ReformKind.SPLIT,
        starts_on=date(2025, 7, 1), document="市委办〔2025〕8号", heirs=heirs,
    )  # fmt: skip
    round_ = make_open_round(cast, 2025)
    for one in [report_of(round_, heir) for heir in heirs]:
        whole = queries.whole(one.id)
        listed = burden.burdens_of([one])[one.id]
        assert listed == burden.burden_of(whole, queries.last_year(whole))
        assert listed.quotable > 0


def test_the_office_hears_how_many_units_have_something_else_due_that_week(cast: Cast) -> None:
    round_ = make_special_round(cast)
    assert rounds.units_due_in_week(cast.committee_id, date(2026, 3, 4)) == 2
    assert rounds.units_due_in_week(cast.committee_id, date(2026, 3, 4), without=round_.id) == 0
    assert rounds.units_due_in_week(cast.committee_id, date(2026, 3, 12)) == 0


def test_whoever_owes_is_chased_with_one_press_once_a_day(cast: Cast, client: Client, now: None) -> None:
    round_ = make_special_round(cast)
    first = rounds.reports_of(round_)[0]
    answer(cast.actor("liaison", on=NEXT_DAY), first)
    actions.submit_unsigned(cast.actor("liaison", on=NEXT_DAY), first)
    browser, path = client("officer"), f"/rounds/{round_.id}/chase"
    assert "市卫生健康委" in browser.get(path).get_data(as_text=True)
    browser.post(path)
    browser.post(path)
    rows = select(func.count()).where(Message.kind == "report.due.nudge")
    assert db.session.scalar(rows) == 1
    assert "今天已催" in browser.get(path).get_data(as_text=True)
