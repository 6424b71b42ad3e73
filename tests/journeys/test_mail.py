"""Mail really leaves: what the office does on a page arrives at a mail server, once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.journeys.stage import Stage, staged
from tests.makers.reports import make_open_round, make_submitted_report
from tests.messages.sink import Sink
from tracker import rooms
from tracker.core import clock
from tracker.messages.dispatch import dispatch


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as server:
        yield server


@pytest.fixture
def stage(tmp_path: Path, sink: Sink) -> Iterator[Stage]:
    with staged(tmp_path, smtp_host="127.0.0.1", smtp_port=sink.port, base_url="http://127.0.0.1:8000") as made:
        yield made


def send(stage: Stage) -> None:
    """What the scheduler's process does until nothing is due; twice, as two of them would."""
    with stage.app.app_context():
        for _ in range(2):
            while dispatch(clock.now(), rooms.still_due):
                pass


def test_a_returned_report_reaches_the_unit_by_mail_once(stage: Stage, sink: Sink) -> None:
    with stage.app.app_context():
        round_ = make_open_round(stage.cast)
        report = make_submitted_report(stage.cast, round_, stage.cast.unit("市教育局"), on=date(2025, 12, 22))
        number = report.id
    stage.at("2025-12-24")
    send(stage)  # what the making of the world had to say
    before = len(sink.mails)
    officer = stage.visitor("officer").open(f"/reports/{number}/review").press("开始审核")
    officer.follow("退回修改").press("退回修改", reason="请补充数据来源。")
    send(stage)
    stage.at("2025-12-24T10:30:00")
    send(stage)
    mails = [mail for mail in sink.mails[before:] if "请修改" in str(mail["Subject"])]
    assert sorted(str(mail["To"]) for mail in mails) == ["wangmin@example.org", "zhaoqiang@example.org"]
    said = str(mails[0].get_content())
    assert "请补充数据来源。" in said
    assert f"http://127.0.0.1:8000/reports/{number}" in said
    stage.visitor("liaison").open("/inbox").reads("请修改")


def test_a_report_corrected_before_the_mail_left_is_not_chased(stage: Stage, sink: Sink) -> None:
    with stage.app.app_context():
        round_ = make_open_round(stage.cast)
        report = make_submitted_report(stage.cast, round_, stage.cast.unit("市教育局"), on=date(2025, 12, 22))
        number = report.id
    stage.at("2025-12-24T22:00:00")  # at night nothing leaves
    officer = stage.visitor("officer").open(f"/reports/{number}/review")
    officer.follow("退回修改").press("退回修改", reason="请补充数据来源。")
    send(stage)
    liaison = stage.visitor("liaison").open(f"/reports/{number}")
    liaison.press("送领导审签", **{liaison.fields(r"area:\d+:text")[0]: "市教育局据统计年报，覆盖12.6万人。"})
    stage.visitor("leader").open(f"/reports/{number}").press("审签报送")
    before = len(sink.mails)
    stage.at("2025-12-25T09:30:00")
    send(stage)
    assert [str(mail["Subject"]) for mail in sink.mails[before:] if "请修改" in str(mail["Subject"])] == []
