"""The daily run: right day, right people, once, nothing after settling."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from tests.cast import Cast
from tracker.accounts.models import Holding
from tracker.committees.models import Committee
from tracker.core import clock
from tracker.core.audit import AuditEntry
from tracker.core.calendar import CalendarDay
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.messages.models import Message
from tracker.reminders import actions, queries
from tracker.reminders.jobs import remind
from tracker.reminders.models import Watch

OPENED = date(2025, 12, 1)
DUE = date(2026, 1, 15)
# 4 January 2026 is a Sunday on which everybody works: the tenth working day before is 31 December.
TEN_BEFORE, THREE_BEFORE, DAY_AFTER = date(2025, 12, 31), date(2026, 1, 12), date(2026, 1, 16)


def watch(cast: Cast, unit: str | None = "市教育局", *, number: int = 7, due_on: date = DUE, on: date = OPENED) -> int:
    row = actions.watch(
        committee_id=cast.committee_id, unit_id=cast.units[unit] if unit else None, kind="report.due",
        subject_type="Report", subject_id=number, title="报送2025年年度报告", path=f"/reports/{number}",
        due_on=due_on, on=on,
    )  # fmt: skip
    return row.id


@command
def set_next(number: int, day: date) -> None:
    db.session.execute(update(Watch).where(Watch.id == number).values(next_on=day))


def said() -> list[tuple[str, str]]:
    """(kind, name of the recipient), in order."""
    rows = db.session.execute(
        select(Message.kind, Holding).join(Holding, Holding.user_id == Message.recipient_id).order_by(Message.id)
    )
    return [(kind, holding.user.name) for kind, holding in rows]


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 15, tzinfo=clock.SHANGHAI)


def test_the_liaison_is_told_before_the_day_and_the_leader_as_well_after_it(cast: Cast) -> None:
    watch(cast)
    assert [remind(day) for day in (TEN_BEFORE, THREE_BEFORE, DAY_AFTER)] == [1, 1, 2]
    assert said() == [
        ("report.due.-10", "王敏"),
        ("report.due.-3", "王敏"),
        ("report.due.+1", "王敏"),
        ("report.due.+1", "赵强"),
    ]


def test_a_day_without_a_rung_says_nothing(cast: Cast) -> None:
    watch(cast)
    assert remind(date(2025, 12, 29)) == 0
    assert said() == []


def test_the_same_day_twice_says_nothing_twice(cast: Cast) -> None:
    watch(cast)
    assert [remind(TEN_BEFORE), remind(TEN_BEFORE)] == [1, 0]


def test_two_runs_that_both_saw_the_rung_say_it_once(cast: Cast) -> None:
    number = watch(cast)
    assert [actions.say_rungs([number], TEN_BEFORE), actions.say_rungs([number], TEN_BEFORE)] == [1, 0]


def test_a_standstill_is_caught_up_once_with_the_words_of_the_day(cast: Cast) -> None:
    watch(cast)
    assert remind(date(2026, 1, 13)) == 1
    message = db.session.scalars(select(Message)).one()
    assert message.kind == "report.due.-3"
    assert message.title == "提示：请于1月15日前报送2025年年度报告，还剩2个工作日"
    assert remind(DAY_AFTER) == 2


def test_on_days_off_nobody_is_reminded_and_the_next_working_day_catches_up(cast: Cast) -> None:
    watch(cast, due_on=date(2026, 1, 9))
    assert [remind(date(2026, 1, 10)), remind(date(2026, 1, 11))] == [0, 0]
    assert remind(date(2026, 1, 12)) == 2
    assert db.session.scalars(select(Message)).all()[0].title.startswith("催报：报送2025年年度报告已逾期1个工作日")


def test_a_deadline_set_late_does_not_make_up_for_rungs_long_past(cast: Cast) -> None:
    watch(cast, on=date(2026, 1, 5))
    assert remind(date(2026, 1, 6)) == 0
    assert remind(THREE_BEFORE) == 1


def test_settling_silences_at_once_also_what_is_already_queued(cast: Cast) -> None:
    watch(cast)
    remind(TEN_BEFORE)
    message = db.session.scalars(select(Message)).one()
    assert queries.still_due(message)
    assert actions.settle("report.due", "Report", [7], at(TEN_BEFORE)) == 1
    assert not queries.still_due(db.session.scalars(select(Message)).one())
    assert remind(DAY_AFTER) == 0


def test_a_settled_deadline_is_silent_whatever_day_still_stands_there(cast: Cast) -> None:
    """The ladder was found anew by one process in the moment in which the report came in at another."""
    number = watch(cast)
    actions.settle("report.due", "Report", [7], at(OPENED))
    set_next(number, TEN_BEFORE)
    assert queries.due_ids(TEN_BEFORE) == []
    assert actions.say_rungs([number], TEN_BEFORE) == 0
    assert said() == []


def test_a_moved_deadline_moves_its_reminders_and_voids_the_old_ones(cast: Cast) -> None:
    watch(cast)
    remind(THREE_BEFORE)
    watch(cast, due_on=date(2026, 1, 30), on=date(2026, 1, 13))
    assert not queries.still_due(db.session.scalars(select(Message)).one())
    assert remind(date(2026, 1, 16)) == 1
    assert [kind for kind, _ in said()] == ["report.due.-3", "report.due.-10"]


def test_watching_the_same_day_again_says_nothing_again(cast: Cast) -> None:
    watch(cast)
    remind(TEN_BEFORE)
    watch(cast, on=TEN_BEFORE)
    assert remind(date(2026, 1, 4)) == 0
    assert remind(THREE_BEFORE) == 1


def test_a_settled_deadline_can_be_watched_again(cast: Cast) -> None:
    watch(cast)
    actions.settle("report.due", "Report", [7], at(OPENED))
    watch(cast, on=date(2026, 1, 5))
    assert remind(THREE_BEFORE) == 1


def test_who_has_left_gets_nothing(cast: Cast) -> None:
    @command
    def leaves() -> None:
        db.session.execute(
            update(Holding).where(Holding.id == cast.holdings["liaison"]).values(ends_on=date(2026, 1, 9))
        )

    watch(cast)
    remind(TEN_BEFORE)
    message = db.session.scalars(select(Message)).one()
    leaves()
    assert queries.recipient_stays(message, date(2026, 1, 9))
    assert not queries.recipient_stays(message, date(2026, 1, 10))
    remind(THREE_BEFORE)
    assert said()[1:] == [("report.due.-3", "赵强")], "without a liaison the leader is told"


def test_what_the_office_owes_is_told_to_the_office(cast: Cast) -> None:
    watch(cast, None)
    remind(THREE_BEFORE)
    assert sorted(name for _, name in said()) == sorted(["陈静", "周洁", "林华"])


def test_a_failing_row_leaves_the_others(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    @command
    def spoil(number: int) -> None:
        db.session.execute(update(Watch).where(Watch.id == number).values(kind="no.such.template"))

    spoil(watch(cast))
    watch(cast, "市卫生健康委", number=8)
    assert remind(TEN_BEFORE) == 1
    assert [name for _, name in said()] == ["李娜"]
    assert "no.such.template" in caplog.text


def test_a_changed_calendar_or_ladder_moves_the_next_rung(cast: Cast) -> None:
    @command
    def change() -> None:
        committee = db.session.get_one(Committee, cast.committee_id)
        db.session.execute(
            update(Committee).where(Committee.id == committee.id).values(stored_settings={"reminder_offsets": [-5]})
        )

    @command
    def holiday() -> None:
        db.session.execute(
            CalendarDay.__table__.insert().values(day=date(2026, 1, 14), is_workday=False, note="")  # type: ignore[attr-defined]
        )

    number = watch(cast)
    change()
    assert actions.replan(OPENED, cast.committee_id) == 1
    assert db.session.get_one(Watch, number).next_on == date(2026, 1, 8)
    holiday()
    assert actions.replan(OPENED) == 1
    assert db.session.get_one(Watch, number).next_on == date(2026, 1, 7)


def test_the_office_chases_by_hand_once_a_day_and_it_is_written_down(cast: Cast) -> None:
    number = watch(cast)
    officer = cast.actor("officer", on=date(2026, 1, 20))
    assert actions.nudge(officer, db.session.get_one(Watch, number)) == 2
    with pytest.raises(RuleError, match="今天已经催报过"):
        actions.nudge(officer, db.session.get_one(Watch, number))
    assert actions.nudge(cast.actor("head", on=date(2026, 1, 21)), db.session.get_one(Watch, number)) == 2
    row = db.session.get_one(Watch, number)
    assert row.nudged_by is not None
    assert row.nudged_by.name == "林华"
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "reminder.nudge")).all()
    assert [entry.sentence for entry in entries] == ["催报市教育局：报送2025年年度报告（已通知2人）"] * 2


def test_a_settled_deadline_is_not_chased(cast: Cast) -> None:
    number = watch(cast)
    actions.settle("report.due", "Report", [7], at(OPENED))
    with pytest.raises(RuleError, match="已经办理"):
        actions.nudge(cast.actor("officer", on=DUE), db.session.get_one(Watch, number))


def test_the_ledger_counts_sayings_and_not_recipients(cast: Cast) -> None:
    watch(cast)
    for day in (TEN_BEFORE, THREE_BEFORE, DAY_AFTER):
        remind(day)
    assert str(queries.ledger("Report", [7, 8])[7]) == "已提醒3次，最近一次2026年1月16日"
    assert 8 not in queries.ledger("Report", [7, 8])


def test_the_coming_sixty_days_are_known_by_day(cast: Cast) -> None:
    watch(cast)
    watch(cast, "市卫生健康委", number=8)
    ahead = queries.coming(cast.actor("officer", on=date(2025, 12, 15)))
    assert [(one.day, one.rung, [unit.short_name for unit in one.units]) for one in ahead] == [
        (TEN_BEFORE, "提前10个工作日", ["市教育局", "市卫生健康委"]),
        (THREE_BEFORE, "提前3个工作日", ["市教育局", "市卫生健康委"]),
        (DAY_AFTER, "逾期1个工作日", ["市教育局", "市卫生健康委"]),
    ]
