"""Every number of GB/T 9704-2012, read back from the finished PDF of a 通报."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.documents.papers import DAY, HEAD, LONG, MM, OFFICE, Reading, circular, read
from tracker.documents.blocks import Column, Document, Form, Heading, Imprint, Paragraph, Signature, Table
from tracker.documents.lines import BLANK_AFTER, BLANK_BEFORE

LEFT, TOP, WIDTH, HEIGHT = 28 * MM, 37 * MM, 156 * MM, 225 * MM
PITCH, LINE = WIDTH / 28, HEIGHT / 22


@pytest.fixture(scope="module")
def paper() -> Reading:
    return read(circular())


@pytest.fixture(scope="module")
def full_pages() -> Reading:
    """Nothing but body text: the grid of 22 lines × 28 characters."""
    return read(circular(body=[Paragraph("规划" * 2000)], annexes=[]))


def rules(reading: Reading, page: int) -> list[tuple[float, float, float, tuple[float, ...]]]:
    """(left, width, middle from the top, colour) of the horizontal rules."""
    return [
        (rect["x0"], rect["width"], (rect["top"] + rect["bottom"]) / 2, tuple(rect["non_stroking_color"]))
        for rect in reading.pages[page].rects
        if rect["height"] < 4 and rect["width"] > 300
    ]


def text_lines(reading: Reading, page: int, start: str) -> tuple[float, float, str]:
    return next(line for line in reading.lines(page) if line[2].startswith(start))


def middle(baseline: float, size: float = 16.0) -> float:
    """The middle of a line's characters, from the top."""
    return baseline - 0.36 * size


# ------------------------------------------------------------------ page and grid


def test_the_paper_is_a4(paper: Reading) -> None:
    assert (paper.pages[0].width, paper.pages[0].height) == pytest.approx((595.28, 841.89), abs=0.01)


def test_body_text_begins_at_the_left_edge_of_the_type_area(paper: Reading) -> None:
    lefts = [left for _, left, _ in paper.lines(1)]
    assert min(lefts) == pytest.approx(79.4, abs=1)
    assert min(lefts) >= LEFT - 0.5


def test_a_page_holds_22_lines_of_28_characters(full_pages: Reading) -> None:
    lines = full_pages.lines(1)
    assert len(lines) == 22
    assert all(len(text) == 28 for _, _, text in lines)


def test_lines_stand_28_99_points_apart(full_pages: Reading) -> None:
    baselines = [baseline for baseline, _, _ in full_pages.lines(1)]
    assert [b - a for a, b in pairwise(baselines)] == pytest.approx([28.99] * 21, abs=0.1)


def test_no_page_has_more_than_22_lines_and_none_leaves_the_type_area(paper: Reading) -> None:
    for page in range(4):
        lines = paper.lines(page)
        assert len(lines) <= 22
        assert all(TOP < middle(baseline) < TOP + HEIGHT for baseline, _, _ in lines)


def test_no_line_has_more_than_28_characters(paper: Reading) -> None:
    """A squeezed line may hold more, each beyond the 28th paid for by the blank halves of two marks."""
    for page in range(4):
        for _, _, text in paper.lines(page):
            ems = sum(0.5 if char.isascii() else 1.0 for char in text)
            halves = sum(char in BLANK_AFTER or char in BLANK_BEFORE for char in text)
            assert ems - halves / 2 <= 28


def test_both_edges_of_the_text_are_flush(paper: Reading) -> None:
    full = [line for line in paper.lines(1) if len(line[2]) >= 26]
    assert full
    page = paper.pages[1]
    for baseline, _, text in full:
        on_line = [char for char in page.chars if abs(page.height - char["matrix"][5] - baseline) < 0.2]
        right = max(char["x0"] for char in on_line) + (8 if text[-1] in BLANK_AFTER else 16)
        assert right == pytest.approx(LEFT + WIDTH, abs=8.1 if text[-1] in BLANK_AFTER else 0.6)


