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
from tracker.supervision.documents.issuing import MENDING, is_long, issue_files, printed, taken_apart
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
    "MENDING",
    "REQUIRED_TEXTS",
    "SECTIONS",
    "ItemWords",
    "circular_book",
    "circular_charts",
    "circular_document",
    "differences",
    "file_name",
    "is_long",
    "issue_files",
    "letter",
    "light_sheet",
    "notice_file_name",
    "overall",
    "printed",
    "proposal_words",
    "proposed",
    "register_sheet",
    "request_words",
    "taken_apart",
]
