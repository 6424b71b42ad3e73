"""Who might do a measure that names nobody: with a reason, never without a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.plans import make_import, make_plan, plan_draft
from tests.makers.tasks import make_issued_tasks, tasks_of
from tracker.plans import actions as plans
from tracker.plans.importing.draft import PlanDraft
from tracker.plans.models import Plan
from tracker.tasks import actions, queries
from tracker.tasks.models import AssignmentRole
from tracker.tasks.suggesting import Precedent, Suggested, Text, from_duties, from_precedents, merged

Client = Callable[[str], FlaskClient]
LEAD, SUPPORT = AssignmentRole.LEAD, AssignmentRole.SUPPORT
NAMES = {1: "卫生健康委", 2: "教育局", 3: "妇联"}
DUTIES = {1: ["宫颈癌筛查", "孕产妇"], 2: ["课程", "学校"], 3: ["家长学校", "家风"]}


def measure(title: str, text: str = "") -> Text:
    return Text("妇女与健康", title, text or f"{title}。")


def test_a_word_of_duty_proposes_the_unit_and_is_its_reason() -> None:
    found = from_duties([measure("扩大宫颈癌筛查", "在各街道设点，逐步扩大宫颈癌筛查。")], DUTIES, NAMES)[0]
    assert [(one.unit_id, one.role, one.why) for one in found] == [(1, LEAD, "宫颈癌筛查 → 卫生健康委")]


def test_the_longer_word_wins_over_the_shorter_within_it() -> None:
    found = from_duties([measure("办好家长学校", "家长学校每月开课。")], DUTIES, NAMES)[0]
    assert found[0].unit_id == 3
    assert found[0].role is LEAD


def test_a_measure_that_speaks_of_nobodys_duty_gets_no_suggestion() -> None:
    assert from_duties([measure("疏浚河道")], DUTIES, NAMES) == [[]]


def test_a_like_measure_of_an_earlier_plan_says_who_did_it() -> None:
    before = Precedent(
        measure("把护学岗延长到晚自习以后", "学校门口设护学岗，延长到晚自习以后。"), "上一周期规划“儿童与安全”第2条",
        ((2, LEAD, "教育局"), (3, SUPPORT, "妇联")),
    )  # fmt: skip
    ours = [measure("清理河道"), measure("延长护学岗值守", "学校门口护学岗值守延长到晚自习以后，雨雪天加岗。")]
    none, found = from_precedents(ours, [before])
    assert none == []
    assert [(one.unit_id, one.role) for one in found] == [(2, LEAD), (3, SUPPORT)]
    assert found[0].why == "上一周期规划“儿童与安全”第2条由教育局牵头"


def test_there_is_one_lead_and_no_unit_twice() -> None:
    one = Suggested(1, LEAD, "a", True)
    other = [Suggested(2, LEAD, "b", True), Suggested(1, SUPPORT, "c", False)]
    assert [(s.unit_id, s.role) for s in merged([one], other)] == [(1, LEAD), (2, SUPPORT)]


def silent_plan(cast: Cast, *, years: tuple[int, int] = (2021, 2030)) -> Plan:
    """A plan that names nobody and speaks of screening and of schools."""
    drawn: PlanDraft = plan_draft(areas=1, measures=3)
    texts = [
        ("扩大宫颈癌筛查", "扩大宫颈癌筛查。在街道设点，孕产妇优先。"),
        ("开好学校家政课", "开好学校家政课。课程进入学校的课表，教师轮训。"),
        ("疏浚河道", "疏浚河道。逐段推进。"),
    ]
    measures = tuple(
        replace(one, title=title, text=text) for one, (title, text) in zip(drawn.areas[0].measures, texts, strict=True)
    )
    title = f"云川市妇女发展规划（{years[0]}—{years[1]}年）"
    drawn = replace(drawn, title=title, period=years, areas=(replace(drawn.areas[0], measures=measures),))
    on = date(years[0], 9, 1)
    return plans.import_reading(cast.actor("officer", on=on), make_import(cast, drawn, on=on))[0]


def test_suggestions_become_parts_only_when_a_person_confirms_them(client: Client, cast: Cast) -> None:
    plan = silent_plan(cast)
    officer = cast.actor("officer", on=date(2021, 9, 6))
    actions.break_down(officer, plan)
    sheet = queries.proposals_for(officer, plan)
    said = [(one.task.title, one.unit.short_name, one.role) for one in sheet.areas[0].proposals]
    assert ("扩大宫颈癌筛查", "市卫生健康委", LEAD) in said
    assert ("开好学校家政课", "市教育局", LEAD) in said
    assert [task.title for task in sheet.without] == ["疏浚河道"]
    assert not any(task.living for task in tasks_of(plan))
    page = client("officer").get(f"/plans/{plan.id}/tasks/proposals").text
    assert "依据：" in page
    assert "宫颈癌" in page
    key = next(one.key for one in sheet.areas[0].proposals if one.role is LEAD)
    client("officer").post(f"/plans/{plan.id}/tasks/proposals", data={"ids": [key]})
    parts = [part for task in tasks_of(plan) for part in task.living]
    assert [(part.unit.short_name, part.role) for part in parts] == [("市卫生健康委", LEAD)]
    assert parts[0].basis.startswith("依据：")
    assert "宫颈癌" in parts[0].basis


def test_a_task_that_has_its_units_gets_no_suggestion(cast: Cast) -> None:
    plan = silent_plan(cast)
    officer = cast.actor("officer", on=date(2021, 9, 6))
    actions.break_down(officer, plan)
    actions.assign(officer, tasks_of(plan)[0], cast.unit("市妇联"), LEAD)
    sheet = queries.proposals_for(officer, plan)
    assert tasks_of(plan)[0].id not in {one.task.id for area in sheet.areas for one in area.proposals}


def test_the_plan_of_the_years_before_says_who_did_the_like(cast: Cast) -> None:
    make_issued_tasks(cast, make_plan(cast, areas=1))
    drawn = plan_draft(areas=1)
    later = replace(drawn, title="云川市妇女发展规划（2031—2035年）", period=(2031, 2035))
    on = date(2031, 1, 8)
    plan = plans.import_reading(cast.actor("officer", on=on), make_import(cast, later, on=on))[0]
    officer = cast.actor("officer", on=on)
    actions.break_down(officer, plan)
    first = tasks_of(plan)[0]
    found = [one for one in queries.proposals_for(officer, plan).areas[0].proposals if one.task.id == first.id]
    assert found[0].unit.short_name == "市教育局"
    assert found[0].role is LEAD
    assert found[0].basis == "依据：上一周期规划“妇女与健康”第1条由市教育局牵头"
