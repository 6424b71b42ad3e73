"""Charts: one description, three outputs."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any

import pypdfium2
import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from tests.documents.papers import DAY
from tracker.documents import charts, face, pdf
from tracker.documents.blocks import Chart, Document, DocumentError, Form, Series, Target
from tracker.documents.charts.drawn import INK, SHADES, TONES, ink_on, nice_ticks
from tracker.documents.charts.ring import shares

YEARS = ["2021年", "2022年", "2023年", "2024年"]
CHARTS = {
    "bar": Chart("bar", "报送率", YEARS, [Series("妇女", [81, 85, None, 92.1])], unit="%", target=Target(95, "目标")),
    "lying": Chart("bar", "任务", ["市人力资源和社会保障局", "市教育局"], [Series("项", [3, 5])]),
    "stacked": Chart("stacked", "进展", YEARS, [Series("已完成", [1, 2, 3, 4]), Series("未完成", [4, 3, 2, 1])]),
    "line": Chart(
        "line", "死亡率", YEARS, [Series("甲", [12.1, None, 9, 8.6])], unit="1/10万", projected_from=3,
        target=Target(12, "目标值"),
    ),
    "ring": Chart("ring", "构成", ["已完成", "按期", "较慢"], [Series("任务", [33, 49, 10])], unit="项"),
}  # fmt: skip


@pytest.mark.parametrize("kind", CHARTS)
def test_a_chart_is_vector_in_a_pdf_and_its_labels_can_be_searched(kind: str) -> None:
    rendered = pdf.render(Document(Form.PLAIN, "图", DAY, [CHARTS[kind]]))
    page = pypdfium2.PdfDocument(rendered.content)[0]
    text = page.get_textpage().get_text_range()
    assert CHARTS[kind].title in text
    assert CHARTS[kind].categories[0] in text
    assert b"/Subtype /Image" not in rendered.content
    assert rendered.missing_characters == ()


@pytest.mark.parametrize("kind", CHARTS)
def test_its_svg_is_well_formed_has_words_and_neither_script_nor_inline_style(kind: str) -> None:
    content = charts.svg(CHARTS[kind])
    root = ElementTree.fromstring(content)
    assert root.find("{http://www.w3.org/2000/svg}title").text.startswith(CHARTS[kind].title)
    assert root.get("role") == "img"
    assert b"style=" not in content
    assert b"<script" not in content
    assert content == charts.svg(CHARTS[kind])


@pytest.mark.parametrize("width", [442, charts.NARROW])
@pytest.mark.parametrize("kind", CHARTS)
def test_nothing_is_drawn_outside_the_picture(kind: str, width: float) -> None:
    drawing = charts.drawing(CHARTS[kind], width)
    left, bottom, right, top = drawing.getBounds()
    assert left >= -1
    assert bottom >= -1
    assert right <= drawing.width + 1
    assert top <= drawing.height + 1


def test_a_png_is_the_picture_for_word_processors() -> None:
    content = charts.png(charts.drawing(CHARTS["bar"], 442))
    assert content.startswith(b"\x89PNG")
    assert content == charts.png(charts.drawing(CHARTS["bar"], 442))


def test_markup_in_labels_is_escaped_in_svg() -> None:
    chart = Chart("bar", "<b>", ["a&b"], [Series("<script>", [1]), Series("乙", [2])])
    ElementTree.fromstring(charts.svg(chart))


def test_the_words_read_the_figures_out_unless_the_writer_gave_their_own() -> None:
    assert charts.words(CHARTS["line"]) == (
        "甲：2021年12.1/10万，2022年无数据，2023年9/10万，2024年8.6/10万；目标值12/10万。"
    )
    assert charts.words(Chart("bar", "题", ["甲"], [Series("数", [1])], alt="自述")) == "自述"


def test_its_table_stands_ready_beside_it() -> None:
    table = CHARTS["stacked"].table()
    assert [column.head for column in table.columns] == ["", "已完成", "未完成"]
    assert list(table.rows[0]) == ["2021年", 1, 4]


def test_a_part_that_means_something_has_its_own_colour_and_its_figure_can_be_read_on_it() -> None:
    late, waiting = Series("逾期", [3], "late"), Series("待报", [4], "wait")
    for parts in ([late, waiting], [waiting, late]):
        drawn = charts.svg(Chart("stacked", "任务", ["今天"], parts)).decode()
        assert drawn.count(TONES["late"]) == drawn.count(TONES["wait"]) == 2  # in the bar, in the legend
    assert (ink_on(TONES["late"]), ink_on(TONES["wait"])) == ("#FFFFFF", INK)


def test_neighbouring_shades_differ_in_grey() -> None:
    def lightness(shade: str) -> float:
        red, green, blue = (int(shade[n : n + 2], 16) for n in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    for first, second in pairwise(SHADES):
        assert abs(lightness(first) - lightness(second)) > 30


@given(st.lists(st.floats(0, 1e6, allow_nan=False), min_size=1, max_size=12).filter(any))
def test_shares_are_whole_and_make_a_hundred(values: list[float]) -> None:
    found = shares(values)
    assert sum(found) == 100
    assert all(abs(share - value * 100 / sum(values)) < 1 for share, value in zip(found, values, strict=True))


@given(st.floats(-1e5, 1e5), st.floats(0.01, 1e6))
def test_ticks_cover_the_range_in_round_steps(low: float, spread: float) -> None:
    ticks = nice_ticks(low, low + spread)
    assert ticks[0] <= low + spread * 1e-6
    assert ticks[-1] >= low + spread * (1 - 1e-6)
    assert 2 <= len(ticks) <= 12


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: Chart("bar", "题", [], []), "没有数据"),
        (lambda: Chart("bar", "题", ["甲"], [Series("乙", [1, 2])]), "与类别数不一致"),
        (lambda: Chart("ring", "题", ["甲"], [Series("乙", [1]), Series("丙", [1])]), "只能有一组"),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_refused_in_a_sentence(made: Any, says: str) -> None:
    with pytest.raises(DocumentError, match=says):
        made()


def test_a_chart_of_nothing_but_zeros_or_gaps_is_drawn() -> None:
    for kind in ("bar", "stacked", "line", "ring"):
        for values in ([0, 0], [None, None]):
            io.BytesIO(charts.svg(Chart(kind, "题", ["甲", "乙"], [Series("数", values)])))  # type: ignore[arg-type]


def test_a_second_application_in_one_process_leaves_the_faces_as_they_are() -> None:
    before = face.current()
    assert face.configure(None) is before
