"""Papers in and out, the same for every kind: made before they stand, served for ever, scans and evidence taken in."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, current_app, request
from werkzeug.datastructures import FileStorage

from tracker.core import files
from tracker.core.errors import RuleError
from tracker.core.files import Blob, StoredFile
from tracker.documents import charts, docx
from tracker.documents.blocks import Chart, Document
from tracker.supervision.documents import printed


def served(file: StoredFile, name: str) -> Response:
    """A stored paper: the same bytes for ever."""
    return files.download(file, name, inline=name.endswith(".pdf"))


def picture(chart: Chart) -> Response:
    """A chart as SVG, for an image of a page; its words and its table stand beside it. A phone asks for it narrow."""
    drawn = charts.svg(chart, charts.NARROW if request.args.get("narrow") else charts.WIDE)
    response = Response(drawn, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def both(document: Document, advice: str) -> tuple[Blob, Blob]:
    """PDF and DOCX of one document put into the store, before the transaction that keeps them."""
    return files.put_bytes(printed(document, advice).content), files.put_bytes(docx.render(document))


def scan_of(upload: FileStorage | None, field: str, *, lacking: str) -> tuple[Blob, str]:
    """A stamped or signed paper put into the store. Raises RuleError at the field."""
    if upload is None or not upload.filename:
        raise RuleError(lacking, field=field)
    return _put(upload, files.SCAN_TYPES, field)


def evidence_of(uploads: Iterable[FileStorage | None] | None) -> list[tuple[Blob, str]]:
    """The files that came with an answer. Raises RuleError naming the one that cannot be taken."""
    return [_put(one, files.EVIDENCE_TYPES, "evidence") for one in uploads or [] if one and one.filename]


def most_mb() -> int:
    """The largest file that is taken in."""
    megabytes: int = current_app.config["SETTINGS"].max_upload_mb
    return megabytes


def _put(upload: FileStorage, accept: frozenset[str], field: str) -> tuple[Blob, str]:
    try:
        return files.put_named(upload.stream, upload.filename, max_bytes=most_mb() << 20, accept=accept)  # type: ignore[arg-type]
    except RuleError as error:
        raise RuleError(error.sentence, field=field) from error
