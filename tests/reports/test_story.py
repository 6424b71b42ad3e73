"""One report from opening to acceptance, through the actions."""

from __future__ import annotations

from datetime import date

from tests.cast import Cast
from tests.makers.reports import make_open_round, make_submitted_report, report_of, write_report
from tracker.reports import actions
from tracker.reports.models import RemarkPlace, ReportState
from tracker.reports.queries import reports as queries


def test_a_report_goes_from_opening_to_acceptance_and_its_first_day_stands(cast: Cast) -> None:
    round_ = make_open_round(cast)
    unit = cast.unit("市教育局")
    report = make_submitted_report(cast, round_, unit, on=date(2026, 1, 9))
    officer = cast.actor("officer", on=date(2026, 1, 12))
    actions.claim(officer, report)
    whole = queries.whole(report.id)
    actions.add_remark(officer, report, RemarkPlace.AREA, whole.area_texts[0].area_id, "请写明覆盖人数。")
    actions.add_remark(officer, report, RemarkPlace.ENTRY, whole.entries[0].id, "请说明完成比例。")
    actions.return_report(officer, report, "数据不全。")
    assert report.state is ReportState.RETURNED
    assert report.rectify_by == date(2026, 1, 26)

    liaison = cast.actor("liaison", on=date(2026, 1, 20))
    for remark in list(report.remarks):
        actions.answer_remark(liaison, report, remark, "已补充。")
    actions.save_area_text(liaison, report, whole.area_texts[0].area_id, "覆盖12万人。")
    actions.send_for_sign_off(liaison, report)
    actions.sign_off(cast.actor("leader", on=date(2026, 1, 20)), report)
    assert report.first_submitted_on == date(2026, 1, 9)
    assert [one.number for one in queries.versions(report.id)] == [2, 1]

    actions.accept(cast.actor("second_officer", on=date(2026, 1, 21)), report)
    assert report.state is ReportState.ACCEPTED


def test_a_report_may_be_submitted_on_paper_with_the_scan_later(cast: Cast) -> None:
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    liaison = cast.actor("liaison", on=date(2025, 12, 20))
    write_report(liaison, report)
    actions.submit_on_paper(liaison, report, "赵强")
    assert report.state is ReportState.SUBMITTED
    assert queries.versions(report.id)[0].signed_by == "赵强"