def test_body_text_is_16_points(paper: Reading) -> None:
    sizes = {round(char["size"], 2) for char in paper.pages[1].chars} - {14.0}
    assert sizes == {16.0}


# ------------------------------------------------------------------ head


def test_the_red_name_begins_35_mm_below_the_type_area(paper: Reading) -> None:
    chars = [char for char in paper.pages[0].chars if char["size"] > 40]
    assert "".join(char["text"] for char in chars) == OFFICE + "文件"
    baseline = paper.pages[0].height - chars[0]["matrix"][5]
    ink_top = baseline - 0.86 * float(chars[0]["size"])
    assert ink_top == pytest.approx(TOP + 35 * MM, abs=1)
    assert chars[0]["x0"] >= LEFT - 1
    assert chars[-1]["x1"] <= LEFT + WIDTH + 1


def test_the_number_stands_two_lines_below_the_name_in_the_middle(paper: Reading) -> None:
    baseline, left, text = text_lines(paper, 0, "清妇儿工委办〔2027〕3号")
    name_foot = TOP + 35 * MM + 46
    assert baseline - 16 - name_foot == pytest.approx(2 * LINE, abs=10)
    right = LEFT + WIDTH - (left - LEFT)
    width = sum(0.5 if char.isascii() else 1.0 for char in text) * PITCH
    assert left + width == pytest.approx(right, abs=3)


def test_the_red_rule_is_as_wide_as_the_type_area_and_4_mm_below_the_number(paper: Reading) -> None:
    red = [rule for rule in rules(paper, 0) if rule[3] != (0, 0, 0)]
    assert len(red) == 1
    left, width, y, _ = red[0]
    assert left == pytest.approx(79.4, abs=0.1)
    assert width == pytest.approx(442.2, abs=0.1)
    foot_of_number = text_lines(paper, 0, "清妇儿工委办〔2027〕3号")[0] + 0.14 * 16
    assert y - foot_of_number == pytest.approx(4 * MM, abs=1)


def test_the_title_is_22_points_and_two_lines_below_the_rule(paper: Reading) -> None:
    lines = paper.lines(0, size=22.0)
    assert "".join(text for _, _, text in lines) == "关于2026年度妇女发展规划和儿童发展规划实施情况的通报"
    rule = next(y for _, _, y, colour in rules(paper, 0) if colour != (0, 0, 0))
    assert middle(lines[0][0], 22) - 17 - rule == pytest.approx(2 * LINE, abs=1)
    for _, left, text in lines:
        width = sum(13 if char.isascii() else 22 for char in text)
        assert left + width / 2 == pytest.approx(LEFT + WIDTH / 2, abs=2)


def test_addressees_stand_flush_left_one_line_below_the_title_with_a_colon(paper: Reading) -> None:
    baseline, left, text = text_lines(paper, 0, "各县（市、区）人民政府")
    assert text.endswith("：")
    assert left == pytest.approx(LEFT, abs=0.5)
    title_foot = paper.lines(0, size=22.0)[-1][0] + 22 * 0.14
    assert LINE * 0.9 < middle(baseline) - 8 - title_foot < LINE * 2.2


def test_page_1_shows_body_text(paper: Reading) -> None:
    assert "现将有关情况通报如下" in paper.text(0)


def test_a_long_list_of_addressees_moves_to_the_imprint_so_that_page_1_shows_body_text() -> None:
    many = [f"第{number}县人民政府办公室" for number in range(40)]
    reading = read(circular(addressees=many, annexes=[]))
    assert "现将有关情况通报如下" in reading.text(0)
    assert "主送：第0县人民政府办公室" in reading.text(len(reading.pages) - 1)


# ------------------------------------------------------------------ body


def test_paragraphs_and_headings_begin_two_characters_in(paper: Reading) -> None:
    for start in ("现将有关", "一、总体情况", "二、分领域情况"):
        page = next(n for n in range(4) if start in paper.text(n))
        assert text_lines(paper, page, start)[1] == pytest.approx(LEFT + 2 * PITCH, abs=0.6)


