"""Documents that are no plan by their mere size or depth are refused at once, with a sentence."""

from __future__ import annotations

import io
import zipfile

import pytest

from tracker.plans.importing.reader import pasted_lines, read_lines
from tracker.plans.importing.refusal import MOST_LINES, UnreadableDocument
from tracker.plans.importing.word import docx_lines

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def _word(body: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml", f"<w:document xmlns:w='{WORD}'><w:body>{body}</w:body></w:document>"
        )  # fmt: skip
    return made.getvalue()


def _said(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_a_text_of_too_many_lines_is_refused() -> None:
    text = "1.提高妇女健康水平。\n" * (10 * MOST_LINES)
    with pytest.raises(UnreadableDocument, match="20000 行"):
        pasted_lines(text)
    with pytest.raises(UnreadableDocument, match="20000 行"):
        read_lines(text.encode(), "规划.txt")


def test_a_text_of_as_many_lines_as_allowed_is_read() -> None:
    assert len(pasted_lines("一行\n" * MOST_LINES)) == MOST_LINES + 1


def test_a_word_file_of_too_many_paragraphs_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="20000 行"):
        docx_lines(_word(_said("一段") * (MOST_LINES + 1)))


def test_a_paragraph_is_found_however_deep_it_is_nested() -> None:
    depth = 3000
    deep = f"{'<w:sdt>' * depth}{_said('规划目标')}{'</w:sdt>' * depth}"
    assert [line.text for line in docx_lines(_word(deep))] == ["规划目标"]


def test_runs_nested_in_a_paragraph_are_read_however_deep() -> None:
    depth = 3000
    deep = f"<w:p>{'<w:smartTag>' * depth}<w:r><w:t>规划目标</w:t></w:r>{'</w:smartTag>' * depth}</w:p>"
    assert [line.text for line in docx_lines(_word(deep))] == ["规划目标"]


def test_a_table_within_a_cell_is_read_once() -> None:
    inner = f"<w:tbl><w:tr><w:tc>{_said('内')}</w:tc></w:tr></w:tbl>"
    outer = f"<w:tbl><w:tr><w:tc>{_said('外')}{inner}{_said('后')}</w:tc></w:tr></w:tbl>"
    assert [(line.text, line.style) for line in docx_lines(_word(outer))] == [
        ("外", "cell"), ("内", "cell"), ("后", "cell"),
    ]  # fmt: skip
