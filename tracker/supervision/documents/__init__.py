"""What the papers of the room say."""

from tracker.supervision.documents.circulars import (
    REQUIRED_TEXTS,
    SECTIONS,
    circular_document,
    file_name,
    light_sheet,
    overall,
    proposed,
)

__all__ = ["REQUIRED_TEXTS", "SECTIONS", "circular_document", "file_name", "light_sheet", "overall", "proposed"]
