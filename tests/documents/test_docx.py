"""The DOCX twin: the same words, the official faces, real styles, fixed bytes."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx as python_docx
import pypdf
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt

from tests.documents.papers import DAY, OFFICE, circular, progress_table
from tracker.documents import docx, pdf
from tracker.documents import gongwen as g
from tracker.documents.blocks import (
    Annex,
    Chart,
    Column,
    Document,
    Form,
    Imprint,
    Letterhead,
    Opinions,
    PageBreak,
    Paragraph,
    Series,
    Signature,
    Table,
)
from tracker.documents.pdf import layout
from tracker.documents.samples import sample


@pytest.fixture(scope="module")
def content() -> bytes:
    return docx.render(circular())


@pytest.fixture(scope="module")
def opened(content: bytes) -> Any:
    return python_docx.Document(io.BytesIO(content))


def style_fonts(opened: Any, style: str) -> dict[str, str]:
    fonts = opened.styles.element.find(f"w:style[@w:styleId='{style}']/w:rPr/w:rFonts", opened.element.nsmap)
    return {key.split("}")[1]: value for key, value in fonts.attrib.items()}


def test_the_official_faces_are_named_for_every_script(opened: Any) -> None:
    for style, face in (
        ("Normal", "仿宋_GB2312"),
        ("Heading1", "黑体"),
        ("Heading2", "楷体_GB2312"),
        ("Title", "方正小标宋简体"),
    ):
        fonts = style_fonts(opened, style)
        assert fonts["eastAsia"] == face
        assert {"ascii", "hAnsi", "cs"} <= fonts.keys()


def test_the_page_and_its_grid_are_those_of_the_standard(opened: Any) -> None:
    section = opened.sections[0]
    assert round(section.page_width.mm) == 210
    assert round(section.page_height.mm) == 297
    assert (round(section.left_margin.mm), round(section.top_margin.mm)) == (28, 37)
    assert (round(section.right_margin.mm), round(section.bottom_margin.mm)) == (26, 35)
    grid = section._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")


def test_headings_are_real_and_numbered_as_in_the_pdf(opened: Any) -> None:
    headings = {p.text[:7]: p.style.name for p in opened.paragraphs if p.style.style_id.startswith("Heading")}
    assert headings["一、总体情况"] == "Heading 1"
    assert headings["（一）健康领域"] == "Heading 2"
    assert headings["1.建立台账。"] == "Heading 3"
    levels = [p.style.element.find(f".//{qn('w:outlineLvl')}") for p in opened.paragraphs if p.text == "一、总体情况"]
    assert levels[0].get(qn("w:val")) == "0"


def test_body_text_is_indented_two_characters_by_its_style(opened: Any) -> None:
    indent = opened.styles.element.find("w:style[@w:styleId='Normal']/w:pPr/w:ind", opened.element.nsmap)
    assert indent.get(qn("w:firstLineChars")) == "200"


def test_table_heads_repeat_and_rows_do_not_break(opened: Any) -> None:
    table = opened.tables[0]._tbl
    rows = table.findall(qn("w:tr"))
    heads = [row for row in rows if row.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None]
    assert len(heads) == 2, "an upper row of merged heads and the heads below"
    assert rows[:2] == heads
    assert len(rows) == 2 + 40
    assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
    assert len(table.findall(f"{qn('w:tblGrid')}/{qn('w:gridCol')}")) == 5


def test_lights_keep_shape_word_and_colour(content: bytes) -> None:
    body = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert re.search(r'w:color w:val="B3261E"/></w:rPr><w:t[^>]*>◆逾期', body)


def test_odd_and_even_pages_have_their_own_numbers(opened: Any) -> None:
    section = opened.sections[0]
    assert opened.settings.odd_and_even_pages_header_footer
    odd, even = section.footer._element.xml, section.even_page_footer._element.xml
    assert "PAGE" in odd
    assert 'w:jc w:val="right"' in odd
    assert 'w:jc w:val="left"' in even


def test_a_landscape_annex_is_a_section_of_its_own(opened: Any) -> None:
    assert [section.page_width > section.page_height for section in opened.sections] == [False, True, False]


def test_properties_say_what_the_document_says(opened: Any) -> None:
    core = opened.core_properties
    assert (core.title, core.author) == ("关于2026年度妇女发展规划和儿童发展规划实施情况的通报", OFFICE)
    assert core.created.date() == DAY


def test_the_same_document_gives_the_same_bytes(content: bytes) -> None:
    assert docx.render(circular()) == content


def test_markup_and_control_characters_in_text_stay_harmless() -> None:
    made = docx.render(Document(Form.PLAIN, "甲&乙<丙>", DAY, [Paragraph("丁&戊<己>\x07\u200b")]))
    texts = [paragraph.text for paragraph in python_docx.Document(io.BytesIO(made)).paragraphs]
    assert "甲&乙<丙>" in texts
    assert "丁&戊<己>" in texts


def test_charts_are_pictures_with_words() -> None:
    chart = Chart("bar", "任务", ["甲", "乙"], [Series("数", [1, 2])], unit="项")
    made = docx.render(Document(Form.PLAIN, "样张", DAY, [chart, PageBreak(), Paragraph("完")]))
    body = zipfile.ZipFile(io.BytesIO(made)).read("word/document.xml").decode()
    assert 'descr="数：甲1项，乙2项。"' in body
    assert made == docx.render(Document(Form.PLAIN, "样张", DAY, [chart, PageBreak(), Paragraph("完")]))


def test_a_table_of_thousands_of_rows_is_written() -> None:
    made = docx.render(Document(Form.PLAIN, "样张", DAY, [progress_table(3000)]))
    assert len(python_docx.Document(io.BytesIO(made)).tables[0]._tbl.findall(qn("w:tr"))) == 3002


@pytest.mark.parametrize("form", [form for form in Form if form is not Form.PLAIN])
def test_every_form_can_be_opened_again_and_says_its_title(form: Form) -> None:
    document = sample(form)
    opened = python_docx.Document(io.BytesIO(docx.render(document)))
    texts = "".join(paragraph.text.replace("\n", "") for paragraph in opened.paragraphs)
    assert document.plain_title in texts
    assert document.letterhead is not None
    header = opened.sections[0].first_page_header  # a letter's name stands above the 版心
    assert document.letterhead.name in texts + "".join(paragraph.text for paragraph in header.paragraphs)


def crowded_for_reading() -> Document:
    """A paper for reading with as many rows as its PDF's one page holds, and paragraphs whose last lines are full."""
    words = "牵头和责任任务共110项：完成、免报或无任务6项，正常推进60项，需关注9项，逾期12项，待报23项。"
    columns = [Column("需要研究的事项", 9), Column("单位", 3.6), Column("类别", 2.4, "center")]

    def of(rows: int) -> Document:
        table = Table(columns, [["健全部门会商机制，形成…", "市教育局等", "逾期"]] * rows)
        body = [*[Paragraph(words)] * 3, table, Opinions("领导批示", 2, fill=True)]
        return replace(sample(Form.CHENGYUE), body=body, qr=None)

    fitting = [rows for rows in range(6, 16) if pdf.render(of(rows), tagged=False).pages == 1]
    return of(fitting[-1])


