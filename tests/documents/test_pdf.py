"""What a PDF is beyond its looks: text that can be found, an outline, tags, embedded faces, fixed bytes."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import sys
import zlib
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest

from tests.documents.papers import DAY, LONG, OFFICE, circular, progress_table
from tracker.documents import pdf
from tracker.documents.assembly import srgb_profile
from tracker.documents.blocks import (
    Annex,
    Column,
    Document,
    DocumentError,
    Form,
    Heading,
    Letterhead,
    Paragraph,
    RenderedFile,
    State,
    Table,
)


def reader(rendered: RenderedFile) -> Any:
    return pypdf.PdfReader(io.BytesIO(rendered.content), strict=True)


def extracted(rendered: RenderedFile) -> str:
    return "".join(page.extract_text() for page in reader(rendered).pages)


def plain(*body: Any, **more: Any) -> Document:
    return Document(Form.PLAIN, "样张", DAY, list(body), **more)


@pytest.fixture(scope="module")
def rendered() -> RenderedFile:
    return pdf.render(circular())


# ------------------------------------------------------------------ text


def test_text_comes_out_whole_and_in_order(rendered: RenderedFile) -> None:
    text = re.sub(r"\s", "", extracted(rendered))
    places = [
        text.index(words)
        for words in (
            OFFICE + "文件", "清妇儿工委办〔2027〕3号", "实施情况的通报", "各县（市、区）人民政府",
            "现将有关情况通报如下。", "一、总体情况",
            "附件：1.任务进展情况表", "2027年2月20日", "附件1", "责任单位", "附件2", "抄送：",
        )
    ]  # fmt: skip
    assert places == sorted(places)
    assert text.count(re.sub(r"\s", "", LONG)[:30]) >= 6


def test_markup_in_text_stays_text() -> None:
    rendered = pdf.render(plain(Paragraph("甲&乙公司<b>报告</b>&amp;；（括号）\\反斜杠")))
    assert "甲&乙公司<b>报告</b>&amp;；（括号）\\反斜杠" in extracted(rendered)


def test_rare_and_astral_characters_can_be_searched() -> None:
    rendered = pdf.render(plain(Paragraph("联系人：张喆、李堃、王䶮、赵𬇙。")))
    assert "张喆、李堃、王䶮、赵𬇙" in extracted(rendered)
    assert rendered.missing_characters == ()


def test_a_character_no_face_has_is_reported_with_its_place_and_printed_as_a_geta_mark() -> None:
    table = Table([Column("甲"), Column("乙")], [["表中😀字", "无"]])
    for _ in range(2):  # told every time, not only the first
        rendered = pdf.render(plain(Paragraph("联系人：张\U0002a6a5某。"), table, Paragraph("全有。")))
        told = [(item.character, item.page) for item in rendered.missing_characters]
        assert told == [("\U0002a6a5", 1), ("😀", 1)]
        assert "联系人：张" in rendered.missing_characters[0].near
        assert "张〓某" in extracted(rendered)
        assert "没有可用字形" in str(rendered.missing_characters[0])
        assert "请改用其他写法" in rendered.complaint


def test_control_characters_leave_no_trace() -> None:
    rendered = pdf.render(plain(Paragraph("甲\u200b乙\x07丙\ufeff丁")))
    assert "甲乙丙丁" in extracted(rendered)
    assert rendered.missing_characters == ()


# ------------------------------------------------------------------ faces


def fonts(rendered: RenderedFile) -> list[Any]:
    found = {}
    for page in reader(rendered).pages:
        for name, font in page["/Resources"]["/Font"].items():
            found[name] = font.get_object()
    return list(found.values())


def test_every_face_is_embedded_and_there_is_no_other(rendered: RenderedFile) -> None:
    for font in fonts(rendered):
        assert font["/Subtype"] == "/Type0"
        assert "/ToUnicode" in font
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/FontFile2" in descriptor
    assert b"Helvetica" not in rendered.content


def test_the_document_tells_which_faces_set_it(rendered: RenderedFile) -> None:
    assert "仿宋（FandolFang）" in rendered.faces_used
    assert "小标宋（Noto Serif SC Bold）" in rendered.faces_used
    kai = pdf.render(plain(Paragraph("只有仿宋。"))).faces_used
    assert not any("楷体" in label for label in kai)


def test_only_the_glyphs_used_are_in_the_file() -> None:
    small = pdf.render(plain(Paragraph("规划")))
    assert len(small.content) < 40_000


# ------------------------------------------------------------------ structure


def test_the_outline_holds_title_headings_and_annexes(rendered: RenderedFile) -> None:
    def titles(items: Any) -> list[str]:
        return [title for item in items for title in (titles(item) if isinstance(item, list) else [item.title])]

    assert titles(reader(rendered).outline) == [
        "关于2026年度妇女发展规划和儿童发展规划实施情况的通报",
        "一、总体情况",
        "二、分领域情况",
        "（一）健康领域",
        "1.建立台账。",
        "（1）逐月更新。",
        "任务进展情况表",
        "填报说明",
    ]


def test_properties_say_title_author_language_and_the_documents_own_date(rendered: RenderedFile) -> None:
    document = reader(rendered)
    assert document.metadata.title == "关于2026年度妇女发展规划和儿童发展规划实施情况的通报"
    assert document.metadata.author == OFFICE
    assert document.metadata["/CreationDate"] == "D:20270220000000+08'00'"
    assert document.trailer["/Root"]["/Lang"] == "zh-CN"
    assert document.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]


def elements(rendered: RenderedFile) -> list[tuple[str, Any]]:
    root = reader(rendered).trailer["/Root"]["/StructTreeRoot"]
    found = []

    def walk(element: Any) -> None:
        element = element.get_object()
        if not isinstance(element, dict) or "/S" not in element:
            return
        found.append((element["/S"][1:], element))
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            walk(kid) if not isinstance(kid, int) else None

    walk(root["/K"])
    return found


def test_tags_say_what_is_heading_paragraph_and_table(rendered: RenderedFile) -> None:
    names = [name for name, _ in elements(rendered)]
    assert names[0] == "Document"
    assert names.count("H1") == 3  # the title and two annex titles
    assert {"H2", "H3", "H4", "H5", "P", "Table", "TR", "TH", "TD", "Figure"} <= set(names)
    assert names.count("Table") == 1, "the parts of a table on several pages are one table"
    assert names.count("TR") == 1 + 40
    assert reader(rendered).trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_a_paragraph_across_two_pages_is_one_element_with_marks_on_both() -> None:
    rendered = pdf.render(plain(Paragraph("规" * 1400)))
    paragraph = next(element for name, element in elements(rendered) if name == "P")
    assert len(paragraph["/K"]) >= 2


def test_every_mark_belongs_to_an_element(rendered: RenderedFile) -> None:
    document = reader(rendered)
    numbers = document.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    for page_number, page in enumerate(document.pages):
        marks = re.findall(rb"/MCID (\d+)>> BDC", page.get_contents().get_data())
        at = [int(x) for x in numbers[0::2]].index(page["/StructParents"])
        assert page["/StructParents"] == page_number
        assert len(numbers[2 * at + 1].get_object()) == len(marks)
        assert [int(mark) for mark in marks] == list(range(len(marks)))


def test_figures_have_words_for_those_who_cannot_see_them(rendered: RenderedFile) -> None:
    figures = [element for name, element in elements(rendered) if name == "Figure"]
    assert figures
    assert all(element["/Alt"] for element in figures)


def test_an_untagged_file_has_no_tags() -> None:
    rendered = pdf.render(circular(), tagged=False)
    assert b"BDC" not in zlib_free(rendered.content)
    assert "/StructTreeRoot" not in reader(rendered).trailer["/Root"]


def zlib_free(content: bytes) -> bytes:
    """All streams of a file unpacked."""
    return b"".join(
        zlib.decompress(found) for found in re.findall(rb"/FlateDecode.*?stream\n(.*?)\nendstream", content, re.S)
    )


# ------------------------------------------------------------------ PDF/A-1b, the parts that can be checked by reading


def test_the_parts_pdf_a_asks_for_are_there(rendered: RenderedFile) -> None:
    root = reader(rendered).trailer["/Root"]
    xmp = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in xmp
    assert '<rdf:li xml:lang="x-default">关于2026年度妇女发展规划和儿童发展规划实施情况的通报</rdf:li>' in xmp
    assert "2027-02-20T00:00:00+08:00" in xmp
    intent = root["/OutputIntents"][0]
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"].get_data() == srgb_profile()
    assert rendered.content.startswith(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    assert b"/ID[" in rendered.content[-400:]


def test_every_stream_ends_with_a_line_end_and_nothing_is_transparent(rendered: RenderedFile) -> None:
    assert len(re.findall(rb"\nendstream", rendered.content)) == len(re.findall(rb"endstream", rendered.content))
    for word in (b"/SMask", b"/ca ", b"/CA ", b"/JavaScript", b"/Encrypt", b"/LZWDecode"):
        assert word not in rendered.content


def test_each_face_lists_the_codes_it_holds(rendered: RenderedFile) -> None:
    for font in fonts(rendered):
        descendant = font["/DescendantFonts"][0].get_object()
        bits = descendant["/FontDescriptor"]["/CIDSet"].get_data()
        glyph_map = descendant["/CIDToGIDMap"].get_data()
        present = {n for n in range(len(glyph_map) // 2) if n == 0 or glyph_map[2 * n : 2 * n + 2] != b"\0\0"}
        assert {n for n in range(len(bits) * 8) if bits[n >> 3] & (0x80 >> (n & 7))} == present


def test_the_profile_is_an_icc_profile_of_version_2() -> None:
    profile = srgb_profile()
    assert int.from_bytes(profile[:4], "big") == len(profile)
    assert profile[8] == 2
    assert profile[36:40] == b"acsp"


# ------------------------------------------------------------------ bytes


def test_the_same_document_gives_the_same_bytes() -> None:
    assert pdf.render(circular()).content == pdf.render(circular()).content


def test_the_bytes_do_not_depend_on_the_process_or_its_clock(tmp_path: Path) -> None:
    script = (
        "import sys, hashlib\nsys.path[:0] = sys.argv[1:]\n"
        "from tests.documents.papers import circular\nfrom tracker.documents import pdf\n"
        "print(hashlib.sha256(pdf.render(circular()).content).hexdigest())"
    )
    found = subprocess.run(
        [sys.executable, "-c", script, *sys.path],
        capture_output=True, text=True, check=True, cwd=tmp_path, env={"TZ": "America/Lima", "PYTHONHASHSEED": "7"},
    )  # fmt: skip
    assert found.stdout.strip() == hashlib.sha256(pdf.render(circular()).content).hexdigest()


def test_another_day_gives_other_bytes() -> None:
    assert pdf.render(circular()).content != pdf.render(circular(date=date(2027, 2, 21))).content


# ------------------------------------------------------------------ what a caller is told


def test_progress_is_told_page_by_page_and_never_goes_back_or_beyond() -> None:
    seen: list[tuple[int, int]] = []
    rendered = pdf.render(
        plain(*[Paragraph(LONG)] * 40, progress_table(60)), progress=lambda done, total: seen.append((done, total))
    )
    assert len(seen) == rendered.pages - 1
    assert {total for _, total in seen} == {100}
    counts = [done for done, _ in seen]
    assert counts == sorted(counts)
    assert counts[0] < 20
    assert 60 < counts[-1] <= 100


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: circular(title=" "), "没有标题"),
        (lambda: circular(letterhead=None), "必须有版头"),
        (lambda: circular(form=Form.BAOGAO), "签发人"),
        (lambda: circular(landscape=True), "横排"),
        (lambda: Heading("甲", level=5), "四级"),
        (lambda: Table([Column("甲")], [["1", "2"]]), "第1行有2格"),
        (lambda: Table([], []), "至少要有一栏"),
    ],
)
def test_a_document_that_cannot_be_set_is_refused_in_a_sentence(made: Any, says: str) -> None:
    with pytest.raises(DocumentError, match=says):
        made()


# ------------------------------------------------------------------ tables


def rows_on(rendered: RenderedFile) -> list[list[int]]:
    """The numbers in the first column, page by page."""
    return [
        [int(number) for number in re.findall(r"第(\d+)项", page.extract_text())] for page in reader(rendered).pages
    ]


def test_a_long_table_loses_no_row_and_repeats_its_head() -> None:
    rendered = pdf.render(plain(progress_table(200)))
    assert [number for page in rows_on(rendered) for number in page] == list(range(1, 201))
    for page in reader(rendered).pages:
        assert "责任单位" in page.extract_text()


@pytest.mark.parametrize("lines", range(8, 22))
def test_a_table_never_leaves_its_head_with_fewer_than_three_rows_nor_one_row_behind(lines: int) -> None:
    rendered = pdf.render(plain(*[Paragraph("规划")] * lines, progress_table(30)))
    counts = [len(page) for page in rows_on(rendered) if page]
    assert all(count >= 3 for count in counts[:-1])
    assert counts[-1] >= 2
    for page, rows in zip(reader(rendered).pages, rows_on(rendered), strict=True):
        if "任务进展情况" in page.extract_text():
            assert rows, "a caption stands with its table"


def test_a_row_taller_than_a_page_is_continued_and_nothing_is_lost() -> None:
    long_cell = "".join(f"（{number}）规划实施情况说明。" for number in range(400))
    rendered = pdf.render(plain(Table([Column("序号", 1), Column("说明", 2)], [["1", long_cell], ["2", "完"]])))
    text = re.sub(r"—\d+—|序号说明", "", re.sub(r"\s", "", extracted(rendered)))
    assert rendered.pages > 3
    assert all(f"（{number}）规划实施情况" in text for number in range(400))


def test_merged_cells_say_their_words_again_on_the_next_page() -> None:
    rendered = pdf.render(plain(progress_table(60)))
    for page in reader(rendered).pages:
        assert re.search("妇女与(健康|教育)", page.extract_text())


def test_lights_are_shape_and_word_in_their_colour() -> None:
    table = Table([Column("甲"), Column("乙")], [[State.red("逾期"), State.grey("未到期")]])
    rendered = pdf.render(plain(table))
    assert "◆逾期" in extracted(rendered)
    assert "○未到期" in extracted(rendered)
    code = b"".join(page.get_contents().get_data() for page in reader(rendered).pages)
    assert b"0.702 0.149 0.118 rg" in code


def test_an_empty_table_shows_its_head() -> None:
    assert "序号" in extracted(pdf.render(plain(Table([Column("序号"), Column("任务")], []))))


def test_a_landscape_list_uses_the_long_side() -> None:
    rendered = pdf.render(plain(progress_table(10), landscape=True))
    box = reader(rendered).pages[0].mediabox
    assert box.width > box.height


def test_an_annex_without_letterhead_is_possible() -> None:
    rendered = pdf.render(plain(Paragraph("见附件。"), annexes=[Annex("名单", [Paragraph("甲")])]))
    assert rendered.pages == 2


def test_letterheads_of_any_length_stay_within_the_type_area() -> None:
    for name in ("市妇儿工委", OFFICE, OFFICE * 2):
        rendered = pdf.render(circular(letterhead=Letterhead(name, number="〔2027〕1号")))
        assert name + "文件" in extracted(rendered)
