"""The same plan as a Word file, an old Word file and a PDF gives the same tree."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.text.paragraph import Paragraph
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

import tracker.documents
from tracker.plans.importing import PlanDraft, read_plans
from tracker.plans.importing.word import docx_lines

from .making import bones, make_plan, print_lines

FIXTURES = Path(__file__).parent / "fixtures"
FONT = Path(tracker.documents.__file__).parent / "fonts" / "song.ttf"


def _saved(document: Document) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


LISTS = """
<w:abstractNum {ns} w:abstractNumId="90">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%1）"/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
</w:abstractNum>
"""


class _Lists:
    """Lists that Word counts by itself: one for areas, and one for every run of items."""

    def __init__(self, document: Document) -> None:
        self._part = document.part.numbering_part.element
        self._part.insert(0, parse_xml(LISTS.format(ns=nsdecls("w"))))
        self._next = 900

    def begin(self) -> int:
        self._next += 1
        number = parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{self._next}"><w:abstractNumId w:val="90"/>'
            '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        )
        self._part.append(number)
        return self._next

    @staticmethod
    def put(paragraph: Paragraph, number: int, level: int) -> None:
        properties = paragraph._p.get_or_add_pPr()
        listed = OxmlElement("w:numPr")
        for tag, value in (("w:ilvl", level), ("w:numId", number)):
            element = OxmlElement(tag)
            element.set(qn("w:val"), str(value))
            listed.append(element)
        properties.append(listed)


def _word_file(plan: PlanDraft) -> bytes:
    """A Word file whose numbers are all counted by Word: none of them is in the text."""
    document = docx.Document()
    lists = _Lists(document)
    areas = lists.begin()
    document.add_paragraph(plan.title, style="Title")
    document.add_heading("二、发展领域、主要目标和策略措施", level=1)
    for area in plan.areas:
        lists.put(document.add_heading(area.name, level=2), areas, 0)
        for heading, items in (("主要目标：", area.goals), ("策略措施：", area.measures)):
            document.add_paragraph(heading)
            run = lists.begin()
            for item in items:
                lists.put(document.add_paragraph(item.text), run, 1)
    document.add_heading("三、组织实施", level=1)
    document.add_paragraph("加强组织领导。县政府每年听取一次汇报。")
    return _saved(document)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_numbers_that_word_counts_by_itself_are_counted_again(seed: int) -> None:
    plan = make_plan(seed)
    reading = read_plans(_word_file(plan), "plan.docx")
    assert bones(reading.plans) == bones([plan])
    assert reading.plans[0].areas[1].goals[1].printed == "2."
    assert not [doubt for doubt in reading.doubts if "没有编号" in doubt.message]


def test_a_word_file_with_typed_numbers_is_read() -> None:
    plans = [make_plan(7, "women"), make_plan(7, "children")]
    document = docx.Document()
    for line in print_lines(plans):
        document.add_paragraph(line)
    assert bones(read_plans(_saved(document), "plan.docx").plans) == bones(plans)


def test_deleted_words_are_out_and_inserted_words_are_in() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("保留")
    for tag, inner, text in (("w:del", "w:delText", "删去"), ("w:ins", "w:t", "插入")):
        paragraph._p.append(parse_xml(f"<{tag} {nsdecls('w')}><w:r><{inner}>{text}</{inner}></w:r></{tag}>"))
    assert docx_lines(_saved(document))[0].text == "保留插入"


def test_merged_cells_are_read_once_and_in_order() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "健康"
    table.cell(0, 1).text, table.cell(1, 1).text = "甲", "乙"
    lines = docx_lines(_saved(document))
    assert [(line.text, line.style) for line in lines] == [("健康", "cell"), ("甲", "cell"), ("乙", "cell")]


def test_headings_contents_and_bold_paragraphs_are_known() -> None:
    document = docx.Document()
    document.add_heading("一、总则", level=1)
    document.add_paragraph().add_run("重点").bold = True
    document.add_paragraph("正文")
    assert [line.style for line in docx_lines(_saved(document))] == ["heading1", "bold", ""]


def test_an_old_word_file_is_read_like_its_text() -> None:
    old = read_plans((FIXTURES / "programme.doc").read_bytes(), "programme.doc")
    text = read_plans((FIXTURES / "programme.txt").read_bytes(), "programme.txt")
    assert bones(old.plans) == bones(text.plans)
    assert old.plans[0].document_number == text.plans[0].document_number


def _pdf(lines: list[str]) -> bytes:
    """A PDF set in lines of 34 characters, with a running head and page numbers."""
    pdfmetrics.registerFont(TTFont("song", str(FONT)))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842))
    rows = [line[place : place + 34] for line in lines for place in range(0, len(line), 34)]
    for page, start in enumerate(range(0, len(rows), 30), start=1):
        canvas.setFont("song", 13)
        canvas.drawString(220, 810, "云岭县人民政府公报")
        for index, row in enumerate(rows[start : start + 30]):
            canvas.drawString(60, 770 - index * 24, row)
        canvas.drawString(290, 30, f"— {page} —")
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


@pytest.mark.parametrize("seed", [1, 4])
def test_a_pdf_with_running_heads_and_page_numbers_is_read(seed: int) -> None:
    plans = [make_plan(seed, "women"), make_plan(seed, "children")]
    reading = read_plans(_pdf([line for line in print_lines(plans) if line]), "plan.pdf")
    assert bones(reading.plans) == bones(plans)
