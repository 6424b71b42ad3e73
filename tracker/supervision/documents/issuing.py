"""The files an issued circular keeps: printed whole or not at all; those of a long one prepared as a work."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date

from tracker.core.errors import RuleError
from tracker.core.works import Progress
from tracker.documents import docx, pdf
from tracker.documents.blocks import Document, RenderedFile
from tracker.supervision.documents.circular_figures import circular_book
from tracker.supervision.documents.circulars import circular_document, file_name
from tracker.supervision.models import Circular

FEW_ROWS = 1000
"""Of so many assignments, counted and named, the files are set while somebody waits; of more they become a work."""
MENDING = "请先退回起草。"


def is_long(circular: Circular) -> bool:
    figures = circular.figures
    return len(figures["items"]) + len(figures.get("rows", ())) > FEW_ROWS


def printed(document: Document, advice: str, tell: Progress | None = None) -> RenderedFile:
    """The PDF. Raises RuleError with advice when a character has no face: no paper leaves with a 〓 in it."""
    made = pdf.render(document, progress=tell)
    if made.missing_characters:
        raise RuleError(f"{made.complaint}{advice}")
    return made


def issue_files(circular: Circular, on: date, tell: Progress) -> bytes:
    """PDF, DOCX and XLSX of what was signed, dated the day of issue, in one zip that `taken_apart` opens."""
    document, book = circular_document(circular, issued_on=on), circular_book(circular)
    files = {
        "pdf": printed(document, MENDING, tell).content,
        "docx": docx.render(document, progress=tell),
        "xlsx": book,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as package:
        for form, content in files.items():
            package.writestr(file_name(circular, form).replace("/", "／"), content)
    return packed.getvalue()


def taken_apart(packed: bytes) -> Mapping[str, bytes]:
    """Form → bytes of what `issue_files` packed."""
    with zipfile.ZipFile(io.BytesIO(packed)) as package:
        return {name.rpartition(".")[2]: package.read(name) for name in package.namelist()}
