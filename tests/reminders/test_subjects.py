"""What is reminded of, subject by subject, through the rooms' own actions: the right people on the right working day,
once, and at once nobody any more when it is done, excused or void. (Five ways to end a report's day: test_silence.)"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.reports import make_open_round, make_returned_report, make_submitted_report, report_of, write_report
from tests.makers.tasks import answer_of, make_consultation
from tests.supervision import letters
from tests.supervision import test_matters as matters
from tracker.accounts.models import User
from tracker.committees.actions import change_settings
from tracker.core.db import db
from tracker.messages.models import Message
from tracker.reminders import actions as reminders
from tracker.reminders.jobs import remind
from tracker.reminders.models import Watch
from tracker.reports import actions as reports
from tracker.reports.models import Extension, Report, Request
from tracker.rooms import still_due
from tracker.supervision import actions as supervision
from tracker.supervision.models import Matter, Notice
from tracker.tasks import actions as tasks
from tracker.tasks.models import Consultation

UNIT = ({"王敏"}, {"王敏", "赵强"})
"""The liaison before the day, the leader as well after it."""
OFFICE = ({"陈静", "周洁", "林华"}, {"陈静", "周洁", "林华"})
WRITTEN, ASKED = date(2025, 12, 21), date(2025, 12, 22)
Act = Callable[[Cast, date], None]


def our_report() -> Report:
    """市教育局's."""
    return db.session.scalars(select(Report).where(Report.unit.has(short_name="市教育局"))).one()


def consult(cast: Cast, on: date) -> None:
    make_consultation(cast, on=on)


def agree(cast: Cast, on: date) -> None:
    ours = answer_of(db.session.scalars(select(Consultation)).one(), cast.units["市教育局"])
    tasks.answer(cast.actor("liaison", on=on), ours, {}, agrees=True)


def open_round(cast: Cast, on: date) -> None:
    make_open_round(cast, on=on)


def submit(cast: Cast, on: date) -> None:
    report = our_report()
    if not report.versions:
        write_report(cast.actor("liaison", on=on), report)
    else:
        reports.save_area_text(
            cast.actor("liaison", on=on), report, report.area_texts[0].area_id, "已补充数据来源，数据取自年报。"
        )
    reports.send_for_sign_off(cast.actor("liaison", on=on), report)
    reports.sign_off(cast.actor("leader", on=on), report)


def send_back(cast: Cast, on: date) -> None:
    make_returned_report(cast, make_open_round(cast), cast.unit("市教育局"), on=on - timedelta(days=1))


def hand_in(cast: Cast, on: date) -> None:
    make_submitted_report(cast, make_open_round(cast), cast.unit("市教育局"), on=on)


def accept(cast: Cast, on: date) -> None:
    reports.accept(cast.actor("officer", on=on), our_report())


def give_back(cast: Cast, on: date) -> None:
    reports.return_report(cast.actor("officer", on=on), our_report(), "请补充数据来源。")


def ask_for_help(cast: Cast, on: date) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    reports.add_request(cast.actor("liaison", on=on), report, "请协调解决校外托管场地。")
    make_submitted_report(cast, report.round, report.unit, on=on)


def help_unit(cast: Cast, on: date) -> None:
    request = db.session.scalars(select(Request)).one()
    reports.answer_request(cast.actor("officer", on=on), request, "已协调市自然资源局。")


def ask_for_time(cast: Cast, on: date) -> None:
    report = report_of(make_open_round(cast), cast.unit("市教育局"))
    reports.request_extension(cast.actor("liaison", on=on), report, date(2026, 1, 30), "数据月底才出。")


def grant(cast: Cast, on: date) -> None:
    extension = db.session.scalars(select(Extension)).one()
    reports.grant_extension(cast.actor("head", on=on), extension, date(2026, 1, 30))


def refuse(cast: Cast, on: date) -> None:
    reports.refuse_extension(cast.actor("head", on=on), db.session.scalars(select(Extension)).one(), "请按期报送。")


def confirm(cast: Cast, on: date) -> None:
    reminders.confirm_contact(cast.actor("liaison", on=on), email=None, phone="0871-6543210")


def send_letter(cast: Cast, on: date) -> None:
    letters.make_issued(cast)


def reply(cast: Cast, on: date) -> None:
    letter = db.session.scalars(select(Notice)).one()
    paper = (letters.make_paper(), "方案.pdf")
    supervision.reply(cast.actor("liaison", on=on), letter, "已印发实施方案。", [paper])


def withdraw(cast: Cast, on: date) -> None:
    supervision.withdraw_notice(cast.actor("head", on=on), db.session.scalars(select(Notice)).one(), "情况有变。")


def find_fault(cast: Cast, on: date) -> None:
    matters.make_sent(cast)