def test_a_crowded_paper_for_reading_is_set_closer_for_word_and_one_with_room_is_not() -> None:
    paper = crowded_for_reading()
    assert layout(sample(Form.CHENGYUE)).line == pytest.approx(g.READING_LINE)
    assert layout(paper).line < g.READING_LINE
    opened = python_docx.Document(io.BytesIO(docx.render(paper)))
    assert opened.styles["Normal"].paragraph_format.line_spacing == Pt(round(layout(paper).line * 20) / 20)
    grid = opened.sections[0]._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) is None  # a program that keeps to a grid would set such lines two apart


@pytest.mark.process
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_the_twin_finds_the_same_words_and_keeps_one_page_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "twin.docx").write_bytes(content)
    (tmp_path / "reading.docx").write_bytes(docx.render(crowded_for_reading()))
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path),
         str(tmp_path / "twin.docx"), str(tmp_path / "reading.docx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    pages = pypdf.PdfReader(tmp_path / "twin.pdf").pages
    text = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    for words in ("清妇儿工委办〔2027〕3号", "一、总体情况", "附件：1.任务进展情况表", "抄送：省妇儿工委办公室"):
        assert words in text
    assert len(pypdf.PdfReader(tmp_path / "reading.pdf").pages) == 1


def test_text_attachments_and_signature_stay_on_one_page() -> None:
    paper = circular(annexes=[], attachments=["监测表（另附）", "说明（另附）"], note="")
    body = python_docx.Document(io.BytesIO(docx.render(paper))).paragraphs
    end = next(n for n, paragraph in enumerate(body) if "说明（另附）" in paragraph.text)
    above = [paragraph.paragraph_format.keep_with_next for paragraph in body[end - 3 : end + 1]]
    assert above == [True] * 4


def footers(opened: Any) -> str:
    section = opened.sections[0]
    return str(section.footer._element.xml + section.even_page_footer._element.xml)


def test_a_letters_name_stands_in_the_header_of_page_1_alone_30_mm_below_the_edge() -> None:
    opened = python_docx.Document(io.BytesIO(docx.render(sample(Form.HAN))))
    section = opened.sections[0]
    assert section.different_first_page_header_footer
    assert "清河市妇女儿童工作委员会办公室" in section.first_page_header.paragraphs[0].text
    assert section.header_distance.mm == pytest.approx(30, abs=1)
    assert round(section.top_margin.mm) == 37


def test_a_paper_for_reading_has_no_number_and_its_last_space_takes_the_rest_of_the_page() -> None:
    opened = python_docx.Document(io.BytesIO(docx.render(sample(Form.CHENGYUE))))
    assert "PAGE" not in footers(opened)
    rows = opened.tables[-1].rows
    assert [row.cells[0].text.replace("\n", "") for row in rows] == ["拟办意见", "领导批示"]
    assert rows[1].height.pt > 2.5 * 29


def test_an_imprint_alone_after_a_landscape_annex_has_no_number() -> None:
    annex = Annex("任务进展情况表", [progress_table(4)], landscape=True)
    opened = python_docx.Document(io.BytesIO(docx.render(circular(annexes=[annex]))))
    assert "PAGE" in footers(opened)
    assert "PAGE" not in opened.sections[-1].footer._element.xml + opened.sections[-1].even_page_footer._element.xml


def test_the_imprint_stands_on_the_bottom_edge_however_long_it_is() -> None:
    for copy_to in ("市委办公室", "，".join(f"第{n}县人民政府办公室" for n in range(20))):
        body = docx.render(circular(annexes=[], imprint=Imprint(copy_to=copy_to, issuer=OFFICE)))
        markup = zipfile.ZipFile(io.BytesIO(body)).read("word/document.xml").decode()
        tops = [int(y) / 20 for y in re.findall(r'w:framePr [^>]*w:y="(\d+)"', markup)]
        assert tops[-1] + 22 == pytest.approx((37 + 225) * 72 / 25.4, abs=0.1)
        assert tops[0] < tops[-1]


def test_addressees_that_leave_no_room_for_the_body_move_to_the_imprint() -> None:
    many = [f"第{number}县人民政府办公室" for number in range(40)]
    opened = python_docx.Document(io.BytesIO(docx.render(circular(addressees=many, annexes=[]))))
    naming = [paragraph.text for paragraph in opened.paragraphs if "第39县人民政府办公室" in paragraph.text]
    assert [text[:3] for text in naming] == ["主送："]


def test_a_character_no_face_has_is_told_of_the_twin_too() -> None:
    made = docx.rendered(circular(body=[Paragraph("现将\U0002f000同志的情况通报如下。")], annexes=[]))
    assert [one.character for one in made.missing_characters] == ["\U0002f000"]
    assert made.complaint.startswith("“现将")
    assert "第0页" not in made.complaint
    assert docx.rendered(circular()).complaint == ""


def test_page_numbers_turn_with_a_landscape_annex_and_back_after_it(opened: Any) -> None:
    portrait, turned, again = (section.footer._element.xml for section in opened.sections)
    assert ["tbRl" in part for part in (portrait, turned, again)] == [False, True, False]
    assert all("PAGE" in part for part in (portrait, turned, again))


def test_a_name_too_long_for_a_line_is_signed_in_two_as_in_the_pdf() -> None:
    name = "清河市退役军人事务和社会救助综合服务保障协调推进工作领导小组"
    opened = python_docx.Document(io.BytesIO(docx.render(circular(signature=Signature(name), annexes=[]))))
    texts = [paragraph.text for paragraph in opened.paragraphs]
    at = texts.index("2027年2月20日")
    assert texts[at - 2] + texts[at - 1] == name
    assert texts[at - 1]


def letter_of(lines: int) -> Document:
    """A letter of one page and so many paragraphs of one line."""
    body = [Paragraph(f"第{number}项事项请按时办理。") for number in range(lines)]
    return Document(
        Form.HAN, "关于落实有关工作的函", DAY, body, Letterhead(OFFICE, number="清妇儿工委办函〔2027〕6号"),
        addressees="市教育局", signature=Signature(OFFICE), attachments=(),
    )  # fmt: skip


def test_a_full_page_is_set_closer_for_word_and_one_with_room_is_not() -> None:
    pitches = {count: layout(letter_of(count)).line for count in (3, 10)}
    assert pitches[3] == g.LINE
    assert pdf.render(letter_of(10)).pages == 1
    assert pitches[10] < g.LINE
    opened = python_docx.Document(io.BytesIO(docx.render(letter_of(10))))
    assert opened.styles["Normal"].paragraph_format.line_spacing == Pt(round(pitches[10] * 20) / 20)


def test_rows_at_a_tables_edges_stay_together() -> None:
    table = Table([Column("序号"), Column("任务")], [[n, "任务"] for n in range(8)])
    opened = python_docx.Document(io.BytesIO(docx.render(Document(Form.PLAIN, "清单", DAY, [table]))))
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in opened.tables[0].rows]
    assert kept == [True, True, True, None, None, None, True, True, None]
