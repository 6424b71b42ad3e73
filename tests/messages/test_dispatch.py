"""Claim, ask, send, write down: with a real SMTP server on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select

from tests.cast import Cast
from tests.messages.sink import Sink
from tests.messages.test_actions import MORNING, NIGHT, deliveries, person, say
from tracker.core.calendar import WorkCalendar
from tracker.core.db import db
from tracker.messages import dispatch as dispatching
from tracker.messages import hours
from tracker.messages.actions import send_again
from tracker.messages.dispatch import RETRY_AFTER, claim, dispatch
from tracker.messages.models import DeliveryMessage, DeliveryState, Message

LATER = MORNING + timedelta(minutes=15)


def always(_: Message) -> bool:
    return True


@pytest.fixture
def sink(app: Flask) -> Iterator[Sink]:
    """A mail server that keeps what it is given; the installation is told to use it."""
    before = app.config["SETTINGS"]
    with Sink() as server:
        app.config["SETTINGS"] = replace(before, smtp_host="127.0.0.1", smtp_port=server.port)
        yield server
    app.config["SETTINGS"] = before


def pump(now: datetime, still_due: Callable[[Message], bool] = always) -> int:
    taken = dispatch(now, still_due)
    db.session.expire_all()
    return taken


def left_out() -> list[bool]:
    return list(db.session.scalars(select(DeliveryMessage.was_dropped).order_by(DeliveryMessage.id)))


def text_of(mail: EmailMessage) -> str:
    return str(mail.get_content())


def test_one_digest_carries_all_that_was_said_to_a_person(cast: Cast, sink: Sink) -> None:
    say(cast, "liaison")
    say(cast, "liaison", subject_id=2)
    assert pump(LATER) == 1
    [mail] = sink.mails
    assert mail["To"] == "wangmin@example.org"
    assert mail["Subject"] == "【纲目】2件事项请您关注：请补充完善等"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "1．请补充完善" in text_of(mail)
    assert "http://127.0.0.1:8000/reports/1" in text_of(mail)
    assert deliveries()[0].state is DeliveryState.SENT


def test_a_single_message_keeps_its_own_subject(cast: Cast, sink: Sink) -> None:
    say(cast, "liaison", is_urgent=True)
    pump(MORNING)
    assert sink.mails[0]["Subject"] == "【纲目】请补充完善"


def test_nothing_leaves_before_its_time_at_night_or_twice(cast: Cast, sink: Sink) -> None:
    say(cast, "liaison")
    assert pump(MORNING) == 0
    assert pump(NIGHT) == 0
    assert pump(LATER) == 1
    assert pump(LATER + timedelta(days=1)) == 0
    assert len(sink.mails) == 1


def test_what_is_no_longer_due_is_left_out_of_the_digest(cast: Cast, sink: Sink) -> None:
    say(cast, "liaison")
    say(cast, "liaison", subject_id=2)
    pump(LATER, lambda message: message.subject_id == 2)
    assert sink.mails[0]["Subject"] == "【纲目】请补充完善"
    assert left_out() == [True, False]


def test_a_digest_with_nothing_left_to_say_is_not_sent(cast: Cast, sink: Sink) -> None:
    say(cast, "liaison")
    pump(LATER, lambda _: False)
    assert sink.mails == []
    assert deliveries()[0].state is DeliveryState.DROPPED


def test_a_refused_letter_comes_again_with_the_same_number(cast: Cast, sink: Sink) -> None:
    sink.refuse_after_taking = 1  # the worst case: it was taken, but the answer was lost
    say(cast, "liaison")
    pump(LATER)
    assert deliveries()[0].state is DeliveryState.WAITING
    assert deliveries()[0].trouble is not None
    assert pump(LATER + timedelta(seconds=59)) == 0
    assert pump(LATER + RETRY_AFTER[0]) == 1
    assert len({mail["Message-ID"] for mail in sink.mails}) == 1
    assert len(sink.mails) == 2
    assert deliveries()[0].trouble is None


def test_after_the_last_try_the_failure_stands_visible(cast: Cast, sink: Sink) -> None:
    sink.refuse = True
    say(cast, "liaison")
    moment = LATER
    for _ in range(len(RETRY_AFTER) + 1):
        assert pump(moment) == 1
        moment = hours.USUAL.next_open(WorkCalendar(), max(deliveries()[0].next_try_at, moment))
    assert deliveries()[0].state is DeliveryState.GIVEN_UP
    assert deliveries()[0].trouble == "邮件服务器没有接收（451）：4.3.0 try again later"
    assert pump(moment + timedelta(days=1)) == 0


def test_of_what_was_no_longer_due_no_failure_is_told_and_what_is_due_again_is_said(cast: Cast, sink: Sink) -> None:
    sink.refuse = True
    say(cast, "liaison")
    say(cast, "liaison", subject_id=2)
    moment = LATER
    for _ in range(len(RETRY_AFTER) + 1):
        pump(moment, lambda message: message.subject_id == 2)
        moment = hours.USUAL.next_open(WorkCalendar(), max(deliveries()[0].next_try_at, moment))
    assert deliveries()[0].state is DeliveryState.GIVEN_UP
    assert left_out() == [True, False]
    sink.refuse = False
    send_again(cast.actor("officer", at=moment), deliveries()[0], person(cast, "liaison"))
    pump(moment + timedelta(days=1))
    assert deliveries()[0].state is DeliveryState.SENT
    assert left_out() == [False, False]


def test_without_a_server_the_whole_batch_waits_and_nobody_else_is_tried(app: Flask, cast: Cast, sink: Sink) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_port=1)
    say(cast, "liaison", "leader", "officer")
    assert pump(LATER) == 3
    assert {delivery.state for delivery in deliveries()} == {DeliveryState.WAITING}
    assert all("无法使用" in (delivery.trouble or "") for delivery in deliveries())
    assert [delivery.failures for delivery in deliveries()] == [1, 0, 0]  # the others were not even asked


def test_a_room_that_cannot_answer_keeps_only_its_own_letter_back(cast: Cast, sink: Sink) -> None:
    def answer(message: Message) -> bool:
        if message.subject_id == 1:
            raise KeyError("no such report")
        return True

    say(cast, "liaison")
    say(cast, "leader", subject_id=2)
    assert pump(LATER, answer) == 2
    assert [mail["To"] for mail in sink.mails] == ["zhaoqiang@example.org"]
    assert deliveries()[0].state is DeliveryState.WAITING


def test_a_claimed_sending_is_nobody_elses_until_its_lease_is_over(cast: Cast, sink: Sink) -> None:
    say(cast, "liaison")
    assert len(claim(LATER, 10)) == 1
    assert claim(LATER + timedelta(minutes=14), 10) == []
    assert len(claim(LATER + dispatching.LEASE, 10)) == 1


def test_who_read_the_clock_a_little_earlier_does_not_take_it_again(cast: Cast, sink: Sink) -> None:
    """Two schedulers wake at once; the one that looked at the clock first gets at the table second."""
    say(cast, "liaison")
    assert len(claim(LATER + timedelta(seconds=5), 10)) == 1
    assert claim(LATER, 10) == []


def test_a_sender_that_slept_past_its_lease_cannot_overwrite_its_successor(cast: Cast, sink: Sink) -> None:
    say(cast, "liaison")
    [sleeper] = claim(LATER, 10)
    assert pump(LATER + dispatching.LEASE) == 1
    dispatching._put_off(sleeper, "too late", LATER)
    dispatching._finish(sleeper, DeliveryState.DROPPED)
    db.session.expire_all()
    assert deliveries()[0].state is DeliveryState.SENT


def test_what_was_taken_or_put_off_while_the_clock_was_a_year_ahead_leaves_when_it_is_set_right(
    cast: Cast, sink: Sink
) -> None:
    year = timedelta(days=365)
    say(cast, "liaison", at=MORNING + year, subject_id=1)
    say(cast, "leader", at=MORNING, is_urgent=True, subject_id=2)
    assert len(claim(LATER + year - timedelta(minutes=14), 10)) == 1, "and then its process died"
    db.session.expire_all()
    assert pump(LATER) == 2
    assert {delivery.state for delivery in deliveries()} == {DeliveryState.SENT}
