"""Names of units that a document uses and nobody knows: asked once, remembered, used at the next import."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from flask.testing import FlaskClient

from tests.cast import Cast
from tests.makers.plans import make_import, plan_draft
from tracker.committees import queries as committees
from tracker.committees.actions import create_unit as add_unit
from tracker.committees.models import System, Unit
from tracker.core.db import db
from tracker.plans import actions
from tracker.plans.importing.draft import PlanDraft, ResponsibleDraft
from tracker.plans.importing.stored import doubts_of
from tracker.plans.models import Plan

Client = Callable[[str], FlaskClient]
DAY = date(2021, 9, 1)


def named(*names: str, kind: str = "women") -> PlanDraft:
    """A small plan whose first measure is given to these names."""
    plan = plan_draft(kind=kind)
    units = tuple(ResponsibleDraft(name, "joint") for name in names)
    first = plan.areas[0]
    measures = (replace(first.measures[0], responsible=units), *first.measures[1:])
    return replace(plan, areas=(replace(first, measures=measures), *plan.areas[1:]))


def test_an_unknown_name_is_asked_once_and_the_likely_unit_is_named_not_chosen(client: Client, cast: Cast) -> None:
    draft = make_import(cast, named("市教育和托育局", "市教育局", "各区县"))
    page = client("officer").get(f"/plans/import/{draft.id}?tab=names").text
    assert page.count("认作该单位") == 1
    assert "市教育和托育局" in page
    assert f'<option value="{cast.unit("市教育局").id}"' in page
    assert "名称相近的有市教育局" in page
    assert "selected>市教育局" not in page


def test_what_is_said_of_a_name_holds_for_the_next_import(client: Client, cast: Cast) -> None:
    draft = make_import(cast, named("幼教科室"))
    said = {"name": "幼教科室", "do": "unit", "unit": cast.unit("市教育局").id}
    answer = client("officer").post(f"/plans/import/{draft.id}/names", data=said, follow_redirects=True)
    assert "今后“幼教科室”都认作市教育局。" in answer.text
    assert "认作该单位" not in answer.text
    later = make_import(cast, named("幼教科室", kind="children"))
    assert "认作该单位" not in client("officer").get(f"/plans/import/{later.id}?tab=names").text
    known = committees.names_of_units(cast.committee.id, DAY)
    assert committees.unit_named("幼教科室", known) == cast.unit("市教育局")


def test_what_is_no_unit_is_not_asked_again_until_the_office_wants_it(client: Client, cast: Cast) -> None:
    plan = imported(cast, named("全体家长"))
    officer = client("officer")
    page = officer.post(f"/plans/{plan}/names", data={"name": "全体家长", "do": "ignore"}, follow_redirects=True).text
    assert "规划中写明的单位都在名单之中。" in page
    assert "恢复询问" in page
    page = officer.post(f"/plans/{plan}/names", data={"name": "全体家长", "do": "mind"}, follow_redirects=True).text
    assert "认作该单位" in page


def test_a_name_that_another_unit_bears_is_refused(client: Client, cast: Cast) -> None:
    plan = imported(cast, named("幼教科室"))
    said = {"name": "市妇联", "do": "unit", "unit": cast.unit("市教育局").id}
    assert "“市妇联”已经是市妇联的名称。" in client("officer").post(
        f"/plans/{plan}/names", data=said, follow_redirects=True
    ).text  # fmt: skip


def test_no_choice_and_nonsense_change_nothing(client: Client, cast: Cast) -> None:
    plan = imported(cast, named("幼教科室"))
    officer = client("officer")
    page = officer.post(f"/plans/{plan}/names", data={"name": "幼教科室", "do": "unit"}, follow_redirects=True).text
    assert "请先选择单位" in page
    page = officer.post(f"/plans/{plan}/names", data={"do": "eat"}, follow_redirects=True).text
    assert "没有读懂" in page


def test_a_new_unit_comes_with_the_name_and_leads_back(client: Client, cast: Cast) -> None:
    plan = imported(cast, named("市幼教中心"))
    officer = client("officer")
    page = officer.get(f"/units/new?name=市幼教中心&next=/plans/{plan}/names").text
    assert 'value="市幼教中心"' in page
    facts = {"full_name": "云川市幼教中心", "short_name": "市幼教中心", "system": "government", "is_member": "y"}
    answer = officer.post("/units/new", data={**facts, "next": f"/plans/{plan}/names"})
    assert answer.location.endswith(f"/plans/{plan}/names")
    assert "认作该单位" not in officer.get(answer.location).text


def test_the_names_of_an_abolished_unit_lead_to_its_successor(cast: Cast) -> None:
    unit, heir = cast.unit("市妇联"), cast.unit("市教育局")
    unit.valid_to, unit.successor_id = date(2021, 1, 1), heir.id
    db.session.flush()
    assert committees.unit_named("市妇联", committees.names_of_units(cast.committee.id, DAY)) == heir


def test_doubts_about_names_are_left_to_the_list_of_names(cast: Cast) -> None:
    text = "云川市妇女发展规划（2021—2030年）\n一、发展领域\n（一）妇女与健康\n"
    text += "主要目标：\n1. 检查率达到90%。\n2. 覆盖面扩大。\n"
    text += "策略措施：\n1. 办好检查点。每月一次。（幼教联合体、市教育局负责）\n2. 添置设备。逐年更新。\n"
    reading = actions.read_text(text)
    assert [doubt.name for doubt in reading.doubts if doubt.name] == ["幼教联合体"]
    draft = make_import(cast, *reading.plans)
    assert not [doubt for doubt in doubts_of(draft) if "幼教联合体" in doubt.message]


def test_the_fields_of_duty_are_the_usual_ones_until_the_office_writes_its_own(client: Client, cast: Cast) -> None:
    unit = cast.unit("市卫生健康委")
    assert "宫颈癌" in unit.fields_of_duty
    form = {
        "full_name": unit.full_name, "short_name": unit.short_name, "system": unit.system.value, "is_member": "y",
        "version": unit.version, "duty_words": "\n".join(unit.fields_of_duty),
    }  # fmt: skip
    client("officer").post(f"/units/{unit.id}/edit", data=form)
    assert db.session.get_one(Unit, unit.id).duties == []
    form |= {"version": db.session.get_one(Unit, unit.id).version, "duty_words": "两癌筛查、月子中心\n托育"}
    client("officer").post(f"/units/{unit.id}/edit", data=form)
    assert db.session.get_one(Unit, unit.id).fields_of_duty == ["两癌筛查", "月子中心", "托育"]
    assert "两癌筛查、月子中心、托育" in client("officer").get(f"/units/{unit.id}").text


def imported(cast: Cast, plan: PlanDraft) -> int:
    made: Plan = actions.import_reading(cast.actor("officer", on=DAY), make_import(cast, plan))[0]
    return made.id


def test_the_name_of_the_area_may_be_left_out(cast: Cast) -> None:
    unit = add_unit(
        cast.actor("officer"), cast.committee, full_name="云川市园林绿化局", short_name="市绿化局",
        system=System.GOVERNMENT, position=90, is_member=True, is_office=False,
    )  # fmt: skip
    known = committees.names_of_units(cast.committee.id, DAY)
    assert committees.unit_named("市园林绿化局", known) == unit
