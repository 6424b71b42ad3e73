"""Structure of documents of our own wording: a badly damaged one, other shapes, and documents that are no plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.plans.importing import NotAPlan, Reading, read_pasted, read_plans

FIXTURES = Path(__file__).parent / "fixtures"


def _fixture(name: str) -> Reading:
    return read_plans((FIXTURES / name).read_bytes(), name)


def _shape(reading: Reading) -> list[list[tuple[str, int, int]]]:
    return [[(area.name, len(area.goals), len(area.measures)) for area in plan.areas] for plan in reading.plans]


def test_a_badly_damaged_document_is_read_whole() -> None:
    assert _shape(_fixture("damaged.txt")) == [
        [("妇女与健康", 5, 4), ("妇女与经济", 4, 4)],
        [("儿童与健康", 3, 3), ("儿童与安全", 3, 3)],
    ]


def test_texts_are_joined_across_page_breaks_without_residue() -> None:
    women = _fixture("damaged.txt").plans[0]
    assert women.areas[0].goals[2].text == "新生儿、婴儿死亡率分别降至2.8‰、5.1‰以内，产后访视做到户户有记录。"
    assert women.areas[0].measures[1].text.endswith("费用由县财政先行垫付。")
    assert "听课满二十学时发给证书。" in women.areas[1].measures[1].text
    assert women.areas[1].goals[2].text == "妇女培训后就业率达到65%。"
    assert [goal.no for goal in women.areas[1].goals] == [1, 2, 3, 4]


def test_words_that_leaked_in_stay_and_are_doubts() -> None:
    reading = _fixture("damaged.txt")
    assert "农具 and 种苗" in reading.plans[0].areas[1].measures[1].text
    messages = "".join(doubt.message for doubt in reading.doubts)
    assert "“and”" in messages
    assert "“護”" in messages


def test_every_decision_that_was_not_plain_is_a_doubt_with_its_line() -> None:
    said = {doubt.line: doubt.message for doubt in _fixture("damaged.txt").doubts}
    assert "重新从 1 开始" in said[66]
    assert "没有编号，按顺序读作第 3 条措施" in said[74]
    assert "印作“2.”，按顺序读作第 3 条目标" in said[86]


def test_an_area_that_lost_its_heading_gets_a_proposed_name_and_little_confidence() -> None:
    area = _fixture("damaged.txt").plans[0].areas[0]
    assert area.name == "妇女与健康"
    assert area.confidence <= 0.5


def test_the_cover_of_a_damaged_document_is_read() -> None:
    for plan, kind in zip(_fixture("damaged.txt").plans, ("women", "children"), strict=True):
        assert plan.kind == kind
        assert plan.region == "云岭县"
        assert plan.period == (2021, 2030)
        assert plan.document_number == "云政发〔2022〕7号"
        assert plan.issued_on == "2022-03-18"


def test_chapters_sections_and_measures_without_goals_are_areas_and_measures() -> None:
    reading = _fixture("programme.txt")
    assert _shape(reading) == [[("办好身边的照护服务", 0, 3), ("守住上学路上的安全", 0, 2), ("丰富课余时光", 0, 3)]]
    plan = reading.plans[0]
    assert (plan.title, plan.period) == ("云岭县儿童友好服务三年行动方案（2024—2026年）", (2024, 2026))
    assert plan.issued_on == "2024-04-09"
    assert "名册报乡镇备案" in plan.areas[0].measures[1].text
    assert "2026年底前覆盖全部中心校" in plan.areas[2].measures[0].text


def test_a_programme_numbered_with_hanzi_is_read() -> None:
    reading = _fixture("han_programme.txt")
    assert _shape(reading) == [[("就业增收", 0, 3), ("照护支持", 0, 3)]]
    assert [m.title for m in reading.plans[0].areas[0].measures] == ["发展庭院经济", "开办家门口的工坊", "组织技能培训"]


@pytest.mark.parametrize("name", ["minutes.txt", "rules.txt", "budget.txt"])
def test_a_document_that_is_no_plan_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(NotAPlan, match="不像妇女或儿童发展规划"):
        _fixture(name)


def test_a_lost_second_title_is_found_by_the_subject_of_the_fields() -> None:
    text = (FIXTURES / "damaged.txt").read_text(encoding="utf-8")
    lost = text.replace("云岭县儿童发展规划\n\n(2021—2030 年)\n", "")
    assert lost != text
    reading = read_plans(lost.encode(), "plan.txt")
    assert [plan.kind for plan in reading.plans] == ["women", "children"]
    assert reading.plans[1].title == "云岭县儿童发展规划（2021—2030年）"
    assert [area.ordinal for area in reading.plans[1].areas] == [1, 2]
    assert any("没有找到标题" in doubt.message for doubt in reading.doubts)


def test_goals_of_all_fields_first_and_measures_afterwards_are_brought_together() -> None:
    rows = ["青河市妇女发展规划（2021—2025年）", "一、主要目标"]
    names = ("（一）妇女与健康", "（二）妇女与教育")
    for name in names:
        rows += [name, "主要目标：", "1. 免费体检逐年增加。", "2. 夜校开到每个镇。"]
    rows += ["二、策略措施"]
    for name in names:
        rows += [name, "策略措施：", "1. 增加体检车辆。每镇一辆，定期巡回。", "2. 办好夜校。请能人授课。"]
    reading = read_plans("\n".join(rows).encode(), "plan.txt")
    assert _shape(reading) == [[("妇女与健康", 2, 2), ("妇女与教育", 2, 2)]]


def test_items_that_run_on_in_one_line_are_parted() -> None:
    text = (
        "青河市儿童发展规划（2021—2025年）\n（一）儿童与健康\n"
        "主要目标：1. 体检覆盖率达到90%。2. 近视率降至40%以下。3. 睡眠充足。\n"
        "策略措施：\n1. 开展体检。每年一次，结果告知家长。2. 保护视力。减少作业，增加户外活动。\n"
    )
    assert _shape(read_pasted(text)) == [[("儿童与健康", 3, 2)]]


def test_each_item_knows_its_place_in_the_source() -> None:
    reading = _fixture("damaged.txt")
    source = {line.number: line.text for line in reading.lines}
    for plan in reading.plans:
        for area in plan.areas:
            for item in (*area.goals, *area.measures):
                assert item.text[:4] in source[item.line].replace(" ", "") or item.printed in source[item.line]
                assert item.text[-2:] in source[item.last_line]
