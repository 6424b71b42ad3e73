"""Splitting by sentences, merging, putting in order, goals as tasks; and all that is missing, on one page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.plans import make_plan
from tests.makers.tasks import make_assigned_tasks, make_issued_tasks, tasks_of
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.plans.models import Plan
from tracker.tasks import actions
from tracker.tasks.models import Task, sentences_of

Client = Callable[[str], FlaskClient]


def parts(task: Task) -> dict[str, str]:
    return {one.unit.short_name: one.role.label for one in task.living}


@pytest.mark.parametrize("text", ["", "一句。", "甲；乙。丙！\n丁", "“说完。”再说；（末。）", "没有句号"])
def test_the_sentences_of_a_text_are_the_text_again(text: str) -> None:
    assert "".join(sentences_of(text)) == text


def test_sentences_taken_out_become_a_task_of_their_own_behind_the_first(cast: Cast, client: Client) -> None:
    plan = make_assigned_tasks(cast)
    task = tasks_of(plan)[0]
    number, plan_id, whole = task.id, plan.id, task.content
    page = client("officer").get(f"/tasks/{number}/split").text
    assert "每年安排一次，逐项落实到单位。" in page
    form = {"sentences": "1", "title": "每年安排"}
    client("officer").post(f"/tasks/{number}/split", data=form)
    first, second = tasks_of(db.session.get_one(Plan, plan_id))[:2]
    assert first.id == number
    assert second.title == "每年安排"
    assert first.content + second.content == whole
    assert parts(second) == parts(first)
    again = client("officer").post(f"/tasks/{number}/split", data={"sentences": "0", "title": "全部"}).text
    assert "只有一句，不能按句拆分" in again


def test_merged_tasks_keep_all_words_units_and_measures(cast: Cast, client: Client) -> None:
    plan = make_assigned_tasks(cast)
    first, second = tasks_of(plan)[:2]
    texts, plan_id = [first.content, second.content], plan.id
    ids = [str(first.id), str(second.id)]
    page = client("officer").get(f"/plans/{plan_id}/tasks/merge?ids={ids[0]}&ids={ids[1]}").text
    assert "合并 2 项任务" in page
    client("officer").post(f"/plans/{plan_id}/tasks/merge", data={"ids": ids, "keep": ids[0]})
    tasks = tasks_of(db.session.get_one(Plan, plan_id))
    assert len(tasks) == 5
    assert [task.position for task in tasks] == [1, 2, 3, 4, 5]
    assert all(text in tasks[0].content for text in texts)
    assert parts(tasks[0]) == {"市教育局": "牵头", "市卫生健康委": "责任", "市妇联": "配合"}
    assert len(tasks[0].further) == 1
    assert not actions.break_down(cast.actor("officer"), db.session.get_one(Plan, plan_id)), "its measure has a task"
    with pytest.raises(RuleError, match="同一领域"):
        actions.merge_tasks(cast.actor("officer"), [tasks[0], tasks[4]], tasks[0])


def test_an_order_made_by_hand_stays_when_tasks_are_added(cast: Cast, client: Client) -> None:
    plan = make_assigned_tasks(cast)
    before = [task.id for task in tasks_of(plan)]
    number = before[1]
    client("officer").post(f"/tasks/{number}/place", data={"to": "up"})
    plan = db.session.get_one(Plan, plan.id)
    assert [task.id for task in tasks_of(plan)] == [number, before[0], *before[2:]]
    added = actions.add_task(cast.actor("officer"), plan, plan.areas[0].measures[2], title="再加一项")
    assert [task.id for task in tasks_of(plan)] == [number, before[0], before[2], added.id, *before[3:]]
    client("officer").post(f"/tasks/{number}/place", data={"to": "up"})
    assert tasks_of(db.session.get_one(Plan, plan.id))[0].id == number, "the first of its area stays the first"


def test_the_page_of_gaps_names_each_with_the_way_to_mend_it(cast: Cast, client: Client) -> None:
    plan = make_plan(cast)
    number = plan.id
    page = client("officer").get(f"/plans/{number}/tasks/gaps").text
    assert "没有任务的措施（6）" in page
    assert f"/plans/{number}/tasks/new?item=measure:{plan.areas[0].measures[0].id}" in page.replace("%3A", ":")
    plan = db.session.get_one(Plan, number)
    actions.break_down(cast.actor("officer"), plan)
    page = client("officer").get(f"/plans/{number}/tasks/gaps").text
    assert "缺牵头或责任单位的任务（6）" in page
    assert "没有任务的成员单位（6）" in page
    assert "没有任务的措施" not in page
    client("officer").post(f"/plans/{number}/tasks/goals")
    assert len(tasks_of(db.session.get_one(Plan, number))) == 10
    assert client("liaison").get(f"/plans/{number}/tasks/gaps").status_code == 403


def test_an_issued_task_changes_only_with_a_reason_and_its_units_are_told(cast: Cast, client: Client) -> None:
    number = tasks_of(make_issued_tasks(cast))[0].id
    form = {
        "title": "做好新的工作", "content": "改后的内容。", "outcome": "document", "shape": "led", "timing": "once",
        "due_on": "2028-12-31", "reason": "",
    }  # fmt: skip
    page = client("head").post(f"/tasks/{number}/amend", data=form).text
    assert "请填写此项" in page
    assert "改后的内容。" in page, "nothing typed is lost"
    client("head").post(f"/tasks/{number}/amend", data={**form, "reason": "市政府常务会议调整"})
    page = client("head").get(f"/tasks/{number}").text
    assert "做好新的工作" in page
    assert "市政府常务会议调整" in page
    assert "任务调整" in client("liaison").get("/inbox").text
    assert client("officer").get(f"/tasks/{number}/amend").status_code == 403
