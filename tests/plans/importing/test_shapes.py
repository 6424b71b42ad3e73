"""Shapes of documents that the reader has not been tuned on: what is found and invented, against a careful count."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter

import pytest

from tracker.plans.importing import PlanDraft, Reading, UnreadableDocument, read_plans

from . import shapes
from .making import bones, print_lines, squeeze

TITLE, OTHER = "青河县妇女发展规划（2021—2030年）", "青河县儿童发展规划（2021—2030年）"
PLAIN = shapes.printed(shapes.WOMEN, TITLE)
BARE = [re.sub(r"^\d+\. ", "", row) for row in PLAIN]
NOTICE = ["青河县人民政府关于印发两个规划的通知", "青政发〔2021〕9号", "各乡镇人民政府：", "现将规划印发给你们。"]


def text(rows: list[str]) -> bytes:
    return "\n".join(rows).encode()


SHAPES: dict[str, tuple[bytes, str]] = {
    "plain": (text(PLAIN), "a.txt"),
    "first heading and 主要目标 lost": (text(shapes.printed(shapes.WOMEN, TITLE, first=False)), "a.txt"),
    "GB18030 in short lines, the title over every page": (
        "\r\n".join(shapes.with_pages(shapes.wrapped(PLAIN, 31), 23, TITLE)).encode("gb18030"), "a.txt",
    ),
    "PDF": (shapes.pdf(PLAIN, columns=1, header=TITLE), "a.pdf"),
    "PDF in two columns": (shapes.pdf(PLAIN, columns=2, header=TITLE), "a.pdf"),
    "PDF without any number": (shapes.pdf(BARE, columns=1, header="青河县人民政府公报"), "a.pdf"),
    "Word that counts by itself, with residues": (shapes.word(shapes.WOMEN, TITLE), "a.docx"),
    "one Word table": (shapes.table(shapes.WOMEN, TITLE), "a.docx"),
    "every third number lost": (text([row if n % 3 else BARE[n] for n, row in enumerate(PLAIN)]), "a.txt"),
}  # fmt: skip


def compare(plan: PlanDraft, truth: tuple[shapes.Area, ...]) -> None:
    """Every item in its area, word for word, and nothing else."""
    assert [area.name for area in plan.areas] == [name for name, _, _ in truth]
    for area, (_, goals, measures) in zip(plan.areas, truth, strict=True):
        assert [squeeze(goal.text) for goal in area.goals] == [squeeze(goal) for goal in goals]
        assert [squeeze(one.text) for one in area.measures] == [squeeze(one) for one in measures]


def targets(plan: PlanDraft) -> Counter[tuple[object, ...]]:
    goals = [goal for area in plan.areas for goal in area.goals]
    return Counter((one.op, one.value, one.unit) for goal in goals for one in goal.targets)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_plan_and_every_number(shape: str) -> None:
    (plan,) = read_plans(*SHAPES[shape]).plans
    compare(plan, shapes.WOMEN)
    assert targets(plan) == Counter(shapes.WOMEN_TARGETS)
    assert (plan.kind, plan.period) == ("women", (2021, 2030))


def test_one_notice_with_two_plans() -> None:
    rows = [*NOTICE, *PLAIN, *shapes.printed(shapes.CHILDREN, OTHER)]
    women, children = read_plans(text(rows), "a.txt").plans
    compare(women, shapes.WOMEN)
    compare(children, shapes.CHILDREN)
    assert targets(children) == Counter(shapes.CHILDREN_TARGETS)


def test_a_work_programme_is_areas_and_measures_named_by_their_chapters() -> None:
    (plan,) = read_plans(text(shapes.programme()), "a.txt").plans
    compare(plan, tuple((name, (), measures) for name, _, measures in shapes.WOMEN[:2]))


def test_a_number_that_was_lost_is_a_doubt() -> None:
    doubts = read_plans(*SHAPES["PDF without any number"]).doubts
    assert sum("没有编号" in doubt.message for doubt in doubts) == 20


def test_a_character_that_stands_twice_at_a_page_break_is_a_doubt() -> None:
    torn = "\n".join(PLAIN).replace("情绪量表，筛出", "情绪量\n- 3 -\n量表，筛出")
    doubts = read_plans(torn.encode(), "a.txt").doubts
    assert any("“量量”重复一字" in doubt.message for doubt in doubts)
    assert not any("重复一字" in doubt.message for doubt in read_plans(text(PLAIN), "a.txt").doubts)


@pytest.mark.parametrize("shape", ["plain", "PDF in two columns", "one Word table"])
def test_what_was_read_and_printed_is_read_again_as_the_same(shape: str) -> None:
    once: Reading = read_plans(*SHAPES[shape])
    again = read_plans(text(print_lines(list(once.plans))), "b.txt")
    assert bones(again.plans) == bones(once.plans)
    assert [goal.targets for area in again.plans[0].areas for goal in area.goals] == [
        goal.targets for area in once.plans[0].areas for goal in area.goals
    ]


def test_the_head_of_a_table_is_no_area() -> None:
    messages = [doubt.message for doubt in read_plans(*SHAPES["one Word table"]).doubts]
    assert not any("发展领域" in message for message in messages)


def test_macros_in_a_word_file_are_neither_run_nor_read() -> None:
    content, name = SHAPES["Word that counts by itself, with residues"]
    stream = io.BytesIO(content)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("word/vbaProject.bin", b'Shell "calc"')
    (plan,) = read_plans(stream.getvalue(), name.replace("docx", "docm")).plans
    compare(plan, shapes.WOMEN)


def test_a_file_of_two_hundred_megabytes_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(UnreadableDocument, match="20 MB"):
        read_plans(b"%PDF-1.7" + bytes(200 << 20), "a.pdf")
