"""Line breaking: the rules of GB/T 15834 hold for any text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.documents.lines import BLANK_AFTER, BLANK_BEFORE, NO_END, NO_START, break_text, may_break

SIZE = 16.0
HANZI = "规划实施情况妇女儿童发展目标任务责任单位年度报告人口"
LATIN = "ABCabc0123456789.%/"


def widths(text: str) -> list[int]:
    return [500 if char.isascii() else 1000 for char in text]


def pieces(text: str, measure: float, first: float | None = None) -> list[str]:
    return [text[a:b] for a, b, _ in break_text(text, widths(text), SIZE, measure, first)]


words = st.lists(
    st.one_of(
        st.text(HANZI, min_size=2, max_size=9),
        st.from_regex(r"[0-9]{1,5}(\.[0-9])?(%|万|/10万)?", fullmatch=True),
        st.sampled_from(["〔2021〕18号", "GDP", "12/10万", "2026年12月31日", "（市、区）", "“两规划”", "《纲要》"]),
    ),
    min_size=1,
    max_size=60,
)
sentences = st.tuples(words, st.lists(st.sampled_from("，。；：、？"), min_size=60, max_size=60)).map(
    lambda given: "".join(word + mark for word, mark in zip(given[0], given[1], strict=False))
)


@given(st.text(max_size=300), st.floats(40, 500))
def test_no_text_is_lost_whatever_it_is(text: str, measure: float) -> None:
    assert "".join(pieces(text, measure)) == text


@given(sentences, st.integers(10, 30))
def test_no_line_is_longer_than_its_measure(text: str, characters: int) -> None:
    """What a squeezed line has too much is no more than the blank halves of its marks."""
    measure = characters * SIZE
    for start, end, slack in break_text(text, widths(text), SIZE, measure):
        line = text[start:end]
        natural = sum(widths(line)) * SIZE / 1000
        assert natural + min(slack, 0.0) <= measure + 0.01
        marks = sum(char in BLANK_AFTER or char in BLANK_BEFORE for char in line)
        assert -slack <= marks * SIZE / 2 + 0.01


@given(sentences, st.integers(12, 30))
def test_no_forbidden_character_stands_at_an_edge(text: str, characters: int) -> None:
    lines = pieces(text, characters * SIZE)
    assert not [line for line in lines[1:] if line[0] in NO_START]
    assert not [line for line in lines[:-1] if line[-1] in NO_END]


@given(sentences, st.integers(12, 30))
def test_both_edges_are_flush(text: str, characters: int) -> None:
    """A line's own width and its slack make up the measure exactly; only a paragraph's last line is short."""
    measure = characters * SIZE
    for start, end, slack in break_text(text, widths(text), SIZE, measure)[:-1]:
        assert abs(sum(widths(text[start:end])) * SIZE / 1000 + slack - measure) < 0.01


@given(sentences, st.integers(12, 30))
def test_figures_stay_with_their_units_and_words_stay_whole(text: str, characters: int) -> None:
    lines = pieces(text, characters * SIZE)
    for before, after in pairwise(lines):
        assert not (before[-1].isascii() and before[-1].isalnum() and after[0].isascii() and after[0].isalnum())
        assert not (before[-1].isdigit() and after[0] in "万年月日号%")


@pytest.mark.parametrize("whole", ["〔2021〕18号", "12/10万", "92.1%", "3.5‰", "GDP", "——", "……"])
@pytest.mark.parametrize("lead", range(1, 14))
def test_what_belongs_together_is_never_parted(whole: str, lead: int) -> None:
    text = "规" * lead + whole + "划" * 30
    lines = pieces(text, 14 * SIZE)
    assert any(whole in line for line in lines), lines


def test_the_first_line_may_be_shorter_than_the_others() -> None:
    assert pieces("规" * 50, 20 * SIZE, 18 * SIZE) == ["规" * 18, "规" * 20, "规" * 12]


def test_a_mark_that_would_begin_a_line_is_drawn_into_the_one_before() -> None:
    text = "规划，" + "规" * 17 + "。划划划"
    lines = break_text(text, widths(text), SIZE, 20 * SIZE)
    assert text[lines[0][0] : lines[0][1]].endswith("。")
    assert lines[0][2] == pytest.approx(-SIZE)


def test_latin_is_broken_between_words_and_the_space_hangs_in_the_margin() -> None:
    text = "annual report of the member units"
    start, end, slack = break_text(text, widths(text), SIZE, 19 * SIZE / 2)[0]
    assert text[start:end] == "annual report of "
    assert slack == pytest.approx(3 * SIZE / 2)


def test_a_word_longer_than_half_the_line_is_cut_rather_than_leaving_a_hole() -> None:
    assert pieces("见" + "x" * 100, 20 * SIZE)[0] == "见" + "x" * 38


def test_a_single_character_does_not_make_a_line() -> None:
    assert pieces("规划实施情况汇总" * 5 + "。", 20 * SIZE, 19 * SIZE)[-1] == "汇总。"
    assert pieces("规" * 41, 20 * SIZE)[-1] == "规规"


def test_two_dashes_are_one_mark_but_two_marks_may_part() -> None:
    assert not may_break("规——划", 2)
    assert may_break("规————划", 3)


def test_an_empty_text_is_one_empty_line() -> None:
    assert break_text("", [], SIZE, 100) == [(0, 0, 0.0)]
