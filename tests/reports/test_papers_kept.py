"""Papers put together from reports while somebody writes in them: nothing lost, nothing contradicted without need."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.counting import counted
from tests.makers.reports import make_accepted_report, make_open_round
from tests.reports.pages import sheet_form
from tracker.reports import actions
from tracker.reports.models import Compilation, CompilationKind, Round
from tracker.reports.models.compilations import bare_length
from tracker.reports.queries import compilations

Client = Callable[[str], FlaskClient]
ON = date(2025, 12, 22)


@pytest.fixture
def round_(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Round:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-22T14:32")
    round_ = make_open_round(cast)
    make_accepted_report(cast, round_, cast.unit("市教育局"))
    return round_


@pytest.fixture
def paper(cast: Cast, round_: Round) -> Compilation:
    return actions.assemble(cast.actor("officer", on=ON), round_, CompilationKind.ANNUAL)


def test_what_nobody_touched_on_an_old_page_is_no_edit_and_overwrites_nothing(
    paper: Compilation, client: Client
) -> None:
    path = f"/compilations/{paper.id}"
    first, second = client("officer"), client("second_officer")
    old = sheet_form(first.get(path).text, "paper")
    mine, theirs = paper.passages[0].id, paper.passages[1].id
    fresh = sheet_form(second.get(path).text, "paper")
    second.post(path, data=fresh | {f"passage:{theirs}:text": "同事改过的一段。", "title": "新的标题"})
    answer = first.post(path, data=old | {f"passage:{mine}:text": "我改过的一段。"})
    assert answer.status_code == 302, "no conflict where two wrote at two places"
    now = {one.id: one.text for one in compilations.whole(paper.id).passages}
    assert (now[mine], now[theirs]) == ("我改过的一段。", "同事改过的一段。")
    assert compilations.whole(paper.id).title == "新的标题"
    again = first.post(path, data=old | {f"passage:{theirs}:text": "我也改这一段。"})
    assert again.status_code == 200
    assert "我也改这一段。" in again.text
    assert "同事改过的一段。" in again.text


def test_a_new_passage_is_added_by_any_button_and_stays_on_the_page_that_could_not_be_saved(
    paper: Compilation, client: Client
) -> None:
    path, officer = f"/compilations/{paper.id}", client("officer")
    first = paper.passages[0].id
    form = sheet_form(officer.get(path).text, "paper")
    refused = officer.post(path, data=form | {
        f"passage:{first}:text": "长" * 20_001, f"new:{first}": "另写的一段。", "title": "另起的标题",
    }).text  # fmt: skip
    assert "没有保存：一段请在20000字以内" in refused
    assert "另写的一段。</textarea>" in refused
    assert 'value="另起的标题"' in refused
    assert officer.post(path, data=form | {f"new:{first}": "另写的一段。", "do": "save"}).status_code == 302
    assert compilations.whole(paper.id).passages[1].text == "另写的一段。"
    refused = officer.post(path, data=form | {f"new:{first}": "长" * 20_001, "do": f"add:{first}"}).text
    assert "长" * 20_001 in refused


def test_a_passage_is_saved_while_it_is_written_and_the_second_writer_is_shown_the_first(
    paper: Compilation, client: Client
) -> None:
    path, one = f"/compilations/{paper.id}/autosave", paper.passages[1]
    said = {"record": f"passage:{one.id}", "field": "text", "version": one.version}
    first = client("officer").post(path, json=said | {"value": "第一人所写。"})
    assert first.json == {"version": said["version"] + 1, "saved_at": "14:32"}  # type: ignore[operator]
    second = client("second_officer").post(path, json=said | {"value": "第二人所写。"})
    assert second.status_code == 409
    assert second.json == {"version": said["version"] + 1, "value": "第一人所写。"}  # type: ignore[operator]
    out = client("officer").post(path, json=said | {"field": "out", "value": "1", "version": first.json["version"]})
    assert out.status_code == 200
    assert compilations.whole(paper.id).passages[1].is_left_out
    assert client("officer").post(path, json=said | {"record": "passage:0", "value": "无"}).status_code == 422


def test_a_paragraph_added_above_disturbs_nobody_who_writes_below(cast: Cast, paper: Compilation) -> None:
    below = paper.passages[2]
    seen = below.version
    actions.add_passage(cast.actor("officer", on=ON), paper, paper.passages[0], "新增一段。")
    edit = actions.PassageEdit(below.id, "继续写。", False, seen)
    assert actions.save_passage(cast.actor("second_officer", on=ON), paper, edit).text == "继续写。"
    whole = compilations.whole(paper.id)
    assert [one.position for one in whole.passages] == list(range(1, len(whole.passages) + 1))
    assert [one.text for one in whole.passages][1] == "新增一段。"


def test_the_length_counts_each_heading_once_and_no_blanks(paper: Compilation) -> None:
    chapters = {one.chapter for one in paper.kept}
    headings = {(one.chapter, one.heading) for one in paper.kept}
    texts = sum(bare_length(one.text) for one in paper.kept)
    assert paper.length == texts + sum(map(len, chapters)) + sum(len(heading) for _, heading in headings)


def test_the_list_of_papers_costs_the_same_with_one_and_with_many(
    cast: Cast, round_: Round, paper: Compilation, client: Client
) -> None:
    path, officer = f"/rounds/{round_.id}/compilations", client("officer")
    officer.get(path)
    with counted() as one:
        officer.get(path)
    for days in range(4):
        actions.assemble(cast.actor("officer", on=ON + timedelta(days)), round_, CompilationKind.SUMMARY)
    with counted() as five:
        assert officer.get(path).status_code == 200
    assert len(five) == len(one)


def test_a_paper_asked_for_twice_in_one_moment_is_one(paper: Compilation, cast: Cast) -> None:
    again = actions.assemble(cast.actor("officer", on=ON), paper.round, paper.kind)
    other = actions.assemble(cast.actor("head", on=ON), paper.round, paper.kind)
    assert (again.id == paper.id, other.id == paper.id) == (True, False)
