"""What the papers of the room say."""

from tracker.supervision.documents.circular_figures import LIGHT_WORDS, circular_book, circular_charts
from tracker.supervision.documents.circular_links import linked
from tracker.supervision.documents.circular_texts import overall, period_words, proposed
from tracker.supervision.documents.circulars import (
    REQUIRED_TEXTS,
    SECTIONS,
    circular_document,
    circular_list,
    differences,
    file_name,
)
from tracker.supervision.documents.issuing import MENDING, is_long, issue_files, printed, taken_apart
from tracker.supervision.documents.lights import light_sheet
from tracker.supervision.documents.notices import (
    letter,
    notice_file_name,
    proposal_words,
    register_sheet,
    request_words,
)
from tracker.supervision.models import ItemWords

__all__ = [
    "LIGHT_WORDS",
    "MENDING",
    "REQUIRED_TEXTS",
    "SECTIONS",
    "ItemWords",
    "circular_book",
    "circular_charts",
    "circular_document",
    "circular_list",
    "differences",
    "file_name",
    "is_long",
    "issue_files",
    "letter",
    "light_sheet",
    "linked",
    "notice_file_name",
    "overall",
    "period_words",
    "printed",
    "proposal_words",
    "proposed",
    "register_sheet",
    "request_words",
    "taken_apart",
]
