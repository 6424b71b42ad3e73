"""How words are compared, and how what was found is shown."""

from __future__ import annotations

import pytest

from tracker.search.words import excerpt, marked, normalised, terms


@pytest.mark.parametrize(
    ("written", "compared"),
    [("妇 女 健康", "妇女健康"), ("２０２６年ＧＤＰ", "2026年gdp"), ("Word\n与\tWPS", "word与wps"), ("㎡", "m2")],
)
def test_spaces_widths_and_cases_make_no_difference(written: str, compared: str) -> None:
    assert normalised(written) == compared


def test_a_query_is_a_few_words_each_once() -> None:
    assert terms("  托育　托育 机构 ") == ["托育", "机构"]
    assert terms("   ") == []
    assert len(terms("一 二 三 四 五 六 七")) == 5


def test_what_was_found_is_marked_as_it_was_written() -> None:
    pieces = marked("全市妇 女GDP与ＧＤＰ", ["妇女", "gdp"])
    assert [piece.text for piece in pieces if piece.is_found] == ["妇 女", "GDP", "ＧＤＰ"]
    assert "".join(piece.text for piece in pieces) == "全市妇 女GDP与ＧＤＰ"


def test_signs_of_a_pattern_are_signs() -> None:
    assert [piece.text for piece in marked("比例(50%)以上", ["(50%)"]) if piece.is_found] == ["(50%)"]


def test_an_excerpt_shows_what_stands_around() -> None:
    text = "前" * 500 + "托育机构" + "后" * 500
    pieces = excerpt(text, ["托育"])
    assert [piece.text for piece in pieces if piece.is_found] == ["托育"]
    assert pieces[0].text == pieces[-1].text == "…"
    assert sum(len(piece.text) for piece in pieces) < 150
    assert excerpt("没有要找的词", ["托育"])[0].text == "没有要找的词"
