"""How alike goals and measures are, and where their figures went. All wording is our own."""

from __future__ import annotations

import pytest

from tracker.plans.importing.targets import targets_of
from tracker.plans.similarity import (
    ALIKE,
    Step,
    best_pairs,
    figures_between,
    likeness,
    most_like,
    rarity_of,
    step_between,
    topic_of,
)

UPPER = [
    "全省孕产妇死亡率下降到12/10万以下，城乡差距缩小。",
    "适龄妇女宫颈癌人群筛查率达到70%以上。",
    "女性接受职业技能培训的比例逐步提高。",
    "村民委员会成员中女性比例达到30%以上。",
    "妇女平等享有失业保险，参保率不低于90%。",
    "家庭暴力告诫书制度全面落实。",
]
LOWER = [
    "进一步落实家庭暴力告诫书制度，出具率稳步上升。",
    "村委会成员中女性的比例达三成以上。",
    "全县孕产妇死亡率控制在十万分之十五以内。",
    "宫颈癌人群筛查率不低于百分之六十五，重点覆盖农村适龄妇女。",
    "女性失业保险参保率达到92%。",
    "提高女性接受职业技能培训的比例。",
]
PARTNERS = {0: 2, 1: 3, 2: 5, 3: 1, 4: 4, 5: 0}


def test_what_a_text_speaks_of_is_without_figures_and_usual_verbs() -> None:
    assert topic_of("全县孕产妇死亡率下降到１２／１０万以下。") == "孕产妇死亡率"


def test_the_same_aim_is_found_in_other_words_under_another_number() -> None:
    assert {m.one: m.other for m in best_pairs(UPPER, LOWER)} == PARTNERS


def test_no_item_is_paired_twice() -> None:
    pairs = best_pairs(UPPER * 2, LOWER)
    assert len(pairs) == len({m.other for m in pairs}) == len(LOWER)


def test_texts_about_different_things_are_not_alike() -> None:
    assert likeness(UPPER[0], LOWER[4]) < ALIKE
    assert likeness("", UPPER[0]) == 0
    assert not most_like("改造乡村公厕。", UPPER)


def test_a_word_that_every_item_uses_tells_little() -> None:
    items = [f"办好社区家长学校的{what}。" for what in ("托管", "讲座", "阅览", "体检")]
    bare, weighed = likeness(items[0], items[1]), likeness(items[0], items[1], rarity_of(items))
    assert weighed < bare


def test_two_signs_in_common_prove_little() -> None:
    assert likeness("健康", "建立健康档案并定期随访。") < 0.5
    assert likeness("健康", "健康") == 1


@pytest.mark.parametrize(
    ("before", "after", "step"),
    [
        ("筛查率达到70%以上。", "筛查率达到65%以上。", Step.LOWER),
        ("死亡率下降到12/10万以下。", "死亡率下降到9/10万以下。", Step.HIGHER),
        ("死亡率下降到12/10万以下。", "死亡率控制在12/10万以内。", Step.EQUAL),
        ("普及率提高5个百分点。", "普及率提高3个百分点。", Step.LOWER),
        ("参保率达到90%。", "参保人数达到90万人。", Step.OTHER),
        ("近视率降低10%。", "近视率控制在10%以下。", Step.OTHER),
        ("师生比不低于1:20。", "师生比不低于1:15。", Step.HIGHER),
    ],
)
def test_where_a_figure_went(before: str, after: str, step: Step) -> None:
    assert step_between(targets_of(before)[0], targets_of(after)[0]) is step


def test_figures_are_compared_indicator_by_indicator() -> None:
    one = "新生儿、婴儿和5岁以下儿童死亡率分别控制在3.0‰、5.0‰和6.0‰以内。"
    other = "婴儿、5岁以下儿童死亡率分别控制在5.5‰和5.8‰以内，低体重儿发生率控制在4%以下。"
    said = {(p.one or p.other).indicator: p.step for p in figures_between(one, other)}  # type: ignore[union-attr]
    assert said["婴儿死亡率"] is Step.LOWER
    assert said["5岁以下儿童死亡率"] is Step.HIGHER
    assert said["新生儿死亡率"] is None
    assert said["低体重儿发生率"] is None