def test_headings_are_numbered_and_set_in_their_faces(paper: Reading) -> None:
    faces = {}
    for page in paper.pages:
        for char in page.chars:
            faces.setdefault(char["text"], set()).add(char["fontname"].split("+")[1])
    whole = "".join(paper.text(number) for number in range(len(paper.pages)))
    for heading in ("一、总体情况", "二、分领域情况", "（一）健康领域", "1.建立台账。", "（1）逐月更新。"):
        assert heading in whole
    assert "GangmuHei" in faces["总"]
    assert "GangmuKai" in faces["域"]


def test_a_heading_is_never_the_last_line_of_a_page() -> None:
    for count in range(14, 20):
        body = [*[Paragraph("规划。")] * count, Heading("标题"), *[Paragraph("实施。")] * 40]
        reading = read(circular(body=body, annexes=[], qr=None))
        for page in range(len(reading.pages)):
            lines = reading.lines(page)
            assert not lines[-1][2].startswith("一、")


# ------------------------------------------------------------------ end


def date_line(reading: Reading) -> tuple[int, tuple[float, float, str]]:
    page = max(n for n in range(len(reading.pages)) if any(x[2] == "2027年2月20日" for x in reading.lines(n)))
    return page, next(line for line in reading.lines(page) if line[2] == "2027年2月20日")


def test_the_date_ends_four_characters_in_and_the_name_is_centred_on_it() -> None:
    reading = read(circular(signature=Signature("清河市妇儿工委办"), annexes=[]))
    page, (baseline, left, text) = date_line(reading)
    date_width = sum(0.5 if char.isascii() else 1.0 for char in text) * 16 + (len(text) - 1) * (PITCH - 16)
    assert left + date_width == pytest.approx(LEFT + WIDTH - 4 * PITCH, abs=1)
    name_baseline, name_left, name = next(x for x in reading.lines(page) if x[2] == "清河市妇儿工委办")
    assert baseline - name_baseline == pytest.approx(LINE, abs=0.2)
    assert name_left + len(name) * PITCH / 2 == pytest.approx(left + date_width / 2, abs=1)


def test_a_seal_of_42_mm_over_name_and_date_reaches_within_one_line_of_the_text() -> None:
    reading = read(circular(annexes=[], note=""))
    page, _ = date_line(reading)
    lines = reading.lines(page)
    place = next(n for n, line in enumerate(lines) if line[2] == OFFICE)
    last_text = lines[place - 1][0] + 0.14 * 16
    between = middle(lines[place][0] + LINE / 2)  # between name and date; the seal's centre lies a little above it
    seal_top = between - 6 - 21 * MM
    assert -1 <= seal_top - last_text <= LINE


