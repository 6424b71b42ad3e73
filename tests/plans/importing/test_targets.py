"""Numbers that goals set, in sentences of our own."""

from __future__ import annotations

import pytest

from tracker.plans.importing.targets import targets_of


def _read(text: str) -> list[tuple[str, str, float | int | str, str]]:
    return [(target.indicator, target.op, target.value, target.unit) for target in targets_of(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("孕产妇死亡率下降到9/10万以下，城乡差距缩小。", [("孕产妇死亡率", "<=", 9, "1/10万")]),
        ("体检率达到80%。", [("体检率", ">=", 80, "%")]),
        ("体检率不低于 80 %。", [("体检率", ">=", 80, "%")]),
        ("到2025年，婴儿死亡率控制在4‰以内。", [("婴儿死亡率", "<=", 4, "‰")]),
        ("助产士与产床之比不低于1：3。", [("助产士与产床之比", ">=", "1:3", "")]),
        ("就业人员中的女性比例保持在45%左右。", [("就业人员中的女性比例", "~", 45, "%")]),
        ("妇女人均预期寿命延长至79.5岁。", [("妇女人均预期寿命", ">=", 79.5, "岁")]),
        (
            "平均受教育年限提高到11.5年，其中女性达到11.3年。",
            [("平均受教育年限", ">=", 11.5, "年"), ("女性", ">=", 11.3, "年")],
        ),
        ("女村民代表应占代表总数的三分之一以上。", [("女村民代表占代表总数的比例", ">=", "1/3", "")]),
        ("乡镇班子至少配备一名女干部。", [("女干部", ">=", 1, "名")]),
        ("县、乡均建设1所标准化卫生院。", [("标准化卫生院", ">=", 1, "所")]),
        ("每千人口托位数达到4.5个左右。", [("托位数", "~", 4.5, "个")]),
        ("百分之八十以上的村建立家长学校。", [("村建立家长学校", ">=", 80, "%")]),
        ("户外活动时间不少于2小时。", [("户外活动时间", ">=", 2, "小时")]),
        ("婚检率提高10个百分点。", [("婚检率", "increase", 10, "个百分点")]),
        ("近视率每年降低0.5个百分点以上。", [("近视率", "decrease", 0.5, "个百分点")]),
        ("入学率由2020年的92%提高到96%。", [("入学率", ">=", 96, "%")]),
        ("优良率达50%（2020年为41%）。", [("优良率", ">=", 50, "%")]),
        ("出生人口性别比控制在107以内。", [("出生人口性别比", "<=", 107, "")]),
        ("托位数达到4.6个/千人。", [("托位数", ">=", 4.6, "个/千人")]),
        ("人均体育场地面积达到2.6平方米以上。", [("人均体育场地面积", ">=", 2.6, "平方米")]),
        ("入园率达到并保持在９０％以上。", [("入园率", ">=", 90, "%")]),
        ("女性在获奖人员中占比为50%。", [("女性在获奖人员中占比", "==", 50, "%")]),
    ],
)
def test_a_single_figure_has_its_indicator_comparator_value_and_unit(
    text: str, expected: list[tuple[str, str, float | int | str, str]]
) -> None:
    assert _read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "宫颈癌和乳腺癌筛查率分别达到90%和60%以上。",
            [("宫颈癌筛查率", ">=", 90, "%"), ("乳腺癌筛查率", ">=", 60, "%")],
        ),
        (
            "新生儿、婴儿和5岁以下儿童死亡率分别控制在2.1‰、3.4‰和5.0‰以内。",
            [("新生儿死亡率", "<=", 2.1, "‰"), ("婴儿死亡率", "<=", 3.4, "‰"), ("5岁以下儿童死亡率", "<=", 5.0, "‰")],
        ),
        (
            "5岁以下儿童贫血率、生长迟缓率分别控制在7%、4%以下。",
            [("5岁以下儿童贫血率", "<=", 7, "%"), ("5岁以下儿童生长迟缓率", "<=", 4, "%")],
        ),
        (
            "3岁以下儿童系统管理率和7岁以下儿童健康管理率均达到90%以上。",
            [("3岁以下儿童系统管理率", ">=", 90, "%"), ("7岁以下儿童健康管理率", ">=", 90, "%")],
        ),
        (
            "95%的城市社区和85%的农村社区（村）建立家长学校。",
            [("城市社区建立家长学校", ">=", 95, "%"), ("农村社区（村）建立家长学校", ">=", 85, "%")],
        ),
        (
            "死亡率分别保持在3.0‰、和5.0‰以下的新生儿、婴儿工作目标。",
            [("死亡率", "<=", 3.0, "‰"), ("死亡率", "<=", 5.0, "‰")],
        ),
    ],
)
def test_a_list_gives_one_target_for_each_member(
    text: str, expected: list[tuple[str, str, float | int | str, str]]
) -> None:
    assert _read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "3岁以下儿童照护服务更加普惠。",
        "0—6岁儿童残疾筛查全面开展。",
        "开通12345热线和12355热线。",
        "2020年以来各项服务持续改善。",
        "落实《关爱行动计划（2021—2025年）》。",
        "“五位一体”的保护机制有效运行，形成一人一案。",
        "发挥家庭第一所学校的作用。",
        "实现社区儿童之家全覆盖。",
        "城市形成10分钟健身圈。",
        "覆盖率由2020年的85%稳步提高。",
        "各项服务在2025年全面达到国家标准，到2030年再上台阶。",
        "热线12338保持畅通。",
    ],
)
def test_ages_years_telephone_numbers_and_figures_of_speech_are_no_targets(text: str) -> None:
    assert _read(text) == []


def test_the_base_year_is_known_and_is_no_value() -> None:
    (target,) = targets_of("伤害死亡率以2020年数据为基数下降20%。")
    assert (target.indicator, target.op, target.value, target.base_year) == ("伤害死亡率", "decrease", 20, 2020)


def test_a_unit_of_counting_is_the_scope() -> None:
    (target,) = targets_of("疫苗接种率以乡镇（街道）为单位保持在95%以上。")
    assert (target.indicator, target.scope) == ("疫苗接种率", "以乡镇（街道）为单位")


def test_the_clause_is_the_part_of_the_sentence_that_holds_the_figure() -> None:
    (target,) = targets_of("健全服务网络，乡镇（街道）覆盖率达到90%，群众满意。")
    assert target.clause == "乡镇（街道）覆盖率达到90%"


def test_an_indicator_may_stand_in_the_clause_before() -> None:
    assert _read("提高农村卫生厕所普及率，2025年达到85%左右。") == [("农村卫生厕所普及率", "~", 85, "%")]
