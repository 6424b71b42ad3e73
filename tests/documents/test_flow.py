"""Whatever a document is made of, nothing is lost, nothing leaves the type area, and setting it ends."""

from __future__ import annotations

import io
import re
from typing import Any

import pdfplumber
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.papers import DAY, HEAD, MM, OFFICE
from tracker.documents import pdf
from tracker.documents.blocks import (
    Annex,
    Block,
    Column,
    Document,
    Form,
    Gap,
    Heading,
    Imprint,
    Opinions,
    PageBreak,
    Paragraph,
    Signature,
    State,
    Table,
)

_LEFT, _TOP, _RIGHT, _BOTTOM = 28 * MM, 37 * MM, 184 * MM, 262 * MM


def table(rows: int, words: int) -> Table:
    return Table(
        [Column("序号", 1), Column("领域", 2, merge=True), Column("内容", 5), Column("状态", 2)],
        [[n, "甲" if n % 7 else "乙", "内容较多" * words, State.yellow("临期")] for n in range(rows)],
        caption="表",
    )


blocks: st.SearchStrategy[Block] = st.one_of(
    st.integers(1, 400).map(lambda length: Paragraph("规划，" * length)),
    st.tuples(st.integers(1, 4), st.booleans()).map(
        lambda g: Heading("标题", g[0], run_in="实施。" * 30 if g[1] else "")
    ),
    st.tuples(st.integers(0, 60), st.integers(1, 12)).map(lambda g: table(*g)),
    st.integers(1, 5).map(Gap),
    st.integers(2, 5).map(lambda lines: Opinions("意见", lines)),
    st.just(PageBreak()),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(blocks, max_size=9), st.sampled_from([Form.TONGBAO, Form.HAN, Form.JIANBAO]), st.booleans())
def test_any_mixture_of_blocks_is_set_whole_within_the_type_area(
    given_blocks: list[Block], form: Form, landscape: bool
) -> None:
    document = Document(
        form, "关于某项工作的通报", DAY, given_blocks, HEAD, "各单位",
        signature=Signature(OFFICE), imprint=Imprint(OFFICE), annexes=[Annex("附表", given_blocks, landscape)],
    )  # fmt: skip
    rendered = pdf.render(document)
    with pdfplumber.open(io.BytesIO(rendered.content)) as read:
        chars = [char for page in read.pages for char in page.chars]
        text = "".join(char["text"] for char in chars if "Song" not in char["fontname"])  # without page numbers
        outside = [char for page in read.pages for char in page.chars if is_outside(char, page)]
    assert not outside, [(char["text"], char["x0"], char["top"]) for char in outside[:5]]
    assert text.count("规划，") == 2 * sum(b.plain.count("规划，") for b in given_blocks if isinstance(b, Paragraph))
    assert text.count("标题") == 2 * sum(isinstance(block, Heading) for block in given_blocks)
    assert text.count("临期") == 2 * sum(len(block.rows) for block in given_blocks if isinstance(block, Table))
    assert len(re.findall("2027年2月20日(?!印发)", text)) == 1


def is_outside(char: dict[str, Any], page: Any) -> bool:
    """Body text that left the 版心; the red head of a letter and page numbers stand outside by right."""
    if "Song" in char["fontname"] or char["size"] > 24 or not char["upright"]:
        return False
    if page.width > page.height:
        left, top, right, bottom = 35 * MM, 28 * MM, 260 * MM, 184 * MM
    else:
        left, top, right, bottom = _LEFT, _TOP, _RIGHT, _BOTTOM
    is_number_of_letter = char["top"] < top
    within = left - 1 <= char["x0"] and char["x1"] <= right + 9 and char["bottom"] <= bottom + 5
    return not (within or is_number_of_letter)
