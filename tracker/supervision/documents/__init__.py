"""What the papers of the room say."""

from tracker.supervision.documents.circulars import (
    LIGHT_WORDS,
    REQUIRED_TEXTS,
    SECTIONS,
    circular_book,
    circular_charts,
    circular_document,
    differences,
    file_name,
    light_sheet,
    overall,
    proposed,
)
from tracker.supervision.documents.notices import ItemWords, letter, notice_file_name, register_sheet

__all__ = [
    "LIGHT_WORDS",
    "REQUIRED_TEXTS",
    "SECTIONS",
    "ItemWords",
    "circular_book",
    "circular_charts",
    "circular_document",
    "differences",
    "file_name",
    "letter",
    "light_sheet",
    "notice_file_name",
    "overall",
    "proposed",
    "register_sheet",
]
