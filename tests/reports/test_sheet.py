"""The sheet over HTTP: autosave's contract, stale pages, two people, bad input. Nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.reports import make_accepted_report, make_open_round, report_of, write_report
from tests.reports.pages import sheet_form
from tracker.reports import actions
from tracker.reports.models import Report, ReportState, Round, SectionKind
from tracker.reports.queries import reports as queries

Client = Callable[[str], FlaskClient]


@pytest.fixture
def round_(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Round:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:32")
    return make_open_round(cast)


@pytest.fixture
def report(cast: Cast, round_: Round) -> Report:
    return report_of(round_, cast.unit("市教育局"))


def save(client: FlaskClient, report_id: int, **said: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post(f"/reports/{report_id}/autosave", json=said, headers={"X-Background": "1"})
    return answer.status_code, answer.json or {}


def test_autosave_says_the_new_version_and_when_and_starts_the_report(report: Report, client: Client) -> None:
    number, version = report.id, report.sections[0].version
    status, said = save(
        client("liaison"), number, record="section:progress", field="text", value="开始填写。", version=version
    )
    assert (status, said) == (200, {"version": version + 1, "saved_at": "14:32"})
    whole = queries.whole(number)
    assert whole.state is ReportState.DRAFT
    assert whole.section(SectionKind.PROGRESS) == "开始填写。"


def test_autosave_tells_the_second_who_wrote_and_shows_what_stands_there(report: Report, client: Client) -> None:
    number, version = report.id, report.sections[0].version
    said = {"record": "section:progress", "field": "text", "version": version}
    save(client("liaison"), number, value="联络员写的", **said)
    status, answer = save(client("leader"), number, value="领导写的", **said)
    assert status == 409
    assert answer["value"] == "联络员写的"
    assert answer["version"] == version + 1
    assert answer["by"].startswith("王敏")


GONE = "这一处内容已被删除或不属于本报告，请刷新页面。"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"record": "entry:{entry}", "field": "note", "value": "字" * 101}, "请在100字以内，现在是101字。"),
        ({"record": "entry:{entry}", "field": "state", "value": "finished"}, "请从列出的选项中选择。"),
        ({"record": "entry:999999", "field": "note", "value": "x"}, GONE),
        (
            {"record": "report:1", "field": "state", "value": "accepted"},
            "这一处内容已被删除或不属于本报告，请刷新页面。",
        ),
        ({"record": "entry:{entry}", "field": "report_id", "value": "9"}, "提交的内容与报告不符，请刷新页面。"),
        ({"record": "section:progress", "field": "text", "value": "字" * 5001}, "请在5000字以内，现在是5001字。"),
    ],
)
def test_autosave_refuses_nonsense_with_a_sentence(
    report: Report, client: Client, said: dict[str, str], sentence: str
) -> None:
    entry = report.entries[0].id
    said = said | {"record": said["record"].format(entry=entry)}
    status, answer = save(client("liaison"), report.id, **said)
    assert (status, answer["message"]) == (422, sentence)


def test_autosave_after_signing_says_why_it_is_closed(cast: Cast, report: Report, client: Client) -> None:
    liaison = cast.actor("liaison")
    write_report(liaison, report)
    actions.send_for_sign_off(liaison, report)
    status, answer = save(client("liaison"), report.id, record="section:progress", field="text", value="再改")
    assert status == 422
    assert answer["message"] == "报告现在是“待单位领导审签”，不能修改。您填写的内容没有保存。"


def test_autosave_without_a_session_is_told_so(report: Report, client: Client) -> None:
    status, answer = save(client("stranger"), report.id, record="section:progress", field="text", value="x")
    assert status == 401
    assert "登录已过期" in answer["message"]


def test_an_old_page_changes_only_what_was_touched_on_it(report: Report, client: Client) -> None:
    """Two people open the page; the first writes one part, the second another and sends the whole old page."""
    url, number = f"/reports/{report.id}", report.id
    first, second = client("liaison"), client("leader")
    form = sheet_form(second.get(url).text)
    save(first, number, record="section:progress", field="text", value="联络员写的", version=1)
    answer = second.post(url, data=form | {"section:problems:text": "领导写的", "do": "save"}, follow_redirects=True)
    assert "已保存" in answer.text
    whole = queries.whole(number)
    assert whole.section(SectionKind.PROGRESS) == "联络员写的"
    assert whole.section(SectionKind.PROBLEMS) == "领导写的"


def test_what_could_not_be_done_shows_the_others_words_again_not_what_the_old_page_had(
    report: Report, client: Client
) -> None:
    """Else the next saving of the page that says why would undo what a colleague wrote meanwhile."""
    url, number = f"/reports/{report.id}", report.id
    second = client("leader")
    form = sheet_form(second.get(url).text)
    save(client("liaison"), number, record="section:progress", field="text", value="联络员写的", version=1)
    page = second.post(url, data=form | {"arrangement:new:text": "长" * 501, "do": "add_arrangement"}).text
    assert "请在500字以内" in page
    assert sheet_form(page)["section:progress:text"] == "联络员写的"
    second.post(url, data=sheet_form(page) | {"arrangement:new:text": "", "do": "save"})
    assert queries.whole(number).section(SectionKind.PROGRESS) == "联络员写的"


def test_an_old_page_with_another_text_at_the_same_place_shows_both_and_saves_the_rest(
    report: Report, client: Client
) -> None:
    url, number = f"/reports/{report.id}", report.id
    second = client("leader")
    form = sheet_form(second.get(url).text)
    save(client("liaison"), number, record="section:progress", field="text", value="联络员写的", version=1)
    form |= {"section:progress:text": "领导写的", "section:problems:text": "没有争议的", "do": "save"}
    page = second.post(url, data=form).text
    assert "您填写的" in page
    assert "联络员写的" in page
    assert sheet_form(page)["section:progress:text"] == "领导写的"
    assert queries.whole(number).section(SectionKind.PROBLEMS) == "没有争议的"
    assert queries.whole(number).section(SectionKind.PROGRESS) == "联络员写的"
    again = second.post(url, data=sheet_form(page) | {"do": "save"}, follow_redirects=True)
    assert "已保存" in again.text
    assert queries.whole(number).section(SectionKind.PROGRESS) == "领导写的"


def test_a_page_sent_after_the_report_was_signed_gives_the_words_back(
    cast: Cast, report: Report, client: Client
) -> None:
    url = f"/reports/{report.id}"
    liaison = client("liaison")
    form = sheet_form(liaison.get(url).text)
    write_report(cast.actor("liaison"), report)
    actions.submit_on_paper(cast.actor("liaison"), report, "赵强")
    page = liaison.post(url, data=form | {"section:progress:text": "辛苦写下的三段话", "do": "save"}).text
    assert "没有保存" in page
    assert "辛苦写下的三段话" in page


def test_too_long_a_line_stays_on_the_page_and_the_rest_is_saved(report: Report, client: Client) -> None:
    url, entry, number = f"/reports/{report.id}", report.entries[0].id, report.id
    form = sheet_form(client("liaison").get(url).text)
    form |= {f"entry:{entry}:note": "长" * 120, "section:progress:text": "存下来", "do": "save"}
    page = client("liaison").post(url, data=form).text
    assert "有 1 处没有保存" in page
    assert sheet_form(page)[f"entry:{entry}:note"] == "长" * 120
    assert queries.whole(number).section(SectionKind.PROGRESS) == "存下来"


def test_lines_are_added_and_removed_without_script_and_typed_ones_are_never_dropped(
    report: Report, client: Client
) -> None:
    url, number = f"/reports/{report.id}", report.id
    liaison = client("liaison")
    form = sheet_form(liaison.get(url).text)
    liaison.post(url, data=form | {"arrangement:new:text": "第一条", "do": "add_arrangement"})
    form = sheet_form(liaison.get(url).text)
    liaison.post(url, data=form | {"arrangement:new:text": "第二条", "request:new:text": "请协调", "do": "save"})
    whole = queries.whole(number)
    assert [one.text for one in whole.arrangements] == ["第一条", "第二条"]
    assert [one.text for one in whole.requests] == ["请协调"]
    first = whole.arrangements[0].id
    answer = liaison.post(
        url, data=sheet_form(liaison.get(url).text) | {"do": f"remove_arrangement:{first}"}, follow_redirects=True
    )
    assert "已删除“第一条”" in answer.text
    assert [one.text for one in queries.whole(number).arrangements] == ["第二条"]


def test_rest_of_an_area_is_set_in_one_go_without_script(report: Report, client: Client) -> None:
    url, number = f"/reports/{report.id}", report.id
    whole = queries.whole(number)
    area, chosen = whole.area_texts[0].area_id, whole.entries[0].id
    form = sheet_form(client("liaison").get(url).text)
    form |= {f"entry:{chosen}:state": "slow", f"fill:{area}": "continuous", "do": f"fill:{area}"}
    client("liaison").post(url, data=form)
    states = [one.state.value for one in queries.whole(number).entries if one.assignment.task.area_id == area]  # type: ignore[union-attr]
    assert sorted(states) == ["continuous", "continuous", "slow"]


def test_last_years_text_and_arrangements_stand_beside_the_new_ones(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = make_open_round(cast, 2024)
    make_accepted_report(cast, last, cast.unit("市教育局"))
    now = make_open_round(cast, 2025)
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:32")
    page = client("liaison").get(f"/reports/{report_of(now, cast.unit('市教育局')).id}").text
    assert "市教育局2024年推进妇女与健康各项工作。" in page
    assert "继续抓好各项任务落实" in page
    assert "上年按期推进" in page
    assert "引用上年内容" in page


def test_the_papers_of_a_draft_are_marked_and_those_of_a_submission_are_what_was_submitted(
    cast: Cast, report: Report, client: Client
) -> None:
    write_report(cast.actor("liaison"), report)
    liaison, url = client("liaison"), f"/reports/{report.id}"
    draft = liaison.get(f"{url}/report.docx")
    assert "送审稿" in draft.headers["Content-Disposition"] or "%E9%80%81%E5%AE%A1%E7%A8%BF" in str(draft.headers)
    assert liaison.get(f"{url}/baogao.pdf").data.startswith(b"%PDF-")
    actions.submit_on_paper(cast.actor("liaison", on=date(2025, 12, 10)), report, "赵强")
    assert client("officer").get(f"{url}/report.docx").status_code == 200
    assert client("officer").get(f"{url}/report.xlsx").status_code == 404
