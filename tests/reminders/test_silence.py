"""Promise 3: what is queued is asked once more when it leaves, and whatever ended the matter silences it at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.cast import Cast
from tests.makers.reports import make_open_round, make_submitted_report, report_of
from tests.messages.sink import Sink
from tests.messages.test_dispatch import sink  # noqa: F401 - a fixture
from tracker.accounts import actions as accounts
from tracker.accounts.models import Holding
from tracker.core import clock
from tracker.core.commands import command
from tracker.core.db import db
from tracker.messages.dispatch import dispatch
from tracker.messages.models import Message
from tracker.reminders import actions as reminders
from tracker.reminders.jobs import remind
from tracker.reminders.models import Watch
from tracker.reports import actions as reports
from tracker.reports.models import Report
from tracker.rooms import still_due

DUE = date(2026, 1, 15)
DAY = date(2025, 12, 31)  # ten working days before
UNTIL = date(2026, 1, 30)


def submit(cast: Cast, report: Report) -> None:
    make_submitted_report(cast, report.round, report.unit, on=DAY)


def exempt(cast: Cast, report: Report) -> None:
    reports.exempt(cast.actor("officer", on=DAY), report, "本年没有任务。")


def extend(cast: Cast, report: Report) -> None:
    reports.extend(cast.actor("head", on=DAY), report, UNTIL, "数据月底才出。")


def leave(cast: Cast, report: Report) -> None:
    holding = db.session.get_one(Holding, cast.holdings["liaison"])
    accounts.end_holding(cast.actor("officer", on=DAY), holding, last_day=DAY - timedelta(days=1))


@command
def reassign(cast: Cast, report: Report) -> None:
    """The duty went to another unit, as a reform or a moved assignment leaves it."""
    db.session.execute(
        update(Watch).where(Watch.subject_id == report.id, Watch.kind == "report.due").values(
            unit_id=cast.units["市民政局"]
        )
    )  # fmt: skip


def write_only(cast: Cast, report: Report) -> None:
    """A draft silences no alarm."""


@pytest.mark.parametrize(
    ("act", "letters"),
    [(submit, 0), (exempt, 0), (extend, 0), (leave, 0), (reassign, 0), (write_only, 1)],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_what_ended_the_matter_silences_what_is_already_queued(
    app: Flask, cast: Cast, sink: Sink, monkeypatch: pytest.MonkeyPatch,  # noqa: F811
    act: Callable[[Cast, Report], None], letters: int,
) -> None:  # fmt: skip
    monkeypatch.setenv("TRACKER_CLOCK", datetime.combine(DAY, time(8, 20)).isoformat())
    round_ = make_open_round(cast)
    report = report_of(round_, cast.unit("市教育局"))
    drain(DAY - timedelta(days=1))
    sink.mails.clear()
    assert remind(DAY) >= 1
    act(cast, report)
    remembered = {mail["Message-ID"] for mail in sink.mails}
    dispatch(at(DAY), still_due)
    about = [
        mail for mail in sink.mails
        if mail["To"] == "wangmin@example.org" and "还剩10个工作日" in str(mail.get_content())
        and mail["Message-ID"] not in remembered
    ]  # fmt: skip
    assert len(about) == letters
    heard = select(Message).where(Message.kind == "report.due.-10")
    assert db.session.scalars(heard).first() is not None, "the line in the inbox stays: it was true when it was said"


def drain(day: date) -> None:
    while dispatch(at(day), still_due):
        db.session.expire_all()


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=clock.SHANGHAI)


def test_a_day_on_which_nothing_is_due_says_nothing_and_sends_nothing(cast: Cast, sink: Sink) -> None:  # noqa: F811
    make_open_round(cast)
    remind(DAY - timedelta(days=5))  # the contacts that nobody confirmed
    drain(DAY - timedelta(days=5))
    sink.mails.clear()
    quiet = DAY - timedelta(days=2)
    assert remind(quiet) == 0
    assert dispatch(at(quiet), still_due) == 0
    assert sink.mails == []


def test_the_fuller_ladder_mails_once_a_day_whatever_falls_due_together(cast: Cast, sink: Sink) -> None:  # noqa: F811
    """Three matters of one unit with the same day, eight rungs each: eight letters and not twenty-four."""
    reminders.choose_ladder(cast.actor("officer", on=date(2025, 11, 20)), fuller=True)
    for number, title in enumerate(("报送2025年年度报告", "回复提示函", "回复整改事项"), start=1):
        reminders.watch(
            committee_id=cast.committee_id, unit_id=cast.units["市教育局"], kind="report.due", subject_type="Thing",
            subject_id=number, title=title, path=f"/reports/{number}", due_on=DUE, on=date(2025, 12, 1),
        )  # fmt: skip
    letters: list[tuple[date, str]] = []
    for number in range(80):
        day = date(2025, 12, 1) + timedelta(days=number)
        remind(day)
        drain(day)
        letters += [(day, str(mail["Subject"])) for mail in sink.mails if mail["To"] == "wangmin@example.org"]
        sink.mails.clear()
    assert [day for day, _ in letters] == [
        date(2025, 12, 17), date(2025, 12, 31), date(2026, 1, 8), date(2026, 1, 12), date(2026, 1, 14),
        date(2026, 1, 16), date(2026, 1, 20), date(2026, 1, 26),
    ]  # fmt: skip
    assert all(subject.startswith("【纲目】3件事项请您关注") for _, subject in letters)
