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
from tracker.supervision.documents.notices import (
    ItemWords,
    letter,
    notice_file_name,
    proposal_words,
    register_sheet,
    request_words,
)

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
    "proposal_words",
    "proposed",
    "register_sheet",
    "request_words",
]
