"""What stands on a desk is chosen before it is cut: what is nobody's business here hides nothing behind it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.cast import Cast
from tests.reports.test_aside import houses_the_office
from tests.supervision.letters import DAY, issue_with_any_paper, make_free
from tests.supervision.test_matters import WORDS, answer, make_instruction
from tracker.accounts.models import User
from tracker.core.db import db
from tracker.supervision import actions, policy
from tracker.supervision.models import Matter, Notice
from tracker.supervision.queries import extensions, judging, matters

ON = date(2026, 2, 3)
LATER, LATEST = date(2026, 3, 2), date(2026, 3, 9)
PEOPLE = ("officer", "second_officer", "head", "chair", "liaison")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_CLOCK", "2026-02-03T10:00:00+08:00")


def may_verify(cast: Cast, model: type[Notice] | type[Matter]) -> dict[str, set[int]]:
    """Per person: the rows that the database says they may verify."""
    return {
        who: set(db.session.scalars(select(model.id).where(judging.verifiable(cast.actor(who, on=ON), model))))
        for who in PEOPLE
    }


def test_the_database_says_as_the_policy_who_verifies(cast: Cast) -> None:
    houses_the_office(cast, "市妇联")
    notices = [make_free(cast, unit, subject=unit) for unit in ("市教育局", "市卫生健康委", "市妇联", "市民政局")]
    for notice in notices:
        issue_with_any_paper(cast, notice)
    actions.reply(cast.actor("liaison", on=ON), notices[0], "已办理。")
    chair = db.session.get_one(User, cast.actor("chair").user_id)
    actions.name_verifier(cast.actor("head", on=ON), notices[3], chair, "主任要求回避。")
    items = list(make_instruction(cast, "市教育局", "市卫生健康委", "市妇联").matters)
    answer(cast, items[0], on=ON)
    for model, rows in ((Notice, notices), (Matter, items)):
        assert may_verify(cast, model) == {
            who: {one.id for one in rows if policy.may_verify(cast.actor(who, on=ON), one)} for who in PEOPLE
        }
    assert may_verify(cast, Notice)["chair"] == {notices[3].id}
    assert may_verify(cast, Notice)["officer"] == set(), "of one's own writing"


def test_what_a_colleague_verifies_hides_nothing_of_ones_own(cast: Cast) -> None:
    instruction, colleague = make_instruction(cast, "市教育局"), cast.actor("second_officer", on=DAY)
    first = instruction.matters[0]
    second = actions.note_matter(colleague, instruction, cast.unit("市卫生健康委"), WORDS)
    actions.assign_instruction(colleague, instruction)
    answer(cast, first, on=ON)
    answer(cast, second, on=ON)
    assert matters.waiting(cast.actor("officer", on=ON), 1) == [second]
    assert matters.waiting(cast.actor("second_officer", on=ON), 1) == [first]


def test_a_request_that_an_answer_has_overtaken_hides_none_that_waits(cast: Cast) -> None:
    first, second = make_instruction(cast, "市教育局", "市卫生健康委").matters
    actions.ask_extension(cast.actor("liaison", on=DAY), first, LATER, "数据未出。")
    waiting = actions.ask_extension(cast.actor("other_liaison", on=DAY), second, LATER, "数据未出。")
    answer(cast, first, on=ON)
    head = cast.actor("head", on=ON)
    assert extensions.asked(head, 1) == [waiting]
    actions.grant_extension(head, waiting, LATEST)
    assert extensions.asked(head, 1) == []
