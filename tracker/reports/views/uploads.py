"""Files as they come with a form of the room."""

from __future__ import annotations

from flask import current_app
from werkzeug.datastructures import FileStorage

from tracker.core import files


def taken(upload: FileStorage, accept: frozenset[str] = files.EVIDENCE_TYPES) -> tuple[files.Blob, str]:
    """A file, stored by content, and its name. Raises RuleError with a sentence for what may not be here."""
    most = most_megabytes() << 20
    return files.put_named(upload.stream, upload.filename, max_bytes=most, accept=accept)  # type: ignore[arg-type]


def most_megabytes() -> int:
    """How large one file may be."""
    megabytes: int = current_app.config["SETTINGS"].max_upload_mb
    return megabytes
