"""One file for several rows and years, small pictures of it, who else is here, and 免报 asked for by the unit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document as Word
from flask import current_app
from flask.testing import FlaskClient
from PIL import Image

from tests.cast import Cast
from tests.makers.reports import make_accepted_report, make_open_round, report_of, write_report
from tracker.core import files
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Message
from tracker.reminders.models import Watch
from tracker.reports import actions
from tracker.reports.actions import exemptions
from tracker.reports.actions.refiling import file_again
from tracker.reports.models import Evidence, ExemptionRequest, Report, ReportState, RequestState
from tracker.reports.queries import reports as queries
from tracker.reports.queries.filing import filed_by_unit

Client = Callable[[str], FlaskClient]


@pytest.fixture
def report(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Report:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:32")
    return report_of(make_open_round(cast), cast.unit("市教育局"))


def picture() -> bytes:
    made = BytesIO()
    Image.new("RGB", (1200, 600), "navy").save(made, "PNG")
    return made.getvalue()


def test_one_file_stands_behind_several_rows_and_years_without_a_second_upload(cast: Cast, client: Client) -> None:
    last = make_open_round(cast, 2024)
    unit = cast.unit("市教育局")
    early = cast.actor("liaison", on=date(2024, 12, 10))
    old = actions.attach(early, report_of(last, unit), files.put_bytes(picture()), "方案.png")
    actions.describe(early, old, dated_on=date(2024, 3, 1), number="云教〔2024〕3号", issuer="市教育局")
    make_accepted_report(cast, last, unit, on=date(2024, 12, 20))
    report = report_of(make_open_round(cast, 2025), unit)
    liaison = cast.actor("liaison", on=date(2025, 12, 10))
    places = [f"entry:{one.id}" for one in report.entries[:2]] + [f"area:{report.area_texts[0].area_id}"]
    assert file_again(liaison, report, filed_by_unit(unit.id)[0], places) == 3
    assert file_again(liaison, report, filed_by_unit(unit.id)[0], places) == 0
    rows = db.session.query(Evidence).filter_by(report_id=report.id).all()
    assert {one.file_id for one in rows} == {old.file_id}
    assert {(one.number, one.dated_on) for one in rows} == {("云教〔2024〕3号", date(2024, 3, 1))}
    assert len(filed_by_unit(unit.id)) == 1
    other = report_of(report.round, cast.unit("市卫生健康委"))
    with pytest.raises(RuleError, match="只能引用本单位的材料"):
        file_again(cast.actor("other_liaison", on=date(2025, 12, 10)), other, rows[0], [""])


def test_a_picture_and_a_first_page_are_drawn_small_once_and_kept_by_content(
    cast: Cast, report: Report, client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(current_app.config, "FILES_DIR", str(tmp_path / "files"))
    liaison = cast.actor("liaison")
    page = BytesIO()
    Image.new("RGB", (800, 1100), "white").save(page, "PDF")
    drawn = [actions.attach(liaison, report, files.put_bytes(one), "图") for one in (picture(), page.getvalue())]
    broken = actions.attach(liaison, report, files.put_bytes(b"%PDF-1.4 broken"), "坏.pdf").id
    for number in [one.id for one in drawn]:
        for _ in range(2):
            answer = client("liaison").get(f"/evidence/{number}/thumbnail")
            assert (answer.status_code, answer.mimetype) == (200, "image/png")
            assert max(Image.open(BytesIO(answer.data)).size) == 240
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert client("liaison").get(f"/evidence/{broken}/thumbnail").status_code == 204
    assert client("other_liaison").get(f"/evidence/{broken}/thumbnail").status_code == 404
    assert len([one for one in (tmp_path / "thumbnails").rglob("*.png") if one.stat().st_size]) == 2


def test_two_colleagues_learn_of_each_other_and_of_nobody_who_left(
    report: Report, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = f"/reports/{report.id}/here"
    assert client("liaison").post(where).json == {"others": []}
    assert client("leader").post(where).json == {"others": ["王敏"]}
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:40")
    assert client("leader").post(where).json == {"others": []}


@pytest.mark.parametrize("decision", ["grant", "refuse"])
def test_a_unit_asks_not_to_report_and_the_office_decides(
    cast: Cast, report: Report, client: Client, decision: str
) -> None:
    number, round_id = report.id, report.round_id
    client("liaison").post(f"/reports/{number}/exemption", data={"reason": "机构改革后不再承担"})
    asked = db.session.query(ExemptionRequest).one()
    asked_id = asked.id
    assert db.session.query(Message).filter_by(kind="report.exemption_asked").count() == 3
    with pytest.raises(RuleError, match="等待批复"):
        exemptions.request_exemption(cast.actor("liaison"), db.session.get_one(Report, number), "再问一次")
    officer = client("officer")
    assert "1份免报申请" in officer.get("/").text
    assert f'/exemptions/{asked_id}"' in officer.get(f"/rounds/{round_id}/queue").text
    assert db.session.query(Watch).filter_by(kind="exemption.waiting", settled_at=None).count() == 1
    officer.post(f"/exemptions/{asked_id}", data={"decision": decision, "note": "仍有任务"})
    report = db.session.get_one(Report, number)
    assert report.state is (ReportState.EXEMPTED if decision == "grant" else ReportState.NOT_STARTED)
    page = client("liaison").get(f"/reports/{number}").text
    assert ("机构改革后不再承担" if decision == "grant" else "仍有任务") in page
    assert "免报申请" not in client("officer").get("/").text
    assert f"/exemptions/{asked_id}" not in client("officer").get(f"/rounds/{round_id}/queue").text
    assert db.session.query(Watch).filter_by(kind="exemption.waiting", settled_at=None).count() == 0


def test_whoever_files_does_not_ask_to_be_spared_any_more(cast: Cast, report: Report) -> None:
    liaison = cast.actor("liaison")
    asked = exemptions.request_exemption(liaison, report, "没有任务")
    write_report(liaison, report)
    actions.submit_on_paper(liaison, report, "赵强")
    assert asked.state is RequestState.WITHDRAWN
    assert db.session.query(Watch).filter_by(kind="exemption.waiting", settled_at=None).count() == 0


def test_files_dropped_at_a_place_are_filed_there_and_a_bad_one_is_named(report: Report, client: Client) -> None:
    where, entry = f"/reports/{report.id}/files", report.entries[0].id
    chosen = [(BytesIO(picture()), "名单.png"), (BytesIO(b""), "空.pdf"), (BytesIO(b"%PDF-1.4 a"), "方案.pdf")]
    answer = client("liaison").post(where, data={"place": f"entry:{entry}", "files": chosen})
    assert answer.status_code == 200
    assert "空.pdf：" in answer.text
    assert f'data-files-of="entry:{entry}"' in answer.text
    rows = db.session.query(Evidence).filter_by(report_id=report.id).all()
    assert [(one.name, one.entry_id) for one in rows] == [("名单.png", entry), ("方案.pdf", entry)]
    foreign = report_of(report.round, db.session.get_one(Report, report.id).unit).round.id + 10**6
    for place in (f"entry:{foreign}", "entry:x", "nowhere:1"):
        again = client("liaison").post(where, data={"place": place, "files": (BytesIO(b"%PDF-1.4 b"), "别处.pdf")})
        assert "data-refused" in again.text, place
    assert db.session.query(Evidence).count() == 2


def test_a_paper_is_named_with_its_number_and_not_uploaded(cast: Cast, report: Report, client: Client) -> None:
    number, liaison = report.id, cast.actor("liaison")
    write_report(liaison, report)
    new = {"paper:new:name": "学位扩充方案", "paper:new:number": "云教〔2025〕9号", "paper:new:issuer": "市教育局"}
    for _ in range(2):
        client("liaison").post(f"/reports/{number}", data={**new, "paper:new:dated_on": "2025-03-01", "do": "cite"})
    report = db.session.get_one(Report, number)
    assert [(one.name, one.number) for one in report.cited_papers] == [("学位扩充方案", "云教〔2025〕9号")]
    wrong = client("liaison").post(f"/reports/{number}", data={**new, "paper:new:dated_on": "三月", "do": "cite"})
    assert "不是有效的日期" in wrong.text
    assert "学位扩充方案" in wrong.text
    record = f"paper:{report.cited_papers[0].id}"
    actions.save_piece(liaison, report, actions.Edit(record, {"issuer": "市教育局 市财政局"}))
    actions.submit_on_paper(liaison, report, "赵强")
    [version] = queries.versions(number)
    assert version.content["papers"] == [
        {"name": "学位扩充方案", "number": "云教〔2025〕9号", "issuer": "市教育局 市财政局", "dated_on": "2025-03-01"}
    ]
    assert "只写名称，没有上传" in client("officer").get(f"/reports/{number}/review").text
    words = Word(BytesIO(client("officer").get(f"/reports/{number}/report.docx").data))
    cells = [cell.text for table in words.tables for row in table.rows for cell in row.cells]
    assert "云教〔2025〕9号" in cells
