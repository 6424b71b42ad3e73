"""Titles broken by sense, and numbers of headings."""

from __future__ import annotations

import pytest

from tracker.documents.numbering import HeadingNumbers, annex_label, chinese_number
from tracker.documents.titles import title_lines

MEASURE = 442.2


def broken(title: str) -> list[str]:
    return title_lines(title, [1000 if ord(char) > 0x2000 else 590 for char in title], 22, MEASURE)


def test_a_title_that_fits_stays_in_one_line() -> None:
    assert broken("关于2026年度工作情况的通报") == ["关于2026年度工作情况的通报"]


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        (
            "关于2026年度妇女发展规划和儿童发展规划实施情况的通报",
            ["关于2026年度妇女发展规划和", "儿童发展规划实施情况的通报"],
        ),
        (
            "清河市民政局关于2026年度实施妇女儿童发展规划情况的报告",
            ["清河市民政局关于2026年度", "实施妇女儿童发展规划情况的报告"],
        ),
        (
            "关于尽快补充完善2026年度重点任务进展情况的督办函",
            ["关于尽快补充完善2026年度", "重点任务进展情况的督办函"],
        ),
        (
            "关于征求《云川市妇女发展规划（2021—2030年）》任务分解表（征求意见稿）意见的函",
            ["关于征求《云川市妇女发展规划", "（2021—2030年）》任务分解表", "（征求意见稿）意见的函"],
        ),
        (
            "云川市人力资源和社会保障局关于2025年实施妇女儿童发展规划情况的函",
            ["云川市人力资源和社会保障局", "关于2025年实施妇女儿童发展规划情况的函"],
        ),
        ("关于落实“推进校园急救能力建设”有关工作的提示函", ["关于落实“推进校园急救能力建设”", "有关工作的提示函"]),
        (
            "清河市退役军人事务和社会救助综合服务保障协调推进工作领导小组关于2025年实施妇女儿童发展规划情况的报告",
            [
                "清河市退役军人事务和社会救助综合服务",
                "保障协调推进工作领导小组关于2025年",
                "实施妇女儿童发展规划情况的报告",
            ],
        ),
        ("关于2026年年度报告报送和规划实施情况的通报", ["关于2026年年度报告报送和", "规划实施情况的通报"]),
        ("关于2027年半年报告报送和规划实施情况的通报", ["关于2027年半年报告报送和", "规划实施情况的通报"]),
        ("关于请抓紧修改后重新报送2026年年度报告的函", ["关于请抓紧修改后重新报送", "2026年年度报告的函"]),
    ],
)
def test_a_long_title_is_broken_by_sense(title: str, lines: list[str]) -> None:
    assert broken(title) == lines


def test_a_writers_own_breaks_are_kept() -> None:
    assert broken("关于实施情况的\n通报") == ["关于实施情况的", "通报"]


@pytest.mark.parametrize("length", [21, 35, 45, 60, 80, 200])
def test_no_character_of_a_title_is_lost_and_no_line_is_too_long(length: int) -> None:
    title = ("关于进一步加强妇女儿童发展规划实施工作的若干意见和任务分工" * 10)[:length]
    lines = broken(title)
    assert "".join(lines) == title
    if length < 100:
        assert all(len(line) * 22 <= MEASURE for line in lines)


def test_headings_are_counted_by_level() -> None:
    numbers = HeadingNumbers()
    assert [numbers.next(level) for level in (1, 2, 2, 3, 4, 1, 2)] == [
        "一、",
        "（一）",
        "（二）",
        "1.",
        "（1）",
        "二、",
        "（一）",
    ]


def test_chinese_numbers_as_headings_write_them() -> None:
    assert [chinese_number(n) for n in (1, 10, 11, 20, 21, 99, 100)] == [
        "一",
        "十",
        "十一",
        "二十",
        "二十一",
        "九十九",
        "100",
    ]


def test_one_annex_has_no_number() -> None:
    assert annex_label(1, 1) == "附件"
    assert annex_label(2, 3) == "附件2"
