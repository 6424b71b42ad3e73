"""衔接比对 as the office does it: choose, look, confirm, correct, take out."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select

from tests.cast import Cast
from tracker.alignment import actions, queries
from tracker.alignment.judging import Verdict
from tracker.alignment.models import Comparison, ItemKind, Pair
from tracker.core import files
from tracker.core.db import db
from tracker.core.errors import RuleError
from tracker.plans import actions as plan_actions
from tracker.plans.actions import edit_goal
from tracker.plans.models import Goal, Plan

UPPER = """临江省妇女发展规划（2021—2030年）

一、指导思想
回应家庭的期盼。

二、发展领域、主要目标和策略措施

（一）妇女与健康
主要目标：
1. 体检车覆盖全部乡镇，两癌筛查率达到80%以上。
2. 夜间诊疗服务普遍开展。
策略措施：
1. 办好社区夜校。每个街道开办一所，安排专人管理。
2. 全面推行护学岗。放学时段由家长和志愿者轮流值守。

三、组织实施
（一）加强组织领导。每年听取一次汇报。
"""
OWN = (
    UPPER.replace("临江省", "云川市")
    .replace("80%", "70%")
    .replace("2. 夜间诊疗服务普遍开展。", "2. 建成二十个母婴室。")
    .replace("全面推行护学岗", "探索推行护学岗")
)


def make_plan(cast: Cast, text: str, who: str = "officer") -> Plan:
    """A plan written into a committee as its office would."""
    content, actor = text.encode(), cast.actor(who)
    draft = plan_actions.start_import(
        actor, files.put_bytes(content), "规划.txt", plan_actions.read(content, "规划.txt")
    )
    return plan_actions.import_reading(actor, draft, version=draft.version)[0]


@pytest.fixture
def plan(cast: Cast) -> Plan:
    return make_plan(cast, OWN)


@pytest.fixture
def comparison(cast: Cast, plan: Plan, client: Callable[[str], FlaskClient]) -> Comparison:
    answer = client("officer").post(
        "/comparisons/new", data={"plan": plan.id, "upper": "", "file": (BytesIO(UPPER.encode()), "上级规划.txt")}
    )
    assert answer.status_code == 302
    return db.session.scalars(select(Comparison)).one()


def verdicts(comparison: Comparison) -> list[Verdict]:
    return [pair.verdict for pair in queries.pairs_of(comparison.id)]


def test_every_item_of_both_sides_is_in_one_pair_with_its_verdict(comparison: Comparison) -> None:
    goals = [pair.verdict for pair in queries.pairs_of(comparison.id, ItemKind.GOAL)]
    assert goals == [Verdict.LOWERED, Verdict.ADDED, Verdict.OMITTED]
    measures = queries.pairs_of(comparison.id, ItemKind.MEASURE)
    assert [pair.verdict for pair in measures] == [Verdict.EQUAL, Verdict.WEAKENED]
    assert "探索推行护学岗" in measures[1].grounds[0]


def test_the_page_shows_both_texts_both_numbers_and_the_reason(
    comparison: Comparison, client: Callable[[str], FlaskClient]
) -> None:
    page = client("officer").get(f"/comparisons/{comparison.id}").text
    assert "要求降低" in page
    assert "两癌筛查率：上级不低于80%，本级不低于70%，要求降低。" in page
    narrowed = client("officer").get(f"/comparisons/{comparison.id}?verdict=omitted").text
    assert "夜间诊疗服务" in narrowed
    assert "体检车" not in narrowed


def test_a_person_corrects_pairs_and_comparing_again_keeps_them(
    cast: Cast, comparison: Comparison, client: Callable[[str], FlaskClient]
) -> None:
    officer = client("officer")
    omitted, added = (
        queries.pairs_of(comparison.id, ItemKind.GOAL)[2],
        queries.pairs_of(comparison.id, ItemKind.GOAL)[1],
    )
    page = officer.get(f"/comparison-pairs/{omitted.id}").text
    assert "母婴室" in page
    officer.post(f"/comparison-pairs/{omitted.id}", data={"other": added.id})
    joined = db.session.get_one(Pair, omitted.id)
    assert (joined.is_confirmed, joined.item is not None, joined.upper_index is not None) == (True, True, True)
    officer.post(f"/comparisons/{comparison.id}/again")
    kept = db.session.get_one(Pair, omitted.id)
    assert kept.item is not None
    assert len(queries.pairs_of(comparison.id, ItemKind.GOAL)) == 2
    officer.post(f"/comparison-pairs/{omitted.id}/part")
    assert sorted(verdicts(comparison)) == sorted(
        [Verdict.LOWERED, Verdict.ADDED, Verdict.OMITTED, Verdict.EQUAL, Verdict.WEAKENED]
    )


def test_words_that_changed_since_are_shown_and_judged_anew(
    cast: Cast, comparison: Comparison, client: Callable[[str], FlaskClient]
) -> None:
    first = queries.pairs_of(comparison.id, ItemKind.GOAL)[0]
    actions.confirm(cast.actor("officer"), comparison, [first])
    goal = db.session.get_one(Goal, first.goal_id)
    edit_goal(cast.actor("officer"), goal, number="1", text=goal.text.replace("70%", "85%"), version=goal.version)
    assert "文字已修改" in client("officer").get(f"/comparisons/{comparison.id}").text
    actions.compare_again(cast.actor("officer"), db.session.get_one(Comparison, comparison.id))
    assert db.session.get_one(Pair, first.id).verdict is Verdict.RAISED


def test_it_goes_out_as_a_table_and_as_an_annex(comparison: Comparison, client: Callable[[str], FlaskClient]) -> None:
    officer = client("officer")
    sheet = load_workbook(BytesIO(officer.get(f"/comparisons/{comparison.id}.xlsx").data)).active
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert {"要求降低", "本级未写", "本级新增", "表述减弱", "一致"} <= set(cells)
    text = "".join(page.extract_text() for page in PdfReader(
        BytesIO(officer.get(f"/comparisons/{comparison.id}/paper.pdf").data)).pages)  # fmt: skip
    assert "要求降低1条" in text.replace("\n", "")
    assert "办好社区夜校" not in text.replace("\n", "")
    assert officer.get(f"/comparisons/{comparison.id}/paper.docx").data[:2] == b"PK"


def test_a_plan_of_the_committee_above_is_offered(cast: Cast, plan: Plan, client: Callable[[str], FlaskClient]) -> None:
    above = make_plan(cast, UPPER, who="upper_officer")
    page = client("officer").get("/comparisons/new").text
    assert above.title in page
    client("officer").post("/comparisons/new", data={"plan": plan.id, "upper": above.id})
    made = db.session.scalars(select(Comparison)).one()
    assert (made.upper_plan_id, made.upper_title) == (above.id, above.title)


def test_what_cannot_be_compared_is_told_in_a_sentence(
    cast: Cast, plan: Plan, client: Callable[[str], FlaskClient]
) -> None:
    officer = client("officer")
    page = officer.post("/comparisons/new", data={"plan": plan.id, "upper": ""}).text
    assert "请选择上级规划，或者上传上级规划文件。" in page
    assert "请选择。" in officer.post("/comparisons/new", data={"plan": "-99999999999999999999", "upper": plan.id}).text
    page = officer.post(
        "/comparisons/new", data={"plan": plan.id, "upper": "", "file": (BytesIO(b"\x89PNG\r\n"), "x.txt")}
    )
    assert page.status_code == 200
    assert db.session.scalars(select(Comparison)).all() == []
    with pytest.raises(RuleError):
        actions.compare(cast.actor("officer"), plan, actions.upper_of(plan))


def test_two_plans_of_one_committee_that_contradict_each_other_are_shown(
    cast: Cast, plan: Plan, client: Callable[[str], FlaskClient]
) -> None:
    assert queries.contradictions(cast.actor("officer")) == []
    other = OWN.replace("妇女发展规划", "儿童发展规划").replace("妇女与健康", "儿童与健康").replace("70%", "85%")
    make_plan(cast, other)
    found = queries.contradictions(cast.actor("officer"))
    assert [(one.one.words, one.other.words) for one in found] == [("不低于70%", "不低于85%")]
    assert "两癌筛查率" in client("officer").get("/comparisons").text
