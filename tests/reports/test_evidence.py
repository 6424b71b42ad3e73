"""Files behind a report: kept once, kept as submitted, taken away when they must not be here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.reports import (
    make_accepted_report,
    make_open_round,
    make_scan,
    make_submitted_report,
    report_of,
    write_report,
)
from tracker.core import files
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Message
from tracker.reports import actions
from tracker.reports.models import EvidenceKind, RemarkPlace, ReportState
from tracker.reports.queries import reports as queries
from tracker.reports.queries.review import filed_elsewhere

Client = Callable[[str], FlaskClient]
ON = date(2025, 12, 10)


def test_the_same_bytes_at_the_same_place_are_one_file_and_at_two_rows_one_upload(cast: Cast) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    liaison, blob = cast.actor("liaison", on=ON), make_scan()
    first, second = report.entries[0].id, report.entries[1].id
    assert actions.attach(liaison, report, blob, "a.pdf", entry_id=first).id == (
        actions.attach(liaison, report, blob, "a.pdf", entry_id=first).id
    )
    other = actions.attach(liaison, report, blob, "a.pdf", entry_id=second)
    assert len(report.evidence) == 2
    assert other.file_id == report.evidence[0].file_id


def test_a_file_stays_with_the_version_it_was_submitted_with(cast: Cast, client: Client) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=ON)
    row = actions.attach(liaison, report, make_scan(), "依据.pdf")
    write_report(liaison, report)
    actions.submit_on_paper(liaison, report, "赵强")
    actions.return_report(cast.actor("officer", on=date(2025, 12, 11)), report, "请补充。")
    sha256, number = row.file.sha256, row.id
    actions.remove(cast.actor("liaison", on=date(2025, 12, 12)), row)
    officer, base = client("officer"), f"/reports/{report.id}/versions/1/files"
    assert officer.get(f"/evidence/{number}").status_code == 404
    assert officer.get(f"{base}/{sha256}").data.startswith(b"%PDF-")
    assert officer.get(f"{base}/{'0' * 64}").status_code == 404
    assert client("other_liaison").get(f"{base}/{sha256}").status_code == 404


def test_what_must_not_be_here_is_withdrawn_with_a_reason_and_leaves_the_disk(cast: Cast, client: Client) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=ON)
    blob = files.put_bytes(b"%PDF-1.4 names of children")
    row = actions.attach(liaison, report, blob, "名单.pdf")
    write_report(liaison, report)
    actions.submit_on_paper(liaison, report, "赵强")
    path, base = f"/evidence/{row.id}/withdraw", f"/reports/{report.id}"
    assert client("liaison").post(path, data={"reason": "x"}).status_code == 403
    client("officer").post(path, data={"reason": ""})
    words = "含未成年人姓名，" * 70
    refused = client("officer").post(path, data={"reason": words})
    assert "理由请在500字以内" in refused.text
    assert f'value="{words}"' in refused.text, "what was typed stands where it was typed"
    assert files.path_of(blob.sha256).exists()
    client("officer").post(path, data={"reason": "含未成年人姓名"})
    assert not files.path_of(blob.sha256).exists()
    assert client("officer").get(f"{base}/versions/1/files/{blob.sha256}").status_code == 404


def test_the_reviewer_is_told_where_else_a_file_was_filed(cast: Cast) -> None:
    round_ = make_open_round(cast)
    blob = files.put_bytes(b"%PDF-1.4 one paper for two units")
    for unit, who in (("市教育局", "liaison"), ("市卫生健康委", "other_liaison")):
        actions.attach(cast.actor(who, on=ON), report_of(round_, cast.unit(unit)), blob, "同一文件.pdf")
    asked = report_of(round_, cast.unit("市教育局")).id
    assert filed_elsewhere(asked) == {}, "a draft is nobody else's business"
    other = cast.actor("other_liaison", on=ON)
    write_report(other, report_of(round_, cast.unit("市卫生健康委")))
    actions.submit_on_paper(other, report_of(round_, cast.unit("市卫生健康委")), "钱敏")
    found = filed_elsewhere(asked)
    assert found == {blob.sha256: ["市卫生健康委2025年年度报告"]}


def test_the_stamped_scan_may_follow_and_changes_no_date(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = make_submitted_report(cast, make_open_round(cast), cast.unit("市教育局"), on=date(2026, 1, 9))
    monkeypatch.setenv("TRACKER_CLOCK", "2026-01-20T10:00")
    url, liaison = f"/reports/{report.id}/scan", client("liaison")
    wrong = liaison.post(url, data={"scan": (BytesIO(b"just words"), "盖章件.pdf")})
    assert "盖章件.pdf：内容不是PDF文件" in wrong.text
    assert "请选择文件" in liaison.post(url, data={}).text
    done = liaison.post(url, data={"scan": (BytesIO(b"%PDF-1.4 stamped"), "盖章件.pdf")}, follow_redirects=True)
    assert "盖章件已补传" in done.text
    whole = queries.whole(report.id)
    assert [one.kind for one in whole.evidence] == [EvidenceKind.STAMPED_SCAN]
    assert whole.first_submitted_on == date(2026, 1, 9)
    assert len(queries.versions(report.id)) == 1


def test_a_remark_stands_only_where_the_report_has_a_place(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_submitted_report(cast, round_, cast.unit("市教育局"))
    other = report_of(round_, cast.unit("市卫生健康委"))
    officer = cast.actor("officer", on=date(2025, 12, 23))
    for place, number in ((RemarkPlace.ENTRY, other.entries[0].id), (RemarkPlace.AREA, None), (RemarkPlace.REPORT, 3)):
        with pytest.raises(RuleError, match="没有这一处"):
            actions.add_remark(officer, report, place, number, "请说明。")


def test_an_accepted_report_is_corrected_by_a_further_version(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = make_accepted_report(cast, round_, cast.unit("市教育局"))
    actions.send_for_correction(cast.actor("officer", on=date(2026, 3, 2)), report, "入园率有误")
    assert report.state is ReportState.RETURNED
    liaison = cast.actor("liaison", on=date(2026, 3, 3))
    actions.save_area_text(liaison, report, report.area_texts[0].area_id, "入园率为91%。")
    actions.submit_on_paper(liaison, report, "赵强")
    actions.accept(cast.actor("officer", on=date(2026, 3, 4)), report)
    assert [one.number for one in queries.versions(report.id)] == [2, 1]
    assert report.first_submitted_on == date(2025, 12, 21)


def test_a_signature_on_paper_is_told_to_the_leader_and_its_scan_is_asked_for_until_it_comes(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-10T14:32")
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    number, liaison = report.id, cast.actor("liaison")
    write_report(liaison, report)
    page = client("liaison").get(f"/reports/{number}/paper").text
    assert 'value="赵强"' not in page
    assert "如赵强" in page
    client("liaison").post(f"/reports/{number}/paper", data={"signed_by": "赵强"})
    told = db.session.query(Message).filter_by(kind="report.on_paper").one()
    assert told.recipient_id == cast.actor("leader").user_id
    assert "登记的签发人是赵强" in told.body
    assert "盖章件还没有上传" in client("officer").get(f"/reports/{number}/review").text
    wanted = f'href="/reports/{number}/scan"'
    assert wanted in client("liaison").get("/").text
    assert wanted not in client("leader").get("/").text
    client("liaison").post(f"/reports/{number}/scan", data={"scan": (BytesIO(b"%PDF-1.4 stamped"), "盖章件.pdf")})
    assert wanted not in client("liaison").get("/").text
    assert "盖章件还没有上传" not in client("officer").get(f"/reports/{number}/review").text