def put_right(cast: Cast, on: date) -> None:
    matters.answer(cast, db.session.scalars(select(Matter)).one(), on=on)


@dataclass(frozen=True)
class Subject:
    """One kind of deadline: how it begins and on which day; the days of its reminders, 10 and 3 working days before
    and 1 after, counted by hand, where they fall after the day on which it was set."""

    kind: str
    begin: Act
    on: date
    before: tuple[date, ...]
    after: date
    people: tuple[set[str], set[str]]


# 18 and 26 September 2021 and 4 January 2026 are worked at a weekend; 19-21 September and 1-3 January are off.
CONSULTATION = Subject("consultation.due", consult, date(2021, 9, 13), (date(2021, 9, 23),), date(2021, 9, 28), UNIT)
REPORT = Subject(
    "report.due", open_round, date(2025, 12, 1), (date(2025, 12, 31), date(2026, 1, 12)), date(2026, 1, 16), UNIT
)
RECTIFY = Subject("report.rectify", send_back, ASKED, (date(2025, 12, 31),), date(2026, 1, 7), UNIT)
REVIEW = Subject("review.waiting", hand_in, WRITTEN, (date(2025, 12, 30),), date(2026, 1, 6), OFFICE)
REQUEST = Subject("request.waiting", ask_for_help, WRITTEN, (date(2025, 12, 30),), date(2026, 1, 6), OFFICE)
EXTENSION = Subject("extension.waiting", ask_for_time, ASKED, (), date(2025, 12, 26), OFFICE)
CONTACT = Subject("contact.confirm", open_round, date(2025, 12, 1), (date(2025, 12, 3),), date(2025, 12, 9), UNIT)
LETTER = Subject(
    "notice.reply", send_letter, letters.DAY, (date(2026, 1, 28), date(2026, 2, 6)), date(2026, 2, 12), UNIT
)
MATTER = Subject(
    "matter.answer", find_fault, matters.DAY, (date(2026, 1, 27), date(2026, 2, 5)), date(2026, 2, 11), UNIT
)


@pytest.mark.parametrize(
    ("subject", "end"),
    [
        (CONSULTATION, agree), (REPORT, submit), (RECTIFY, submit), (REVIEW, accept), (REVIEW, give_back),
        (REQUEST, help_unit), (EXTENSION, grant), (EXTENSION, refuse), (CONTACT, confirm), (LETTER, reply),
        (LETTER, withdraw), (MATTER, put_right),
    ],
    ids=lambda one: one.kind if isinstance(one, Subject) else one.__name__,
)  # fmt: skip
def test_the_right_people_hear_of_it_on_the_right_day_once_and_not_when_it_is_over(
    cast: Cast, subject: Subject, end: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", f"{subject.on}T10:00:00+08:00")
    remind_once_more_a_week_later(cast)
    subject.begin(cast, subject.on)
    row = watch_of(cast, subject.kind)
    said: list[tuple[date, set[str]]] = []
    for day in days(subject.on, subject.after):
        if remind(day) and (heard := heard_on(row, day)):
            said.append((day, heard))
            assert remind(day) == 0
    first, last = subject.people
    assert said == [*((day, first) for day in subject.before), (subject.after, last)]
    assert all(still_due(message) for message in of(row))
    end(cast, subject.after)
    db.session.expire_all()
    assert not any(still_due(message) for message in of(row)), "what waits for the next mail does not leave"
    for day in days(subject.after, subject.after + timedelta(days=20)):
        remind(day)
    assert heard_after(row, subject.after) == set()


def remind_once_more_a_week_later(cast: Cast) -> None:
    """So that there is something left to be silenced."""
    settings = replace(cast.committee.settings, reminder_offsets=(-10, -3, 1, 5))
    change_settings(cast.actor("officer"), cast.committee, settings)


def watch_of(cast: Cast, kind: str) -> int:
    ours = Watch.unit_id.in_((cast.units["市教育局"],)) | Watch.unit_id.is_(None)
    return db.session.scalars(select(Watch.id).where(Watch.kind == kind, ours)).one()


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range(1, (last - first).days + 1)]


def of(row: int) -> list[Message]:
    return list(db.session.scalars(select(Message).where(Message.subject_type == "Watch", Message.subject_id == row)))


def heard_on(row: int, day: date) -> set[str]:
    """Who heard of it on that day; each of them once."""
    people = [message.recipient_id for message in of(row) if message.queued_at.date() == day]
    assert len(people) == len(set(people))
    return {db.session.get_one(User, number).name for number in people}


def heard_after(row: int, day: date) -> set[str]:
    people = [message.recipient_id for message in of(row) if message.queued_at.date() > day]
    return {db.session.get_one(User, number).name for number in people}
