"""Responsibility phrases in the forms in which issued texts write them."""

from __future__ import annotations

import pytest

from tracker.plans.importing import Doubt, MeasureDraft
from tracker.plans.importing.responsible import Rules, responsible_for

Pairs = list[tuple[str, str]]


def _read(phrase: str, rules: Rules | None = None) -> tuple[Pairs, list[Doubt]]:
    measure = MeasureDraft(1, "办好服务", f"办好服务。延长开放时间。{phrase}", 12, 12)
    units, doubts = responsible_for(measure, rules or Rules())
    return [(unit.unit, unit.role) for unit in units], doubts


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        (
            "（牵头单位：市卫生健康委，配合单位：市教育局、市妇联，各区、县级市）",
            [("市卫生健康委", "lead"), ("市教育局", "support"), ("市妇联", "support"), ("各区、县级市", "group")],
        ),
        ("（责任单位：市教育局、市民政局）", [("市教育局", "joint"), ("市民政局", "joint")]),
        ("责任单位：市教育局、市民政局", [("市教育局", "joint"), ("市民政局", "joint")]),
        ("（教育局、妇联负责）", [("教育局", "joint"), ("妇联", "joint")]),
        (
            "(市公安局牵头，市教育局、市司法局参与)",
            [("市公安局", "lead"), ("市教育局", "support"), ("市司法局", "support")],
        ),
        ("（市公安局牵头，市教育局按职责分工负责）", [("市公安局", "lead"), ("市教育局", "support")]),
        ("（市教育局、市民政局按职责分工负责）", [("市教育局", "joint"), ("市民政局", "joint")]),
        ("（市教育局会同有关部门负责）", [("市教育局", "lead"), ("有关部门", "group")]),
        ("（市教育局会同市卫生健康委负责）", [("市教育局", "lead"), ("市卫生健康委", "support")]),
        ("（市民政局指导，各区政府负责落实）", [("市民政局", "guide"), ("各区政府", "group")]),
        ("（负责部门：市教育局、市民政局；适用范围：全市）", [("市教育局", "joint"), ("市民政局", "joint")]),
        (
            "省科技厅、工业和信息化厅，省通信管理局按职责分工负责。",
            [("省科技厅", "joint"), ("省工业和信息化厅", "joint"), ("省通信管理局", "joint")],
        ),
        (
            "（省法院、检察院，省委宣传部、文化和旅游厅负责）",
            [("省法院", "joint"), ("省检察院", "joint"), ("省委宣传部", "joint"), ("省文化和旅游厅", "joint")],
        ),
        ("（市委组织部、宣传部负责）", [("市委组织部", "joint"), ("市委宣传部", "joint")]),
        (
            "（人民银行广东省分行、广东金融监管局、国家税务总局广东省税务局负责）",
            [("人民银行广东省分行", "joint"), ("广东金融监管局", "joint"), ("国家税务总局广东省税务局", "joint")],
        ),
        ("（市交通委（市道运局）、团市委负责）", [("市交通委", "joint"), ("团市委", "joint")]),
        ("（市教育局市民政局市妇联负责）", [("市教育局", "joint"), ("市民政局", "joint"), ("市妇联", "joint")]),
        (
            "（市住房和城乡建设局、人力资源和社会保障局负责）",
            [("市住房和城乡建设局", "joint"), ("市人力资源和社会保障局", "joint")],
        ),
        ("由市教育局、市妇联负责。", [("市教育局", "joint"), ("市妇联", "joint")]),
        ("（主要责任单位：市总工会；责任单位：市妇联）", [("市总工会", "lead"), ("市妇联", "joint")]),
    ],
)
def test_each_form_gives_units_and_roles(phrase: str, expected: Pairs) -> None:
    assert _read(phrase)[0] == expected


@pytest.mark.parametrize(
    "phrase", ["（市教育局、市民政局等负责）", "（责任单位：市高院、市检察院等；各区政府）", "（市教育局等5部门负责）"]
)
def test_an_open_list_is_a_doubt_with_its_line(phrase: str) -> None:
    units, doubts = _read(phrase)
    assert all("等" not in unit for unit, _ in units)
    assert [(doubt.line, "名单不全" in doubt.message) for doubt in doubts] == [(12, True)]


def test_a_rule_that_the_first_leads_holds_for_all_later_brackets() -> None:
    rules = Rules()
    assert _read("（市公安局、市妇联负责）", rules)[0] == [("市公安局", "joint"), ("市妇联", "joint")]
    first = _read("（市教育局、市妇联负责。列第一位者为牵头单位，下同）", rules)[0]
    assert first == [("市教育局", "lead"), ("市妇联", "support")]
    assert _read("（市民政局、市妇联负责）", rules)[0] == [("市民政局", "lead"), ("市妇联", "support")]
    worded = "（市司法局、市妇联负责，排在第一位的部门为牵头部门，下同）"
    assert _read(worded)[0] == [("市司法局", "lead"), ("市妇联", "support")]


def test_units_said_to_share_everything_below_are_added_to_later_measures_only() -> None:
    rules = Rules()
    first = _read("（市民政局指导，各区政府负责落实。以下均需各区政府落实，不再列出）", rules)[0]
    assert first == [("市民政局", "guide"), ("各区政府", "group")]
    assert _read("（市妇联负责）", rules)[0] == [("市妇联", "joint"), ("各区政府", "group")]


def test_an_unknown_name_is_asked_once() -> None:
    rules = Rules()
    assert "市梦想局" in _read("（市梦想局负责）", rules)[1][0].message
    assert _read("（市梦想局负责）", rules)[1] == []


@pytest.mark.parametrize(
    "phrase",
    [
        "（含电子烟）",
        "（以下简称妇儿工委）",
        "（包括企业、社会组织参与）",
        "（市、区）",
        "鼓励社会力量参与。",
        "压实家长的监护责任，人人负责。",
    ],
)
def test_other_brackets_and_sentences_name_nobody(phrase: str) -> None:
    assert _read(phrase) == ([], [])
