"""Nobody signs or accepts words that were put in place of those before their eyes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.reports import make_open_round, make_submitted_report, report_of, write_report
from tests.supervision.letters import DAY, REPLY_BY, make_draft
from tracker.core.access import Actor
from tracker.core.errors import Conflict, RuleError
from tracker.reports import actions
from tracker.reports.actions.filling import Edit
from tracker.reports.models import Report, ReportState
from tracker.supervision import actions as supervision
from tracker.supervision.models import ItemWords, Notice, NoticeState

Client = Callable[[str], FlaskClient]
ON = date(2025, 12, 22)


def _reworded(liaison: Actor, report: Report) -> None:
    actions.save_piece(liaison, report, Edit("section:progress", {"text": "领导没有看过的一句话。"}))


def _seen_on(page: str, address: str) -> str:
    form = page[page.index(f'action="{address}"') :]
    found = re.search(r'name="seen" value="(\d+)"', form[: form.index("</form>")])
    assert found is not None
    return found[1]


def test_a_leader_signs_only_what_was_read(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-22T09:00:00+08:00")
    report, liaison = report_of(make_open_round(cast), cast.unit("市教育局")), cast.actor("liaison", on=ON)
    write_report(liaison, report)
    actions.send_for_sign_off(liaison, report)
    address, leader = f"/reports/{report.id}/sign", client("leader")
    seen = _seen_on(leader.get(f"/reports/{report.id}").text, address)
    actions.recall(liaison, report)
    _reworded(liaison, report)
    actions.send_for_sign_off(liaison, report)
    assert "没有审签" in leader.post(address, data={"seen": seen}, follow_redirects=True).text
    assert report.state is ReportState.AWAITING_SIGN_OFF
    seen = _seen_on(leader.get(f"/reports/{report.id}").text, address)
    leader.post(address, data={"seen": seen})
    assert report.state is ReportState.SUBMITTED


def test_the_office_accepts_only_what_was_read(cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-22T09:00:00+08:00")
    report, liaison = (
        make_submitted_report(cast, make_open_round(cast), cast.unit("市教育局")),
        cast.actor("liaison", on=ON),
    )
    address, officer = f"/reports/{report.id}/accept", client("officer")
    seen = _seen_on(officer.get(f"/reports/{report.id}/review").text, address)
    actions.take_back(liaison, report)
    _reworded(liaison, report)
    actions.submit_on_paper(liaison, report, "赵强")
    assert "没有通过审核" in officer.post(address, data={"seen": seen}, follow_redirects=True).text
    assert report.state is ReportState.SUBMITTED


def test_the_office_sends_back_only_what_was_read_and_keeps_its_reason(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2025-12-22T09:00:00+08:00")
    report = make_submitted_report(cast, make_open_round(cast), cast.unit("市教育局"))
    liaison, officer = cast.actor("liaison", on=ON), client("officer")
    address = f"/reports/{report.id}/return"
    seen = re.search(r'name="seen"[^>]*value="(\d+)"', officer.get(address).text)
    assert seen is not None
    actions.take_back(liaison, report)
    _reworded(liaison, report)
    actions.submit_on_paper(liaison, report, "赵强")
    form = {"reason": "请补充来源。", "rectify_by": "2026-01-08", "seen": seen[1]}
    page = officer.post(address, data=form).text
    assert "没有退回" in page
    assert "请补充来源。" in page
    assert report.state is ReportState.SUBMITTED
    now = re.search(r'name="seen"[^>]*value="(\d+)"', page)
    assert now is not None
    officer.post(address, data=form | {"seen": now[1]})
    assert report.state is ReportState.RETURNED


def _edit(cast: Cast, who: str, notice: Notice, seen: int, facts: str) -> None:
    item = notice.items[0]
    words = ItemWords(item.subject, facts, item.demand, number=item.id)
    supervision.edit_notice(
        cast.actor(who, on=DAY), notice, seen_version=seen, reply_by=REPLY_BY, items=[words], opening=notice.opening,
        closing=notice.closing,
    )  # fmt: skip


def test_the_head_signs_only_the_letter_that_was_read(cast: Cast) -> None:
    """Changed items are a changed letter, though no word of its frame was touched."""
    notice = make_draft(cast)
    _edit(cast, "officer", notice, notice.version, "甲看到的情况。")
    seen = notice.version
    _edit(cast, "second_officer", notice, seen, "乙改过的情况。")
    with pytest.raises(Conflict):
        _edit(cast, "officer", notice, seen, "甲又改的情况。")
    with pytest.raises(RuleError, match="没有签发"):
        supervision.sign_notice(cast.actor("head", on=DAY), notice, seen=seen)
    assert notice.state is NoticeState.DRAFT
    supervision.sign_notice(cast.actor("head", on=DAY + timedelta(days=1)), notice, seen=notice.version)
