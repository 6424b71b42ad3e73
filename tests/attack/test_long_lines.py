"""A line that no person wrote costs no more than a long one: what looks for words in it looks so far and no further."""

from __future__ import annotations

import time

import pytest

from tracker.core.differences import differences
from tracker.plans.importing import UnreadableDocument, read_pasted, read_plans
from tracker.plans.importing.marks import cleaned, without_residues
from tracker.plans.importing.naming import LONGEST_ENTRY
from tracker.plans.importing.pieces import LONGEST_HEAD, pieces_of
from tracker.plans.importing.quantities import LEAD, quantities_in
from tracker.plans.importing.reader import text_lines
from tracker.plans.importing.refusal import LONGEST_LINE
from tracker.plans.importing.responsible import LONGEST_PHRASE, phrases_in
from tracker.plans.importing.targets import LONGEST_CLAUSE, targets_of

PLAN = """云川市妇女发展规划（2021—2030年）
（一）妇女与健康
主要目标：
1.孕产妇死亡率控制在12/10万以下。
2.妇女常见病筛查率达到80%以上。
策略措施：
1.{}。
2.加强妇女健康教育。（责任单位：市卫生健康委）
"""


def test_a_paragraph_longer_than_any_of_a_plan_is_refused_with_its_line() -> None:
    with pytest.raises(UnreadableDocument, match=f"第 7 行超过 {LONGEST_LINE} 个字"):
        read_pasted(PLAN.format("完善健康服务，" * (LONGEST_LINE // 7 + 1)))
    with pytest.raises(UnreadableDocument, match="请分段后再上传"):
        read_plans(("字" * (LONGEST_LINE + 1)).encode(), "规划.txt")


def test_a_long_paragraph_is_read_whole() -> None:
    text = "完善妇女健康服务，" * (LONGEST_LINE // 10)
    measure = read_pasted(PLAN.format(text)).plans[0].areas[0].measures[0]
    assert measure.text.startswith(text)


def test_a_run_of_blanks_is_shortened_before_anything_is_looked_for() -> None:
    text, _ = cleaned("1.目标" + " \t" * 5_000 + "9年内")
    assert len(text) < 70
    assert text.startswith("1.目标")
    assert text.endswith("9年内")


def test_a_line_too_long_for_a_heading_names_no_area_and_is_no_running_head() -> None:
    long = "（二）妇女与教育" + "．" * max(LONGEST_ENTRY, LONGEST_HEAD) + "12"
    plan = read_pasted(f"{long}\n" + PLAN.format("完善健康服务").replace("（一）妇女与健康", "（二）"))
    assert plan.plans[0].areas[0].name != "妇女与教育"
    body = text_lines("\n".join(["-" * 300 + "说" + "-" * 300] * 4))
    assert len(pieces_of(body)) == 4


def test_a_clause_is_looked_at_to_a_length() -> None:
    for head in ("9" * 5_000, "力争" * 3_000, "都" * 5_000, "达到95%、" * 1_000):
        for target in targets_of(f"{head}入学率达到95%"):
            assert len(target.clause) <= LONGEST_CLAUSE
    assert [one.value for one in targets_of("入学" + "保障" * 200 + "率达到95%")] == [95]


def test_the_words_of_a_figure_are_looked_for_just_before_it() -> None:
    far = quantities_in("均" * 90 + "不低于95%")[0]
    assert far.lead == "均" * 90 + "不低于"
    assert len(quantities_in("均" * 400 + "不低于95%")[0].lead) <= 100
    assert LEAD.search("均" * 90 + "不低于") is not None


def test_a_bracket_longer_than_a_list_of_all_units_names_nobody() -> None:
    units = "市教育局、" * 300
    assert phrases_in(f"加强教育。（{units}市妇联负责）") != []
    assert phrases_in(f"加强教育。（{units * (LONGEST_PHRASE // 1000)}市妇联负责）") == []


def test_marks_of_other_formats_that_never_end_are_left_alone() -> None:
    assert without_residues("<!--" * 50 + "甲<!-- 乙 -->丙") == "<!--" * 50 + "甲丙"
    assert without_residues("**甲**乙" + "**" + "丙" * 600 + "**") == "甲乙" + "丙" * 600


@pytest.mark.parametrize("sign", ["的", "。", "的了"])
def test_two_monotonous_texts_are_compared_at_once(sign: str) -> None:
    """Whoever writes one character ten thousand times keeps no reviewer waiting, and nothing is lost."""
    before, now = sign * 10_000, "了" + sign * 9_999
    began = time.process_time()
    pieces = differences(before, now)
    assert time.process_time() - began < 3
    assert "".join(text for kind, text in pieces if kind != "gone") == now
    assert "".join(text for kind, text in pieces if kind != "added") == before


def test_a_long_part_of_a_report_is_still_compared_word_by_word() -> None:
    before = "".join(f"第{number}项工作完成{number}个、覆盖{number + 7}个乡镇；" for number in range(150))
    now = before.replace("完成120个", "完成210个")
    assert [one for one in differences(before, now) if one[0] != "same"] == [("gone", "120"), ("added", "210")]
