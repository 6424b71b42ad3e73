"""A list of units that comes in as a table: read, judged against the list as it stands, written after confirmation."""

from tracker.committees.importing.guessing import area_word
from tracker.committees.importing.judging import Change, Judged, Judgement, judge
from tracker.committees.importing.reading import COLUMNS, HEAD_SEARCHED, as_text, cells_of, head_word, read_rows

__all__ = [
    "COLUMNS",
    "HEAD_SEARCHED",
    "Change",
    "Judged",
    "Judgement",
    "area_word",
    "as_text",
    "cells_of",
    "head_word",
    "judge",
    "read_rows",
]
