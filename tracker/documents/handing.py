"""A paper handed to whoever asked for it on a page."""

from __future__ import annotations

from flask import Response, flash

from tracker.core import files
from tracker.documents import docx, pdf
from tracker.documents.blocks import Document, RenderedFile

_TYPES = {"docx": files.DOCX, "pdf": files.PDF}


def hand_out(document: Document, kind: str, name: str) -> Response:
    """``document`` as ``kind`` (docx or pdf) under ``name``, with or without its ending; a PDF opens in the browser.

    Characters no face has are told on the page that is looked at next: a file has no place to say so.
    """
    return hand_over(pdf.render(document) if kind == "pdf" else docx.rendered(document), kind, name)


def hand_over(made: RenderedFile, kind: str, name: str) -> Response:
    """The same for a paper that had to be set already, to see whether it fits its page."""
    stem = name.removesuffix(f".{kind}")
    if made.complaint:
        flash(f"{stem}：{made.complaint}", "warning")
    return files.download_bytes(made.content, f"{stem}.{kind}", _TYPES[kind], inline=kind == "pdf")
