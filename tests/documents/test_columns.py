"""Columns: what is short stays whole, running text gives way, nothing is lost or too wide."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.documents.blocks import Column, State, Table
from tracker.documents.columns import column_widths

SIZE, PADDING = 10.5, 3.0
TEXT = "农村妇女参与基层治理的比例提高，村民委员会成员中女性比例达到30%以上，村民代表中女性比例逐步提高"


def widths(heads: list[tuple[str, float]], rows: list[list[object]], width: float = 442.0) -> list[float]:
    table = Table([Column(head, weight) for head, weight in heads], rows)  # type: ignore[arg-type]
    return column_widths(table, width, SIZE, PADDING)


def room(ems: float) -> float:
    return ems * SIZE + 2 * PADDING


def test_weights_are_kept_where_everything_fits() -> None:
    assert widths([("甲", 1), ("乙", 3)], [["一", "二"]]) == pytest.approx([110.5, 331.5])


def test_a_date_and_a_state_take_what_they_need_from_running_text() -> None:
    found = widths(
        [("任务", 10), ("截止日期", 1), ("时限", 1)],
        [[TEXT, "2026年11月27日", State.red("逾期3个工作日")]],
    )
    assert found[1] >= room(3 + 8 * 0.5)
    assert found[2] >= room(7.5)
    assert found[0] >= 442 * 10 / 12 * 0.6
    assert sum(found) == pytest.approx(442)


def test_a_head_of_three_characters_is_not_broken() -> None:
    heads = [("单位", 4.0), *[(name, 1.0) for name in ("已完成", "需关注", "未到期", "逾期", "合计")]]
    found = widths(heads, [["市人力资源社会保障局", *[1] * 5]], 300)
    assert all(given >= room(3) for given in found[1:4])


@given(
    st.lists(st.tuples(st.text("任务单位2026年", max_size=6), st.floats(0.5, 9)), min_size=1, max_size=12),
    st.lists(st.text("任务单位2026年", max_size=40), min_size=1, max_size=12),
    st.floats(60, 700),
)
def test_columns_always_fill_the_width_and_none_is_lost(
    heads: list[tuple[str, float]], texts: list[str], width: float
) -> None:
    found = widths(heads, [[texts[n % len(texts)] for n in range(len(heads))]], width)
    assert len(found) == len(heads)
    assert sum(found) == pytest.approx(width)
    assert all(given > 0 for given in found)
