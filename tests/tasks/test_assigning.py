"""Breaking down and assigning."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.cast import Cast
from tests.makers.plans import make_import, make_plan, plan_draft
from tests.makers.tasks import make_assigned_tasks, make_consultation, make_issued_tasks, tasks_of
from tracker.committees import actions as committees
from tracker.core.audit import AuditEntry
from tracker.core.commands import command
from tracker.core.db import db
from tracker.core.errors import Conflict, RuleError, RuleErrors
from tracker.plans import actions as plans
from tracker.plans.importing import PlanDraft, ResponsibleDraft
from tracker.plans.models import Goal, Plan
from tracker.tasks import actions, queries
from tracker.tasks.actions.assigning import new_part, settle_places
from tracker.tasks.models import Assignment, AssignmentRole, AssignmentState, Outcome, Shape, Task, TaskState

Client = Callable[[str], FlaskClient]
LEAD, JOINT, SUPPORT = AssignmentRole.LEAD, AssignmentRole.JOINT, AssignmentRole.SUPPORT


def broken_down(cast: Cast) -> Plan:
    plan = make_plan(cast)
    actions.break_down(cast.actor("officer"), plan)
    return plan


def first(plan: Plan) -> Task:
    return tasks_of(plan)[0]


def parts(task: Task) -> list[tuple[str, str]]:
    return [(one.role.value, one.unit.short_name) for one in task.living]


def test_each_measure_becomes_one_task_in_the_plans_order(cast: Cast) -> None:
    plan = broken_down(cast)
    assert [task.number for task in tasks_of(plan)] == ["1-1", "1-2", "1-3", "2-1", "2-2", "2-3"]
    assert [task.position for task in tasks_of(plan)] == [1, 2, 3, 4, 5, 6]
    assert {task.state for task in tasks_of(plan)} == {TaskState.DRAFT}
    assert first(plan).content.startswith("做好妇女与健康第1项工作。")


def test_breaking_down_twice_adds_nothing(client: Client, cast: Cast) -> None:
    plan = make_plan(cast)
    officer = client("officer")
    for _ in range(2):
        officer.post(f"/plans/{plan.id}/tasks/make")
    assert len(tasks_of(plan)) == 6


def test_only_the_office_of_the_committee_breaks_down(cast: Cast) -> None:
    plan = make_plan(cast)
    for who in ("liaison", "chair", "upper_officer", "lower_officer"):
        with pytest.raises(RuleError, match="只有办公室"):
            actions.break_down(cast.actor(who), plan)


def test_a_measure_is_split_into_a_second_task_beside_the_first(cast: Cast) -> None:
    plan = broken_down(cast)
    measure = first(plan).measure
    assert measure is not None
    actions.add_task(
        cast.actor("officer"), plan, measure, title="第二件事", content="另一句。", is_yearly=False,
        due_on=date(2025, 12, 31), outcome=Outcome.DOCUMENT,
    )  # fmt: skip
    assert [task.title for task in tasks_of(plan)][:2] == ["做好妇女与健康第1项工作", "第二件事"]


def test_a_goal_may_be_a_task(cast: Cast) -> None:
    plan = broken_down(cast)
    goal = db.session.scalars(select(Goal).order_by(Goal.id)).first()
    assert goal is not None
    task = actions.add_task(cast.actor("officer"), plan, goal, title="达到目标")
    assert (task.number, task.position) == ("1-1", 4)


def test_a_one_off_task_needs_a_due_date_within_the_plan(cast: Cast) -> None:
    plan = broken_down(cast)
    words = {"title": "甲", "content": "乙", "outcome": Outcome.DOCUMENT, "shape": Shape.LED, "is_yearly": False}
    for due_on, said in ((None, "要有完成时限"), (date(2031, 1, 1), "规划期")):
        with pytest.raises(RuleError, match=said):
            actions.edit_task(cast.actor("officer"), first(plan), due_on=due_on, **words)


def test_a_task_edited_by_two_shows_both_texts(client: Client, cast: Cast) -> None:
    plan = broken_down(cast)
    task = first(plan)
    number, seen = task.id, task.version
    given = {"title": "甲题", "content": "甲文", "outcome": "document", "shape": "led", "timing": "yearly"}
    client("officer").post(f"/tasks/{number}/edit", data={**given, "version": seen})
    answer = client("second_officer").post(
        f"/tasks/{number}/edit", data={**given, "title": "乙题", "content": "乙文", "version": seen}
    )
    assert answer.status_code == 409
    assert "甲文" in answer.text
    assert "乙文" in answer.text
    assert first(plan).title == "甲题"


def test_a_unit_gets_a_part_and_another_part_replaces_it(cast: Cast) -> None:
    plan, officer = broken_down(cast), cast.actor("officer")
    actions.assign(officer, first(plan), cast.unit("市教育局"), JOINT)
    actions.assign(officer, first(plan), cast.unit("市教育局"), LEAD)
    assert parts(first(plan)) == [("lead", "市教育局")]


def test_a_new_lead_takes_the_place_of_the_one_before(cast: Cast) -> None:
    plan, officer = broken_down(cast), cast.actor("officer")
    actions.assign(officer, first(plan), cast.unit("市教育局"), LEAD)
    actions.assign(officer, first(plan), cast.unit("市民政局"), LEAD)
    assert parts(first(plan)) == [("lead", "市民政局")]


def test_a_task_of_shared_shape_has_no_lead(cast: Cast) -> None:
    plan, officer = broken_down(cast), cast.actor("officer")
    actions.edit_task(
        officer, first(plan), title="甲", content="乙", outcome=Outcome.ACTIVITY, shape=Shape.SHARED, is_yearly=True
    )
    with pytest.raises(RuleError, match="不设牵头单位"):
        actions.assign(officer, first(plan), cast.unit("市教育局"), LEAD)
    assert "没有责任单位" in (first(plan).gap or "")


def test_many_tasks_get_their_units_at_once_and_a_new_lead_takes_the_place(cast: Cast) -> None:
    plan, officer = broken_down(cast), cast.actor("officer")
    education, civil = cast.unit("市教育局"), cast.unit("市民政局")
    assert actions.assign_many(officer, tasks_of(plan), {LEAD: [education], SUPPORT: [civil]}) == 12
    assert actions.assign_many(officer, tasks_of(plan), {LEAD: [education], SUPPORT: [civil]}) == 0
    actions.assign_many(officer, tasks_of(plan)[:2], {LEAD: [civil]})
    assert parts(first(plan)) == [("lead", "市民政局")]
    assert parts(tasks_of(plan)[2]) == [("lead", "市教育局"), ("support", "市民政局")]


def test_replacing_leaves_exactly_the_chosen_units(cast: Cast) -> None:
    plan, officer = make_assigned_tasks(cast), cast.actor("officer")
    units = {LEAD: [cast.unit("市民政局")], JOINT: [], SUPPORT: [cast.unit("市法院")]}
    actions.assign_many(officer, tasks_of(plan), units, replace=True)
    assert {tuple(parts(task)) for task in tasks_of(plan)} == {(("lead", "市民政局"), ("support", "市法院"))}


def test_bulk_assignment_is_all_or_nothing_and_names_every_reason(cast: Cast) -> None:
    plan, officer = broken_down(cast), cast.actor("officer")
    for task in tasks_of(plan)[:2]:
        actions.edit_task(
            officer, task, title=task.title, content="乙", outcome=Outcome.ACTIVITY, shape=Shape.SHARED, is_yearly=True
        )
    with pytest.raises(RuleErrors) as error:
        actions.assign_many(officer, tasks_of(plan), {LEAD: [cast.unit("市教育局")]})
    assert len(error.value.sentences) == 2
    assert db.session.query(Assignment).count() == 0


def test_a_unit_is_taken_out_of_many_tasks(cast: Cast) -> None:
    plan = make_assigned_tasks(cast)
    assert actions.remove_unit(cast.actor("officer"), tasks_of(plan), cast.unit("市妇联")) == 6
    assert all("市妇联" not in dict(parts(task)).values() for task in tasks_of(plan))


def test_a_closed_unit_and_a_unit_of_elsewhere_get_no_task(cast: Cast) -> None:
    plan = broken_down(cast)
    committees.close_unit(
        cast.actor("officer", on=date(2022, 1, 1)), cast.unit("市民政局"), last_day=date(2021, 12, 31),
        reason="机构改革",
    )  # fmt: skip
    with pytest.raises(RuleError, match="不在现行单位名单"):
        actions.assign(cast.actor("officer", on=date(2022, 2, 1)), first(plan), cast.unit("市民政局"), LEAD)


def test_after_issue_a_part_changes_only_by_amendment(cast: Cast) -> None:
    plan, officer = make_issued_tasks(cast), cast.actor("officer")
    with pytest.raises(RuleError, match="调整分工"):
        actions.assign(officer, first(plan), cast.unit("市法院"), JOINT)
    with pytest.raises(RuleErrors):
        actions.assign_many(officer, tasks_of(plan), {JOINT: [cast.unit("市法院")]})
    with pytest.raises(RuleError, match="调整分工"):
        actions.unassign(officer, first(plan).living[0])


def test_the_bar_under_the_table_assigns_the_selected_tasks(client: Client, cast: Cast) -> None:
    plan = broken_down(cast)
    ids = [task.id for task in tasks_of(plan)[:3]]
    given = {"ids": ids, "unit": cast.units["市教育局"], "role": "lead", "do": "add"}
    page = client("officer").post(f"/plans/{plan.id}/tasks/units", data=given, follow_redirects=True)
    assert "选中 3 项任务，3 处变化" in page.text
    assert [len(task.living) for task in tasks_of(plan)] == [1, 1, 1, 0, 0, 0]
    again = client("officer").post(f"/plans/{plan.id}/tasks/units", data=given, follow_redirects=True)
    assert "0 处变化" in again.text


def test_all_that_the_filter_shows_is_assigned_at_once(client: Client, cast: Cast) -> None:
    plan = broken_down(cast)
    area = tasks_of(plan)[3].area_id
    given = {"all": "1", "unit": cast.units["市教育局"], "role": "joint", "do": "add"}
    client("officer").post(f"/plans/{plan.id}/tasks/units?area={area}", data=given)
    assert [len(task.living) for task in tasks_of(plan)] == [0, 0, 0, 1, 1, 1]


def test_several_units_are_given_on_a_page_of_their_own(client: Client, cast: Cast) -> None:
    plan = broken_down(cast)
    officer = client("officer")
    ids = [task.id for task in tasks_of(plan)[:2]]
    assert "为 2 项任务安排单位" in officer.post(f"/plans/{plan.id}/tasks/assign", data={"ids": ids}).text
    given = {
        "ids": ids, "do": "add", "lead": cast.units["市教育局"],
        "support": [cast.units["市民政局"], cast.units["市法院"]],
    }  # fmt: skip
    officer.post(f"/plans/{plan.id}/tasks/assign", data=given)
    assert parts(first(plan)) == [("lead", "市教育局"), ("support", "市法院"), ("support", "市民政局")]


def test_a_colleague_who_was_faster_wins(cast: Cast) -> None:
    """Two officers put a lead on one task at the same moment: the index refuses the second in a sentence."""
    plan, officer = broken_down(cast), cast.actor("officer")
    task = first(plan)
    actions.assign(officer, task, cast.unit("市教育局"), LEAD)

    @command
    def blind() -> None:
        new_part(officer, task, cast.unit("市民政局"), LEAD)
        settle_places()

    with pytest.raises(Conflict, match="同样的内容"):
        blind()


def named_plan(*responsible: tuple[str, str]) -> PlanDraft:
    draft = plan_draft(areas=1, goals=1, measures=1)
    measure = replace(draft.areas[0].measures[0], responsible=tuple(ResponsibleDraft(*one) for one in responsible))
    return replace(draft, areas=(replace(draft.areas[0], measures=(measure,)),))


def test_units_named_by_the_document_are_proposed_and_become_parts_only_when_accepted(
    client: Client, cast: Cast
) -> None:
    draft = make_import(
        cast,
        named_plan(
            ("教育局", "lead"), ("云川市卫生健康委员会", "joint"), ("市妇联", "guide"), ("市体育局", "joint"),
            ("各县（市、区）", "group"),
        ),
    )  # fmt: skip
    plan = plans.import_reading(cast.actor("officer"), draft)[0]
    actions.break_down(cast.actor("officer"), plan)
    sheet = queries.proposals_for(cast.actor("officer"), plan)
    found = [(one.unit.short_name, one.role) for one in sheet.areas[0].proposals]
    assert found == [("市教育局", LEAD), ("市卫生健康委", JOINT), ("市妇联", SUPPORT)]
    assert (sheet.unknown, sheet.groups) == ([("市体育局", 1)], [("各县（市、区）", 1)])
    assert parts(first(plan)) == []
    page = client("officer").get(f"/plans/{plan.id}/tasks/proposals").text
    assert "市体育局" in page
    keys = [one.key for one in sheet.areas[0].proposals][:2]
    client("officer").post(f"/plans/{plan.id}/tasks/proposals", data={"ids": keys})
    assert parts(first(plan)) == [("lead", "市教育局"), ("joint", "市卫生健康委")]
    assert first(plan).living[0].basis == "规划原文：教育局"


def test_where_the_document_names_units_and_no_lead_each_answers_for_itself(client: Client, cast: Cast) -> None:
    draft = make_import(cast, named_plan(("教育局", "joint"), ("云川市卫生健康委员会", "joint")))
    plan = plans.import_reading(cast.actor("officer"), draft)[0]
    actions.break_down(cast.actor("officer"), plan)
    actions.accept_proposals(cast.actor("officer"), plan, [])
    assert first(plan).shape is Shape.SHARED
    assert first(plan).gap is None
    page = client("officer").get(f"/plans/{plan.id}/consult").text
    assert re.search(r"将通知 2 个单位的 \d 人，就 1 项任务征求意见", page)


def test_removing_a_part_that_no_unit_saw_deletes_it_one_that_was_seen_is_withdrawn(cast: Cast) -> None:
    plan = make_assigned_tasks(cast)
    actions.unassign(cast.actor("officer"), first(plan).living[2])
    assert len(first(plan).assignments) == 2
    make_consultation(cast, plan)
    actions.unassign(cast.actor("officer"), first(plan).living[1])
    gone = [one for one in first(plan).assignments if not one.is_living]
    assert [one.state for one in gone] == [AssignmentState.WITHDRAWN]


def test_a_bulk_act_leaves_one_sentence(cast: Cast) -> None:
    plan = broken_down(cast)
    actions.assign_many(cast.actor("officer"), tasks_of(plan), {LEAD: [cast.unit("市教育局")]})
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.event == "task.assign_many")).one()
    assert entry.sentence == "为6项任务安排单位：牵头市教育局"
