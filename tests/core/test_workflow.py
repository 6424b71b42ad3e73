"""States move by the table: the right move stamps and speaks, a wrong one is a sentence and changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from tests.cast import Cast
from tracker.core import audit
from tracker.core.audit import Audited, AuditEntry
from tracker.core.commands import command
from tracker.core.db import Labelled, Row, Versioned, choice, db
from tracker.core.errors import RuleError
from tracker.core.workflow import Move, Stateful, Workflow


class LampState(Labelled):
    OFF = "off", "熄灭", "wait"
    LIT = "lit", "点亮", "ok"
    BROKEN = "broken", "损坏", "late"


class Lamp(Stateful, Audited, Versioned, Row):
    """A row of no room, to see the table at work."""

    __tablename__ = "test_lamps"

    name: Mapped[str] = mapped_column(String(20))
    state: Mapped[LampState] = mapped_column(choice(LampState))

    def audit_label(self) -> str:
        return f"灯“{self.name}”"


LAMP = Workflow(
    "lamp",
    LampState,
    [
        Move("light", "点亮", frozenset({LampState.OFF}), LampState.LIT),
        Move("break", "报废", frozenset({LampState.OFF, LampState.LIT}), LampState.BROKEN, needs_reason=True),
    ],
)
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def lamp(cast: Cast) -> Lamp:
    Lamp.__table__.create(db.session.connection(), checkfirst=True)  # type: ignore[attr-defined]
    return make(cast)


@command
def make(cast: Cast) -> Lamp:
    row = Lamp(name="甲", state=LampState.OFF, state_since=AT)
    db.session.add(row)
    audit.record(cast.actor("officer", at=AT), "lamp.make", row, "装灯")
    return row


@command
def move(cast: Cast, row: Lamp, action: str, reason: str | None = None) -> None:
    LAMP.apply(row, action, cast.actor("officer", at=AT), reason=reason)


def test_a_move_changes_the_state_stamps_it_and_speaks(cast: Cast, lamp: Lamp) -> None:
    move(cast, lamp, "light")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "lamp.light")).one()
    assert lamp.state is LampState.LIT
    assert lamp.state_since == AT
    assert entry.sentence == "点亮：灯“甲”"
    assert entry.changes == {"state": ["off", "lit"]}


def test_the_second_press_of_a_button_does_nothing_and_says_so(cast: Cast, lamp: Lamp) -> None:
    move(cast, lamp, "light")
    with pytest.raises(RuleError, match="灯“甲”现在是“点亮”，不能点亮"):
        move(cast, lamp, "light")
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.event == "lamp.light")).all()) == 1


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_a_move_that_needs_a_reason_gets_one(cast: Cast, lamp: Lamp, reason: str | None) -> None:
    with pytest.raises(RuleError, match="需要说明理由") as refused:
        move(cast, lamp, "break", reason)
    assert refused.value.field == "reason"
    assert lamp.state is LampState.OFF


def test_the_reason_is_kept(cast: Cast, lamp: Lamp) -> None:
    move(cast, lamp, "break", "摔坏了")
    assert db.session.scalars(select(AuditEntry.reason).where(AuditEntry.event == "lamp.break")).one() == "摔坏了"


def test_the_buttons_are_the_moves_of_the_state(lamp: Lamp) -> None:
    assert [one.verb for one in LAMP.open_moves(lamp)] == ["点亮", "报废"]
    assert not LAMP.allows(Lamp(name="乙", state=LampState.BROKEN), "light")


def test_the_diagram_is_the_table() -> None:
    assert LAMP.diagram().splitlines() == [
        "stateDiagram-v2",
        "    熄灭 --> 点亮: 点亮",
        "    熄灭 --> 损坏: 报废",
        "    点亮 --> 损坏: 报废",
    ]
