"""Files as they come with a form of the room."""

from __future__ import annotations

from flask import current_app
from werkzeug.datastructures import FileStorage

from tracker.core import files


def taken(upload: FileStorage) -> files.Blob:
    """An evidence file, stored by content. Raises RuleError with a sentence for what may not be here."""
    return files.put(upload.stream, max_bytes=most_megabytes() << 20, accept=files.EVIDENCE_TYPES)  # type: ignore[arg-type]


def most_megabytes() -> int:
    """How large one file may be."""
    megabytes: int = current_app.config["SETTINGS"].max_upload_mb
    return megabytes
