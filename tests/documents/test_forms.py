"""The other forms: 信函格式, 上行文, 纪要, 简报, 呈阅件."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.documents.papers import HEAD, LONG, MM, OFFICE, Reading, circular, read
from tracker.documents import pdf
from tracker.documents.blocks import (
    QR,
    Attendance,
    DocumentError,
    Form,
    Imprint,
    Letterhead,
    Opinions,
    Paragraph,
    Signature,
)
from tracker.documents.ends import qr_modules
from tracker.documents.samples import sample, write_sample

LEFT, TOP, WIDTH = 28 * MM, 37 * MM, 156 * MM
PITCH, LINE = WIDTH / 28, 225 * MM / 22


def red_rules(reading: Reading, page: int) -> list[tuple[float, float, float, float]]:
    """(left, width, top, thickness) from the top down."""
    found = [
        (rect["x0"], rect["width"], rect["top"], rect["height"])
        for rect in reading.pages[page].rects
        if rect["height"] < 4 and rect["width"] > 300 and rect["non_stroking_color"][0] > 0.5
    ]
    return sorted(found, key=lambda rule: rule[2])


@pytest.fixture(scope="module")
def letter() -> Reading:
    body = [Paragraph(LONG)] * 5
    return read(circular(form=Form.HAN, letterhead=replace(HEAD, urgency="加急"), body=body, annexes=[]))


def test_a_letters_name_begins_30_mm_below_the_edge_and_has_no_文件(letter: Reading) -> None:
    chars = [char for char in letter.pages[0].chars if char["size"] > 30]
    assert "".join(char["text"] for char in chars) == OFFICE
    ink_top = letter.pages[0].height - chars[0]["matrix"][5] - 0.86 * chars[0]["size"]
    assert ink_top == pytest.approx(30 * MM, abs=1)


def test_a_letter_has_two_double_rules_170_mm_wide_on_page_1_only(letter: Reading) -> None:
    rules = red_rules(letter, 0)
    assert len(rules) == 4
    assert all(width == pytest.approx(170 * MM, abs=0.1) and left == pytest.approx(20 * MM, abs=0.1)
               for left, width, _, _ in rules)  # fmt: skip
    upper_thick, upper_thin, lower_thin, lower_thick = rules
    assert upper_thick[3] > upper_thin[3]
    assert lower_thick[3] > lower_thin[3]
    assert lower_thick[2] + lower_thick[3] == pytest.approx(277 * MM, abs=0.5)
    name = next(char for char in letter.pages[0].chars if char["size"] > 30)
    name_foot = letter.pages[0].height - name["matrix"][5] + 0.14 * name["size"]
    assert upper_thick[2] - name_foot == pytest.approx(4 * MM, abs=0.5)
    assert not red_rules(letter, 1)


def test_a_letters_number_is_at_the_right_and_its_urgency_at_the_left_under_the_rule(letter: Reading) -> None:
    first = letter.lines(0)[0]
    assert first[2] == "加急" + HEAD.number
    assert first[1] == pytest.approx(LEFT, abs=0.5)
    chars = [char for char in letter.pages[0].chars if abs(letter.pages[0].height - char["matrix"][5] - first[0]) < 0.2]
    assert max(char["x1"] for char in chars) == pytest.approx(LEFT + WIDTH, abs=1)
    rule_foot = red_rules(letter, 0)[1][2] + red_rules(letter, 0)[1][3]
    characters_top = first[0] - 0.86 * 16
    assert characters_top - rule_foot == pytest.approx(16 * 7 / 8, abs=2)


def test_a_letter_has_no_page_number_on_page_1_but_on_page_2(letter: Reading) -> None:
    assert "—1—" not in letter.text(0).replace(" ", "")
    assert "— 2 —" in letter.text(1)


def test_a_letters_imprint_has_neither_rules_nor_issuer(letter: Reading) -> None:
    last = len(letter.pages) - 1
    assert "抄送：省妇儿工委办公室" in letter.text(last)
    assert "印发" not in letter.text(last)
    assert not [rect for rect in letter.pages[last].rects if rect["height"] < 4 and rect["width"] > 300]


def test_a_report_has_its_number_left_and_the_signer_right_on_one_line() -> None:
    reading = read(circular(form=Form.BAOGAO, letterhead=replace(HEAD, signers=["张某某"])))
    line = next(line for line in reading.lines(0) if "签发人" in line[2])
    assert line[2] == HEAD.number + "签发人：张某某"
    assert line[1] == pytest.approx(LEFT + PITCH, abs=0.6)
    signer = [char for char in reading.pages[0].chars if char["text"] == "某"][1]
    assert signer["x1"] == pytest.approx(LEFT + WIDTH - PITCH, abs=1)
    assert "Kai" in signer["fontname"]


def test_with_three_signers_the_number_stands_on_the_last_signers_line() -> None:
    reading = read(circular(form=Form.BAOGAO, letterhead=replace(HEAD, signers=["张某某", "李某某", "王某某"])))
    lines = [text for _, _, text in reading.lines(0)]
    first = next(text for text in lines if "签发人" in text)
    assert "张某某　李某某" in first.replace(" ", "　")
    assert HEAD.number not in first
    assert next(text for text in lines if HEAD.number in text).endswith("王某某")


def test_minutes_hang_their_names_after_the_label_and_part_none() -> None:
    names = [f"某某{n}（市第{n}局）" for n in range(12)]
    given = circular(form=Form.JIYAO, letterhead=Letterhead("会议纪要"), body=[Attendance("出席", names)], annexes=[],
                     addressees=(), signature=None, note="")  # fmt: skip
    reading = read(given)
    lines = reading.lines(0)
    start = next(n for n, line in enumerate(lines) if line[2].startswith("出席："))
    assert lines[start][1] == pytest.approx(LEFT + 2 * PITCH, abs=0.6)
    assert lines[start + 1][1] == pytest.approx(LEFT + 5 * PITCH, abs=0.6)
    together = [text for _, _, text in lines[start:]]
    assert all(any(name in text for text in together) for name in names)


def test_a_bulletin_shows_issue_issuer_and_date_over_the_rule() -> None:
    head = Letterhead("工作简报", issue=7, issuer="市妇儿工委办公室")
    reading = read(circular(form=Form.JIANBAO, letterhead=head))
    lines = [text for _, _, text in reading.lines(0)]
    assert lines[0] == "第7期"
    assert lines[1] == "市妇儿工委办公室2027年2月20日"


def test_a_paper_for_reading_fits_one_page_and_leaves_the_rest_to_handwriting() -> None:
    given = circular(
        form=Form.CHENGYUE, letterhead=Letterhead("呈阅件", number="呈〔2027〕1号"), addressees=(), annexes=[],
        body=[Paragraph(LONG), Opinions("拟办意见"), Opinions("领导批示", fill=True)],
        signature=None, note="", imprint=None,
    )  # fmt: skip
    reading = read(given)
    assert len(reading.pages) == 1
    boxes = [rect for rect in reading.pages[0].rects if rect["height"] > 60 and rect["width"] > 400]
    assert max(rect["bottom"] for rect in boxes) == pytest.approx(262 * MM, abs=8)


def test_the_code_on_the_last_page_says_what_was_asked() -> None:
    """Its modules are read back from the page and compared with the code of the same words."""
    words = "编号 sha256:00ff"
    reading = read(circular(qr=QR(words), annexes=[]))
    last = reading.pages[len(reading.pages) - 1]
    squares = [rect for rect in last.rects if rect["height"] < 4 and rect["width"] < 30 and rect["top"] > 262 * MM]
    wanted = qr_modules(words)
    side = 20 * MM / len(wanted)
    left, top = min(s["x0"] for s in squares), min(s["top"] for s in squares)
    dark = {
        (round((square["top"] - top) / side), round((square["x0"] - left) / side) + n)
        for square in squares
        for n in range(round(square["width"] / side))
    }
    assert dark == {(y, x) for y, line in enumerate(wanted) for x, is_dark in enumerate(line) if is_dark}


def test_a_watermark_lies_on_every_page() -> None:
    reading = read(circular(watermark="草稿"))
    for page in range(len(reading.pages)):
        assert {char["text"] for char in reading.pages[page].chars if char["size"] > 80 or not char["upright"]} >= {
            "草"
        }


@pytest.mark.parametrize("form", [form for form in Form if form is not Form.PLAIN])
def test_every_form_has_a_sample_that_can_be_set(form: Form) -> None:
    rendered = pdf.render(sample(form))
    assert rendered.pages >= 1
    assert rendered.missing_characters == ()


def test_samples_are_written_as_the_ending_says(tmp_path: Path) -> None:
    write_sample("duban", tmp_path / "a.pdf")
    write_sample("duban", tmp_path / "a.docx")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "a.docx").read_bytes().startswith(b"PK")
    with pytest.raises(DocumentError, match=r"\.pdf或\.docx"):
        write_sample("duban", tmp_path / "a.txt")


def test_an_unknown_form_is_refused_with_the_known_ones() -> None:
    with pytest.raises(DocumentError, match="tongbao（通报）"):
        sample("mingling")


def test_an_imprint_of_a_letter_makes_room_for_the_code() -> None:
    reading = read(circular(form=Form.HAN, imprint=Imprint(copy_to="市委办公室，" * 20), annexes=[]))
    last = reading.pages[len(reading.pages) - 1]
    squares = [rect for rect in last.rects if rect["height"] < 4 and rect["width"] < 30]
    copy_chars = [char for char in last.chars if char["size"] == 14 and "Fang" in char["fontname"]]
    assert max(char["x1"] for char in copy_chars) < min(square["x0"] for square in squares)


# ------------------------------------------------------------------ the end of a letter


@pytest.mark.parametrize("lines", [1, 5, 7, 9, 10, 11])
def test_a_letters_code_never_touches_the_rule_at_the_foot_of_page_1(lines: int) -> None:
    body = [Paragraph("规" * 28)] * lines
    reading = read(circular(form=Form.HAN, body=body, annexes=[], imprint=None, note=""))
    modules = [rect for rect in reading.pages[-1].rects if rect["width"] < 30 and rect["height"] < 5]
    assert modules
    if len(reading.pages) == 1:
        assert max(rect["bottom"] for rect in modules) < red_rules(reading, 0)[2][2]
        words = [char for char in reading.pages[0].chars if char["x0"] < max(rect["x1"] for rect in modules)]
        assert max(char["bottom"] for char in words) < min(rect["top"] for rect in modules) + 4


@pytest.mark.parametrize("count", [4, 8, 9, 10, 11, 12])
def test_a_note_stands_on_the_line_below_the_date_and_never_without_it(count: int) -> None:
    reading = read(circular(form=Form.HAN, body=[Paragraph("规" * 28)] * count, annexes=[], qr=None))
    page = next(n for n in range(len(reading.pages)) if "联系人" in reading.text(n))
    lines = reading.lines(page)
    note = next(n for n, line in enumerate(lines) if "联系人" in line[2])
    assert lines[note - 1][2] == "2027年2月20日"
    assert lines[note][0] - lines[note - 1][0] == pytest.approx(LINE, abs=0.2)


def test_a_seal_keeps_a_line_free_between_the_date_and_the_imprint() -> None:
    for count in (10, 14, 15, 16, 17):
        reading = read(circular(body=[Paragraph("规" * 28)] * count, annexes=[], note="", qr=None))
        last = len(reading.pages) - 1
        dates = [baseline for baseline, _, text in reading.lines(last) if text == "2027年2月20日"]
        first_rule = min(
            rect["top"] for rect in reading.pages[last].rects
            if rect["width"] > 300 and not any(rect["non_stroking_color"])
        )  # fmt: skip
        assert all(first_rule - baseline >= LINE * 0.9 for baseline in dates)


def test_a_name_too_long_for_a_line_is_signed_in_two() -> None:
    name = "清河市退役军人事务和社会救助综合服务保障协调推进工作领导小组办公室"
    reading = read(circular(signature=Signature(name), annexes=[]))
    page = next(n for n in range(len(reading.pages)) if "2027年2月20日" in [line[2] for line in reading.lines(n)])
    lines = reading.lines(page)
    at = next(n for n, line in enumerate(lines) if line[2] == "2027年2月20日")
    assert lines[at - 2][2] + lines[at - 1][2] == name
    assert all(left >= LEFT - 0.5 for _, left, _ in lines)


@pytest.mark.parametrize("form", [form for form in Form if form not in (Form.PLAIN, Form.CHENGYUE)])
@pytest.mark.parametrize("title", ["关于规划实施的通知", "关于二〇二六年度妇女发展规划和儿童发展规划实施情况的通知"])
def test_about_one_empty_line_stands_below_the_title(form: Form, title: str) -> None:
    head = replace(HEAD, signers=["张某某"] if form is Form.BAOGAO else ())
    reading = read(circular(form=form, title=title, letterhead=head))
    title_foot = reading.lines(0, 22.0)[-1][0] + 0.36 * -22 + 17  # of its line
    following = next(baseline for baseline, _, _ in reading.lines(0) if baseline > title_foot)
    blank = following - 0.36 * 16 - LINE / 2 - title_foot
    assert 0.55 * LINE < blank < 1.65 * LINE
