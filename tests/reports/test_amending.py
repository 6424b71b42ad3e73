"""A round that has opened and says something wrong is put right, and the units hear what changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.reports import make_open_round, report_of
from tests.makers.rounds import ASKED_ON, QUESTIONS, answer, make_special_round, special_facts
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Message
from tracker.reminders.models import Watch
from tracker.reports import actions
from tracker.reports.actions import QuestionFacts
from tracker.reports.actions.amending import standing
from tracker.reports.models import QuestionKind, Round
from tracker.reports.queries.rounds import reports_of

Client = Callable[[str], FlaskClient]
MORE = QuestionFacts("托位数", QuestionKind.NUMBER, measure="个")
NEXT_DAY = date(2026, 3, 3)


@pytest.fixture
def march(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-03-03T10:00:00")


def told() -> list[str]:
    return list(db.session.scalars(select(Message.body).where(Message.kind == "report.amended")))


def test_before_anybody_wrote_the_day_and_the_questions_are_mended_and_the_units_told(cast: Cast) -> None:
    round_ = make_special_round(cast)
    facts = special_facts(cast, due_on=date(2026, 3, 12), questions=(QUESTIONS[1], MORE))
    done = actions.amend_round(cast.actor("officer", on=ASKED_ON), round_, facts)
    assert (len(done.changes), done.told) == (5, 4)
    assert "截止日期由2026年3月5日改为2026年3月12日" in told()[0]
    assert "3月12日" in told()[0].splitlines()[-1]
    for report in reports_of(round_):
        assert [one.question.text for one in report.question_answers] == ["在园幼儿", "托位数"]
        assert (report.due_on, report.first_due_on) == (date(2026, 3, 12), date(2026, 3, 5))
    assert set(db.session.scalars(select(Watch.due_on).where(Watch.settled_at.is_(None)))) == {date(2026, 3, 12)}


def test_a_title_is_mended_in_silence_while_nobody_has_begun(cast: Cast) -> None:
    round_ = make_special_round(cast)
    done = actions.amend_round(cast.actor("officer", on=ASKED_ON), round_, special_facts(cast, title="托育服务情况"))
    assert done.changes == ["标题由“托育情况”改为“托育服务情况”"]
    assert told() == []
    assert set(db.session.scalars(select(Watch.title))) == {"报送托育服务情况"}
    assert not actions.amend_round(
        cast.actor("officer", on=ASKED_ON), round_, special_facts(cast, title="托育服务情况")
    ).changes


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"due_on": date(2026, 3, 12)}, "全体延期"),
        ({"needs_sign_off": True}, "审签要求"),
        ({"questions": (*QUESTIONS, MORE)}, "不能增加或删除"),
        ({"questions": (replace(QUESTIONS[0], options=("有",)), *QUESTIONS[1:])}, "至少两个选项|只能增加"),
        ({"questions": (replace(QUESTIONS[0], kind=QuestionKind.TEXT), *QUESTIONS[1:])}, "方式不能修改"),
    ],
)
def test_once_somebody_wrote_only_words_may_change(cast: Cast, change: dict[str, object], said: str) -> None:
    round_ = make_special_round(cast)
    first = reports_of(round_)[0]
    answer(cast.actor("liaison", on=NEXT_DAY), first)
    officer = cast.actor("officer", on=NEXT_DAY)
    with pytest.raises(RuleError, match=said):
        actions.amend_round(officer, round_, special_facts(cast, **change))
    words = (replace(QUESTIONS[0], text="有无专人负责托育", options=("有", "无", "兼职")), *QUESTIONS[1:])
    assert actions.amend_round(officer, round_, special_facts(cast, questions=words)).told == 4
    assert "第1项由“有无专人负责”改为“有无专人负责托育”" in told()[0]
    assert first.question_answers[0].text == "有"


def test_a_yearly_round_changes_its_words_and_nothing_else(cast: Cast, client: Client) -> None:
    round_ = make_open_round(cast, 2025)
    browser, path = client("officer"), f"/rounds/{round_.id}/amend"
    assert 'name="due_on"' not in browser.get(path).text
    browser.post(path, data={"title": "2025年度报告", "guidance": "请写明数据来源。"})
    db.session.expire_all()
    found = db.session.get_one(Round, round_.id)
    assert (found.title, found.guidance, len(told())) == ("2025年度报告", "请写明数据来源。", 0)
    assert report_of(found, cast.unit("市教育局")).due_on == found.due_on


def test_a_form_without_script_comes_back_with_more_lines_and_every_word(cast: Cast, client: Client) -> None:
    said = {"title": "托育情况", "question-5-text": "第六项", "unit_ids": [cast.units["市教育局"]], "do": "rows"}
    page = client("officer").post("/rounds/new?kind=special", data=said).text
    assert 'value="第六项"' in page
    assert page.count("项必填") == 6
    full = said | {f"question-{n}-text": f"问{n}" for n in range(6)}
    page = client("officer").post("/rounds/new?kind=special", data=full).text
    assert page.count("项必填") == 10
    assert f'value="{cast.units["市教育局"]}" checked' in page


@pytest.mark.usefixtures("march")
def test_a_line_emptied_after_somebody_wrote_is_refused_and_can_be_typed_again(cast: Cast, client: Client) -> None:
    round_ = make_special_round(cast)
    answer(cast.actor("liaison", on=NEXT_DAY), reports_of(round_)[0])
    kinds = {f"question-{n}-kind": one.kind.value for n, one in enumerate(QUESTIONS)}
    said = {f"question-{n}-text": one.text for n, one in enumerate(QUESTIONS[:3])} | kinds
    page = client("officer").post(f"/rounds/{round_.id}/amend", data={"title": "托育情况", **said}).text
    assert "不能增加或删除" in page
    assert page.count("项必填") == 4


@pytest.mark.usefixtures("march")
def test_a_day_typed_before_somebody_began_is_refused_and_not_called_a_day_off(cast: Cast, client: Client) -> None:
    round_ = make_special_round(cast)
    answer(cast.actor("liaison", on=NEXT_DAY), reports_of(round_)[0])
    said = {"title": "托育情况", "due_on": "2026-03-10", **typed()}
    page = client("officer").post(f"/rounds/{round_.id}/amend", data=said, follow_redirects=True).text
    assert "已有单位开始填报，截止日期请由主任办理全体延期" in page
    assert 'value="2026-03-10"' in page
    assert "休息日" not in page


@pytest.mark.usefixtures("march")
@pytest.mark.parametrize("make", [make_special_round, make_open_round])
def test_two_who_amend_what_they_saw_are_shown_both_texts(
    cast: Cast, client: Client, make: Callable[[Cast], Round]
) -> None:
    round_ = make(cast)
    number, title, day, seen = round_.id, round_.title, round_.due_on.isoformat(), standing(round_)
    said = {"title": title, "due_on": day, "seen": seen, **(typed() if round_.is_special else {})}
    path = f"/rounds/{number}/amend"
    assert client("officer").post(path, data=said | {"guidance": "先写的说明"}).status_code == 302
    page = client("second_officer").post(path, data=said | {"title": "后改的标题"}).text
    assert all(words in page for words in ("先写的说明", "后改的标题", "刚才有人修改过"))
    both = {"title": "后改的标题", "guidance": "先写的说明", "seen": standing(db.session.get_one(Round, number))}
    assert client("second_officer").post(path, data=said | both).status_code == 302


@pytest.mark.usefixtures("march")
def test_a_reason_that_is_refused_stands_where_it_was_typed(cast: Cast, client: Client) -> None:
    number, long = make_special_round(cast).id, "内容有误。" * 101
    page = client("officer").post(f"/rounds/{number}/call-off", data={"reason": long})
    assert page.status_code == 200
    assert "理由请在500字以内" in page.text
    assert long in page.text
    report = reports_of(db.session.get_one(Round, number))[0]
    actions.exempt(cast.actor("officer", on=NEXT_DAY), report, "不涉及")
    assert long in client("officer").post(f"/reports/{report.id}/unexempt", data={"reason": long}).text


def typed() -> dict[str, str]:
    """The questions as a form sends them when nobody touched them."""
    said = {}
    for n, one in enumerate(QUESTIONS):
        said |= {f"question-{n}-text": one.text, f"question-{n}-kind": one.kind.value}
        said[f"question-{n}-more"] = "、".join(one.options) or one.measure
        said |= {f"question-{n}-need": "1"} if one.is_required else {}
    return said
