"""A copy put back: what waited in it is held, and a person decides once whether it is sent after all."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text, update

from tests.cast import Cast
from tests.messages.sink import Sink
from tests.messages.test_actions import MORNING, deliveries, left, say
from tests.messages.test_dispatch import LATER, pump, sink  # noqa: F401 - a fixture
from tracker.core.commands import command
from tracker.core.db import db
from tracker.messages import actions
from tracker.messages.models import Delivery, DeliveryState
from tracker.messages.queries import has_failed

Client = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", LATER.isoformat())


@command
def is_sending(number: int) -> None:
    db.session.execute(update(Delivery).where(Delivery.id == number).values(state=DeliveryState.SENDING, attempts=1))


def put_back(cast: Cast) -> list[str]:
    """One person's letter waits, another's is on its way, a third has left when the copy is made; returns the keys."""
    say(cast, "officer")
    left(DeliveryState.SENT)
    say(cast, "liaison", "leader")
    is_sending(deliveries()[-1].id)
    assert actions.hold_waiting(MORNING) == 2
    db.session.expire_all()
    return [one.key for one in deliveries()]


def states() -> list[tuple[DeliveryState, bool]]:
    db.session.expire_all()
    return [(one.state, one.held_at is not None) for one in deliveries()]


def test_what_waited_or_was_on_its_way_is_held_and_never_leaves_by_itself(cast: Cast, sink: Sink) -> None:  # noqa: F811
    put_back(cast)
    assert states() == [(DeliveryState.SENT, False), (DeliveryState.UNSENT, True), (DeliveryState.UNSENT, True)]
    assert pump(LATER) == 0
    assert sink.mails == []


def test_the_office_sees_what_is_held_and_sends_one_after_all_under_its_old_number(
    cast: Cast, client: Client, sink: Sink  # noqa: F811
) -> None:  # fmt: skip
    keys = put_back(cast)
    office = client("officer")
    assert "2条消息暂不发送" in office.get("/").text
    page = office.get("/reminders/unreached").text
    assert "由备份恢复时尚待发送，可能已经发出" in page
    assert page.count("仍然发送</button>") == 3, "each of them, and all at once"
    office.post(f"/reminders/deliveries/{deliveries()[1].id}/again")
    pump(LATER)
    assert len(sink.mails) == 1
    assert [one.key for one in deliveries()] == keys, "so the mail server knows a repetition"
    assert states()[1:] == [(DeliveryState.SENT, False), (DeliveryState.UNSENT, True)]


def test_one_is_left_and_leaves_the_list_for_good(cast: Cast, client: Client, sink: Sink) -> None:  # noqa: F811
    put_back(cast)
    client("officer").post(f"/reminders/deliveries/{deliveries()[1].id}/leave")
    assert states()[1:] == [(DeliveryState.UNSENT, False), (DeliveryState.UNSENT, True)]
    assert "1条消息暂不发送" in client("officer").get("/").text


@pytest.mark.parametrize(("send", "mails"), [("1", 2), ("0", 0)])
def test_all_are_decided_at_once(cast: Cast, client: Client, sink: Sink, send: str, mails: int) -> None:  # noqa: F811
    put_back(cast)
    assert "2条" in client("officer").post(
        "/reminders/deliveries/held", data={"send": send}, follow_redirects=True
    ).text  # fmt: skip
    pump(LATER)
    assert len(sink.mails) == mails
    assert all(not held for _, held in states())
    assert "暂不发送" not in client("officer").get("/").text


def test_another_committee_decides_nothing_here(cast: Cast, client: Client, sink: Sink) -> None:  # noqa: F811
    put_back(cast)
    assert client("upper_officer").post(f"/reminders/deliveries/{deliveries()[1].id}/again").status_code == 404
    client("upper_officer").post("/reminders/deliveries/held", data={"send": "1"})
    assert pump(LATER) == 0


def test_what_was_settled_meanwhile_does_not_leave_although_it_is_sent_after_all(
    cast: Cast, client: Client, sink: Sink  # noqa: F811
) -> None:  # fmt: skip
    put_back(cast)
    client("officer").post("/reminders/deliveries/held", data={"send": "1"})
    pump(LATER, lambda _: False)
    assert sink.mails == []
    assert {state for state, _ in states()} == {DeliveryState.SENT, DeliveryState.DROPPED}


def test_failed_and_held_sendings_are_found_by_their_own_index(cast: Cast) -> None:
    wanted = select(Delivery.id).where(has_failed())
    words = str(wanted.compile(db.engine, compile_kwargs={"render_postcompile": True}))
    explain = "EXPLAIN" if db.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    if explain == "EXPLAIN":  # a table of no rows would be read whole
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
    plan = db.session.execute(text(f"{explain} {words}")).all()
    assert "ix_deliveries_failed" in str(plan)