@pytest.mark.parametrize("attachments", [[], ["任务进展情况表（另附）"]], ids=["bare", "with attachments"])
@pytest.mark.parametrize("count", range(28, 46))
def test_the_signature_never_stands_on_a_page_without_text(count: int, attachments: list[str]) -> None:
    body = [Paragraph("规" * 50)] * (count // 2) + [Paragraph("划" * 80)]
    reading = read(circular(body=body, annexes=[], note="", attachments=attachments))
    page, _ = date_line(reading)
    lines = [text for _, _, text in reading.lines(page)]
    assert set(lines[0]) <= {"规", "划"}, lines
    assert lines.index(OFFICE) >= 1


@pytest.mark.parametrize(("form", "count"), [(Form.HAN, 10), (Form.TONGBAO, 22)], ids=["letter", "circular"])
def test_a_paper_that_misses_its_page_by_a_line_is_set_a_little_closer(form: Form, count: int) -> None:
    """7.3.5.5: neither seal nor 版记 on a page with next to no text, where a smaller pitch prevents it."""
    given = circular(form=form, body=[Paragraph("规" * 25)] * count, annexes=[], note="")
    if form is Form.HAN:
        given = replace(given, imprint=None, qr=None)
    reading = read(given)
    page, _ = date_line(reading)
    texts = [baseline for baseline, _, text in reading.lines(page) if set(text) == {"规"}]
    pitches = [below - above for above, below in pairwise(texts)]
    assert len(reading.pages) == (1 if form is Form.HAN else 2)
    assert max(pitches) - min(pitches) < 0.15
    assert 25.4 < min(pitches) < max(pitches) < LINE - 0.5


@pytest.mark.parametrize("count", range(20, 45, 3))
def test_a_table_that_ends_a_paper_leaves_rows_with_the_signature(count: int) -> None:
    table = Table([Column("序号", 1), Column("事项", 8)], [[number, "规划"] for number in range(count)])
    reading = read(circular(body=[Paragraph("现将有关情况通报如下。"), table], annexes=[], note=""))
    page, (signed_at, _, _) = date_line(reading)
    rows = [baseline for baseline, _, _ in reading.lines(page, 12.0) if baseline < signed_at]
    assert len(rows) >= 2


def test_without_a_seal_the_name_is_two_in_and_the_date_begins_two_after_it() -> None:
    reading = read(circular(signature=Signature(OFFICE, sealed=False), annexes=[]))
    page, (_, left, _) = date_line(reading)
    _, name_left, name = next(x for x in reading.lines(page) if x[2] == OFFICE)
    assert name_left + len(name) * PITCH == pytest.approx(LEFT + WIDTH - 2 * PITCH, abs=1)
    assert left == pytest.approx(name_left + 2 * PITCH, abs=1)


def test_joint_signatures_keep_their_seals_apart() -> None:
    names = ["市妇儿工委办", "市统计局", "市教育局"]
    reading = read(circular(signature=Signature(names), annexes=[]))
    page, _ = date_line(reading)
    line = next(text for _, _, text in reading.lines(page) if "市统计局" in text)
    assert line == "".join(names)
    lefts = [c["x0"] for c in reading.pages[page].chars if c["text"] == "市" and c["size"] == 16][-3:]
    centres = [left + len(name) * PITCH / 2 for left, name in zip(lefts, names, strict=True)]
    assert all(b - a >= 42 * MM for a, b in pairwise(centres))


def test_the_attachment_note_names_the_annexes_without_marks_and_aligned(paper: Reading) -> None:
    page = next(n for n in range(6) if "附件：1." in paper.text(n))
    first, second = text_lines(paper, page, "附件：1."), text_lines(paper, page, "2.")
    assert (first[2], second[2]) == ("附件：1.任务进展情况表", "2.填报说明")
    assert first[1] == pytest.approx(LEFT + 2 * PITCH, abs=0.6)
    assert second[1] == pytest.approx(LEFT + 5 * PITCH, abs=0.6)


def test_an_annex_starts_a_page_with_its_number_and_has_its_title_on_the_third_line(paper: Reading) -> None:
    page = next(n for n in range(len(paper.pages)) if paper.text(n).startswith("附件2"))
    _, left, text = paper.lines(page)[0]
    assert text == "附件2"
    assert left == pytest.approx(LEFT, abs=0.5)
    title = paper.lines(page, size=22.0)[0]
    assert title[2] == "填报说明"
    assert middle(title[0], 22) - TOP == pytest.approx(2 * LINE + 17, abs=2)


def test_the_imprint_ends_on_the_bottom_edge_of_the_type_area(paper: Reading) -> None:
    last = len(paper.pages) - 1
    found = sorted(rules(paper, last), key=lambda rule: rule[2])
    assert len(found) == 3
    assert all(rule[0] == pytest.approx(79.4, abs=0.1) and rule[1] == pytest.approx(442.2, abs=0.1) for rule in found)
    assert found[-1][2] == pytest.approx(262 * MM, abs=0.6)
    heights = sorted(round(r["height"] / MM, 2) for r in paper.pages[last].rects if r["width"] > 300)
    assert heights == [0.25, 0.35, 0.35]
    lines = [text for _, _, text in paper.lines(last, size=14.0)]
    assert lines[0].startswith("抄送：省妇儿工委办公室")
    assert any(text.endswith("2027年2月20日印发") for text in lines)


def test_an_imprint_alone_on_a_page_has_no_page_number() -> None:
    for count in range(150, 173):  # longer than what is set closer to prevent it
        reading = read(circular(body=[Paragraph("规")] * count, annexes=[], qr=None, note="", signature=None))
        last = len(reading.pages) - 1
        if not reading.lines(last):
            assert "—" not in reading.text(last)
            break
    else:
        pytest.fail("no length left the imprint alone")


# ------------------------------------------------------------------ page numbers


def number_line(reading: Reading, page: int) -> list[dict[str, object]]:
    chars = [char for char in reading.pages[page].chars if "Song" in char["fontname"]]
    assert "".join(char["text"] for char in chars) == f"— {page + 1} —"
    return chars


def test_page_numbers_stand_7_mm_below_odd_right_even_left_one_character_in(paper: Reading) -> None:
    for page in range(3):
        chars = number_line(paper, page)
        baseline = paper.pages[page].height - chars[0]["matrix"][5]  # type: ignore[index]
        assert middle(baseline, 14) == pytest.approx(262 * MM + 7 * MM, abs=0.5)
        if page % 2 == 0:
            assert chars[-1]["x1"] == pytest.approx(LEFT + WIDTH - 14, abs=0.5)
        else:
            assert chars[0]["x0"] == pytest.approx(LEFT + 14, abs=0.5)


def test_on_a_landscape_page_the_number_stays_where_it_is_on_the_turned_paper(paper: Reading) -> None:
    page = next(n for n, given in enumerate(paper.pages) if given.width > given.height)
    chars = number_line(paper, page)
    assert all(char["x0"] < 35 * MM for char in chars)
    from_left = chars[0]["matrix"][4]  # type: ignore[index]
    assert from_left == pytest.approx(841.89 - (262 * MM + 7 * MM + 14 * 0.36), abs=0.5)


def test_a_document_without_imprint_or_head_is_numbered_all_the_same() -> None:
    plain = Document(Form.PLAIN, "任务分解表", circular().date, [Paragraph(LONG)])
    reading = read(plain)
    assert "— 1 —" in "".join(char["text"] for char in reading.pages[0].chars)
    assert reading.lines(0, 22.0)[0][2] == "任务分解表"


def test_marks_above_the_name_stand_in_their_order(paper: Reading) -> None:
    head = HEAD.__class__(OFFICE, HEAD.number, copy_number="000001", secrecy="内部", urgency="加急")
    reading = read(circular(letterhead=head))
    lines = reading.lines(0)[:3]
    assert [text for _, _, text in lines] == ["000001", "内部", "加急"]
    assert [round((middle(y) - TOP) / LINE - 0.5, 1) for y, _, _ in lines] == [0, 1, 2]


def test_an_imprint_names_only_what_is_given() -> None:
    reading = read(circular(imprint=Imprint(issuer=OFFICE), annexes=[]))
    last = len(reading.pages) - 1
    assert "抄送" not in reading.text(last)
    assert len(rules(reading, last)) == 2


@pytest.mark.parametrize("before", range(16, 20))
def test_the_short_end_of_a_paragraph_never_stands_alone_at_a_pages_top(before: int) -> None:
    lines = [Paragraph(f"第{number}行", indent=False) for number in range(before)]
    body = [*lines, Paragraph("甲" * (26 + 28 + 3)), Paragraph("乙" * (26 + 3))]
    given = read(Document(Form.PLAIN, "清单", DAY, body))
    tops = [given.lines(page)[0][2] for page in range(1, len(given.pages))]
    assert tops
    assert not {"甲甲甲", "乙乙乙"} & set(tops)
