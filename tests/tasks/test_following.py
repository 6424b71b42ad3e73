"""Tasks after a plan was amended: carried over, never changed or ended silently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.plans import make_import, make_plan, plan_draft
from tests.makers.tasks import make_assigned_tasks, make_issued_tasks, tasks_of
from tracker.core.audit import AuditEntry
from tracker.core.db import db
from tracker.core.errors import RuleErrors
from tracker.messages.models import Message
from tracker.plans import actions as plans
from tracker.plans.importing.draft import PlanDraft
from tracker.plans.models import Plan
from tracker.tasks.actions import following as actions
from tracker.tasks.models import TaskState
from tracker.tasks.queries import following, waiting_for

Client = Callable[[str], FlaskClient]
LATER = date(2026, 3, 2)
REASON = "规划调整。"


def amended(*, first: str = "", drop_last: bool = False, swap: bool = False) -> PlanDraft:
    """The maker's plan with its first measure in other words, without its last, or with one gone to the other area."""
    plan = plan_draft()
    one, two = plan.areas
    ones, twos = list(one.measures), list(two.measures)
    if first:
        ones[0] = replace(ones[0], text=first, title=first.split("。")[0])
    if drop_last:
        twos.pop()
    if swap:
        twos.append(replace(ones.pop(), no=4))
    return replace(plan, areas=(replace(one, measures=tuple(ones)), replace(two, measures=tuple(twos))))


NEW = "做好妇女与健康第1项工作，并向乡镇延伸。每年安排一次，逐项落实到单位。"


def amend(cast: Cast, new: PlanDraft) -> Plan:
    return plans.import_reading(cast.actor("officer", on=LATER), make_import(cast, new, on=LATER))[0]


def test_a_draft_in_the_old_words_says_the_new_ones(cast: Cast) -> None:
    plan = make_assigned_tasks(cast)
    amend(cast, amended(first=NEW))
    task = tasks_of(plan)[0]
    assert task.content == NEW
    assert task.title == "做好妇女与健康第1项工作，并向乡镇延伸"
    assert len(task.living) == 3
    assert db.session.scalars(select(AuditEntry).where(AuditEntry.event == "task.follow")).one()


def test_an_issued_task_keeps_its_words_until_the_head_takes_the_new_ones(client: Client, cast: Cast) -> None:
    plan = make_issued_tasks(cast)
    old = tasks_of(plan)[0].content
    amend(cast, amended(first=NEW))
    task = tasks_of(plan)[0]
    assert task.content == old
    assert [one.id for one in following.in_former_words(plan)] == [task.id]
    page = client("officer").get(f"/plans/{plan.id}/tasks/amended").text
    assert "由办公室主任决定" in page
    data = {"ids": [task.id], "reason": REASON, "do": "reword"}
    assert "只能由办公室主任" in client("officer").post(f"/plans/{plan.id}/tasks/amended", data=data).text
    answer = client("head").post(f"/plans/{plan.id}/tasks/amended", data=data, follow_redirects=True)
    assert "已更新 1 项任务的文字" in answer.text
    assert tasks_of(plan)[0].content == NEW
    told = db.session.scalars(select(Message).where(Message.kind == "tasks.part_reworded")).all()
    assert {one.unit_id for one in told} >= {cast.unit("市教育局").id, cast.unit("市卫生健康委").id}
    assert not following.in_former_words(plan)


def test_a_task_goes_with_its_measure_to_another_area(cast: Cast) -> None:
    plan = make_issued_tasks(cast)
    moved = tasks_of(plan)[2].id
    amend(cast, amended(swap=True))
    assert [task.id for task in tasks_of(plan)][-1] == moved
    task = tasks_of(plan)[-1]
    assert task.area.name == "妇女与教育"
    assert task.number == "2-4"
    assert not following.left_without_measure(plan)


def test_the_task_of_a_dropped_measure_waits_for_the_office_and_ends_with_a_reason(client: Client, cast: Cast) -> None:
    plan = make_issued_tasks(cast)
    last = tasks_of(plan)[-1].id
    amend(cast, amended(drop_last=True))
    assert [one.id for one in following.left_without_measure(plan)] == [last]
    assert tasks_of(plan)[-1].state is TaskState.ISSUED
    assert "1项任务的措施已删去" in [one.note for one in waiting_for(cast.actor("officer", on=LATER))]
    page = client("head").get(f"/plans/{plan.id}/tasks/amended").text
    assert "撤销选中的任务" in page
    data = {"ids": [last], "do": "end"}
    assert "请填写" in client("head").post(f"/plans/{plan.id}/tasks/amended", data=data).text
    client("head").post(f"/plans/{plan.id}/tasks/amended", data={**data, "reason": REASON})
    assert tasks_of(plan)[-1].state is TaskState.CANCELLED
    assert not following.left_without_measure(plan)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "task.cancel")).one()
    assert entry.reason == REASON


def test_drafts_of_dropped_measures_go_and_others_are_refused(cast: Cast) -> None:
    plan = make_assigned_tasks(cast, make_plan(cast))
    amend(cast, amended(drop_last=True))
    officer = cast.actor("officer", on=LATER)
    with pytest.raises(RuleErrors, match="仍在规划中"):
        actions.end_dropped(officer, plan, tasks_of(plan)[:1], REASON)
    assert actions.end_dropped(officer, plan, following.left_without_measure(plan), REASON) == 1
    assert len(tasks_of(plan)) == 5
