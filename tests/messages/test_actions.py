"""Once in the inbox, one digest per person and day, final where there is no channel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.cast import Cast
from tracker.accounts.models import Holding, User
from tracker.core import clock
from tracker.core.commands import command
from tracker.core.db import db
from tracker.messages import actions
from tracker.messages.models import Delivery, DeliveryState, Message

MORNING = datetime(2026, 3, 4, 9, 0, tzinfo=clock.SHANGHAI)  # a Wednesday
NIGHT = datetime(2026, 3, 6, 21, 0, tzinfo=clock.SHANGHAI)  # a Friday


@pytest.fixture
def with_mail(app: Flask) -> Iterator[None]:
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(before, smtp_host="127.0.0.1")
    yield
    app.config["SETTINGS"] = before


def person(cast: Cast, who: str) -> User:
    return db.session.get_one(Holding, cast.holdings[who]).user


def say(
    cast: Cast, *who: str, at: datetime = MORNING, subject_id: int = 1, is_urgent: bool = False,
    subject_type: str = "Report", unit_id: int | None = None,
) -> int:  # fmt: skip
    return actions.tell(
        [person(cast, one) for one in who], committee_id=cast.committee_id, kind="report.returned",
        subject_type=subject_type, subject_id=subject_id, occasion="2026-03-04", title="请补充完善", body="两处意见。",
        path="/reports/1", at=at, is_urgent=is_urgent, unit_id=unit_id,
    )  # fmt: skip


@command
def left(state: DeliveryState) -> None:
    """The dispatcher has tried every sending once."""
    db.session.execute(update(Delivery).values(state=state, attempts=1))


def deliveries() -> list[Delivery]:
    return list(db.session.scalars(select(Delivery).order_by(Delivery.id)))


@pytest.mark.usefixtures("with_mail")
def test_digests_are_written_in_one_order_whomever_one_names_first(cast: Cast) -> None:
    """Else two who tell the same people at the same moment wait for each other crosswise on PostgreSQL."""
    say(cast, "officer", "liaison", "leader")
    say(cast, "leader", "officer", "liaison", subject_id=2)
    people = [one.recipient_id or 0 for one in deliveries()]
    assert people == sorted(people)
    assert len(people) == 3


@pytest.mark.usefixtures("with_mail")
def test_the_same_thing_is_said_once_however_often_it_is_told(cast: Cast) -> None:
    assert say(cast, "liaison", "leader") == 2
    assert say(cast, "liaison", "leader", "other_liaison") == 1
    assert len(db.session.scalars(select(Message)).all()) == 3


@pytest.mark.usefixtures("with_mail")
def test_several_things_of_a_day_go_in_one_digest_per_person(cast: Cast) -> None:
    for number in (1, 2, 3):
        say(cast, "liaison", "other_liaison", subject_id=number)
    assert [len(delivery.messages) for delivery in deliveries()] == [3, 3]
    assert {delivery.state for delivery in deliveries()} == {DeliveryState.WAITING}
    assert deliveries()[0].next_try_at == MORNING + actions.GATHER


@pytest.mark.usefixtures("with_mail")
def test_what_is_said_at_night_waits_for_the_next_working_morning(cast: Cast) -> None:
    say(cast, "liaison", at=NIGHT)
    say(cast, "liaison", at=NIGHT, subject_id=2, is_urgent=True)
    monday = datetime(2026, 3, 9, 8, 30, tzinfo=clock.SHANGHAI)
    assert [delivery.next_try_at for delivery in deliveries()] == [monday, monday]


@pytest.mark.usefixtures("with_mail")
def test_an_urgent_message_goes_alone_and_at_once(cast: Cast) -> None:
    say(cast, "liaison")
    say(cast, "liaison", subject_id=2, is_urgent=True)
    assert [len(delivery.messages) for delivery in deliveries()] == [1, 1]
    assert deliveries()[1].next_try_at == MORNING


@pytest.mark.usefixtures("with_mail")
def test_after_the_digest_has_left_the_next_day_takes_what_comes(cast: Cast) -> None:
    say(cast, "liaison")
    left(DeliveryState.SENT)
    say(cast, "liaison", subject_id=2)
    assert [str(delivery.day) for delivery in deliveries()] == ["2026-03-04", "2026-03-05"]


@pytest.mark.usefixtures("with_mail")
def test_a_digest_that_was_tried_is_not_added_to(cast: Cast) -> None:
    say(cast, "liaison")
    left(DeliveryState.WAITING)
    say(cast, "liaison", subject_id=2)
    assert [len(delivery.messages) for delivery in deliveries()] == [1, 1]


@pytest.mark.usefixtures("with_mail")
def test_a_person_without_an_address_is_told_in_the_inbox_only(cast: Cast) -> None:
    without = User(id=person(cast, "liaison").id, email=None)
    assert actions.tell(
        [without], committee_id=cast.committee_id, kind="report.returned", subject_type="Report", subject_id=1,
        occasion="1", title="请补充完善", body="两处意见。", path="/reports/1", at=MORNING,
    ) == 1  # fmt: skip
    assert [delivery.state for delivery in deliveries()] == [DeliveryState.UNSENT]
    assert deliveries()[0].trouble == "没有电子邮箱"


def test_switching_mail_on_sends_no_backlog(app: Flask, cast: Cast, with_mail: None) -> None:
    on = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(on, smtp_host=None)
    say(cast, "liaison")
    app.config["SETTINGS"] = on
    say(cast, "liaison", subject_id=2)
    assert [delivery.state for delivery in deliveries()] == [DeliveryState.UNSENT, DeliveryState.WAITING]
    assert [len(delivery.messages) for delivery in deliveries()] == [1, 1]


def test_nobody_to_tell_is_no_trouble(cast: Cast) -> None:
    assert say(cast) == 0


def test_the_first_opening_stands_and_all_can_be_marked_read(cast: Cast) -> None:
    say(cast, "liaison")
    say(cast, "liaison", "leader", subject_id=2)
    first = db.session.scalars(select(Message).order_by(Message.id)).first()
    assert first is not None
    actions.mark_read(cast.actor("liaison", at=MORNING), first)
    actions.mark_read(cast.actor("liaison", at=NIGHT), first)
    assert actions.mark_all_read(cast.actor("liaison", at=NIGHT)) == 1
    found = db.session.scalars(select(Message).order_by(Message.id)).all()
    assert [message.read_at for message in found] == [MORNING, NIGHT, None]
