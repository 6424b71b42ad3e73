"""A PDF with text → its lines, page after page. Pictures of pages have no text and are refused."""

from __future__ import annotations

import re

from tracker.core import pdfium
from tracker.plans.importing.draft import Line
from tracker.plans.importing.refusal import UnreadableDocument

MOST_PAGES = 800
LONGEST_TEXT = 3_000_000
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
    pages = [page.replace("\ufffe", "").replace("\x02", "") for page in _texts(content)]
    if sum(len(page.strip()) for page in pages) < _LEAST_TEXT * max(1, len(pages)):
        raise UnreadableDocument("这个 PDF 是扫描件（只有图片，没有文字），请先做文字识别，或上传 Word、文本文件。")
    return pages


def _texts(content: bytes) -> list[str]:
    try:
        return pdfium.texts(content, MOST_PAGES, LONGEST_TEXT, is_exact=True)
    except pdfium.Locked as error:
        raise UnreadableDocument("这个 PDF 设有密码，请去掉密码后再上传。") from error
    except pdfium.Long as error:
        raise UnreadableDocument(f"这个 PDF 有 {error.pages} 页，不像一份规划，请只上传规划正文。") from error
    except pdfium.Heavy as error:
        raise UnreadableDocument("这个 PDF 太复杂，已停止读取，请上传 Word 或文本文件。") from error
    except pdfium.Broken as error:
        raise UnreadableDocument("这个 PDF 文件已损坏，打不开，请重新导出后再上传。") from error
