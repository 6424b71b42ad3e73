"""A PDF with text → its lines, page after page. Pictures of pages have no text and are refused."""

from __future__ import annotations

import re

import pypdfium2  # type: ignore[import-untyped, unused-ignore]

from tracker.core.pdfium import one_at_a_time
from tracker.plans.importing.draft import Line
from tracker.plans.importing.refusal import UnreadableDocument

MOST_PAGES = 800
_PASSWORD_ERROR = 4
_WIDE = r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f“”‘’—…]"
_GAPS = re.compile(rf"(?<={_WIDE}) +(?=[\x21-\x7e‰])|(?<=[\x21-\x7e‰]) +(?={_WIDE})|(?<={_WIDE}) +(?={_WIDE})")
_LEAST_TEXT = 8
"""Characters a page must have on average; a scanned document has at most stamps and page numbers."""


def pdf_lines(content: bytes) -> tuple[Line, ...]:
    """Lines of a PDF in reading order, numbered through all pages.

    Gaps between Chinese and figures are set by the layout, not written, so they are taken out.
    """
    rows: list[str] = []
    for page in _pages(content):
        rows.extend(_GAPS.sub("", row).strip() for row in re.split(r"\r\n|\n|\r", page))
    return tuple(Line(number, row) for number, row in enumerate(rows, start=1))


def _pages(content: bytes) -> list[str]:
    with one_at_a_time:
        pages = _texts(content)
    if sum(len(page.strip()) for page in pages) < _LEAST_TEXT * max(1, len(pages)):
        raise UnreadableDocument("这个 PDF 是扫描件（只有图片，没有文字），请先做文字识别，或上传 Word、文本文件。")
    return pages


def _texts(content: bytes) -> list[str]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or getattr(error, "err_code", 0) == _PASSWORD_ERROR:
            raise UnreadableDocument("这个 PDF 设有密码，请去掉密码后再上传。") from error
        raise UnreadableDocument("这个 PDF 文件已损坏，打不开，请重新导出后再上传。") from error
    try:
        if len(document) > MOST_PAGES:
            raise UnreadableDocument(f"这个 PDF 有 {len(document)} 页，不像一份规划，请只上传规划正文。")
        return [_page_text(document, index) for index in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument("这个 PDF 文件已损坏，打不开，请重新导出后再上传。") from error
    finally:
        document.close()


def _page_text(document: pypdfium2.PdfDocument, index: int) -> str:
    page = document[index]
    text_page = page.get_textpage()
    try:
        text: str = text_page.get_text_range()
    finally:
        text_page.close()
        page.close()
    return text.replace("\ufffe", "").replace("\x02", "")
