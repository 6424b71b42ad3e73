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
from tracker.supervision.documents.notices import ItemWords, letter, notice_file_name, register_sheet

__all__ = [
    "REQUIRED_TEXTS",
    "SECTIONS",
    "ItemWords",
    "circular_document",
    "file_name",
    "letter",
    "light_sheet",
    "notice_file_name",
    "overall",
    "proposed",
    "register_sheet",
]
